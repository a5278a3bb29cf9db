"""Frames out of files, one at a time; `video.py` says what is in the file and hands these on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import av.error
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from PIL import Image

from tianmu.core.errors import MediaError
from tianmu.core.text import say
from tianmu.media.image import Frame

_UNTAGGED = (0, 2)
"""Numbers of the matrix in ITU-T H.273 that do not name one: RGB itself, and unspecified."""


def decoded_frames(path: Path) -> Iterator[Frame]:
    """The pictures `[h w 3] uint8` RGB of a file that FFmpeg decodes.

    Raises:
        MediaError: where a picture cannot be decoded.
    """
    try:
        with av.open(str(path)) as container:
            for picture in container.decode(video=0):
                yield picture_frame(picture)
    except (av.error.FFmpegError, OSError) as error:
        raise MediaError(
            say(
                f"{path} is damaged: a picture in it cannot be decoded; fetch or make the file again.",
                f"{path} 已损坏：其中有画面无法解码；请重新获取或生成该文件。",
            )
        ) from error


def picture_frame(picture: VideoFrame) -> Frame:
    """A decoded picture as `[h w 3] uint8` RGB, by the matrix and the range that it is tagged with."""
    # Video that does not say its matrix is Rec.709 from 720 lines on, and Rec.601 below.
    tagged = int(picture.colorspace) not in _UNTAGGED
    default = Colorspace.ITU709 if picture.height >= 720 else Colorspace.ITU601
    matrix = int(picture.colorspace) if tagged else int(default)
    return (
        picture.reformat(
            format="rgb24",
            src_colorspace=matrix,
            dst_colorspace=matrix,
            dst_color_range=ColorRange.JPEG,
            interpolation=int(Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT),
            threads=1,
        )
        .to_ndarray()
        .astype(np.uint8, copy=False)
    )


def webp_frames(path: Path) -> Iterator[Frame]:
    """The pictures `[h w 3] uint8` RGB of an animated WebP."""
    with Image.open(path) as image:
        for index in range(int(getattr(image, "n_frames", 1))):
            image.seek(index)
            yield np.array(image.convert("RGB"), dtype=np.uint8)
