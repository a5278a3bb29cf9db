"""What stands between floor and sky in a panorama: the planes of a set, carried on around the viewer.

A painted plane goes half around. The other half is a plane of another variant of the same set, and the two meet where
they look most alike, so that nothing is seen twice and no seam is seen. A room has four walls and a ceiling instead.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from jaxtyping import Float, Int

from tianmu.world.light import HORIZON, INDOORS, Plane, tint
from tianmu.world.paint import WIDTH
from tianmu.world.scene import Scene
from tianmu.world.sets import NUM_VARIANTS, paint_set
from tianmu.world.sphere import AROUND, FOCAL, Sphere

Picture = Float[np.ndarray, "_ _ 4"]
"""Premultiplied."""
_FRONT = 1.25
"""Frame heights to each side of the front that are the frame's own plane in any case."""
_GRAIN = 4
"""Columns are compared in steps of so many texels."""
_SOFT = 0.02
"""Frame heights over which two planes go over into each other."""
_SKIRTING = 0.145
"""The middle of the skirting of a room's walls, in frame heights."""
_CEILING = -0.57
"""Where a room's ceiling meets its wall, in frame heights: just above a frame."""


def paint_backdrops(sphere: Sphere, scene: Scene, planes: Sequence[Plane], edge: float) -> list[Picture]:
    """The planes of a scene but its sky and its ground, back to front; `edge` is how far away the floor ends."""
    resolution = _resolution(planes[0])
    other = paint_set(scene.setting, scene.time, scene.weather, scene.seed + NUM_VARIANTS // 2, resolution)
    pictures: list[Picture] = []
    joints: dict[float, np.ndarray] = {}
    for own, twin in zip(planes[1:-1], other[1:-1], strict=True):
        if scene.setting == "room":
            pictures.append(_walls(sphere, scene, own, edge))
            continue
        if own.parallax not in joints:
            joints[own.parallax] = _joint(own, twin)
        picture = _ring(sphere, _joined(own, twin, joints[own.parallax]), own.top, resolution)
        pictures.append(_curtained(sphere, picture) if scene.setting in INDOORS else picture)
    return pictures


def _resolution(plane: Plane) -> int:
    return round(plane.rgba.shape[-1] / WIDTH)


def _joint(own: Plane, twin: Plane) -> Int[np.ndarray, "2 n"]:
    """Which column of which of two planes stands at each texel of the way around, from behind to behind.

    Row 0 says which, row 1 the column. The two places where they meet are chosen together.
    """
    one, two = _features(own), _features(twin)
    count = one.shape[0]
    unlike = ((one**2).sum(1)[:, None] + (two**2).sum(1)[None] - 2 * one @ two.T).astype(np.float64)
    steep = unlike + np.roll(unlike, (1, 1), (0, 1)) + np.roll(unlike, (-1, -1), (0, 1))
    half = round(_FRONT / WIDTH * count)
    lefts = np.arange(0, count // 2 - half + 1)  # where the own plane begins, and where it ends
    rights = np.arange(count // 2 + half, count + 1)
    starts = np.arange(count)  # of the other, where the own one ends
    length = 2 * count - (rights[None] - lefts[:, None])  # of the other, [lefts rights]
    ends = (starts[None, None] + length[..., None]) % count
    cost = steep[rights % count][None][:, :, starts] + steep[lefts[:, None, None] % count, ends]
    left, right, start = np.unravel_index(int(cost.argmin()), cost.shape)
    first, last = int(lefts[left]) * _GRAIN, int(rights[right]) * _GRAIN
    texels = count * _GRAIN
    mine = np.arange(first, last)
    others = (int(starts[start]) * _GRAIN + np.arange(2 * texels - len(mine))) % texels
    way = np.concatenate([np.stack([0 * mine, mine]), np.stack([0 * others + 1, others])], 1)
    return np.roll(way, texels // 2 + first, 1)


def _features(plane: Plane) -> Float[np.ndarray, "n k"]:
    """What each column looks like above the horizon, in few numbers."""
    rgba = plane.rgba.numpy()
    rows = max(1, round((HORIZON - plane.top) * _resolution(plane)))
    columns = rgba.shape[2] // _GRAIN * _GRAIN
    small = cv2.resize(np.ascontiguousarray(rgba[:, :rows, :columns].transpose(1, 2, 0)), (columns // _GRAIN, 96))
    return np.asarray(small, np.float32).transpose(1, 0, 2).reshape(columns // _GRAIN, -1)


def _joined(own: Plane, twin: Plane, way: np.ndarray) -> Picture:
    """Both planes on the way around, [rows, 2 x columns, 4], mixed for a little where they meet."""
    planes = [plane.rgba.numpy().transpose(1, 2, 0) for plane in (own, twin)]
    which, column = way
    whole = np.where((which == 0)[None, :, None], planes[0][:, column], planes[1][:, column])
    reach = max(2, round(_SOFT * _resolution(own)))
    count = len(which)
    for at in np.flatnonzero(which != np.roll(which, 1)):
        before, after = (at - 1) % count, at
        for k in range(-reach, reach):
            share = (k + reach + 0.5) / (2 * reach)
            left = planes[which[before]][:, (column[before] + 1 + k) % planes[0].shape[1]]
            right = planes[which[after]][:, (column[after] + k) % planes[0].shape[1]]
            whole[:, (at + k) % count] = (1 - share) * left + share * right
    return np.ascontiguousarray(whole)


def _ring(sphere: Sphere, whole: Picture, top: float, resolution: int) -> Picture:
    """A plane that stands around the viewer like the wall of a tower."""
    x = (sphere.azimuth * FOCAL + AROUND / 2) * resolution - 0.5
    up = np.clip(sphere.elevation, -1.5, 1.5)
    y = (HORIZON - FOCAL * np.tan(up) - top) * resolution - 0.5
    padded = cv2.copyMakeBorder(whole, 1, 0, 2, 2, cv2.BORDER_WRAP)
    padded[0] = padded[1] if top <= -0.9 else 0  # what is painted to its upper edge goes on
    return _sampled(padded, x + 2, np.clip(y + 1, 0, len(padded) - 1))


def _sampled(texture: Picture, x: np.ndarray, y: np.ndarray) -> Picture:
    shape = np.broadcast_shapes(x.shape, y.shape)
    columns, rows = (np.ascontiguousarray(np.broadcast_to(part, shape), np.float32) for part in (x, y))
    return np.asarray(cv2.remap(texture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _curtained(sphere: Sphere, picture: Picture) -> Picture:
    """A curtain goes up into the dark of the flies."""
    part = np.clip((sphere.elevation - math.radians(30)) / math.radians(32), 0, 1)[..., None]
    part = part * part * (3 - 2 * part)
    dark = np.array([0.045, 0.018, 0.028, 1.0], np.float32)
    return picture * (1 - part) + dark * part


def _walls(sphere: Sphere, scene: Scene, wall: Plane, edge: float) -> Picture:
    """Four walls of a square room, the front one as a frame shows it, and the ceiling."""
    resolution, turn = _resolution(wall), sphere.azimuth
    side = np.round(turn / (math.pi / 2)).astype(int) % 4
    aside = turn - np.round(turn / (math.pi / 2)) * (math.pi / 2)
    up = np.clip(sphere.elevation, -1.5, 1.5)
    x = (_clear_of_corners(FOCAL * np.tan(aside), side) + WIDTH / 2) * resolution - 0.5
    y = HORIZON - FOCAL * np.tan(up) / np.cos(aside)
    texture = np.ascontiguousarray(wall.rgba.numpy().transpose(1, 2, 0))
    padded = cv2.copyMakeBorder(texture, 0, 0, 2, 2, cv2.BORDER_WRAP)
    columns = np.remainder(x, texture.shape[1]) + 2
    foot = (_SKIRTING - wall.top) * resolution - 0.5  # it goes on below, behind the floor
    picture = _sampled(padded, columns, np.clip((y - wall.top) * resolution - 0.5, 0, foot))
    picture[..., :3] *= np.array([1.0, 0.93, 0.97, 0.93], np.float32)[side][..., None]
    corner = (math.pi / 4 - np.abs(aside)) * sphere.scale * np.ones_like(up)
    picture[..., :3] *= (1 - 0.12 * np.clip(1.5 - corner * 320 / resolution, 0, 1))[..., None]
    _cornice(picture, y, np.array(tint(scene.setting, scene.time, scene.weather)), sphere)
    _ceiling(picture, sphere, scene, edge, y)
    return picture


def _clear_of_corners(x: np.ndarray, side: np.ndarray) -> np.ndarray:
    """Places on a painted wall so that no window or picture is cut by a corner; stripes are 0.2 frame heights apart."""
    front = np.where(x > 1.1, x - 2.8, np.where(x < -0.97, x - 0.6, x))
    return np.where(side == 0, front, x - 0.22)


def _cornice(picture: Picture, y: np.ndarray, light: np.ndarray, sphere: Sphere) -> None:
    soft = sphere.scale / FOCAL
    line = np.clip((0.016 - np.abs(y - _CEILING - 0.016)) * soft + 0.5, 0, 1)[..., None].astype(np.float32)
    picture[:] = picture * (1 - line) + line * np.array([*(light * (0.97, 0.94, 0.90)), 1.0], np.float32)


def _ceiling(picture: Picture, sphere: Sphere, scene: Scene, edge: float, y: np.ndarray) -> None:
    """It lies level over the room, with beams across."""
    high = (HORIZON - _CEILING) / FOCAL * edge
    away = high / np.tan(np.clip(sphere.elevation, 1e-3, 1.5707))
    depth = away * np.cos(sphere.azimuth)
    light = np.array(tint(scene.setting, scene.time, scene.weather), np.float32)
    across = (1 + (away / high) ** 2) * high / sphere.scale
    apart, half = edge / 3, edge / 24
    beam = np.clip((half - np.abs(np.remainder(depth / apart, 1) - 0.5) * apart) / across + 0.5, 0, 1)[..., None]
    shade = (1 - 0.10 * beam) * np.array((0.95, 0.92, 0.86), np.float32) * light
    inside = np.clip((_CEILING - y) * sphere.scale / FOCAL + 0.5, 0, 1)[..., None] * (sphere.elevation > 0)[..., None]
    cover = np.concatenate([shade, np.ones_like(beam)], 2).astype(np.float32)
    picture[:] = picture * (1 - inside) + inside * cover
