"""The small picture that detectors share: made once a frame."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tianmu.core.text import say

Picture = NDArray[np.uint8]
"""`[h w 3]` uint8, RGB."""
Plane = NDArray[np.float32]
"""`[h w]`"""

LONG_SIDE: Final = 160
"""Pixels of a small picture's longer side: a detail that fills a quarter of the frame is four thousand of them."""


@dataclass(frozen=True)
class Sight:
    """What a finder makes of one frame."""

    score: float
    """How sure it is that its category is there, from 0 to 1."""
    words: str = ""
    """What it read, if it reads."""


def reduce(frame: Picture, long_side: int = LONG_SIDE) -> Picture:
    """The mean of every small area; a frame that is small already comes back as it is, in memory of its own."""
    import cv2

    height, width = frame.shape[:2]
    scale = long_side / max(height, width)
    if scale >= 1:
        return frame.copy()
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def fit(frame: Picture, long_side: int, multiple: int = 1) -> tuple[Picture, float]:
    """The frame at a size with that longer side and sides of a multiple, and by how much it was scaled."""
    import cv2

    height, width = frame.shape[:2]
    scale = long_side / max(height, width)
    wide, high = (max(multiple, round(side * scale / multiple) * multiple) for side in (width, height))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    resized: Any = cv2.resize(np.ascontiguousarray(frame), (wide, high), interpolation=how)
    return np.asarray(resized, dtype=np.uint8), scale


def frames_said(first: int, last: int, fps: Fraction) -> str:
    """Where frames are, counted from 0, as a person reads it: `frames 24 to 47 (1.00 s to 1.96 s)`."""
    start, end = (f"{float(index / fps):.2f} s" for index in (first, last))
    if first == last:
        return say(f"frame {first} ({start})", f"第 {first} 帧（{start}）")
    return say(f"frames {first} to {last} ({start} to {end})", f"第 {first} 至 {last} 帧（{start} 至 {end}）")
