from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from tianmu.film.decision import Change, Decisions, Trim, anchor_of, find_shot
from tianmu.film.shot import Performer, Shot, SpokenLine

FOX, HEN = Performer(asset="character-fox"), Performer(asset="character-hen")


def shot(slate: str, action: str = "", line: str = "", who: Performer = FOX) -> Shot:
    lines = (SpokenLine(character="FOX", text=line, seconds=Fraction(1)),) if line else ()
    return Shot(prompt="a fox", slate=slate, scene=slate[:-1], action=action, lines=lines, performers=(who,))


SHOTS = (shot("1A", "runs"), shot("1B", line="Hello."), shot("2A", "runs", who=HEN))


def change(of: Shot) -> Change:
    return Change(slate=of.slate, anchor=anchor_of(of))


def test_a_shot_is_found_where_it_stands_and_where_it_has_moved_to() -> None:
    for one in SHOTS:
        assert find_shot(change(one), SHOTS) == one
        moved = tuple(replace(other, slate=f"9{other.slate}") for other in SHOTS)
        assert find_shot(change(one), moved) == replace(one, slate=f"9{one.slate}")


def test_a_changed_line_keeps_what_was_decided_about_its_shot() -> None:
    after = (SHOTS[0], shot("1B", line="Good evening."), SHOTS[2])
    assert find_shot(change(SHOTS[1]), after) == after[1]


def test_what_was_decided_about_a_shot_that_is_gone_finds_nothing() -> None:
    assert find_shot(change(SHOTS[1]), (SHOTS[0], SHOTS[2])) is None
    assert find_shot(change(SHOTS[2]), (SHOTS[0], shot("2A", "sleeps"))) is None


def test_two_shots_that_show_the_same_are_told_apart_by_their_slates_alone() -> None:
    twice = (shot("1A", "runs"), shot("1C", "runs"))
    assert find_shot(change(twice[1]), twice) == twice[1]
    assert find_shot(Change(slate="5A", anchor=anchor_of(twice[0])), twice) is None


def test_a_shot_has_one_trim_and_a_scene_one_look() -> None:
    trim = Trim(slate="1A", anchor="x", head=1)
    decided = Decisions().trim(trim).trim(replace(trim, head=4)).trim(replace(trim, anchor="y"))
    assert [(each.anchor, each.head) for each in decided.trims] == [("x", 4), ("y", 1)]
    looks = Decisions().look("*", "all").look("2", "two").look("2", "other")
    assert (looks.look_of("1"), looks.look_of("2")) == ("all", "other")
