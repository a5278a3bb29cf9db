"""Light and air: what they do to a plane, and what they must leave alone."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from tianmu.world.light import HORIZON, INDOORS, TOP, Plane, air, lit, sky, tint
from tianmu.world.scene import SETTINGS, TIMES, WEATHERS

WORLD = list(itertools.product(TIMES, WEATHERS))


def plane(name: str = "hills", haze: float = 0.0) -> Plane:
    alpha = torch.linspace(0, 1, 60).reshape(1, 6, 10)
    return Plane(name=name, rgba=torch.cat([alpha * 0.5, alpha * 0.8, alpha * 0.2, alpha]), parallax=0.5, haze=haze)


@pytest.mark.parametrize(("time", "weather"), WORLD)
def test_light_changes_colour_never_shape(time: str, weather: str) -> None:
    before = plane(haze=0.4)
    after = lit(before, "meadow", time, weather)
    assert (after.rgba[3] == before.rgba[3]).all()
    assert (after.rgba[:3] <= after.rgba[3:] + 1e-6).all(), "premultiplied still"
    assert (after.rgba >= 0).all()


def test_at_clear_noon_without_air_a_plane_is_as_painted() -> None:
    torch.testing.assert_close(lit(plane(), "meadow", "noon", "clear").rgba, plane().rgba)


@pytest.mark.parametrize(("time", "weather"), WORLD)
def test_behind_more_air_a_plane_comes_nearer_to_the_colour_of_the_air(time: str, weather: str) -> None:
    colour, amount = air(time, weather)
    target = torch.tensor(colour).view(3, 1, 1) * plane().rgba[3:]
    away = [
        float((lit(plane(haze=haze), "meadow", time, weather).rgba[:3] - target).abs().sum())
        for haze in (0.0, 0.5, 1.0)
    ]
    assert 0 < amount < 1
    assert away[0] > away[1] > away[2]


@pytest.mark.parametrize("time", TIMES)
def test_there_is_more_air_in_fog_than_on_a_clear_day(time: str) -> None:
    amounts = [air(time, weather)[1] for weather in ("clear", "cloudy", "rain", "snow", "fog")]
    assert amounts == sorted(amounts)


@pytest.mark.parametrize("weather", WEATHERS)
def test_night_is_darker_than_dusk_and_dusk_than_day(weather: str) -> None:
    noon, dusk, night = (sum(tint("meadow", time, weather)) for time in ("noon", "dusk", "night"))
    assert noon > dusk > night > 0


@pytest.mark.parametrize("setting", SETTINGS)
def test_indoors_the_time_matters_less(setting: str) -> None:
    night, noon = (sum(tint(setting, time, "clear")) for time in ("night", "noon"))
    outdoors = sum(tint("meadow", "noon", "clear")) - sum(tint("meadow", "night", "clear"))
    assert (noon - night < 0.6 * outdoors) == (setting in INDOORS)


@pytest.mark.parametrize("time", TIMES)
def test_lights_shine_by_themselves_and_only_in_the_dark(time: str) -> None:
    shining = lit(plane("lights"), "city", time, "clear").rgba
    assert (shining == (plane("lights").rgba if time in ("dusk", "night") else 0)).all()


@pytest.mark.parametrize(("time", "weather"), WORLD)
def test_the_sky_is_opaque_in_range_and_joins_at_its_ends(time: str, weather: str) -> None:
    rgba = sky(time, weather, 1, 48, space=False).rgba
    assert (rgba[3] - 1).abs().max() < 1e-5
    assert float(rgba.min()) >= 0
    assert float(rgba.max()) <= 1 + 1e-5
    steps = rgba.diff(dim=2).abs().amax()
    assert (rgba[..., 0] - rgba[..., -1]).abs().amax() <= steps


def test_over_the_moon_the_sky_is_dark_at_noon_and_holds_the_earth() -> None:
    space, day = (sky("noon", "clear", 0, 96, space=space).rgba for space in (True, False))
    assert space[:3].mean() < 0.4 * day[:3].mean()
    row, column = round((-0.26 - TOP) * 96), round((-0.45 + 2) * 96)
    blue = space[:, row, column + 6]
    assert blue[2] > 0.8
    assert blue[0] < 0.4


def test_the_sun_stands_where_the_lamp_says_and_clouds_hide_it() -> None:
    row, column = round((-0.36 - TOP) * 96), round((0.45 + 2) * 96)
    clear, rain = (sky("noon", weather, 0, 96, space=False).rgba[:, row, column] for weather in ("clear", "rain"))
    assert clear[0] > 0.95
    assert rain[0] < 0.85


def test_stars_come_out_at_night() -> None:
    above = slice(0, round((HORIZON - TOP) * 96) // 2)
    night, dusk = (sky(time, "clear", 0, 96, space=False).rgba[:3, above].amin(0) for time in ("night", "dusk"))
    assert (night > 0.6).sum() > 30
    assert (dusk > 0.6).sum() == 0


def test_what_a_seed_leaves_open_is_the_same_every_time() -> None:
    one, other = (sky("noon", "cloudy", 4, 40, space=False).rgba.numpy().copy() for _ in range(2))
    assert np.array_equal(one, other)
    assert not np.array_equal(one, sky("noon", "cloudy", 5, 40, space=False).rgba.numpy())
