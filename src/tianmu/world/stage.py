"""What stands on the stage: a scene as layers, back to front, each a texture seen through a moving affine window.

The screen is one frame height high; (0, 0) is its middle, x to the right, y downwards. Every layer carries, for every
frame, the map from the screen to its texture; frames (render.py, hd.py), masks and flow (truth.py) all come from these
maps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import torch
from jaxtyping import Float, Int
from torch import Tensor

from tianmu.world.blocking import Blocking, block
from tianmu.world.camera import CameraPath, camera_path
from tianmu.world.light import BOTTOM, INDOORS, Plane, air, tint
from tianmu.world.motion import ActorState, actor_states, own_places
from tianmu.world.paint import WIDTH
from tianmu.world.scene import Scene
from tianmu.world.sets import paint_set
from tianmu.world.sprites import load_sprite
from tianmu.world.weather import falls


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One thing on the stage, over time."""

    texture: Float[Tensor, "n 4 h w"]
    """Premultiplied; n is 1, or the drawings of a loop."""
    window: Float[Tensor, "f 2 3"]
    """Screen (x, y, 1) -> texture (u, v) in [-1, 1]. A veil has one, which says nothing."""
    kind: str
    """"plane", "fall", "shadow", "actor" or "veil"."""
    drawing: Int[Tensor, "f"] | None = None
    """Which of the textures each frame shows; None when there is only one."""
    tiles: tuple[bool, bool] = (False, False)
    """Whether the texture repeats across and down."""
    endless: bool = False
    """Whether a plane goes on below its texture, down to the edge of the frame."""
    actor: int | None = None
    depth: float = math.inf

    def between(self, start: int, stop: int) -> Layer:
        """The layer over a part of its frames."""
        if self.kind == "veil":
            return self
        drawing = None if self.drawing is None else self.drawing[start:stop]
        return replace(self, window=self.window[start:stop], drawing=drawing)


def clip_layers(
    scene: Scene,
    *,
    num_frames: int,
    fps: float,
    height: int,
    width: int,
    start: int = 0,
    of: int | None = None,
    restaged: bool = False,
) -> list[Layer]:
    """The layers of a clip of `num_frames`, or of the frames from `start` on of a shot of `of` frames.

    They are cut from the whole shot's, so that a part of a shot looks as it does in the whole: how fine a drawing
    is shown depends on how large it becomes. `restaged` stages them for the frame; see `blocking.py`.
    """
    whole = of or num_frames
    times = torch.arange(max(whole, start + num_frames), dtype=torch.float32) / fps
    duration, aspect = whole / fps, width / height
    places = own_places(scene, aspect)
    blocking = block(scene, places, aspect=aspect, duration=duration) if restaged else None
    layers = stage(scene, times, duration=duration, height=height, width=width, blocking=blocking)
    return [layer.between(start, start + num_frames) for layer in layers]


def stage(
    scene: Scene,
    times: Float[Tensor, "f"],
    *,
    duration: float,
    height: int,
    width: int,
    blocking: Blocking | None = None,
) -> list[Layer]:
    """The layers of a scene at `times` (seconds) in a shot of `duration` seconds, back to front."""
    aspect = width / height
    camera = camera_path(scene, times, duration, blocking)
    resolution = max(32, height)
    planes = [
        _plane(plane, camera.plane(plane.parallax), times, resolution)
        for plane in paint_set(scene.setting, scene.time, scene.weather, scene.seed, resolution)
    ]
    particles = [
        Layer(
            texture=fall.rgba[None],
            window=_tiled(camera.plane(fall.parallax), times, fall.velocity, fall.sway, fall.size),
            kind="fall",
            tiles=(True, True),
        )
        for fall in falls(scene.weather, resolution)
    ]
    cast = list(enumerate(actor_states(scene, times, duration, aspect, blocking)))
    cast.sort(key=lambda item: -item[1].depth)
    actors = [layer for index, state in cast for layer in _actor(scene, index, state, camera, height)]
    if scene.setting in INDOORS:  # weather stays behind the window
        return [planes[0], *particles, *planes[1:], *actors]
    veil = [_veil(scene)] if scene.weather == "fog" else []
    return [*planes, *actors, *veil, *particles]


def _plane(plane: Plane, camera: CameraPath, times: Tensor, resolution: int) -> Layer:
    rows = plane.rgba.shape[-2] / resolution
    return Layer(
        texture=plane.rgba[None],
        window=_panorama(camera, times * plane.drift, plane.top, rows),
        kind="plane",
        tiles=(True, False),
        endless=plane.top + rows > BOTTOM - 1 / resolution,
    )


