"""Which phrase a region of the film hangs on: what attention says, what leaving it out says, how far they agree.

A region is a patch of a slab: four frames at 8 a second, and a cell of the grid in which the network thinks. Attention
is added up over a phrase's words and weighed by steps and blocks (a `Lens`); a lens is fitted by
`benchmarks/explain.py` on prompts of its own and belongs to one checkpoint. For other weights every step and block
counts alike. What a step foresees without the words (`knocked`) is no reading of attention but a small
ablation: one call of the network instead of a whole film.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tianmu.engines.protocol import Frames, Insight
from tianmu.studio.explain.phrases import Phrase

Maps = NDArray[np.float32]
"""`[phrases slabs rows cols]`."""
SLAB = 4
"""Frames of a slab."""
LEAST_CHANGE = 4.0
"""Levels of 255 by which a region must change without some phrase, before it is asked which one it hangs on."""
GOAL = 0.8
"""The share of regions for which the map of attention is to name the right phrase."""


Measure = Literal["looked", "took", "knocked"]
"""Attention; attention times what it carried; how far one step's foresight moves with the words masked in that step."""


@dataclass(frozen=True, kw_only=True)
class Lens:
    """How one measure is read as a map: what each step (and block) counts, and each kind of phrase."""

    measure: Measure
    weights: tuple[Any, ...] = ()
    """`[steps blocks]`, or `[steps]` of what was knocked out; nothing: all alike."""
    gains: Mapping[str, float] = field(default_factory=dict[str, float])
    """By fact; 1 for others."""
    share: float | None = None
    """Of regions named right, on prompts that had no part in fitting; None where it was not measured."""


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """What `benchmarks/explain.py` found for one checkpoint."""

    digest: str
    attention: Lens
    knocked: Lens
    prompts: int
    """Of the test; as many others were fitted on."""
    regions: int
    constant: float
    """The share that the best single phrase of each take would reach."""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far attention and ablation name the same phrase."""

    share: float | None
    """Of the regions that change at all; None where none does."""
    constant: float | None
    """What naming one and the same phrase for every region would reach here, the best such phrase."""
    regions: int
    """How many were asked."""
    holds: bool
    """Whether `share` reaches the goal."""


PLAIN = Lens(measure="took"), Lens(measure="knocked")
"""How weights are read that nothing was fitted for: all blocks and steps alike."""


@cache
def fitted() -> Fitted | None:
    """What ships, for the weights that ship."""
    row = json.loads(files("tianmu.studio.explain").joinpath("lens.json").read_text("utf-8"))
    return Fitted(**(row | {name: Lens(**row[name]) for name in ("attention", "knocked")})) if row else None


def fitted_for(digest: str | None, insight: Insight) -> Fitted | None:
    """The fit, where it is for these weights and as many steps."""
    found = fitted()
    fits = found is not None and found.digest == digest and np.shape(found.attention.weights) == insight.took.shape[:2]
    return found if fits else None


def maps_through(lens: Lens, insight: Insight, phrases: Sequence[Phrase]) -> Maps:
    """What a lens sees of every phrase."""
    seen = {"took": insight.took, "looked": insight.looked, "knocked": insight.knocked}[lens.measure]
    axes = 1 if lens.measure == "knocked" else 2
    weights = np.asarray(lens.weights or np.full(seen.shape[:axes], 1 / np.prod(seen.shape[:axes])), np.float32)
    weighed = np.tensordot(weights, seen, axes)  # (words or phrases, s, r, c)
    if lens.measure != "knocked":
        weighed = np.stack([weighed[list(phrase.places)].sum(0) for phrase in phrases])
    gains = np.array([lens.gains.get(phrase.fact, 1.0) for phrase in phrases], np.float32)
    return (weighed * gains[:, None, None, None]).astype(np.float32)


def change_maps(insight: Insight) -> Maps:
    """What every phrase is worth: how far the film is from the one without it, in levels of 255."""
    rows, cols = insight.took.shape[-2:]
    return np.stack([change(insight.frames, frames, rows, cols) for frames in insight.without])


def change(before: Frames, after: Frames, rows: int, cols: int) -> NDArray[np.float32]:
    """Mean absolute difference of two films by region `[slabs rows cols]`."""
    apart = np.abs(before.astype(np.float32) - after.astype(np.float32)).mean(-1)
    parts = [apart[start : start + SLAB].mean(0) for start in range(0, len(apart), SLAB)]
    height, width = apart.shape[1] // rows, apart.shape[2] // cols
    return np.stack(parts).reshape(-1, rows, height, cols, width).mean((2, 4)).astype(np.float32)


def agree(attention: Maps, changes: Maps) -> Agreement:
    """Compare the phrase that attention names for a region with the one whose absence changes that region most."""
    asked = changes.max(0) >= LEAST_CHANGE
    count = int(asked.sum())
    if not count:
        return Agreement(share=None, constant=None, regions=0, holds=False)
    named, right = attention.argmax(0)[asked], changes.argmax(0)[asked]
    share = float((named == right).mean())
    constant = float(np.bincount(right).max() / count)
    return Agreement(share=share, constant=constant, regions=count, holds=share >= GOAL)
