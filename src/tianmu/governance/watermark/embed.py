"""Mark frames: the pattern, stronger where the picture is lively, added to red, green and blue alike, or to luma."""

from __future__ import annotations

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.governance.watermark.pattern import CANONICAL, PUBLIC_KEY, TILE, tile
from tianmu.media.image import Frame
from tianmu.media.planes import Planes

LEAST_SIZE = 64
"""Pixels of the shorter side: below, most of the pattern's waves do not fit between the pixels."""

_SMALL = 90
"""Below so many pixels the pattern is drawn at double size, so that all of its waves fit; the search finds it there."""

_FLOOR, _RISE, _CEILING = 0.7, 0.13, 3.2
"""Levels (root mean square) in a flat part of a frame 720 high, for each level of activity, and at most."""

_SIZE_OF_STRENGTH = 720
_MOST_STRENGTH = 2.2
_COARSE = 90
"""About so many rows has the grid on which the activity of a picture is measured."""
_BLACK, _RANGE = 16, 219 / 255
"""Luma of black in limited range, and how many of its levels a level of RGB is."""
_STRIP = 90
"""Rows that are worked on together, so that they stay in the cache."""


class Watermark:
    """The invisible mark of one work, for frames of one size.

    The pattern does not change over a clip: dropped and repeated frames and another frame rate do not matter to it.
    """

    def __init__(self, payload: int, *, width: int, height: int, key: bytes = PUBLIC_KEY) -> None:
        """Draw the pattern once.

        Args:
            payload: the work's mark, 64 bits.
            width, height: of the frames in pixels.
            key: whoever has it can read the mark, and remove it.

        Raises:
            InputError: the payload has more than 64 bits, or a frame is too small.
        """
        if min(width, height) < LEAST_SIZE:
            raise InputError(
                say(
                    f"A watermark needs frames of at least {LEAST_SIZE} x {LEAST_SIZE} pixels, not {width} x {height}; "
                    "ask for a larger size.",
                    f"加水印的画面至少需要 {LEAST_SIZE} x {LEAST_SIZE} 像素，而不是 {width} x {height}；"
                    "请改用更大的尺寸。",
                )
            )
        self._size = width, height
        # Half the size is enough for waves that are ten pixels long and more, and four times as fast.
        self._pattern = _drawn(payload, key, width, height, 2 if min(width, height) >= 2 * CANONICAL else 1)
        step = max(1, round(min(width, height) / _COARSE))
        self._coarse = max(1, width // step), max(1, height // step)
        # A codec's steps are as large in a small frame, and fewer pixels stand against them.
        strength = min(_MOST_STRENGTH, max(1.0, (_SIZE_OF_STRENGTH / min(width, height)) ** 0.85))
        self._levels = _FLOOR * strength, _RISE / strength**0.5, _CEILING
        # Changes are kept in eighths of a level or so, as bytes around 128.
        self._middle = np.full((_STRIP, width), 128, np.uint8)
        self._unit = self._levels[2] * float(np.abs(self._pattern).max()) / 127

    def apply(self, frame: Frame) -> Frame:
        """The frame `[h w 3]` uint8 with the mark, as a new array; the same frame gives the same bytes.

        Raises:
            InputError: the frame has another size than was said.
        """
        self._check(frame.shape)
        small = cv2.cvtColor(cv2.resize(frame, self._coarse), cv2.COLOR_RGB2GRAY).astype(np.float32)
        steps = self._steps(small)
        marked = np.empty_like(frame, order="C")
        for top in range(0, len(frame), _STRIP):
            strip = slice(top, top + _STRIP)
            self._add(frame[strip], steps[strip], marked[strip])
        return marked

    def apply_planes(self, picture: Planes) -> Planes:
        """The picture with the mark, as a new one: what is added to red, green and blue alike is luma alone.

        Raises:
            InputError: the picture has another size than was said.
        """
        self._check(picture.shape)
        luma = picture.luma
        small = (cv2.resize(luma, self._coarse).astype(np.float32) - _BLACK) * np.float32(1 / _RANGE)
        steps = self._steps(np.clip(small, 0, 255))
        unit = self._unit * _RANGE
        sheet = np.empty_like(picture.sheet)
        sheet[len(luma) :] = picture.sheet[len(luma) :]
        cv2.addWeighted(luma, 1, steps, unit, -128 * unit, dst=sheet[: len(luma)])
        return Planes(sheet)

    def _check(self, shape: tuple[int, ...]) -> None:
        height, width = shape[:2]
        if (width, height) != self._size:
            raise InputError(
                say(
                    f"This watermark is for frames of {self._size[0]} x {self._size[1]} pixels, "
                    f"not {width} x {height}; make one for each size.",
                    f"此水印用于 {self._size[0]} x {self._size[1]} 像素的画面，而不是 {width} x {height}；"
                    "请为每种尺寸各建一个。",
                )
            )

    def _steps(self, small: NDArray[np.float32]) -> MatLike:
        """What is added to each pixel, in units around 128, for a picture that looks so on the coarse grid."""
        rows, columns = self._pattern.shape
        change = cv2.multiply(self._pattern, cv2.resize(self._gain(small), (columns, rows)))
        steps = cv2.convertScaleAbs(change, alpha=1 / self._unit, beta=128)
        return steps if (columns, rows) == self._size else cv2.resize(steps, self._size)

    def _gain(self, small: NDArray[np.float32]) -> NDArray[np.float32]:
        """How strong the mark is, in levels, on a coarse grid: by the picture's activity, none in black and white."""
        floor, rise, ceiling = self._levels
        # The mean of roots, squared, is large for a texture and small for a lone edge, beside which a mark would show.
        roots = cv2.sqrt(cv2.absdiff(small, cv2.blur(small, (5, 5))))
        activity = cv2.pow(cv2.blur(roots, (7, 7)), 2)
        # A flat part beside a lively one stays as quiet as it is.
        activity = cv2.erode(activity, np.ones((3, 3), np.uint8))
        gain = np.minimum(activity * rise + floor, ceiling)
        room = np.minimum(np.minimum(small / 24, (255 - small) / 16), 1)
        return cv2.blur(gain * room, (3, 3)).astype(np.float32)

    def _add(self, frame: Frame, steps: MatLike, marked: Frame) -> None:
        """Write `frame + (steps - 128) * unit`, rounded and kept within 0 to 255, into `marked`."""
        middle = self._middle[: len(steps)]
        more = cv2.convertScaleAbs(cv2.subtract(steps, middle), alpha=self._unit)
        less = cv2.convertScaleAbs(cv2.subtract(middle, steps), alpha=self._unit)
        cv2.add(frame, cv2.cvtColor(more, cv2.COLOR_GRAY2RGB), dst=marked)
        cv2.subtract(marked, cv2.cvtColor(less, cv2.COLOR_GRAY2RGB), dst=marked)


def _drawn(payload: int, key: bytes, width: int, height: int, halves: int) -> NDArray[np.float32]:
    """The pattern over a whole frame, `[ceil(h / halves) ceil(w / halves)]` float32."""
    side = 2 * TILE
    margin = 2
    period = np.pad(tile(key, payload, side), margin, mode="wrap")
    double = 2 if min(width, height) < _SMALL else 1
    unit = side / TILE * CANONICAL / min(width, height) / double
    down, across = (
        (((np.arange(-(-size // halves)) + 0.5) * halves * unit - 0.5) % side + margin).astype(np.float32)
        for size in (height, width)
    )
    columns, rows = np.meshgrid(across, down)
    return cv2.remap(period, columns, rows, cv2.INTER_CUBIC).astype(np.float32)
