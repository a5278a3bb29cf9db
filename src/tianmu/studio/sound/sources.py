"""What is heard and where: sounds with their places on the timeline, made when they are needed and then let go.

    Shot(start, make)      a sound of one moment
    Bed(start, num, make)  a loop, from here to there, faded in and out

`Bus` adds its sources up, block by block; memory holds only what sounds right now.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from typing import Protocol

import numpy as np

from tianmu.media.audio import Samples, db
from tianmu.studio.sound.noise import panned


class Source(Protocol):
    """A sound with its place, in samples from the beginning of the film."""

    start: int
    end: int

    def add_to(self, out: Samples, at: int) -> None:
        """Add what is heard from sample `at` on to `out` `[n 2]`."""
        ...


class Once:
    """A sound of one moment; `make` gives its samples `[n]` or `[n 2]`."""

    def __init__(
        self, start: int, num: int, make: Callable[[], np.ndarray], *, gain: float = 0.0, pan: float = 0.0
    ) -> None:
        """`num` is how long it is at most; `gain` is in decibels."""
        self.start, self.end = start, start + num
        self._make = make
        self._sides = np.array(panned(pan), np.float32) * np.float32(db(gain))
        self._made: np.ndarray | None = None

    @property
    def holds_samples(self) -> bool:
        """Whether it was made and is in memory."""
        return self._made is not None

    def add_to(self, out: Samples, at: int) -> None:
        made = self._made
        if made is None:
            sound = np.asarray(self._make(), np.float32)[: self.end - self.start]
            made = self._made = (sound[:, None] if sound.ndim == 1 else sound) * self._sides
        first = max(at, self.start)
        last = min(at + len(out), self.start + len(made))
        if last > first:
            out[first - at : last - at] += made[first - self.start : last - self.start]


class Bed:
    """A loop that is heard for a while; `make` gives it `[n 2]`, and is called for every block: it should remember."""

    def __init__(
        self, start: int, num: int, make: Callable[[], Samples], *, gain: float = 0.0, fade: int = 24_000
    ) -> None:
        """`fade` is in samples, at both ends; two beds that overlap by it keep an even loudness."""
        self.start, self.end = start, start + num
        self._make, self._gain, self._fade = make, np.float32(db(gain)), max(1, min(fade, num // 2))

    def add_to(self, out: Samples, at: int) -> None:
        first, last = max(at, self.start), min(at + len(out), self.end)
        if last <= first:
            return
        loop = self._make()
        places = np.arange(first - self.start, last - self.start)
        edge = np.minimum(places, self.end - self.start - 1 - places)
        # Noises add up by their power, so the fades are those of equal power.
        envelope = np.sin(np.pi / 2 * np.minimum(1.0, edge / self._fade)).astype(np.float32)
        out[first - at : last - at] += loop[places % len(loop)] * (self._gain * envelope)[:, None]


class Bus:
    """Adds up sources."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._waiting = [(source.start, number, source) for number, source in enumerate(sources)]
        heapq.heapify(self._waiting)
        self._sounding: list[Source] = []

    def block(self, at: int, num: int) -> Samples:
        """The samples `[num 2]` from `at` on; blocks are asked for in order."""
        out = np.zeros((num, 2), np.float32)
        while self._waiting and self._waiting[0][0] < at + num:
            self._sounding.append(heapq.heappop(self._waiting)[2])
        for source in self._sounding:
            source.add_to(out, at)
        self._sounding = [source for source in self._sounding if source.end > at + num]
        return out
