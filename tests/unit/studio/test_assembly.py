from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.core.errors import InputError
from tianmu.film.cut import Clip, Cut, Dialogue, Gap, Title, TitleLine, Track
from tianmu.film.decision import Decisions, ShotRef, Trim, anchor_of
from tianmu.film.screenplay import Action, Heading, Screenplay, ScriptScene, Transition
from tianmu.film.shot import Shot, SpokenLine
from tianmu.film.take import Take
from tianmu.studio.assembly import INSET, Filmed, assemble
from tianmu.studio.edit.checks import check_cut

FPS = Fraction(24)
HANDLES = 8


def filmed(slate: str, seconds: Fraction | int = 2, *lines: SpokenLine) -> Filmed:
    shot = Shot(prompt="fox", slate=slate, scene=slate[:-1], seconds=Fraction(seconds), action=slate, lines=lines)
    frames = int(shot.seconds * FPS + Fraction(1, 2)) + 2 * HANDLES
    take = Take(
        id=f"take-{slate}", key="k", seed=0, engine="fake", slate=slate, number=1, film=f"film-{slate}", recipe="r",
        thumbnail="t", num_frames=frames, fps=FPS, width=64, height=36, bytes=1, seconds_taken=1,
    )  # fmt: skip
    return Filmed(shot=shot, take=take)


def script(*endings: str, title: str = "") -> Screenplay:
    scenes = tuple(
        ScriptScene(
            number=str(number),
            heading=Heading(text="EXT. SEA"),
            elements=(Action(text="x"), *((Transition(text=ending),) if ending else ())),
        )
        for number, ending in enumerate(endings, 1)
    )
    page = (("Title", title), ("Author", "A. Writer")) if title else ()
    return Screenplay(title_page=page, scenes=scenes)


def cut(shots: list[Filmed], screenplay: Screenplay, decisions: Decisions | None = None, **more: object) -> Cut:
    return assemble(shots, screenplay, decisions or Decisions(), fps=FPS, handles=HANDLES, **more)  # type: ignore[arg-type]


def clips(track: Track) -> list[Clip]:
    return [item for item in track.items if isinstance(item, Clip)]


SHOTS = [filmed("1A"), filmed("1B", 3), filmed("2A", Fraction(5, 2))]


def test_a_plain_cut_uses_every_frame_between_the_handles() -> None:
    made = cut(SHOTS, script("", ""))
    assert [(c.start, c.num_frames, c.available) for c in clips(made.tracks[0])] == [
        (8, 48, 64),
        (8, 72, 88),
        (8, 60, 76),
    ]
    assert made.num_frames == 180
    assert (made.width, made.height) == (64, 36)


def test_the_film_fades_in_and_out_and_scenes_join_as_the_script_says() -> None:
    def joins(ending: str) -> list[tuple[int, str, int]]:
        return [(join.at, join.style, join.num_frames) for join in cut(SHOTS, script(ending, "")).tracks[0].joins]

    assert joins("CUT TO:") == [(0, "fade", 12), (3, "fade", 12)]
    assert joins("DISSOLVE TO:") == [(0, "fade", 12), (2, "dissolve", 16), (3, "fade", 12)]
    assert joins("叠化：") == joins("DISSOLVE TO:")
    assert joins("FADE OUT.") == [(0, "fade", 12), (2, "fade", 12), (3, "fade", 12)]


def test_a_title_comes_first_and_credits_last_unless_they_are_not_wanted() -> None:
    lines = (TitleLine(text="Written by", role="heading"), TitleLine(text="A. Writer"))
    made = cut(SHOTS, script("", "", title="First Light"), credits=lines)
    first, last = made.tracks[0].items[0], made.tracks[0].items[-1]
    assert isinstance(first, Title)
    assert [line.text for line in first.lines] == ["First Light", "A. Writer"]
    assert isinstance(last, Title)
    assert last.style == "credits"
    bare = cut(SHOTS, script("", "", title="First Light"), Decisions(title=False, credits=False), credits=lines)
    assert all(isinstance(item, Clip) for item in bare.tracks[0].items)


def decide(each: Filmed, **what: object) -> Decisions:
    return Decisions().trim(Trim(slate=each.shot.slate, anchor=anchor_of(each.shot), **what))  # type: ignore[arg-type]


def test_a_trim_moves_the_ends_and_the_handles_give_what_is_asked_beyond_them() -> None:
    (clip, *_) = clips(cut(SHOTS, script("", ""), decide(SHOTS[0], head=6, tail=-4)).tracks[0])
    assert (clip.start, clip.num_frames) == (14, 46)


@pytest.mark.parametrize(
    ("trim", "says"), [({"head": 48}, "nothing"), ({"head": -9}, "handles of 8"), ({"tail": -20}, "handles")]
)
def test_a_trim_that_cannot_be_is_refused_with_the_shots_name(trim: dict[str, int], says: str) -> None:
    with pytest.raises(InputError, match=rf"(?s)1A.*{says}|{says}.*1A"):
        cut(SHOTS, script("", ""), decide(SHOTS[0], **trim))


