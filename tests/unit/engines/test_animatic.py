"""The animatic draws what it understood, streams it, and is the same every time."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tianmu.engines.animatic import AnimaticEngine
from tianmu.engines.protocol import Frames, ShotRequest, lacking, plan_request
from tianmu.film.shot import ASPECTS, Shot
from tianmu.studio.recipe import read_recipe
from tianmu.studio.render import render_take
from tianmu.studio.repeat import repeat_take

REQUEST = ShotRequest(
    prompt="a fox walks right in a snowfield at noon", num_frames=6, fps=Fraction(6), width=96, height=64, seed=2
)


def silent(fraction: float, what: str, preview: Frames | None = None) -> None:
    pass


def frames_of(request: ShotRequest) -> Frames:
    return np.concatenate(list(AnimaticEngine().generate(request, silent).chunks))


def test_frames_are_as_many_and_as_large_as_promised() -> None:
    frames = frames_of(REQUEST)
    assert frames.shape == (6, 64, 96, 3)
    assert frames.dtype == np.uint8


def test_the_seed_and_the_words_decide_the_picture() -> None:
    first = frames_of(REQUEST)
    assert np.array_equal(first, frames_of(REQUEST))
    assert not np.array_equal(first, frames_of(replace(REQUEST, seed=3)))
    assert not np.array_equal(first, frames_of(replace(REQUEST, prompt="a dog runs left in a desert at night")))


def test_it_says_what_it_understood_before_it_draws() -> None:
    told: list[float] = []
    footage = AnimaticEngine().generate(REQUEST, lambda fraction, what, preview=None: told.append(fraction))
    assert told == [0.0]
    assert footage.understood["scene"]["setting"] == "snowfield"
    assert sum(len(chunk) for chunk in footage.chunks) == footage.num_frames
    assert told[-1] == 1.0


@pytest.mark.parametrize("aspect", ASPECTS)
def test_every_aspect_has_an_hd_size_that_it_can_draw(aspect: str) -> None:
    request = plan_request(Shot(prompt="fox", aspect=aspect), AnimaticEngine.capabilities, seed=0)  # pyright: ignore[reportArgumentType]
    assert lacking(AnimaticEngine.capabilities, request) is None
    assert request.width * request.height > 600_000
    assert request.fps == 24


def test_full_hd_can_be_asked_for_and_no_more() -> None:
    shot = Shot(prompt="fox", pixels=(1920, 1080))
    assert lacking(AnimaticEngine.capabilities, plan_request(shot, AnimaticEngine.capabilities, seed=0)) is None
    larger = replace(shot, pixels=(2048, 1080))
    assert "2048x1080" in (
        lacking(AnimaticEngine.capabilities, plan_request(larger, AnimaticEngine.capabilities, seed=0)) or ""
    )


def test_its_recipe_makes_the_same_bytes(tmp_path: Path) -> None:
    take = render_take(REQUEST, "animatic", tmp_path / "fox.mp4", format="mp4")
    again = repeat_take(read_recipe(take.recipe_path), tmp_path / "again.mp4")
    assert again.same, again.differences
    assert again.take.recipe.encoded_sha256 == take.recipe.encoded_sha256
