"""Assertions that are written are read again, and what is not so is not written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.governance.provenance.schemas import (
    AiDisclosure,
    Assertion,
    ContentProfile,
    EnvironmentalSustainability,
    FramePlace,
    Measured,
    Permission,
    SoftBinding,
    TrainingMining,
    Work,
    find,
)

WORK = Work(kind="shot", engine="native", mark="00ff00ff00ff00ff", facts={"seed": 3})
PLACE = FramePlace(sequence="ab" * 32, index=2, num_frames=3, fps="24000/1001", facts_sha256="cd" * 32)


@pytest.mark.parametrize(
    "assertion",
    [
        WORK,
        PLACE,
        TrainingMining(),
        AiDisclosure(model_type="c2pa.types.model"),
        EnvironmentalSustainability(energy_kwh=Measured(value=0.5, measurement_method="an estimate")),
    ],
)
def test_what_is_written_is_read_again(assertion: Assertion) -> None:
    row = assertion.row()
    assert row["created"]
    assert type(assertion).read(row["data"]) == assertion
    assert find([{"label": "com.example"}, {**row, "label": row["label"] + "__1"}], type(assertion)) == assertion


@given(st.integers(0, 2**64 - 1))
def test_a_mark_is_sixteen_digits_and_comes_back(mark: int) -> None:
    binding = SoftBinding.of_mark(mark)
    assert len(binding.blocks[0].value) == 16
    again = SoftBinding.read(binding.row()["data"])
    assert again is not None
    assert again.mark == mark


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Work(kind="song", engine="x"),  # type: ignore[arg-type]
        lambda: replace(WORK, mark="ff"),
        lambda: replace(WORK, recipe_sha256="AB" * 32),
        lambda: AiDisclosure(model_type=""),
        lambda: ContentProfile(oversight="none"),  # type: ignore[arg-type]
        lambda: Measured(value=-1, measurement_method="x"),
        lambda: Measured(value=float("inf"), measurement_method="x"),
        lambda: Measured(value=1, measurement_method=""),
        lambda: Permission(use="maybe"),  # type: ignore[arg-type]
        lambda: replace(PLACE, index=0),
        lambda: replace(PLACE, sequence="ab"),
    ],
)
def test_what_is_not_so_is_not_written(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        wrong()


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Work, {"kind": "song", "engine": "x"}),
        (Work, {"kind": "shot", "engine": "x", "mark": "ff"}),
        (Work, {"kind": "shot", "engine": "x", "version": 2}),
        (Work, {"kind": "shot", "engine": 7}),
        (Work, ["shot"]),
        (AiDisclosure, {"modelName": "no type"}),
        (AiDisclosure, {"modelType": "x", "contentProfile": {"humanOversightLevel": "none"}}),
        (EnvironmentalSustainability, {"energy_kwh": {"value": -1, "measurementMethod": "x"}}),
        (EnvironmentalSustainability, {"energy_kwh": {"value": 1}}),
        (TrainingMining, {"entries": {"cawg.data_mining": {"use": "maybe"}}}),
        (SoftBinding, {"alg": "x", "blocks": "none"}),
        (FramePlace, {**PLACE.to_json(), "index": 0}),
    ],
)
def test_what_is_not_so_is_not_read(kind: type[Assertion], data: object) -> None:
    assert kind.read(data) is None


def test_the_standards_names_are_written_and_ours_are_kept_within_facts() -> None:
    said = AiDisclosure(model_type="m", content_profile=ContentProfile(oversight="prompt_guided"))
    assert said.to_json() == {"modelType": "m", "contentProfile": {"humanOversightLevel": "prompt_guided"}}
    work = replace(WORK, facts={"model_type": 1, "measurementMethod": [None]})
    assert Work.read(work.to_json()) == work


def test_more_than_is_known_is_read_and_less_is_not() -> None:
    assert AiDisclosure.read({"modelType": "x", "scientificDomain": "film"}) == AiDisclosure(model_type="x")
    assert AiDisclosure.read({}) is None
    assert find("nothing", Work) is None
    assert SoftBinding(alg="io.iscc.v0", blocks=()).mark is None
