"""Sound to files and back, at other rates, through filters."""

from __future__ import annotations

import wave
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.core.errors import InputError, MediaError, OutputError
from tianmu.media.audio import Convolution, num_samples_at, read_sound, resample, write_wav
from tianmu.media.metadata import read_metadata


def noise(num: int, channels: int = 2, seed: int = 0) -> np.ndarray:
    return (0.2 * np.random.default_rng(seed).standard_normal((num, channels))).astype(np.float32)


@pytest.mark.parametrize(("bits", "step"), [(16, 2.0**-14), (24, 2.0**-22)])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_wav_comes_back_to_the_bit_depth(tmp_path: Path, bits: int, step: float, channels: int) -> None:
    sound = np.clip(noise(5001, channels), -1, 0.999)
    info = write_wav(tmp_path / "a.wav", [sound[:2000], sound[2000:]], bits=16 if bits == 16 else 24)
    assert (info.num_samples, info.num_channels, info.seconds) == (5001, channels, Fraction(5001, 48000))
    assert np.abs(read_sound(tmp_path / "a.wav") - sound).max() <= step


def test_words_stand_behind_the_samples_and_change_none(tmp_path: Path) -> None:
    sound = noise(999)
    words = {"AIGC": '{"Label":"1","说明":"旁白"}', "Remark": "a voice"}
    plain = write_wav(tmp_path / "plain.wav", [sound], bits=16)
    told = write_wav(tmp_path / "told.wav", [sound], bits=16, metadata=words)
    assert told.num_samples == plain.num_samples
    read = read_metadata(tmp_path / "told.wav")
    assert read.whole
    assert {entry.key: entry.value for entry in read.entries} == words
    assert [entry.where for entry in read.entries] == ["RIFF INFO", "XMP"]
    with av.open(str(tmp_path / "told.wav")) as container:
        assert container.metadata["AIGC"] == words["AIGC"]
    with wave.open(str(tmp_path / "told.wav")) as file:
        assert file.getnframes() == 999
    assert np.array_equal(read_sound(tmp_path / "plain.wav"), read_sound(tmp_path / "told.wav"))
    size = (tmp_path / "told.wav").stat().st_size
    assert int.from_bytes((tmp_path / "told.wav").read_bytes()[4:8], "little") == size - 8
    with pytest.raises(InputError, match="no line breaks"):
        write_wav(tmp_path / "bad.wav", [sound], metadata={"AIGC": "a\nb"})
    assert not (tmp_path / "bad.wav").exists()


def test_another_reader_reads_the_same(tmp_path: Path) -> None:
    sound = np.clip(noise(999), -1, 0.999)
    write_wav(tmp_path / "a.wav", [sound], bits=16)
    with wave.open(str(tmp_path / "a.wav")) as file:
        read = np.frombuffer(file.readframes(999), "<i2").reshape(-1, 2) / 32768
        assert file.getparams()[:4] == (2, 2, 48000, 999)
    assert np.abs(read - sound).max() <= 2.0**-14


def test_same_samples_same_bytes_however_they_are_cut(tmp_path: Path) -> None:
    sound = noise(4000)
    first = write_wav(tmp_path / "a.wav", [sound], bits=24)
    second = write_wav(tmp_path / "b.wav", [sound[:17], sound[17:]], bits=24)
    assert first.sha256 == second.sha256


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"before")
    with pytest.raises(InputError, match="as many channels"):
        write_wav(path, [noise(10, 2), noise(10, 1)])
    with pytest.raises(InputError, match="at least one block"):
        write_wav(path, [])
    with pytest.raises(OutputError):
        write_wav(tmp_path / "nowhere" / "a.wav", [noise(10)])
    assert [each.name for each in tmp_path.iterdir()] == ["a.wav"]
    assert path.read_bytes() == b"before"


def test_what_is_no_sound_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFFnothing")
    with pytest.raises(MediaError, match="no sound"):
        read_sound(tmp_path / "a.wav")
    with pytest.raises(MediaError, match="not there"):
        read_sound(tmp_path / "b.wav")


@given(
    num=st.integers(1, 3000), rates=st.sampled_from([(24000, 48000), (44100, 48000), (48000, 16000), (27000, 48000)])
)
@settings(max_examples=20)
def test_resampling_gives_the_exact_number_of_samples(num: int, rates: tuple[int, int]) -> None:
    assert len(resample(np.zeros(num, np.float32), *rates)) == (2 * num * rates[1] + rates[0]) // (2 * rates[0])


@pytest.mark.parametrize("rates", [(24000, 48000), (44100, 48000), (48000, 16000)])
def test_a_sine_is_the_same_sine_at_another_rate(rates: tuple[int, int]) -> None:
    before, after = (np.sin(2 * np.pi * 1000 * np.arange(rate // 4) / rate) for rate in rates)
    error = resample(before.astype(np.float32), *rates) - after
    assert np.abs(error[200:-200]).max() < 1e-4


def test_what_another_rate_cannot_hold_is_gone() -> None:
    tone = np.sin(2 * np.pi * 12000 * np.arange(24000) / 48000).astype(np.float32)
    assert np.abs(resample(tone, 48000, 16000)[100:-100]).max() < 1e-3


@given(cuts=st.lists(st.integers(1, 900), min_size=1, max_size=6))
@settings(max_examples=20)
def test_a_filter_does_not_see_where_blocks_end(cuts: list[int]) -> None:
    sound, taps = noise(1000, 2).astype(np.float64), np.random.default_rng(1).standard_normal(70)
    whole = np.stack([np.convolve(sound[:, side], taps)[:1000] for side in (0, 1)], axis=1)
    edges = sorted({0, 1000, *cuts})
    filter = Convolution(taps, 2, block=256)
    parts = [filter.feed(sound[start:end]) for start, end in pairwise(edges)]
    assert np.allclose(np.concatenate(parts), whole, atol=1e-9)


def test_a_frame_begins_at_the_nearest_sample() -> None:
    assert num_samples_at(24, Fraction(24)) == 48000
    assert num_samples_at(1, Fraction(24000, 1001)) == 2002
    assert num_samples_at(1, Fraction(30000, 1001)) == 1602
