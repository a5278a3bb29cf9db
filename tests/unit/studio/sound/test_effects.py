"""Ambience and effects: the spectra that they should have, loops without a seam, the same seed the same sound."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from tianmu.film.sound import SAMPLE_RATE
from tianmu.media.loudness import measure
from tianmu.studio.sound.ambience import BED_LOUDNESS, bed, bed_names
from tianmu.studio.sound.cues import _BY_SET, _BY_WEATHER
from tianmu.studio.sound.effects import effect, effect_names
from tianmu.studio.sound.words import word_lists


def share(sound: np.ndarray, low: float, high: float) -> float:
    """Of the power of a sound, what lies between two frequencies."""
    power = np.abs(np.fft.rfft(sound.reshape(len(sound), -1).mean(axis=1))) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    return float(power[(hertz >= low) & (hertz < high)].sum() / power.sum())


@pytest.mark.parametrize("name", bed_names())
def test_a_bed_is_a_loop_of_known_loudness(name: str) -> None:
    loop = bed(name, 1)
    assert measure(loop[: 8 * SAMPLE_RATE]).integrated == pytest.approx(BED_LOUDNESS, abs=4)
    steps = np.abs(np.diff(loop, axis=0)).max(axis=1)
    assert np.abs(loop[0] - loop[-1]).max() <= np.quantile(steps, 0.999), "a seam is a step like no other"


def test_wind_is_low_noise_and_rain_is_broad() -> None:
    wind, rain = bed("wind", 1), bed("rain", 1)
    assert share(wind, 0, 800) > 0.9
    assert share(rain, 1000, 12000) > 0.4
    flat = np.log(np.abs(np.fft.rfft(rain[: SAMPLE_RATE * 4, 0]))[8000:36000])
    assert np.diff(np.convolve(flat, np.ones(2000) / 2000, "valid")[::2000]).max() < 1.0, "no tone stands out"


def test_the_sea_comes_in_waves() -> None:
    loop = bed("sea", 1).mean(axis=1)
    level = np.sqrt((loop.reshape(-1, 4800) ** 2).mean(axis=1))
    assert level.max() > 3 * level.min()


def test_crickets_are_high_and_a_room_is_low() -> None:
    assert share(bed("crickets", 1), 3500, 5500) > 0.5
    assert share(bed("room", 1), 0, 400) > 0.8


@pytest.mark.parametrize("name", effect_names())
def test_an_effect_begins_and_ends_without_a_click_and_is_the_same_again(name: str) -> None:
    sound = effect(name, 3)
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() == pytest.approx(1.0)
    assert abs(float(sound[0])) < 0.02
    assert abs(float(sound[-1])) < 0.02
    assert np.array_equal(sound, effect(name, 3))


@pytest.mark.parametrize("pace", [Fraction(3, 2), Fraction(19, 10), Fraction(3)])
@pytest.mark.parametrize("ground", ["footsteps", "footsteps-snow"])
def test_steps_fall_at_the_pace(pace: Fraction, ground: str) -> None:
    sound = effect(ground, 5, Fraction(8), pace)
    level = np.sqrt((sound.reshape(-1, 480) ** 2).mean(axis=1))
    level -= level.mean()
    likeness = np.correlate(level, level, "full")[len(level) - 1 :]
    period = 100 / float(pace)
    lags = np.arange(round(0.6 * period), round(1.5 * period))
    assert abs(int(lags[likeness[lags].argmax()]) - period) <= 0.08 * period


def test_thunder_is_lower_than_breaking_glass() -> None:
    assert share(effect("thunder", 1), 0, 300) > 0.7
    assert share(effect("glass", 1), 2000, 16000) > 0.7


def test_every_sound_that_is_asked_for_can_be_made() -> None:
    beds = {name for listed in _BY_SET.values() for name, _ in listed} | {name for name, _ in _BY_WEATHER.values()}
    assert beds | set(word_lists()["beds"]) <= set(bed_names())
    assert set(word_lists()["effects"]) <= set(effect_names())