def _axis_aligned(su: Tensor, ou: Tensor, sv: Tensor, ov: Tensor) -> Float[Tensor, "f 2 3"]:
    zero = torch.zeros_like(su)
    return torch.stack([torch.stack([su, zero, ou], -1), torch.stack([zero, sv, ov], -1)], -2)


def _panorama(camera: CameraPath, drift: Tensor, top: float, rows: float) -> Float[Tensor, "f 2 3"]:
    # World x = camera.x + screen x / zoom; u = 2 x / WIDTH. World y likewise; v runs from the plane's top down.
    su, sv = 2 / (WIDTH * camera.zoom), 2 / (rows * camera.zoom)
    return _axis_aligned(su, 2 * (camera.x + drift) / WIDTH, sv, 2 * (camera.y - top) / rows - 1)


def _tiled(
    camera: CameraPath, times: Tensor, velocity: tuple[float, float], sway: float, size: float
) -> Float[Tensor, "f 2 3"]:
    across, down = velocity
    x = camera.x - across * times - sway * torch.sin(2.2 * times)
    scale = 2 / size + torch.zeros_like(times)
    return _axis_aligned(scale, x * 2 / size, scale, (camera.y - down * times) * 2 / size)


def _veil(scene: Scene) -> Layer:
    (red, green, blue), _ = air(scene.time, scene.weather)
    alpha = 0.32
    texture = torch.tensor([red * alpha, green * alpha, blue * alpha, alpha]).view(1, 4, 1, 1)
    return Layer(texture=texture, window=torch.zeros(1, 2, 3), kind="veil")


def _actor(scene: Scene, index: int, state: ActorState, camera: CameraPath, frame_height: int) -> list[Layer]:
    """The actor's drawing and its shadow as layers."""
    actor = scene.actors[index]
    largest = float((state.height * camera.zoom).max()) * frame_height
    sprite = load_sprite(actor.subject, 64 if largest <= 64 else 256)
    edge = state.height / sprite.extent[1]  # of the sprite's square, in frame heights
    drawings = sprite.level(float((edge * camera.zoom).max()) * frame_height)
    # The cast is lit a little from the front, as on any stage: in the night it stays readable.
    shade = torch.tensor([*(0.35 + 0.65 * c for c in tint(scene.setting, scene.time, scene.weather)), 1.0])
    shade = shade.view(1, 4, 1, 1)
    mirrored = -1.0 if sprite.subject.facing == "left" else 1.0
    turned = torch.where(state.turn.abs() < 0.1, 0.1 * torch.sign(state.turn + 1e-6), state.turn)
    # Screen -> stage -> turned about the drawing's middle -> the sprite's square, whose bottom edge is its feet.
    x0, y0 = (state.x - camera.x) * camera.zoom, (state.y - state.height / 2 - camera.y) * camera.zoom
    half = edge * camera.zoom / 2
    cos, sin = torch.cos(state.angle), torch.sin(state.angle)
    flip = mirrored / (half * turned)
    row_u = torch.stack([cos * flip, sin * flip, -(cos * x0 + sin * y0) * flip], -1)
    row_v = torch.stack([-sin / half, cos / half, (sin * x0 - cos * y0) / half + 1 - sprite.extent[1]], -1)
    window = torch.stack([row_u, row_v], -2)
    drawings = drawings * shade
    layers = [
        Layer(texture=drawings, window=window, kind="actor", drawing=state.drawing, actor=index, depth=state.depth)
    ]
    if math.isfinite(float(state.floor[0])):
        lift = ((state.floor - state.y) / 0.6).clamp(0, 0.8)
        radius = 0.5 * state.height * sprite.extent[0] / sprite.extent[1] * (1 - 0.5 * lift) * camera.zoom
        centre_x, centre_y = (state.x - camera.x) * camera.zoom, (state.floor - camera.y) * camera.zoom
        flat = _axis_aligned(1 / radius, -centre_x / radius, 1 / (0.18 * radius), -centre_y / (0.18 * radius))
        layers.insert(0, Layer(texture=_blob()[None], window=flat, kind="shadow", depth=state.depth))
    return layers


@lru_cache(maxsize=1)
def _blob() -> Float[Tensor, "4 s s"]:
    line = (torch.arange(32) + 0.5) / 16 - 1
    alpha = 0.36 * (1.25 * (1 - torch.hypot(line[None], line[:, None]))).clamp(0, 1)
    return torch.cat([torch.zeros(3, 32, 32), alpha[None]])
