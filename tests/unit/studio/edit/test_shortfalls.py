"""A join that is longer than there is room for is told, with how long it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.studio.export.cuts import sample

from tianmu.core.settings import settings
from tianmu.film.cut import Clip
from tianmu.film.decision import Decisions, Trim, anchor_of
from tianmu.film.shot import Shot
from tianmu.studio.edit.shortfalls import shortfalls

CUT = sample()
SHOTS = tuple(
    Shot(prompt=f"shot {item.slate}", slate=item.slate) for item in CUT.tracks[0].items if isinstance(item, Clip)
)


def decided(slate: str, frames: int) -> Decisions:
    shot = next(shot for shot in SHOTS if shot.slate == slate)
    return Decisions(trims=(Trim(slate=slate, anchor=anchor_of(shot), join="dissolve", join_frames=frames),))


def test_a_dissolve_longer_than_its_shots_is_told_with_how_long_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    (note,) = shortfalls(CUT, SHOTS, decided("1B", 200))
    assert "The dissolve of 200 frames into shot 1B has room for 15" in note
    assert "--handles" in note
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    assert "只有 15 帧" in shortfalls(CUT, SHOTS, decided("1B", 200))[0]


def test_one_that_fits_and_one_of_a_shot_that_is_left_out_are_not() -> None:
    assert shortfalls(CUT, SHOTS, decided("1B", 15)) == ()
    without = replace(CUT, tracks=(replace(CUT.tracks[0], items=CUT.tracks[0].items[:2], joins=()),))
    assert shortfalls(without, SHOTS, decided("2A", 200)) == ()
