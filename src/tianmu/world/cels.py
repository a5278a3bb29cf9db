"""Cels: the layers of the stage made ready for HD, each able to lay one moment of itself over a frame.

Frames and textures are premultiplied RGBA of sixteen bits: four channels are what OpenCV warps fastest, sixteen bits
cost it no more than eight, and only the grade at the end rounds to what a picture holds. A frame's own alpha means
nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Protocol, runtime_checkable

import cv2
import numpy as np
from jaxtyping import Bool, Float, Int, UInt8, UInt16

from tianmu.world.stage import Layer

FULL = 65535
EMPTY, MIXED, OPAQUE = 0, 1, 2
"""What a row of a plane is."""
Texture = UInt16[np.ndarray, "y x 4"]
Map = Float[np.ndarray, "2 3"]
"""Pixel (column, row, 1) -> texel (column, row), both counted from the middle of the first."""
Rows = Bool[np.ndarray, "h"]
_SAMPLING = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP


class Canvas:
    """The frame that is being made. What laying a cel needs on the way is kept from one to the next."""

    def __init__(self, height: int, width: int) -> None:
        self.frame = np.zeros((height, width, 4), np.uint16)
        self._cel = np.empty((height, width, 4), np.uint16)
        self._keep = np.empty((height, width, 4), np.uint16)
        self._alpha = np.empty((height, width), np.uint16)

    def paint(self, rows: slice, cols: slice, texture: Texture, at: Map, border: int) -> None:
        """Part of the frame shows an opaque texture."""
        _warp(texture, _moved(at, rows, cols), self.frame[rows, cols], border)

    def glaze(self, rows: slice, cols: slice, texture: Texture, at: Map, border: int) -> None:
        """Part of the frame shows a texture that is not opaque over what is there: cel + frame * (1 - alpha)."""
        part = self.frame[rows, cols]
        height, width, _ = part.shape
        cel, keep, alpha = self._cel[:height, :width], self._keep[:height, :width], self._alpha[:height, :width]
        _warp(texture, _moved(at, rows, cols), cel, border)
        cv2.bitwise_not(cv2.extractChannel(cel, 3, alpha), alpha)
        cv2.multiply(part, cv2.cvtColor(alpha, cv2.COLOR_GRAY2RGBA, keep), part, 1 / FULL)
        cv2.add(part, cel, part)


@runtime_checkable
class Cel(Protocol):
    """A layer, ready to be laid."""

    still: bool
    """Whether every frame shows the same."""

    def hides(self, index: int, height: int) -> Rows | None:
        """The rows of a frame behind which nothing shows; None when there are none."""
        ...

    def lay(self, canvas: Canvas, index: int, seen: Rows) -> None:
        """Lay frame `index` of it over the canvas, at least where rows are `seen`."""
        ...


class Sheet:
    """A painted plane: moves and grows, never turns, and comes round at its sides."""

    def __init__(self, layer: Layer, height: int, width: int) -> None:
        texture = layer.texture[0].numpy()
        self._endless = layer.endless
        self._maps = _maps(layer, height, width)
        self.still = bool((self._maps == self._maps[:1]).all())
        rows = self._cropped(1, height, texture.shape[1], repeats=False)
        cols = self._cropped(0, width, texture.shape[2], repeats=True)
        self._texture = _sixteen_bits(_taken(texture[:, rows.start : rows.stop], cols))
        alpha = self._texture[..., 3]
        self._rows = np.where(alpha.min(1) == FULL, OPAQUE, np.where(alpha.max(1) == 0, EMPTY, MIXED))

    def _cropped(self, axis: int, count: int, size: int, *, repeats: bool) -> range:
        """The texels along an axis that any frame may show; in the maps they are numbered from 0 from here on.

        Where a texture repeats, its next repetition lies behind it, so that a frame is always one piece of texture.
        """
        scale, offset = self._maps[:, axis, axis], self._maps[:, axis, 2]
        first, last = math.floor(offset.min()) - 1, math.ceil((offset + scale * count).max()) + 1
        if not repeats:
            first, last = min(max(first, 0), size - 1), max(min(last, size - 1), 0)
        elif last - first > size + scale.max() * count:  # it comes round more than once
            offset %= size
            first, last = 0, math.ceil((offset + scale * count).max()) + 1
        offset -= first
        return range(first, max(last, first) + 1)

    def cover(self, index: int, height: int) -> Int[np.ndarray, "h"]:
        """Whether each row of a frame is empty, mixed or opaque."""
        _, (_, scale, offset) = self._maps[index]
        at, last = scale * np.arange(height) + offset, len(self._rows) - 1
        above, below = (self._rows[np.clip(np.floor(at).astype(int) + k, 0, last)] for k in (0, 1))
        cover = np.where(above == below, above, MIXED)
        cover[at <= -1] = EMPTY
        if not self._endless:
            cover[at >= last + 1] = EMPTY
        return cover

    def hides(self, index: int, height: int) -> Rows:
        """Its opaque rows."""
        return self.cover(index, height) == OPAQUE

    def lay(self, canvas: Canvas, index: int, seen: Rows) -> None:
        """Lay what is seen; opaque rows need no blend."""
        cover = np.where(seen, self.cover(index, len(seen)), EMPTY)
        for kind, rows in _runs(cover):
            lay = canvas.paint if kind == OPAQUE else canvas.glaze
            lay(rows, slice(None), self._texture, self._maps[index], cv2.BORDER_REPLICATE)


class Figure:
    """An actor's drawings, or its shadow: may turn; nothing lies beyond the edges."""

    still = False

    def __init__(self, layer: Layer, height: int, width: int) -> None:
        self._textures = [_sixteen_bits(texture) for texture in layer.texture.numpy()]
        self._drawing = None if layer.drawing is None else layer.drawing.numpy()
        self._maps = _maps(layer, height, width)
        self._bounds = (height, width)

    def hides(self, index: int, height: int) -> None:
        """Nothing for sure."""

    def lay(self, canvas: Canvas, index: int, seen: Rows) -> None:
        """Lay it over the box that it touches."""
        texture = self._textures[0 if self._drawing is None else self._drawing[index]]
        height, width, _ = texture.shape
        at = self._maps[index]
        corners = np.array([[-1, -1, width, width], [-1, height, -1, height]])
        places = np.linalg.solve(at[:, :2], corners - at[:, 2:])
        low, high = np.floor(places.min(1)).astype(int), np.ceil(places.max(1)).astype(int) + 1
        rows, cols = (slice(*np.clip((low[k], high[k]), 0, self._bounds[1 - k])) for k in (1, 0))
        if rows.start < rows.stop and cols.start < cols.stop:
            canvas.glaze(rows, cols, texture, at, cv2.BORDER_CONSTANT)


