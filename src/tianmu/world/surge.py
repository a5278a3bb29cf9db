"""What moves everywhere around the viewer: crests on the water, and rain, snow and leaves in the air."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Float, UInt16

from tianmu.world.cels import FULL
from tianmu.world.scene import Scene
from tianmu.world.sphere import AROUND, FOCAL, Sphere
from tianmu.world.weather import Fall, falls

_TILES = (12, 8)
"""How often the far and the near tile of what falls go around: in a frame they are 0.7 and 1 frame heights wide."""
_HIGHEST, _FADING = math.radians(76), math.radians(24)
"""Above and below that nothing falls, and over how much of an angle it ends, so that the poles are calm."""
_BREATH = 4.5
"""Seconds in which the crests of a water have come and gone once."""
_DIMMEST = 0.02


@dataclass(frozen=True, kw_only=True, eq=False)
class Windows:
    """What is seen through a set's openings."""

    behind: UInt16[np.ndarray, "h w 4"]
    clear: Float[np.ndarray, "h w"]
    """How much of each pixel is open."""


class Crests:
    """The crests of water: several pictures that come and go in place, so that nothing slides under the viewer."""

    def __init__(self, pictures: Sequence[Float[np.ndarray, "y w 4"]], keep: np.ndarray, first: int) -> None:
        """`keep` [y w] is where the water is not, and `first` its first row."""
        covered = 1 - keep[..., None]
        self._pictures = [np.rint(picture * covered * FULL).astype(np.uint16) for picture in pictures]
        self._first = first

    def lay(self, canvas: UInt16[np.ndarray, "h w 4"], seconds: float) -> None:
        """Lay those of a moment."""
        below = canvas[self._first :]
        for number, picture in enumerate(self._pictures):
            turn = math.tau * (seconds / _BREATH + number / len(self._pictures))
            share = max(0.0, 0.5 - 0.75 * math.cos(turn)) / 1.25
            if share < _DIMMEST:
                continue
            laid = cv2.addWeighted(picture, share, picture, 0, 0)
            alpha = cv2.bitwise_not(cv2.extractChannel(laid, 3))
            keep = cv2.cvtColor(alpha, cv2.COLOR_GRAY2RGBA)
            cv2.add(cv2.multiply(below, keep, scale=1 / FULL), laid, below)


class Falling:
    """A layer of what falls: a tile that goes around the viewer a whole number of times, smaller towards the poles.

    Mercator's projection keeps flakes round and leaves turning wherever they are; only drops are laid.
    """

    def __init__(
        self,
        fall: Fall,
        count: int,
        sphere: Sphere,
        windows: Windows | None,
    ) -> None:
        self._fall, self._count, self._windows = fall, count, windows
        self._texture = np.rint(np.clip(fall.rgba.numpy().transpose(1, 2, 0), 0, 1) * FULL).astype(np.uint16)
        self._rows = sphere.rows(-_HIGHEST, _HIGHEST)
        up = sphere.elevation[self._rows, 0].astype(np.float64)
        size = AROUND / count
        wide = sphere.width // count
        self._across = (np.arange(wide) + 0.5) / wide + (sphere.heading * FOCAL / size)
        self._down = -FOCAL * np.log(np.tan(math.pi / 4 + up / 2)) / size
        self._fade = np.clip((_HIGHEST - np.abs(up)) / _FADING, 0, 1)[:, None, None]

    def lay(self, canvas: UInt16[np.ndarray, "h w 4"], seconds: float) -> None:
        """Lay all drops of a moment."""
        across, down = self._fall.velocity
        edge = len(self._texture)
        sway = self._fall.sway * math.sin(2.2 * seconds)
        u = np.remainder(self._across - (across * seconds + sway) / self._fall.size, 1) * edge - 0.5
        v = np.remainder(self._down - down * seconds / self._fall.size, 1) * edge - 0.5
        shape = len(v), len(u)
        maps = (
            np.ascontiguousarray(np.broadcast_to(u[None], shape), np.float32),
            np.ascontiguousarray(np.broadcast_to(v[:, None], shape), np.float32),
        )
        strip = np.asarray(cv2.remap(self._texture, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP))
        r, c = np.nonzero(strip[..., 3])
        drops = (strip[r, c] * self._fade[r, 0]).astype(np.float32)[:, None]
        keep = 1 - drops[..., 3:] / FULL
        rows = r + self._rows.start
        tall, wide = canvas.shape[:2]
        folded = tall, self._count, wide // self._count, 4
        view = canvas.reshape(folded)
        if self._windows is None:
            view[rows, :, c] = (view[rows, :, c] * keep + drops).astype(np.uint16)
            return
        # wall + clear * (drop over sky), where the canvas holds wall + clear * sky already
        part = self._windows.clear.reshape(folded[:3])[rows, :, c][..., None]
        sky = self._windows.behind.reshape(folded)[rows, :, c]
        before = view[rows, :, c]
        view[rows, :, c] = (before + part * (drops - (1 - keep) * sky)).clip(0, FULL).astype(np.uint16)


def fall_around(
    sphere: Sphere,
    scene: Scene,
    resolution: int,
    windows: Windows | None,
) -> list[Falling]:
    """What falls in a scene, far and near."""
    tiles = falls(scene.weather, resolution)
    return [Falling(fall, count, sphere, windows) for fall, count in zip(tiles, _TILES, strict=False)]
