"""Flashes that can cause a seizure: the published rule, counted on small pictures as frames stream by.

A flash is a pair of opposing changes. It counts in light where relative luminance changes by a tenth of the brightest
white or more and its darker side is below 0.8; in red where one side is a saturated red (R at least 0.8 of R + G + B)
and (R - G - B) x 320 changes by more than 20; each over a quarter of the picture or more, at once and in one direction.
More than three in any second fail. Sources: ITU-R BT.1702-3, annex 1; WCAG 2.3.1 with its definition of general and
red flashes.

Every pixel has a turning point: it is up once it rose by a step from its lowest, down once it fell by one from its
highest. The number of pixels that went up, less those that went down, is followed by the same rule: when it turns by a
quarter of the picture, there was a transition. So a camera that pans over tree trunks, where as many pixels rise as
fall, makes none, and a flash that takes some frames to rise is one. Seven transitions within a second fail. It is
counted over the whole picture and over its halves, quarters and middle, so that two halves that flash against each
other do not cancel out; a finer chequerboard does. The pattern rule of BT.1702, stripes that stand still, is not
measured.

iris-pse-detection 1.1.2, a port of EA's IRIS, follows the same sources and is not used here: it requires a second build
of OpenCV, its analyser reads files, and it judges by the mean over the whole picture.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import compress, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tianmu.core.text import say
from tianmu.governance.review.frames.picture import Picture, Plane, frames_said
from tianmu.governance.review.verdict import Finding

CATEGORY: Final = "frames/flash"
LIGHT_STEP: Final = 0.1
DARKER_BELOW: Final = 0.8
RED_STEP: Final = 20.0
SATURATED: Final = 0.8
AREA: Final = 0.25
MOST: Final = 6
"""Transitions in a second: three flashes."""
FEWEST: Final = 4
"""From here on flashes are worth knowing about, though they are allowed."""
_ALLOWED_SCORE: Final = 0.3
_MOST_STRETCHES: Final = 10
_Region = tuple[int, int, int, int]
_REGIONS: tuple[_Region, ...] = (
    (0, 4, 0, 4),
    *((0, 4, 0, 2), (0, 4, 2, 4), (0, 2, 0, 4), (2, 4, 0, 4)),
    *((0, 2, 0, 2), (0, 2, 2, 4), (2, 4, 0, 2), (2, 4, 2, 4)),
    (1, 3, 1, 3),
)
"""Top, bottom, left and right in quarters: the whole, its halves, its quarters, its middle."""
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)


class FlashFinder:
    """Counts flashes in small pictures `[h w 3]` uint8."""

    name = "flashes 1 (BT.1702)"

    def __init__(self, fps: Fraction) -> None:
        self._fps = fps
        self.turns: list[int] = []
        """Frames in which the light of the whole picture turned; two of them make a flash."""
        self._light = _Turns(step=LIGHT_STEP, below=DARKER_BELOW)
        self._red = _Turns(step=RED_STEP, below=None)
        self._seconds = {kind: [_Seconds(fps) for _ in _REGIONS] for kind in ("light", "red")}

    def add(self, index: int, small: Picture) -> None:
        """Take the next frame."""
        import cv2

        red, green, blue = (np.asarray(cv2.LUT(plane, _linear()), np.float32) for plane in cv2.split(small))
        light: Plane = red * _LUMINANCE[0] + green * _LUMINANCE[1] + blue * _LUMINANCE[2]
        for kind, turned in (("light", self._light.add(light)), ("red", self._red.add(_redness(red, green, blue)))):
            if kind == "light" and turned[0]:
                self.turns.append(index)
            for seconds in compress(self._seconds[kind], turned):
                seconds.add(index)

    def findings(self) -> tuple[Finding, ...]:
        """Every stretch of frames in which flashes come too fast; else the fastest, where there are a few."""
        found: list[Finding] = []
        for kind, regions in self._seconds.items():
            seconds = max(regions, key=_Seconds.most)  # the first of equals: the whole picture before a part of it
            found += (self._finding(kind, stretch, 1.0) for stretch in seconds.failed)
            if not seconds.failed and seconds.fastest is not None:
                found.append(self._finding(kind, seconds.fastest, _ALLOWED_SCORE))
        return tuple(found)

    def _finding(self, kind: str, stretch: _Stretch, score: float) -> Finding:
        where = frames_said(stretch.first, stretch.last, self._fps)
        count = f"{stretch.turns / 2:g}"
        red = say("red ", "红色") if kind == "red" else ""
        return Finding(
            category=CATEGORY,
            score=score,
            by=self.name,
            first_frame=stretch.first,
            last_frame=stretch.last,
            detail=say(f"{count} {red}flashes in a second, {where}", f"一秒内{red}闪光 {count} 次，{where}"),
        )


@dataclass
class _Stretch:
    first: int
    last: int
    turns: int
    """The most transitions in one of its seconds."""


class _Seconds:
    """Transitions in a sliding second."""

    def __init__(self, fps: Fraction) -> None:
        # Two transitions lie in one second when fewer than fps frames lie between them. A rate such as 23.976 rounds a
        # flash of exactly three a second to one frame less now and then; that is not held against it.
        self._span = fps - 1
        self._recent: deque[int] = deque()
        self.failed: list[_Stretch] = []
        self.fastest: _Stretch | None = None

    def most(self) -> int:
        """The most transitions in a second that is worth knowing about."""
        known = [*self.failed, *([self.fastest] if self.fastest else [])]
        return max((stretch.turns for stretch in known), default=0)

    def add(self, index: int) -> None:
        self._recent.append(index)
        while index - self._recent[0] > self._span:
            self._recent.popleft()
        first, turns = self._recent[0], len(self._recent)
        if turns > MOST:
            last = self.failed[-1] if self.failed else None
            if last is not None and (first <= last.last or len(self.failed) == _MOST_STRETCHES):
                last.last, last.turns = index, max(last.turns, turns)
            else:
                self.failed.append(_Stretch(first, index, turns))
        elif turns >= FEWEST and (self.fastest is None or turns > self.fastest.turns):
            self.fastest = _Stretch(first, index, turns)


class _Level:
    """Pixels that went up less those that went down, and when that turned."""

    def __init__(self) -> None:
        self._now = self._lowest = self._highest = self._direction = 0

    def turned(self, more: int, quarter: float) -> bool:
        self._now += more
        self._lowest, self._highest = min(self._lowest, self._now), max(self._highest, self._now)
        if self._direction <= 0 and self._now - self._lowest >= quarter:
            self._direction, self._highest = 1, self._now
            return True
        if self._direction >= 0 and self._highest - self._now >= quarter:
            self._direction, self._lowest = -1, self._now
            return True
        return False


class _Turns:
    """Says of each plane `[h w]` which regions turned with it: brighter after darker, or the other way."""

    def __init__(self, *, step: float, below: float | None) -> None:
        self._step, self._below = step, below
        self._low = self._high = np.zeros((0, 0), np.float32)
        self._up: NDArray[np.int8] = np.zeros((0, 0), np.int8)
        self._levels = [_Level() for _ in _REGIONS]

    def add(self, plane: Plane) -> list[bool]:
        if not self._up.size:
            self._low, self._high = plane.copy(), plane.copy()
            self._up = np.zeros(plane.shape, np.int8)
            return [False] * len(_REGIONS)
        np.minimum(self._low, plane, out=self._low)
        np.maximum(self._high, plane, out=self._high)
        risen = (plane - self._low >= self._step) & (self._up <= 0)
        fallen = (self._high - plane >= self._step) & (self._up >= 0)
        if self._below is not None:
            risen &= self._low < self._below
            fallen &= plane < self._below
        if not risen.any() and not fallen.any():
            return [False] * len(_REGIONS)
        np.copyto(self._high, plane, where=risen)
        np.copyto(self._low, plane, where=fallen)
        more = risen.astype(np.int8) - fallen
        np.copyto(self._up, more, where=more != 0)
        quarter = AREA * more.size
        cells = _quarters(more.shape[0]) @ more.astype(np.float32) @ _quarters(more.shape[1]).T
        sums = [int(cells[top:bottom, left:right].sum()) for top, bottom, left, right in _REGIONS]
        return [level.turned(count, quarter) for level, count in zip(self._levels, sums, strict=True)]


@cache
def _quarters(length: int) -> Plane:
    """`[4 length]`: 1 where a row or column of that many lies in a quarter of them."""
    ends = [number * length // 4 for number in range(5)]
    where = np.arange(length)
    return np.array([(begin <= where) & (where < end) for begin, end in pairwise(ends)], np.float32)


def _redness(red: Plane, green: Plane, blue: Plane) -> Plane:
    """(R - G - B) x 320 where red is saturated, else 0."""
    rest = green + blue
    excess = np.maximum(red - rest, 0) * np.float32(320)
    excess *= red >= SATURATED * (red + rest)
    return excess


@cache
def _linear() -> NDArray[np.float32]:
    """What each code value of sRGB means in light, from 0 to 1 (IEC 61966-2-1)."""
    code = np.arange(256) / 255
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4).astype(np.float32)
