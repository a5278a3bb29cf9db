"""Who speaks what: the language of a line, a voice that there is not, letters that nobody reads."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.unit.studio.sound.conftest import cut_of, shot

from tianmu.core.settings import settings
from tianmu.film.sound import SpokenLanguage
from tianmu.studio.sound.dialogue import MemoryShelf, SpokenLines, speak_lines
from tianmu.studio.sound.voices.engine import ToneVoice


def spoken(
    texts: Sequence[str], *, voices: dict[str, str] | None = None, language: SpokenLanguage | None = None
) -> SpokenLines:
    """Lines of 100 frames each, hummed."""
    cut = cut_of([shot("1A", "1", 60)], [(24 + 100 * n, 100, text) for n, text in enumerate(texts)])
    return speak_lines(cut, voices or {}, ToneVoice(), MemoryShelf(), language=language)


def heard(lines: SpokenLines) -> list[bool]:
    return [part.num_samples > 0 for part in lines.parts]


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ("Доброе утро, Мосс.", "Cyrillic", "西里尔文"),
        ("صباح الخير", "Arabic", "阿拉伯文"),
        ("सुप्रभात", "Devanagari", "天城文"),
        ("おはようございます。", "Japanese", "日文"),
        ("좋은 아침", "Korean", "韩文"),
    ],
)
def test_a_line_in_letters_that_nobody_reads_is_silent_and_named(
    text: str, en: str, zh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = spoken(["Good morning.", text, text])
    assert heard(lines) == [True, False, False]
    (note,) = lines.notes
    assert f"No voice reads {en} letters" in note
    assert f"lines: 2; the first is MARA's “{text}”" in note
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    (note,) = spoken([text]).notes
    assert f"没有语音会读{zh}" in note
    assert f"MARA的“{text}”" in note


def test_a_word_of_such_letters_within_a_line_is_left_out_and_named() -> None:
    lines = spoken(["He only ever said привет to me, every single morning."])
    assert heard(lines) == [True]
    (note,) = lines.notes
    assert "MARA says “He only ever said привет to me" in note
    assert note.endswith("without привет.")


def test_what_no_letter_is_in_needs_no_voice_and_no_note() -> None:
    lines = spoken(["...", "……", "Hm."])
    assert heard(lines) == [False, False, True]
    assert lines.notes == ()


def test_a_voice_that_there_is_not_is_named_with_the_one_that_speaks_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = {"character-mara": "caruso"}
    lines = spoken(["Good morning.", "It is late."], voices=cast)
    assert [line.voice for line in lines.placed] == ["alpha", "alpha"]
    (note,) = lines.notes
    assert "no voice 'caruso' here, so alpha speaks for MARA" in note
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    assert "由 alpha 配音" in spoken(["早。"], voices=cast).notes[0]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_line_that_is_there_in_one_language_alone_is_spoken_in_that(language: SpokenLanguage) -> None:
    lines = spoken(["Who is it? 是谁？", "Nobody.", "没有人。"], language=language)
    assert heard(lines) == [True, True, True]
    assert all(("English" in note) is (language == "en") for note in lines.notes)
