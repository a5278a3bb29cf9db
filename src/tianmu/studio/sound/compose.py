"""Music beds, written by rules: a mood gives scale, tempo, chords, voices; a seed gives the rest.

    compose(mood, seconds, seed) -> notes, which end on the tonic

The length is what the scene is long: the tempo gives way a little so that whole bars fit, the last bars are a cadence,
and the last chord rings into the end. Chords move to the nearest voicing, the melody stays in the scale and leans on
chord tones on strong beats, phrases of four bars are said twice with another ending.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from tianmu.studio.sound.noise import seeded

Mood = Literal["calm", "tender", "sad", "tense", "joyful", "wonder", "mystery", "brave"]
MOODS: tuple[Mood, ...] = get_args(Mood)
Timbre = Literal["pad", "keys", "pluck", "bell", "bass", "strings"]

_MAJOR, _MINOR, _DORIAN, _LYDIAN = (
    (0, 2, 4, 5, 7, 9, 11),
    (0, 2, 3, 5, 7, 8, 10),
    (0, 2, 3, 5, 7, 9, 10),
    (0, 2, 4, 6, 7, 9, 11),
)


@dataclass(frozen=True)
class Note:
    """A note: when it begins and how long it is held, in seconds; its pitch as a MIDI number."""

    start: float
    seconds: float
    pitch: int
    velocity: float
    """From 0 to 1."""
    timbre: Timbre
    pan: float = 0.0


@dataclass(frozen=True)
class _Style:
    scale: tuple[int, ...]
    tempo: float
    """Beats a minute."""
    beats: int
    """Of a bar."""
    progressions: tuple[tuple[int, ...], ...]
    """Degrees of the scale, from 0, one a bar."""
    cadence: tuple[int, ...]
    lead: Timbre
    density: float
    """How many of the half beats the melody takes."""
    figure: Literal["none", "broken", "pulse", "rocking"]
    bed: Timbre = "pad"


_STYLES: dict[Mood, _Style] = {
    "calm": _Style(_MAJOR, 66, 4, ((0, 4, 5, 3), (0, 3, 0, 4), (0, 2, 3, 4)), (3, 4, 0), "keys", 0.28, "broken"),
    "tender": _Style(_MAJOR, 58, 3, ((0, 5, 3, 4), (3, 0, 4, 5), (0, 2, 5, 3)), (3, 4, 0), "keys", 0.3, "rocking"),
    "sad": _Style(
        _MINOR, 54, 4, ((0, 5, 2, 6), (0, 3, 5, 4), (0, 6, 5, 4)), (5, 4, 0), "keys", 0.22, "broken", "strings"
    ),
    "tense": _Style(
        _MINOR, 92, 4, ((0, 0, 5, 0), (0, 1, 0, 4), (0, 5, 1, 4)), (1, 4, 0), "pluck", 0.08, "pulse", "strings"
    ),
    "joyful": _Style(_MAJOR, 104, 4, ((0, 4, 5, 3), (0, 3, 4, 0), (0, 5, 1, 4)), (1, 4, 0), "pluck", 0.45, "broken"),
    "wonder": _Style(_LYDIAN, 63, 4, ((0, 1, 0, 4), (0, 4, 1, 5), (0, 2, 1, 0)), (1, 4, 0), "bell", 0.25, "broken"),
    "mystery": _Style(_DORIAN, 60, 4, ((0, 3, 0, 6), (0, 2, 3, 0), (0, 6, 3, 4)), (3, 6, 0), "bell", 0.15, "none"),
    "brave": _Style(
        _MAJOR, 84, 4, ((0, 3, 4, 0), (0, 5, 3, 4), (0, 4, 5, 4)), (3, 4, 0), "keys", 0.32, "pulse", "strings"
    ),
}
_STRETCH = 0.18
"""How far the tempo may give way so that whole bars fill the scene."""


def compose(mood: Mood, seconds: float, seed: int, *, key: int | None = None) -> tuple[Note, ...]:
    """The notes of a bed, in the order of their beginnings; all have faded at `seconds`.

    `key` is the MIDI number of the tonic near middle C, chosen by the seed where it is None.
    """
    style = _STYLES[mood]
    random = seeded("music", mood, seed)
    tonic = 55 + int(random.integers(0, 9)) if key is None else key
    ring = min(3.0, seconds * 0.25)
    num_bars, beat = _bars(style, seconds - ring)
    chords = _chords(style, num_bars, random)
    notes = [*_beds(style, tonic, chords, beat, ring), *_figure(style, tonic, chords, beat, random)]
    notes += _melody(style, tonic, chords, beat, ring, random)
    return tuple(sorted((note for note in notes if note.start < seconds), key=lambda note: (note.start, note.pitch)))


def _bars(style: _Style, seconds: float) -> tuple[int, float]:
    """How many bars fit, and how long a beat is then, in seconds; the last chord comes after them."""
    usual = 60 / style.tempo
    best = max(1, round(seconds / (usual * style.beats)))
    beat = seconds / (best * style.beats)
    return best, min(max(beat, usual * (1 - _STRETCH)), usual * 2)


def _chords(style: _Style, num_bars: int, random: np.random.Generator) -> list[int]:
    """Degrees, one a bar, and the tonic at the end."""
    chosen = style.progressions[int(random.integers(len(style.progressions)))]
    other = style.progressions[int(random.integers(len(style.progressions)))]
    degrees = [(chosen if bar // 8 % 2 == 0 else other)[bar % 4] for bar in range(num_bars)]
    ending = style.cadence[-min(num_bars, len(style.cadence) - 1) - 1 : -1]
    if num_bars > 1:
        degrees[num_bars - len(ending) :] = ending
    return [*degrees, 0]


def _pitch(style: _Style, tonic: int, degree: int) -> int:
    octave, step = divmod(degree, 7)
    return tonic + 12 * octave + style.scale[step]


def _triad(style: _Style, tonic: int, degree: int) -> list[int]:
    return [_pitch(style, tonic, degree + step) for step in (0, 2, 4)]


def _near(pitches: Sequence[int], centre: float) -> list[int]:
    """Each pitch in the octave in which it is nearest to a centre."""
    return sorted(pitch + 12 * round((centre - pitch) / 12) for pitch in pitches)


def _beds(style: _Style, tonic: int, chords: Sequence[int], beat: float, ring: float) -> Iterator[Note]:
    """Held chords and their bass, led by the shortest way."""
    bar = beat * style.beats
    centre = float(tonic)
    for number, degree in enumerate(chords):
        last = number == len(chords) - 1
        start, held = number * bar, (ring * 0.55 if last else bar)
        voiced = _near(_triad(style, tonic, degree), centre)
        centre = 0.7 * float(np.mean(voiced)) + 0.3 * tonic
        for place, pitch in enumerate(voiced):
            yield Note(start, held, pitch, 0.42, style.bed, (place - 1) * 0.35)
        root = _near([_pitch(style, tonic, degree)], tonic - 17)[0]
        yield Note(start, held, root, 0.5, "bass")


def _figure(
    style: _Style, tonic: int, chords: Sequence[int], beat: float, random: np.random.Generator
) -> Iterator[Note]:
    """What moves inside the chords: broken ones, a pulse, a rocking of two."""
    if style.figure == "none":
        return
    bar = beat * style.beats
    timbre: Timbre = "pluck" if style.lead != "pluck" else "keys"
    order = ((0, 1, 2, 1), (0, 2, 1, 2), (2, 1, 0, 1))[int(random.integers(3))]
    for number, degree in enumerate(chords[:-1]):
        voiced = _near(_triad(style, tonic, degree), tonic + 7)
        for half in range(2 * style.beats):
            start = number * bar + half * beat / 2
            strength = 0.3 if half % 2 else 0.38
            if style.figure == "pulse":
                yield Note(start, beat * 0.4, _near([voiced[0]], tonic - 5)[0], strength + 0.06, "pluck", -0.2)
            elif style.figure == "broken":
                yield Note(start, beat, voiced[order[half % 4]], strength, timbre, 0.3)
            elif half % 2 == 0:
                yield Note(start, beat, voiced[0 if half % 4 == 0 else 2], strength, timbre, 0.3)


def _melody(
    style: _Style, tonic: int, chords: Sequence[int], beat: float, ring: float, random: np.random.Generator
) -> Iterator[Note]:
    """A tune in phrases of four bars: rhythm and steps return, the ending changes; the last note is the tonic's."""
    bar = beat * style.beats
    halves = 2 * style.beats
    rhythms = [_rhythm(halves, style, random) for _ in range(2)]
    moves = [int(step) for step in random.choice((-2, -1, -1, 1, 1, 2, 3), size=4 * halves)]
    place = 7 + int(random.choice((0, 2, 4)))
    for number, degree in enumerate(chords[:-1]):
        if number % 4 == 3 and number != len(chords) - 2:
            continue  # the phrase breathes
        rhythm = rhythms[number % 2]
        for index, half in enumerate(rhythm):
            follows = rhythm[index + 1] if index + 1 < len(rhythm) else halves
            place = min(13, max(4, place + moves[(number % 2) * halves + index]))
            if half % (halves // 2 or 1) == 0:
                place = _lean(place, degree)
            held = (follows - half) * beat / 2
            pitch = _pitch(style, tonic, place)
            yield Note(number * bar + half * beat / 2, held, pitch, 0.5 - 0.04 * (half % 2), style.lead, -0.15)
    if ring > 0.6 and style.density > 0.1:
        yield Note((len(chords) - 1) * bar, ring * 0.5, _pitch(style, tonic, 7), 0.42, style.lead, -0.15)


def _rhythm(halves: int, style: _Style, random: np.random.Generator) -> list[int]:
    """Half beats on which the melody begins a note."""
    chance = [1.6 if half == 0 else 1.2 if half % 2 == 0 else 0.5 for half in range(halves)]
    wanted = max(1, round(style.density * halves))
    weights = np.array(chance) / sum(chance)
    return sorted(int(half) for half in random.choice(halves, size=min(wanted, halves), replace=False, p=weights))


def _lean(place: int, degree: int) -> int:
    """The nearest tone of a chord."""
    tones = [degree + step + 7 * octave for octave in (-1, 0, 1, 2) for step in (0, 2, 4)]
    return min(tones, key=lambda tone: (abs(tone - place), tone))
