"""Looks: colour tables in the .cube format (Adobe's Cube LUT Specification 1.0), read strictly and applied fast.

    read_cube(path)      -> Lut
    Look(lut)(frame)     -> Frame

A table maps the colour of a pixel to another: a 1D table each channel by itself, a 3D table all three together. Values
between the table's points are interpolated linearly (in 3D: trilinearly), and colours outside its domain are clamped.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from tianmu.core.errors import MediaError
from tianmu.core.text import say
from tianmu.media.image import Frame

Floats = NDArray[np.float32]
Triple = tuple[float, float, float]

_MAX_SIZE = {1: 65536, 3: 256}
_ALIASES = {"LUT_1D_INPUT_RANGE": 1, "LUT_3D_INPUT_RANGE": 3}
"""Another way to write the domain, that DaVinci Resolve uses: one minimum and maximum for all channels."""


@dataclass(frozen=True, kw_only=True)
class Lut:
    """A colour table as it is in the file."""

    title: str
    dimensions: Literal[1, 3]
    table: Floats
    """1D: `[n 3]`. 3D: `[n n n 3]`, by blue, green, red: the order in which the file has its lines."""
    domain_min: Triple = (0.0, 0.0, 0.0)
    domain_max: Triple = (1.0, 1.0, 1.0)

    @property
    def size(self) -> int:
        """Points along an axis."""
        return self.table.shape[0]


def read_cube(path: Path) -> Lut:
    """Read a .cube file.

    Raises:
        MediaError: the file is missing or breaks the format; the sentence names the line.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(path, "it is no UTF-8 text", "不是 UTF-8 文本") from error
    except OSError as error:
        raise _bad(path, f"{error.strerror}", f"{error.strerror}") from error
    return _Cube(path).read(text)


