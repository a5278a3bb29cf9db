"""How much moves in a take: the mean change between small grey frames a quarter of a second apart."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tianmu.film.cut import Clip
from tianmu.media.image import Frame
from tianmu.media.seek import SeekingReader
from tianmu.studio.edit.checks import source_frame

SIZE = (64, 36)
"""Pixels of the frames that are compared."""
EVERY = Fraction(1, 4)
"""Seconds between two of them."""
_MOST = 240
"""Frames of one clip that are looked at: a clip of a minute, longer ones with longer steps."""


def measure_motion(clip: Clip, film: Path, fps: Fraction) -> tuple[tuple[int, float], ...]:
    """Frames of a clip, each with how much has changed since the one before it: 0 is a still, 255 the most.

    Raises:
        MediaError: the film is missing or damaged.
    """
    step = max(1, round(EVERY * fps), -(-clip.num_frames // _MOST))
    places = range(0, clip.num_frames, step)
    with SeekingReader(film) as reader:
        order = sorted(places, key=lambda place: source_frame(clip, place))  # forward through the file
        seen = {place: _small(reader.frame(source_frame(clip, place))) for place in order}
    changes = [0.0, *(float(np.abs(seen[b] - seen[a]).mean()) for a, b in pairwise(places))]
    return tuple(zip(places, changes, strict=True))


def liveliest(motion: Sequence[tuple[int, float]], num_frames: int, length: int) -> int:
    """Where the stretch of `length` frames begins in which most moves; the middle where nothing does."""
    last = max(0, num_frames - length)
    begins = [place for place, _ in motion if place <= last] or [0]
    moved = [sum(change for place, change in motion if begin < place < begin + length) for begin in begins]
    if max(moved) <= 0:
        return last // 2
    return begins[moved.index(max(moved))]


def _small(frame: Frame) -> NDArray[np.float32]:
    grey = cv2.cvtColor(cv2.resize(frame, SIZE, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    return np.asarray(grey, np.float32)
