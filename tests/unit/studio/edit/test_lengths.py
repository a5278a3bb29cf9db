"""A dissolve of the length that is offered can be cut, and one frame more cannot; titles stand long enough."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tianmu.core.errors import InputError
from tianmu.film.cut import Clip, Cut, Gap, Join, TitleLine, Track
from tianmu.studio.edit.checks import check_cut, source_frame
from tianmu.studio.edit.lengths import longest_dissolve, title_frames

FPS = Fraction(24)


@st.composite
def clips(draw: st.DrawFn) -> Clip:
    speed = draw(st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 2), Fraction(-1), Fraction(-3, 2)]))
    clip = Clip(
        slate="1A",
        take="t",
        film="f",
        start=draw(st.integers(0, 12)),
        num_frames=draw(st.integers(2, 20)),
        available=40,
        speed=speed,
    )
    assume(max(source_frame(clip, 0), source_frame(clip, clip.num_frames - 1)) < clip.available)
    return clip


def cut_of(before: Clip, after: Clip, length: int) -> Cut:
    join = Join(at=1, style="dissolve", num_frames=length)
    track = Track(name="V1", items=(before, after), joins=(join,) if length else ())
    return Cut(name="cut", fps=FPS, width=64, height=36, tracks=(track,))


@given(before=clips(), after=clips())
def test_the_longest_dissolve_can_be_cut_and_a_longer_one_cannot(before: Clip, after: Clip) -> None:
    longest = longest_dissolve(before, after)
    check_cut(cut_of(before, after, longest))
    if longest < min(before.num_frames, after.num_frames):
        with pytest.raises(InputError, match="handle"):
            check_cut(cut_of(before, after, longest + 1))


def test_gaps_need_no_handles() -> None:
    assert longest_dissolve(Gap(num_frames=7), Gap(num_frames=9)) == 7


def test_longer_titles_stand_longer() -> None:
    short = title_frames((TitleLine(text="灯塔", role="title"),), "card", FPS, 640, 360)
    long = title_frames((TitleLine(text="三天以后，风暴终于停了下来，渔船回到了港口。"),), "card", FPS, 640, 360)
    assert short == 48
    assert short < long <= 12 * 24
    names = tuple(TitleLine(text=f"Part {index}\tName {index}") for index in range(30))
    assert title_frames(names, "credits", FPS, 640, 360) > 10 * 24
