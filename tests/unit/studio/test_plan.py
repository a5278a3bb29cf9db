"""A screenplay made ready to film: kept in its project, read back as it was, found by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tianmu.core.errors import InputError, MediaError
from tianmu.film.decision import Change, Decisions, anchor_of
from tianmu.film.shot import ShotList
from tianmu.studio import plan as planning
from tianmu.studio.documents import keep
from tianmu.studio.plan import Plan, assets_of, choose_project, plan_film, plan_version, read_plan, read_settings
from tianmu.studio.store import Project, Store
from tianmu.studio.takes import FilmSettings


def test_a_plan_is_read_back_as_it_was_made(project: Project, ice: Plan) -> None:
    again = read_plan(project)
    assert again == replace(ice, notes=again.notes)
    assert again.inputs == ice.inputs
    assert assets_of(project) == dict(ice.assets)


def test_an_unchanged_script_is_not_planned_again(project: Project, ice: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "plan_shots", lambda *_, **__: pytest.fail("it was planned again"))
    assert plan_film(ice.screenplay, project, FilmSettings()).shots == ice.shots


def test_another_aspect_is_another_plan_and_one_is_kept_for_all(project: Project, ice: Plan) -> None:
    kept = project.keys(ShotList)
    tall = plan_film(ice.screenplay, project, FilmSettings(aspect="9:16"))
    assert {shot.aspect for shot in tall.shots.shots} == {"9:16"}
    assert project.keys(ShotList) == kept
    assert len(kept) == 1
    assert plan_version(ice, project, "9:16").shots == tall.shots
    keep(project, FilmSettings(aspect="9:16"))
    assert read_plan(project).shots == tall.shots
    assert tall.inputs != ice.inputs


def test_every_input_is_in_the_digest(ice: Plan) -> None:
    shot = ice.shots.shots[0]
    change = Change(slate=shot.slate, anchor=anchor_of(shot), time="noon")
    moss = ice.assets["character-moss"]
    others = [
        replace(ice, screenplay=replace(ice.screenplay, title_page=())),
        replace(ice, shots=replace(ice.shots, planner="llm")),
        replace(ice, decisions=Decisions(title=False)),
        replace(ice, decisions=Decisions().change(change)),
        replace(ice, assets={**ice.assets, moss.id: moss.revise(moss.now)}),
    ]
    assert len({ice.inputs, *(each.inputs for each in others)}) == len(others) + 1
    assert replace(ice, notes=("other",)).inputs == ice.inputs


def test_what_a_script_drops_is_kept_for_when_it_comes_back(project: Project, ice: Plan) -> None:
    moss = ice.assets["character-moss"]
    keep(project, replace(moss, aliases=("the rabbit",)), moss.id)
    one = replace(ice.screenplay, scenes=ice.screenplay.scenes[:1])
    plan_film(one, project, FilmSettings())
    assert plan_film(ice.screenplay, project, FilmSettings()).assets[moss.id].aliases == ("the rabbit",)


def test_who_is_never_described_is_a_note_and_no_failure(project: Project, tmp_path: Path) -> None:
    script = tmp_path / "a.fountain"
    script.write_text("INT. ROOM - DAY\n\nQUILL\nWho am I?\n", encoding="utf-8")
    plan = plan_film(script, project, FilmSettings())
    assert any("QUILL" in note for note in plan.notes)
    assert plan.shots.shots


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("INT. ROOM - DAY\n\nEXT. SEA - NIGHT\n\nA boat waits.\n", "neither action nor speech in scene 1"),
        ("INT. ROOM - DAY #4#\n\nA fox.\n\nEXT. SEA - NIGHT #4#\n\nA boat.\n", "4"),
        ("", "is empty"),
    ],
)
def test_a_script_that_cannot_be_planned_leaves_the_last_plan(
    project: Project, ice: Plan, tmp_path: Path, text: str, says: str
) -> None:
    script = tmp_path / "a.fountain"
    script.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says):
        plan_film(script, project, FilmSettings())
    again = read_plan(project)
    assert again == replace(ice, notes=again.notes)


def test_a_script_that_cannot_be_read_keeps_what_was_planned(project: Project, ice: Plan, tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        plan_film(tmp_path / "gone.fountain", project, FilmSettings())
    assert read_plan(project).shots == ice.shots


def test_the_only_project_needs_no_name(tmp_path: Path) -> None:
    with Store.open(tmp_path / "home") as store:
        with pytest.raises(InputError, match="no project yet"):
            choose_project(store, None)
        only = store.create_project("one")
        assert choose_project(store, None).name == only.name
        store.create_project("two")
        with pytest.raises(InputError, match=r"--project: one and two"):
            choose_project(store, None)
        assert choose_project(store, "two").name == "two"
        with pytest.raises(InputError, match="no film yet"):
            read_plan(only)
        assert read_settings(only) == FilmSettings()
