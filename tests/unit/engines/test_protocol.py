"""From what is wanted to a request with nothing left open, and what is refused before an engine starts."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tianmu.core.errors import InputError
from tianmu.engines.fake import FakeEngine
from tianmu.engines.protocol import Capabilities, Condition, ShotRequest, lacking, plan_request
from tianmu.film.shot import ASPECTS, Shot
from tianmu.film.time import exact_seconds, frames_time

CAN = replace(
    FakeEngine.capabilities,
    controls=frozenset({"steps", "guidance", "negative", "upscale", "interpolate"}),
    native_fps=Fraction(8),
    default_fps=Fraction(24),
    any_fps=False,
    upscale_factor=2,
)
CANNOT = replace(FakeEngine.capabilities, tasks=frozenset({"text"}), controls=frozenset())


@pytest.mark.parametrize("aspect", ASPECTS)
def test_a_size_comes_from_the_engine_for_every_aspect(aspect: str) -> None:
    request = plan_request(Shot(prompt="fox", aspect=aspect), CAN, seed=0)  # pyright: ignore[reportArgumentType]
    named = {"16:9": 16 / 9, "9:16": 9 / 16, "1:1": 1.0, "4:5": 0.8, "4:3": 4 / 3, "2.39:1": 2.39}[aspect]
    assert request.width / request.height == pytest.approx(named, rel=0.02)


def test_what_was_asked_for_wins_over_what_the_engine_would_choose() -> None:
    request = plan_request(Shot(prompt="fox", pixels=(64, 32), fps=Fraction(12), seconds=Fraction(3)), CAN, seed=7)
    assert (request.width, request.height, request.fps, request.num_frames, request.seed) == (64, 32, 12, 36, 7)
    assert exact_seconds(request.duration) == request.seconds == 3


def test_without_upscaling_the_frame_is_as_the_engine_draws_it() -> None:
    larger, smaller = (plan_request(Shot(prompt="fox"), CAN, seed=0, upscale=wanted) for wanted in (None, False))
    assert (larger.width, larger.height) == (2 * smaller.width, 2 * smaller.height)
    assert larger.upscale
    assert not smaller.upscale


@pytest.mark.parametrize(
    ("fps", "interpolate", "expected"),
    [
        (None, None, (24, True)),
        (None, True, (24, True)),
        (None, False, (8, False)),
        (8, None, (8, False)),
        (4, None, (4, False)),
        (30, None, (30, True)),
        (24, False, (24, False)),
    ],
)
def test_rate_and_interpolation_go_together(
    fps: int | None, interpolate: bool | None, expected: tuple[int, bool]
) -> None:
    shot = Shot(prompt="fox", fps=None if fps is None else Fraction(fps))
    request = plan_request(shot, CAN, seed=0, interpolate=interpolate)
    assert (request.fps, request.interpolate) == expected


def test_nothing_is_lacking_for_what_an_engine_would_choose_itself() -> None:
    for can in (CAN, CANNOT, FakeEngine.capabilities):
        assert lacking(can, plan_request(Shot(prompt="fox"), can, seed=0)) is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"num_steps": 8}, "--steps"),
        ({"guidance_scale": 3.0}, "--guidance"),
        ({"negative_prompt": "rain"}, "--negative"),
        ({"upscale": True}, "--upscale"),
        ({"interpolate": True}, "--interpolate"),
        ({"num_frames": 24 * 3601}, "3600"),
        ({"width": 4096, "height": 4098}, "4096x4098"),
        (
            {"conditions": (Condition(at=frames_time(0, Fraction(24)), frames=np.zeros((1, 2, 2, 3), np.uint8)),)},
            "--image",
        ),
    ],
)
def test_each_capability_that_is_lacking_is_named(change: dict[str, object], named: str) -> None:
    request = replace(plan_request(Shot(prompt="fox"), CANNOT, seed=0), **change)  # pyright: ignore[reportArgumentType]
    assert named in (lacking(CANNOT, request) or "")


@pytest.mark.parametrize("change", [{"seed": -1}, {"seed": 2**63}, {"num_steps": 0}, {"guidance_scale": float("nan")}])
def test_a_request_outside_its_ranges_cannot_be_made(change: dict[str, float]) -> None:
    request = ShotRequest(prompt="fox", num_frames=1, fps=Fraction(8), width=64, height=64, seed=0)
    with pytest.raises(InputError):
        replace(request, **change)  # pyright: ignore[reportArgumentType]


def test_conditions_are_equal_when_their_frames_are() -> None:
    frames = np.arange(12, dtype=np.uint8).reshape(1, 2, 2, 3)
    at = frames_time(0, Fraction(8))
    same, other = Condition(at=at, frames=frames.copy()), Condition(at=at, frames=frames + 1)
    assert Condition(at=at, frames=frames) == same
    assert hash(Condition(at=at, frames=frames)) == hash(same)
    assert Condition(at=at, frames=frames) != other


def test_capabilities_cover_every_aspect() -> None:
    for can in (CAN, CANNOT):
        assert isinstance(can, Capabilities)
        assert set(can.sizes) == set(ASPECTS)
