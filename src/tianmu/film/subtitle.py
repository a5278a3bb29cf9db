"""Subtitles: the lines of a cut as cues that can be read in time, a set for each language that is spoken.

    spoken lines -> languages apart -> tokens -> cues of one or two lines, broken where the sense allows -> times

Rules: at most two lines; 42 characters a line and 17 a second in English; 16 characters a line (18 at most) and 9 a
second (11 at most) in Chinese, where a letter or digit counts half; from five sixths of a second to seven seconds, and
two frames between cues. These are what large streamers ask for (the guides of timed text that they publish).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.film.cut import Cut, Dialogue
from tianmu.film.wording import READING, Language, count_characters, lay_out, split_languages

SHORTEST, LONGEST = Fraction(5, 6), Fraction(7)
"""Seconds that a cue is shown at least, where there is room, and at most, where it is read by then."""
GAP = 2
"""Frames between two cues, so that the eye sees that there is another."""
LATEST = Fraction(1)
"""Seconds that a cue may come late, so that the one before it can be read."""


@dataclass(frozen=True, kw_only=True)
class Cue:
    """Words on the screen, for a while."""

    start: int
    """In frames of the cut."""
    num_frames: int
    lines: tuple[str, ...]
    speaker: str = ""
    language: Language = "en"

    @property
    def end(self) -> int:
        """The frame after its last."""
        return self.start + self.num_frames

    def speed(self, fps: Fraction) -> Fraction:
        """Characters a second that it asks of a reader."""
        return sum((count_characters(line, self.language) for line in self.lines), Fraction(0)) * fps / self.num_frames


@dataclass(frozen=True, kw_only=True)
class Subtitles:
    """The cues of a film."""

    cues: tuple[Cue, ...] = ()
    """In the order of their starts; those of one language never overlap."""
    notes: tuple[str, ...] = ()
    """What could not be laid out as the rules want, one sentence each."""

    @property
    def languages(self) -> tuple[Language, ...]:
        """In which there are any, the one with most cues first."""
        counts: dict[Language, int] = {}
        for cue in self.cues:
            counts[cue.language] = counts.get(cue.language, 0) + 1
        return tuple(sorted(counts, key=lambda language: -counts[language]))

    def in_language(self, language: Language) -> tuple[Cue, ...]:
        """The cues of one language."""
        return tuple(cue for cue in self.cues if cue.language == language)


def make_cues(cut: Cut, also: Mapping[Language, Callable[[Dialogue], str | None]] | None = None) -> Subtitles:
    """Lay out what is spoken in a cut.

    1. The lines of all tracks of sound, in the order of their beginnings; each in its language, or in both, and in
       those of `also`, which gives the translation of a line where there is one.
    2. A line that is long becomes several cues, each shown for its part of the line's time.
    3. A cue is shown until the line is spoken and it can be read, and no longer than until the next one.

    Raises:
        InputError: the film has fewer frames than cues.
    """
    waiting: dict[Language, list[_Piece]] = {}
    for start, line in spoken_lines(cut):  # 1
        texts = dict(split_languages(line.text))
        texts |= {language: text for language, translated in (also or {}).items() if (text := translated(line))}
        for language, text in texts.items():
            laid = lay_out(text, language)  # 2
            loads = [sum((count_characters(each, language) for each in lines), Fraction(0)) for lines in laid]
            parts = [round(line.num_frames * at / sum(loads)) for at in accumulate(loads, initial=Fraction(0))]
            for lines, (begins, ends) in zip(laid, pairwise(parts), strict=True):
                piece = _Piece(start=start + begins, end=start + ends, lines=lines, speaker=line.character)
                waiting.setdefault(language, []).append(piece)
    cues: list[Cue] = []
    notes: list[str] = []
    for language, pieces in waiting.items():
        found = _timed(pieces, language, cut)  # 3
        cues += found
        notes += _complaints(found, language, cut.fps)
    return Subtitles(cues=tuple(sorted(cues, key=lambda cue: cue.start)), notes=tuple(notes))


def spoken_lines(cut: Cut) -> list[tuple[int, Dialogue]]:
    """Every spoken line of a cut that has words, with the frame at which it begins, in that order."""
    found: list[tuple[int, Dialogue]] = []
    for track in cut.tracks:
        at = 0
        for item in track.items:
            if isinstance(item, Dialogue) and item.text.strip():
                found.append((at, item))
            at += item.num_frames
    return sorted(found, key=lambda pair: pair[0])


@dataclass(frozen=True, kw_only=True)
class _Piece:
    """A cue that has no time of its own yet."""

    start: int
    end: int
    """Of its part of the line."""
    lines: tuple[str, ...]
    speaker: str


def _timed(pieces: Sequence[_Piece], language: Language, cut: Cut) -> list[Cue]:
    """Times for the cues of one language, in their order, none over another.

    Raises:
        InputError: the film has fewer frames than cues.
    """
    total, fps = cut.num_frames, cut.fps
    if total < len(pieces):
        raise InputError(
            say(
                f"The film has {total} frames, and {len(pieces)} subtitles were to be shown in it; it is too short "
                "for its dialogue.",
                f"影片只有 {total} 帧，却要显示 {len(pieces)} 条字幕；片长容不下这些台词。",
            )
        )
    cues: list[Cue] = []
    for index, piece in enumerate(pieces):
        latest = total - (len(pieces) - index)  # so that every cue after this one still has a frame
        free = cues[-1].end if cues else 0
        start = max(free, min(max(piece.start, free + (GAP if cues else 0)), latest))
        following = pieces[index + 1].start if index + 1 < len(pieces) else total + GAP
        needed = _frames_to_read(piece.lines, language, fps, READING[language].fastest)
        calm = _frames_to_read(piece.lines, language, fps, READING[language].calm)
        end = max(piece.end, start + calm)
        end = max(min(end, start + _ceil(LONGEST * fps)), start + needed)
        if end > following - GAP:  # it would run into the next one, which may come a little late for it
            end = max(following - GAP, min(start + needed, following - GAP + _ceil(LATEST * fps)))
        end = max(start + 1, min(end, latest + 1))
        cues.append(
            Cue(start=start, num_frames=end - start, lines=piece.lines, speaker=piece.speaker, language=language)
        )
    return cues


def _frames_to_read(lines: Sequence[str], language: Language, fps: Fraction, speed: int) -> int:
    characters = sum((count_characters(line, language) for line in lines), Fraction(0))
    return _ceil(max(characters / speed, SHORTEST) * fps)


def _ceil(number: Fraction) -> int:
    return -((-number.numerator) // number.denominator)


def _complaints(cues: Sequence[Cue], language: Language, fps: Fraction) -> list[str]:
    rules = READING[language]
    notes: list[str] = []
    for cue in cues:
        at, text = float(cue.start / fps), " ".join(cue.lines)
        if cue.speed(fps) > rules.fastest:
            notes.append(
                say(
                    f"The subtitle “{text}” at {at:.2f} s is shown for {float(cue.num_frames / fps):.2f} s, and asks "
                    f"for {float(cue.speed(fps)):.0f} characters a second where {rules.fastest} can be read.",
                    f"{at:.2f} 秒处的字幕“{text}”只显示 {float(cue.num_frames / fps):.2f} 秒，"
                    f"需每秒读 {float(cue.speed(fps)):.0f} 字，而可读速度为 {rules.fastest}。",
                )
            )
        if any(count_characters(line, language) > rules.widest for line in cue.lines):
            notes.append(
                say(
                    f"The subtitle “{text}” at {at:.2f} s has a word that is longer than a line of {rules.widest}.",
                    f"{at:.2f} 秒处的字幕“{text}”有一个词长于每行 {rules.widest} 字。",
                )
            )
    return notes
