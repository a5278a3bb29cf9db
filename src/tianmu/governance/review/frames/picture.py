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

_LUMA, _CHROMA = 255 / 219, 255 / 224
_FROM_REC_709: Final = np.array(
    [
        [_LUMA, 0, 1.5748 * _CHROMA, -16 * _LUMA - 128 * 1.5748 * _CHROMA],
        [_LUMA, -0.18732 * _CHROMA, -0.46812 * _CHROMA, -16 * _LUMA + 128 * (0.18732 + 0.46812) * _CHROMA],
        [_LUMA, 1.8556 * _CHROMA, 0, -16 * _LUMA - 128 * 1.8556 * _CHROMA],
    ]
)
"""Red, green and blue out of luma, blue and red in limited range (ITU-R BT.709-6)."""


@dataclass(frozen=True)
class Sight:
    """What a finder makes of one frame."""

    score: float
    """How sure it is that its category is there, from 0 to 1."""
    words: str = ""
    """What it read, if it reads."""


def reduce(frame: Picture, long_side: int = LONG_SIDE) -> Picture:
    """The mean of every small area; a frame that is small already comes back as it is, in memory of its own."""
    return _shrunk(frame, frame.shape[:2], long_side)


def glance(frame: Picture, long_side: int = LONG_SIDE) -> Picture:
    """The same out of a part of the rows, two or more in every small area: for whole films, in a third of the time."""
    return _shrunk(_some_rows(frame, long_side), frame.shape[:2], long_side)


def glance_planes(sheet: NDArray[np.uint8], long_side: int = LONG_SIDE) -> Picture:
    """The same of a picture as `media.planes` keeps it: `[3h/2 w]`, luma above, then blue and red, limited range."""
    import cv2

    height, width = sheet.shape[0] * 2 // 3, sheet.shape[1]
    chroma = sheet[height:].reshape(2, height // 2, width // 2)
    small = [
        cv2.resize(_some_rows(plane, long_side), _small(height, width, long_side), interpolation=cv2.INTER_AREA)
        for plane in (sheet[:height], *chroma)
    ]
    return np.asarray(cv2.transform(cv2.merge(small), _FROM_REC_709), dtype=np.uint8)


def _shrunk(rows: Picture, shape: tuple[int, ...], long_side: int) -> Picture:
    import cv2

    height, width = shape
    if max(height, width) <= long_side:
        return rows.copy()
    return np.asarray(cv2.resize(rows, _small(height, width, long_side), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _small(height: int, width: int, long_side: int) -> tuple[int, int]:
    """Width and height of the small picture."""
    scale = min(1.0, long_side / max(height, width))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _some_rows(plane: Picture, long_side: int) -> Picture:
    apart = max(1, max(plane.shape[:2]) // long_side // 2)
    return plane[apart // 2 :: apart]


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
