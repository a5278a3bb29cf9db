"""How long things take."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.film.wording import split_languages
from tianmu.studio.planner.timing import (
    LONG_PAUSE,
    SHORT_PAUSE,
    action_seconds,
    cut_speech,
    pause_seconds,
    plain,
    sentences,
    spoken_seconds,
)

TEXTS = st.text(st.sampled_from("ab 我你.。,，!！?…\"”'*_- 9é"), max_size=300) | st.text(max_size=100)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(TEXTS)
def test_nothing_is_lost_or_doubled_when_a_text_is_cut(text: str) -> None:
    assert squeezed("".join(sentences(text))) == squeezed(text)
    assert squeezed("".join(cut_speech(text))) == squeezed(text)


@given(st.lists(st.sampled_from(("word", "我你他", "so,", "走。", "yes!", "and")), max_size=120).map(" ".join))
def test_no_piece_of_words_is_longer_than_six_seconds(text: str) -> None:
    assert all(spoken_seconds(piece) <= 6 for piece in cut_speech(text))


@given(TEXTS, TEXTS)
def test_more_words_never_take_less_time(first: str, second: str) -> None:
    assert spoken_seconds(f"{first} {second}") >= spoken_seconds(first)
    assert 2 <= action_seconds(first) <= 8


def test_rates() -> None:
    assert spoken_seconds("one two three four five six seven eight nine") == Fraction(27, 8)
    assert spoken_seconds("我等了你三十年，灯还亮着") == Fraction(21, 8)
    assert spoken_seconds("Yes.") == Fraction(1, 2)


@pytest.mark.parametrize(
    ("manner", "pause"),
    [
        ("beat", SHORT_PAUSE),
        ("停顿", SHORT_PAUSE),
        ("a long beat", LONG_PAUSE),
        ("良久", LONG_PAUSE),
        ("softly", 0),
        ("", 0),
    ],
)
def test_pauses(manner: str, pause: Fraction) -> None:
    assert pause_seconds(manner) == pause


def test_emphasis_is_not_spoken() -> None:
    assert plain("*Stop* it, **_now_**! 2*3*4, snake_case, \\*star") == "Stop it, now! 2*3*4, snake_case, *star"


def test_titles_end_no_sentence() -> None:
    assert sentences("Dr. Chen waits. 她走了！“好。”") == ["Dr. Chen waits.", "她走了！", "“好。”"]


def test_what_is_said_twice_takes_as_long_as_the_longer_and_is_cut_between_sentences() -> None:
    english, chinese = "Loud. Leaves. Rain. My mother, calling everyone in.", "吵。落叶，下雨，我妈喊大家吃饭。"
    both = f"{english} {chinese}"
    assert spoken_seconds(both) == max(spoken_seconds(english), spoken_seconds(chinese))
    assert cut_speech(both) == [both]
    pieces = cut_speech(f"{' '.join([english] * 4)} {chinese * 4}")
    assert len(pieces) > 1
    for piece in pieces:
        assert [language for language, _ in split_languages(piece)] == ["en", "zh"]
    assert " ".join(split_languages(piece)[0][1] for piece in pieces) == " ".join([english] * 4)
    assert "".join(split_languages(piece)[1][1] for piece in pieces) == chinese * 4
