"""A recipe survives its file, and what is no recipe is refused in a sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.core.errors import MediaError
from tianmu.engines.protocol import MAX_SEED, Condition, ShotRequest
from tianmu.film.time import frames_time
from tianmu.media.video import FORMATS
from tianmu.studio.recipe import SCHEMA, Marks, Recipe, installed_versions, machine, read_recipe

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**40), 2**40), st.floats(allow_nan=False, allow_infinity=False), TEXT
)
JSON = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3))
)
FPS = st.sampled_from([Fraction(8), Fraction(24), Fraction(24000, 1001), Fraction(25, 2)])


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    shape = (draw(st.integers(1, 2)), draw(st.integers(1, 4)), draw(st.integers(1, 4)), 3)
    frames = np.random.default_rng(draw(st.integers(0, 99))).integers(0, 256, shape, dtype=np.uint8)
    return Condition(at=frames_time(draw(st.integers(0, 100)), draw(FPS)), frames=frames)


REQUESTS = st.builds(
    ShotRequest,
    prompt=TEXT,
    negative_prompt=TEXT,
    num_frames=st.integers(1, 10**6),
    fps=FPS,
    width=st.integers(16, 4096),
    height=st.integers(16, 4096),
    seed=st.integers(0, MAX_SEED),
    num_steps=st.none() | st.integers(1, 1000),
    guidance_scale=st.none() | st.floats(0, 100),
    conditions=st.lists(conditions(), max_size=2).map(tuple),
    verbatim=st.booleans(),
    upscale=st.booleans(),
    interpolate=st.booleans(),
)
RECIPES = st.builds(
    Recipe,
    engine=TEXT,
    model_digest=st.none() | TEXT,
    request=REQUESTS,
    format=st.sampled_from(FORMATS),
    understood=st.dictionaries(TEXT, JSON, max_size=3),
    notes=st.lists(TEXT, max_size=3).map(tuple),
    effective=st.dictionaries(TEXT, JSON, max_size=3),
    device=TEXT,
    machine=TEXT,
    versions=st.dictionaries(TEXT, TEXT, max_size=3),
    frames_sha256=TEXT,
    encoded_sha256=TEXT,
    seconds_taken=st.floats(0, 1e6),
    marks=st.none() | st.builds(Marks, audience=st.none() | TEXT, mark=TEXT, producer=TEXT),
    footprint=st.dictionaries(TEXT, JSON, max_size=3),
)
ONE = Recipe(
    engine="fake",
    model_digest=None,
    request=ShotRequest(prompt="一只红狐", num_frames=8, fps=Fraction(24000, 1001), width=64, height=64, seed=1),
    format="mp4",
    device="cpu",
    machine=machine(),
    versions=installed_versions(),
    frames_sha256="a",
    encoded_sha256="b",
    seconds_taken=0.5,
    marks=Marks(audience=None, mark="00" * 8, producer="tianmu-1"),
)


@given(RECIPES)
def test_the_way_through_json_is_the_identity(recipe: Recipe) -> None:
    assert Recipe.from_json(recipe.to_json()) == recipe


def test_a_recipe_begins_with_its_schema_and_reads_as_text() -> None:
    text = ONE.to_json()
    assert next(iter(json.loads(text))) == "schema"
    assert json.loads(text)["schema"] == SCHEMA
    assert "一只红狐" in text
    assert "24000/1001" in text


def test_it_names_the_libraries_that_may_change_a_byte() -> None:
    assert {"python", "tianmu", "torch", "numpy", "av"} <= ONE.versions.keys()


def test_another_schema_says_which_was_expected() -> None:
    with pytest.raises(MediaError, match=SCHEMA.replace(".", r"\.")):
        Recipe.from_json(ONE.to_json().replace(SCHEMA, "tianmu.recipe.99"))


def test_a_recipe_from_before_anything_was_marked_is_still_read() -> None:
    row = json.loads(ONE.to_json())
    first = {**row, "schema": "tianmu.recipe.1", "file_sha256": row["encoded_sha256"]}
    for name in ("encoded_sha256", "marks", "footprint"):
        del first[name]
    assert Recipe.from_json(json.dumps(first)) == replace(ONE, marks=None)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "3", '"x"', "{", '{"schema": 1}', "[" * 100_000])
def test_what_is_no_recipe_is_refused(text: str) -> None:
    with pytest.raises(MediaError):
        Recipe.from_json(text)


@pytest.mark.parametrize("field", sorted(set(json.loads(ONE.to_json())) - {"model_digest", "schema"}))
def test_a_field_that_is_missing_or_of_another_type_is_refused(field: str) -> None:
    row = json.loads(ONE.to_json())
    with pytest.raises(MediaError, match="no recipe"):
        Recipe.from_json(json.dumps({**row, field: True}))
    del row[field]
    with pytest.raises(MediaError, match="no recipe"):
        Recipe.from_json(json.dumps(row))


@pytest.mark.parametrize(
    "change",
    [
        {"fps": "1/0"},
        {"fps": 24},
        {"num_frames": "8"},
        {"seed": -1},
        {"width": True},
        {"extra": 1},
        {"conditions": [{}]},
    ],
)
def test_a_request_that_cannot_be_is_refused(change: dict[str, object]) -> None:
    row = json.loads(ONE.to_json())
    row["request"] |= change
    with pytest.raises(MediaError, match="no recipe"):
        Recipe.from_json(json.dumps(row))


def test_frames_that_do_not_fill_their_shape_are_refused() -> None:
    frames = np.zeros((1, 2, 2, 3), np.uint8)
    pinned = replace(ONE.request, conditions=(Condition(at=frames_time(0, Fraction(8)), frames=frames),))
    row = json.loads(replace(ONE, request=pinned).to_json())
    row["request"]["conditions"][0]["shape"] = [1, 3, 2, 3]
    with pytest.raises(MediaError, match="no recipe"):
        Recipe.from_json(json.dumps(row))


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "picture.json").write_bytes(b"\xff\xd8\xff")
    for path in (tmp_path / "missing.json", tmp_path / "picture.json", tmp_path):
        with pytest.raises(MediaError, match="No recipe can be read"):
            read_recipe(path)
