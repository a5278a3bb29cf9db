"""A track in segments is the track: every sample, at its time, and every segment can be read by itself."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from tests.unit.media.test_delivery import frames, tone

from tianmu.core.errors import MediaError
from tianmu.media.encoders.codecs import H264, STREAMED, FilmCodec, FilmEncoder, gop_of
from tianmu.media.segments import cut_track
from tianmu.media.tracks import SoundTrack

RATES = tuple(Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30"))


def pictures(path: Path, fps: Fraction, num: int, codec: FilmCodec = STREAMED) -> Path:
    encoder = FilmEncoder(path, codec, width=64, height=36, fps=fps)
    for frame in frames(num):
        encoder.write(frame)
    encoder.finish()
    return path


def sound(path: Path, num: int) -> Path:
    with av.open(str(path), "w", format="mp4", options={"fflags": "+bitexact"}) as target:
        for packet in SoundTrack(target, [tone(num)], Fraction(num, 48_000), "eng").packets():
            target.mux_one(packet)
    return path


def decoded(content: bytes) -> list[tuple[Fraction, bytes]]:
    with av.open(io.BytesIO(content), "r", format="mp4") as opened:
        stream = opened.streams[0]
        return [
            ((frame.pts or 0) * Fraction(stream.time_base or 1), frame.to_ndarray().tobytes())
            for frame in opened.decode(stream)
            if isinstance(frame, VideoFrame | AudioFrame)
        ]


@pytest.mark.parametrize("fps", RATES, ids=str)
def test_pictures_in_segments_are_the_pictures(tmp_path: Path, fps: Fraction) -> None:
    source, gop = pictures(tmp_path / "a.mp4", fps, 130), gop_of(fps)
    track = cut_track(source, tmp_path, "36p", gop / fps, metadata={"AIGC": "{}"})
    assert track.codecs.startswith("avc1.6400")
    assert [segment.seconds for segment in track.segments[:-1]] == [gop / fps] * (130 // gop)
    assert sum(segment.seconds for segment in track.segments) == 130 / fps
    init = (tmp_path / track.init).read_bytes()
    parts = [(tmp_path / segment.name).read_bytes() for segment in track.segments]
    whole = decoded(init + b"".join(parts))
    assert whole == decoded(source.read_bytes())
    assert [at for at, _ in whole] == [index / fps for index in range(130)]
    for number, part in enumerate(parts):  # each by itself: its group of pictures is closed
        assert decoded(init + part) == whole[number * gop : (number + 1) * gop]


def test_sound_in_segments_is_the_sound_and_its_priming_is_skipped(tmp_path: Path) -> None:
    source = sound(tmp_path / "a.m4a", 240_000)
    track = cut_track(source, tmp_path, "sound", Fraction(2), language="eng", metadata={})
    assert track.codecs == "mp4a.40.2"
    ends = np.cumsum([float(segment.seconds) for segment in track.segments])
    primed = 1024 / 48_000
    for number, end in enumerate(ends[:-1], 1):
        assert 0 <= end - primed - 2 * number < 1024 / 48_000
    assert 0 <= ends[-1] - primed - 5 < 1024 / 48_000
    whole = b"".join((tmp_path / name).read_bytes() for name in (track.init, *(each.name for each in track.segments)))
    one, two = decoded(whole), decoded(source.read_bytes())
    assert [at for at, _ in one] == [at for at, _ in two]
    assert one[0][0] == 0
    assert [data for _, data in one[:-1]] == [data for _, data in two[:-1]]  # the last is cut by the source's edit list


def test_the_same_again_gives_the_same_bytes(tmp_path: Path) -> None:
    made: list[list[bytes]] = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        source = pictures(tmp_path / f"{name}.mp4", Fraction(24), 50)
        track = cut_track(source, tmp_path / name, "36p", Fraction(2), metadata={"AIGC": "{}"})
        made.append([(tmp_path / name / each).read_bytes() for each in (track.init, track.segments[0].name)])
    assert made[0] == made[1]


def test_segments_without_key_frames_and_damaged_sources_are_refused(tmp_path: Path) -> None:
    source = pictures(tmp_path / "a.mp4", Fraction(24), 100)
    with pytest.raises(MediaError, match="Segment 2 of 36p does not begin with a key frame"):
        cut_track(source, tmp_path, "36p", Fraction(1), metadata={})
    with pytest.raises(MediaError, match="encode it without B frames"):
        cut_track(pictures(tmp_path / "b.mp4", Fraction(24), 100, H264), tmp_path, "36p", Fraction(2), metadata={})
    source.write_bytes(source.read_bytes()[:500])
    with pytest.raises(MediaError, match="cannot be cut into segments"):
        cut_track(source, tmp_path, "36p", Fraction(2), metadata={})
