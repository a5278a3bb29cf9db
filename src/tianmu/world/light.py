"""Light and air: what the time of day and the weather do to the planes of a set and to the cast."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from tianmu.world.paint import WIDTH, Brush, Colour, paint_once, shaded

TOP, BOTTOM = -0.95, 0.95
"""How far a full plane reaches, in frame heights from the middle of the frame downwards."""
HORIZON = 0.08
INDOORS = ("room", "stage")


@dataclass(frozen=True, kw_only=True)
class Plane:
    """One painted plane. `rgba` is [4 h w], premultiplied, in [0, 1]."""

    name: str
    rgba: Float[Tensor, "4 h w"]
    parallax: float
    haze: float
    """How much air lies between the plane and us, 0 to 1."""
    top: float = TOP
    """Where the texture's first row lies."""
    drift: float = 0.0
    """Frame heights per second that the plane moves by itself, to the left."""


@dataclass(frozen=True, kw_only=True)
class Lamp:
    """A time of day: the sky from zenith to horizon, what it does to colours below, and what shines in it."""

    zenith: Colour
    horizon: Colour
    tint: Colour
    body: Colour | None = None
    place: tuple[float, float] = (0.0, 0.0)
    stars: bool = False


_LAMPS = {
    "dawn": Lamp(
        zenith=(0.55, 0.68, 0.88),
        horizon=(1.0, 0.80, 0.74),
        tint=(1.0, 0.88, 0.90),
        body=(1.0, 0.93, 0.8),
        place=(-0.5, 0.0),
    ),
    "noon": Lamp(
        zenith=(0.22, 0.52, 0.92),
        horizon=(0.72, 0.88, 0.98),
        tint=(1.0, 1.0, 1.0),
        body=(1.0, 0.98, 0.75),
        place=(0.45, -0.36),
    ),
    "sunset": Lamp(
        zenith=(0.88, 0.40, 0.30),
        horizon=(1.0, 0.76, 0.30),
        tint=(1.0, 0.76, 0.58),
        body=(1.0, 0.90, 0.5),
        place=(0.4, -0.02),
    ),
    "dusk": Lamp(zenith=(0.24, 0.20, 0.46), horizon=(0.72, 0.46, 0.64), tint=(0.68, 0.62, 0.86)),
    "night": Lamp(
        zenith=(0.02, 0.03, 0.12),
        horizon=(0.08, 0.12, 0.30),
        tint=(0.40, 0.46, 0.74),
        body=(0.95, 0.95, 0.85),
        place=(0.42, -0.3),
        stars=True,
    ),
}
_GREY = {"rain": 0.7, "cloudy": 0.45, "snow": 0.6, "fog": 0.6}
_DULL = {"rain": 0.82, "cloudy": 0.92, "snow": 0.95}
_AIR = {"fog": 0.85, "rain": 0.35, "snow": 0.4, "cloudy": 0.2}
_WHITE = {"fog": 0.6, "snow": 0.4, "rain": 0.25, "cloudy": 0.25}


def lamp(time: str) -> Lamp:
    """What lights a time of day."""
    return _LAMPS[time]


def overcast(weather: str) -> float:
    """How much of the sky's own colour a weather takes, 0 to 1; from a half on nothing shines in it."""
    return _GREY.get(weather, 0.0)


def tint(setting: str, time: str, weather: str) -> Colour:
    """What the light multiplies colours by; indoors it matters half as much."""
    red, green, blue = _LAMPS[time].tint
    if setting in INDOORS:
        return 0.45 * red + 0.5, 0.45 * green + 0.5, 0.45 * blue + 0.5
    return shaded((red, green, blue), _DULL.get(weather, 1.0))


def air(time: str, weather: str) -> tuple[Colour, float]:
    """The colour of the air, and how much of it lies before a plane of haze 1."""
    lamp, white = _LAMPS[time], _WHITE.get(weather, 0.0)
    glow = sum(lamp.tint) / 3
    red, green, blue = (c * (1 - white) + white * 0.9 * glow for c in lamp.horizon)
    return (red, green, blue), _AIR.get(weather, 0.12)


