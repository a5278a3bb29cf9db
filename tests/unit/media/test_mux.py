"""Pictures, sound and subtitles in one file: exact in time, the same bytes again, opened without a warning."""

from __future__ import annotations

import logging
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av import logging as av_logging

from tianmu.core.errors import InputError, MediaError
from tianmu.film.subtitle import Cue
from tianmu.media.audio import read_sound
from tianmu.media.mux import Subtitle, SubtitleTrack, mux, subtitle_track
from tianmu.media.video import read_video, write_video

NUM_FRAMES = 50
RATES = (Fraction(24), Fraction(25), Fraction(30), Fraction(24000, 1001))


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return film(tmp_path / "pictures.mp4", Fraction(24))


def film(path: Path, fps: Fraction) -> Path:
    frames = [np.full((32, 48, 3), 4 * index, np.uint8) for index in range(NUM_FRAMES)]
    write_video(path, frames, fps, metadata={"AIGC": '{"Label":"1"}'})
    return path


def click(at: int, num: int = 150_000) -> np.ndarray:
    sound = np.zeros((num, 2), np.float32)
    sound[at : at + 200] = 0.8 * np.hanning(200)[:, None]
    return sound


@pytest.mark.parametrize("fps", RATES)
def test_sound_is_exactly_as_long_as_the_pictures_and_begins_with_them(tmp_path: Path, fps: Fraction) -> None:
    pictures = film(tmp_path / "pictures.mp4", fps)
    info = mux(pictures, tmp_path / "film.mp4", sound=[click(48_000)])
    heard = read_sound(tmp_path / "film.mp4")
    assert len(heard) == info.num_samples == round(NUM_FRAMES / fps * 48_000)
    assert abs(int(np.abs(heard[:, 0]).argmax()) - 48_100) < 48
    with av.open(str(tmp_path / "film.mp4")) as opened:
        for stream in opened.streams:
            assert stream.time_base is not None
            assert stream.duration is not None
            assert stream.duration * stream.time_base == NUM_FRAMES / fps
            assert stream.start_time == 0


def test_the_pictures_are_the_same_to_the_bit(tmp_path: Path, pictures: Path) -> None:
    mux(pictures, tmp_path / "film.mp4", sound=[click(0)])
    (info, before), (other, after) = read_video(pictures), read_video(tmp_path / "film.mp4")
    assert (info.num_frames, info.fps) == (other.num_frames, other.fps)
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_short_sound_is_filled_with_silence_and_mono_stays_mono(tmp_path: Path, pictures: Path) -> None:
    mux(pictures, tmp_path / "film.mp4", sound=[click(0, 20_000)[:, :1]])
    heard = read_sound(tmp_path / "film.mp4")
    assert heard.shape == (100_000, 1)
    assert np.abs(heard[30_000:]).max() < 1e-3


def test_the_same_again_gives_the_same_bytes(tmp_path: Path, pictures: Path) -> None:
    track = SubtitleTrack(language="eng", subtitles=(Subtitle(start=Fraction(0), end=Fraction(1), text="Hello"),))
    for name in ("a.mp4", "b.mp4"):
        mux(pictures, tmp_path / name, sound=[click(100)], subtitles=[track])
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_subtitles_metadata_and_languages_are_there_and_nothing_warns(
    tmp_path: Path, pictures: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cues = [Cue(start=12, num_frames=12, lines=("Hello", "there")), Cue(start=24, num_frames=10, lines=("Again",))]
    english = subtitle_track(cues, Fraction(24), "eng", title="English")
    chinese = SubtitleTrack(language="zho", subtitles=(Subtitle(start=Fraction(1, 2), end=Fraction(9), text="你好"),))
    info = mux(pictures, tmp_path / "film.mp4", sound=[click(0)], subtitles=[english, chinese], language="eng")
    assert info.num_subtitles == (2, 1)
    av_logging.set_level(av_logging.WARNING)
    try:
        with caplog.at_level(logging.WARNING), av.open(str(tmp_path / "film.mp4")) as opened:
            assert opened.metadata["AIGC"] == '{"Label":"1"}'
            assert opened.duration is not None
            assert opened.duration <= 1_000_000 * NUM_FRAMES / 24 + 1
            assert [stream.metadata.get("language") for stream in opened.streams] == ["und", "eng", "eng", "zho"]
            first, second = opened.streams.subtitles
            texts = [(p.pts, p.duration, bytes(p)[2:].decode()) for p in opened.demux(first) if p.size > 2]
            assert texts == [(500, 500, "Hello\nthere"), (1000, 417, "Again")]
            opened.seek(0)
            (shown,) = [bytes(p)[2:].decode() for p in opened.demux(second) if p.size > 2]
            assert shown == "你好"
    finally:
        av_logging.set_level(None)
    assert caplog.text == ""


def test_a_film_may_replace_its_own_pictures(pictures: Path) -> None:
    mux(pictures, pictures, sound=[click(0)])
    assert len(read_sound(pictures)) == 100_000


def test_what_cannot_be_is_said_and_leaves_nothing(tmp_path: Path, pictures: Path) -> None:
    late = Subtitle(start=Fraction(1), end=Fraction(2), text="b")
    early = Subtitle(start=Fraction(0), end=Fraction(3, 2), text="a")
    with pytest.raises(InputError, match="Subtitle 2"):
        mux(
            pictures, tmp_path / "f.mp4", sound=None, subtitles=[SubtitleTrack(language="eng", subtitles=(early, late))]
        )
    with pytest.raises(InputError, match="one or two channels"):
        mux(pictures, tmp_path / "f.mp4", sound=[np.zeros((10, 6), np.float32)])
    (tmp_path / "no.mp4").write_bytes(b"no film" * 50)
    with pytest.raises(MediaError, match="no video"):
        mux(tmp_path / "no.mp4", tmp_path / "f.mp4", sound=None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["no.mp4", "pictures.mp4"]