SPEEDS = tuple(Fraction(text) for text in ("1", "2", "1/2", "-1", "16", "1/16", "-7/3"))
TRIMS = st.tuples(
    st.integers(-HANDLES, 30), st.integers(-HANDLES, 15), st.sampled_from(SPEEDS),
    st.sampled_from([None, "cut", "dissolve", "fade"]), st.integers(1, 240), st.sampled_from([0, 0, 1, 30]),
)  # fmt: skip


@given(st.tuples(TRIMS, TRIMS, TRIMS), st.booleans(), st.sampled_from(["", "DISSOLVE TO:", "FADE OUT."]))
def test_whatever_trims_may_be_decided_the_cut_can_be_made(
    decided: tuple[tuple[Any, ...], ...], titles: bool, ending: str
) -> None:
    decisions = Decisions(title=titles)
    for each, (head, tail, speed, join, frames, black) in zip(SHOTS, decided, strict=True):
        trim = Trim(
            slate=each.shot.slate, anchor=anchor_of(each.shot), head=head, tail=tail, speed=speed, join=join,
            join_frames=frames, black=black,
        )  # fmt: skip
        decisions = decisions.trim(trim)
    credits = (TitleLine(text="A. Writer"),) if titles else ()
    check_cut(cut(SHOTS, script(ending, "", title="Light"), decisions, credits=credits))


def test_shots_stand_in_the_order_that_was_decided_and_those_left_out_are_gone() -> None:
    def refs(*several: Filmed) -> tuple[ShotRef, ...]:
        return tuple(ShotRef(slate=each.shot.slate, anchor=anchor_of(each.shot)) for each in several)

    decisions = Decisions(order=refs(SHOTS[2], SHOTS[0], SHOTS[1]), omitted=refs(SHOTS[1]))
    made = cut(SHOTS, script("", "DISSOLVE TO:"), decisions)
    assert [clip.slate for clip in clips(made.tracks[0])] == ["2A", "1A"]
    assert [(join.at, join.style) for join in made.tracks[0].joins] == [(0, "fade"), (1, "dissolve"), (2, "fade")]
    with pytest.raises(InputError, match="at least one shot"):
        cut(SHOTS, script("", ""), Decisions(omitted=refs(*SHOTS)))


def test_black_stands_before_a_shot_and_a_fade_goes_in_and_out_of_it() -> None:
    line = SpokenLine(character="A", text="x", starts=Fraction(1, 4), seconds=Fraction(1))
    shots = [filmed("1A"), filmed("1B", 3, line)]
    made = cut(shots, script("", title="Light"), decide(shots[1], black=10, join="fade", join_frames=8))
    kinds = [item.kind for item in made.tracks[0].items]
    assert kinds == ["title", "clip", "gap", "clip"]
    assert [(join.at, join.num_frames) for join in made.tracks[0].joins] == [(0, 12), (1, 12), (2, 8), (3, 8), (4, 12)]
    title = made.tracks[0].items[0].num_frames
    assert made.tracks[1].items[0].num_frames == title + 48 + 10 + 6
    assert made.num_frames == title + 48 + 10 + 72
    check_cut(made)


def test_speed_makes_a_clip_shorter_and_a_look_grades_its_scene() -> None:
    decisions = decide(SHOTS[1], speed=Fraction(-2)).look("1", "warm")
    found = clips(cut(SHOTS, script("", ""), decisions).tracks[0])
    assert [clip.num_frames for clip in found] == [48, 36, 60]
    assert [clip.look for clip in found] == ["warm", "warm", None]


def test_an_inset_lies_over_its_shot_and_nowhere_else() -> None:
    made = cut(SHOTS, script("", ""), decide(SHOTS[1], inset="2A"))
    gap, inset = made.tracks[1].items
    assert gap == Gap(num_frames=48)
    assert isinstance(inset, Clip)
    assert (inset.slate, inset.num_frames, inset.box) == ("2A", 60, INSET)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40)), max_size=12))
def test_every_line_stands_where_it_is_spoken_and_no_two_of_a_track_overlap(spans: list[tuple[int, int]]) -> None:
    lines = tuple(
        SpokenLine(character=str(n), text="x", starts=Fraction(start, 24), seconds=Fraction(length, 24))
        for n, (start, length) in enumerate(spans)
    )
    made = cut([filmed("1A", 4, *lines)], script(""))
    found: dict[str, tuple[int, int]] = {}
    for track in made.tracks[1:]:
        ends = list(accumulate(item.num_frames for item in track.items))
        for item, end in zip(track.items, ends, strict=True):
            if isinstance(item, Dialogue):
                found[item.character] = (end - item.num_frames, item.num_frames)
    assert found == {str(n): span for n, span in enumerate(spans)}


def test_a_film_without_shots_is_refused() -> None:
    with pytest.raises(InputError, match="at least one shot"):
        cut([], script(""))
