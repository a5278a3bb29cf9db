"""The ground of a panorama: a level floor under the viewer, in perspective from the horizon down to the nadir.

Places on it are (x to the right, z ahead) in heights of the viewer's eyes. Its colours are the rows of the set's own
painted ground, taken at the distances that those rows show; what lies on it is laid again by formula, where a frame
has it and all around.
"""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from tianmu.world.light import BOTTOM, HORIZON, INDOORS, Plane, tint
from tianmu.world.paint import Colour, shaded
from tianmu.world.scene import Scene
from tianmu.world.sets import NUM_VARIANTS
from tianmu.world.sphere import FOCAL, Globe, Sphere, lay

_FARTHEST = 80.0
_FLOWERS: tuple[Colour, ...] = ((0.98, 0.9, 0.3), (0.97, 0.97, 0.97), (0.95, 0.45, 0.6))
NUM_CRESTS = 3
"""Pictures of a water's crests; they come and go in turn."""


class Floor:
    """A floor while it is painted: `globe.rgb` below the horizon, and where each pixel of it lies."""

    def __init__(self, sphere: Sphere, scene: Scene, ground: Plane) -> None:
        self.globe, self.sphere = Globe(sphere), sphere
        self.rng = np.random.default_rng([scene.seed % NUM_VARIANTS, *scene.setting.encode(), 360])
        self.light = tint(scene.setting, scene.time, scene.weather)
        self.first = sphere.height // 2
        self._tones, self.edge = _tones(ground)
        """`edge`: how far away it ends where it does not reach the horizon."""
        down = sphere.elevation[self.first :]
        self.away = 1 / np.tan(-down)
        """[h/2 1]"""
        self.x = (self.away * np.sin(sphere.azimuth)).astype(np.float32)
        self.z = (self.away * np.cos(sphere.azimuth)).astype(np.float32)

    @property
    def rgb(self) -> Float[np.ndarray, "h w 3"]:
        """What is painted, from the horizon down."""
        return self.globe.rgb[self.first :]

    def lit(self, colour: Colour, by: float = 1.0) -> Colour:
        """A colour in the set's light."""
        red, green, blue = (c * t for c, t in zip(shaded(colour, by), self.light, strict=True))
        return red, green, blue

    def tones(self, away: np.ndarray) -> Float[np.ndarray, "*n 3"]:
        """The ground's colour so far away."""
        row = (HORIZON + FOCAL / np.maximum(away, 1e-3) - self._tones[0]) * self._tones[1]
        return self._tones[2][np.clip(row, 0, len(self._tones[2]) - 1).astype(int)]

    def cover(self, inside: np.ndarray, across: np.ndarray) -> np.ndarray:
        """How much of each pixel lies inside something: `inside` is the way to its edge, `across` a pixel's size."""
        return np.clip(inside / across + 0.5, 0, 1)

    def pixel(self, along: str) -> np.ndarray:
        """How far a pixel reaches on the floor in the direction of x or z, in heights."""
        deep, wide = (1 + self.away**2) / self.sphere.scale, self.away / self.sphere.scale
        turn = self.sphere.azimuth
        near, far = (np.sin(turn), np.cos(turn)) if along == "x" else (np.cos(turn), np.sin(turn))
        return np.abs(near) * deep + np.abs(far) * wide + 1e-6

    def fill(self, alpha: np.ndarray, colour: Colour) -> None:
        """Lay a colour over the whole floor where `alpha` [h/2 w] says."""
        part = np.asarray(alpha, np.float32)[..., None]
        self.rgb[:] = self.rgb * (1 - part) + part * np.array(colour, np.float32)

    def spot(
        self, x: float, z: float, radius: tuple[float, float], colour: Colour, opacity: float, *, on: np.ndarray
    ) -> None:
        """An ellipse that lies on the floor, with its radii across and along our sight, laid on a canvas [h w 3]."""
        away, reach = max(math.hypot(x, z), 1e-6), max(radius)
        near, far = max(away - reach, 0.0), away + reach
        rows = self.sphere.rows(-math.atan2(1, near) if near else -math.pi / 2, -math.atan2(1, far))
        rows = slice(max(rows.start, self.first), rows.stop)
        columns = self.sphere.columns(math.atan2(x, z), math.asin(reach / away) if away > reach else math.pi)
        if rows.start >= rows.stop or not len(columns):
            return
        part = slice(rows.start - self.first, rows.stop - self.first)
        dx, dz = self.x[part][:, columns] - x, self.z[part][:, columns] - z
        across, along = (dx * z - dz * x) / away, (dx * x + dz * z) / away
        deep = (1 + self.away[part] ** 2) / self.sphere.scale  # a pixel, seen flat
        inside = (1 - np.hypot(across / radius[0], along / radius[1])) * min(radius)
        thin = np.minimum(1, 2 * min(radius) / deep)
        lay(on, rows, columns, opacity * thin * np.clip(inside / deep + 0.5, 0, 1), colour)

    def scatter(self, near: int, far: int) -> list[tuple[float, float]]:
        """Places on the floor: `near` ones evenly around the viewer, `far` ones thinner the farther they are."""
        places: list[tuple[float, float]] = []
        for i in range(near + far):
            away = 3 * math.sqrt(self.rng.uniform(0.02, 1)) if i < near else 3 * 11 ** self.rng.random()
            turn = self.rng.uniform(-math.pi, math.pi)
            places.append((away * math.sin(turn), away * math.cos(turn)))
        return sorted(places, key=lambda place: -math.hypot(*place))


