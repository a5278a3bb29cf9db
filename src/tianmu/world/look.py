"""The looks: a grade over finished frames, in float for clips and in sixteen bits for HD, from one set of numbers."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import torch
from jaxtyping import Float, UInt8, UInt16
from torch import Tensor

from tianmu.world.cels import FULL

_LUMA = (0.2126, 0.7152, 0.0722)
"""Of Rec.709's primaries."""
_TONES = {
    "black_and_white": ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    "sepia": ((0.14, 0.08, 0.03), (1.0, 0.92, 0.74)),
    "ink": ((0.08, 0.09, 0.12), (0.97, 0.95, 0.89)),
    "dusk_grade": ((0.10, 0.03, 0.26), (1.0, 0.72, 0.62)),
}
"""What black and white become."""
_STROKE, _STEEP = 0.46, 9.0
"""Ink turns to paper at this luma, and how suddenly."""
_DUSK = 0.45
"""How much of the picture the dusk grade tones."""
_VIVID, _STEPS = 1.7, 3.999
"""A poster's colours, and the last of its steps."""

Grade = Callable[[np.ndarray, np.ndarray], None]


def graded(frames: Float[Tensor, "f 3 h w"], look: str) -> Float[Tensor, "f 3 h w"]:
    """The look over frames in [0, 1]; a poster comes clamped, the others may need it."""
    if look == "natural":
        return frames
    weights = torch.tensor(_LUMA, device=frames.device).view(1, 3, 1, 1)
    luma = (frames * weights).sum(1, keepdim=True)

    def toned(part: Tensor) -> Tensor:
        low, high = (torch.tensor(c, device=frames.device).view(1, 3, 1, 1) for c in _TONES[look])
        return low + (high - low) * part

    match look:
        case "black_and_white":
            return luma.expand(-1, 3, -1, -1)
        case "sepia":
            return toned(luma)
        case "ink":
            return toned(torch.sigmoid((luma - _STROKE) * _STEEP))
        case "dusk_grade":
            return (1 - _DUSK) * frames + _DUSK * toned(luma)
        case _:  # poster
            vivid = luma + (frames - luma) * _VIVID
            return (vivid.clamp(0, 1) * _STEPS).floor() / 3


def grade(look: str) -> Grade:
    """The look for HD: a function that reads RGBA [h w 4] uint16 and writes RGB [h w 3] uint8.

    Every look is a matrix over colours, and for ink and poster a table after it.
    """
    if look == "natural":
        return lambda frame, out: _rounded(_rgb(frame), out)
    luma = np.tile(np.array(_LUMA), (3, 1))
    if look == "poster":
        vivid = _affine(luma + (np.eye(3) - luma) * _VIVID, np.zeros(3))
        # 64 shades a step, half a shade lower: rounding to a whole shade then crosses no step.
        shades, table = _STEPS * 64 / FULL, np.round((np.arange(256) // 64) * 255 / 3).astype(np.uint8)

        def poster(frame: np.ndarray, out: np.ndarray) -> None:
            colours = cv2.transform(_rgb(frame), vivid)
            cv2.LUT(cv2.addWeighted(colours, shades, colours, 0, -0.5, dtype=cv2.CV_8U), table, out)

        return poster
    low, high = (np.array(c) for c in _TONES[look])
    if look == "ink":
        stroke = 1 / (1 + np.exp(-_STEEP * (np.arange(256)[:, None] / 255 - _STROKE)))
        inks = np.round(255 * (low + (high - low) * stroke)).astype(np.uint8)[:, None]
        grey = _affine(luma[:1], np.zeros(1))

        def ink(frame: np.ndarray, out: np.ndarray) -> None:
            shade = cv2.convertScaleAbs(cv2.transform(_rgb(frame), grey), alpha=255 / FULL)
            cv2.applyColorMap(shade, inks, out)

        return ink
    part = _DUSK if look == "dusk_grade" else 1.0
    matrix = _affine((1 - part) * np.eye(3) + part * (high - low)[:, None] * luma, FULL * part * low)
    return lambda frame, out: _rounded(cv2.transform(_rgb(frame), matrix), out)


def _rgb(frame: UInt16[np.ndarray, "h w 4"]) -> UInt16[np.ndarray, "h w 3"]:
    return np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGBA2RGB))


def _affine(colours: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """[n 3] and [n] as a matrix over (red, green, blue, 1)."""
    return np.concatenate([colours, offset[:, None]], 1)


def _rounded(frame: object, out: UInt8[np.ndarray, "h w 3"]) -> None:
    cv2.convertScaleAbs(np.asarray(frame), out, 255 / FULL)
