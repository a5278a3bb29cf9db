"""Assertions that are written are read again, and what is not so is not written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tianmu.governance.provenance.schemas import (
    AiDisclosure,
    Assertion,
    EnvironmentalSustainability,
    FramePlace,
    Measured,
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
        AiDisclosure(modelType="c2pa.types.model"),
        EnvironmentalSustainability(energy_kwh=Measured(value=0.5, measurementMethod="an estimate")),
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
    ("kind", "data"),
    [
        (Work, {"kind": "song", "engine": "x"}),
        (Work, {"kind": "shot", "engine": "x", "mark": "ff"}),
        (Work, {"kind": "shot", "engine": "x", "wrong": 1}),
        (AiDisclosure, {"modelName": "no type"}),
        (AiDisclosure, {"modelType": "x", "contentProfile": {"humanOversightLevel": "none"}}),
        (EnvironmentalSustainability, {"energy_kwh": {"value": -1, "measurementMethod": "x"}}),
        (EnvironmentalSustainability, {"energy_kwh": {"value": 1}}),
        (EnvironmentalSustainability, {"energy_kwh": {"value": float("inf"), "measurementMethod": "x"}}),
        (TrainingMining, {"entries": {"cawg.data_mining": {"use": "maybe"}}}),
        (FramePlace, {**PLACE.model_dump(), "index": 0}),
    ],
)
def test_what_is_not_so_is_not_written(kind: type[Assertion], data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind(**data)


def test_more_than_is_known_is_read_and_less_is_not() -> None:
    assert AiDisclosure.read({"modelType": "x", "scientificDomain": "film"}) == AiDisclosure(modelType="x")
    assert AiDisclosure.read({}) is None
    assert find("nothing", Work) is None
    assert SoftBinding(alg="io.iscc.v0", blocks=()).mark is None
