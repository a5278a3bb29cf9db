"""Frames that are black, and frames in which nothing moves.

Black is a frame of which at most a hundredth is brighter than code value 20. Frozen is a run of frames none of which
differs from the run's first; so frames that are held for a moment, and the slowest camera, are not frozen. A fade
is black for a moment only. Both are found from a second of black, or two of stillness, or where it is the whole shot.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Final

import numpy as np

from tianmu.core.text import say
from tianmu.governance.review.frames.picture import Picture, frames_said
from tianmu.governance.review.verdict import Finding

BLACK: Final = "frames/black"
FROZEN: Final = "frames/frozen"
BLACK_LEVEL: Final = 20
BLACK_SECONDS: Final = 1
FROZEN_SECONDS: Final = 2
WHOLE_SECONDS: Final = 1
"""A whole shot is called frozen only if it lasts this long."""
_WHOLE_SCORE: Final = 0.9
_PART_SCORE: Final = 0.4
_MEAN_CHANGE: Final = 0.25
_MOST_CHANGE: Final = 4
"""Code values that a pixel of the small picture may differ by, all in all and at most."""
_MOST_RUNS: Final = 10


class StillnessFinder:
    """Follows runs of black and of equal small pictures `[h w 3]` uint8."""

    name = "stillness 1"

    def __init__(self, fps: Fraction, *, whole: tuple[str, str] = ("the whole shot", "整个镜头")) -> None:
        """`whole` is what all frames together are called, in English and Chinese."""
        self._fps, self._whole = fps, whole
        self._black, self._frozen = _Runs(fps * BLACK_SECONDS), _Runs(fps * FROZEN_SECONDS)
        self._anchor: Picture | None = None
        self._num_frames = 0

    def add(self, index: int, small: Picture, meant: Collection[str] = ()) -> None:
        """Take the next frame. `meant` are the categories that are no fault of it: it ends a run of theirs."""
        self._num_frames = index + 1
        dark = _is_dark(small)
        self._black.add(index, dark and BLACK not in meant)
        if self._anchor is None or not _alike(self._anchor, small):
            self._anchor = small
            self._frozen.add(index, False)
        # A run begins with the frame that the others are like.
        self._frozen.add(index, not dark and FROZEN not in meant)

    def findings(self) -> tuple[Finding, ...]:
        """Runs that are long enough, those of black first."""
        last = self._num_frames - 1
        if last < 0:
            return ()
        found: list[Finding] = []
        long_enough = self._num_frames > 1 and self._num_frames >= self._fps * WHOLE_SECONDS
        for category, runs, whole in ((BLACK, self._black, True), (FROZEN, self._frozen, long_enough)):
            for first, end in runs.closed(whole=(0, last) if whole else None):
                all_of_it = (first, end) == (0, last)
                found.append(self._finding(category, first, end, _WHOLE_SCORE if all_of_it else _PART_SCORE))
        return tuple(found)

    def _finding(self, category: str, first: int, last: int, score: float) -> Finding:
        where = frames_said(first, last, self._fps)
        if score == _WHOLE_SCORE:
            where = f"{say(*self._whole)}{say(', ', '，')}{where}"
        en, zh = ("black", "黑画面") if category == BLACK else ("nothing moves", "画面静止")
        return Finding(
            category=category,
            score=score,
            by=self.name,
            first_frame=first,
            last_frame=last,
            detail=say(f"{en}, {where}", f"{zh}，{where}"),
        )


class _Runs:
    """Runs of frames of which something holds, from a length on."""

    def __init__(self, length: Fraction) -> None:
        self._length = length
        self._first: int | None = None
        self._last = -1
        self._kept: list[tuple[int, int]] = []

    def add(self, index: int, holds: bool) -> None:
        if not holds:
            self._close()
            return
        if self._first is None:
            self._first = index
        self._last = index

    def closed(self, *, whole: tuple[int, int] | None) -> list[tuple[int, int]]:
        """All that are long enough, and the one that is the whole shot."""
        if whole is not None and (self._first, self._last) == whole:
            return [whole]
        self._close()
        return self._kept

    def _close(self) -> None:
        if self._first is not None and self._last + 1 - self._first >= self._length and len(self._kept) < _MOST_RUNS:
            self._kept.append((self._first, self._last))
        self._first = None


def _is_dark(small: Picture) -> bool:
    import cv2

    red, green, blue = cv2.split(small)
    brightest = np.asarray(cv2.max(cv2.max(red, green), blue))
    return int(np.count_nonzero(brightest > BLACK_LEVEL)) * 100 <= brightest.size


def _alike(one: Picture, other: Picture) -> bool:
    import cv2

    if cv2.norm(one, other, cv2.NORM_INF) > _MOST_CHANGE:
        return False
    return cv2.norm(one, other, cv2.NORM_L1) <= _MEAN_CHANGE * one.size
