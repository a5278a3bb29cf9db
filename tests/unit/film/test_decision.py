from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tianmu.film.decision import Change, Decisions, ShotRef, Trim, anchor_of, arrange, find_shot
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


ORDERS = st.permutations([each.slate for each in SHOTS])


def refs(*slates: str) -> tuple[ShotRef, ...]:
    return tuple(
        ShotRef(slate=each.slate, anchor=anchor_of(each)) for slate in slates for each in SHOTS if each.slate == slate
    )


@given(ORDERS, st.sets(st.sampled_from([each.slate for each in SHOTS])))
def test_shots_stand_as_they_were_arranged_and_to_arrange_them_again_changes_nothing(
    order: list[str], omitted: set[str]
) -> None:
    decided = Decisions(order=refs(*order), omitted=refs(*sorted(omitted)))
    found = arrange(SHOTS, decided)
    assert [each.slate for each in found] == [slate for slate in order if slate not in omitted]
    assert arrange(found, decided) == found
    assert arrange(SHOTS, Decisions()) == SHOTS


def test_a_shot_that_the_script_has_gained_stands_behind_the_one_it_follows() -> None:
    new = shot("1C", "sleeps", who=HEN)
    grown = (SHOTS[0], SHOTS[1], new, SHOTS[2])
    decided = Decisions(order=refs("2A", "1B", "1A"))
    assert [each.slate for each in arrange(grown, decided)] == ["2A", "1B", "1C", "1A"]
    first = (new, *SHOTS)
    assert [each.slate for each in arrange(first, decided)] == ["1C", "2A", "1B", "1A"]
