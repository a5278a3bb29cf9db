"""A script spoken and laid out in time: nothing overlaps, pauses follow the text, each scene sounds like its place.

Time is the drama's own, in hundredths of a second. Every part is a shot of its scene for as long as it is said and the
pause behind it, so that ambience, steps, effects and music are chosen by the same rules as in the film.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tianmu.core.errors import InputError, TianmuError
from tianmu.film.asset import Asset
from tianmu.film.cut import Clip, Cut, Gap, Item, Title, TitleLine, Track
from tianmu.film.shot import Shot, SpokenLine
from tianmu.film.sound import SAMPLE_RATE, MusicCue, PlacedLine, SoundCue, SpokenLanguage
from tianmu.film.time import count_frames
from tianmu.studio.drama.script import Part, Script
from tianmu.studio.planner.timing import plain
from tianmu.studio.sound.cues import ambience_and_effects
from tianmu.studio.sound.dialogue import Shelf, SpokenPart, utterance_of
from tianmu.studio.sound.effects import effect_seconds
from tianmu.studio.sound.mix import SoundFilm
from tianmu.studio.sound.score import score
from tianmu.studio.sound.voices.engine import VoiceEngine, VoiceMissing
from tianmu.studio.sound.voices.manner import read_manner
from tianmu.studio.sound.voices.roster import ROSTER

FPS = Fraction(100)
"""The drama's clock."""
AFTER_LAST = Fraction(4)
"""Seconds for which the last place and its music are heard."""
LONGEST_EFFECT = Fraction(2)
"""Seconds of an effect that nobody speaks over."""
BEHIND = Fraction(1, 10)
"""Seconds from the words that name an effect to the effect."""
NOT_SAID = Fraction(7, 10)
"""Seconds of silence for a line without a word: `...`."""

_NARRATORS: Mapping[SpokenLanguage, tuple[str, ...]] = {
    "en": ("gongitsune", "kumo", "alpha", "birch", "tebukuro", "slate", "wren", "nezumi"),
    "zh": ("kumo", "slate", "kumo-deep", "kumo-bright", "gongitsune", "alpha"),
}
"""Grown voices that are listened to for long, in the order in which they are asked: in Chinese, those with most of the
voice that says it best (`kokoro.STEADY`)."""


@dataclass(frozen=True)
class Placed:
    """A part in its place, in hundredths of a second."""

    part: Part
    begins: int
    """Where its own time begins: for a heading, with the pause before it."""
    start: int
    """Of its first sound."""
    num_frames: int
    """That it is said; 0 where nobody says it."""
    key: str | None = None
    """Of its sound, see `Utterance.key`."""
    num_samples: int = 0

    @property
    def end(self) -> int:
        """The first hundredth after its last sound."""
        return self.start + self.num_frames


@dataclass(frozen=True, kw_only=True)
class Drama:
    """A drama that can be mixed, and where its scenes begin."""

    sound: SoundFilm
    placed: tuple[Placed, ...]
    chapters: tuple[tuple[int, str], ...]
    """First hundredth and title of each, in order."""
    narrator: str
    """The name of its voice."""


def choose_narrator(voices: Sequence[str], language: SpokenLanguage) -> str:
    """A voice that none of the characters has; where they have them all, that of the roster's first."""
    names = (*_NARRATORS[language], *(voice.name for voice in ROSTER if voice.age == "adult"))
    return next((name for name in (*names, *(voice.name for voice in ROSTER)) if name not in voices), ROSTER[0].name)


def perform(
    script: Script,
    name: str,
    shots: Sequence[Shot],
    assets: Mapping[str, Asset],
    voices: Mapping[str, str],
    engine: VoiceEngine,
    shelf: Shelf,
    *,
    music: bool = True,
    on_part: Callable[[int, int], None] = lambda done, of: None,
) -> Drama:
    """Speak a script, and lay it out with its places.

    Args:
        script: what is said.
        name: of the drama; it chooses the music.
        shots: of the film, for where each scene plays and who moves in it.
        assets: characters and sets, by id.
        voices: names of voices by the asset ids of characters.
        engine: who speaks.
        shelf: keeps what is spoken.
        music: whether there is any.
        on_part: called with how many parts are done, and of how many.

    Raises:
        VoiceMissing: nothing of it can be said.
    """
    taken = [voices[part.asset] for part in script.parts if part.asset and part.asset in voices]
    narrator = choose_narrator(taken, script.language)
    placed, notes = _speak(script.parts, narrator, voices, engine, shelf, on_part)
    cut, filmed = _as_cut(name, placed, shots)
    cues = tuple(_behind(cue, placed, cut) for cue in ambience_and_effects(cut, filmed, assets))
    parts = tuple(_spoken(each, narrator, voices) for each in placed)
    sound = SoundFilm(
        fps=FPS,
        num_frames=cut.num_frames,
        lines=tuple(part.placed for part in parts),
        voices={**voices, "narrator": narrator},
        cues=tuple(sorted(cues, key=lambda cue: (cue.start, cue.sound))),
        music=_from_the_title(score(cut, filmed), placed) if music else (),
        notes=(*script.notes, *notes),
        _parts=parts,
        _shelf=shelf,
    )
    return Drama(sound=sound, placed=placed, chapters=_chapters(script, placed), narrator=narrator)


