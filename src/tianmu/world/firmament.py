"""The sky over a panorama: what light.py paints behind a frame, carried on around the viewer and up to the zenith.

Before the viewer it is the frame's own sky: sun, moon and clouds stand at their places. Behind, other clouds follow.
"""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from tianmu.world.light import HORIZON, TOP, lamp, overcast
from tianmu.world.paint import WIDTH, Colour
from tianmu.world.scene import Scene
from tianmu.world.sets import NUM_VARIANTS
from tianmu.world.sphere import AROUND, FOCAL, Globe, Sphere, elevation_of

_CLOUDS = {"cloudy": 16, "rain": 18, "snow": 12}
_DEEPER = 0.14
"""How much darker the sky is overhead than at the upper edge of a frame."""
_CALM = math.radians(66)
"""Above it nothing stands in the sky, so that the pole is even."""
_STARS = 360


def paint_sky(sphere: Sphere, scene: Scene) -> Float[np.ndarray, "h w 3"]:
    """The sky of a scene on the whole sphere, in [0, 1]; below the horizon it has the horizon's colour."""
    space, variant = scene.setting == "moon", scene.seed % NUM_VARIANTS
    light, grey = lamp(scene.time), 0.0 if space else overcast(scene.weather)
    glow = sum(light.tint) / 3
    globe = Globe(sphere)
    globe.rgb[:] = _gradient(sphere, scene, grey, glow)
    rng = np.random.default_rng([variant, 7])  # the frame's own numbers, in its order, so that its clouds are here
    behind = np.random.default_rng([variant, 7, 360])
    if (light.stars or space) and grey < 0.5:
        rng.uniform(size=330)
        _stars(globe, behind)
    place = sun_place(scene)
    if space:
        for x, y, radius, colour, squash in _EARTH:
            globe.disc(x / FOCAL, elevation_of(y), radius / FOCAL, colour, squash=squash)
    elif place is not None and light.body is not None:
        globe.disc(*place, math.sqrt(0.02) / FOCAL, light.body, opacity=0.45, soft=True)
        globe.disc(*place, 0.075 / FOCAL, light.body)
    if not space:
        _clouds(globe, scene.weather, variant, glow, rng, behind)
    return globe.rgb


def sun_place(scene: Scene) -> tuple[float, float] | None:
    """Azimuth and elevation of the sun or the moon; None where neither shines."""
    light = lamp(scene.time)
    if scene.setting == "moon" or light.body is None or overcast(scene.weather) >= 0.5:
        return None
    x, y = light.place
    return x / FOCAL, elevation_of(y)


_EARTH: tuple[tuple[float, float, float, Colour, float], ...] = (
    (-0.45, -0.26, 0.13, (0.25, 0.50, 0.92), 1.0),
    (-0.48, -0.29, 0.055, (0.45, 0.78, 0.45), 0.7),
    (-0.40, -0.22, 0.040, (0.45, 0.78, 0.45), 0.8),
)
"""As `light.py` paints it: x, y, radius, colour, squash."""


def _gradient(sphere: Sphere, scene: Scene, grey: float, glow: float) -> Float[np.ndarray, "h 1 3"]:
    light, up = lamp(scene.time), np.clip(sphere.elevation, -1.5, 1.5)
    part = np.clip((HORIZON + 0.5 - FOCAL * np.tan(up)) / (HORIZON + 0.5), 0, 1)[..., None] ** 1.3
    zenith, horizon = (np.array(c, np.float32) for c in (light.zenith, light.horizon))
    if scene.setting == "moon":
        zenith, horizon = zenith * 0.16, horizon * 0.30
    high = np.clip((up - 0.43) / (math.pi / 2 - 0.43), 0, 1)[..., None]
    colour = (zenith * (1 - _DEEPER * high) * (1 - part) + horizon * part) * (1 - grey)
    return (colour + grey * glow * np.array([0.72, 0.76, 0.82], np.float32)).astype(np.float32)


def _stars(globe: Globe, rng: np.random.Generator) -> None:
    """Evenly over the sky, as many to a part of it as in a frame."""
    for _ in range(_STARS):
        azimuth, high, radius = rng.uniform(-math.pi, math.pi), rng.uniform(0, 1), rng.uniform(0.004, 0.010)
        elevation = math.asin(high)
        if elevation < _CALM:
            globe.disc(azimuth, elevation, radius / FOCAL, (1.0, 1.0, 0.95), opacity=0.85)


def _clouds(
    globe: Globe, weather: str, variant: int, glow: float, front: np.random.Generator, behind: np.random.Generator
) -> None:
    light = glow * (0.7 if weather == "rain" else 1.0) * 0.95
    shade = (0.96 * light + 0.04, 0.97 * light + 0.04, light + 0.04)
    amount = _CLOUDS.get(weather, 4 * (variant % 2))
    for _ in range(amount):
        x, y, size = front.uniform(-WIDTH / 2, WIDTH / 2), front.uniform(-0.46, -0.12), front.uniform(0.05, 0.10)
        _cloud(globe, x / FOCAL, elevation_of(y), size / FOCAL, shade)
    for _ in range(amount):
        x, y, size = behind.uniform(WIDTH / 2, AROUND - WIDTH / 2), behind.uniform(-0.46, -0.12), 0.06
        _cloud(globe, x / FOCAL, elevation_of(y), (size + behind.uniform(-0.01, 0.04)) / FOCAL, shade)
    for _ in range(amount):  # overhead they are nearer, and larger
        high = behind.uniform(elevation_of(TOP / 2), _CALM)
        _cloud(globe, behind.uniform(-math.pi, math.pi), high, behind.uniform(0.07, 0.15) / FOCAL, shade)


def _cloud(globe: Globe, azimuth: float, elevation: float, size: float, shade: Colour) -> None:
    for aside, down, part in ((-1.3, 0.2, 0.7), (1.2, 0.15, 0.75), (0.0, 0.0, 1.0)):
        place = azimuth + aside * size / math.cos(elevation), elevation - down * size
        globe.disc(*place, size * part, shade, squash=0.75, opacity=0.9)
