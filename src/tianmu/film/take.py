"""A take: one try at a shot, kept with all that is needed to make it again."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from opentimelineio.opentime import RationalTime

from tianmu.film.time import frames_time


@dataclass(frozen=True, kw_only=True)
class Take:
    """One try at a shot. It never changes but for `circled`, `rejected` and `notes`."""

    SCHEMA: ClassVar[str] = "tianmu.take.1"

    id: str
    """Unique in its store: the digest of (key, seed), so that one cannot be made twice."""
    key: str
    """The digest of what was wanted: the request without its seed, the engine, its weights."""
    seed: int
    engine: str
    slate: str
    """The shot it was first made for: `3B`."""
    number: int
    """Among the takes of its slate, from 1."""
    film: str
    """Digest of the film in the store's media."""
    recipe: str
    """Digest of the recipe's JSON in the store's media."""
    thumbnail: str
    """Digest of a PNG in the store's media: the frame in the middle."""
    num_frames: int
    fps: Fraction
    width: int
    height: int
    bytes: int
    seconds_taken: float
    """How long the engine worked."""
    joules: float | None = None
    """Energy, as estimated; None where nothing was."""
    carbon_kg: float | None = None
    """CO2-equivalent of that energy; None for takes of the time when energy was seconds times 25 watts."""
    energy_method: str | None = None
    """How both were estimated."""
    circled: bool = False
    """The director's choice."""
    rejected: bool = False
    notes: tuple[str, ...] = ()

    @property
    def duration(self) -> RationalTime:
        """Its length, handles included."""
        return frames_time(self.num_frames, self.fps)
