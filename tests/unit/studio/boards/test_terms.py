"""Every size, angle and move has a name in both languages; the script's marks do not reach the paper."""

from __future__ import annotations

from fractions import Fraction
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.film.shot import SHOT_SIZES, Angle, Move, Setup, Shot, SpokenLine
from tianmu.studio.boards.terms import (
    ANGLES,
    MOVES,
    SETUPS,
    SIZES,
    WORLD,
    clock,
    decimal,
    describe,
    length,
    plain,
    running_time,
    speech,
    word,
)
from tianmu.world.scene import ACTIONS, DIRECTIONS, TIMES, WEATHERS


def test_nothing_lacks_a_name() -> None:
    assert tuple(SIZES) == SHOT_SIZES
    assert tuple(ANGLES) == get_args(Angle)
    assert tuple(MOVES) == get_args(Move)
    assert tuple(SETUPS) == get_args(Setup)


def test_no_word_of_the_world_lacks_chinese() -> None:
    assert set(WORLD) == {*ACTIONS, *DIRECTIONS, *TIMES, *WEATHERS}
    assert word("night", "zh") == "夜"
    assert word("night", "en") == "night"
    assert word("midnight", "zh") == "midnight"


def test_a_description_leaves_out_what_goes_without_saying() -> None:
    assert describe(Shot(prompt="x"), "en") == "MS"
    shot = Shot(prompt="x", size="extreme_wide", angle="low", move="push_in")
    assert describe(shot, "en") == "EWS, low angle, push in"
    assert describe(shot, "zh") == "大远景，仰拍，推"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(Fraction(4), "4"), (Fraction(5, 2), "2.5"), (Fraction(10, 3), "3.33"), (Fraction(100), "100")],
)
def test_seconds_have_no_needless_zeros(seconds: Fraction, shown: str) -> None:
    assert decimal(seconds) == shown


def test_lengths_and_running_times() -> None:
    assert length(Fraction(10, 3), "en") == "3.3 s"
    assert length(Fraction(4), "zh") == "4 秒"
    assert clock(Fraction(119, 2)) == "1:00"
    assert running_time(1, Fraction(4), "en") == "1 shot, 0:04"
    assert running_time(12, Fraction(74), "zh") == "12 个镜头，1:14"
    assert running_time(12, Fraction(74), "en", aspect="9:16") == "12 shots, 1:14, 9:16"
    assert running_time(12, Fraction(74), "zh", aspect="9:16") == "12 个镜头，1:14，9:16"


def test_a_speech_says_how_and_from_where() -> None:
    line = SpokenLine(character="TIN", text="*Water.*", parenthetical="(softly)", seconds=Fraction(1), on_screen=False)
    assert speech(line, "en") == " (O.S., softly): Water."
    assert speech(line, "zh") == "（画外，softly）：Water."
    assert speech(SpokenLine(character="TIN", text="Water.", seconds=Fraction(1)), "en") == ": Water."


@pytest.mark.parametrize(
    ("script", "paper"),
    [
        ("a *very* **bold** _line_", "a very bold line"),
        ("***all*** of _*it*_", "all of it"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        (r"\*kept\*", "*kept*"),
        ("一句*重读*的话", "一句重读的话"),
        ("tab\there\u200b and \u0007 bell\ufe0f", "tab here and  bell"),
        ("two\r\nlines", "two\nlines"),
    ],
)
def test_marks_of_the_script_do_not_print(script: str, paper: str) -> None:
    assert plain(script) == paper


@given(st.text(max_size=200))
def test_plain_text_stays_plain(text: str) -> None:
    if "\\" not in text:
        assert plain(plain(text)) == plain(text)
