"""The codecs in which a film is delivered, each with the settings that encode 720p at 25 frames a second of one core.

Frames of 1280 x 720 in a second of one core's time, from RGB: H.264 31, HEVC 33, AV1 30, VP9 66, ProRes 8. ProRes is
the exception: its encoder looks for the best quantiser of every slice. It works on every core that is there, since each
of its frames is coded by itself. The same frames give the same bytes with every codec here.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
from av.container import OutputContainer
from av.video.stream import VideoStream

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.media.encoders.picture import Clock, add_stream, as_video, close, tag_colors
from tianmu.media.planes import Picture
from tianmu.media.tracks import AAC, OPUS, PCM, SoundCodec

GOP_SECONDS = 2
"""From one key frame to the next, about: a whole number of frames. Nothing is predicted across it (a closed GOP)."""


@dataclass(frozen=True, kw_only=True)
class FilmCodec:
    """How the pictures of a film are encoded, and what goes with them into which container."""

    name: str
    encoder: str
    """As FFmpeg names it."""
    container: Literal["mp4", "mov", "webm"]
    pixel_format: str
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    keyed: bool = True
    """It has key frames and others; without, every frame is one."""
    tag: str | None = None
    sound: SoundCodec = AAC
    subtitles: Literal["mov_text", "webvtt"] | None = "mov_text"

    @property
    def even(self) -> tuple[int, int]:
        """What width and height are multiples of: 4:2:0 has a colour for two by two pixels, 4:2:2 for two by one."""
        return (2, 1) if "422" in self.pixel_format else (2, 2)

    @property
    def container_options(self) -> dict[str, str]:
        """Of the container: no date, and the index in front where it has one."""
        flags = {} if self.container == "webm" else {"movflags": "+faststart+use_metadata_tags"}
        return {"fflags": "+bitexact", **flags}


# With macroblock trees, x264's AVX-512 code wrote up to five different files of the same small frames.
_X264 = "mbtree=0:scenecut=0:open-gop=0"
_X265 = "pools=none:frame-threads=1:open-gop=0:scenecut=0:info=0:log-level=none"

H264 = FilmCodec(
    name="h264",
    encoder="libx264",
    container="mp4",
    pixel_format="yuv420p",
    options={"crf": "18", "preset": "veryfast", "threads": "2", "x264-params": _X264},
)
STREAMED = replace(H264, options={**H264.options, "bf": "0"})
"""H.264 for segments: shown in the order in which it is coded, which all players agree on."""
HEVC = FilmCodec(
    name="hevc",
    encoder="libx265",
    container="mp4",
    pixel_format="yuv420p",
    options={"crf": "20", "preset": "superfast", "x265-params": _X265},
    tag="hvc1",  # with its parameter sets in the index, which Apple's players need
)
AV1 = FilmCodec(
    name="av1",
    encoder="libsvtav1",
    container="mp4",
    pixel_format="yuv420p",
    options={"crf": "28", "preset": "7", "svtav1-params": "lp=1"},
)
PRORES = FilmCodec(
    name="prores",
    encoder="prores_ks",
    container="mov",
    pixel_format="yuv422p10le",
    options={"profile": "3", "vendor": "apl0", "threads": "0"},
    keyed=False,
    tag="apch",
    sound=PCM,
    subtitles=None,
)
VP9 = FilmCodec(
    name="vp9",
    encoder="libvpx-vp9",
    container="webm",
    pixel_format="yuv420p",
    options={"crf": "28", "b": "0", "deadline": "realtime", "cpu-used": "5", "row-mt": "0", "threads": "1"},
    sound=OPUS,
    subtitles="webvtt",
)


def gop_of(fps: Fraction) -> int:
    """Frames from one key frame to the next."""
    return max(1, round(GOP_SECONDS * fps))


def require_size(codec: FilmCodec, width: int, height: int) -> None:
    """Refuse a size that the codec cannot hold.

    Raises:
        InputError: which size would do.
    """
    by_width, by_height = codec.even
    if width % by_width or height % by_height:
        fits = f"{width + width % by_width} x {height + height % by_height}"
        raise InputError(
            say(
                f"{codec.name} cannot hold pictures of {width} x {height}: make the film in {fits}.",
                f"{codec.name} 无法容纳 {width} x {height} 的画面；请以 {fits} 制作影片。",
            )
        )


def film_stream(
    container: OutputContainer, codec: FilmCodec, width: int, height: int, fps: Fraction, timecode: str | None = None
) -> VideoStream:
    """A stream of pictures of a codec; `timecode` of its first frame, which a MOV file carries."""
    keys = {"g": str(gop_of(fps)), "keyint_min": str(gop_of(fps))} if codec.keyed else {}
    options = {**codec.options, **keys, "flags": "+bitexact+cgop" if codec.keyed else "+bitexact"}
    stream = add_stream(container, codec.encoder, codec.pixel_format, width, height, fps, options)
    tag_colors(stream.codec_context)
    if codec.tag is not None:
        stream.codec_context.codec_tag = codec.tag
    if timecode is not None:
        stream.metadata["timecode"] = timecode
    return stream


class FilmEncoder:
    """Pictures alone, in a codec, into a file; they are brought to the file's size where theirs is another."""

    def __init__(self, path: Path, codec: FilmCodec, *, width: int, height: int, fps: Fraction) -> None:
        self._container = av.open(str(path), "w", format=codec.container, options=codec.container_options)
        self._stream = film_stream(self._container, codec, width, height, fps)
        self._codec, self._size, self._clock = codec, (width, height), Clock(fps)

    def write(self, frame: Picture) -> None:
        width, height = (None, None) if frame.shape[1::-1] == self._size else self._size
        picture = as_video(frame, self._codec.pixel_format, width=width, height=height)
        self._container.mux(self._stream.encode(self._clock.stamp(picture)))

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))
        self._container.close()

    def abort(self) -> None:
        close(self._container)


@contextmanager
def silent_svt() -> Generator[None]:
    """SVT-AV1 writes its warnings to standard error by itself, and listens to nothing but this variable."""
    before = os.environ.get("SVT_LOG")
    os.environ["SVT_LOG"] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ["SVT_LOG"]
        else:
            os.environ["SVT_LOG"] = before
