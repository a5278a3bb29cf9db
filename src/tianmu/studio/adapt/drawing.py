"""A drawing of lines, discs and words that is written as SVG and as PNG alike.

The same shapes give the same bytes. In the PNG, shapes are drawn four times as large and averaged, and words are set
in the font that titles use.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw

from tianmu.media.letters import clean, width_of
from tianmu.studio.boards.lettering import draw_line

Color = tuple[int, int, int]
Align = Literal["start", "middle", "end"]
PAPER: Color = (255, 255, 255)
INK: Color = (34, 34, 34)
QUIET: Color = (110, 110, 110)
PALE: Color = (222, 222, 222)
GREY: Color = (166, 166, 166)
# Colours that people with any common colour blindness can tell apart: Okabe and Ito, "Color Universal Design", 2008.
BLUE: Color = (0, 114, 178)
ORANGE: Color = (230, 159, 0)
SKY: Color = (86, 180, 233)
_FINE = 4
_FAMILY = "'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei','PingFang SC',sans-serif"


@dataclass(frozen=True)
class _Line:
    points: tuple[tuple[float, float], ...]
    color: Color
    width: float
    dashed: bool


@dataclass(frozen=True)
class _Disc:
    x: float
    y: float
    radius: float
    fill: Color
    edge: Color


@dataclass(frozen=True)
class _Shape:
    points: tuple[tuple[float, float], ...]
    fill: Color


@dataclass(frozen=True)
class _Words:
    x: float
    y: float
    text: str
    size: int
    color: Color
    align: Align
    halo: bool


@dataclass
class Drawing:
    """A sheet of `width` x `height` pixels, drawn on in order."""

    width: int
    height: int
    title: str
    about: str = ""
    """What is on it, in words, for who cannot see it."""
    _shapes: list[_Line | _Disc | _Shape | _Words] = field(default_factory=list["_Line | _Disc | _Shape | _Words"])

    def line(
        self, points: Sequence[tuple[float, float]], color: Color = INK, width: float = 1, *, dashed: bool = False
    ) -> None:
        """A line through some points."""
        self._shapes.append(_Line(tuple((round(x, 2), round(y, 2)) for x, y in points), color, round(width, 2), dashed))

    def disc(self, x: float, y: float, radius: float, fill: Color, edge: Color = INK) -> None:
        """A filled circle with an edge."""
        self._shapes.append(_Disc(round(x, 2), round(y, 2), round(radius, 2), fill, edge))

    def shape(self, points: Sequence[tuple[float, float]], fill: Color) -> None:
        """A filled polygon."""
        self._shapes.append(_Shape(tuple((round(x, 2), round(y, 2)) for x, y in points), fill))

    def words(
        self,
        x: float,
        y: float,
        text: str,
        size: int,
        color: Color = INK,
        align: Align = "start",
        *,
        halo: bool = False,
    ) -> None:
        """One line of words that stand on `y`; with a halo they can be read over lines."""
        if text := clean(text):
            self._shapes.append(_Words(round(x, 2), round(y, 2), text, size, color, align, halo))

    def svg(self) -> str:
        """The drawing as an SVG document, with its title and what is on it for who cannot see it."""
        rows = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
            f'viewBox="0 0 {self.width} {self.height}" role="img" font-family="{_FAMILY}">',
            f"<title>{escape(self.title)}</title>",
            *([f"<desc>{escape(self.about)}</desc>"] if self.about else []),
            f'<rect width="{self.width}" height="{self.height}" fill="{_hex(PAPER)}"/>',
        ]
        rows += [_svg(shape) for shape in self._shapes]
        return "\n".join([*rows, "</svg>"]) + "\n"

    def image(self) -> Image.Image:
        """The drawing as an RGB picture."""
        large = Image.new("RGB", (self.width * _FINE, self.height * _FINE), PAPER)
        pen = ImageDraw.Draw(large)
        for shape in self._shapes:
            if not isinstance(shape, _Words):
                _draw(pen, shape)
        image = large.reduce(_FINE)
        for shape in self._shapes:
            if isinstance(shape, _Words):
                _write(image, shape)
        return image

    def write(self, svg: Path, png: Path) -> None:
        """Write both files."""
        svg.write_text(self.svg(), encoding="utf-8", newline="\n")
        self.image().save(png, format="PNG", optimize=True)


def _hex(color: Color) -> str:
    return f"#{color[0]:02x}{color[1]:02x}{color[2]:02x}"


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _svg(shape: _Line | _Disc | _Shape | _Words) -> str:
    match shape:
        case _Line(points, color, width, dashed):
            dash = ' stroke-dasharray="6 5"' if dashed else ""
            return (
                f'<polyline points="{_path(points)}" fill="none" stroke="{_hex(color)}" stroke-width="{width:g}" '
                f'stroke-linecap="round" stroke-linejoin="round"{dash}/>'
            )
        case _Disc(x, y, radius, fill, edge):
            return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{_hex(fill)}" stroke="{_hex(edge)}"/>'
        case _Shape(points, fill):
            return f'<polygon points="{_path(points)}" fill="{_hex(fill)}"/>'
        case _Words(x, y, text, size, color, align, halo):
            around = f' stroke="{_hex(PAPER)}" stroke-width="4" paint-order="stroke"' if halo else ""
            return (
                f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{_hex(color)}" text-anchor="{align}"{around}>'
                f"{escape(text)}</text>"
            )


def _draw(pen: ImageDraw.ImageDraw, shape: _Line | _Disc | _Shape) -> None:
    match shape:
        case _Line(points, color, width, dashed):
            large = [(x * _FINE, y * _FINE) for x, y in points]
            for run in _dashes(large) if dashed else [large]:
                pen.line(run, fill=color, width=max(1, round(width * _FINE)), joint="curve")
        case _Disc(x, y, radius, fill, edge):
            box = tuple(value * _FINE for value in (x - radius, y - radius, x + radius, y + radius))
            pen.ellipse(box, fill=fill, outline=edge, width=_FINE)
        case _Shape(points, fill):
            pen.polygon([(x * _FINE, y * _FINE) for x, y in points], fill=fill)


def _dashes(points: Sequence[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    """A line in pieces of six pixels with five between them."""
    found: list[list[tuple[float, float]]] = []
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        length = max(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5, 1e-6)
        at = 0.0
        while at < length:
            end = min(length, at + 6 * _FINE)
            found.append([(x1 + (x2 - x1) * part / length, y1 + (y2 - y1) * part / length) for part in (at, end)])
            at += 11 * _FINE
    return found


def _write(image: Image.Image, words: _Words) -> None:
    wide = width_of(words.text, words.size)
    left = words.x - {"start": 0.0, "middle": wide / 2, "end": wide}[words.align]
    x, y = round(left), round(words.y)
    if words.halo:
        for step in ((-2, 0), (2, 0), (0, -2), (0, 2), (-1, -1), (1, 1), (-1, 1), (1, -1)):
            draw_line(image, x + step[0], y + step[1], words.text, words.size, PAPER)
    draw_line(image, x, y, words.text, words.size, words.color)
