"""The sets: painted planes of a stage, each at a depth, drawn by formula at any resolution, then lit.

Heights are in frame heights from the middle of the frame downwards. What a seed leaves open is one of NUM_VARIANTS.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from tianmu.world.light import BOTTOM, HORIZON, TOP, Plane, lit, sky
from tianmu.world.paint import Brush, Colour, paint_once, shaded

NUM_VARIANTS = 6
Add = Callable[..., None]
Paint = Callable[[Brush], None]


def paint_set(setting: str, time: str, weather: str, variant: int, resolution: int) -> tuple[Plane, ...]:
    """The lit planes of a set from back to front, at `resolution` texels per frame height."""
    planes = paint_once(resolution, _unlit)(setting, variant % NUM_VARIANTS, resolution)
    backdrop = sky(time, weather, variant % NUM_VARIANTS, resolution, space=setting == "moon")
    return (backdrop, *(lit(plane, setting, time, weather) for plane in planes))


def _unlit(setting: str, variant: int, resolution: int) -> tuple[Plane, ...]:
    planes: list[Plane] = []

    def add(
        name: str,
        paint: Paint,
        *,
        parallax: float,
        haze: float,
        top: float = TOP,
        bottom: float = BOTTOM,
        drift: float = 0.0,
    ) -> None:
        # Every plane of a set draws the same random numbers, so that a city's lights fall on its windows.
        brush = Brush(resolution, top, bottom, np.random.default_rng([variant, *setting.encode()]))
        paint(brush)
        planes.append(Plane(name=name, rgba=brush.tensor(), parallax=parallax, haze=haze, top=top, drift=drift))

    _SETS[setting](add)
    return tuple(planes)


def _ground(near: Colour, far: Colour, rough: float) -> Paint:
    """Ground from the horizon down, with soft tufts that grow towards us."""

    def paint(b: Brush) -> None:
        part = np.clip((b.y - HORIZON) / (0.5 - HORIZON), 0, 1.4)
        front, back = (np.array(c, np.float32)[:, None, None] for c in (near, far))
        b.fill(b.below(HORIZON + 0.004 * b.waves(3, 9)), back + (front - back) * part)
        for row in np.linspace(0.12, 0.9, 9):
            size = 0.006 + 0.03 * (row - HORIZON)
            for _ in range(9):
                x, y, radius = b.rng.uniform(-2, 2), row + b.rng.uniform(-0.03, 0.03), size * b.rng.uniform(1.5, 3.5)
                b.disc(x, y, radius, shaded(near, float(b.rng.choice([0.85, 1.12]))), squash=0.28, opacity=rough)

    return paint


def _hills(colour: Colour, base: float, size: float, low: int, high: int, power: float = 1.0) -> Paint:
    def paint(b: Brush) -> None:
        b.fill(b.below(base - size * (0.5 + 0.5 * b.waves(low, high, power))), colour)

    return paint


def _pines(colour: Colour, count: int, low: float, high: float, base: float, snow: bool = False) -> Paint:
    def paint(b: Brush) -> None:
        for i in range(count):
            x = -2 + 4 * (i + b.rng.uniform(0.1, 0.9)) / count
            height = b.rng.uniform(low, high)
            b.box(x - 0.066 * height, base - 0.2 * height, 0.133 * height, 0.2 * height, (0.36, 0.24, 0.16))
            for step in range(3):
                top, width = base - height * (1 - 0.22 * step), height * (0.36 + 0.14 * step)
                b.triangle(x, top, width, height * 0.42, colour)
                if snow:
                    b.triangle(x, top, width * 0.42, height * 0.17, (0.97, 0.98, 1.0))

    return paint


def _water(near: Colour, far: Colour, top: float) -> Paint:
    def paint(b: Brush) -> None:
        part = np.clip((b.y - HORIZON) / (0.5 - HORIZON), 0, 1)
        front, back = (np.array(c, np.float32)[:, None, None] for c in (near, far))
        b.fill(b.below(top), back + (front - back) * part)
        for row in (0.13, 0.19, 0.27, 0.37, 0.50, 0.66, 0.84):
            thick = 0.004 + 0.012 * (row - HORIZON)
            crest = row + thick * 1.5 * b.waves(4, 4 + round(6 / (0.3 + row)))
            dash = np.clip(b.waves(5, 16, 0.5) * 3, 0, 1)
            b.fill(0.6 * dash * b.line(crest, 2 * thick), (0.85, 0.95, 1.0))

    return paint


def _meadow(add: Add) -> None:
    def ground(b: Brush) -> None:
        _ground((0.33, 0.66, 0.22), (0.50, 0.76, 0.34), 0.6)(b)
        colours: list[Colour] = [(0.98, 0.9, 0.3), (0.97, 0.97, 0.97), (0.95, 0.45, 0.6)]
        for _ in range(46):
            y = b.rng.uniform(0.14, 0.9)
            b.disc(b.rng.uniform(-2, 2), y, 0.006 + 0.014 * y, colours[b.rng.integers(3)])

    add("far", _hills((0.42, 0.66, 0.50), 0.10, 0.17, 2, 5), parallax=0.25, haze=0.7, top=-0.3, bottom=0.25)
    add("near", _hills((0.38, 0.68, 0.32), 0.11, 0.10, 3, 7), parallax=0.45, haze=0.35, top=-0.2, bottom=0.25)
    add("ground", ground, parallax=1.0, haze=0.0, top=0.03)


def _desert(add: Add) -> None:
    def mesas(b: Brush) -> None:
        for _ in range(6):
            x, width, height = b.rng.uniform(-2, 2), b.rng.uniform(0.2, 0.45), b.rng.uniform(0.1, 0.24)
            b.box(x, 0.12 - height, width, height, (0.76, 0.42, 0.28))
            b.box(x, 0.12 - 0.6 * height, width, 0.25 * height, (0.66, 0.34, 0.24))

    add("far", mesas, parallax=0.25, haze=0.6, top=-0.2, bottom=0.2)
    add("near", _hills((0.92, 0.74, 0.44), 0.12, 0.09, 2, 4), parallax=0.5, haze=0.25, top=-0.1, bottom=0.25)
    add("ground", _ground((0.93, 0.76, 0.42), (0.97, 0.84, 0.56), 0.35), parallax=1.0, haze=0.0, top=0.03)


def _snowfield(add: Add) -> None:
    pines = _pines((0.20, 0.42, 0.38), 15, 0.12, 0.26, 0.10, snow=True)
    add("far", _hills((0.80, 0.87, 0.96), 0.10, 0.22, 2, 6), parallax=0.25, haze=0.5, top=-0.3, bottom=0.25)
    add("near", pines, parallax=0.5, haze=0.2, top=-0.25, bottom=0.2)
    add("ground", _ground((0.95, 0.97, 1.0), (0.86, 0.91, 0.98), 0.5), parallax=1.0, haze=0.0, top=0.03)


def _sea(add: Add) -> None:
    water = _water((0.06, 0.36, 0.66), (0.30, 0.64, 0.84), HORIZON)
    add("far", _hills((0.40, 0.56, 0.60), 0.085, 0.07, 1, 3, 0.3), parallax=0.2, haze=0.7, top=-0.1, bottom=0.15)
    add("water", water, parallax=1.0, haze=0.0, top=0.03, drift=0.06)


def _lake(add: Add) -> None:
    def peaks(b: Brush) -> None:
        for i in range(7):
            x, height = -2 + 4 * (i + b.rng.uniform(0.2, 0.8)) / 7, b.rng.uniform(0.26, 0.44)
            b.triangle(x, 0.12 - height, height * 1.7, height, (0.46, 0.50, 0.66))
            b.triangle(x, 0.12 - height, height * 0.51, height * 0.3, (0.96, 0.97, 1.0))

    trees = _pines((0.16, 0.40, 0.28), 26, 0.06, 0.12, 0.10)
    water = _water((0.12, 0.44, 0.52), (0.42, 0.70, 0.76), 0.09)
    add("far", peaks, parallax=0.2, haze=0.5, top=-0.4, bottom=0.2)
    add("near", trees, parallax=0.45, haze=0.3, top=-0.1, bottom=0.15)
    add("water", water, parallax=1.0, haze=0.0, top=0.03, drift=0.03)


def _city(add: Add) -> None:
    walls: list[Colour] = [(0.62, 0.56, 0.60), (0.52, 0.60, 0.70), (0.74, 0.60, 0.52)]

    def towers(b: Brush, *, lights: bool) -> None:
        x = -2.0
        while x < 1.88:
            width, height = min(b.rng.uniform(0.16, 0.32), 2.0 - x), b.rng.uniform(0.2, 0.56)
            wall = shaded(walls[b.rng.integers(3)], float(b.rng.uniform(0.75, 1.15)))
            if not lights:
                b.box(x, 0.14 - height, width, height, wall)
            for top in np.arange(0.18 - height, 0.06, 0.075):
                for left in np.arange(x + 0.03, x + width - 0.045, 0.07):
                    lit_up = b.rng.random() < 0.6
                    if not lights:
                        b.box(left, top, 0.036, 0.042, (0.68, 0.82, 0.92))
                    elif lit_up:
                        b.box(left, top, 0.036, 0.042, (1.0, 0.85, 0.45))
            x += width + b.rng.uniform(0.0, 0.03)

    def road(b: Brush) -> None:
        b.fill(b.below(0.10), (0.72, 0.70, 0.70))
        b.fill(b.below(0.20), (0.36, 0.37, 0.42))
        b.fill(b.line(0.2075, 0.015), (0.86, 0.84, 0.80))
        for i in range(10):
            b.box(-2 + 0.4 * i, 0.425, 0.22, 0.022, (0.96, 0.90, 0.60))

    add("far", lambda b: towers(b, lights=False), parallax=0.35, haze=0.4, top=-0.5, bottom=0.2)
    add("lights", lambda b: towers(b, lights=True), parallax=0.35, haze=0.0, top=-0.5, bottom=0.2)
    add("ground", road, parallax=1.0, haze=0.0, top=0.05)


def _forest(add: Add) -> None:
    add("far", _pines((0.30, 0.52, 0.42), 30, 0.25, 0.42, 0.12), parallax=0.3, haze=0.6, top=-0.4, bottom=0.2)
    add("near", _pines((0.12, 0.38, 0.22), 18, 0.36, 0.58, 0.14), parallax=0.55, haze=0.25, top=-0.5, bottom=0.2)
    add("ground", _ground((0.26, 0.42, 0.18), (0.32, 0.46, 0.26), 0.6), parallax=1.0, haze=0.0, top=0.06)


def _room(add: Add) -> None:
    def wall(b: Brush) -> None:
        hues: list[Colour] = [(0.95, 0.82, 0.62), (0.74, 0.84, 0.80), (0.90, 0.74, 0.72)]
        hue, frame = hues[b.rng.integers(3)], (0.98, 0.96, 0.92)
        b.fill(1 - b.below(0.16), hue)
        stripe = np.clip((np.sin(math.tau * b.x * 5) - 0.6) * 3, 0, 1) * (1 - b.below(0.14))
        b.fill(0.35 * stripe, shaded(hue, 0.86))
        for x in (-1.42, -0.42, 0.58, 1.58):
            b.box(x - 0.02, -0.37, 0.44, 0.36, frame)
            b.cut(x, -0.35, 0.40, 0.32)
            b.box(x + 0.19, -0.35, 0.02, 0.32, frame)
            b.box(x, -0.20, 0.40, 0.02, frame)
        for x in (-0.95, 0.18, 1.2):
            b.box(x, -0.30, 0.2, 0.16, (0.55, 0.36, 0.22))
            b.box(x + 0.015, -0.285, 0.17, 0.13, (0.55, 0.72, 0.62))
        b.fill(b.line(0.145, 0.03), (0.97, 0.94, 0.90))

    def floor(b: Brush) -> None:
        b.fill(b.below(0.16), (0.72, 0.50, 0.32))
        for row in (0.20, 0.26, 0.34, 0.44, 0.57, 0.74):
            b.fill(0.5 * b.line(row, 0.01), (0.52, 0.34, 0.20))
        for x in (-1.5, 0.0, 1.5):
            b.disc(x, 0.36, 0.5, (0.76, 0.28, 0.30), squash=0.22)
            b.disc(x, 0.36, 0.42, (0.92, 0.80, 0.62), squash=0.20)

    add("wall", wall, parallax=0.8, haze=0.0, bottom=0.2)
    add("floor", floor, parallax=1.0, haze=0.0, top=0.12)


def _stage(add: Add) -> None:
    def curtain(b: Brush) -> None:
        fold = 0.5 + 0.5 * np.sin(math.tau * b.x * 5 + 0.8 * b.waves(2, 5))
        b.fill(1 - b.below(0.18), np.stack([0.48 + 0.34 * fold, 0.06 + 0.06 * fold, 0.10 + 0.06 * fold]) + 0 * b.y)
        swag = -0.36 + 0.06 * np.abs(np.sin(math.tau * b.x * 1.25))
        b.fill(1 - b.below(swag), (0.56, 0.08, 0.14))
        b.fill(b.line(swag, 0.024), (0.95, 0.78, 0.32))

    def boards(b: Brush) -> None:
        b.fill(b.below(0.16), (0.56, 0.38, 0.24))
        for i in range(-12, 13):
            away = np.abs(b.x - i * 0.16 * (1 + 1.2 * (b.y - 0.16)))
            b.fill(0.4 * np.clip((0.004 - away) * b.scale + 0.5, 0, 1) * b.below(0.16), (0.34, 0.22, 0.14))
        b.disc(0.0, 0.34, 0.62, (1.0, 0.95, 0.75), squash=0.2, opacity=0.5)

    add("curtain", curtain, parallax=0.8, haze=0.0, bottom=0.22)
    add("floor", boards, parallax=1.0, haze=0.0, top=0.12)


def _moon(add: Add) -> None:
    def ground(b: Brush) -> None:
        _ground((0.66, 0.66, 0.70), (0.80, 0.80, 0.84), 0.25)(b)
        for _ in range(26):
            x, y = b.rng.uniform(-2, 2), b.rng.uniform(0.14, 0.9)
            size = 0.02 + 0.10 * (y - HORIZON) * b.rng.uniform(0.5, 1.5)
            b.disc(x, y, size, (0.86, 0.86, 0.90), squash=0.35)
            b.disc(x, y + 0.12 * size, size * 0.86, (0.46, 0.46, 0.52), squash=0.32)

    add("far", _hills((0.56, 0.56, 0.62), 0.11, 0.12, 3, 9, 0.6), parallax=0.35, haze=0.0, top=-0.2, bottom=0.2)
    add("ground", ground, parallax=1.0, haze=0.0, top=0.03)


_SETS: dict[str, Callable[[Add], None]] = {
    "meadow": _meadow,
    "desert": _desert,
    "snowfield": _snowfield,
    "sea": _sea,
    "city": _city,
    "forest": _forest,
    "lake": _lake,
    "room": _room,
    "stage": _stage,
    "moon": _moon,
}
