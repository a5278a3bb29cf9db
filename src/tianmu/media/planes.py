"""Pictures as the codec keeps them: luma, and two chromas of a quarter of its size, after Rec.709 in limited range.

What nobody draws on goes from the decoder to the encoder so. The way to RGB and back takes longer than the decoding
itself, and every time some of the colour is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from tianmu.media.decoders import picture_frame
from tianmu.media.image import Frame

_BLACK, _GREY = 16, 128
"""Luma of black, and chroma of what has no colour."""


@dataclass(frozen=True, eq=False)
class Planes:
    """A picture of even width and height; not to be written to, because it may be given again."""

    sheet: NDArray[np.uint8]
    """`[3h/2 w]`: luma, then blue and red, each filling a sixth, as FFmpeg lays out yuv420p."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of the picture in RGB."""
        rows, width = self.sheet.shape
        return rows * 2 // 3, width, 3

    @property
    def luma(self) -> NDArray[np.uint8]:
        """`[h w]`, from 16 to 235."""
        return self.sheet[: self.shape[0]]

    @cached_property
    def rgb(self) -> Frame:
        """`[h w 3] uint8`, as `picture_frame` gives it of what was decoded."""
        return picture_frame(_placed(self.picture()))

    def picture(self) -> VideoFrame:
        """For an encoder: a copy."""
        picture = VideoFrame.from_ndarray(self.sheet, format="yuv420p")
        picture.colorspace, picture.color_range = Colorspace.ITU709, ColorRange.MPEG
        return picture


Picture = Frame | Planes
"""A picture either way."""


def _placed(picture: VideoFrame) -> VideoFrame:
    """With the place of its chroma said, as decoders of H.264 say it: level with every other column of luma."""
    graph = Graph()
    source = graph.add_buffer(width=picture.width, height=picture.height, format=picture.format, time_base=Fraction(1))
    place = graph.add("setparams", "chroma_location=left:colorspace=bt709:range=tv")
    graph.link_nodes(source, place, graph.add("buffersink")).configure()
    picture.pts = 0
    graph.vpush(picture)
    return graph.vpull()


def planes_of(picture: VideoFrame) -> Planes | None:
    """A decoded picture as it is; None where it is in another form than ours."""
    plain = picture.format.name == "yuv420p" and picture.width % 2 == 0 and picture.height % 2 == 0
    if not plain or int(picture.colorspace) != Colorspace.ITU709 or int(picture.color_range) != ColorRange.MPEG:
        return None
    return Planes(picture.to_ndarray().astype(np.uint8, copy=False))


def black_planes(width: int, height: int) -> Planes:
    """Black, of even width and height."""
    sheet = np.full((height * 3 // 2, width), _GREY, np.uint8)
    sheet[:height] = _BLACK
    return Planes(sheet)


def as_rgb(picture: Picture) -> Frame:
    """`[h w 3] uint8`, whatever it was."""
    return picture.rgb if isinstance(picture, Planes) else picture