class _Cube:
    """What has been read of a file so far."""

    def __init__(self, path: Path) -> None:
        self.path, self.line, self.title = path, 0, ""
        self.dimensions: Literal[1, 3] | None = None
        self.size = 0
        self.domain: dict[str, Triple] = {}
        self.rows: list[Triple] = []

    def read(self, text: str) -> Lut:
        for self.line, words in _lines(text):
            if words[0][0].isalpha():
                self._keyword(words[0], words[1:])
            else:
                self._row(words)
        if self.dimensions is None:
            raise self._wrong("LUT_1D_SIZE or LUT_3D_SIZE is missing", "缺少 LUT_1D_SIZE 或 LUT_3D_SIZE")
        wanted = self.size**self.dimensions
        if len(self.rows) != wanted:
            raise self._wrong(
                f"{wanted} lines of three numbers were expected, and the file ends after {len(self.rows)}",
                f"应有 {wanted} 行、每行三个数，文件却在 {len(self.rows)} 行后结束",
            )
        low, high = self.domain.get("DOMAIN_MIN", (0.0, 0.0, 0.0)), self.domain.get("DOMAIN_MAX", (1.0, 1.0, 1.0))
        if not all(a < b for a, b in zip(low, high, strict=True)):
            raise self._wrong("DOMAIN_MIN must be below DOMAIN_MAX", "DOMAIN_MIN 必须小于 DOMAIN_MAX")
        table = np.asarray(self.rows, dtype=np.float32).reshape((self.size,) * self.dimensions + (3,))
        return Lut(title=self.title, dimensions=self.dimensions, table=table, domain_min=low, domain_max=high)

    def _keyword(self, keyword: str, words: list[str]) -> None:
        if self.rows:
            raise self._wrong(f"{keyword} stands after the table began", f"{keyword} 出现在表格开始之后")
        if keyword == "TITLE":
            self.title = " ".join(words).strip('"')
        elif keyword in ("LUT_1D_SIZE", "LUT_3D_SIZE"):
            self._size(1 if keyword == "LUT_1D_SIZE" else 3, words)
        elif keyword in ("DOMAIN_MIN", "DOMAIN_MAX"):
            self._domain(keyword, self._triple(words))
        elif keyword in _ALIASES:
            low, high = self._numbers(words, 2)
            self._domain("DOMAIN_MIN", (low, low, low))
            self._domain("DOMAIN_MAX", (high, high, high))
        else:
            raise self._wrong(f"{keyword[:40]!r} is no keyword of a .cube file", f"{keyword[:40]!r} 不是 .cube 关键字")

    def _size(self, dimensions: Literal[1, 3], words: list[str]) -> None:
        if self.dimensions is not None:
            raise self._wrong(
                "a second size is given, and one table, 1D or 3D, was expected", "又出现了一个尺寸，而文件应只有一个表"
            )
        most = _MAX_SIZE[dimensions]
        if len(words) != 1 or not (words[0].isascii() and words[0].isdigit() and 2 <= int(words[0][:9]) <= most):
            raise self._wrong(
                f"a size from 2 to {most} was expected, not {' '.join(words)[:40]!r}",
                f"尺寸应为 2 到 {most}，而不是 {' '.join(words)[:40]!r}",
            )
        self.dimensions, self.size = dimensions, int(words[0])

    def _domain(self, keyword: str, value: Triple) -> None:
        if keyword in self.domain:
            raise self._wrong("the domain is given twice", "定义域重复给出")
        self.domain[keyword] = value

    def _row(self, words: list[str]) -> None:
        if self.dimensions is None:
            raise self._wrong("the table begins before its size", "表格出现在尺寸之前")
        if len(self.rows) == self.size**self.dimensions:
            raise self._wrong(
                f"the table of {len(self.rows)} lines goes on", f"表格应为 {len(self.rows)} 行，却还有更多"
            )
        self.rows.append(self._triple(words))

    def _triple(self, words: list[str]) -> Triple:
        red, green, blue = self._numbers(words, 3)
        return red, green, blue

    def _numbers(self, words: list[str], count: int) -> list[float]:
        try:
            numbers = [float(word) for word in words if "_" not in word]
        except ValueError:
            numbers = []
        if len(numbers) != count or not all(math.isfinite(number) and abs(number) < 1e6 for number in numbers):
            shown = " ".join(words)[:60]
            raise self._wrong(f"{count} numbers were expected, not {shown!r}", f"应为 {count} 个数，而不是 {shown!r}")
        return numbers

    def _wrong(self, en: str, zh: str) -> MediaError:
        return _bad(self.path, f"line {self.line}: {en}", f"第 {self.line} 行：{zh}")


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that say something, with their numbers."""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if words and not words[0].startswith("#"):
            yield number, words


def _bad(path: Path, en: str, zh: str) -> MediaError:
    return MediaError(
        say(
            f"{path} cannot be read as a .cube look ({en}); export the look again.",
            f"无法将 {path} 读作 .cube 调色表（{zh}）；请重新导出。",
        )
    )


class Look:
    """A table made ready: every 8-bit colour is worked out once, and a frame is then only looked up.

    A 1D table takes next to no memory, a 3D table 64 MiB, and about half a second to make ready.
    """

    def __init__(self, lut: Lut) -> None:
        values = np.arange(256, dtype=np.float64) / 255
        axes = [
            np.clip((values - low) / (high - low), 0, 1) * (lut.size - 1)
            for low, high in zip(lut.domain_min, lut.domain_max, strict=True)
        ]
        self._curves = _curves(lut.table, axes) if lut.dimensions == 1 else None
        self._colors = _every_color(lut.table, axes) if lut.dimensions == 3 else None

    def __call__(self, frame: Frame) -> Frame:
        """The frame `[h w 3] uint8` in the colours of the look; the one that came is left as it was."""
        if self._curves is not None:
            return np.asarray(cv2.LUT(frame, self._curves), np.uint8)
        assert self._colors is not None, "a table is 1D or 3D"
        # Red, green, blue and a byte to spare are read as one number, red lowest: the place of the colour in the table.
        packed = np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2RGBA), np.uint8).view("<u4")[..., 0]
        found = np.take(self._colors, packed & 0xFFFFFF, mode="clip")
        return np.asarray(cv2.cvtColor(found[..., None].view(np.uint8), cv2.COLOR_RGBA2RGB), np.uint8)


def _curves(table: Floats, axes: list[NDArray[np.float64]]) -> NDArray[np.uint8]:
    """`[1 256 3] uint8`: where each value of each channel goes."""
    points = np.arange(table.shape[0])
    found = [np.interp(axis, points, table[:, channel]) for channel, axis in enumerate(axes)]
    return _bytes(np.stack(found, axis=-1))[None]


def _every_color(table: Floats, axes: list[NDArray[np.float64]]) -> NDArray[np.uint32]:
    """`[256 * 256 * 256]`: where each colour goes, packed with red lowest, by blue, green and red.

    Trilinear interpolation is linear interpolation along one axis after the other.
    """
    red, green, blue = axes
    grid = np.moveaxis(_between(np.moveaxis(table, 2, 0), red), 0, 2)
    grid = np.moveaxis(_between(np.moveaxis(grid, 1, 0), green), 0, 1)
    colors = np.zeros((256, 256, 256, 4), dtype=np.uint8)
    for level in range(256):
        colors[level, ..., :3] = _bytes(_between(grid, blue[level : level + 1])[0])
    return colors.view("<u4").reshape(-1)


def _between(grid: Floats, at: NDArray[np.float64]) -> Floats:
    """Values of `grid` between its points along the first axis."""
    below = np.minimum(at.astype(np.int64), grid.shape[0] - 2)
    part = (at - below).astype(np.float32).reshape(-1, *[1] * (grid.ndim - 1))
    return (grid[below] * (1 - part) + grid[below + 1] * part).astype(np.float32, copy=False)


def _bytes(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    return (np.clip(values, 0, 1) * 255 + 0.5).astype(np.uint8)