def paint_floor(sphere: Sphere, scene: Scene, ground: Plane) -> Floor:
    """The floor of a scene; `ground` is the lit plane that its frames show."""
    floor = Floor(sphere, scene, ground)
    if scene.setting == "city":
        _street(floor)
    elif scene.setting in INDOORS:
        floor.rgb[:] = floor.tones(np.array([FOCAL / (BOTTOM - HORIZON)]))
        (_planks if scene.setting == "room" else _boards)(floor)
    else:
        floor.rgb[:] = floor.tones(floor.away)
        if scene.setting not in ("sea", "lake"):
            _tufts(floor, {"desert": 0.35, "snowfield": 0.5, "moon": 0.25}.get(scene.setting, 0.6))
        if scene.setting == "meadow":
            _flowers(floor)
        if scene.setting == "moon":
            _craters(floor)
    return floor


def paint_crests(floor: Floor, scene: Scene) -> list[Float[np.ndarray, "h w 4"]]:
    """The crests of water, premultiplied; nothing where there is none. They lie across our sight, as in a frame."""
    if scene.setting not in ("sea", "lake"):
        return []
    foam = floor.lit((0.85, 0.95, 1.0))
    pictures: list[np.ndarray] = []
    for _ in range(NUM_CRESTS):
        canvas = np.zeros_like(floor.globe.rgb)
        for x, z in floor.scatter(22, 100):
            size = (0.26 + 0.075 * math.hypot(x, z)) * floor.rng.uniform(0.6, 1.5)
            floor.spot(x, z, (size, 0.085 * size + 0.015), foam, 0.6, on=canvas)
        cover = canvas.max(2, keepdims=True) / max(foam)
        pictures.append(np.concatenate([canvas, cover], 2)[floor.first :])
    return pictures


def _tones(ground: Plane) -> tuple[tuple[float, float, np.ndarray], float]:
    """The colour of each row of a painted ground with where the first lies, and how far away the ground begins."""
    rgba = ground.rgba.numpy()
    solid = np.flatnonzero(np.median(rgba[3], 1) > 0.5)
    # What is painted on a ground is mostly lighter than it, and covers up to half of some rows.
    colours = np.quantile(rgba[:3, solid[0] :], 0.3, 2).T.astype(np.float32)
    resolution = rgba.shape[1] / (BOTTOM - ground.top)
    top = ground.top + (solid[0] + 0.5) / resolution
    # It reaches a little under what stands behind it, that nothing shines through between the two.
    return (top, resolution, colours), FOCAL / max(top - 2 / resolution - HORIZON, FOCAL / _FARTHEST)


def _tufts(floor: Floor, rough: float) -> None:
    tones = floor.tones(np.array([FOCAL / 0.42]))[0]
    for x, z in floor.scatter(130, 260):
        size = (0.0236 + 0.0047 * math.hypot(x, z)) * floor.rng.uniform(1.5, 3.5)
        red, green, blue = (float(c) for c in tones * floor.rng.choice([0.85, 1.12]))
        floor.spot(x, z, (size, size), (min(red, 1.0), min(green, 1.0), min(blue, 1.0)), rough, on=floor.globe.rgb)


