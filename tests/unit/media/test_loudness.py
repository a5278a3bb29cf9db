"""Loudness after EBU R128 against known signals and FFmpeg's own meter; the limiter; bringing sound to a target."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

import av
import av.error
import av.filter
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.media.audio import Samples, db
from tianmu.media.loudness import Meter, PeakMeter, limited, measure, normalise

RATE = 48000


def sine(level: float, seconds: float = 5.0, hertz: float = 997.0) -> Samples:
    wave = db(level) * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)
    return np.stack([wave, wave], axis=1).astype(np.float32)


@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_a_sine_of_1_khz_on_both_sides_is_as_loud_as_its_peak(level: float) -> None:
    """EBU Tech 3341, cases 1 and 2."""
    loudness = measure(sine(level, 8))
    assert loudness.integrated == pytest.approx(level, abs=0.1)
    assert loudness.peak == pytest.approx(level, abs=0.1)


def test_what_is_far_quieter_does_not_count() -> None:
    """EBU Tech 3341, case 3: -36, -23, -36 LUFS is -23."""
    sound = np.concatenate([sine(-36, 4), sine(-23, 24), sine(-36, 4)])
    assert measure(sound).integrated == pytest.approx(-23.0, abs=0.1)


def test_a_range_between_two_levels() -> None:
    """EBU Tech 3342, case 1: twenty seconds at -20 and twenty at -30 LUFS have a range of 10 LU."""
    assert measure(np.concatenate([sine(-20, 20), sine(-30, 20)])).range == pytest.approx(10.0, abs=1.0)


def test_a_peak_between_samples_is_seen() -> None:
    """EBU Tech 3341, case 16: a quarter of the rate, 45 degrees off, reaches 3 dB above its samples."""
    wave = (0.5 * np.sqrt(2) * np.sin(np.pi / 2 * np.arange(RATE) + np.pi / 4)).astype(np.float32)[:, None]
    assert np.abs(wave).max() == pytest.approx(0.5, abs=1e-3)
    assert measure(wave[2000:-2000]).peak == pytest.approx(-3.01, abs=0.4)


def test_ffmpeg_measures_the_same() -> None:
    random = np.random.default_rng(3)
    swell = 0.05 + 0.1 * np.sin(np.arange(12 * RATE) / RATE)[:, None] ** 2
    sound = (random.standard_normal((12 * RATE, 2)) * swell).astype(np.float32)
    ours, theirs = measure(sound), ffmpeg_loudness(sound)
    assert ours.integrated == pytest.approx(theirs["lavfi.r128.I"], abs=0.1)
    assert ours.peak == pytest.approx(20 * math.log10(theirs["lavfi.r128.true_peak"]), abs=0.2)
    assert ours.range == pytest.approx(theirs["lavfi.r128.LRA"], abs=0.3)


def ffmpeg_loudness(sound: Samples) -> dict[str, float]:
    graph = av.filter.Graph()
    source = graph.add_abuffer(format="flt", sample_rate=RATE, layout="stereo", time_base=Fraction(1, RATE))
    meter, sink = graph.add("ebur128", "peak=true:metadata=1"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    last: dict[str, float] = {}
    for at in range(0, len(sound), 4800):
        block = np.ascontiguousarray(sound[at : at + 4800].reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(block, format="flt", layout="stereo")
        frame.sample_rate, frame.pts = RATE, at
        graph.push(frame)
        for measured in pulled(graph):
            last = {key: float(value) for key, value in measured.metadata.items()}
    return last


def pulled(graph: av.filter.Graph) -> Iterator[av.AudioFrame]:
    while True:
        try:
            frame = graph.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        assert isinstance(frame, av.AudioFrame)
        yield frame


@given(cuts=st.lists(st.integers(1, 2 * RATE - 1), max_size=5))
@settings(max_examples=6)
def test_blocks_of_any_size_measure_the_same(cuts: list[int]) -> None:
    sound = (0.1 * np.random.default_rng(0).standard_normal((2 * RATE, 2))).astype(np.float32)
    meter = Meter()
    edges = sorted({0, *cuts, len(sound)})
    for start, end in pairwise(edges):
        meter.add(sound[start:end])
    assert meter.result().integrated == pytest.approx(measure(sound).integrated, abs=1e-6)
    assert meter.result().peak == pytest.approx(measure(sound).peak, abs=1e-5)


def test_silence_has_no_loudness_and_stays_silence() -> None:
    silence = np.zeros((RATE, 2), np.float32)
    result, loudness = normalise(silence, -23.0)
    assert loudness.integrated == -math.inf
    assert loudness.peak == -math.inf
    assert not result.any()


@given(
    seed=st.integers(0, 1000),
    spikes=st.integers(0, 40),
    level=st.floats(-50, -3),
    target=st.sampled_from([-23.0, -14.0]),
)
@settings(max_examples=8)
def test_any_sound_is_brought_to_its_target_below_the_ceiling(
    seed: int, spikes: int, level: float, target: float
) -> None:
    random = np.random.default_rng(seed)
    sound = (db(level - 9) * random.standard_normal((2 * RATE, 2))).astype(np.float32)
    places = random.integers(0, len(sound), spikes)
    sound[places] += (db(level) * random.uniform(-6, 6, (spikes, 2))).astype(np.float32)
    result, loudness = normalise(sound, target)
    assert loudness.integrated == pytest.approx(target, abs=0.5)
    assert loudness.peak < -1.0
    assert measure(result) == loudness


@given(seed=st.integers(0, 1000), gain=st.floats(0, 24))
@settings(max_examples=8)
def test_the_limiter_keeps_below_its_ceiling_and_leaves_what_is_below(seed: int, gain: float) -> None:
    random = np.random.default_rng(seed)
    sound = (0.05 * random.standard_normal((RATE // 2, 1))).astype(np.float32)
    sound[RATE // 4 : RATE // 4 + 500] *= np.float32(db(gain))
    result = limited(sound, ceiling=-3.0)
    meter = PeakMeter()
    meter.add(result)
    assert meter.result() < -3.0
    assert np.array_equal(result[:1000], sound[:1000])


@pytest.mark.parametrize("block", [480, 4_000, 48_000])
def test_where_blocks_are_cut_no_peak_is_made(block: int) -> None:
    """A low tone has no more between its samples than in them, however it comes."""
    tone = 0.25 * np.sin(2 * np.pi * 110 * np.arange(96_000) / 48_000 + 0.3)
    tone *= np.minimum(1, np.minimum(np.arange(96_000), np.arange(96_000)[::-1]) / 4_800)
    meter = Meter()
    for at in range(0, len(tone), block):
        meter.add(np.stack([tone, tone], axis=1)[at : at + block].astype(np.float32))
    assert meter.result().peak == pytest.approx(20 * np.log10(0.25), abs=0.02)
