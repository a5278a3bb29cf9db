"""Numbers, English and Chinese as phonemes, and what parentheticals ask for."""

from __future__ import annotations

from fractions import Fraction
from importlib.util import find_spec

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.studio.sound.voices.letters import sound_out
from tianmu.studio.sound.voices.mandarin import chinese_number, syllable
from tianmu.studio.sound.voices.manner import read_manner
from tianmu.studio.sound.voices.numbers import cardinal, ordinal, say_numbers, year

VOCABULARY = set(" ;:,.!?—…“”()AIOQWYabdefhijklmnoprstuvwxzæðŋɑɔəɛɜɡɪɹɾʃʊʌʒʤʧˈˌθᵊᵻʔɐɚɕɤɥɨɻʂʦʨꭧʰy→↗↓↘")
english = pytest.mark.skipif(find_spec("misaki") is None, reason="the dictionaries are not installed")
chinese = pytest.mark.skipif(find_spec("pypinyin") is None, reason="pypinyin is not installed")


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("7", "seven"),
        ("in 1961", "in nineteen sixty one"),
        ("2005", "two thousand five"),
        ("1,200", "one thousand two hundred"),
        ("3.5%", "three point five percent"),
        ("the 21st", "the twenty first"),
        ("$4.50", "four point five zero dollars"),
        ("10:45", "ten forty five"),
        ("007", "zero zero seven"),
    ],
)
def test_digits_are_said(digits: str, words: str) -> None:
    assert say_numbers(digits) == words


@given(st.integers(0, 10**18))
def test_every_number_has_words_without_digits(number: int) -> None:
    for said in (cardinal(number), ordinal(number), year(number)):
        assert said
        assert not any(letter.isdigit() for letter in said)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "零"),
        (10, "十"),
        (15, "十五"),
        (105, "一百零五"),
        (2026, "二千零二十六"),
        (10_010, "一万零一十"),
        (12, "十二"),
        (300_000_000, "三亿"),
    ],
)
def test_chinese_numbers(number: int, words: str) -> None:
    assert chinese_number(number) == words


@pytest.mark.parametrize(
    ("pinyin", "phonemes"),
    [
        ("zhong1", "ꭧʊ→ŋ"),
        ("shi4", "ʂɨ↘"),
        ("xue2", "ɕɥe↗"),
        ("yuan4", "ɥɛ↘n"),
        ("wo3", "wo↓"),
        ("you3", "jou↓"),
        ("nv3", "ny↓"),
        ("er2", "ɚ↗"),
        ("de5", "tɤ"),
        ("yi1", "i→"),
        ("hui4", "xwei↘"),
    ],
)
def test_a_syllable_of_pinyin(pinyin: str, phonemes: str) -> None:
    assert syllable(pinyin) == phonemes


@chinese
def test_a_chinese_line_has_tones_words_and_punctuation() -> None:
    from tianmu.studio.sound.voices.mandarin import mandarin_phonemes

    said = mandarin_phonemes("名单上没有你，2026年见！")
    assert said.count(",") == 1
    assert said.endswith("!")
    assert "ɚ↘" in said, "the two of 2026 is read digit by digit"
    assert set(said) <= VOCABULARY


@english
def test_english_words_by_dictionary_ending_compound_and_rule() -> None:
    from tianmu.studio.sound.voices.english import english_phonemes

    assert english_phonemes("The apple, the door.") == "ði ˈæpᵊl, ðə dˈɔɹ."
    assert english_phonemes("You read. I have read it.").count("ɹˈɛd") == 1
    assert english_phonemes("Zylbergs").endswith("z")
    assert "ˌ" in english_phonemes("foxlight"), "a compound of two known words"
    assert set(english_phonemes("Dr. Ngata's 3 SHIPS — gone…")) <= VOCABULARY
    assert "ˈ" in english_phonemes("not THAT one").split()[1]
    assert english_phonemes("it", emphasis=["it"]) == "ˈɪt"


@given(st.text(alphabet=st.characters(categories=["L"]), min_size=1, max_size=20))
def test_any_word_can_be_sounded_out(word: str) -> None:
    assert set(sound_out(word)) <= VOCABULARY


@pytest.mark.parametrize(
    ("parenthetical", "colour", "rate", "gain"),
    [
        ("", "plain", Fraction(1), 0),
        ("whispers", "whisper", Fraction(19, 20), -5),
        ("轻声", "soft", Fraction(19, 20), -3),
        ("very faint", "soft", Fraction(19, 20), -3),
        ("大喊", "shout", Fraction(1), 4),
        ("slowly", "plain", Fraction(4, 5), 0),
        ("shouting, quickly", "shout", Fraction(6, 5), 4),
        ("looking up", "plain", Fraction(1), 0),
    ],
)
def test_a_parenthetical_is_a_manner(parenthetical: str, colour: str, rate: Fraction, gain: float) -> None:
    manner = read_manner(parenthetical)
    assert (manner.colour, manner.rate, manner.gain) == (colour, rate, gain)


def test_a_beat_is_a_pause() -> None:
    assert read_manner("beat").pause > 0
    assert read_manner("许久").pause > read_manner("顿了顿").pause