def _flowers(floor: Floor) -> None:
    """They stand up, so that they are round wherever they are seen."""
    for x, z in floor.scatter(22, 90):
        away = math.hypot(x, z)
        colour = floor.lit(_FLOWERS[floor.rng.integers(len(_FLOWERS))])
        floor.globe.disc(math.atan2(x, z), -math.atan2(1, away), 0.018 / math.hypot(1, away) + 0.0035, colour)


def _craters(floor: Floor) -> None:
    for x, z in floor.scatter(9, 44):
        away = math.hypot(x, z)
        size = (0.016 * away + 0.08) * floor.rng.uniform(0.6, 1.6)
        floor.spot(x, z, (size, size), floor.lit((0.86, 0.86, 0.90)), 1.0, on=floor.globe.rgb)
        inner = 1 - 0.14 * size / max(away, size)
        floor.spot(
            x * inner, z * inner, (0.86 * size, 0.86 * size), floor.lit((0.46, 0.46, 0.52)), 1.0, on=floor.globe.rgb
        )


def _street(floor: Floor) -> None:
    """It runs from left to right, with its pavements on both sides of the viewer, who stands between its lanes."""
    floor.rgb[:] = floor.tones(np.abs(floor.z))
    for x, z in floor.scatter(26, 40):
        size = (0.10 + 0.01 * math.hypot(x, z)) * floor.rng.uniform(1.0, 3.0)
        if abs(z) < 9:  # patches on the road
            by = float(floor.rng.choice([0.94, 1.05]))
            floor.spot(x, z, (1.6 * size, size), floor.lit((0.36, 0.37, 0.42), by), 0.8, on=floor.globe.rgb)
    for size, colour in ((0.30, (0.26, 0.27, 0.31)), (0.25, (0.42, 0.43, 0.48))):  # the lid of a drain
        floor.spot(-1.1, 1.3, (size, size), floor.lit(colour), 1.0, on=floor.globe.rgb)
    lane, dash = FOCAL / (0.436 - HORIZON), 0.4 / (0.436 - HORIZON)
    across, along = floor.pixel("z"), floor.pixel("x")
    mark = floor.cover(0.10 - np.abs(np.abs(floor.z) - lane), across)
    length = 0.55 * dash
    gap = np.abs(np.remainder(floor.x / dash + 0.225, 1) - 0.5) * dash
    fade = np.clip(dash / along / 3, 0, 1)  # far away, dashes run together into their mean
    painted = floor.cover(length / 2 - gap, along) * fade + 0.55 * (1 - fade)
    floor.fill(mark * painted, floor.lit((0.96, 0.90, 0.60)))


def _planks(floor: Floor) -> None:
    _lines(floor, "z", 0.9, 0.035, 0.5, (0.52, 0.34, 0.20))
    radius = 0.5 / 0.28
    for x, z in ((0.0, 4.55), (4.55, 0.0), (-4.55, 0.0), (0.0, -4.55)):
        for part, colour in ((1.0, (0.76, 0.28, 0.30)), (0.84, (0.92, 0.80, 0.62))):
            floor.spot(x, z, (part * radius, part * radius), floor.lit(colour), 1.0, on=floor.globe.rgb)


def _boards(floor: Floor) -> None:
    _lines(floor, "x", 0.55, 0.018, 0.4, (0.34, 0.22, 0.14))
    floor.spot(0.0, 4.9, (2.39, 2.34), floor.lit((1.0, 0.95, 0.75)), 0.5, on=floor.globe.rgb)


def _lines(floor: Floor, axis: str, apart: float, half: float, opacity: float, colour: Colour) -> None:
    """Joints between boards, every `apart` heights along an axis."""
    place = floor.x if axis == "x" else floor.z
    across = floor.pixel(axis)
    gap = np.abs(np.remainder(place / apart, 1) - 0.5) * apart
    fade = np.clip(apart / across / 3, 0, 1)
    floor.fill(opacity * (floor.cover(half - gap, across) * np.minimum(1, 2 * half / across) * fade), floor.lit(colour))
