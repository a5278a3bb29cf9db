"""What cannot be cut is refused, and the sentence says what is missing and what to do."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.core.errors import InputError
from tianmu.core.settings import settings
from tianmu.film.cut import Box, Clip, Cut, Dialogue, Gap, Item, Join, Track
from tianmu.studio.edit.checks import check_cut, source_frame


def clip(slate: str = "3B", **changes: Any) -> Clip:
    plain = Clip(slate=slate, take="0123456789abcdef", film="f", start=8, num_frames=24, available=40)
    return replace(plain, **changes)


def cut_of(*items: Item, joins: tuple[Join, ...] = ()) -> Cut:
    return Cut(name="cut", fps=Fraction(24), width=64, height=36, tracks=(Track(name="V1", items=items, joins=joins),))


def dissolve(at: int, num_frames: int) -> Join:
    return Join(at=at, style="dissolve", num_frames=num_frames)


def fade(at: int, num_frames: int) -> Join:
    return Join(at=at, style="fade", num_frames=num_frames)


def test_handles_that_are_just_enough_are_enough() -> None:
    check_cut(cut_of(clip("3A"), clip("3B"), joins=(fade(0, 4), dissolve(1, 16), fade(2, 4))))
    check_cut(cut_of(clip(num_frames=1), joins=(fade(0, 1),)))


@pytest.mark.parametrize(
    ("cut", "says"),
    [
        (
            cut_of(clip("3A"), clip("3B", start=2), joins=(dissolve(1, 12),)),
            r"into shot 3B \(take 0123456789ab\) needs 6 frames of handle, and its take lacks 4 .* by 4",
        ),
        (
            cut_of(clip("3A", available=33), clip("3B"), joins=(dissolve(1, 13),)),
            r"out of shot 3A \(take 0123456789ab\) needs 6 frames of handle, and its take lacks 5",
        ),
        (
            cut_of(clip("3A", speed=Fraction(2), num_frames=16), clip("3B"), joins=(dissolve(1, 4),)),
            r"out of shot 3A .* needs 2 frames of handle, and its take lacks 3",
        ),
        (
            cut_of(clip("3A", speed=Fraction(-1), start=1), clip("3B"), joins=(dissolve(1, 8),)),
            r"out of shot 3A .* needs 4 frames of handle, and its take lacks 3",
        ),
        (cut_of(clip(num_frames=33)), r"needs the frames 8 to 40 of its take, which has the frames 0 to 39"),
        (cut_of(clip(start=-1)), r"needs the frames -1 to 22"),
        (cut_of(clip(speed=Fraction(0))), r"The speed of shot 3B .* is 0"),
        (cut_of(clip(num_frames=0)), r"lasts 0 frames"),
        (cut_of(Gap(num_frames=-3)), r"lasts -3 frames"),
        (cut_of(clip(box=Box(left=Fraction(3, 4), width=Fraction(1, 2)))), r"box of shot 3B .* is 3/4, 0, 1/2, 1,"),
        (cut_of(clip(box=Box(width=Fraction(1, 1000)))), r"at least a pixel"),
        (cut_of(clip(), clip(), joins=(dissolve(0, 4),)), r"nothing on one side; use a fade"),
        (cut_of(clip(), clip(), joins=(dissolve(2, 4),)), r"nothing on one side; use a fade"),
        (cut_of(clip(), clip(), joins=(fade(3, 4),)), r"are at \[3\]"),
        (cut_of(joins=(fade(0, 4),)), r"are at \[0\]"),
        (cut_of(clip(), clip(), joins=(fade(1, 4), fade(1, 4))), r"are at \[1, 1\]"),
        (cut_of(clip(), clip(), joins=(fade(1, 0),)), r"lasts 0 frames"),
        (cut_of(clip(), joins=(fade(0, 14), fade(1, 14))), r"joins at both ends of shot 3B .* take 28 .* has 24"),
        (
            cut_of(clip(), Gap(num_frames=4), clip(), joins=(fade(1, 6), dissolve(2, 4))),
            r"joins at both ends of gap take 5 frames, and it has 4",
        ),
        (
            cut_of(Dialogue(character="MARA", asset=None, text="Who?", num_frames=9)),
            r"A line of MARA lies on the picture track 'V1'",
        ),
        (replace(cut_of(clip()), fps=Fraction(0)), r"a size and a frame rate above 0"),
    ],
)
def test_what_cannot_be_cut_is_refused(cut: Cut, says: str) -> None:
    with pytest.raises(InputError, match=says):
        check_cut(cut)


def test_the_sentence_comes_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    with pytest.raises(InputError, match=r"镜头 3B（条 0123456789ab）开头的叠化需要 6 帧余量，而该条缺少 4 帧"):
        check_cut(cut_of(clip("3A"), clip("3B", start=2), joins=(dissolve(1, 12),)))


@given(
    start=st.integers(0, 50),
    num_frames=st.integers(1, 60),
    speed=st.fractions(min_value=Fraction(1, 8), max_value=8, max_denominator=9),
)
def test_speed_steps_evenly_and_backwards_mirrors_forwards(start: int, num_frames: int, speed: Fraction) -> None:
    forwards = clip(start=start, num_frames=num_frames, speed=speed)
    numbers = [source_frame(forwards, index) for index in range(num_frames)]
    assert numbers[0] == start
    assert all(number - start <= index * speed < number - start + 1 for index, number in enumerate(numbers))
    backwards = replace(forwards, speed=-speed)
    assert [source_frame(backwards, index) for index in range(num_frames)] == numbers[::-1]
