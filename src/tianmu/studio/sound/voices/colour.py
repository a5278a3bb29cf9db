"""What is done to a voice's samples: silence cut off, a whisper, a shout, an even loudness."""

from __future__ import annotations

import numpy as np

from tianmu.film.sound import SAMPLE_RATE
from tianmu.media.audio import Mono, db, filtered
from tianmu.media.loudness import measure

_AUDIBLE = 0.01
"""Of the loudest moment: what is quieter is silence."""
_FRAME = 960


def trimmed(sound: Mono, rate: int) -> Mono:
    """Without the silence before the first sound and after the last; a few milliseconds stay, faded."""
    level = np.abs(sound)
    loud = np.flatnonzero(level > _AUDIBLE * max(float(level.max(initial=0.0)), 1e-6))
    if not len(loud):
        return sound[:0]
    before, after = rate // 200, rate // 25
    first, last = max(0, int(loud[0]) - before), min(len(sound), int(loud[-1]) + after)
    kept = sound[first:last].copy()
    ends = min(before, len(kept) // 2)
    if ends:
        ramp = np.linspace(0, 1, ends, endpoint=False, dtype=np.float32)
        kept[:ends] *= ramp
        kept[-ends:] *= ramp[::-1]
    return kept


def coloured(sound: Mono, colour: str) -> Mono:
    """A voice that whispers (breath in place of tone), speaks softly (less edge) or shouts (more of it)."""
    if colour == "whisper":
        return (0.85 * _breath(sound) + 0.15 * filtered(sound, lambda f: f**2 / (f**2 + 900.0**2))).astype(np.float32)
    if colour == "soft":
        return filtered(sound, lambda f: 1 / np.sqrt(1 + (f / 5000.0) ** 2))
    if colour == "shout":
        edged = filtered(sound, lambda f: 1 + 0.9 * f**2 / (f**2 + 1800.0**2))
        peak = max(float(np.abs(edged).max(initial=0.0)), 1e-6)
        return (np.tanh(1.8 * edged / peak) * peak / np.tanh(1.8)).astype(np.float32)
    return sound


def at_loudness(sound: Mono, target: float) -> Mono:
    """The same sound at an integrated loudness in LUFS."""
    loudness = measure(sound[:, None]).integrated
    return sound if not np.isfinite(loudness) else (sound * db(target - loudness)).astype(np.float32)


def _breath(sound: Mono) -> Mono:
    """The same spectrum in every moment, with noise where there was tone: phases drawn at random, always the same."""
    random = np.random.default_rng(7)
    hop = _FRAME // 2
    padded = np.pad(sound, (_FRAME, 2 * _FRAME))
    window = np.sqrt(np.hanning(_FRAME + 1)[:-1])
    result = np.zeros(len(padded))
    for at in range(0, len(padded) - _FRAME, hop):
        spectrum = np.abs(np.fft.rfft(padded[at : at + _FRAME] * window))
        smooth = np.convolve(spectrum, np.hanning(9) / np.hanning(9).sum(), mode="same")
        turned = smooth * np.exp(2j * np.pi * random.random(len(smooth)))
        result[at : at + _FRAME] += np.fft.irfft(turned, _FRAME) * window
    return _without_rumble(result[_FRAME : _FRAME + len(sound)])


def _without_rumble(sound: np.ndarray) -> Mono:
    return filtered(sound.astype(np.float32), lambda f: f**2 / (f**2 + 350.0**2), rate=SAMPLE_RATE)
