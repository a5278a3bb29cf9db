"""Moments: a digest shows frames of the film itself; every line is in one moment."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tianmu.film.cut import Box, Clip, Cut, Dialogue, Gap, Title, TitleLine, Track
from tianmu.studio.books.moments import LOOKED_AT, digest_of, divide, moments_of
from tianmu.studio.edit.checks import check_cut, source_frame


def clip(slate: str, num_frames: int, speed: str = "1") -> Clip:
    used = int(num_frames * abs(Fraction(speed))) + 2
    return Clip(
        slate=slate, take=slate, film=slate, start=8, num_frames=num_frames, available=16 + used, speed=Fraction(speed)
    )


def line(text: str, num_frames: int = 10) -> Dialogue:
    return Dialogue(character="MOSS", asset=None, text=text, num_frames=num_frames)


clips = st.lists(st.tuples(st.integers(1, 90), st.sampled_from(["1", "2", "1/2", "3/7", "-1", "-2"])), min_size=1)


@given(clips)
def test_a_digest_is_a_cut_of_frames_that_the_film_shows(lengths: list[tuple[int, str]]) -> None:
    items = tuple(clip(f"{number}A", frames, speed) for number, (frames, speed) in enumerate(lengths))
    cut = Cut(name="Law", fps=Fraction(24), width=64, height=36, tracks=(Track(name="V1", items=items),))
    moments = moments_of(cut)
    digest = digest_of(cut, moments)
    check_cut(digest)
    assert [moment.slate for moment in moments] == [item.slate for item in items]
    assert digest.num_frames <= LOOKED_AT * len(items)
    for moment, item, shown in zip(moments, items, digest.tracks[0].items, strict=True):
        assert isinstance(shown, Clip)
        film = {source_frame(item, index) for index in range(item.num_frames)}
        taken = {source_frame(shown, index) for index in range(shown.num_frames)}
        assert min(film) <= min(taken)
        assert max(taken) <= max(film)
        assert shown.num_frames == len(moment.looked_at())


def test_titles_and_black_are_no_moments_and_every_line_is_in_one() -> None:
    title = Title(lines=(TitleLine(text="T"),), num_frames=20)
    items = (title, clip("1A", 40), Gap(num_frames=10), clip("1B", 30))
    said = (line("before", 5), Gap(num_frames=20), line("first"), Gap(num_frames=27), line("in black", 8), line("last"))
    tracks = (Track(name="V1", items=items), Track(name="A1", kind="audio", items=said))
    moments = moments_of(Cut(name="T", fps=Fraction(24), width=64, height=36, tracks=tracks))
    assert [(moment.slate, moment.start) for moment in moments] == [("1A", 20), ("1B", 70)]
    assert [[each.text for each in moment.lines] for moment in moments] == [["before", "first", "in black"], ["last"]]


@given(st.integers(1, 200), st.lists(st.integers(1, 60), min_size=1, max_size=6))
def test_the_parts_of_a_moment_are_the_moment(num_frames: int, lengths: list[int]) -> None:
    track = Track(name="V1", items=(clip("1A", num_frames),))
    (moment,) = moments_of(Cut(name="T", fps=Fraction(24), width=64, height=36, tracks=(track,)))
    groups = [(line(str(at), frames),) for at, frames in enumerate(lengths)]
    parts = divide(moment, groups)
    assert sum(part.num_frames for part in parts) == num_frames
    assert all(part.num_frames >= 1 for part in parts)
    assert [part.start for part in parts[1:]] == [part.start + part.num_frames for part in parts[:-1]]
    assert [part.opens for part in parts] == [True] + [False] * (len(parts) - 1)
    assert [each for part in parts for each in part.lines] == [each for group in groups for each in group]


def test_an_inset_is_in_the_digest_where_the_film_has_it() -> None:
    inset = replace(clip("1B", 20), box=Box(left=Fraction(1, 2), width=Fraction(1, 2), height=Fraction(1, 2)))
    tracks = (
        Track(name="V1", items=(clip("1A", 40), clip("1B", 40))),
        Track(name="V2", items=(Gap(num_frames=20), inset)),
    )
    cut = Cut(name="T", fps=Fraction(24), width=64, height=36, tracks=tracks)
    moments = moments_of(cut)
    above = digest_of(cut, moments).tracks[1].items
    wanted = [20 <= moment.begins + index < 40 for moment in moments for index in moment.looked_at()]
    assert [isinstance(item, Clip) for item in above] == wanted
    assert any(wanted)
