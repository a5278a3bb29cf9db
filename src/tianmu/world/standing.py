"""The cast of a panorama: each drawing on an upright card that faces the viewer, where the actor's feet are."""

from __future__ import annotations

import math

import cv2
import numpy as np
import torch
from jaxtyping import Float, UInt16

from tianmu.world.camera import camera_path
from tianmu.world.cels import FULL
from tianmu.world.light import HORIZON
from tianmu.world.scene import Scene
from tianmu.world.sphere import FOCAL, Sphere, wrapped
from tianmu.world.stage import Layer, clip_layers

_WIDEST = math.radians(80)
"""To each side of its middle, that a card is drawn."""


class Standing:
    """An actor's drawings, or its shadow, on cards; `horizon` is where the flat frame has it."""

    def __init__(self, layer: Layer, sphere: Sphere, horizon: float) -> None:
        self._sphere, self._horizon = sphere, horizon
        self._textures = [_sixteen(texture) for texture in layer.texture.numpy()]
        self._drawing = None if layer.drawing is None else layer.drawing.numpy()
        self._windows = layer.window.numpy().astype(np.float64)

    def azimuth(self, index: int) -> float:
        """Where the middle of the card is in frame `index`."""
        return self._middle(index) / FOCAL

    def _middle(self, index: int) -> float:
        window = self._windows[index]
        return float(np.linalg.solve(window[:, :2], -window[:, 2])[0])

    def lay(self, canvas: UInt16[np.ndarray, "h w 4"], index: int) -> None:
        """Lay it over a frame."""
        window, sphere = self._windows[index], self._sphere
        corners = np.array([[-1.0, -1.0, 1.0, 1.0], [-1.0, 1.0, -1.0, 1.0]])
        across, down = np.linalg.solve(window[:, :2], corners - window[:, 2:])
        middle = self._middle(index)
        azimuth = middle / FOCAL
        reach = min(math.atan(float(np.abs(across - middle).max()) / FOCAL), _WIDEST)
        heights = (self._horizon - down) / FOCAL
        rises = [math.atan(float(h) * c) for h in (heights.min(), heights.max()) for c in (1.0, math.cos(reach))]
        rows, columns = sphere.rows(min(rises), max(rises)), sphere.columns(azimuth, reach)
        if rows.start >= rows.stop:
            return
        aside = np.clip(wrapped(sphere.azimuth[0, columns] - azimuth), -_WIDEST, _WIDEST)[None]
        x = middle + FOCAL * np.tan(aside)
        y = self._horizon - FOCAL * np.tan(np.clip(sphere.elevation[rows], -1.55, 1.55)) / np.cos(aside)
        texture = self._textures[0 if self._drawing is None else int(self._drawing[index])]
        high, wide, _ = texture.shape
        u = (window[0, 0] * x + window[0, 1] * y + window[0, 2] + 1) * wide / 2 - 0.5
        v = (window[1, 0] * x + window[1, 1] * y + window[1, 2] + 1) * high / 2 - 0.5
        card = cv2.remap(texture, u.astype(np.float32), v.astype(np.float32), cv2.INTER_LINEAR)
        glaze(canvas, rows, columns, np.asarray(card, np.uint16))


class Veil:
    """Air before the cast: one colour, everywhere the same."""

    def __init__(self, layer: Layer) -> None:
        *colour, alpha = (float(c) for c in layer.texture.flatten())
        self._keep, self._colour = 1 - alpha, np.array([*colour, alpha]) * FULL

    def lay(self, canvas: UInt16[np.ndarray, "h w 4"], index: int) -> None:
        """Lay it over a frame."""
        sheet = np.broadcast_to(self._colour.astype(np.uint16), canvas.shape)
        cv2.addWeighted(canvas, self._keep, np.ascontiguousarray(sheet), 1, 0, canvas)


def stand(
    sphere: Sphere, scene: Scene, *, num_frames: int, fps: float, aspect: float, resolution: int
) -> list[Standing | Veil]:
    """The cast of a shot of `num_frames` whose camera stands still, the farthest first, each behind its shadow.

    In fog a veil lies before them.
    """
    layers = clip_layers(scene, num_frames=num_frames, fps=fps, height=resolution, width=round(resolution * aspect))
    camera = camera_path(scene, torch.zeros(1), 1.0)
    horizon = (HORIZON - float(camera.y[0])) * float(camera.zoom[0])
    return [
        Veil(layer) if layer.kind == "veil" else Standing(layer, sphere, horizon)
        for layer in layers
        if layer.kind in ("actor", "shadow", "veil")
    ]


def glaze(
    canvas: UInt16[np.ndarray, "h w 4"], rows: slice, columns: np.ndarray, card: UInt16[np.ndarray, "y x 4"]
) -> None:
    """Lay a premultiplied picture over a part of a canvas, whose columns may go around its edge."""
    start = 0
    for part in np.split(columns, np.flatnonzero(np.diff(columns) < 0) + 1):
        below = canvas[rows, part[0] : part[-1] + 1]
        laid = card[:, start : start + len(part)]
        keep = cv2.merge([cv2.bitwise_not(np.ascontiguousarray(laid[..., 3]))] * 4)
        below[:] = cv2.add(cv2.multiply(np.ascontiguousarray(below), keep, scale=1 / FULL), np.ascontiguousarray(laid))
        start += len(part)


def _sixteen(texture: Float[np.ndarray, "4 y x"]) -> UInt16[np.ndarray, "y x 4"]:
    return np.rint(np.clip(texture.transpose(1, 2, 0), 0, 1) * FULL).astype(np.uint16)
