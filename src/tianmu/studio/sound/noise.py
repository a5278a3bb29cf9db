"""Raw material: noise with a spectrum, decays, sweeps, things that are scattered over a loop.

Everything is drawn from a seed, so the same seed gives the same samples. A loop's noise is made in the frequency
domain, so its end goes over into its beginning without a seam.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tianmu.film.sound import SAMPLE_RATE
from tianmu.media.audio import Mono, Samples

Curve = NDArray[np.float64]
Response = Callable[[Curve], Curve]


def seeded(*parts: object) -> np.random.Generator:
    """A generator whose numbers depend on nothing but `parts`."""
    import hashlib

    text = "/".join(map(str, parts))
    return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))


def loop_noise(num: int, response: Response, random: np.random.Generator, *, width: float = 1.0) -> Samples:
    """Noise `[n 2]` of standard deviation 1 that repeats without a seam; `response` is its amplitude at each Hz.

    `width` 0 is the same on both sides, 1 is different on each.
    """
    bins = num // 2 + 1
    amplitude = response(np.fft.rfftfreq(num, 1 / SAMPLE_RATE).astype(np.float64))
    amplitude[0] = 0.0
    middle, side = (random.standard_normal(bins) + 1j * random.standard_normal(bins) for _ in range(2))
    turn = width * np.pi / 4
    pair = (middle * np.cos(turn) + sign * side * np.sin(turn) for sign in (1, -1))
    sound = np.stack([np.fft.irfft(spectrum * amplitude, num) for spectrum in pair], axis=1)
    return (sound / max(float(sound.std()), 1e-12)).astype(np.float32)


def slow_curve(num: int, most_hz: float, random: np.random.Generator) -> Curve:
    """A curve `[n]` from 0 to 1 that wanders no faster than `most_hz` and repeats without a seam."""
    cycles = max(1, round(num / SAMPLE_RATE * most_hz))
    time = np.arange(num, dtype=np.float64) / num
    curve = np.zeros(num)
    for cycle in range(1, cycles + 1):
        curve += random.standard_normal() / cycle**0.5 * np.cos(2 * np.pi * (cycle * time + random.random()))
    curve -= curve.min()
    return curve / max(float(curve.max()), 1e-12)


def band(low: float, high: float, slope: float = 2.0) -> Response:
    """A response that passes from `low` to `high` Hz and falls off with `slope` times 6 dB an octave on both sides."""

    def response(frequency: Curve) -> Curve:
        safe = np.maximum(frequency, 1e-3)
        return (safe / low) ** slope / (1 + (safe / low) ** slope) / (1 + (safe / high) ** slope)

    return response


def below(corner: float, slope: float = 2.0) -> Response:
    """A response that falls off above `corner` Hz."""
    return band(20.0, corner, slope)


def burst(num: int, response: Response, random: np.random.Generator) -> Mono:
    """Noise `[n]` with a spectrum, of standard deviation 1, without an envelope."""
    return loop_noise(max(num, 64), response, random, width=0.0)[:num, 0].copy()


def decay(num: int, seconds: float, attack: float = 0.002) -> Curve:
    """From nothing up within `attack` seconds, then down by 60 dB in `seconds`; 0 at its end."""
    time = np.arange(num) / SAMPLE_RATE
    curve = np.exp(-6.9 * time / seconds) * np.minimum(1.0, time / max(attack, 1e-4))
    ends = min(num, SAMPLE_RATE // 100)
    if ends:
        curve[-ends:] *= np.linspace(1, 0, ends)
    return curve


def tone(num: int, hertz: float | Curve, random: np.random.Generator | None = None) -> Curve:
    """A sine `[n]`, of one frequency or of one for each sample."""
    phase = 2 * np.pi * random.random() if random else 0.0
    if isinstance(hertz, int | float):
        return np.sin(phase + (2 * np.pi * float(hertz) / SAMPLE_RATE) * np.arange(num))
    return np.sin(phase + 2 * np.pi * (np.cumsum(hertz) - hertz[:1].sum()) / SAMPLE_RATE)


def scatter(loop: np.ndarray, grain: np.ndarray, at: int, gain: float, pan: float) -> None:
    """Add a grain to a loop in place; what runs over the end comes out at the beginning."""
    left, right = panned(pan)
    places = (at + np.arange(len(grain))) % len(loop)
    loop[places, 0] += grain * (gain * left)
    loop[places, 1] += grain * (gain * right)


def panned(pan: float) -> tuple[float, float]:
    """Gains of the two sides, of equal power: (1, 1) in the middle."""
    angle = (pan + 1) * np.pi / 4
    return float(np.sqrt(2) * np.cos(angle)), float(np.sqrt(2) * np.sin(angle))
