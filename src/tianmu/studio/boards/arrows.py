"""Camera moves as a storyboard artist draws them: an arrow for a pan or a tilt, a smaller frame for a push or a pull.

Places are fractions of the panel from its top left corner; outlines come in the unit of the panel's size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from tianmu.film.shot import Move

Point = tuple[float, float]

INNER = (0.2, 0.2, 0.8, 0.8)
"""Left, top, right, bottom of the frame within the frame, where a push ends and a pull begins."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What is drawn over a panel for a move."""

    arrows: tuple[tuple[Point, Point], ...] = ()
    """Each from its tail to its tip."""
    inner: tuple[float, float, float, float] | None = None


_CORNERS = (
    ((0.03, 0.05), (0.17, 0.17)),
    ((0.97, 0.05), (0.83, 0.17)),
    ((0.03, 0.95), (0.17, 0.83)),
    ((0.97, 0.95), (0.83, 0.83)),
)

_MARKS: dict[Move, Mark] = {
    "static": Mark(),
    "pan_left": Mark(arrows=(((0.68, 0.9), (0.32, 0.9)),)),
    "pan_right": Mark(arrows=(((0.32, 0.9), (0.68, 0.9)),)),
    "tilt_up": Mark(arrows=(((0.93, 0.72), (0.93, 0.28)),)),
    "tilt_down": Mark(arrows=(((0.93, 0.28), (0.93, 0.72)),)),
    "push_in": Mark(arrows=_CORNERS, inner=INNER),
    "pull_out": Mark(arrows=tuple((tip, tail) for tail, tip in _CORNERS), inner=INNER),
}


def mark_of(move: Move) -> Mark:
    """What is drawn for a move; nothing for a static camera."""
    return _MARKS[move]


def outline(tail: Point, tip: Point, width: float, height: float) -> tuple[Point, ...]:
    """An arrow as a closed outline of seven points, on a panel of `width` by `height`, y downwards."""
    start = (tail[0] * width, tail[1] * height)
    end = (tip[0] * width, tip[1] * height)
    long = math.dist(start, end)
    along = ((end[0] - start[0]) / long, (end[1] - start[1]) / long)
    across = (-along[1], along[0])
    shaft = 0.011 * math.sqrt(width * height)
    head = min(4.2 * shaft, 0.6 * long)

    def place(back: float, side: float) -> Point:
        return (end[0] - back * along[0] + side * across[0], end[1] - back * along[1] + side * across[1])

    return (
        place(long, shaft),
        place(head, shaft),
        place(head, 2.4 * shaft),
        end,
        place(head, -2.4 * shaft),
        place(head, -shaft),
        place(long, -shaft),
    )
