"""Which phrase has a region of the film from itself: what attention says, what leaving it out says, and how far they agree.

A region is a patch of a slab: four frames at 8 a second, and a cell of the grid in which the network thinks. Attention
is added up over a phrase's words and weighed by steps and blocks (a `Lens`); a lens is fitted by
`benchmarks/explain.py` on prompts of its own and belongs to one checkpoint. For other weights every step and block
counts alike.
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


@dataclass(frozen=True, kw_only=True)
class Lens:
    """How attention is read: which of the two measures, how much each step and block counts, and each kind of phrase."""

    measure: Literal["looked", "took"] = "took"
    weights: tuple[tuple[float, ...], ...] = ()
    """`[steps blocks]`; nothing: all alike."""
    gains: Mapping[str, float] = field(default_factory=dict[str, float])
    """By fact; 1 for others."""
    digest: str = ""
    """Of the weights that it was fitted for."""
    measured: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What `benchmarks/explain.py` found on its test prompts: share, constant, prompts, regions."""


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


@cache
def fitted_lens() -> Lens:
    """The lens that ships, for the weights that ship."""
    row = json.loads(files("tianmu.studio.explain").joinpath("lens.json").read_text("utf-8"))
    return Lens(**(row | {"weights": tuple(tuple(step) for step in row["weights"])}))


def lens_for(digest: str | None, insight: Insight) -> Lens:
    """The fitted lens where it was fitted for these weights and steps, else the plain one."""
    lens, shape = fitted_lens(), insight.took.shape[:2]
    return lens if lens.digest == digest and np.shape(lens.weights) == shape else Lens()


def attention_maps(insight: Insight, phrases: Sequence[Phrase], lens: Lens) -> Maps:
    """What the lens sees of every phrase."""
    seen = insight.took if lens.measure == "took" else insight.looked
    weights = np.asarray(lens.weights or np.full(seen.shape[:2], 1 / np.prod(seen.shape[:2])), np.float32)
    by_word = np.tensordot(weights, seen, 2)  # (n, s, r, c)
    maps = [by_word[list(phrase.places)].sum(0) * lens.gains.get(phrase.fact, 1.0) for phrase in phrases]
    return np.stack(maps).astype(np.float32)


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
