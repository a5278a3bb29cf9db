"""From a scene to clips in torch: what training, masks and flow sample; HD has its own room, hd.py."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from tianmu.world.hd import render_frames
from tianmu.world.look import graded
from tianmu.world.scene import Scene
from tianmu.world.stage import Layer, clip_layers, stage

__all__ = ["compose", "covered", "render_batch", "render_clip", "render_frames", "sample", "stage"]


def render_clip(
    scene: Scene,
    *,
    num_frames: int,
    fps: float,
    height: int,
    width: int,
    start: int = 0,
    of: int | None = None,
    device: torch.device | str = "cpu",
) -> Float[Tensor, "c f h w"]:
    """A clip, [3 f h w] in [-1, 1], on the device that asks for it; or the frames from `start` on of a shot of `of`."""
    layers = clip_layers(scene, num_frames=num_frames, fps=fps, height=height, width=width, start=start, of=of)
    frames = compose(layers, num_frames, height, width, torch.device(device))
    return (graded(frames, scene.look).clamp(0, 1) * 2 - 1).transpose(0, 1).contiguous()


def render_batch(
    scenes: Sequence[Scene], *, num_frames: int, fps: float, height: int, width: int, device: torch.device | str = "cpu"
) -> Float[Tensor, "b c f h w"]:
    """Clips of the same shape, one a scene, in [-1, 1]."""
    return torch.stack(
        [render_clip(s, num_frames=num_frames, fps=fps, height=height, width=width, device=device) for s in scenes]
    )


def compose(
    layers: Sequence[Layer], num_frames: int, height: int, width: int, device: torch.device
) -> Float[Tensor, "f c h w"]:
    """Lay the layers over each other, back to front."""
    frames = torch.zeros(num_frames, 3, height, width, device=device)
    for layer in layers:
        rows, cols = covered(layer, height, width)
        if rows.start >= rows.stop or cols.start >= cols.stop:
            continue
        seen = sample(layer, height, width, rows, cols, device)
        part = frames[:, :, rows, cols]
        part.mul_(1 - seen[:, 3:]).add_(seen[:, :3])
    return frames


def sample(
    layer: Layer, height: int, width: int, rows: slice, cols: slice, device: torch.device
) -> Float[Tensor, "f c h w"]:
    """What the layer shows in a part of the frame: premultiplied RGBA."""
    x = (torch.arange(cols.start, cols.stop, device=device) + 0.5 - width / 2) / height
    y = (torch.arange(rows.start, rows.stop, device=device) + 0.5 - height / 2) / height
    window = layer.window.to(device)
    num_frames = window.shape[0]
    a, b, c = (window[:, 0, k, None, None] for k in range(3))
    d, e, g = (window[:, 1, k, None, None] for k in range(3))
    u, v = a * x + c, e * y[:, None] + g
    if layer.kind in ("actor", "shadow"):
        u, v = u + b * y[:, None], v + d * x
    if layer.tiles[0]:
        u = torch.remainder(u + 1, 2) - 1
    if layer.tiles[1]:
        v = torch.remainder(v + 1, 2) - 1
    size = (num_frames, len(y), len(x))
    grid = torch.stack([u.expand(size), v.expand(size)], -1)
    texture = layer.texture if layer.drawing is None else layer.texture[layer.drawing]
    texture = texture.to(device).expand(num_frames, -1, -1, -1)
    mode = "zeros" if layer.kind in ("actor", "shadow") else "border"
    return F.grid_sample(texture, grid, mode="bilinear", padding_mode=mode, align_corners=False)


def covered(layer: Layer, height: int, width: int) -> tuple[slice, slice]:
    """The rows and columns of the frame that the layer may touch in any frame."""
    if layer.kind in ("fall", "veil"):
        return slice(0, height), slice(0, width)
    if layer.kind == "plane":
        e, g = layer.window[:, 1, 1], layer.window[:, 1, 2]
        bottom = math.inf if layer.endless else float(((1 - g) / e).max())
        return _pixels(float(((-1 - g) / e).min()), min(bottom, 1.0), height, height), slice(0, width)
    inverse = torch.linalg.inv(layer.window[:, :, :2])
    corners = torch.tensor([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
    places = torch.einsum("fij,fkj->fki", inverse, corners[None] - layer.window[:, None, :, 2])
    low, high = places.amin((0, 1)), places.amax((0, 1))
    return _pixels(float(low[1]), float(high[1]), height, height), _pixels(float(low[0]), float(high[0]), width, height)


def _pixels(low: float, high: float, count: int, height: int) -> slice:
    first, last = math.floor(low * height + count / 2), math.ceil(high * height + count / 2)
    return slice(max(0, min(first, count)), max(0, min(last, count)))
