"""Panels in pixels: a frame fitted into its place, a hatched one where there is none, and the colours of a sheet."""

from __future__ import annotations

import numpy as np
from PIL import Image

from tianmu.media.image import Frame
from tianmu.media.letters import width_of
from tianmu.studio.boards.board import fit
from tianmu.studio.boards.lettering import draw_line

PAPER = (18, 18, 20)
INK = (232, 232, 236)
GREY = (150, 150, 156)
_HATCH = ((46, 46, 51), (34, 34, 38))


def draw_panel(frame: Frame | None, width: int, height: int, *, label: str = "") -> Image.Image:
    """A frame `[h w 3] uint8` as large as it goes into `width` x `height`, the rest black.

    Without a frame, slanted lines, with `label` in the middle where it has room.
    """
    if frame is None:
        return _hatched(width, height, label)
    panel = Image.new("RGB", (width, height))
    wide, high = fit(frame.shape[1], frame.shape[0], width, height)
    size = (max(1, round(wide)), max(1, round(high)))
    picture = Image.fromarray(frame)
    if picture.size != size:
        grows = size[0] % picture.width == 0 and size[1] % picture.height == 0
        picture = picture.resize(size, Image.Resampling.NEAREST if grows else Image.Resampling.LANCZOS)
    panel.paste(picture, ((width - size[0]) // 2, (height - size[1]) // 2))
    return panel


def _hatched(width: int, height: int, label: str) -> Image.Image:
    rows, columns = np.indices((height, width))
    lines = (rows + columns) % 14 < 2
    panel = Image.fromarray(np.where(lines[..., None], *np.array(_HATCH, dtype=np.uint8)))
    size = min(20, max(10, min(width, height) // 12))
    wide = round(width_of(label, size)) if label else width
    if wide + size < width:
        left = (width - wide) // 2
        panel.paste(_HATCH[1], (left - size // 2, height // 2 - size, left + wide + size // 2, height // 2 + size))
        draw_line(panel, left, height // 2 + round(0.36 * size), label, size, GREY)
    return panel
