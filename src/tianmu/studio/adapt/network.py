"""The network of characters: who speaks to whom, who is in one scene with whom, and where to draw them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tianmu.studio.adapt.draft import Draft
from tianmu.studio.adapt.figures import Company

MOST_DRAWN = 24
"""Characters in the picture; all are in the list."""
_STEPS = 200


@dataclass(frozen=True, kw_only=True)
class Node:
    """A character of the network."""

    key: str
    name: str
    aliases: tuple[str, ...]
    mentions: int
    """Outside of speech."""
    speeches: int
    scenes: tuple[int, ...]
    gender: str
    group: bool


@dataclass(frozen=True, kw_only=True)
class Network:
    """Characters and what is between them."""

    nodes: tuple[Node, ...]
    """The most important first: by speeches and mentions."""
    together: tuple[tuple[str, str, int], ...]
    """Pairs in alphabetical order of their keys, and how many scenes they share."""
    speaks: tuple[tuple[str, str, int], ...]
    """Who speaks, to whom, and how often."""


def make_network(company: Company, drafts: Sequence[Draft]) -> Network:
    """The network of a book that was drafted."""
    speeches: Counter[str] = Counter()
    speaks: Counter[tuple[str, str]] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    scenes: dict[str, list[int]] = {}
    for draft in drafts:
        for beat in draft.beats:
            if beat.kind == "speech":
                speeches[beat.speaker] += 1
                if beat.listener:
                    speaks[beat.speaker, beat.listener] += 1
        for key in draft.present:
            scenes.setdefault(key, []).append(draft.number)
        together.update(combinations(sorted(draft.present), 2))
    nodes = [
        Node(
            key=figure.key,
            name=figure.name,
            aliases=figure.aliases,
            mentions=figure.count,
            speeches=speeches[figure.key],
            scenes=tuple(scenes.get(figure.key, ())),
            gender=figure.gender,
            group=figure.group,
        )
        for figure in company.figures
    ]
    nodes.sort(key=lambda node: (-(node.mentions + 2 * node.speeches), node.name))
    return Network(
        nodes=tuple(nodes),
        together=tuple((a, b, count) for (a, b), count in sorted(together.items())),
        speaks=tuple((a, b, count) for (a, b), count in sorted(speaks.items())),
    )


def lay_out(keys: Sequence[str], edges: Sequence[tuple[str, str, float]]) -> NDArray[np.float64]:
    """Places of nodes in the unit square, `[n 2]`: those with heavy edges near each other, none on top of another.

    The same nodes and edges give the same places. Source: Fruchterman and Reingold, "Graph Drawing by Force-Directed
    Placement", 1991, with a pull to the middle that keeps parts without edges in the picture.
    """
    count = len(keys)
    if count == 0:
        return np.zeros((0, 2))
    index = {key: number for number, key in enumerate(keys)}
    weights = np.zeros((count, count))
    for a, b, weight in edges:
        if a in index and b in index and a != b:
            weights[index[a], index[b]] = weights[index[b], index[a]] = max(weights[index[a], index[b]], weight)
    weights /= max(weights.max(), 1e-9)
    angles = np.arange(count) * math.pi * (3 - math.sqrt(5))  # the golden angle: no two begin in one direction
    radii = np.sqrt((np.arange(count) + 0.5) / count)
    places = np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=1)
    ideal = 1.4 / math.sqrt(count)
    for step in range(_STEPS):
        apart = places[:, None] - places[None]
        distance = np.maximum(np.hypot(apart[..., 0], apart[..., 1]), 1e-3)
        push = (ideal**2 / distance**2)[..., None] * apart
        pull = ((0.25 + weights) * (weights > 0) * distance / ideal)[..., None] * apart
        force = push.sum(axis=1) - pull.sum(axis=1) - 0.6 * places
        length = np.maximum(np.hypot(force[:, 0], force[:, 1]), 1e-9)
        heat = 0.12 * (1 - step / _STEPS)
        places = places + force / length[:, None] * np.minimum(length, heat)[:, None]
    low, high = places.min(axis=0), places.max(axis=0)
    span = np.where(high - low > 1e-6, high - low, 1.0)
    square = (places - low) / span
    square[:, high - low <= 1e-6] = 0.5
    return np.round(square, 4)
