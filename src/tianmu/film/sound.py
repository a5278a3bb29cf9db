"""Sound as nouns: what is said and how, what is heard where, how loud it all is. Samples live elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, get_args

from tianmu.film.schema import digest

SAMPLE_RATE = 48_000
"""Samples a second of everything that a film sounds like."""

SpokenLanguage = Literal["en", "zh"]
LANGUAGES: tuple[SpokenLanguage, ...] = get_args(SpokenLanguage)

Target = Literal["ebu", "web"]
LOUDNESS_TARGETS: dict[Target, float] = {"ebu": -23.0, "web": -14.0}
"""Integrated loudness in LUFS: EBU R128 for broadcast, and what web players turn everything to."""
LOUDEST_PEAK = -1.0
"""True peak in dBTP that nothing may exceed."""


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a line is spoken: what its parenthetical asks for."""

    rate: Fraction = Fraction(1)
    """2 is twice as fast."""
    gain: float = 0.0
    """Decibels over the usual loudness of speech."""
    colour: Literal["plain", "whisper", "shout", "soft"] = "plain"
    pause: Fraction = Fraction(0)
    """Seconds of silence that it asks for before the first word; a plan has them in its times already."""


@dataclass(frozen=True, kw_only=True)
class Utterance:
    """A line as a voice speaks it. Equal ones sound the same."""

    SCHEMA: ClassVar[str] = "tianmu.utterance.1"

    text: str
    language: SpokenLanguage
    voice: str
    """A name in the roster of voices."""
    rate: Fraction = Fraction(1)
    colour: Literal["plain", "whisper", "shout", "soft"] = "plain"
    emphasis: tuple[str, ...] = ()
    """Words that bear a stress."""

    def key(self, engine: str) -> str:
        """The name of its sound when `engine` (a name with its digest) speaks it."""
        return digest(
            [self.SCHEMA, engine, self.text, self.language, self.voice, str(self.rate), self.colour, *self.emphasis]
        )


@dataclass(frozen=True, kw_only=True)
class PlacedLine:
    """A line of dialogue in its place in the cut."""

    track: str
    index: int
    """Of the item in its track: together they name one Dialogue of the cut."""
    character: str
    asset: str | None
    text: str
    start: int
    """The first frame of the cut in which it is heard."""
    num_frames: int
    """As it is spoken; as it was planned where nobody speaks it."""
    voice: str | None
    """None where nobody could speak it."""
    key: str | None = None
    """Of the sound, see `Utterance.key`."""


@dataclass(frozen=True, kw_only=True)
class Loudness:
    """How loud a piece of sound is, after EBU R128 and ITU-R BS.1770-4."""

    integrated: float
    """LUFS; minus infinity for silence."""
    peak: float
    """True peak in dBTP, from four times as many samples."""
    range: float = 0.0
    """Loudness range in LU, after EBU Tech 3342."""


@dataclass(frozen=True, kw_only=True)
class SoundCue:
    """A sound or a bed of sound with its place: samples of it are made when they are needed."""

    sound: str
    """A name in the library of sounds: `rain`, `footsteps`, `thunder`."""
    start: int
    """The first frame of the cut."""
    num_frames: int
    gain: float = 0.0
    """Decibels."""
    seed: int = 0
    pace: Fraction = Fraction(2)
    """Of footsteps and the like: a second."""
    pan: float = 0.0
    """From -1, left, to 1, right."""
    why: str = ""
    """The word of the script, or the place, that asked for it."""
    kind: Literal["ambience", "effect"] = "effect"


@dataclass(frozen=True, kw_only=True)
class MusicCue:
    """A piece of music with its place and what it is like."""

    start: int
    num_frames: int
    mood: str
    seed: int
    gain: float = 0.0
    why: str = ""
