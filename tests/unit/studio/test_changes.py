"""Notes and what they change: what is read, what is not, and that a change does what it says and nothing else."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.core.settings import settings
from tianmu.film.decision import Change, Decisions, anchor_of
from tianmu.film.shot import Performer, Shot, ShotList
from tianmu.studio.changes import LONGEST, SHORTEST, apply_change, apply_changes, read_note
from tianmu.studio.plan import Plan

SHOT = Shot(prompt="a fox", slate="3B", size="medium", performers=(Performer(asset="fox", action="walks"),))
BLANK = Change(slate="", anchor="")

NOTES: list[tuple[str, dict[str, Any]]] = [
    ("slower", {"slower": Fraction(3, 2)}),
    ("much slower, please", {"slower": Fraction(2)}),
    ("faster", {"slower": Fraction(2, 3)}),
    ("much faster!", {"slower": Fraction(1, 2)}),
    ("慢一点", {"slower": Fraction(3, 2)}),
    ("慢很多", {"slower": Fraction(2)}),
    ("再快一点", {"slower": Fraction(2, 3)}),
    ("快很多", {"slower": Fraction(1, 2)}),
    ("too fast", {"slower": Fraction(3, 2)}),
    ("not so fast", {"slower": Fraction(3, 2)}),
    ("太快了，慢一点", {"slower": Fraction(3, 2)}),
    ("别太快", {"slower": Fraction(3, 2)}),
    ("too slow", {"slower": Fraction(2, 3)}),
    ("太慢", {"slower": Fraction(2, 3)}),
    ("longer", {"longer": Fraction(3, 2)}),
    ("hold it", {"longer": Fraction(3, 2)}),
    ("much shorter", {"longer": Fraction(1, 2)}),
    ("长一点", {"longer": Fraction(3, 2)}),
    ("缩短", {"longer": Fraction(2, 3)}),
    ("too long", {"longer": Fraction(2, 3)}),
    ("太短", {"longer": Fraction(3, 2)}),
    ("closer", {"size": "medium_close"}),
    ("近一点", {"size": "medium_close"}),
    ("too far away", {"size": "medium_close"}),
    ("a bit wider", {"size": "wide"}),
    ("太近", {"size": "wide"}),
    ("close up", {"size": "close"}),
    ("全景", {"size": "wide"}),
    ("slow pan left", {"move": "pan_left"}),
    ("push in", {"move": "push_in"}),
    ("镜头拉远", {"move": "pull_out"}),
    ("镜头上摇", {"move": "tilt_up"}),
    ("don't move the camera", {"move": "static"}),
    ("镜头不要动", {"move": "static"}),
    ("at night", {"time": "night"}),
    ("改成黎明", {"time": "dawn"}),
    ("in the rain", {"weather": "rain"}),
    ("no rain", {"weather": "clear"}),
    ("下雪", {"weather": "snow"}),
    ("she should run", {"action": "runs"}),
    ("让她跳", {"action": "jumps"}),
    ("go left", {"direction": "left"}),
    ("向右", {"direction": "right"}),
    ("mirrored", {"direction": "mirror"}),
    ("换成另一边", {"direction": "mirror"}),
    ("again", {}),
    ("再来一条", {}),
    ("closer, at dusk, a little slower", {"size": "medium_close", "time": "dusk", "slower": Fraction(3, 2)}),
    ("镜头拉远，再慢一点，下雨", {"move": "pull_out", "slower": Fraction(3, 2), "weather": "rain"}),
]


@pytest.mark.parametrize(("note", "expected"), NOTES)
def test_a_note_is_understood_to_the_last_word(note: str, expected: dict[str, Any]) -> None:
    read = read_note(note, SHOT)
    assert replace(read.change, slate="", anchor="", note="") == replace(BLANK, **expected)
    assert read.rest == ""
    assert read.understood
    assert (read.change.note, read.change.slate, read.change.anchor) == (note, "3B", anchor_of(SHOT))


@pytest.mark.parametrize(
    ("note", "rest"),
    [
        ("more wistful", "wistful"),
        ("更忧伤", "忧伤"),
        ("更快乐", "快乐"),
        ("make the fox blue", "blue"),
        ("sepia", "sepia"),
        ("in the city", "city"),
        ("not at night", "not at night"),
        ("closer, with more irony", "irony"),
    ],
)
def test_what_is_not_understood_is_named(note: str, rest: str) -> None:
    read = read_note(note, SHOT)
    assert rest in read.rest
    assert read.change.changes == note.startswith("closer")


def test_nobody_in_the_shot_can_do_what_a_note_asks() -> None:
    read = read_note("running left", replace(SHOT, performers=()))
    assert not read.change.changes
    assert read.rest == "runs left"


def test_a_note_in_chinese_is_answered_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    assert read_note("近一点，镜头左移，夜晚，慢一点", SHOT).understood == (
        "速度 67%",
        "景别 近景",
        "运镜 左摇",
        "时间 夜",
    )


@given(st.text(max_size=60))
def test_any_text_is_read_and_read_twice_is_the_same(note: str) -> None:
    read = read_note(note, SHOT)
    assert read == read_note(note, SHOT)
    if note.strip() and not read.understood:
        assert read.rest or not any(character.isalnum() for character in note)


def test_a_change_of_nothing_changes_nothing_but_the_reasons(ice: Plan) -> None:
    for shot in ice.shots.shots:
        made = apply_change(shot, Change(slate=shot.slate, anchor=anchor_of(shot), note="again"), ice.assets)
        assert replace(made, reasons=()) == replace(shot, reasons=())
        assert made.reasons[:-1] == shot.reasons
        assert "again" in made.reasons[-1].en


def test_mirrored_twice_is_as_it_was(ice: Plan) -> None:
    for shot in ice.shots.shots:
        mirror = replace(BLANK, slate=shot.slate, direction="mirror")
        once = apply_change(shot, mirror, ice.assets)
        twice = apply_change(once, mirror, ice.assets)
        assert replace(twice, reasons=()) == replace(shot, reasons=())
        if shot.performers:
            assert once.performers[0].direction != shot.performers[0].direction
            assert once.prompt != shot.prompt


def test_slower_records_more_frames_and_longer_only_lasts_longer(ice: Plan) -> None:
    shot = ice.shots.shots[1]
    slower = apply_change(shot, replace(BLANK, slower=Fraction(3, 2)), ice.assets)
    assert (slower.seconds, slower.overcrank) == (shot.seconds * 3 / 2, Fraction(3, 2))
    longer = apply_change(shot, replace(BLANK, longer=Fraction(3, 2)), ice.assets)
    assert (longer.seconds, longer.overcrank) == (shot.seconds * 3 / 2, 1)
    assert slower.prompt == longer.prompt == shot.prompt


@given(st.lists(st.sampled_from(["much slower", "much faster", "much longer", "much shorter"]), max_size=14))
def test_no_row_of_notes_makes_a_shot_vanish_or_last_for_ever(notes: list[str]) -> None:
    shot = SHOT
    for note in notes:
        change = read_note(note, shot).change
        shot = replace(
            shot,
            seconds=apply_change(replace(SHOT, performers=(), seconds=shot.seconds), change, {}).seconds,
        )
        assert SHORTEST <= shot.seconds <= LONGEST


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("at night", "night"),
        ("pan left", "pans left"),
        ("in the rain", "rain"),
        ("run", "run"),
        ("wide shot", "Wide shot"),
    ],
)
def test_what_a_note_changes_is_in_the_prompt(ice: Plan, note: str, words: str) -> None:
    shot = next(shot for shot in ice.shots.shots if shot.performers and shot.scene == "1")
    shot = apply_change(shot, replace(BLANK, size="close"), ice.assets)
    made = apply_change(shot, read_note(note, shot).change, ice.assets)
    assert words in made.prompt


def test_a_change_finds_its_shot_when_slates_have_moved_and_rests_when_it_is_gone(ice: Plan) -> None:
    shots = ice.shots.shots
    change = read_note("at noon", shots[1]).change
    decisions = Decisions().change(change)
    moved = tuple(replace(shot, slate=f"9{shot.slate}") for shot in shots)
    changed, notes = apply_changes(ShotList(shots=moved), decisions, ice.assets)
    assert [a.time == b.time for a, b in zip(changed.shots, moved, strict=True)].index(False) == 1
    assert notes == ()
    kept, notes = apply_changes(ShotList(shots=moved[3:]), decisions, ice.assets)
    assert kept.shots == moved[3:]
    assert len(notes) == 1
    assert "“at noon”" in notes[0]
    assert shots[1].slate in notes[0]
