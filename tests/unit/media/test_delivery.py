"""A film in every codec of delivery: exact in time and colour, the same bytes again, opened without a warning."""

from __future__ import annotations

import logging
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from fractions import Fraction
from math import floor
from pathlib import Path

import av
import numpy as np
import pytest
from av import logging as av_logging

from tianmu.core.errors import InputError, MediaError, OutputError
from tianmu.media.audio import read_sound
from tianmu.media.delivery import write_film
from tianmu.media.digest import file_sha256
from tianmu.media.encoders.codecs import AV1, H264, HEVC, PRORES, VP9, FilmCodec, gop_of
from tianmu.media.image import Frame
from tianmu.media.metadata import read_metadata
from tianmu.media.mux import Subtitle, SubtitleTrack
from tianmu.media.video import read_video

CODECS = (H264, HEVC, AV1, PRORES, VP9)
IDS = [codec.name for codec in CODECS]
RATES = tuple(Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30"))
NUM_FRAMES = 25
LABEL = {"AIGC": '{"Label":"1"}'}
ENGLISH = SubtitleTrack(
    language="eng",
    subtitles=(
        Subtitle(start=Fraction(1, 8), end=Fraction(1, 2), text="Good morning.\n<早上好>"),
        Subtitle(start=Fraction(5, 8), end=Fraction(3, 4), text="It is late."),
    ),
)


def frames(num: int = NUM_FRAMES, width: int = 64, height: int = 36) -> Iterator[Frame]:
    """A grey that brightens, with a red part and a square that moves."""
    for index in range(num):
        frame = np.full((height, width, 3), 40 + 2 * (index % 80), np.uint8)
        frame[: height // 2, : width // 2] = (200, 30, 30)
        frame[-12:-4, index % (width - 8) : index % (width - 8) + 8] = 230
        yield frame


def tone(num: int = 100_000) -> np.ndarray:
    sound = 0.25 * np.sin(np.arange(num) / 48_000 * 440 * 2 * np.pi)
    return np.stack([sound, sound], axis=1).astype(np.float32)


def write(path: Path, codec: FilmCodec, fps: Fraction = Fraction(24), *, sounds: bool = True) -> Path:
    write_film(
        path,
        frames(),
        fps,
        codec,
        num_frames=NUM_FRAMES,
        sound=[tone()] if sounds else None,
        subtitles=(ENGLISH,),
        language="eng",
        metadata=LABEL,
    )
    return path


@pytest.fixture
def warned(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What FFmpeg warns of while a file is opened."""
    before = av_logging.get_level()
    av_logging.set_level(av_logging.WARNING)
    caplog.set_level(logging.WARNING)
    yield caplog
    av_logging.set_level(before)


EXPECTED = {
    "h264": ("h264", "High", "avc1", "yuv420p", "aac"),
    "hevc": ("hevc", "Main", "hvc1", "yuv420p", "aac"),
    "av1": ("libdav1d", "Main", "av01", "yuv420p", "aac"),
    "prores": ("prores", "HQ", "apch", "yuv422p10le", "pcm_s24le"),
    "vp9": ("vp9", "Profile 0", "\0\0\0\0", "yuv420p", "opus"),
}


@pytest.mark.parametrize("fps", RATES, ids=str)
@pytest.mark.parametrize("codec", CODECS, ids=IDS)
def test_a_film_is_exact_in_time_and_opened_without_a_warning(
    tmp_path: Path, codec: FilmCodec, fps: Fraction, warned: pytest.LogCaptureFixture
) -> None:
    path = write(tmp_path / f"film.{codec.container}", codec, fps)
    with av.open(str(path)) as opened:
        stream, sound = opened.streams.video[0], opened.streams.audio[0]
        context = stream.codec_context
        assert (context.name, stream.profile, context.codec_tag, context.pix_fmt, sound.codec_context.name) == EXPECTED[
            codec.name
        ]
        color = (context.color_primaries, context.color_trc, context.colorspace, context.color_range)
        assert tuple(map(int, color)) == (1, 1, 1, 1)
        assert (stream.average_rate, sound.rate, sound.layout.name) == (fps, 48_000, "stereo")
        stamps = [picture.pts or 0 for picture in opened.decode(video=0)]
        assert stream.time_base is not None
        assert opened.duration is not None
        assert len(stamps) == NUM_FRAMES
        assert stamps[0] == 0
        if codec.container == "webm":  # its clock has milliseconds
            assert [floor(index / fps * 1000 + Fraction(1, 2)) for index in range(NUM_FRAMES)] == stamps
            assert abs(opened.duration / av.time_base - NUM_FRAMES / fps) < Fraction(20, 1000)
        else:
            assert [stamp * stream.time_base for stamp in stamps] == [index / fps for index in range(NUM_FRAMES)]
            assert stream.frames == NUM_FRAMES
            for each in (stream, sound):
                assert each.time_base is not None
                assert each.duration is not None
                assert each.start_time == 0
                assert abs(each.duration * each.time_base - NUM_FRAMES / fps) < Fraction(1, 48_000)
    heard = read_sound(path)
    assert abs(len(heard) - NUM_FRAMES / fps * 48_000) <= (960 if codec.container == "webm" else 0.5)
    assert [record.getMessage() for record in warned.records] == []


@pytest.mark.parametrize("codec", CODECS, ids=IDS)
def test_the_same_again_gives_the_same_bytes(tmp_path: Path, codec: FilmCodec) -> None:
    one, two = (write(tmp_path / f"{name}.{codec.container}", codec) for name in ("one", "two"))
    assert file_sha256(one) == file_sha256(two)


@pytest.mark.parametrize("codec", CODECS, ids=IDS)
def test_colours_and_words_come_back(tmp_path: Path, codec: FilmCodec) -> None:
    path = write(tmp_path / f"film.{codec.container}", codec)
    _, seen = read_video(path)
    for before, after in zip(frames(), seen, strict=True):
        middle = np.s_[4:14, 4:26]
        assert np.abs(before[middle].astype(int) - after[middle]).max() <= 12
        assert np.abs(before.astype(int) - after).mean() < 6
    found = read_metadata(path)
    assert found.whole
    assert found["AIGC"] == LABEL["AIGC"]
    with av.open(str(path)) as opened:
        read = [bytes(packet) for stream in opened.streams.subtitles for packet in opened.demux(stream)]
    said = b"".join(read).decode()
    assert ("早上好" in said and "It is late." in said) == (codec.subtitles is not None)


@pytest.mark.parametrize("codec", [H264, HEVC, AV1, VP9], ids=IDS[:3] + IDS[4:])
def test_every_group_of_pictures_is_closed_and_as_long_as_the_others(tmp_path: Path, codec: FilmCodec) -> None:
    fps, num = Fraction(12), 60
    path = tmp_path / f"film.{codec.container}"
    write_film(path, frames(num), fps, codec, num_frames=num)
    with av.open(str(path)) as opened:
        base = opened.streams.video[0].time_base
        packets = [packet for packet in opened.demux(video=0) if packet.size]
    assert base is not None
    at = [round((packet.pts or 0) * base * fps) for packet in packets]
    keys = [place for place, packet in enumerate(packets) if packet.is_keyframe]
    assert [at[place] for place in keys] == list(range(0, num, gop_of(fps)))
    for begin, end in zip(keys, [*keys[1:], num], strict=True):  # what is decoded after a key is shown after it
        assert sorted(at[begin:end]) == list(range(begin, end))


def test_a_mov_has_its_timecode_and_the_sound_of_the_master(tmp_path: Path) -> None:
    path = tmp_path / "film.mov"
    sound = (np.random.default_rng(0).integers(-(2**23), 2**23, (50_000, 2)) / 2**23).astype(np.float32)
    write_film(path, frames(), Fraction(24), PRORES, num_frames=NUM_FRAMES, sound=[sound], timecode="01:00:00:00")
    with av.open(str(path)) as opened:
        assert opened.streams.video[0].metadata["timecode"] == "01:00:00:00"
    assert path.read_bytes().count(b"tmcd") >= 3
    assert np.array_equal(read_sound(path), sound)


def test_a_silent_film_has_no_sound(tmp_path: Path) -> None:
    for codec in CODECS:
        with av.open(str(write(tmp_path / f"film.{codec.container}", codec, sounds=False))) as opened:
            assert not opened.streams.audio


def test_sizes_that_a_codec_cannot_hold_are_refused_with_the_next_that_it_can(tmp_path: Path) -> None:
    for codec, fits in ((H264, "66 x 38"), (HEVC, "66 x 38"), (AV1, "66 x 38"), (VP9, "66 x 38"), (PRORES, "66 x 37")):
        with pytest.raises(InputError, match=f"cannot hold pictures of 65 x 37: make the film in {fits}"):
            write_film(tmp_path / "film", frames(3, 65, 37), Fraction(24), codec, num_frames=3)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("promised", [3, 5])
def test_another_number_of_frames_than_promised_leaves_nothing(tmp_path: Path, promised: int) -> None:
    with pytest.raises(InputError, match=f"of {promised} frames was promised, and 4 came"):
        write_film(tmp_path / "film.mp4", frames(4), Fraction(24), H264, num_frames=promised)
    assert list(tmp_path.iterdir()) == []


def test_what_frames_raise_is_passed_on_and_nothing_is_left(tmp_path: Path) -> None:
    def broken() -> Iterator[Frame]:
        yield from frames(3)
        raise MediaError("The take is damaged.")

    for codec in CODECS:
        with pytest.raises(MediaError, match="The take is damaged"):
            write_film(tmp_path / "film", broken(), Fraction(24), codec, num_frames=25)
    with pytest.raises(OutputError, match="does not exist"):
        write_film(tmp_path / "nowhere" / "film", frames(), Fraction(24), H264, num_frames=25)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("codec", CODECS, ids=IDS)
@pytest.mark.parametrize("limit", [200, 20_000])
def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path: Path, codec: FilmCodec, limit: int) -> None:
    """A limit on the size of a file stops a write just as a full disk does; a process of its own bears it."""
    program = f"""
        import resource
        import numpy as np
        from fractions import Fraction
        from pathlib import Path
        from tianmu.core.errors import OutputError
        from tianmu.media import delivery
        from tianmu.media.encoders import codecs

        rng = np.random.default_rng(0)
        noise = (rng.integers(0, 256, (128, 128, 3), dtype=np.uint8) for _ in range(24))
        codec = next(each for each in vars(codecs).values() if getattr(each, "name", "") == {codec.name!r})
        resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
        try:
            delivery.write_film(Path({str(tmp_path / "film")!r}), noise, Fraction(24), codec, num_frames=24)
        except OutputError as error:
            print(error.explain())
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
        env={"TIANMU_LANG": "en", "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    assert "check the disk" in done.stdout or done.stdout.startswith("The disk is full, so "), done.stdout
    assert done.stdout.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
