"""The sets: planes from back to front that leave no hole, come round, and look alike at every resolution."""

from __future__ import annotations

import itertools

import pytest
import torch
import torch.nn.functional as F

from tianmu.world.light import BOTTOM, TOP
from tianmu.world.scene import SETTINGS, TIMES, WEATHERS
from tianmu.world.sets import NUM_VARIANTS, paint_set

RESOLUTION = 48


@pytest.mark.parametrize("setting", SETTINGS)
def test_planes_come_from_back_to_front_and_the_last_is_the_actors(setting: str) -> None:
    planes = paint_set(setting, "noon", "clear", 0, RESOLUTION)
    depths = [plane.parallax for plane in planes]
    assert depths == sorted(depths)
    assert planes[0].name == "sky"
    assert depths[-1] == 1
    assert all(0 <= plane.haze <= 1 for plane in planes)
    assert len(planes) >= 3


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_plane_is_premultiplied_and_as_high_as_it_says(setting: str) -> None:
    for time, weather in itertools.product(TIMES, WEATHERS):
        for plane in paint_set(setting, time, weather, 2, RESOLUTION):
            rgba = plane.rgba
            assert rgba.shape[2] == 4 * RESOLUTION
            assert TOP - 1e-6 <= plane.top <= plane.top + rgba.shape[1] / RESOLUTION <= BOTTOM + 1 / RESOLUTION
            assert rgba.isfinite().all()
            assert float(rgba.min()) >= 0
            # Ground goes on in the shade that it had, so snow at our feet is a hundredth too white before it is shown.
            assert (rgba[:3] <= 1.01 * rgba[3:] + 1e-5).all(), (plane.name, time, weather)
            assert float(rgba[3].max()) <= 1 + 1e-5


@pytest.mark.parametrize("setting", SETTINGS)
def test_no_frame_has_a_hole(setting: str) -> None:
    planes = paint_set(setting, "noon", "clear", 1, RESOLUTION)
    assert (planes[0].rgba[3] > 1 - 1e-5).all(), "the sky is everywhere"
    assert (planes[-1].rgba[3, -1] > 1 - 1e-5).all(), "the ground reaches down"


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("variant", range(NUM_VARIANTS))
def test_a_panorama_joins_at_its_ends(setting: str, variant: int) -> None:
    for plane in paint_set(setting, "night", "clear", variant, RESOLUTION):
        inside = plane.rgba.diff(dim=2).abs().amax()
        seam = (plane.rgba[..., 0] - plane.rgba[..., -1]).abs().amax()
        assert seam <= inside + 0.05, plane.name


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_seed_is_one_of_the_variants_and_they_differ(setting: str) -> None:
    painted = [paint_set(setting, "noon", "clear", seed, RESOLUTION) for seed in range(NUM_VARIANTS + 1)]

    def same(one: int, other: int) -> bool:
        return all(torch.equal(a.rgba, b.rgba) for a, b in zip(painted[one], painted[other], strict=True))

    assert same(0, NUM_VARIANTS)
    alike = sum(same(a, b) for a, b in itertools.combinations(range(NUM_VARIANTS), 2))
    assert alike == 0 or setting == "room", "a room has three colours, and nothing else to choose"
    assert alike < NUM_VARIANTS


@pytest.mark.parametrize("setting", SETTINGS)
def test_twice_the_resolution_reduced_is_the_same_set(setting: str) -> None:
    for coarse, fine in zip(*(paint_set(setting, "noon", "clear", 3, r) for r in (96, 192)), strict=True):
        rows = min(coarse.rgba.shape[1], fine.rgba.shape[1] // 2)
        reduced = F.avg_pool2d(fine.rgba, 2)[:, :rows]
        error = (coarse.rgba[:, :rows] - reduced).square().mean()
        assert -10 * torch.log10(error) > 28, coarse.name


def test_a_citys_lights_fall_on_its_windows() -> None:
    _, towers, lights, _ = paint_set("city", "night", "clear", 0, 192)
    shining = lights.rgba[3] > 0.99
    assert lights.name == "lights"
    assert shining.sum() > 500
    assert (towers.rgba[3][shining] > 0.99).all()
    panes = towers.rgba[:, shining]
    assert float(panes.std(1).max()) < 0.03, "all panes are of one glass"


def test_only_water_drifts() -> None:
    for setting in SETTINGS:
        drifting = [plane.name for plane in paint_set(setting, "noon", "clear", 0, RESOLUTION) if plane.drift]
        assert drifting == (["water"] if setting in ("sea", "lake") else [])
