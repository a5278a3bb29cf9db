"""What a file says about itself is what was put into it, in containers of ours and of others."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from tianmu.core.errors import MediaError
from tianmu.media.probe import is_webp, probe
from tianmu.media.video import Format, read_video, write_video

FRAMES = [np.full((48, 64, 3), 20 * index, dtype=np.uint8) for index in range(10)]


@pytest.mark.parametrize(("format", "codec"), [("mp4", "h264"), ("gif", "gif"), ("webp", "webp")])
@pytest.mark.parametrize("fps", [8, 24, 25, 30])
def test_our_own_files(tmp_path: Path, format: Format, codec: str, fps: int) -> None:
    path = write_video(tmp_path / f"a.{format}", FRAMES, Fraction(fps)).path
    facts = probe(path)
    assert (facts.container, facts.codec) == (format, codec)
    assert (facts.width, facts.height, facts.num_frames, facts.fps, facts.audio) == (64, 48, 10, fps, False)
    assert is_webp(path) == (format == "webp")


@pytest.mark.parametrize(("suffix", "codec"), [("mkv", "libx264"), ("webm", "libvpx-vp9"), ("mov", "mpeg4")])
def test_the_files_of_others(tmp_path: Path, suffix: str, codec: str) -> None:
    path = tmp_path / f"a.{suffix}"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for frame in FRAMES:
            container.mux(stream.encode(VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    facts = probe(path)
    assert (facts.width, facts.height, facts.num_frames, facts.fps) == (64, 48, 10, 25)
    assert [frame.shape for frame in read_video(path)[1]] == [(48, 64, 3)] * 10


def test_sound_without_a_picture_is_no_video(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.wav"), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 800), dtype=np.int16), format="s16", layout="mono")
        sound.sample_rate = 8000
        container.mux(stream.encode(sound))
        container.mux(stream.encode(None))
    with pytest.raises(MediaError, match="cannot be read as a video"):
        probe(tmp_path / "a.wav")
