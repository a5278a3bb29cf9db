"""A recipe makes the same bytes again, and where it does not, what differs is named."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tianmu.engines.protocol import Condition, ShotRequest
from tianmu.film.time import frames_time
from tianmu.studio.recipe import read_recipe
from tianmu.studio.render import render_take
from tianmu.studio.repeat import compare, repeat_path, repeat_take

REQUEST = ShotRequest(prompt="a fox", num_frames=12, fps=Fraction(24000, 1001), width=64, height=48, seed=3)
PICTURE = np.random.default_rng(0).integers(0, 256, (1, 20, 30, 3), dtype=np.uint8)


@pytest.mark.parametrize("pinned", [(), (Condition(at=frames_time(0, REQUEST.fps), frames=PICTURE),)])
def test_a_recipe_from_its_file_makes_the_same_bytes(tmp_path: Path, pinned: tuple[Condition, ...]) -> None:
    take = render_take(replace(REQUEST, conditions=pinned), "fake", tmp_path / "fox.mp4", format="mp4")
    again = repeat_take(read_recipe(take.recipe_path), tmp_path / "again.mp4")
    assert again.same
    assert again.differences == ()
    assert again.take.recipe.encoded_sha256 == take.recipe.encoded_sha256
    assert again.take.video.sha256 != take.video.sha256  # each is signed for itself


def test_a_film_that_differs_says_what_differs(tmp_path: Path) -> None:
    take = render_take(REQUEST, "fake", tmp_path / "fox.mp4", format="mp4")
    older = replace(take.recipe, frames_sha256="0" * 64, versions={**take.recipe.versions, "torch": "1.0"})
    again = repeat_take(older, tmp_path / "again.mp4")
    assert not again.same
    assert not again.same_frames
    assert again.same_file
    told = "; ".join(again.differences)
    assert "torch: 1.0 then" in told
    assert "frames: 0000" in told
    assert "file" not in told


def test_a_recipe_does_not_differ_from_itself(tmp_path: Path) -> None:
    recipe = render_take(REQUEST, "fake", tmp_path / "fox.mp4", format="mp4").recipe
    assert compare(recipe, recipe) == ()
    assert compare(recipe, replace(recipe, seconds_taken=99.0)) == ()


def test_the_repetition_is_named_after_the_film() -> None:
    assert repeat_path(Path("a/fox.mp4.recipe.json")) == Path("a/fox-repeat.mp4")
    assert repeat_path(Path("frames.recipe.json")) == Path("frames-repeat")
