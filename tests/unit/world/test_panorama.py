"""All around: no seam, quiet poles, the cast where it should be, the sun where the light says, and the same again."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from tianmu.core.errors import InputError
from tianmu.world.backdrops import paint_backdrops
from tianmu.world.cels import FULL
from tianmu.world.firmament import paint_sky, sun_place
from tianmu.world.floors import paint_floor
from tianmu.world.hd import render_frames
from tianmu.world.light import HORIZON
from tianmu.world.motion import actor_states
from tianmu.world.panorama import panorama_frames
from tianmu.world.scene import LOOKS, SETTINGS, Actor, Scene
from tianmu.world.sets import paint_set
from tianmu.world.sphere import FOCAL, Sphere, elevation_of, look, wrapped
from tianmu.world.standing import Standing, stand

WIDTH = 480
FOX = (Actor(subject="fox", action="walks"),)


def around(scene: Scene, *indices: int, width: int = WIDTH, heading: float = 0.0) -> np.ndarray:
    shown = indices or (0,)
    kept = panorama_frames(scene, shown, num_frames=48, fps=24.0, aspect=16 / 9, width=width, heading=heading)
    return np.stack(list(kept))


def steps(frame: np.ndarray) -> np.ndarray:
    """Mean difference of each column and the next, the last one's next being the first."""
    return np.abs(np.roll(frame, -1, 1).astype(int) - frame).mean((0, 2))


