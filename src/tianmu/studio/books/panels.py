"""The pages of a comic as rectangles: how large each panel is, and where it stands.

Panels are read row by row, from the left. A scene begins a row, a long moment is large, a short one small, and a page
has four to seven panels; of all ways to divide a film into such rows and pages, the one that costs least is taken.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from statistics import fmean

LEAST, MOST = 4, 7
"""Panels of a page; the last one may have fewer."""
WIDEST_ROW = 3
GUTTER = 22
"""Pixels between panels."""
_NARROWEST, _WIDEST = 0.72, 1.38
"""Of an equal share of its row, that a panel takes."""
_LOWEST = 300
"""Pixels of a row: room for a balloon over a picture."""
_LETTER = 560
"""Square pixels of a panel that one letter of its words should have, so that the picture is still seen."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a panel would like."""

    weight: float
    """How large it would be, beside the others."""
    letters: int = 0
    """Of its words."""
    begins_scene: bool = False


@dataclass(frozen=True, kw_only=True)
class Rect:
    """A rectangle in whole pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """One beyond its last column."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """One beyond its last row."""
        return self.top + self.height

    def overlaps(self, other: Rect) -> bool:
        """Whether they share a pixel."""
        return self.shared(other) > 0

    def shared(self, other: Rect) -> int:
        """How many pixels they share."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0, wide) * max(0, high)

    def holds(self, other: Rect) -> bool:
        """Whether the other lies in it."""
        inside = self.left <= other.left and other.right <= self.right
        return inside and self.top <= other.top and other.bottom <= self.bottom


def lay_pages(wishes: Sequence[Wish], ratio: float, first: Rect, other: Rect) -> tuple[tuple[Rect, ...], ...]:
    """Page by page the places of panels, in the order of the wishes.

    Args:
        wishes: one a panel, at least one.
        ratio: width over height of the pictures.
        first: the part of the first page that panels may stand in.
        other: that of every other page.
    """
    count = len(wishes)
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, count + 1):
        found = (math.inf, 0)
        for size in range(1 if end == count else LEAST, min(MOST, end) + 1):
            start = end - size
            if not math.isfinite(best[start][0]):
                continue
            area = other if start else first
            cost = best[start][0] + _page(wishes, start, end, ratio, area)[0] + 1.5 * max(0, LEAST - size)
            found = min(found, (cost, start))
        best.append(found)
    pages: list[tuple[Rect, ...]] = []
    end = count
    while end:
        start = best[end][1]
        rows = _page(wishes, start, end, ratio, other if start else first)[1]
        pages.append(_set(wishes, start, rows, ratio, other if start else first))
        end = start
    return tuple(reversed(pages))


def _page(wishes: Sequence[Wish], start: int, end: int, ratio: float, area: Rect) -> tuple[float, tuple[int, ...]]:
    """The cheapest way to put some panels on a page: what it costs, and how many are in each row."""
    found: tuple[float, tuple[int, ...]] = (math.inf, ())
    for rows in _rows(end - start):
        begins = {start + sum(rows[:row]) for row in range(len(rows))}
        if any(wishes[at].begins_scene and at not in begins for at in range(start, end)):
            continue
        places = _set(wishes, start, rows, ratio, area)
        found = min(found, (_cost(wishes[start:end], places, ratio, area), rows))
    return found


@lru_cache(maxsize=16)
def _rows(count: int) -> tuple[tuple[int, ...], ...]:
    """All ways to write a number as a sum of rows, in order."""
    return tuple(_sums(count))


def _sums(count: int) -> Iterator[tuple[int, ...]]:
    if not count:
        yield ()
    for first in range(1, min(WIDEST_ROW, count) + 1):
        for rest in _sums(count - first):
            yield (first, *rest)


def _cost(wishes: Sequence[Wish], places: Sequence[Rect], ratio: float, area: Rect) -> float:
    """How far a page is from what its panels would like."""
    weights = sum(wish.weight for wish in wishes)
    surfaces = sum(place.width * place.height for place in places)
    cost = 4 * (1 - surfaces / (area.width * area.height))
    for wish, place in zip(wishes, places, strict=True):
        surface = place.width * place.height
        cost += 0.6 * math.log(surface / surfaces / (wish.weight / weights)) ** 2
        cost += 1.2 * math.log(place.width / place.height / ratio) ** 2  # what is cropped away
        cost += 4 * max(0.0, wish.letters * _LETTER / surface - 1)
    return cost


def _set(wishes: Sequence[Wish], start: int, rows: Sequence[int], ratio: float, area: Rect) -> tuple[Rect, ...]:
    """The places of the panels of a page, row under row, filling it; a page of few panels ends early."""
    gaps = GUTTER * (len(rows) - 1)
    wanted = [
        (area.width - GUTTER * (count - 1)) / count / ratio * bonus
        for count, bonus in zip(rows, _bonuses(wishes, start, rows), strict=True)
    ]
    stretch = min((area.height - gaps) / sum(wanted), 1.6)
    heights = _at_least([high * stretch for high in wanted], min(_LOWEST, (area.height - gaps) // len(rows)))
    shrink = min(1.0, (area.height - gaps) / sum(heights))
    places: list[Rect] = []
    top, at = area.top, start
    for count, high in zip(rows, heights, strict=True):
        height = int(high * shrink)
        left = area.left
        widths = _widths([wish.weight for wish in wishes[at : at + count]], area.width - GUTTER * (count - 1))
        for width in widths:
            places.append(Rect(left=left, top=top, width=width, height=height))
            left += width + GUTTER
        top += height + GUTTER
        at += count
    return tuple(places)


def _bonuses(wishes: Sequence[Wish], start: int, rows: Sequence[int]) -> list[float]:
    """How much higher each row of a page is than its pictures ask for, by the weight of its panels."""
    ends = list(accumulate(rows, initial=start))
    means = [fmean(wish.weight for wish in wishes[at:end]) for at, end in pairwise(ends)]
    whole = fmean(wish.weight for wish in wishes[start : ends[-1]])
    return [min(1.25, max(0.8, (mean / whole) ** 0.3)) for mean in means]


def _at_least(heights: Sequence[float], least: float) -> list[float]:
    return [max(height, least) for height in heights]


def _widths(weights: Sequence[float], room: int) -> list[int]:
    """A row's width shared out by weight, in whole pixels."""
    mean = sum(weights) / len(weights)
    shares = [min(_WIDEST, max(_NARROWEST, math.sqrt(weight / mean))) for weight in weights]
    edges = [round(room * sum(shares[: n + 1]) / sum(shares)) for n in range(len(shares))]
    return [right - left for left, right in zip([0, *edges], edges, strict=False)]
