"""Soft synthetic instruments: a note as samples `[n 2]`, of partials that swell and fade.

No note begins or ends abruptly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tianmu.film.sound import SAMPLE_RATE
from tianmu.media.audio import Samples
from tianmu.studio.sound.compose import Note, Timbre
from tianmu.studio.sound.noise import panned, seeded


@dataclass(frozen=True)
class _Instrument:
    partials: tuple[float, ...]
    """Gains of the harmonics."""
    attack: float
    """Seconds."""
    release: float
    fade: float
    """Seconds in which a held note fades by 60 dB; 0 holds."""
    brightness: float
    """How much faster each higher harmonic fades."""
    detune: float = 0.0
    """Cents between the two sides."""
    stretch: float = 0.0
    """Inharmonicity."""
    gain: float = 1.0


_INSTRUMENTS: dict[Timbre, _Instrument] = {
    "pad": _Instrument((1, 0.5, 0.3, 0.16, 0.1, 0.06, 0.03), 0.7, 1.2, 0.0, 0.0, 7.0, gain=0.5),
    "strings": _Instrument((1, 0.7, 0.5, 0.38, 0.28, 0.2, 0.13, 0.08, 0.05), 0.45, 0.8, 0.0, 0.0, 9.0, gain=0.42),
    "keys": _Instrument((1, 0.42, 0.2, 0.14, 0.06, 0.04), 0.006, 0.35, 4.5, 0.5, 2.0, 0.0003, gain=0.8),
    "pluck": _Instrument((1, 0.6, 0.42, 0.3, 0.18, 0.12, 0.08), 0.004, 0.2, 1.6, 0.6, 1.5, 0.0001, gain=0.7),
    "bell": _Instrument((1, 0.05, 0.45, 0.0, 0.22, 0.0, 0.12), 0.003, 1.0, 4.0, 0.35, 1.0, 0.004, gain=0.5),
    "bass": _Instrument((1, 0.35, 0.12, 0.04), 0.05, 0.35, 9.0, 0.1, 0.0, gain=0.9),
}


def note_seconds(note: Note) -> float:
    """How long a note sounds, its release included."""
    return note.seconds + _INSTRUMENTS[note.timbre].release


def render(note: Note) -> Samples:
    """The samples of a note, from its beginning to the end of its release."""
    sound = _unit(note.timbre, note.pitch, round(note.seconds * SAMPLE_RATE / 480) * 480)
    left, right = panned(note.pan)
    return (sound * np.array([left, right], np.float32) * np.float32(0.12 * note.velocity**1.3)).astype(np.float32)


@lru_cache(maxsize=48)
def _unit(timbre: Timbre, pitch: int, held: int) -> Samples:
    """A note of full velocity; a bed repeats its chords, so a few are kept."""
    instrument = _INSTRUMENTS[timbre]
    num = held + round(instrument.release * SAMPLE_RATE)
    random = seeded("note", timbre, pitch)
    sides: list[np.ndarray] = []
    for side in (-1, 1):
        root = 440.0 * 2 ** ((pitch - 69 + side * instrument.detune / 200) / 12)
        sides.append(_partials(instrument, root, num, random))
    sound = np.stack(sides, axis=1) * _envelope(instrument, num, held)[:, None]
    return (instrument.gain * sound / sum(instrument.partials)).astype(np.float32)


def _partials(instrument: _Instrument, root: float, num: int, random: np.random.Generator) -> np.ndarray:
    sound = np.zeros(num, np.float32)
    for number, gain in enumerate(instrument.partials, 1):
        hertz = root * number * np.sqrt(1 + instrument.stretch * number**2)
        if gain == 0 or hertz > 9000:
            continue
        fall = 6.9 * (1 + instrument.brightness * (number - 1)) / instrument.fade if instrument.fade else 0.0
        sound += fading_sine(num, hertz, fall, phase=float(random.random()), gain=gain)
    return sound


def fading_sine(num: int, hertz: float, fall: float, *, phase: float = 0.0, gain: float = 1.0) -> np.ndarray:
    """A sine `[n]` whose amplitude falls by `fall` nepers a second; `phase` is in turns.

    The complex exponential of a sum is a product: one of a few hundred samples, turned on by one for each stretch.
    """
    step = 480
    rate = complex(-fall, 2 * np.pi * hertz) / SAMPLE_RATE
    inner = np.exp(rate * np.arange(step)).astype(np.complex64)
    outer = (gain * np.exp(rate * step * np.arange(-(-num // step)) + 2j * np.pi * phase)).astype(np.complex64)
    turned = outer.imag[:, None] * inner.real + outer.real[:, None] * inner.imag
    return turned.ravel()[:num]


def _envelope(instrument: _Instrument, num: int, held: int) -> np.ndarray:
    """Rises like half a cosine, holds, and falls like one: no corner in it."""
    curve = np.ones(num, np.float32)
    rise = min(round(instrument.attack * SAMPLE_RATE), max(held, 1))
    curve[:rise] = 0.5 - 0.5 * np.cos(np.pi * np.arange(rise) / rise)
    fall = num - held
    curve[held:] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(fall) / fall)
    return curve
