"""What encoders share: a clock, colours after Rec.709, a stream in a container, and a quiet end."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import Protocol

import av.error
import numpy as np
from av.container import OutputContainer
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from av.video.stream import VideoStream

from tianmu.media.image import Frame
from tianmu.media.planes import Picture, Planes, as_rgb

EXACT = int(Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT | Interpolation.FULL_CHR_H_INT)
_REC709 = 1
"""The number of Rec.709 in ITU-T H.273, for primaries, transfer and matrix alike; 1 also says limited range."""


class Encoder(Protocol):
    """Takes frames in order, then `finish`; `abort` lets go of everything after a failure."""

    def write(self, frame: Frame) -> None:
        """Take one frame `[h w 3] uint8`."""
        ...

    def finish(self) -> None:
        """Write what is still held back and close the file."""
        ...

    def abort(self) -> None:
        """Close what is open, whatever state it is in."""
        ...


class Clock:
    """Gives every frame its time: frame n is shown at n / fps, exactly."""

    def __init__(self, fps: Fraction) -> None:
        self._time_base = 1 / fps
        self._next = 0

    def stamp(self, frame: VideoFrame) -> VideoFrame:
        """The next moment."""
        self._next += 1
        return self.again(frame)

    def again(self, frame: VideoFrame) -> VideoFrame:
        """The same moment as the frame that was stamped last."""
        frame.pts, frame.time_base = self._next - 1, self._time_base
        return frame


def as_video(frame: Picture, pixel_format: str, *, width: int | None = None, height: int | None = None) -> VideoFrame:
    """RGB `[h w 3] uint8` as luma and chroma after Rec.709, in limited range; in another size where one is given.

    Planes are so already, and stay as they are.
    """
    if isinstance(frame, Planes) and pixel_format == "yuv420p" and width is None and height is None:
        return frame.picture()
    return VideoFrame.from_ndarray(as_rgb(frame), format="rgb24").reformat(
        width=width,
        height=height,
        format=pixel_format,
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        interpolation=EXACT,
        threads=1,  # two cost more than they save, and are begun anew for every picture
    )


def as_planes(frame: Picture) -> Planes:
    """RGB of even width and height as planes: what `as_video` hands an encoder of yuv420p, byte for byte."""
    return (
        frame
        if isinstance(frame, Planes)
        else Planes(as_video(frame, "yuv420p").to_ndarray().astype(np.uint8, copy=False))
    )


def tag_colors(codec: VideoCodecContext) -> None:
    """Say that pictures are in Rec.709 and of limited range."""
    codec.color_primaries = codec.color_trc = codec.colorspace = _REC709
    codec.color_range = int(ColorRange.MPEG)


def add_stream(
    container: OutputContainer,
    codec: str,
    pixel_format: str,
    width: int,
    height: int,
    fps: Fraction,
    options: dict[str, str],
) -> VideoStream:
    """A stream of pictures at a constant rate."""
    stream = container.add_stream(codec, rate=fps, options=options)
    assert isinstance(stream, VideoStream), f"{codec} encodes pictures"
    stream.width, stream.height, stream.pix_fmt = width, height, pixel_format
    stream.codec_context.time_base = 1 / fps
    return stream


def close(container: OutputContainer) -> None:
    """Close a container after a failure, when its own complaint would only hide the first one."""
    with suppress(av.error.FFmpegError, OSError, ValueError):
        container.close()