def _speak(
    parts: Sequence[Part],
    narrator: str,
    voices: Mapping[str, str],
    engine: VoiceEngine,
    shelf: Shelf,
    on_part: Callable[[int, int], None],
) -> tuple[tuple[Placed, ...], tuple[str, ...]]:
    """Every part in its place, and what could not be said."""
    placed: list[Placed] = []
    failed: dict[str, TianmuError] = {}
    at = free = 0
    for number, part in enumerate(parts, 1):
        key, length = None, 0
        try:
            key, length = _kept(part, voices.get(part.asset or "", narrator), engine, shelf)
        except VoiceMissing as error:
            failed.setdefault(error.explain(), error)
        except InputError:
            pass  # nothing in it that can be said
        frames = -(-length * FPS.numerator // (SAMPLE_RATE * FPS.denominator))
        silence = count_frames(part.pause, FPS) if part.pause else 0
        start = max(free, at + silence) + (0 if frames else count_frames(NOT_SAID, FPS))
        placed.append(Placed(part, at, start, frames, key, length))
        at = start + frames
        free = at + max((count_frames(_heard(effect), FPS) for effect in part.effects), default=0)
        on_part(number, len(parts))
    if failed and not any(each.key for each in placed):
        raise next(iter(failed.values()))
    return tuple(placed), tuple(failed)


def _heard(effect: str) -> Fraction:
    """Seconds behind the words for which nobody speaks over an effect."""
    return BEHIND + min(LONGEST_EFFECT, effect_seconds(effect))


def _kept(part: Part, voice: str, engine: VoiceEngine, shelf: Shelf) -> tuple[str, int]:
    """The key of a part's sound, which is on the shelf then, and how many samples it has."""
    utterance = utterance_of(part.text, part.parenthetical, voice)
    key = utterance.key(engine.name)
    sound = shelf.get(key)
    if sound is None:
        shelf.put(key, engine.speak(utterance))
        sound = shelf.get(key)
        assert sound is not None, "what was put on the shelf is there"
    return key, len(sound)


def _as_cut(name: str, placed: Sequence[Placed], shots: Sequence[Shot]) -> tuple[Cut, tuple[Shot, ...]]:
    """The drama as a cut of shots that are heard: what comes before the first scene is a title."""
    items: list[Item] = []
    filmed: list[Shot] = []
    last = placed[-1].end + count_frames(AFTER_LAST, FPS) if placed else 1
    ends = [*(each.begins for each in placed[1:]), last]
    for number, (each, end) in enumerate(zip(placed, ends, strict=True)):
        length = end - each.begins
        if each.part.scene:
            slate = f"{each.part.scene}/{number}"
            filmed.append(_shot(each, slate, shots))
            items.append(Clip(slate=slate, take="", film="", start=0, num_frames=length, available=length))
        elif each.part.kind == "title":
            items.append(Title(lines=(TitleLine(text=each.part.text),), num_frames=length))
        elif length:
            items.append(Gap(num_frames=length))
    return Cut(name=name, fps=FPS, width=16, height=9, tracks=(Track(name="V1", items=tuple(items)),)), tuple(filmed)


def _shot(each: Placed, slate: str, shots: Sequence[Shot]) -> Shot:
    """A part as a shot of its scene: who moves while the narrator tells of it is heard to."""
    part = each.part
    of_scene = [shot for shot in shots if shot.scene == part.scene]
    first = of_scene[0] if of_scene else Shot(prompt=f"scene {part.scene}")
    seen = next((s for s in of_scene if part.kind == "action" and s.action and _told(s.action, part.text)), None)
    line = SpokenLine(character=part.character, text=part.text, parenthetical=part.parenthetical, seconds=Fraction(1))
    return replace(
        first,
        slate=slate,
        scene=part.scene,
        size="medium",
        action=part.text if part.kind == "action" else "",
        lines=(line,) if part.kind == "line" else (),
        performers=seen.performers if seen is not None else (),
        overcrank=Fraction(1),
    )


def _told(action: str, text: str) -> bool:
    """Whether a narrator's words begin as an action does, but for capitals and marks."""
    first, second = ("".join(c for c in plain(words).lower() if c.isalnum()) for words in (action, text))
    return bool(first) and (first in second or second in first)


def _behind(cue: SoundCue, placed: Sequence[Placed], cut: Cut) -> SoundCue:
    """An effect that a narrator names is heard behind the words; everything else stays."""
    for each in placed:
        if cue.kind == "effect" and cue.sound in each.part.effects and each.begins <= cue.start <= each.end + 1:
            start = each.end + count_frames(BEHIND, FPS)
            frames = min(count_frames(effect_seconds(cue.sound), FPS), cut.num_frames - start)
            return replace(cue, start=start, num_frames=max(1, frames))
    return cue


def _from_the_title(music: tuple[MusicCue, ...], placed: Sequence[Placed]) -> tuple[MusicCue, ...]:
    """The music of the first scene begins with the title, behind the spoken label."""
    begins = next((each.start for each in placed if each.part.kind == "title"), None)
    if not music or begins is None:
        return music
    first = music[0]
    return replace(first, start=begins, num_frames=first.start + first.num_frames - begins), *music[1:]


def _spoken(each: Placed, narrator: str, voices: Mapping[str, str]) -> SpokenPart:
    part = each.part
    line = PlacedLine(
        track="A1",
        index=0,
        character=part.character,
        asset=part.asset,
        text=part.text,
        start=each.start,
        num_frames=each.num_frames,
        voice=voices.get(part.asset or "", narrator) if each.key else None,
        key=each.key,
    )
    return SpokenPart(line, each.num_samples, read_manner(part.parenthetical).gain)


def _chapters(script: Script, placed: Sequence[Placed]) -> tuple[tuple[int, str], ...]:
    """The first scene's chapter begins with the drama."""
    firsts: dict[str, int] = {}
    for each in placed:
        if each.part.scene:
            firsts.setdefault(each.part.scene, each.begins if firsts else 0)
    return tuple((firsts[chapter.scene], chapter.title) for chapter in script.chapters if chapter.scene in firsts)
