"""The multiplane camera: what moves, which way, and how much less the farther it is."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from tianmu.world.camera import CameraPath, camera_path
from tianmu.world.scene import CAMERAS, FRAMINGS, Scene

DURATION = 4.0
TIMES = torch.linspace(0, DURATION, 33)
PARALLAXES = (0.0, 0.06, 0.25, 0.5, 1.0)


def path(camera: str, framing: str = "medium") -> CameraPath:
    return camera_path(Scene(setting="meadow", camera=camera, framing=framing), TIMES, DURATION)


def on_screen(plane: CameraPath, x: float = 0.2, y: float = -0.1) -> tuple[Tensor, Tensor]:
    """Where a point of a plane is seen."""
    return (x - plane.x) * plane.zoom, (y - plane.y) * plane.zoom


@pytest.mark.parametrize("framing", FRAMINGS)
def test_a_static_camera_shows_the_same_all_the_time(framing: str) -> None:
    for parallax in PARALLAXES:
        plane = path("static", framing).plane(parallax)
        for over_time in (plane.x, plane.y, plane.zoom):
            assert (over_time == over_time[0]).all()


@pytest.mark.parametrize(
    ("camera", "axis", "sign"), [("pan_left", 0, 1), ("pan_right", 0, -1), ("tilt_up", 1, 1), ("tilt_down", 1, -1)]
)
def test_what_is_seen_goes_the_other_way_than_the_camera(camera: str, axis: int, sign: int) -> None:
    moves = on_screen(path(camera).plane(1.0))
    assert (sign * moves[axis].diff() > 0).all()
    torch.testing.assert_close(moves[1 - axis], moves[1 - axis][:1].expand(33))


@pytest.mark.parametrize("camera", ["pan_left", "pan_right", "tilt_up", "tilt_down"])
def test_a_move_passes_evenly_and_its_middle_is_the_static_shot(camera: str) -> None:
    moving, still = path(camera), path("static")
    for over_time, rest in ((moving.x, still.x), (moving.y, still.y)):
        torch.testing.assert_close(over_time.diff(), over_time.diff()[:1].expand(32), atol=1e-6, rtol=0)
        torch.testing.assert_close(over_time[16], rest[16])
    assert (moving.zoom == still.zoom).all()


def test_push_in_grows_and_pull_out_is_its_reverse() -> None:
    near, far = path("push_in"), path("pull_out")
    assert (near.zoom.diff() > 0).all()
    torch.testing.assert_close(near.zoom.flip(0), far.zoom)
    torch.testing.assert_close(near.zoom[16], path("static").zoom[16])


@pytest.mark.parametrize("camera", [c for c in CAMERAS if c != "static"])
def test_the_nearer_a_plane_the_more_it_moves(camera: str) -> None:
    amounts: list[float] = []
    for parallax in PARALLAXES:
        plane = path(camera).plane(parallax)
        moved = torch.stack([over_time[-1] - over_time[0] for over_time in (plane.x, plane.y, plane.zoom.log())])
        amounts.append(float(moved.abs().sum()))
    assert amounts[0] == 0, "what is infinitely far stands still"
    assert all(far < near for far, near in itertools.pairwise(amounts))
    torch.testing.assert_close(torch.tensor(amounts), amounts[-1] * torch.tensor(PARALLAXES), atol=1e-5, rtol=1e-4)


def test_framings_come_nearer_and_a_close_shot_looks_at_the_ground() -> None:
    wide, medium, close = (path("static", framing) for framing in ("wide", "medium", "close"))
    assert wide.zoom[0] < medium.zoom[0] < close.zoom[0]
    assert close.y[0] > medium.y[0]


@pytest.mark.parametrize("duration", [0.0, 0.5, 4.0, 60.0])
def test_a_shot_of_any_length_travels_a_bounded_way(duration: float) -> None:
    times = torch.linspace(0, duration, 9)
    moved = camera_path(Scene(setting="meadow", camera="pan_right"), times, duration)
    assert moved.x.isfinite().all()
    assert float(moved.x[-1] - moved.x[0]) <= 0.9 + 1e-6


def test_a_moment_does_not_depend_on_the_others() -> None:
    scene = Scene(setting="meadow", camera="push_in")
    whole = camera_path(scene, TIMES, DURATION)
    part = camera_path(scene, TIMES[7:9], DURATION)
    assert (whole.zoom[7:9] == part.zoom).all()
