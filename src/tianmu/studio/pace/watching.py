"""What a film's pictures do from frame to frame, as they stream by: cuts, motion, flashes.

A frame is looked at as a small one, 64 x 36. How much it differs from the one before is the mean absolute difference
of its colours, 0 to 255; at a cut that stands out from the frames around it. A fade through black is a cut where the
black begins; a dissolve is not found.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from tianmu.governance.review.frames.flashes import FlashFinder
from tianmu.governance.review.frames.picture import reduce
from tianmu.media.image import Frame

SIZE = (64, 36)
"""Pixels of what is looked at, width and height."""
SAMPLES = 12
"""Times a second that motion is measured, so that films of all rates can be compared."""

_LEAST = 3.0
"""Levels that a cut changes the picture by, on average."""
_OVER = 2.2
"""Times as much as the frames around it: below, it is motion."""
_NEIGHBOURS = 3
"""Frames on both sides that a cut is compared with."""
_SHORTEST = Fraction(1, 4)
"""Seconds between two cuts; what comes sooner is a flash or a flicker."""
_RETURNED = 0.5
"""Of the jump: if the picture is nearer than this to what it was before, it was a flash and no cut."""

_BLACK = 16.0
"""Levels that all but a hundredth of a black picture stays below; letters on black are a title."""

_Small = NDArray[np.float32]


@dataclass
class Watcher:
    """Takes frames one at a time; holds a few small ones, and some numbers for each second."""

    fps: Fraction
    flashing: FlashFinder = field(init=False)
    cuts: list[int] = field(default_factory=list[int])
    """First frames of pieces, but for the first."""
    num_frames: int = 0
    _known: tuple[int, ...] = ()
    _held: deque[_Small] = field(default_factory=lambda: deque[_Small](maxlen=2 * _NEIGHBOURS + 2))
    _jumps: deque[float] = field(default_factory=lambda: deque[float](maxlen=2 * _NEIGHBOURS + 1))
    _dark_since: int | None = 0
    """The first frame of the black that the film is in now; a film that begins black begins with no cut."""
    _sampled: _Small | None = None
    _changes: list[float] = field(default_factory=list[float])
    """From each sampled frame to the next, as if they were a twelfth of a second apart."""

    def __post_init__(self) -> None:
        self.flashing = FlashFinder(self.fps)

    def add(self, frame: Frame) -> None:
        """Take the next frame `[h w 3] uint8`."""
        seen = reduce(frame)
        self.flashing.add(self.num_frames, seen)
        small = np.asarray(cv2.resize(seen, SIZE, interpolation=cv2.INTER_AREA), np.float32)
        self._jumps.append(_apart(small, self._held[-1]) if self._held else math.nan)
        self._held.append(small)
        self._look_for_cut(self.num_frames)
        self._look_for_fade(small)
        self._move(small)
        self.num_frames += 1

    def finish(self, cuts: tuple[int, ...] | None = None) -> None:
        """After the last frame: judge those that were still waiting for what follows; `cuts` are the known ones."""
        for _ in range(_NEIGHBOURS):
            if self._held:
                self._jumps.append(math.nan)
                self._held.append(self._held[-1])
                self._look_for_cut(self.num_frames)
                self.num_frames += 1
        self.num_frames -= _NEIGHBOURS if self._held else 0
        self._known = tuple(self.cuts) if cuts is None else cuts

    def motion(self) -> tuple[float, ...]:
        """Of each second, the mean change of luma in a twelfth of a second.

        What spans a cut does not count, nor what is light alone: a fade, a lamp that goes on.
        """
        step, jumps = max(1, round(self.fps / SAMPLES)), set(self._known)
        found: list[list[float]] = [[] for _ in range(math.ceil(self.num_frames / self.fps))]
        for number, change in enumerate(self._changes, start=1):
            frame = number * step
            if jumps.isdisjoint(range(frame - step + 1, frame + 1)):
                found[int(frame / self.fps)].append(change)
        return tuple(sum(each) / len(each) if each else 0.0 for each in found)

    def flashes(self) -> tuple[int, ...]:
        """In each second, by the rule that reviews every take: pairs of turns of the light, a second apart at most."""
        counts = [0] * math.ceil(self.num_frames / self.fps)
        waiting: int | None = None
        for turn in self.flashing.turns:
            if waiting is not None and turn - waiting <= self.fps:
                counts[int(turn / self.fps)] += 1
                waiting = None
            else:
                waiting = turn
        return tuple(counts)

    def warnings(self) -> tuple[str, ...]:
        """Where flashes come faster than ITU-R BT.1702 and WCAG 2.3.1 allow, in light or red, in a part or in all."""
        return tuple(finding.detail for finding in self.flashing.findings() if finding.score >= 1)

    def _look_for_cut(self, newest: int) -> None:
        place = newest - _NEIGHBOURS
        if place < 1 or len(self._jumps) < _NEIGHBOURS + 2:
            return
        here = len(self._jumps) - 1 - _NEIGHBOURS
        jump = self._jumps[here]
        nearby = list(self._jumps)[max(0, here - _NEIGHBOURS) :]
        around = sorted(other for other in nearby if other != jump and not math.isnan(other))
        if jump < _LEAST or len(around) < 2 or jump < _OVER * around[-2]:
            return
        held = list(self._held)
        at = len(held) - 1 - _NEIGHBOURS
        pairs = ((at - 1, at + 1), (at - 1, at + 2), (at - 2, at), (at - 3, at))  # a flash of one frame or two
        if any(a >= 0 and _apart(held[a], held[b]) < _RETURNED * jump for a, b in pairs):
            return
        self._cut(place)

    def _look_for_fade(self, small: _Small) -> None:
        """A cut where black begins that lies between two pictures; what follows may begin black, as credits do."""
        if float(np.percentile(small, 99)) <= _BLACK:
            self._dark_since = self.num_frames if self._dark_since is None else self._dark_since
            return
        if self._dark_since:
            self._cut(self._dark_since)
        self._dark_since = None

    def _cut(self, place: int) -> None:
        if not self.cuts or place - self.cuts[-1] >= _SHORTEST * self.fps:
            self.cuts.append(place)

    def _move(self, small: _Small) -> None:
        step = max(1, round(self.fps / SAMPLES))
        if self.num_frames % step:
            return
        luma = small @ np.array([0.2126, 0.7152, 0.0722], np.float32)
        if self._sampled is not None:
            moved = min(_unexplained(luma, self._sampled), _unexplained(self._sampled, luma))
            self._changes.append(moved * float(self.fps / step) / SAMPLES)
        self._sampled = luma


def _unexplained(luma: _Small, before: _Small) -> float:
    """The mean difference to the best that brightening or darkening `before` as a whole can do."""
    flat = before - before.mean()
    gain = max(0.0, float((flat * luma).sum() / max(float((flat**2).sum()), 1e-6)))
    return float(np.abs(luma - luma.mean() - gain * flat).mean())


def _apart(a: _Small, b: _Small) -> float:
    return float(np.abs(a - b).mean())
