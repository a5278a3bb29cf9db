"""The variety of a film that the fake engine makes: what is scored, named and suggested, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tianmu.core.errors import InputError
from tianmu.film.decision import Decisions, ShotRef, anchor_of
from tianmu.film.shot import Shot
from tianmu.studio.changes import read_note
from tianmu.studio.documents import keep
from tianmu.studio.edition import clips_of, read_kept_cut
from tianmu.studio.film import make_film
from tianmu.studio.importers import parse_fountain
from tianmu.studio.plan import Plan, plan_film
from tianmu.studio.retake import retake
from tianmu.studio.store import Project, Store
from tianmu.studio.takes import FilmSettings
from tianmu.studio.variety import as_row, measure_variety
from tianmu.studio.variety.changes import suggest_changes
from tianmu.studio.variety.lengths import measure_lengths
from tianmu.studio.variety.page import draw_matrix, html, in_words, sections

SETTINGS = FilmSettings(engine="fake", pixels=(64, 36), handles=2, fps=Fraction(6), sound=False, subtitles=False)
TWIN = """Title: Two of One

EXT. SNOWFIELD - DAWN #1#

EMBER, a fox, stands.

EXT. SNOWFIELD - DAWN #2#

EMBER stands.

INT. ROOM - NIGHT #3#

