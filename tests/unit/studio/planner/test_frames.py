"""A plan for another frame: the same slates, lines and lengths; prompts that read back; 16:9 as it always was."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.unit.studio.planner.scripts import CAFE, LAMP

from tianmu.film.screenplay import Screenplay
from tianmu.film.shot import ASPECTS, Aspect, Shot, ShotList
from tianmu.studio.planner import break_down, cast_assets, fit_frame, plan_shots, planned_scene
from tianmu.studio.planner.beats import MOVING
from tianmu.studio.planner.frames import ratio_of
from tianmu.world.expand import expand


def plan(screenplay: Screenplay, aspect: Aspect) -> ShotList:
    assets, _ = cast_assets(screenplay, break_down(screenplay))
    return plan_shots(screenplay, assets, aspect=aspect)


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize("screenplay", [LAMP, CAFE], ids=["english", "chinese"])
def test_every_frame_has_the_same_shots(screenplay: Screenplay, aspect: Aspect) -> None:
    def told(shot: Shot) -> object:
        return shot.slate, shot.setup, shot.seconds, shot.performers, shot.props, shot.lines, shot.seed, shot.assets

    home, other = plan(screenplay, "16:9"), plan(screenplay, aspect)
    assert [told(shot) for shot in other.shots] == [told(shot) for shot in home.shots]
    assert {shot.aspect for shot in other.shots} == {aspect}
    assert (other == home) == (aspect == "16:9")
    assets, _ = cast_assets(screenplay, break_down(screenplay))
    for shot in other.shots:
        assert expand(shot.prompt).scene == planned_scene(shot, assets), shot.prompt


@pytest.mark.parametrize("screenplay", [LAMP, CAFE], ids=["english", "chinese"])
def test_a_narrow_frame_steps_back_from_a_pair_and_lets_walkers_cross_it(screenplay: Screenplay) -> None:
    tall = plan(screenplay, "9:16")
    for shot in tall.shots:
        if shot.setup in ("two_shot", "master"):
            assert shot.size == "wide"
            assert any("narrow" in reason.en for reason in shot.reasons if reason.choice == "size")
        if any(each.action in MOVING for each in shot.performers):
            assert not shot.move.startswith("pan")
    assert tall != plan(screenplay, "4:5")
    assert [shot.prompt for shot in plan(screenplay, "4:5").shots] == [
        shot.prompt for shot in plan(screenplay, "16:9").shots
    ]


def test_16_to_9_is_the_plan_itself() -> None:
    shots = plan(LAMP, "16:9")
    assert fit_frame(shots, "16:9", {}) is shots
    assert [ratio_of(aspect) for aspect in ("16:9", "4:5", "2.39:1")] == [
        Fraction(16, 9),
        Fraction(4, 5),
        Fraction(239, 100),
    ]
