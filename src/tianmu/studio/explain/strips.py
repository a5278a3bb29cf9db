"""Pictures of an explanation: the strip of heat over time, and one film a phrase of four panels."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tianmu.engines.protocol import Frames
from tianmu.media.image import Frame
from tianmu.media.video import write_video
from tianmu.studio.explain.attribution import SLAB

_CALM = np.array((18, 20, 40), np.float32)
_WARM = np.array((255, 190, 60), np.float32)
_CELL = 14
"""Pixels of a patch in a strip."""
PANEL_HEIGHT = 128


def phrase_film(
    frames: Frames,
    without: Frames,
    attention: NDArray[np.float32],
    changes: NDArray[np.float32],
    fps: Fraction,
    metadata: Mapping[str, str],
) -> str:
    """A film as a data URI: the attention over the take, the take, the film without the phrase, where it changed.

    `attention` and `changes` are `[slabs rows cols]` from 0 to 1.
    """

    def panels() -> Iterator[Frame]:
        for index, (frame, other) in enumerate(zip(frames, without, strict=True)):
            slab = index // SLAB
            here, there = enlarge(frame), enlarge(other)
            row = [heated(here, attention[slab]), here, there, heated(there, changes[slab])]
            yield np.ascontiguousarray(np.concatenate(row, axis=1))

    return film_uri(panels(), fps, metadata)


def film_uri(frames: Iterator[Frame], fps: Fraction, metadata: Mapping[str, str]) -> str:
    """Frames as an mp4 in a data URI."""
    with tempfile.TemporaryDirectory(prefix="tianmu-") as folder:
        path = Path(folder) / "film.mp4"
        write_video(path, frames, fps, crf=24, metadata=metadata)
        return uri("video/mp4", path.read_bytes())


def picture_uri(frame: Frame) -> str:
    """A picture `[h w 3]` as a WebP in a data URI."""
    file = BytesIO()
    Image.fromarray(frame).save(file, format="WEBP", quality=82, method=4)
    return uri("image/webp", file.getvalue())


def uri(kind: str, body: bytes) -> str:
    """Bytes that lie in the page itself."""
    return f"data:{kind};base64,{base64.b64encode(body).decode('ascii')}"


def enlarge(frame: Frame) -> Frame:
    """A frame as high as a panel, with even sides."""
    height, width = frame.shape[:2]
    wide = round(width * PANEL_HEIGHT / height / 2) * 2
    return np.asarray(Image.fromarray(frame).resize((wide, PANEL_HEIGHT), Image.Resampling.BICUBIC))


def heated(frame: Frame, heat: NDArray[np.float32]) -> Frame:
    """A frame with heat `[rows cols]` from 0 to 1 laid over it: dark where there is none, amber where it is full."""
    height, width = frame.shape[:2]
    size = (width, height)
    wide = np.asarray(Image.fromarray(heat.astype(np.float32), "F").resize(size, Image.Resampling.BILINEAR))
    warm = wide.clip(0, 1)[..., None]
    grey = frame.astype(np.float32).mean(-1, keepdims=True)
    return (grey * (0.35 + 0.25 * warm) * (1 - 0.5 * warm) + _WARM * 0.75 * warm).clip(0, 255).astype(np.uint8)


def heat_strip(heat: NDArray[np.float32]) -> Frame:
    """Heat `[slabs rows cols]` from 0 to 1 as one grid a slab, side by side in time."""
    cells = np.kron(heat, np.ones((1, _CELL, _CELL), np.float32))[..., None]
    grids = (_CALM + (_WARM - _CALM) * cells.clip(0, 1)).astype(np.uint8)
    return joined(list(grids))


def joined(pictures: Sequence[Frame], gap: int = 4) -> Frame:
    """Pictures of one height side by side on a dark ground."""
    bar = np.full((pictures[0].shape[0], gap, 3), 18, np.uint8)
    row = [part for picture in pictures for part in (picture, bar)][:-1]
    return np.concatenate(row, axis=1)


def row_of(frames: Frames, count: int = 4) -> Frame:
    """Some frames of a film, evenly through it, side by side."""
    places = np.linspace(0, len(frames) - 1, count).round().astype(int)
    return joined([enlarge(frames[place]) for place in places])
