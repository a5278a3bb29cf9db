"""What a scene's frames show, exactly: who is where, what hides what, and how every pixel moves.

All of it comes from the layers that the renderer composes, so it agrees with the frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from tianmu.world.motion import ActorState, actor_states
from tianmu.world.render import covered, sample
from tianmu.world.scene import Scene
from tianmu.world.stage import Layer, clip_layers, stage


@dataclass(frozen=True, kw_only=True)
class Truth:
    """The truth of a clip of f frames."""

    masks: Float[Tensor, "a f h w"]
    """How much of a pixel is the actor's, after what stands before it; air, rain and snow are looked through."""
    order: Int[Tensor, "f h w"]
    """Which layer a pixel shows, counted from the back; larger is nearer."""
    flow: Float[Tensor, "f 2 h w"]
    """Pixels (x, y) that what a pixel shows moves until the next frame; the last frame's flow is zero."""
    states: tuple[ActorState, ...]


def clip_truth(scene: Scene, *, num_frames: int, fps: float, height: int, width: int) -> Truth:
    """The truth of the clip that `render_clip` draws with the same arguments."""
    times = torch.arange(num_frames, dtype=torch.float32) / fps
    duration = num_frames / fps
    layers = stage(scene, times, duration=duration, height=height, width=width)
    solid = [layer for layer in layers if layer.kind in ("plane", "actor")]
    order = torch.zeros(num_frames, height, width, dtype=torch.int64)
    flow = torch.zeros(num_frames, 2, height, width)
    for place, layer in enumerate(solid):
        alpha = _alpha(layer, num_frames, height, width)
        top = alpha > 0.5
        order[top] = place
        motion = _motion(layer, num_frames, height, width)
        flow = torch.where(top[:, None], motion, flow)
    states = tuple(actor_states(scene, times, duration, width / height))
    masks = _masks(solid, len(scene.actors), num_frames, height, width)
    return Truth(masks=masks, order=order, flow=flow, states=states)


def clip_masks(
    scene: Scene, *, num_frames: int, fps: float, height: int, width: int, start: int = 0, of: int | None = None
) -> Float[Tensor, "a f h w"]:
    """Only the masks, which is what a training loss needs."""
    layers = clip_layers(scene, num_frames=num_frames, fps=fps, height=height, width=width, start=start, of=of)
    return _masks([layer for layer in layers if layer.kind == "actor"], len(scene.actors), num_frames, height, width)


def _masks(layers: list[Layer], actors: int, num_frames: int, height: int, width: int) -> Float[Tensor, "a f h w"]:
    masks = torch.zeros(actors, num_frames, height, width)
    for layer in layers:
        if layer.actor is not None or masks.any():
            alpha = _alpha(layer, num_frames, height, width)
            masks *= 1 - alpha
            if layer.actor is not None:
                masks[layer.actor] = alpha
    return masks


def _alpha(layer: Layer, num_frames: int, height: int, width: int) -> Float[Tensor, "f h w"]:
    alpha = torch.zeros(num_frames, height, width)
    rows, cols = covered(layer, height, width)
    if rows.start < rows.stop and cols.start < cols.stop:
        alpha[:, rows, cols] = sample(layer, height, width, rows, cols, torch.device("cpu"))[:, 3].clamp(0, 1)
    return alpha


def _motion(layer: Layer, num_frames: int, height: int, width: int) -> Float[Tensor, "f 2 h w"]:
    """Where each pixel's point of the layer goes: the next frame's window undone, after this frame's."""
    flow = torch.zeros(num_frames, 2, height, width)
    window = layer.window
    if num_frames < 2 or window.shape[0] < 2:
        return flow
    x = (torch.arange(width) + 0.5 - width / 2) / height
    y = (torch.arange(height) + 0.5 - height / 2) / height
    here = torch.stack([x.expand(height, width), y[:, None].expand(height, width), torch.ones(height, width)])
    texture = torch.einsum("fij,jhw->fihw", window[:-1], here)
    inverse = torch.linalg.inv(window[1:, :, :2])
    there = torch.einsum("fij,fjhw->fihw", inverse, texture - window[1:, :, 2, None, None])
    flow[:-1] = (there - here[:2]) * height
    return flow
