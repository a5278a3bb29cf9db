"""What falls: at its own speed, without a seam, and as much of it at every resolution."""

from __future__ import annotations

import pytest
import torch

from tianmu.world.scene import WEATHERS, Scene
from tianmu.world.stage import stage
from tianmu.world.weather import falls

FALLING = ("rain", "snow", "leaves")


@pytest.mark.parametrize("weather", WEATHERS)
def test_only_rain_snow_and_leaves_fall(weather: str) -> None:
    assert len(falls(weather, 64)) == (2 if weather in FALLING else 0)


@pytest.mark.parametrize("weather", FALLING)
def test_the_far_layer_is_fainter_smaller_and_slower(weather: str) -> None:
    far, near = falls(weather, 64)
    assert far.rgba.sum() < near.rgba.sum()
    assert far.size < near.size
    assert far.parallax < near.parallax
    assert 0 < far.velocity[1] < near.velocity[1]


@pytest.mark.parametrize("weather", FALLING)
@pytest.mark.parametrize("resolution", [32, 64, 200])
def test_a_tile_is_premultiplied_and_its_drops_run_over_its_edges(weather: str, resolution: int) -> None:
    tile = falls(weather, resolution)[1].rgba
    assert tile.shape == (4, resolution, resolution)
    assert (tile >= 0).all()
    assert (tile[:3] <= tile[3:] + 1e-6).all()
    assert float(tile.max()) <= 1 + 1e-6
    # Where a tile meets its repetition the picture steps no harder than it does inside.
    for axis in (1, 2):
        inside = tile.diff(dim=axis).abs().amax()
        seam = (tile.select(axis, 0) - tile.select(axis, -1)).abs().amax()
        assert seam <= inside


@pytest.mark.parametrize("weather", FALLING)
def test_as_much_falls_at_every_resolution(weather: str) -> None:
    coarse, fine = (falls(weather, resolution)[1].rgba for resolution in (96, 384))
    reduced = torch.nn.functional.avg_pool2d(fine, 4)
    torch.testing.assert_close(coarse.mean((1, 2)), fine.mean((1, 2)), rtol=0.25, atol=1e-3)
    assert float((coarse - reduced).abs().mean()) < 0.02


@pytest.mark.parametrize("weather", FALLING)
@pytest.mark.parametrize("camera", ["static", "pan_left"])
def test_a_drop_moves_by_its_velocity_its_sway_and_the_camera(weather: str, camera: str) -> None:
    times = torch.arange(9, dtype=torch.float32) / 24
    scene = Scene(setting="meadow", weather=weather, camera=camera)
    layers = [layer for layer in stage(scene, times, duration=3.0, height=64, width=64) if layer.kind == "fall"]
    for layer, fall in zip(layers, falls(weather, 64), strict=True):
        scale, offset = layer.window[:, [0, 1], [0, 1]], layer.window[:, :, 2]
        moved = -(offset / scale - offset[0] / scale[0])
        pan = 0.75 / 3.0 * times * fall.parallax if camera == "pan_left" else 0 * times
        across = fall.velocity[0] * times + fall.sway * torch.sin(2.2 * times) + pan
        torch.testing.assert_close(moved[:, 0], across, atol=1e-4, rtol=0)
        torch.testing.assert_close(moved[:, 1], fall.velocity[1] * times, atol=1e-4, rtol=0)


@pytest.mark.parametrize(("setting", "behind"), [("meadow", False), ("room", True)])
def test_it_falls_before_the_cast_outdoors_and_behind_the_window_indoors(setting: str, behind: bool) -> None:
    scene = Scene(setting=setting, weather="rain")
    kinds = [layer.kind for layer in stage(scene, torch.zeros(1), duration=1.0, height=32, width=32)]
    assert (kinds.index("fall") < len(kinds) - 2) == behind
    assert kinds[0] == "plane"
