"""What lies over what: pictures in boxes, letters over pictures, and mixtures of two."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from tianmu.film.cut import Box
from tianmu.media.image import Frame
from tianmu.media.planes import Picture, Planes, as_rgb

_SAME_ASPECT = 0.01
"""A take whose aspect is so near to its place's fills it, and loses a line or two; any other gets black bars."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A picture and where in the frame it lies, in pixels."""

    picture: Picture
    """`[h w 3] uint8`; where there is a veil, already multiplied by how much it covers. Planes fill the frame."""
    left: int = 0
    top: int = 0
    veil: NDArray[np.uint8] | None = None
    """`[h w 3] uint8`: what remains of what lies below; None where the picture hides it."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a track shows in one frame: a layer, or two that one goes over into the other. None is nothing."""

    layer: Layer | None = None
    other: Layer | None = None
    share: float = 0.0
    """Of `other`, from 0 to 1."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A part of the frame in whole pixels."""

    left: int
    top: int
    width: int
    height: int


def place_of(box: Box, width: int, height: int) -> Place:
    """The pixels of a box in a frame. Boxes that touch leave no gap between their pixels, and do not overlap."""
    left, right = _pixel(box.left, width), _pixel(box.left + box.width, width)
    top, bottom = _pixel(box.top, height), _pixel(box.top + box.height, height)
    return Place(left=left, top=top, width=right - left, height=bottom - top)


def _pixel(part: Fraction, pixels: int) -> int:
    return int(part * pixels + Fraction(1, 2))


def fit(frame: Frame, width: int, height: int) -> Frame:
    """A frame in another size: filling it where the aspect is the same within a hundredth, else with black bars.

    A frame that has the size already is given back as it is.
    """
    high, wide = frame.shape[:2]
    if (wide, high) == (width, height):
        return frame
    across, down = width / wide, height / high
    fills = abs(across / down - 1) <= _SAME_ASPECT
    scale = max(across, down) if fills else min(across, down)
    new_wide, new_high = max(1, round(wide * scale)), max(1, round(high * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = np.asarray(cv2.resize(frame, (new_wide, new_high), interpolation=way), np.uint8)
    if fills:
        left, top = max(0, new_wide - width) // 2, max(0, new_high - height) // 2
        scaled = scaled[top : top + height, left : left + width]
        if scaled.shape[:2] == (height, width):
            return np.ascontiguousarray(scaled)
    barred = np.zeros((height, width, 3), dtype=np.uint8)
    new_high, new_wide = scaled.shape[:2]
    left, top = (width - new_wide) // 2, (height - new_high) // 2
    barred[top : top + new_high, left : left + new_wide] = scaled
    return barred


def lay(canvas: Picture, shown: Shown) -> Picture:
    """The canvas with what a track shows laid over it; the canvas itself is left as it was.

    Where a picture hides the whole canvas, the picture itself is given back, and nothing is copied.
    """
    if shown.share <= 0:
        return _over(canvas, shown.layer)
    if shown.share >= 1:
        return _over(canvas, shown.other)
    return _mixed(_over(canvas, shown.layer), _over(canvas, shown.other), shown.share)


def _mixed(before: Picture, after: Picture, share: float) -> Picture:
    """So much of `after`. Planes mix as RGB does: one is a linear function of the other."""
    if isinstance(before, Planes) and isinstance(after, Planes):
        return Planes(np.asarray(cv2.addWeighted(before.sheet, 1 - share, after.sheet, share, 0), np.uint8))
    return np.asarray(cv2.addWeighted(as_rgb(before), 1 - share, as_rgb(after), share, 0), np.uint8)


def _over(canvas: Picture, layer: Layer | None) -> Picture:
    if layer is None:
        return canvas
    picture = layer.picture
    if isinstance(picture, Planes) or (layer.veil is None and picture.shape[:2] == canvas.shape[:2]):
        return picture
    laid = as_rgb(canvas).copy()
    high, wide = picture.shape[:2]
    part = laid[layer.top : layer.top + high, layer.left : layer.left + wide]
    if layer.veil is None:
        part[:] = picture
    else:
        below = np.asarray(cv2.multiply(np.ascontiguousarray(part), layer.veil, scale=1 / 255), np.uint8)
        part[:] = cv2.add(below, picture)
    return laid
