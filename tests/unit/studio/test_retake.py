"""Another take of a shot: from another seed, or as a note asks; what was decided holds, what failed decides nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tianmu.core.errors import EngineError, InputError
from tianmu.engines.fake import FakeEngine
from tianmu.film.decision import Decisions
from tianmu.studio.documents import keep
from tianmu.studio.plan import Plan, read_plan
from tianmu.studio.retake import retake
from tianmu.studio.store import Project
from tianmu.studio.takes import FilmSettings

SETTINGS = FilmSettings(engine="fake", pixels=(64, 36), fps=Fraction(12), handles=2)


@pytest.fixture(autouse=True)
def _small(project: Project, ice: Plan) -> None:
    """The film was last made small; `ice` is its plan."""
    assert ice.shots.shots
    keep(project, SETTINGS)


def test_variations_have_seeds_and_numbers_of_their_own_and_the_films_settings(project: Project) -> None:
    made = retake(project, "1a", variations=3)
    assert made.read is None
    assert len({take.seed for take in made.takes}) == 3
    assert [take.number for take in made.takes] == [1, 2, 3]
    assert len({take.key for take in made.takes}) == 1
    assert {(take.width, take.height, take.fps) for take in made.takes} == {(64, 36, 12)}
    assert retake(project, "1A").takes[0].number == 4
    assert read_plan(project).decisions == Decisions()


def test_notes_add_up(project: Project) -> None:
    before = read_plan(project).shot("1B")
    retake(project, "1B", "slower")
    retake(project, "1B", "slower, at night")
    after = read_plan(project).shot("1B")
    assert after.overcrank == Fraction(9, 4)
    assert after.seconds == before.seconds * Fraction(9, 4)
    assert after.time == "night"
    assert [change.note for change in read_plan(project).decisions.changes] == ["slower", "slower, at night"]
    assert [take.notes for take in project.takes()] == [("slower",), ("slower, at night",)]


def test_a_take_that_fails_decides_nothing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the lamp broke")

    monkeypatch.setattr(FakeEngine, "generate", fail)
    with pytest.raises(EngineError, match=r"Shot 1B: .*the lamp broke"):
        retake(project, "1B", "slower")
    assert read_plan(project).decisions == Decisions()
    assert project.takes() == ()


def test_a_slate_that_is_not_there_is_refused(project: Project) -> None:
    with pytest.raises(InputError, match=r"no shot '9Z'.*1A"):
        retake(project, "9Z", "slower")