MOSS, a rabbit, walks.
"""
OTHER = TWIN.replace("Two of One", "Elsewhere").replace("SNOWFIELD - DAWN", "CITY - NOON").replace("fox", "robot")
NEAR = TWIN.replace("Two of One", "Two of One Again")


def drawn(shot: Shot) -> NDArray[np.uint8]:
    """A picture of one colour for each prompt."""
    colour = np.frombuffer(sha256(shot.prompt.encode()).digest()[:3], np.uint8)
    return np.broadcast_to(colour, (36, 64, 3)).copy()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "home") as opened:
        yield opened


def planned(store: Store, name: str, script: str) -> tuple[Project, Plan]:
    project = store.create_project(name)
    return project, plan_film(parse_fountain(script), project, SETTINGS)


def test_a_film_is_scored_its_doubles_named_and_its_elders_found(store: Store, tmp_path: Path) -> None:
    planned(store, "elsewhere", OTHER)
    planned(store, "again", NEAR)
    project = store.create_project("twin")
    keep(project, Decisions(title=False, credits=False))
    plan = plan_film(parse_fountain(TWIN), project, SETTINGS)
    count = len(plan.shots.shots)
    before = measure_variety(project, store, tmp_path, draw=drawn)
    assert before.pictures is None
    assert before.takes is None
    assert 1 < before.prompts < count
    first = before.doubles[0]
    prompts = {shot.slate: shot.prompt for shot in plan.shots.shots}
    assert first.similarity == pytest.approx(1, abs=1e-6)
    assert prompts[first.first] == prompts[first.second]
    assert [near.project for near in before.scripts] == ["again", "elsewhere"]
    assert before.scripts[0].similarity == pytest.approx(1, abs=1e-4)
    assert before.scripts[1].similarity < 0.9

    make_film(plan, project, SETTINGS, tmp_path / "twin.mp4")
    retake(project, plan.shots.shots[0].slate, "", variations=2)
    after = measure_variety(project, store, tmp_path, draw=drawn)
    assert after.pictures is not None
    assert 1 <= after.pictures <= count
    assert after.takes is not None
    assert after.takes.num_prompts == 1
    assert after.takes.given.conditional == pytest.approx(after.takes.given.pictures)
    assert after.prompts == pytest.approx(before.prompts)
    row = as_row(after)
    assert len(row["similarity"]) == count
    told = in_words(sections(after))
    page = html("Two & one", sections(after), draw_matrix(after).svg())
    assert first.first in told
    assert "Two &amp; one" in page
    assert page.count("<polygon") == count * count


def test_every_change_lifts_the_score_and_its_note_is_understood(store: Store, tmp_path: Path) -> None:
    _, plan = planned(store, "twin", TWIN)
    changes = suggest_changes(plan.shots.shots, plan.assets, draw=drawn)
    assert changes
    for change in changes:
        assert change.words > 0
        assert change.pictures is not None
        assert change.after != change.before
        assert change.sentence().count(change.slate or change.scene)
        if change.note:
            shot = next(shot for shot in plan.shots.shots if change.slate in ("", shot.slate))
            read = read_note(change.note, shot)
            assert not read.rest, change.note
            assert getattr(read.change, change.fact) == change.after, change.note
    assert suggest_changes(plan.shots.shots[:1], plan.assets, draw=drawn) == ()


def test_every_note_that_a_change_can_have_is_understood(ice: Plan) -> None:
    from typing import get_args

    from tianmu.film.shot import Move
    from tianmu.studio.variety.changes import Change
    from tianmu.world.scene import TIMES, WEATHERS

    shot = replace(ice.shots.shots[0], size="medium_wide", move="static", time="", weather="")
    words = {"time": TIMES, "weather": WEATHERS, "size": ("wide", "medium", "close"), "move": get_args(Move)}
    for fact, values in words.items():
        for value in values:
            slate = "1A" if fact in ("size", "move") else ""
            change = Change(scene="1", slate=slate, fact=fact, before="", after=value, words=1.0, pictures=None)
            read = read_note(change.note, shot)
            assert not read.rest, change.note
            assert getattr(read.change, fact) == value, change.note
            assert ("tianmu retake 1A" if slate else "scene 1") in change.sentence()


def test_lengths_that_are_all_alike_are_one_and_a_change_is_named(ice: Plan) -> None:
    shots = [replace(ice.shots.shots[0], slate=f"1{letter}", seconds=Fraction(3)) for letter in "ABC"]
    found = measure_lengths(shots)
    assert found.score == pytest.approx(1)
    assert found.slate == "1A"
    assert found.rise > 0
    assert "1A" in found.sentence()
    uneven = [replace(shot, seconds=Fraction(length)) for shot, length in zip(shots, (1, 4, 16), strict=True)]
    assert measure_lengths(uneven).score == pytest.approx(3, abs=0.05)


def test_one_shot_and_no_film_are_refused_in_a_sentence(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no film yet"):
        measure_variety(store.create_project("none"), store, tmp_path)
    project, plan = planned(store, "lone", TWIN)
    gone = tuple(ShotRef(slate=shot.slate, anchor=anchor_of(shot)) for shot in plan.shots.shots[1:])
    keep(project, Decisions(omitted=gone))
    with pytest.raises(InputError, match="one shot"):
        measure_variety(project, store, tmp_path)


def test_what_is_damaged_is_named_and_the_rest_is_measured(store: Store, tmp_path: Path) -> None:
    project, plan = planned(store, "twin", TWIN)
    planned(store, "elsewhere", OTHER)
    planned(store, "again", NEAR)
    keep(project, Decisions(title=False, credits=False))
    plan = plan_film(parse_fountain(TWIN), project, SETTINGS)
    make_film(plan, project, SETTINGS, tmp_path / "twin.mp4")
    retake(project, plan.shots.shots[0].slate, "", variations=3)
    whole = measure_variety(project, store, tmp_path, draw=drawn)
    assert whole.warnings == ()
    assert whole.takes is not None
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "own.yaml").write_text("no: [", "utf-8")
    documents = store.project("again")
    with store.database.writing() as connection:
        connection.exec_driver_sql(
            "update documents set body = '{' where project = ? and schema like 'tianmu.screenplay%'", (documents.id,)
        )
    used = {clip.take for clip in clips_of(read_kept_cut(project))}
    spare = next(take for take in project.takes() if take.id not in used)
    project.media.path(spare.thumbnail).write_bytes(b"no picture")
    left = measure_variety(project, store, tmp_path, draw=drawn)
    assert [near.project for near in left.scripts] == ["elsewhere"]
    assert left.takes is not None
    assert left.takes.num_takes == whole.takes.num_takes - 1
    assert left.pictures == whole.pictures
    assert left.widenings == whole.widenings or left.widenings
    told = "\n".join(left.warnings)
    assert len(left.warnings) == 3
    assert f"The take {spare.slate}/{spare.number} is left out" in told
    assert "The screenplay of the project again is left out" in told
    assert f"The file {tmp_path / 'library' / 'own.yaml'} is left out" in told
    assert as_row(left)["warnings"] == list(left.warnings)
