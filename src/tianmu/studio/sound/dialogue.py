"""The lines of a film, spoken and fitted into their places.

1. Each line becomes an utterance: its language, its character's voice, the manner of its parenthetical.
2. It is spoken, or taken from the shelf, where what was spoken before is kept under the digest of the utterance.
3. A line that is longer than its place is spoken up to 12 % faster, and may then run on until the next line begins;
   what is still too long is said in a note.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

import numpy as np

from tianmu.core.errors import TianmuError
from tianmu.core.text import listed, say
from tianmu.film.cut import Cut
from tianmu.film.sound import SAMPLE_RATE, PlacedLine, SpokenLanguage, Utterance
from tianmu.film.wording import foreign_script, language_of, split_languages
from tianmu.media.audio import Mono, num_samples_at
from tianmu.studio.planner.timing import plain
from tianmu.studio.sound.timeline import Said, lines_of
from tianmu.studio.sound.voices.engine import NothingToSay, VoiceEngine, refuse_script
from tianmu.studio.sound.voices.manner import read_manner
from tianmu.studio.sound.voices.roster import ROSTER

FASTEST = Fraction(112, 100)
"""How much faster than usual a line may be spoken so that it fits."""
NARRATOR = ROSTER[0].name
"""Speaks for whom no voice was cast."""


class Shelf(Protocol):
    """Keeps what was spoken."""

    def get(self, key: str) -> Mono | None:
        """The samples of a key, or None."""
        ...

    def put(self, key: str, sound: Mono) -> None:
        """Keep samples under a key."""
        ...


class MemoryShelf:
    """A shelf for one run. Samples lie in 16 bits, so that a line that was kept sounds as it did when it was spoken."""

    def __init__(self) -> None:
        self._kept: dict[str, np.ndarray] = {}

    def get(self, key: str) -> Mono | None:
        kept = self._kept.get(key)
        return None if kept is None else from_16_bits(kept)

    def put(self, key: str, sound: Mono) -> None:
        self._kept[key] = to_16_bits(sound)


def to_16_bits(sound: Mono) -> np.ndarray:
    """Samples as they are kept: `[n] int16`."""
    return np.clip(np.rint(sound * 32767), -32767, 32767).astype(np.int16)


def from_16_bits(kept: np.ndarray) -> Mono:
    """Samples as they were kept."""
    return (kept.astype(np.float32) / 32767).astype(np.float32)


@dataclass(frozen=True)
class SpokenPart:
    """A line with what it needs to be heard."""

    placed: PlacedLine
    num_samples: int
    gain: float
    """Decibels, of its manner."""


@dataclass(frozen=True)
class SpokenLines:
    """All lines of a film, those that nobody speaks among them, and what a person should know."""

    parts: tuple[SpokenPart, ...]
    notes: tuple[str, ...]

    @property
    def placed(self) -> tuple[PlacedLine, ...]:
        """The lines in their places, for the subtitles."""
        return tuple(part.placed for part in self.parts)


def speak_lines(
    cut: Cut,
    voices: Mapping[str, str],
    engine: VoiceEngine | None,
    shelf: Shelf,
    *,
    language: SpokenLanguage | None = None,
    on_line: Callable[[int, int], None] = lambda done, of: None,
) -> SpokenLines:
    """Speak every line of a cut that is not on the shelf yet.

    Args:
        cut: its audio tracks hold the lines.
        voices: names of voices by the asset ids of characters, see `cast_voices`.
        engine: who speaks; None leaves the film to its subtitles.
        language: the one that is spoken in a film that says every line in both; None chooses that of its first line.
        on_line: called with how many lines are done, and of how many.
    """
    lines = lines_of(cut)
    texts, notes = spoken_texts(lines, language)
    parts: list[SpokenPart] = []
    missing: dict[str, list[Said]] = {}
    for number, said in enumerate(lines):
        heard: SpokenPart | None = None
        text = texts[number]
        if engine is not None and text:
            following = next((later.start for later in lines[number + 1 :] if later.start > said.start), cut.num_frames)
            try:
                refuse_foreign(text)
                heard, more = _speak(said, text, voices, engine, shelf, cut.fps, following)
                notes += more
            except NothingToSay:
                pass  # "..."
            except TianmuError as error:
                missing.setdefault(error.explain(), []).append(said)
        parts.append(heard or SpokenPart(_placed(said, said.line.num_frames), 0, 0.0))
        on_line(number + 1, len(lines))
    notes += [_counted(sentence, which) for sentence, which in missing.items()]
    return SpokenLines(tuple(parts), tuple(dict.fromkeys(notes)))


def refuse_foreign(text: str) -> None:
    """Refuse a text that is mostly in letters which no voice reads.

    Raises:
        VoiceMissing: in which.
    """
    script = foreign_script(text)
    if script is not None and 2 * script.share > 1:
        raise refuse_script(script)


def utterance_of(text: str, parenthetical: str, voice: str) -> Utterance:
    """What a voice is asked to speak."""
    manner = read_manner(parenthetical)
    return Utterance(text=text, language=language_of(text), voice=voice, rate=manner.rate, colour=manner.colour)


def _speak(
    said: Said,
    text: str,
    voices: Mapping[str, str],
    engine: VoiceEngine,
    shelf: Shelf,
    fps: Fraction,
    following: int,
) -> tuple[SpokenPart, list[str]]:
    voice, notes = _voice_of(said, voices)
    if (script := foreign_script(text)) is not None:
        notes.append(
            say(
                f"No voice reads {script.en} letters, so {said.line.character} says “{text[:40]}” without "
                f"{listed(script.words[:5])}.",
                f"没有语音会读{script.zh}，因此{said.line.character}的台词“{text[:20]}”略去了"
                f"{listed(script.words[:5])}。",
            )
        )
    utterance = utterance_of(text, said.line.parenthetical, voice)
    place = num_samples_at(said.line.num_frames, fps)
    room = num_samples_at(max(following - said.start, said.line.num_frames), fps)
    key, length = _kept(utterance, engine, shelf)
    if length > place:
        # In hundredths, so that a frame more or less does not speak a line anew.
        needed = Fraction(-(-100 * length // place), 100)
        utterance = replace(utterance, rate=utterance.rate * min(FASTEST, needed))
        key, length = _kept(utterance, engine, shelf)
    if length > room:
        over = (length - room) / SAMPLE_RATE
        notes.append(
            say(
                f"{said.line.character} needs {over:.1f} s more than there is for “{text[:40]}”; give the shot more "
                "time or shorten the line.",
                f"{said.line.character}的台词“{text[:20]}”比留给它的时间长 {over:.1f} 秒；请加长镜头或缩短台词。",
            )
        )
    frames = max(1, -(-length * fps.numerator // (SAMPLE_RATE * fps.denominator)))
    placed = replace(_placed(said, frames), voice=voice, key=key)
    return SpokenPart(placed, length, read_manner(said.line.parenthetical).gain), notes


def _voice_of(said: Said, voices: Mapping[str, str]) -> tuple[str, list[str]]:
    """Who speaks a line, and a note where that is not the voice that its character has."""
    cast = voices.get(said.line.asset or "", NARRATOR)
    if any(voice.name == cast for voice in ROSTER):
        return cast, []
    return NARRATOR, [
        say(
            f"There is no voice {cast[:40]!r} here, so {NARRATOR} speaks for {said.line.character}; choose another: "
            f"tianmu asset {said.line.character} --voice {NARRATOR}.",
            f"这里没有嗓音 {cast[:40]!r}，{said.line.character}由 {NARRATOR} 配音；"
            f"可另选：tianmu asset {said.line.character} --voice {NARRATOR}。",
        )
    ]


def _kept(utterance: Utterance, engine: VoiceEngine, shelf: Shelf) -> tuple[str, int]:
    """The key of a line's sound, which is on the shelf then, and how many samples it has."""
    key = utterance.key(engine.name)
    sound = shelf.get(key)
    if sound is None:
        shelf.put(key, engine.speak(utterance))
        sound = shelf.get(key)
        assert sound is not None
    return key, len(sound)