def lit(plane: Plane, setting: str, time: str, weather: str) -> Plane:
    """The plane in its light and behind its air. A plane named "lights" shines by itself, and only in the dark."""
    if plane.name == "lights":
        return replace(plane, rgba=plane.rgba * float(time in ("night", "dusk")))
    colour, amount = air(time, weather)
    haze = amount * plane.haze
    shade = torch.tensor(tint(setting, time, weather)).view(3, 1, 1) * (1 - haze)
    veil = torch.tensor(colour).view(3, 1, 1) * haze
    return replace(plane, rgba=torch.cat([plane.rgba[:3] * shade + plane.rgba[3:] * veil, plane.rgba[3:]]))


def sky(time: str, weather: str, variant: int, resolution: int, *, space: bool) -> Plane:
    """The sky with what shines in it and its clouds; over the moon it is dark and holds the Earth."""
    return paint_once(resolution, _sky)(time, weather, variant, resolution, space)


def _sky(time: str, weather: str, variant: int, resolution: int, space: bool) -> Plane:
    lamp = _LAMPS[time]
    b = Brush(resolution, TOP, BOTTOM, np.random.default_rng([variant, 7]))
    part = np.clip((b.y + 0.5) / (HORIZON + 0.5), 0, 1) ** 1.3
    zenith, horizon = (np.array(c, np.float32)[:, None, None] for c in (lamp.zenith, lamp.horizon))
    if space:
        zenith, horizon = zenith * 0.16, horizon * 0.30
    grey, glow = 0.0 if space else _GREY.get(weather, 0.0), sum(lamp.tint) / 3
    colour = (zenith * (1 - part) + horizon * part) * (1 - grey)
    b.fill(np.ones_like(b.y), colour + grey * glow * np.array([0.72, 0.76, 0.82], np.float32)[:, None, None])
    if (lamp.stars or space) and grey < 0.5:
        for _ in range(110):
            x, y, radius = b.rng.uniform(-2, 2), b.rng.uniform(TOP, HORIZON), b.rng.uniform(0.004, 0.010)
            b.disc(x, y, radius, (1.0, 1.0, 0.95), opacity=0.85)
    if space:
        b.disc(-0.45, -0.26, 0.13, (0.25, 0.50, 0.92))
        b.disc(-0.48, -0.29, 0.055, (0.45, 0.78, 0.45), squash=0.7)
        b.disc(-0.40, -0.22, 0.040, (0.45, 0.78, 0.45), squash=0.8)
    elif lamp.body and grey < 0.5:
        x, y = lamp.place
        b.fill(0.45 * np.exp(-((b.x - x) ** 2 + (b.y - y) ** 2) / 0.02), lamp.body)
        b.disc(x, y, 0.075, lamp.body)
    _clouds(b, {"cloudy": 16, "rain": 18, "snow": 12}.get(weather, 4 * (variant % 2)) * (not space), glow, weather)
    return Plane(name="sky", rgba=b.tensor(), parallax=0.06, haze=0.0)


def _clouds(b: Brush, amount: int, glow: float, weather: str) -> None:
    light = glow * (0.7 if weather == "rain" else 1.0) * 0.95
    shade = (0.96 * light + 0.04, 0.97 * light + 0.04, light + 0.04)
    for _ in range(amount):
        x, y, size = b.rng.uniform(-WIDTH / 2, WIDTH / 2), b.rng.uniform(-0.46, -0.12), b.rng.uniform(0.05, 0.10)
        for dx, dy, part in ((-1.3, 0.2, 0.7), (1.2, 0.15, 0.75), (0.0, 0.0, 1.0)):
            b.disc(x + dx * size, y + dy * size, size * part, shade, squash=0.75, opacity=0.9)