class Shower:
    """What falls through the air: a tile that repeats in both directions, of which only the drops are laid."""

    still = False

    def __init__(self, layer: Layer, height: int, width: int) -> None:
        tile = layer.texture[0].numpy()
        self._size = tile.shape[1]
        self._maps = _maps(layer, height, width)
        self._bounds = np.array([height, width])
        self._boxes = _boxes((tile[3] > 0).astype(np.uint8))
        beyond = int(self._boxes[:, 1].max()) - self._size + 2
        self._texture = cv2.copyMakeBorder(_sixteen_bits(tile), 0, beyond, 0, beyond, cv2.BORDER_WRAP)

    def hides(self, index: int, height: int) -> None:
        """Nothing."""

    def lay(self, canvas: Canvas, index: int, seen: Rows) -> None:
        """Lay every drop of every repetition that the frame shows."""
        if not seen.any():
            return
        at = self._maps[index]
        offset, scale = at[::-1, 2], at[0, 0]
        first, last = np.floor(offset / self._size) - 1, np.floor((offset + scale * self._bounds) / self._size)
        for down in np.arange(first[0], last[0] + 1):
            for across in np.arange(first[1], last[1] + 1):
                self._lay_tile(canvas, at, np.array([down, across]) * self._size)

    def _lay_tile(self, canvas: Canvas, at: Map, origin: np.ndarray) -> None:
        moved = at.copy()
        moved[:, 2] -= origin[::-1]
        # A pixel is in a box when its texel is, the box's end left out: so no pixel is in two boxes.
        pixels = np.ceil((self._boxes - moved[::-1, 2]) / at[0, 0])
        for (top, left), (bottom, right) in np.clip(pixels, 0, self._bounds).astype(int).tolist():
            if top < bottom and left < right:
                canvas.glaze(slice(top, bottom), slice(left, right), self._texture, moved, cv2.BORDER_CONSTANT)


