"""Beds of ambient sound: loops `[n 2]` without a seam, each made from noise, tones and grains by a seed.

    bed("rain", seed) -> samples at -23 LUFS

Each is described by what it is in the world: rain is broad noise with drops, wind is low noise that swells, the sea
is wind in long waves, a city is a rumble with cars that pass.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from tianmu.film.sound import SAMPLE_RATE
from tianmu.media.audio import Mono, Samples, db
from tianmu.media.loudness import measure
from tianmu.studio.sound.noise import (
    band,
    below,
    burst,
    decay,
    loop_noise,
    scatter,
    seeded,
    slow_curve,
    tone,
)

BED_LOUDNESS = -23.0
"""LUFS of every bed before the mix turns it down."""

Random = np.random.Generator


def bed_names() -> tuple[str, ...]:
    """Every bed that there is."""
    return tuple(_BEDS)


@lru_cache(maxsize=4)
def bed(name: str, seed: int) -> Samples:
    """The loop of a bed; it repeats without a seam. A few are kept: a scene asks for the same one block by block."""
    random = seeded("bed", name, seed)
    loop = _BEDS[name](random)
    loudness = measure(np.concatenate((loop, loop[: SAMPLE_RATE // 2]))).integrated
    return (loop * db(BED_LOUDNESS - loudness)).astype(np.float32)


def _length(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE / 960) * 960


def _swell(loop: np.ndarray, curve: np.ndarray, least: float) -> np.ndarray:
    return (loop * (least + (1 - least) * curve)[:, None]).astype(np.float32)


def _rain(random: Random) -> np.ndarray:
    num = _length(15)
    loop = loop_noise(num, lambda f: band(350, 9000, 1.0)(f), random)
    loop = _swell(loop, slow_curve(num, 0.4, random), 0.75) + 0.35 * loop_noise(num, band(120, 500, 2), random)
    for _ in range(380):
        length = int(random.integers(300, 1100))
        drop = (tone(length, random.uniform(900, 5200)) * decay(length, length / SAMPLE_RATE * 1.5, 0.0004)).astype(
            np.float32
        )
        scatter(loop, drop, int(random.integers(num)), random.uniform(0.3, 1.6), random.uniform(-1, 1))
    return loop


def _wind(random: Random) -> np.ndarray:
    num = _length(19)
    low = _swell(loop_noise(num, band(40, 260, 2), random), slow_curve(num, 0.3, random), 0.35)
    high = _swell(loop_noise(num, band(260, 620, 3), random), slow_curve(num, 0.5, random) ** 2, 0.05)
    return low + 0.55 * high


def _breeze(random: Random) -> np.ndarray:
    num = _length(17)
    low = _swell(loop_noise(num, band(80, 350, 1.5), random), slow_curve(num, 0.25, random), 0.4)
    leaves = _swell(loop_noise(num, band(1800, 6000, 2), random), slow_curve(num, 0.6, random) ** 2, 0.1)
    return low + 0.12 * leaves


def _sea(random: Random) -> np.ndarray:
    num = _length(24)
    time = np.arange(num) / num
    deep = loop_noise(num, band(50, 380, 1.5), random)
    foam = loop_noise(num, band(700, 4500, 1.2), random)
    waves = np.zeros(num)
    for _ in range(4):
        phase = (time + random.random()) % 1
        rise = np.where(phase < 0.12, phase / 0.12, np.exp(-(phase - 0.12) * 14)) * np.minimum(1, (1 - phase) * 8)
        waves += rise * random.uniform(0.6, 1.0)
    waves /= waves.max()
    return _swell(deep, waves, 0.35) + 0.7 * _swell(foam, waves**2, 0.05)


def _water(random: Random) -> np.ndarray:
    num = _length(13)
    loop = 0.6 * loop_noise(num, band(200, 1600, 1.2), random)
    for _ in range(160):
        length = int(random.integers(1200, 4200))
        sweep = np.linspace(random.uniform(350, 900), random.uniform(700, 1700), length)
        bubble = (tone(length, sweep) * decay(length, length / SAMPLE_RATE * 1.2, 0.004)).astype(np.float32)
        scatter(loop, bubble, int(random.integers(num)), random.uniform(0.1, 0.5), random.uniform(-0.8, 0.8))
    return loop


def _city(random: Random) -> np.ndarray:
    num = _length(23)
    loop = loop_noise(num, band(45, 220, 1.5), random) + 0.25 * loop_noise(num, band(300, 1500, 1.5), random)
    for _ in range(5):
        length = _length(random.uniform(3.5, 6))
        hump = np.hanning(length) ** 2
        car = (burst(length, band(90, 900, 1.5), random) * hump).astype(np.float32)
        scatter(loop, car, int(random.integers(num)), random.uniform(0.5, 1.1), random.uniform(-0.9, 0.9))
    if random.random() < 0.8:
        length = _length(0.35)
        horn = ((tone(length, 392) + 0.8 * tone(length, 494)) * np.hanning(length) ** 0.3).astype(np.float32)
        scatter(loop, horn, int(random.integers(num)), 0.12, random.uniform(-0.9, 0.9))
    return loop


def _birds(random: Random) -> np.ndarray:
    num = _length(21)
    loop = 0.35 * _breeze_like(num, random)
    for _ in range(5):
        low, high = random.uniform(2200, 3200), random.uniform(3400, 5200)
        pan, at = random.uniform(-0.9, 0.9), int(random.integers(num))
        for note in range(int(random.integers(3, 8))):
            chirp = _chirp(low, high, random)
            scatter(
                loop, chirp, at + note * int(random.uniform(0.12, 0.26) * SAMPLE_RATE), random.uniform(0.5, 0.9), pan
            )
    return loop


def _breeze_like(num: int, random: Random) -> np.ndarray:
    return _swell(loop_noise(num, band(120, 700, 1.5), random), slow_curve(num, 0.3, random), 0.4)


def _chirp(low: float, high: float, random: Random) -> Mono:
    length = int(random.uniform(0.05, 0.14) * SAMPLE_RATE)
    shape = np.sin(np.linspace(0, np.pi * random.uniform(0.5, 1.5), length))
    return (tone(length, low + (high - low) * np.abs(shape)) * np.hanning(length)).astype(np.float32)


def _crickets(random: Random) -> np.ndarray:
    num = _length(16)
    loop = 0.15 * loop_noise(num, band(80, 500, 1.2), random)
    for _ in range(4):
        pitch, pan = random.uniform(3900, 4900), random.uniform(-0.95, 0.95)
        per_loop = int(random.integers(18, 30))
        gain = random.uniform(0.25, 0.7)
        pulse = int(0.016 * SAMPLE_RATE)
        grain = (tone(pulse, pitch) * np.hanning(pulse)).astype(np.float32)
        for call in range(per_loop):
            start = int((call + random.uniform(-0.05, 0.05)) * num / per_loop)
            for beat in range(3):
                scatter(loop, grain, start + beat * int(0.026 * SAMPLE_RATE), gain, pan)
    return loop


def _room(random: Random) -> np.ndarray:
    num = _length(11)
    loop = loop_noise(num, below(180, 1.5), random) + 0.12 * loop_noise(num, band(300, 2500, 1), random)
    hum = 0.12 * sum(tone(num, 50.0 * k) / k for k in (1, 2, 3))
    return (loop + np.asarray(hum)[:, None]).astype(np.float32)


def _hall(random: Random) -> np.ndarray:
    num = _length(13)
    loop = loop_noise(num, below(140, 1.2), random)
    return loop + 0.2 * _swell(loop_noise(num, band(200, 1200, 1), random), slow_curve(num, 0.5, random), 0.5)


def _hum(random: Random) -> np.ndarray:
    """Nothing can be heard on the moon; what is heard is the suit."""
    num = _length(12)
    breath = np.clip(np.sin(2 * np.pi * 3 * np.arange(num) / num), 0, None) ** 1.5
    air = _swell(loop_noise(num, band(400, 2200, 1.5), random, width=0.2), breath, 0.02)
    low = sum(tone(num, hertz) * gain for hertz, gain in ((55.0, 1.0), (110.0, 0.4), (164.75, 0.15)))
    return (0.8 * np.asarray(low)[:, None] + 0.35 * air + 0.3 * loop_noise(num, below(120), random)).astype(np.float32)


def _fire(random: Random) -> np.ndarray:
    num = _length(14)
    loop = _swell(loop_noise(num, band(60, 450, 1.5), random), slow_curve(num, 1.2, random), 0.5)
    for _ in range(120):
        length = int(random.integers(150, 900))
        crack = (burst(length, band(1500, 8000, 1), random) * decay(length, length / SAMPLE_RATE, 0.0003)).astype(
            np.float32
        )
        scatter(loop, crack, int(random.integers(num)), random.uniform(0.4, 2.2), random.uniform(-0.5, 0.5))
    return loop


def _crowd(random: Random) -> np.ndarray:
    """A murmur: many voices of which none is understood, syllables of tone and noise."""
    num = _length(18)
    loop = 0.4 * loop_noise(num, band(200, 900, 1.5), random)
    for _ in range(420):
        length = int(random.uniform(0.09, 0.24) * SAMPLE_RATE)
        pitch = random.uniform(95, 240)
        centre = random.uniform(400, 1900)
        voice = sum(
            tone(length, pitch * k, random) * np.exp(-(((pitch * k - centre) / 500) ** 2)) for k in range(1, 14)
        )
        grain = (np.asarray(voice) * np.hanning(length)).astype(np.float32)
        scatter(loop, grain, int(random.integers(num)), random.uniform(0.2, 0.7), random.uniform(-1, 1))
    return loop


def _engine(random: Random) -> np.ndarray:
    num = _length(10)
    rate = round(random.uniform(28, 40) * num / SAMPLE_RATE) * SAMPLE_RATE / num
    wobble = 1 + 0.15 * (slow_curve(num, 3, random) - 0.5)
    drone = sum(tone(num, rate * k) / k**0.8 for k in range(1, 12)) * wobble
    return (np.asarray(drone)[:, None] + 0.6 * loop_noise(num, band(60, 700, 1.5), random)).astype(np.float32)


def _snow(random: Random) -> np.ndarray:
    """Wind that is muffled, with a high hiss of blown grains."""
    num = _length(20)
    low = _swell(loop_noise(num, band(60, 240, 2), random), slow_curve(num, 0.25, random), 0.4)
    hiss = _swell(loop_noise(num, band(2500, 7000, 2), random), slow_curve(num, 0.3, random) ** 2, 0.05)
    return low + 0.05 * hiss


_BEDS: dict[str, Callable[[Random], np.ndarray]] = {
    "rain": _rain,
    "wind": _wind,
    "breeze": _breeze,
    "sea": _sea,
    "water": _water,
    "city": _city,
    "birds": _birds,
    "crickets": _crickets,
    "room": _room,
    "hall": _hall,
    "hum": _hum,
    "fire": _fire,
    "crowd": _crowd,
    "engine": _engine,
    "snow": _snow,
}
