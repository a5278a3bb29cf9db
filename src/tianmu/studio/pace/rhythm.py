"""What the rhythm of a film is made of: its pieces, and a value a second of what is seen and heard."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Any, Literal

WINDOW = 30
"""Seconds around a moment in which its cuts a minute are counted."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """What stands between two cuts."""

    first: int
    num_frames: int
    slate: str = ""
    """Of the shot, where it is known."""
    kind: Literal["shot", "title", "black"] = "shot"


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """A film by its seconds; the last of them may be a part of one."""

    title: str
    fps: Fraction
    num_frames: int
    pieces: tuple[Piece, ...]
    known: bool
    """Whether the cuts are those of the edit, and not found in the pictures."""
    motion: tuple[float, ...]
    """Levels of luma, 0 to 255, that a place of the picture changes by in each second; jumps at cuts, and
    light that changes as a whole, do not count."""
    flashes: tuple[int, ...]
    """In each second."""
    warnings: tuple[str, ...]
    """Where there are more of them than the published rule allows."""
    loudness: tuple[float, ...]
    """LUFS of each second, minus infinity for silence; nothing where the film has no sound."""
    integrated: float | None = None
    """LUFS of all of it; None for a silent film."""

    @property
    def seconds(self) -> Fraction:
        """How long it runs."""
        return self.num_frames / self.fps

    @property
    def lengths(self) -> tuple[Fraction, ...]:
        """Seconds of every shot, titles and black left out."""
        return tuple(piece.num_frames / self.fps for piece in self.pieces if piece.kind == "shot")

    @property
    def cuts(self) -> tuple[Fraction, ...]:
        """Seconds at which one piece goes over into the next."""
        return tuple(piece.first / self.fps for piece in self.pieces[1:])

    @property
    def average(self) -> float:
        """Seconds of a shot on average; 0 where there is none."""
        return float(sum(self.lengths) / len(self.lengths)) if self.lengths else 0.0

    @property
    def middle(self) -> float:
        """Seconds of a shot in the middle: the median, which one long shot does not move."""
        return float(median(self.lengths)) if self.lengths else 0.0

    @property
    def cuts_a_minute(self) -> float:
        """Over all of it."""
        return float(60 * len(self.cuts) / self.seconds)

    def cutting(self) -> tuple[float, ...]:
        """Cuts a minute around every second, within `WINDOW` seconds as far as the film reaches."""
        half, end, found = Fraction(WINDOW, 2), self.seconds, self.cuts
        rates: list[float] = []
        for second in range(math.ceil(end)):
            begin, finish = max(Fraction(0), second - half), min(end, second + half)
            count = sum(begin <= cut < finish for cut in found)
            rates.append(float(60 * count / (finish - begin)))
        return tuple(rates)


def as_row(rhythm: Rhythm) -> dict[str, Any]:
    """What a program may want to know of it."""
    return {
        "title": rhythm.title,
        "seconds": float(rhythm.seconds),
        "fps": str(rhythm.fps),
        "cuts_known": rhythm.known,
        "num_shots": len(rhythm.lengths),
        "average_shot_seconds": round(rhythm.average, 3),
        "median_shot_seconds": round(rhythm.middle, 3),
        "cuts_a_minute": round(rhythm.cuts_a_minute, 2),
        "flashes": sum(rhythm.flashes),
        "most_flashes_in_a_second": max(rhythm.flashes, default=0),
        "flash_warnings": list(rhythm.warnings),
        "loudness": rhythm.integrated,
        "pieces": [
            {
                "kind": piece.kind,
                "slate": piece.slate or None,
                "at": float(piece.first / rhythm.fps),
                "seconds": float(piece.num_frames / rhythm.fps),
            }
            for piece in rhythm.pieces
        ],
        "each_second": {
            "cuts_a_minute": [round(value, 2) for value in rhythm.cutting()],
            "motion": [round(value, 2) for value in rhythm.motion],
            "flashes": list(rhythm.flashes),
            "loudness": [None if math.isinf(value) else round(value, 1) for value in rhythm.loudness],
        },
    }