class Veil:
    """Air before everything: one colour, everywhere the same."""

    still = True

    def __init__(self, layer: Layer, height: int, width: int) -> None:
        *colour, alpha = (float(c) for c in layer.texture.flatten())
        self._keep = 1 - alpha
        self._sheet = np.full((height, width, 4), (*(round(FULL * c) for c in colour), 0), np.uint16)

    def hides(self, index: int, height: int) -> None:
        """Nothing: it is looked through."""

    def lay(self, canvas: Canvas, index: int, seen: Rows) -> None:
        """Lay it over the whole frame."""
        cv2.addWeighted(canvas.frame, self._keep, self._sheet, 1, 0, canvas.frame)


def _boxes(mask: UInt8[np.ndarray, "s s"]) -> Int[np.ndarray, "n 2 2"]:
    """Boxes [(top, left), (bottom, right)] that hold all that a repeating mask shows, and two texels around it.

    No two of them overlap, and each begins in the tile; where that cannot be, the whole tile is the one box.
    """
    step = math.gcd(len(mask), 4)  # a coarser grid is as good, and sooner searched
    reach = 2 + step
    wide = cv2.copyMakeBorder(mask, reach, reach, reach, reach, cv2.BORDER_WRAP)
    wide = cv2.dilate(wide, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))[reach:-reach:step, reach:-reach:step]
    cells, size = np.tile(wide, (3, 3)), len(wide)
    while True:
        stats = np.asarray(cv2.connectedComponentsWithStats(cells)[2])[1:]
        filled = np.zeros_like(cells)
        for left, top, width, height, _ in stats.tolist():
            filled[top : top + height, left : left + width] = 1
        if (filled == cells).all():
            break
        cells = filled
    stats = stats[((stats[:, :2] >= size) & (stats[:, :2] < 2 * size)).all(1)]
    if stats[:, 4].sum() != filled[size : 2 * size, size : 2 * size].sum():
        return np.array([[[0, 0], [len(mask), len(mask)]]])
    low = stats[:, [1, 0]] - size
    return step * np.stack([low, low + stats[:, [3, 2]]], 1).astype(np.int64)


def _runs(cover: Int[np.ndarray, "h"]) -> Iterator[tuple[int, slice]]:
    """The runs of rows that are alike, but for the empty ones."""
    edges = [0, *(np.flatnonzero(np.diff(cover)) + 1), len(cover)]
    for start, stop in pairwise(edges):
        if cover[start] != EMPTY:
            yield int(cover[start]), slice(int(start), int(stop))


def _taken(texture: Float[np.ndarray, "4 y x"], cols: range) -> Float[np.ndarray, "4 y s"]:
    """Columns of a texture that repeats."""
    size = texture.shape[2]
    first = cols.start % size
    if first + len(cols) <= size:
        return texture[:, :, first : first + len(cols)]
    return np.take(texture, np.asarray(cols) % size, 2)


def _sixteen_bits(texture: Float[np.ndarray, "4 y x"]) -> Texture:
    merged = cv2.merge(list(texture))
    return np.asarray(cv2.addWeighted(merged, FULL, merged, 0, 0, dtype=cv2.CV_16U), np.uint16)


def _maps(layer: Layer, height: int, width: int) -> Float[np.ndarray, "f 2 3"]:
    rows, cols = layer.texture.shape[-2:]
    screen = np.array([[1, 0, 0.5 - width / 2], [0, 1, 0.5 - height / 2], [0, 0, height]]) / height
    maps = np.diag([cols / 2, rows / 2]) @ layer.window.numpy().astype(np.float64) @ screen
    maps[:, :, 2] += [(cols - 1) / 2, (rows - 1) / 2]
    return maps


def _moved(at: Map, rows: slice, cols: slice) -> Map:
    """The map for a part of the frame."""
    moved = at.copy()
    moved[:, 2] += at[:, 0] * (cols.start or 0) + at[:, 1] * (rows.start or 0)
    return moved


def _warp(texture: Texture, at: Map, out: UInt16[np.ndarray, "h w 4"], border: int) -> None:
    cv2.warpAffine(texture, at, (out.shape[1], out.shape[0]), out, flags=_SAMPLING, borderMode=border)
