"""The mix: speech, effects and music of a cut, as a stream of samples.

    make_sound(cut, shots, assets, engine, shelf) -> SoundFilm      what is heard where
    SoundFilm.stems()                             -> blocks of dialogue, effects, music
    master(sound, path)                           -> a WAV file at its loudness (`master.py`)

Speech lies in the middle at -23 LUFS; under it music gives way by 16 dB and effects by 6 dB, a quarter of a second
before the first word, since the mix knows what comes. Memory does not grow with the length of the film.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tianmu.core.errors import TianmuError
from tianmu.film.asset import Asset
from tianmu.film.cut import Cut
from tianmu.film.shot import Shot
from tianmu.film.sound import SAMPLE_RATE, MusicCue, PlacedLine, SoundCue, SpokenLanguage
from tianmu.media.audio import BLOCK, Convolution, Mono, Samples, num_samples_at
from tianmu.studio.sound.ambience import bed
from tianmu.studio.sound.compose import MOODS, Mood, Note, compose
from tianmu.studio.sound.cues import CROSSFADE, ambience_and_effects
from tianmu.studio.sound.dialogue import MemoryShelf, Shelf, SpokenLines, SpokenPart, speak_lines
from tianmu.studio.sound.effects import effect
from tianmu.studio.sound.noise import seeded
from tianmu.studio.sound.score import key_of, score
from tianmu.studio.sound.sources import Bed, Bus, Once, Source
from tianmu.studio.sound.synth import note_seconds, render
from tianmu.studio.sound.voices.engine import VoiceEngine, open_voice
from tianmu.studio.sound.voices.roster import cast_voices

MIXER = 2
"""Of what is made of a cut here; a change of its sound counts it up."""

MUSIC_DUCK, EFFECTS_DUCK = -16.0, -6.0
"""Decibels by which they give way to speech."""
ATTACK, RELEASE = 0.25, 0.7
"""Seconds before the first word, and after the last."""
_BREATH = 1.0
"""Seconds between two lines for which what gave way does not come back."""
_FADE = 0.01
_REVERB_SECONDS = 1.3


class Stems(NamedTuple):
    """One block `[n 2]` of each."""

    dialogue: Samples
    effects: Samples
    music: Samples

    @property
    def mix(self) -> Samples:
        """All of it."""
        return self.dialogue + self.effects + self.music


@dataclass(frozen=True)
class SoundFilm:
    """What a film sounds like, before it is mastered."""

    fps: Fraction
    num_frames: int
    lines: tuple[PlacedLine, ...]
    """In their places, as long as they are spoken: for the subtitles."""
    voices: Mapping[str, str]
    """Names of voices by asset id."""
    cues: tuple[SoundCue, ...]
    music: tuple[MusicCue, ...]
    notes: tuple[str, ...]
    """What a person should know: lines that nobody speaks, lines that do not fit."""
    _parts: tuple[SpokenPart, ...]
    _shelf: Shelf

    @property
    def num_samples(self) -> int:
        """As long as the pictures."""
        return num_samples_at(self.num_frames, self.fps)

    @property
    def row(self) -> dict[str, object]:
        """Everything that decides its samples, for a digest."""
        return {
            "mixer": MIXER,
            "fps": str(self.fps),
            "num_frames": self.num_frames,
            "lines": [[part.placed.key, part.placed.start, part.gain] for part in self._parts if part.num_samples],
            "cues": [[c.sound, c.start, c.num_frames, c.gain, c.seed, str(c.pace), c.pan] for c in self.cues],
            "music": [[m.start, m.num_frames, m.mood, m.seed, m.gain] for m in self.music],
        }

    def stems(self, block: int = BLOCK) -> Iterator[Stems]:
        """Blocks of the three stems, in order; each call begins anew."""
        dialogue = Bus(self._dialogue_sources())
        effects = Bus(self._cue_sources())
        music = Bus(self._music_sources())
        hall = Convolution(_reverb(), 2, block=block)
        duck = Ducking([(part.placed.start, part.num_samples) for part in self._parts if part.num_samples], self.fps)
        for at in range(0, self.num_samples, block):
            num = min(block, self.num_samples - at)
            dry = music.block(at, num)
            played = 0.75 * dry + 0.5 * hall.feed(dry)
            ends = self._ends(at, num)
            yield Stems(
                (dialogue.block(at, num) * ends).astype(np.float32),
                (effects.block(at, num) * duck.gain(at, num, EFFECTS_DUCK) * ends).astype(np.float32),
                (played * duck.gain(at, num, MUSIC_DUCK) * ends).astype(np.float32),
            )

    def blocks(self) -> Iterator[Samples]:
        """Blocks of the whole mix."""
        return (stems.mix for stems in self.stems())

    def _ends(self, at: int, num: int) -> NDArray[np.float32]:
        """One `[n 1]`, but for the first and last hundredth of a second of the film: nothing begins with a click."""
        places = np.arange(at, at + num)
        edge = np.minimum(places + 1, self.num_samples - places)
        return np.minimum(1.0, edge / (_FADE * SAMPLE_RATE)).astype(np.float32)[:, None]

    def _dialogue_sources(self) -> Iterator[Source]:
        for part in self._parts:
            if part.num_samples:
                start = num_samples_at(part.placed.start, self.fps)
                yield Once(start, part.num_samples, _spoken(self._shelf, part.placed.key or ""), gain=part.gain)

    def _cue_sources(self) -> Iterator[Source]:
        fade = round(2 * CROSSFADE * SAMPLE_RATE)
        for cue in self.cues:
            start = num_samples_at(cue.start, self.fps)
            num = num_samples_at(cue.start + cue.num_frames, self.fps) - start
            if cue.kind == "ambience":
                yield Bed(start, num, _bed(cue), gain=cue.gain, fade=fade)
            else:
                yield Once(start, num, _effect(cue, Fraction(num, SAMPLE_RATE)), gain=cue.gain, pan=cue.pan)

    def _music_sources(self) -> Iterator[Source]:
        for cue in self.music:
            start = num_samples_at(cue.start, self.fps)
            seconds = cue.num_frames / float(self.fps)
            mood: Mood = next(known for known in MOODS if known == cue.mood)
            for note in compose(mood, seconds, cue.seed, key=key_of(self.music[0].seed)):
                num = round(note_seconds(note) * SAMPLE_RATE)
                yield Once(start + round(note.start * SAMPLE_RATE), num, _note(note), gain=cue.gain)


class Ducking:
    """How far other sounds give way to speech, at every sample."""

    def __init__(self, spoken: Sequence[tuple[int, int]], fps: Fraction) -> None:
        """`spoken` are first frames and numbers of samples of lines."""
        spans: list[list[int]] = []
        for frame, num in sorted(spoken):
            start = num_samples_at(frame, fps)
            if spans and start - spans[-1][1] < (ATTACK + RELEASE + _BREATH) * SAMPLE_RATE:
                spans[-1][1] = max(spans[-1][1], start + num)
            else:
                spans.append([start, start + num])
        attack, release = round(ATTACK * SAMPLE_RATE), round(RELEASE * SAMPLE_RATE)
        self._places = [place for start, end in spans for place in (start - attack, start, end, end + release)] or [0]
        self._depths = [0.0, 1.0, 1.0, 0.0] * len(spans) or [0.0]

    def gain(self, at: int, num: int, decibels: float) -> NDArray[np.float32]:
        """The gain `[num 1]` from sample `at` on, where full ducking is `decibels`."""
        depth = np.interp(np.arange(at, at + num), self._places, self._depths)
        return (10 ** (decibels * (0.5 - 0.5 * np.cos(np.pi * depth)) / 20)).astype(np.float32)[:, None]


def make_sound(
    cut: Cut,
    shots: Sequence[Shot],
    assets: Mapping[str, Asset],
    *,
    engine: VoiceEngine | None,
    shelf: Shelf | None = None,
    language: SpokenLanguage | None = None,
    descriptions: Mapping[str, str] | None = None,
    music: bool = True,
    on_line: Callable[[int, int], None] = lambda done, of: None,
) -> SoundFilm:
    """What a film sounds like: its lines are spoken here, everything else is made when it is mixed.

    Args:
        cut: the film; its Dialogue items are the lines.
        shots: what was filmed: actions, sets, weather.
        assets: characters (who have voices) and sets, by id.
        engine: who speaks, see `find_voice`; None leaves the lines to the subtitles.
        shelf: keeps what is spoken; by default it lasts as long as the result.
        language: the spoken one, where a film says every line in both.
        descriptions: what the script says of characters, by asset id, for the choice of voices.
        music: whether there is any.
        on_line: called with how many lines are done, and of how many.
    """
    shelf = shelf or MemoryShelf()
    voices = cast_voices(tuple(assets.values()), descriptions)
    spoken: SpokenLines = speak_lines(cut, voices, engine, shelf, language=language, on_line=on_line)
    return SoundFilm(
        fps=cut.fps,
        num_frames=cut.num_frames,
        lines=spoken.placed,
        voices=voices,
        cues=ambience_and_effects(cut, shots, assets),
        music=score(cut, shots) if music else (),
        notes=spoken.notes,
        _parts=spoken.parts,
        _shelf=shelf,
    )


def find_voice() -> tuple[VoiceEngine | None, str]:
    """The engine that is installed, or None and the sentence that says how to get one."""
    try:
        return open_voice(), ""
    except TianmuError as error:
        return None, error.explain()


@cache
def _reverb() -> NDArray[np.float64]:
    """The sound of a warm hall `[n 2]`: noise that dies away, the high of it sooner."""
    num = round(_REVERB_SECONDS * SAMPLE_RATE)
    random = seeded("reverb")
    time = np.arange(num)[:, None] / SAMPLE_RATE
    noise = random.standard_normal((num, 2))
    smooth = np.stack([np.convolve(noise[:, side], np.hanning(26) / 8, "same") for side in (0, 1)], axis=1)
    tail = noise * np.exp(-9.0 * time) * 0.5 + smooth * np.exp(-4.5 * time)
    tail *= np.minimum(1.0, time / 0.02) * np.minimum(1.0, (time[-1] - time) / 0.1)
    return tail / np.sqrt((tail**2).sum(axis=0, keepdims=True))


def _spoken(shelf: Shelf, key: str) -> Callable[[], Mono]:
    def make() -> Mono:
        sound = shelf.get(key)
        assert sound is not None, "a line was placed that is not on the shelf"
        return sound

    return make


def _bed(cue: SoundCue) -> Callable[[], Samples]:
    return lambda: bed(cue.sound, cue.seed)


def _effect(cue: SoundCue, seconds: Fraction) -> Callable[[], Mono]:
    return lambda: effect(cue.sound, cue.seed, seconds, cue.pace)


def _note(note: Note) -> Callable[[], Samples]:
    return lambda: render(note)
