"""The multiplane camera: where it looks at every moment, and what a plane at some depth shows of it.

Lengths are in frame heights. The camera's place is the world point in the middle of the frame; a plane with parallax
1 is the actors' plane, 0 is infinitely far.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from tianmu.world.blocking import FRAMING_FOCUS, FRAMING_ZOOM, Blocking
from tianmu.world.scene import Scene


@dataclass(frozen=True, kw_only=True)
class CameraPath:
    """The camera over time, for a plane of parallax 1: centre [f] (x, y) and zoom [f]."""

    x: Float[Tensor, "f"]
    y: Float[Tensor, "f"]
    zoom: Float[Tensor, "f"]

    def plane(self, parallax: float) -> CameraPath:
        """What a plane at another depth sees: it moves less, and it grows less."""
        return CameraPath(x=self.x * parallax, y=self.y * parallax, zoom=self.zoom**parallax)


def camera_path(
    scene: Scene, times: Float[Tensor, "f"], duration: float, blocking: Blocking | None = None
) -> CameraPath:
    """The scene's camera move at `times` (seconds), spread over a shot of `duration` seconds."""
    part = (times / max(duration, 1e-6)).clamp(0, 1) - 0.5
    sweep = min(max(0.25 * duration, 0.4), 0.9)
    zero = torch.zeros_like(times)
    pan = blocking.sweep if blocking else sweep
    base = blocking.zoom if blocking else FRAMING_ZOOM[scene.framing]
    x, y, zoom = zero, zero, zero + base
    match scene.camera:
        case "pan_left":
            x = -pan * part
        case "pan_right":
            x = pan * part
        case "tilt_up":
            y = -0.4 * sweep * part
        case "tilt_down":
            y = 0.4 * sweep * part
        case "push_in":
            zoom = base * torch.exp(0.9 * sweep * part)
        case "pull_out":
            zoom = base * torch.exp(-0.9 * sweep * part)
        case _:
            pass
    focus = blocking.focus if blocking else FRAMING_FOCUS[scene.framing]
    return CameraPath(x=x, y=y + focus, zoom=zoom)
