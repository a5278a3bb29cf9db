"""The brush: shapes over shapes, premultiplied, around the panorama's ends, at any resolution."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tianmu.world.paint import WIDTH, Brush, paint_once, shaded

RED, BLUE = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)
SHAPES: dict[str, Callable[[Brush, float], None]] = {
    "disc": lambda b, x: b.disc(x, 0.1, 0.2, RED, squash=0.6, opacity=0.8),
    "box": lambda b, x: b.box(x - 0.1, -0.1, 0.3, 0.25, RED),
    "triangle": lambda b, x: b.triangle(x, -0.3, 0.4, 0.5, RED),
}


def brush(resolution: int = 40, seed: int = 0) -> Brush:
    return Brush(resolution, -0.5, 0.5, np.random.default_rng(seed))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_over_the_seam_is_the_shape_rolled_there(shape: str) -> None:
    middle, seam = brush(), brush()
    SHAPES[shape](middle, 0.0)
    SHAPES[shape](seam, WIDTH / 2)
    half = middle.rgba.shape[2] // 2
    np.testing.assert_allclose(np.roll(middle.rgba, half, 2), seam.rgba, atol=1e-5)
    assert middle.rgba[3].max() > 0.7


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_covers_the_same_area_at_every_resolution(shape: str) -> None:
    areas: list[float] = []
    for resolution in (40, 160):
        b = brush(resolution)
        SHAPES[shape](b, 0.3)
        areas.append(float(b.rgba[3].sum()) / resolution**2)
    assert areas[0] == pytest.approx(areas[1], rel=0.06)


def test_over_is_associative_with_opaque_and_keeps_what_shows_through() -> None:
    b = brush()
    b.fill(np.ones_like(b.y), RED)
    b.box(-1.0, -0.4, 2.0, 0.8, BLUE, opacity=0.25)
    middle = b.rgba[:, 20, 80]
    np.testing.assert_allclose(middle, [0.75, 0, 0.25, 1], atol=1e-6)


def test_a_cut_leaves_nothing_inside_and_everything_outside() -> None:
    b = brush()
    b.fill(np.ones_like(b.y), RED)
    b.cut(-0.5, -0.25, 1.0, 0.5)
    assert np.abs(b.rgba[:, 15:25, 70:90]).max() == 0
    assert (b.rgba[3, :, :50] == 1).all()


def test_below_and_line_part_the_canvas() -> None:
    b = brush()
    below = b.below(0.0)
    assert below.shape == b.rgba.shape[1:]
    np.testing.assert_allclose(below + below[::-1], 1, atol=1e-5)
    assert b.line(0.0, 0.2).sum(0).mean() == pytest.approx(0.2 * 40, abs=1.1)


def test_waves_come_round_and_stay_small() -> None:
    line = brush().waves(2, 6)
    assert np.abs(line).max() < 1.5
    assert abs(line[0, 0] - line[0, -1]) <= np.abs(np.diff(line[0])).max()


def test_what_is_small_is_painted_once() -> None:
    painted: list[int] = []

    def paint(resolution: int) -> int:
        painted.append(resolution)
        return resolution

    for resolution in (64, 64, 720, 720, 1080, 900, 720):
        assert paint_once(resolution, paint)(resolution) == resolution
    assert painted == [64, 720, 1080, 900, 720], "of HD, two are kept"


def test_shades_stay_in_range() -> None:
    assert shaded((0.5, 0.9, 0.0), 1.5) == (0.75, 1.0, 0.0)
