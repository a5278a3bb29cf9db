"""What is left of a clip when its picture is taken away: the place where the mark is looked for.

A frame is brought to canonical size, its slow parts are taken off, and every pixel counts the less the livelier its
surroundings are (the best weight of a weak signal in noise of known variance is signal over variance). The frames'
residuals are added up: the mark stands still and grows, the picture moves and does not.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tianmu.governance.watermark.pattern import CANONICAL
from tianmu.media.image import Frame

Residual = NDArray[np.float32]
"""`[h w]` float32 at canonical size: the shorter side is 256, the longer at most 4 times that."""

LEAST_SIDE = 16
"""Pixels: a smaller picture holds nothing to read."""

_MOST_ASPECT = 4
_SLOW = (9, 9)
_NEAR = (7, 7)
_QUIET = 1.5
"""Levels: the noise of a codec, below which a flat part is not trusted any more."""


def canonical_size(width: int, height: int) -> tuple[int, int]:
    """Width and height at canonical size."""
    scale = CANONICAL / min(width, height)
    return max(CANONICAL, round(width * scale)), max(CANONICAL, round(height * scale))


def residual(frame: Frame) -> Residual:
    """The residual of one frame `[h w 3]` uint8."""
    luma = cv2.cvtColor(_middle(frame), cv2.COLOR_RGB2GRAY)
    height, width = luma.shape
    shrinks = min(height, width) > CANONICAL
    luma = cv2.resize(
        luma, canonical_size(width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    ).astype(np.float32)
    fast = luma - cv2.blur(cv2.blur(luma, _SLOW), _SLOW)
    power = cv2.blur(fast * fast, _NEAR)
    return (fast / (power + _QUIET**2)).astype(np.float32)


def _middle(frame: Frame) -> Frame:
    """The frame, or of a very long one the middle."""
    height, width, _ = frame.shape
    most = _MOST_ASPECT * min(height, width)
    top, left = max(0, height - most) // 2, max(0, width - most) // 2
    return np.ascontiguousarray(frame[top : top + most, left : left + most])