@pytest.mark.parametrize("setting", SETTINGS)
def test_there_is_no_seam_and_the_poles_are_quiet(setting: str) -> None:
    weather = ("clear", "rain", "snow", "fog", "leaves", "cloudy")[SETTINGS.index(setting) % 6]
    frame = around(Scene(setting=setting, weather=weather, time="noon", seed=SETTINGS.index(setting)))[0]
    assert frame.shape == (WIDTH // 2, WIDTH, 3)
    assert frame.dtype == np.uint8
    change = steps(frame)
    assert change[-1] <= change[:-1].max()
    for pole in (frame[0], frame[-1]):
        assert pole.astype(int).std(0).max() < 6
    assert frame[: WIDTH // 4].std() + frame[WIDTH // 4 :].std() > 5  # and yet it is a picture


@pytest.mark.parametrize("setting", [name for name in SETTINGS if name not in ("room", "stage")])
def test_the_back_is_not_the_front_again(setting: str) -> None:
    sphere = Sphere(WIDTH)
    scene = Scene(setting=setting, seed=1)
    planes = paint_set(setting, scene.time, scene.weather, scene.seed, 264)
    edge = paint_floor(sphere, scene, planes[-1]).edge
    band = paint_backdrops(sphere, scene, planes, edge)[0][WIDTH // 4 - 40 : WIDTH // 4]
    for half in (WIDTH // 2, WIDTH // 3, WIDTH // 4):
        assert np.abs(np.roll(band, half, 1) - band).mean() > 0.01


def test_turning_the_viewer_moves_everything_by_as_many_columns() -> None:
    scene = Scene(setting="meadow", weather="leaves", actors=FOX)
    front, turned = around(scene)[0], around(scene, heading=math.radians(60))[0]
    moved = np.roll(front, -WIDTH // 6, 1).astype(int)
    assert np.abs(moved - turned).mean() < 0.5
    assert np.abs(front.astype(int) - turned).mean() > 1


def figures(scene: Scene, width: int = 960) -> tuple[Sphere, list[Standing]]:
    sphere = Sphere(width)
    cast = stand(sphere, scene, num_frames=48, fps=24.0, aspect=16 / 9, resolution=264)
    return sphere, [each for each in cast if isinstance(each, Standing)]


def extent(sphere: Sphere, figure: Standing, index: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of a frame that a figure touches."""
    canvas = np.zeros((sphere.height, sphere.width, 4), np.uint16)
    figure.lay(canvas, index)
    seen = canvas[..., 3] > FULL // 2
    return np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))


def test_an_actor_stands_at_the_azimuth_of_its_place_and_moves_on_it() -> None:
    scene = Scene(setting="desert", actors=FOX)
    sphere, cast = figures(scene)
    (state,) = actor_states(scene, torch.arange(48) / 24, 2.0, 16 / 9)
    for index in (0, 24, 47):
        azimuth = float(state.x[index]) / FOCAL
        assert cast[-1].azimuth(index) == pytest.approx(azimuth, abs=0.02)
        columns = extent(sphere, cast[-1], index)[1]
        assert columns.mean() == pytest.approx(sphere.column(azimuth), abs=0.03 * sphere.scale)


@pytest.mark.parametrize("framing", ["wide", "medium", "close"])
def test_an_actors_angular_height_follows_its_distance(framing: str) -> None:
    """Its feet stand on the floor at some distance; there it is as high as it is, in eyes' heights."""
    scene = Scene(setting="desert", framing=framing, actors=(Actor(subject="rabbit"),))
    sphere, cast = figures(scene)
    (state,) = actor_states(scene, torch.zeros(1), 2.0, 16 / 9)
    zoom = {"wide": 0.72, "medium": 1.0, "close": 1.45}[framing]
    away = FOCAL / (zoom * (float(state.y[0]) - HORIZON))
    height = float(state.height[0]) / (float(state.y[0]) - HORIZON)
    rows = extent(sphere, cast[-1], 0)[0]
    feet, head = (math.pi / 2 - (row + 0.5) / sphere.scale for row in (rows[-1], rows[0]))
    assert feet == pytest.approx(-math.atan(1 / away), abs=0.015)
    assert head == pytest.approx(math.atan((height - 1) / away), abs=0.025)


def test_a_nearer_shot_is_a_nearer_actor() -> None:
    heights: list[int] = []
    for framing in ("wide", "medium", "close"):
        sphere, cast = figures(Scene(setting="desert", framing=framing, actors=FOX))
        heights.append(len(extent(sphere, cast[-1], 0)[0]))
    assert heights[0] < heights[1] < heights[2]


def test_an_actor_may_stand_across_the_edge_of_the_picture() -> None:
    scene = Scene(setting="desert", actors=FOX)
    whole, cut = around(scene)[0], around(scene, heading=math.pi)[0]
    assert np.abs(np.roll(cut, WIDTH // 2, 1).astype(int) - whole).mean() < 0.5


@pytest.mark.parametrize("time", ["dawn", "noon", "sunset", "night"])
def test_the_sun_and_the_moon_stand_where_the_frame_shows_them(time: str) -> None:
    scene = Scene(setting="sea", time=time)
    place = sun_place(scene)
    assert place is not None
    sphere = Sphere(960)
    sky = paint_sky(sphere, replace(scene, seed=0))
    row, column = round(sphere.row(place[1])), round(sphere.column(place[0]))
    disc = sky[row - 3 : row + 4, column - 3 : column + 4]
    assert disc.mean() > sky[row].mean() + 0.05
    frame = next(render_frames(scene, num_frames=1, fps=24.0, height=270, width=480))[0].astype(float)
    y = HORIZON - FOCAL * math.tan(place[1])
    x = place[0] * FOCAL
    spot = frame[round(135 + 270 * y) - 2, round(240 + 270 * x)]
    if place[1] > math.radians(8):  # the film's own picture has it there too, unless hills hide it
        assert np.abs(spot / 255 - disc.mean((0, 1))).max() < 0.12


def test_nothing_shines_through_rain_nor_over_the_moon() -> None:
    assert sun_place(Scene(setting="sea", weather="rain")) is None
    assert sun_place(Scene(setting="moon")) is None


def test_the_front_looks_like_the_shot() -> None:
    for setting in ("meadow", "snowfield", "sea"):
        scene = Scene(setting=setting, actors=FOX, seed=3)
        flat = next(render_frames(scene, num_frames=48, fps=24.0, height=180, width=320))[0].astype(float)
        angle = 2 * math.atan(8 / 9 / FOCAL)
        seen = look(around(scene, width=960)[0], width=320, height=180, angle=angle, pitch=elevation_of(0.0))
        assert np.abs(flat - seen).mean() < 14
        assert np.corrcoef(flat.mean((1, 2)), seen.mean((1, 2)))[0, 1] > 0.95


def test_the_same_again_and_each_frame_by_itself() -> None:
    scene = Scene(setting="sea", weather="snow", actors=(Actor(subject="whale", action="floats"),))
    some = around(scene, 0, 7, 30)
    assert np.array_equal(some, around(scene, 0, 7, 30))
    assert np.array_equal(some[::-1], around(scene, 30, 7, 0))
    assert np.abs(some[0].astype(int) - some[2]).max() > 8  # it moves


def test_the_camera_stands_still() -> None:
    scene = Scene(setting="meadow", camera="pan_left")
    assert np.array_equal(around(scene, 0), around(scene, 47))
    assert np.array_equal(around(scene, 0), around(replace(scene, camera="push_in"), 20))


@pytest.mark.parametrize("look_of", LOOKS)
def test_every_look_is_a_grade_of_the_same_place(look_of: str) -> None:
    plain = around(Scene(setting="lake"))[0].astype(float)
    graded = around(Scene(setting="lake", look=look_of))[0]
    grey = graded.astype(int)
    assert (np.array_equal(plain, graded)) == (look_of == "natural")
    if look_of == "black_and_white":
        assert np.ptp(grey, axis=2).max() <= 1


def test_it_rains_outside_the_windows_only() -> None:
    dry, wet = (around(Scene(setting="room", weather=weather))[0].astype(int) for weather in ("cloudy", "rain"))
    inside = np.abs(wet - dry)[WIDTH // 4 + 12 :]
    assert inside.mean() < 1.5
    still, later = around(Scene(setting="room", weather="rain"), 0, 12).astype(int)
    moved = np.abs(still - later).max(2)
    assert moved[WIDTH // 4 + 4 :].max() == 0
    assert moved.max() > 8


def test_a_flat_view_of_a_marker_lies_where_it_is() -> None:
    frame = np.zeros((240, 480, 3), np.uint8)
    frame[118:123, 358:363] = 255  # to the right, on the horizon
    for yaw, shown in ((math.pi / 2, True), (0.0, False), (-math.pi / 2, False)):
        seen = look(frame, yaw=yaw, width=64, height=64, angle=math.radians(60))
        assert bool(seen.max() > 128) is shown
        if shown:
            rows, columns = np.nonzero(seen[..., 0] > 128)
            assert abs(rows.mean() - 31.5) < 1.5
            assert abs(columns.mean() - 31.5) < 1.5


def test_angles_go_around() -> None:
    assert float(wrapped(3 * math.pi / 2)) == pytest.approx(-math.pi / 2)
    sphere = Sphere(WIDTH, heading=1.0)
    assert sphere.column(1.0) == pytest.approx(WIDTH / 2)
    assert sphere.columns(1.0 + math.pi, 0.02)[0] > WIDTH - 4


@pytest.mark.parametrize("width", [432, 500, 3888])
def test_widths_that_cannot_be_are_refused(width: int) -> None:
    with pytest.raises(InputError, match="multiple of 48"):
        around(Scene(setting="meadow"), width=width)
