"""A flat card that hangs before the viewer of a panorama: letters drawn on it stay straight, wherever they look.

    Hanging(width, angle=..., elevation=...).lay(lettering) -> Lettering

The card is seen through the panorama's pixels, which are finest along the horizon; it faces the viewer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tianmu.media.titles import Lettering

_COARSE = 360
"""Pixels of a card's width below which it is drawn larger, and shrunk, so that letters have room."""


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """Where in the panorama a card is seen, and which of its pixels each pixel shows."""

    left: int
    top: int
    columns: NDArray[np.float32]
    rows: NDArray[np.float32]


class Hanging:
    """A card in front of a panorama `around` pixels wide; `width` and `height` are its own pixels, to be drawn on.

    One of its pixels is as large as one of the panorama's, in the middle of the card.
    """

    def __init__(self, around: int, *, angle: float, aspect: float, elevation: float = 0.0) -> None:
        """`angle` is how wide it is seen, `elevation` how high its middle hangs, in radians; `aspect` is its own."""
        scale = around / math.tau
        wide = 2 * scale * math.tan(angle / 2)
        self._finer = max(1, math.ceil(_COARSE / wide))
        self.width, self.height = round(wide * self._finer), round(wide * self._finer / aspect)
        self._seen = _look(around, self.width, self.height, scale * self._finer, elevation)

    def lay(self, lettering: Lettering) -> Lettering:
        """What was drawn on the card, as it is seen in the panorama."""
        high, wide = lettering.ink.shape[:2]
        ink = np.zeros((self.height, self.width, 3), np.uint8)
        veil = np.full_like(ink, 255)
        place = slice(lettering.top, lettering.top + high), slice(lettering.left, lettering.left + wide)
        ink[place], veil[place] = lettering.ink, lettering.veil
        if self._finer > 1:
            ink, veil = (np.asarray(cv2.blur(part, (self._finer, self._finer)), np.uint8) for part in (ink, veil))
        seen = self._seen
        laid = cv2.remap(ink, seen.columns, seen.rows, cv2.INTER_LINEAR)
        kept = cv2.remap(veil, seen.columns, seen.rows, cv2.INTER_LINEAR, borderValue=(255, 255, 255))
        return Lettering(ink=np.asarray(laid, np.uint8), veil=np.asarray(kept, np.uint8), left=seen.left, top=seen.top)


def _look(around: int, width: int, height: int, focal: float, elevation: float) -> _Seen:
    azimuth = ((np.arange(around) + 0.5) / around - 0.5)[None] * math.tau
    up = (0.5 - (np.arange(around // 2) + 0.5) / (around // 2))[:, None] * math.pi
    ahead = np.cos(azimuth) * np.cos(up)
    depth = ahead * math.cos(elevation) + np.sin(up) * math.sin(elevation)
    rise = np.sin(up) * math.cos(elevation) - ahead * math.sin(elevation)
    depth = np.where(depth > 0.05, depth, np.nan)
    columns = width / 2 - 0.5 + focal * np.sin(azimuth) * np.cos(up) / depth
    rows = height / 2 - 0.5 - focal * rise / depth
    inside = (np.abs(columns - width / 2) <= width / 2 + 1) & (np.abs(rows - height / 2) <= height / 2 + 1)
    down, across = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    part = slice(down[0], down[-1] + 1), slice(across[0], across[-1] + 1)
    outside = -10.0  # beyond the card: nothing
    return _Seen(
        left=int(across[0]),
        top=int(down[0]),
        columns=np.nan_to_num(columns[part], nan=outside).astype(np.float32),
        rows=np.nan_to_num(rows[part], nan=outside).astype(np.float32),
    )
