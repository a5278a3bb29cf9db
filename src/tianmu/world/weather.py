"""What falls and drifts through the air: tiles of drops, flakes and leaves that scroll without end."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from tianmu.world.paint import Colour

_REACH = 0.06
"""No drop, flake or leaf is larger from its middle, in edges of the tile."""


@dataclass(frozen=True, kw_only=True)
class Fall:
    """A square tile, one frame height wide, that repeats over the frame and moves with `velocity`."""

    rgba: Float[Tensor, "4 s s"]
    velocity: tuple[float, float]
    """Frame heights per second, to the right and downwards."""
    sway: float
    """How far it swings sideways, in frame heights."""
    parallax: float
    size: float
    """Edge of one tile on the screen, in frame heights."""


def falls(weather: str, resolution: int) -> tuple[Fall, ...]:
    """What falls in this weather: a far and a near layer, or nothing."""
    if weather == "rain":
        tile, speed, sway = _tile("rain", resolution), (-0.25, 1.7), 0.0
    elif weather == "snow":
        tile, speed, sway = _tile("snow", resolution), (0.05, 0.25), 0.03
    elif weather == "leaves":
        tile, speed, sway = _tile("leaves", resolution), (0.35, 0.22), 0.04
    else:
        return ()
    (across, down) = speed
    far = Fall(rgba=tile * 0.7, velocity=(0.7 * across, 0.7 * down), sway=sway, parallax=0.6, size=0.7)
    return far, Fall(rgba=tile, velocity=speed, sway=sway, parallax=1.2, size=1.0)


@lru_cache(maxsize=16)
def _tile(kind: str, resolution: int) -> Float[Tensor, "4 s s"]:
    rng = np.random.default_rng([*kind.encode()])
    rgba = np.zeros((4, resolution, resolution), np.float32)
    grid = (np.arange(resolution, dtype=np.float32) + 0.5) / resolution
    count = {"rain": 26, "snow": 30, "leaves": 11}[kind]
    near = np.arange(-math.ceil(_REACH * resolution), math.ceil(_REACH * resolution) + 1)
    for _ in range(count):
        x0, y0 = rng.random(), rng.random()
        cols, rows = (
            np.unique(np.remainder(np.floor(place * resolution) + near, resolution)).astype(int) for place in (x0, y0)
        )
        dx = np.remainder(grid[None, cols] - x0 + 0.5, 1) - 0.5
        dy = np.remainder(grid[rows, None] - y0 + 0.5, 1) - 0.5
        if kind == "rain":
            away = np.abs(dx - dy * (-0.25 / 1.7))
            alpha = (
                0.6
                * np.clip((0.006 - away) * resolution + 0.5, 0, 1)
                * np.clip((0.045 - np.abs(dy)) * resolution, 0, 1)
            )
            colour: Colour = (0.82, 0.88, 0.98)
        elif kind == "snow":
            alpha = 0.95 * np.clip((rng.uniform(0.007, 0.016) - np.hypot(dx, dy)) * resolution + 0.5, 0, 1)
            colour = (1.0, 1.0, 1.0)
        else:
            angle = rng.uniform(0, math.pi)
            along, across = dx * math.cos(angle) + dy * math.sin(angle), dy * math.cos(angle) - dx * math.sin(angle)
            alpha = np.clip((0.024 - np.hypot(along, 2.2 * across)) * resolution + 0.5, 0, 1)
            colour = [(0.88, 0.42, 0.10), (0.95, 0.68, 0.15), (0.74, 0.24, 0.10)][rng.integers(3)]
        part = rgba[:, rows[:, None], cols] * (1 - alpha)
        rgba[:, rows[:, None], cols] = part + alpha * np.array([*colour, 1.0], np.float32)[:, None, None]
    return torch.from_numpy(rgba)
