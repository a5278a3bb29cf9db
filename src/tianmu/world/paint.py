"""A brush for painted planes: shapes laid over a premultiplied RGBA canvas, soft by one texel at their edges.

A canvas is a panorama WIDTH frame heights wide that joins at its ends, so shapes wrap around horizontally.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from tianmu.core.memory import let_go_by

WIDTH = 4.0
"""Of the panorama, in frame heights."""

T = TypeVar("T")
Colour = tuple[float, float, float]


class Brush:
    """Paints on [4, h, w] float32. `x` [1 w] and `y` [h 1] are the texels' places in frame heights."""

    def __init__(self, resolution: int, top: float, bottom: float, rng: np.random.Generator) -> None:
        width, height = round(WIDTH * resolution), round((bottom - top) * resolution)
        self.scale = float(resolution)
        self.top = top
        self.rng = rng
        self.x = (np.arange(width, dtype=np.float32) + 0.5)[None] / resolution - WIDTH / 2
        self.y = (np.arange(height, dtype=np.float32) + 0.5)[:, None] / resolution + top
        self.rgba = np.zeros((4, height, width), np.float32)

    def tensor(self) -> Tensor:
        """What is painted, [4 h w]."""
        return torch.from_numpy(self.rgba)

    def fill(self, alpha: np.ndarray, colour: Colour | np.ndarray) -> None:
        """Lay a colour over the whole canvas where `alpha` says; they broadcast to [3 h w] and [h w]."""
        alpha = np.clip(alpha, 0, 1).astype(np.float32)
        self.rgba *= 1 - alpha
        for channel, part in zip(self.rgba, (*np.asarray(colour, np.float32), np.float32(1)), strict=True):
            channel += alpha * part

    def cut(self, left: float, top: float, width: float, height: float) -> None:
        """Take a box out of what is painted."""
        window, dx, dy = self._window(left, top, width, height)
        self.rgba[:, window[0], window[1]] *= 1 - self._inside(dx, width) * self._inside(dy, height)

    def disc(
        self, x: float, y: float, radius: float, colour: Colour, squash: float = 1.0, opacity: float = 1.0
    ) -> None:
        """A disc, or an ellipse `squash` times as high as wide."""
        window, dx, dy = self._window(x - radius, y - radius * squash, 2 * radius, 2 * radius * squash)
        distance = np.sqrt((dx - radius) ** 2 + ((dy - radius * squash) / squash) ** 2)
        self._lay(window, opacity * np.clip((radius - distance) * self.scale * min(squash, 1.0) + 0.5, 0, 1), colour)

    def box(self, left: float, top: float, width: float, height: float, colour: Colour, opacity: float = 1.0) -> None:
        """An upright box."""
        window, dx, dy = self._window(left, top, width, height)
        self._lay(window, opacity * self._inside(dx, width) * self._inside(dy, height), colour)

    def triangle(self, x: float, top: float, width: float, height: float, colour: Colour) -> None:
        """A triangle with its tip at (x, top)."""
        window, dx, dy = self._window(x - width / 2, top, width, height)
        half = dy / height * width / 2
        alpha = np.clip((half - np.abs(dx - width / 2)) * self.scale + 0.5, 0, 1) * self._inside(dy, height)
        self._lay(window, alpha, colour)

    def below(self, edge: np.ndarray | float) -> np.ndarray:
        """1 where the canvas lies below `edge`."""
        return np.clip((self.y - edge) * self.scale + 0.5, 0, 1) + 0 * self.x

    def line(self, at: np.ndarray | float, thickness: float) -> np.ndarray:
        """1 on a line that runs along `at`."""
        return np.clip((thickness / 2 - np.abs(self.y - at)) * self.scale + 0.5, 0, 1) + 0 * self.x

    def waves(self, low: int, high: int, power: float = 1.0) -> np.ndarray:
        """A smooth random line over the panorama, [1 w], about in [-1, 1]."""
        line, total = np.zeros_like(self.x), 0.0
        for k in range(low, high + 1):
            size = float(k) ** -power
            line += size * np.sin(math.tau * (k * self.x / WIDTH + self.rng.random()))
            total += size
        return line * (1.4 / total)

    def _inside(self, along: np.ndarray, length: float) -> np.ndarray:
        return np.clip(along * self.scale + 0.5, 0, 1) * np.clip((length - along) * self.scale + 0.5, 0, 1)

    def _window(
        self, left: float, top: float, width: float, height: float
    ) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray, np.ndarray]:
        """Rows and columns that a shape may touch, and their distances from its left and top edges."""
        first, last = (
            math.floor((left + WIDTH / 2) * self.scale) - 2,
            math.ceil((left + width + WIDTH / 2) * self.scale) + 2,
        )
        low, high = math.floor((top - self.top) * self.scale) - 2, math.ceil((top + height - self.top) * self.scale) + 2
        cols = np.arange(first, min(last, first + self.x.shape[1]))
        rows = np.arange(max(low, 0), max(min(high, self.y.shape[0]), max(low, 0)))
        dx = ((cols + 0.5) / self.scale - WIDTH / 2 - left).astype(np.float32)[None]
        dy = ((rows + 0.5) / self.scale + self.top - top).astype(np.float32)[:, None]
        return (rows[:, None], cols[None] % self.x.shape[1]), dx, dy

    def _lay(self, window: tuple[np.ndarray, np.ndarray], alpha: np.ndarray, colour: Colour) -> None:
        part = self.rgba[:, window[0], window[1]] * (1 - alpha)
        part[:3] += alpha * np.array(colour, np.float32)[:, None, None]
        part[3] += alpha
        self.rgba[:, window[0], window[1]] = part


@cache
def _remembered(paint: Callable[..., T], limit: int | None) -> Callable[..., T]:
    kept = lru_cache(limit)(paint)
    if limit is not None:
        let_go_by(kept.cache_clear)
    return kept


def paint_once(resolution: int, paint: Callable[..., T]) -> Callable[..., T]:
    """`paint`, remembering all that is small, as training needs, and of HD two things until memory is wanted."""
    return _remembered(paint, None if resolution <= 256 else 2)


def shaded(colour: Colour, by: float) -> Colour:
    """A lighter or darker colour, kept in [0, 1]."""
    red, green, blue = (min(c * by, 1.0) for c in colour)
    return red, green, blue
