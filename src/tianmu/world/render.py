"""From a scene to frames: layers, back to front, each a texture seen through a moving affine window.

The screen is one frame height high; (0, 0) is its middle, x to the right, y downwards. Every layer carries, for every
frame, the map from the screen to its texture; frames, masks and flow (truth.py) all come from these maps.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, UInt8
from torch import Tensor

from tianmu.core.errors import InputError
from tianmu.world.camera import CameraPath, camera_path
from tianmu.world.light import INDOORS, air, tint
from tianmu.world.motion import ActorState, actor_states
from tianmu.world.paint import WIDTH
from tianmu.world.scene import Scene
from tianmu.world.sets import paint_set
from tianmu.world.sprites import load_sprite
from tianmu.world.weather import falls


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One thing on the stage, over time."""

    texture: Float[Tensor, "n 4 h w"]
    """Premultiplied; n is 1 for a texture that does not change, else one a frame."""
    window: Float[Tensor, "f 2 3"]
    """Screen (x, y, 1) -> texture (u, v) in [-1, 1]."""
    kind: str
    """"plane", "fall", "shadow", "actor" or "veil"."""
    tiles: tuple[bool, bool] = (False, False)
    """Whether the texture repeats across and down."""
    actor: int | None = None
    depth: float = math.inf


def stage(
    scene: Scene, times: Float[Tensor, "f"], *, duration: float, height: int, width: int
) -> list[Layer]:
    """The layers of a scene at `times` (seconds), back to front."""
    aspect = width / height
    camera = camera_path(scene, times, duration)
    resolution = max(32, height)
    planes = [
        Layer(
            texture=plane.rgba[None],
            window=_panorama(camera.plane(plane.parallax), times * plane.drift, plane.top, plane.rgba.shape[-2] / resolution),
            kind="plane",
            tiles=(True, False),
        )
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
    cast = list(enumerate(actor_states(scene, times, duration, aspect)))
    cast.sort(key=lambda item: -item[1].depth)
    actors = [layer for index, state in cast for layer in _actor(scene, index, state, camera, height)]
    if scene.setting in INDOORS:  # weather stays behind the window
        return [planes[0], *particles, *planes[1:], *actors]
    veil = [_veil(scene)] if scene.weather == "fog" else []
    return [*planes, *actors, *veil, *particles]


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
    times = (torch.arange(num_frames, dtype=torch.float32) + start) / fps
    layers = stage(scene, times, duration=(of or num_frames) / fps, height=height, width=width)
    frames = compose(layers, num_frames, height, width, torch.device(device))
    return (_graded(frames, scene.look).clamp(0, 1) * 2 - 1).transpose(0, 1).contiguous()


def render_batch(
    scenes: Sequence[Scene], *, num_frames: int, fps: float, height: int, width: int, device: torch.device | str = "cpu"
) -> Float[Tensor, "b c f h w"]:
    """Clips of the same shape, one a scene, in [-1, 1]."""
    return torch.stack(
        [render_clip(s, num_frames=num_frames, fps=fps, height=height, width=width, device=device) for s in scenes]
    )


def render_frames(
    scene: Scene, *, num_frames: int, fps: float, height: int, width: int, chunk: int = 4
) -> Iterator[UInt8[np.ndarray, "f h w c"]]:
    """The same scene as a stream of HD chunks, [f h w 3] uint8; memory does not grow with the shot's length."""
    if num_frames < 1 or fps <= 0 or height < 16 or width < 16:
        raise InputError(
            f"A shot needs at least one frame of 16 x 16 pixels, but {num_frames} of {width} x {height} were asked for."
        )
    times = torch.arange(num_frames, dtype=torch.float32) / fps
    for start in range(0, num_frames, chunk):
        part = times[start : start + chunk]
        layers = stage(scene, part, duration=num_frames / fps, height=height, width=width)
        frames = _graded(compose(layers, len(part), height, width, torch.device("cpu")), scene.look)
        yield frames.mul(255).add_(0.5).clamp_(0, 255).byte().permute(0, 2, 3, 1).contiguous().numpy()


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
    texture = layer.texture.to(device).expand(num_frames, -1, -1, -1)
    mode = "zeros" if layer.kind in ("actor", "shadow") else "border"
    return F.grid_sample(texture, grid, mode="bilinear", padding_mode=mode, align_corners=False)


def covered(layer: Layer, height: int, width: int) -> tuple[slice, slice]:
    """The rows and columns of the frame that the layer may touch in any frame."""
    if layer.kind in ("fall", "veil"):
        return slice(0, height), slice(0, width)
    if layer.kind == "plane":
        e, g = layer.window[:, 1, 1], layer.window[:, 1, 2]
        return _pixels(float(((-1 - g) / e).min()), float(((1 - g) / e).max()), height, height), slice(0, width)
    inverse = torch.linalg.inv(layer.window[:, :, :2])
    corners = torch.tensor([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
    places = torch.einsum("fij,fkj->fki", inverse, corners[None] - layer.window[:, None, :, 2])
    low, high = places.amin((0, 1)), places.amax((0, 1))
    return _pixels(float(low[1]), float(high[1]), height, height), _pixels(float(low[0]), float(high[0]), width, height)


def _pixels(low: float, high: float, count: int, height: int) -> slice:
    first, last = math.floor(low * height + count / 2), math.ceil(high * height + count / 2)
    return slice(max(0, min(first, count)), max(0, min(last, count)))


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
    drawings = sprite.level(float((edge * camera.zoom).max()) * frame_height)[state.drawing]
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
    layers = [Layer(texture=drawings * shade, window=window, kind="actor", actor=index, depth=state.depth)]
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


_LUMA = (0.2126, 0.7152, 0.0722)


def _graded(frames: Float[Tensor, "f c h w"], look: str) -> Float[Tensor, "f c h w"]:
    """The look, as a grade over finished frames in [0, 1]."""
    if look == "natural":
        return frames
    weights = torch.tensor(_LUMA, device=frames.device).view(1, 3, 1, 1)
    luma = (frames * weights).sum(1, keepdim=True)

    def toned(dark: tuple[float, float, float], bright: tuple[float, float, float], part: Tensor) -> Tensor:
        low, high = (torch.tensor(c, device=frames.device).view(1, 3, 1, 1) for c in (dark, bright))
        return low + (high - low) * part

    match look:
        case "black_and_white":
            return luma.expand(-1, 3, -1, -1)
        case "sepia":
            return toned((0.14, 0.08, 0.03), (1.0, 0.92, 0.74), luma)
        case "ink":
            stroke = torch.sigmoid((luma - 0.46) * 9)
            return toned((0.08, 0.09, 0.12), (0.97, 0.95, 0.89), stroke)
        case "dusk_grade":
            return 0.55 * frames + 0.45 * toned((0.10, 0.03, 0.26), (1.0, 0.72, 0.62), luma)
        case _:  # poster
            vivid = luma + (frames - luma) * 1.7
            return (vivid.clamp(0, 1) * 3.999).floor() / 3