def _placed(said: Said, num_frames: int) -> PlacedLine:
    return PlacedLine(
        track=said.track,
        index=said.index,
        character=said.line.character,
        asset=said.line.asset,
        text=said.line.text,
        start=said.start,
        num_frames=num_frames,
        voice=None,
    )


def spoken_texts(lines: Sequence[Said], wanted: SpokenLanguage | None) -> tuple[list[str], list[str]]:
    """What is said of each line, and a note where that is not all of it.

    A film is in two languages where lines say everything twice, or where there are about as many lines in one as in
    the other; then one language is spoken.
    """
    parts = [split_languages(plain(said.line.text)) for said in lines]
    found = [language for line in parts for language, _ in line]
    chinese = found.count("zh")
    twice = any(len(line) > 1 for line in parts)
    if not found or not (twice or min(chinese, len(found) - chinese) >= 0.4 * len(found)):
        return ["".join(text for _, text in line) for line in parts], []
    chosen = wanted or found[0]
    texts = [next((text for language, text in line if language == chosen), "") for line in parts]
    if twice:  # what is said once alone is said in the language that it has
        texts = [text or (line[0][1] if len(line) == 1 else "") for text, line in zip(texts, parts, strict=True)]
    return texts, [
        say(
            f"The lines are there in two languages: {'English' if chosen == 'en' else 'Chinese'} is spoken, and the "
            "other is for the subtitles.",
            f"台词有两种语言：配音用{'英语' if chosen == 'en' else '中文'}，另一种见于字幕。",
        )
    ]


def _counted(sentence: str, lines: Sequence[Said]) -> str:
    first = lines[0].line
    return f"{sentence} " + say(
        f"(lines: {len(lines)}; the first is {first.character}'s “{first.text[:40]}”)",
        f"（共 {len(lines)} 句，第一句是{first.character}的“{first.text[:20]}”）",
    )
