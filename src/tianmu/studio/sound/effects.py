"""Effects: sounds of one moment, made from noise and tones by a seed.

    effect("thunder", seed, seconds, pace) -> samples [n], loudest near 1

Modal sounds (bells, glass, wood) are sums of decaying partials; steps and knocks are short bursts of noise with a
thump under them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from tianmu.film.sound import SAMPLE_RATE
from tianmu.media.audio import Mono
from tianmu.studio.sound.noise import band, below, burst, decay, seeded, slow_curve, tone

Random = np.random.Generator
Maker = Callable[[Random, int, Fraction], np.ndarray]


def effect_names() -> tuple[str, ...]:
    """Every effect that there is."""
    return tuple(_EFFECTS)


def effect_seconds(name: str) -> Fraction:
    """How long an effect lasts by itself; footsteps and the like last as long as they are asked to."""
    return _EFFECTS[name][1]


def effect(name: str, seed: int, seconds: Fraction | None = None, pace: Fraction = Fraction(2)) -> Mono:
    """The samples of an effect; what is steady or periodic lasts `seconds`, `pace` times a second."""
    make, usual = _EFFECTS[name]
    num = round((seconds or usual) * SAMPLE_RATE)
    sound = make(seeded("effect", name, seed), num, pace)
    sound = sound * _edges(len(sound))
    return (sound / max(float(np.abs(sound).max(initial=0.0)), 1e-9)).astype(np.float32)


def _edges(num: int) -> np.ndarray:
    """One, with 1 ms of rise and 10 ms of fall, so that nothing clicks."""
    curve = np.ones(num)
    rise, fall = min(num, 48), min(num, 480)
    curve[:rise] *= np.linspace(0, 1, rise)
    curve[num - fall :] *= np.linspace(1, 0, fall)
    return curve


def _modes(num: int, partials: Sequence[tuple[float, float, float]], attack: float = 0.001) -> np.ndarray:
    """Partials of (Hz, gain, seconds to fade by 60 dB)."""
    sound = np.zeros(num)
    for hertz, gain, seconds in partials:
        sound += gain * tone(num, hertz) * decay(num, seconds, attack)
    return sound


def steps_at(num: int, pace: Fraction, random: Random) -> list[int]:
    """Samples at which steps fall: evenly at the pace, each a little early or late."""
    period = SAMPLE_RATE / float(pace)
    count = int(num / period)
    return [max(0, int((step + 0.5) * period + random.uniform(-0.025, 0.025) * period)) for step in range(count)]


def _repeated(num: int, places: Sequence[int], make: Callable[[int], np.ndarray]) -> np.ndarray:
    sound = np.zeros(num)
    for number, at in enumerate(places):
        grain = make(number)[: max(0, num - at)]
        sound[at : at + len(grain)] += grain
    return sound


def _walker(top: float, thump: float, crunch: float) -> Maker:
    """Footsteps on a ground: how bright its noise is, how heavy the heel, how long it crunches."""

    def make(random: Random, num: int, pace: Fraction) -> np.ndarray:
        def step(number: int) -> np.ndarray:
            length = round((0.09 + crunch) * SAMPLE_RATE)
            strength = random.uniform(0.75, 1.0) * (1.0 if number % 2 else 0.88)
            heel = thump * tone(length, random.uniform(70, 95)) * decay(length, 0.09, 0.002)
            noise = burst(length, band(180, top, 1.2), random) * decay(length, 0.08 + crunch, 0.003)
            if crunch > 0.05:
                noise = noise * (0.4 + 0.6 * (random.random(length // 240 + 1) ** 2).repeat(240)[:length])
            return strength * (heel + 0.35 * noise)

        return _repeated(num, steps_at(num, pace, random), step)

    return make


def _impact(random: Random, num: int, pace: Fraction) -> np.ndarray:
    body = tone(num, np.linspace(110, 45, num)) * decay(num, 0.35)
    return body + 0.5 * burst(num, below(1800), random) * decay(num, 0.12, 0.0005)


def _knock(random: Random, num: int, pace: Fraction) -> np.ndarray:
    def knock(number: int) -> np.ndarray:
        length = SAMPLE_RATE // 6
        wood = _modes(length, ((180, 1, 0.09), (410, 0.6, 0.06), (930, 0.25, 0.04)))
        return wood + 0.2 * burst(length, band(300, 3000), random) * decay(length, 0.03, 0.0005)

    return _repeated(num, [int(0.05 * SAMPLE_RATE + k * 0.24 * SAMPLE_RATE) for k in range(3)], knock)


def _door(random: Random, num: int, pace: Fraction) -> np.ndarray:
    """A handle, a hinge, and the door falling shut."""
    sound = np.zeros(num)
    click = burst(1200, band(1200, 6000), random) * decay(1200, 0.02, 0.0003)
    sound[: len(click)] += 0.25 * click
    length = int(0.55 * num)
    creak = np.sign(np.sin(np.cumsum(2 * np.pi * (45 + 70 * slow_curve(length, 3, random)) / SAMPLE_RATE)))
    creak = np.convolve(creak, np.hanning(60) / 30, "same") * burst(length, band(500, 1600, 3), random)
    sound[int(0.08 * num) : int(0.08 * num) + length] += 0.12 * creak * np.hanning(length)
    at = int(0.7 * num)
    shut = _impact(random, num - at, pace) + 0.3 * _modes(num - at, ((210, 1, 0.2), (470, 0.5, 0.12)))
    sound[at:] += shut
    return sound


def _thunder(random: Random, num: int, pace: Fraction) -> np.ndarray:
    sound = np.zeros(num)
    crack = min(num, SAMPLE_RATE)
    sound[:crack] += 0.8 * burst(crack, band(60, 2500, 1), random) * decay(crack, 0.5, 0.004)
    rolls = (0.25 + 0.75 * slow_curve(num, 2.5, random)) * decay(num, 0.9 * num / SAMPLE_RATE, 0.15)
    return sound + 1.6 * burst(num, band(25, 130, 1.5), random) * rolls


def _bell(random: Random, num: int, pace: Fraction) -> np.ndarray:
    root = random.uniform(380, 520)
    ratios = (
        (0.5, 0.5, 4.0),
        (1, 1, 3.0),
        (1.19, 0.6, 2.4),
        (1.5, 0.4, 2.0),
        (2, 0.7, 1.6),
        (2.74, 0.3, 0.9),
        (3.76, 0.2, 0.6),
    )
    return _modes(num, [(root * ratio, gain, seconds) for ratio, gain, seconds in ratios])


def _phone(random: Random, num: int, pace: Fraction) -> np.ndarray:
    time = np.arange(num) / SAMPLE_RATE
    rings = (time % 1.6 < 1.0) * (np.sin(2 * np.pi * 20 * time) > 0)
    smooth = np.convolve(rings.astype(float), np.hanning(480) / 240, "same")
    return (tone(num, 1480) + 0.8 * tone(num, 1860) + 0.3 * tone(num, 3700)) * smooth


def _foghorn(random: Random, num: int, pace: Fraction) -> np.ndarray:
    low = sum(tone(num, 82 * k) / k**1.3 for k in range(1, 9))
    return np.asarray(low) * np.minimum(1, np.minimum(np.arange(num), np.arange(num)[::-1]) / (0.25 * SAMPLE_RATE))


def _siren(random: Random, num: int, pace: Fraction) -> np.ndarray:
    time = np.arange(num) / SAMPLE_RATE
    sweep = 700 + 350 * np.sin(2 * np.pi * 0.35 * time - np.pi / 2)
    return (tone(num, sweep) + 0.3 * tone(num, 2 * sweep)) * np.hanning(num) ** 0.3


def _alarm(random: Random, num: int, pace: Fraction) -> np.ndarray:
    time = np.arange(num) / SAMPLE_RATE
    gate = np.convolve((time % 0.5 < 0.25).astype(float), np.hanning(240) / 120, "same")
    return (tone(num, 980) + 0.4 * tone(num, 1960)) * gate


def _whistle(random: Random, num: int, pace: Fraction) -> np.ndarray:
    sweep = 1900 + 250 * np.hanning(num)
    breath = 0.1 * burst(num, band(1500, 4000), random)
    return (tone(num, sweep) + breath) * np.hanning(num) ** 0.4


def _splash(random: Random, num: int, pace: Fraction) -> np.ndarray:
    sound = burst(num, band(300, 5000, 1), random) * decay(num, 0.7, 0.012)
    for _ in range(14):
        length = int(random.integers(1500, 4000))
        at = int(random.uniform(0.1, 0.6) * num)
        drop = tone(length, np.linspace(random.uniform(400, 800), random.uniform(900, 1600), length)) * decay(
            length, 0.08
        )
        part = drop[: num - at]
        sound[at : at + len(part)] += 0.6 * part
    return sound


def _glass(random: Random, num: int, pace: Fraction) -> np.ndarray:
    partials = [(random.uniform(2200, 9000), random.uniform(0.2, 1), random.uniform(0.1, 0.6)) for _ in range(18)]
    return _modes(num, partials, 0.0005) + 0.8 * burst(num, band(2500, 11000), random) * decay(num, 0.15, 0.0005)


def _shot(random: Random, num: int, pace: Fraction) -> np.ndarray:
    crack = burst(num, band(200, 9000, 0.7), random) * decay(num, 0.12, 0.0003)
    return crack + 0.6 * burst(num, below(300), random) * decay(num, 0.9, 0.001)


def _explosion(random: Random, num: int, pace: Fraction) -> np.ndarray:
    boom = tone(num, np.geomspace(90, 28, num)) * decay(num, 1.6, 0.004)
    return 1.3 * boom + burst(num, below(700), random) * decay(num, 1.4, 0.003)


def _rocket(random: Random, num: int, pace: Fraction) -> np.ndarray:
    rise = np.minimum(1, np.arange(num) / (0.4 * SAMPLE_RATE)) * np.linspace(1, 0.1, num) ** 1.3
    roar = burst(num, band(35, 500, 1), random) + 0.4 * burst(num, band(500, 3500, 1), random)
    return roar * rise * (0.8 + 0.2 * slow_curve(num, 8, random))


def _whoosh(random: Random, num: int, pace: Fraction) -> np.ndarray:
    shape = np.hanning(num) ** 2
    low, high = burst(num, band(250, 900, 2), random), burst(num, band(900, 3000, 2), random)
    return shape * (low + high * np.hanning(num))


def _passing(random: Random, num: int, pace: Fraction) -> np.ndarray:
    """An engine that comes, passes and goes: its pitch falls as it does."""
    time = np.linspace(-1, 1, num)
    near = 1 / (1 + (time / 0.22) ** 2)
    pitch = 85 * (1 - 0.08 * np.tanh(time / 0.2))
    drone = sum(tone(num, pitch * k) / k for k in range(1, 10))
    return near * (np.asarray(drone) + 0.8 * burst(num, band(120, 1800, 1), random))


def _ticking(random: Random, num: int, pace: Fraction) -> np.ndarray:
    def tick(number: int) -> np.ndarray:
        return _modes(1600, ((2900 if number % 2 else 2400, 1, 0.02), (5200, 0.4, 0.012)), 0.0003)

    period = SAMPLE_RATE / 2
    return _repeated(num, [int(k * period + 400) for k in range(int(num / period))], tick)


def _creak(random: Random, num: int, pace: Fraction) -> np.ndarray:
    ratchet = np.sin(np.cumsum(2 * np.pi * (35 + 60 * slow_curve(num, 2, random)) / SAMPLE_RATE)) > 0.96
    return np.convolve(
        ratchet * random.random(num), _modes(2400, ((520, 1, 0.04), (1130, 0.6, 0.03))), "same"
    ) * np.hanning(num)


def _flap(random: Random, num: int, pace: Fraction) -> np.ndarray:
    def beat(number: int) -> np.ndarray:
        length = round(0.11 * SAMPLE_RATE)
        return burst(length, band(150, 1400, 1.5), random) * np.hanning(length) ** 1.5

    return _repeated(num, steps_at(num, pace, random), beat)


_EFFECTS: dict[str, tuple[Maker, Fraction]] = {
    "footsteps": (_walker(2600, 1.0, 0.01), Fraction(3)),
    "footsteps-soft": (_walker(1500, 0.8, 0.03), Fraction(3)),
    "footsteps-snow": (_walker(4200, 0.5, 0.14), Fraction(3)),
    "footsteps-sand": (_walker(3200, 0.4, 0.1), Fraction(3)),
    "impact": (_impact, Fraction(3, 5)),
    "knock": (_knock, Fraction(1)),
    "door": (_door, Fraction(8, 5)),
    "thunder": (_thunder, Fraction(5)),
    "bell": (_bell, Fraction(4)),
    "phone": (_phone, Fraction(16, 5)),
    "foghorn": (_foghorn, Fraction(5, 2)),
    "siren": (_siren, Fraction(5)),
    "alarm": (_alarm, Fraction(2)),
    "whistle": (_whistle, Fraction(7, 10)),
    "splash": (_splash, Fraction(6, 5)),
    "glass": (_glass, Fraction(1)),
    "shot": (_shot, Fraction(6, 5)),
    "explosion": (_explosion, Fraction(5, 2)),
    "rocket": (_rocket, Fraction(6)),
    "whoosh": (_whoosh, Fraction(9, 10)),
    "passing": (_passing, Fraction(4)),
    "ticking": (_ticking, Fraction(4)),
    "creak": (_creak, Fraction(1)),
    "flap": (_flap, Fraction(2)),
}
