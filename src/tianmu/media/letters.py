"""Letters: the font that titles are set in, how wide words are in it, and where lines break.

The font is Noto Sans CJK (SIL Open Font License 1.1), which the package `cvttf-notosanscjk-regular` carries. It draws
Chinese in the traditional forms unless it is told the language, which needs Pillow's Raqm layout; where Pillow comes
without it, simplified text is still drawn, with a few strokes as Taiwan writes them.
"""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import TypedDict

from PIL import Image, ImageDraw, ImageFont, features

from tianmu.core.errors import MediaError
from tianmu.core.text import say
from tianmu.media.digest import file_sha256

_PACKAGE = "cvttf_NotoSansCJK_Regular"
_FILE = "NotoSansCJKtc-Regular.otf"
_SHA256 = "f57e46120a3dd025ac993801981849622405d1359b32093b1f046490f7885711"

_CJK = r"\u2e80-\u303f\u31c0-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff\u3040-\u30ff"
_NEVER_FIRST = "，。！？；：、）》」』】〉〕…—·ー々～％"
_NEVER_LAST = "（《「『【〈〔"
_UNIT = re.compile(
    rf"[{_NEVER_LAST}]*[{_CJK}][{_NEVER_FIRST}”’]*|[^\s{_CJK}]*?[^\s{_CJK}\-/—][-/—]+(?=\w)|[^\s{_CJK}]+[{_NEVER_FIRST}]*"
)
"""What stays together on a line: a Chinese character with the marks that cling to it, a word, or a part of one up to
a hyphen or slash."""


@cache
def font_path() -> Path:
    """Where the font lies; its bytes are checked once a process.

    Raises:
        MediaError: the package is missing, or its font is not the one that titles were made with.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    path = next((Path(folder) / _FILE for folder in folders if (Path(folder) / _FILE).is_file()), None)
    if path is None:
        raise MediaError(
            say(
                "The font for titles is missing; install it with: pip install cvttf-notosanscjk-regular==1.0",
                "缺少片头字幕所用的字体；请安装：pip install cvttf-notosanscjk-regular==1.0",
            )
        )
    if file_sha256(path) != _SHA256:
        raise MediaError(
            say(
                f"The font {path} is damaged or another version; install it again with: "
                "pip install --force-reinstall cvttf-notosanscjk-regular==1.0",
                f"字体 {path} 已损坏或版本不符；请重新安装："
                "pip install --force-reinstall cvttf-notosanscjk-regular==1.0",
            )
        )
    return path


FINE = 4
"""Letters are drawn so many times larger than they are shown, and placed to such a part of a pixel."""


@lru_cache(maxsize=24)
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font at `size` pixels to the em."""
    return ImageFont.truetype(str(font_path()), size)


def clean(text: str) -> str:
    """`text` with everything that has no shape taken out, and every kind of space made one plain space."""
    shown = "".join(
        " " if char.isspace() else char
        for char in text
        if char.isspace() or unicodedata.category(char) not in _SHAPELESS
    )
    return " ".join(shown.split())


_SHAPELESS = ("Cc", "Cs", "Co", "Cn")


def undrawn(text: str) -> str:
    """The characters of a text that the font lacks, each once, in their order: a box stands for each of them."""
    return "".join(dict.fromkeys(char for char in clean(text) if not _has(char)))


@lru_cache(maxsize=65536)
def _has(char: str) -> bool:
    """Whether the font has a glyph of its own for a character; marks that only change others are no glyphs."""
    if char.isascii() or unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return True
    mask, lacking = (draw_mask(each, _PROBE)[0] for each in (char, _NO_CHARACTER))
    return (mask.size, mask.tobytes()) != (lacking.size, lacking.tobytes())


_PROBE = 24
"""Pixels to the em at which a glyph is told from the box for those that are not there."""
_NO_CHARACTER = "\U0010ffff"


class _Shaping(TypedDict, total=False):
    language: str


def _shaping(text: str) -> _Shaping:
    """The language to draw `text` in, where Pillow can be told."""
    if not features.check("raqm"):
        return {}
    if re.search(r"[\u3040-\u30ff]", text):
        return {"language": "ja"}
    return {"language": "ko" if re.search(r"[\uac00-\ud7af]", text) else "zh-Hans"}


@lru_cache(maxsize=65536)
def width_of(text: str, size: int) -> float:
    """How far a line of `text` goes, in pixels, at `size` pixels to the em."""
    return font(FINE * size).getlength(text, **_shaping(text)) / FINE


def draw_mask(text: str, size: int, *, lower: int = 0, bold: int = 0) -> tuple[Image.Image, int, int]:
    """Draw one line of `text`, `lower` quarters of a pixel lower, its strokes wider by `bold` quarters on each side.

    It is drawn four times as large and averaged: letters then keep their distances even where they are small.

    Returns:
        What of each pixel is covered, as an 8-bit picture that holds the ink just so; and how far its left edge lies
        right of the line's beginning, and its top edge below the baseline (mostly negative), in pixels.
    """
    shaping, large = _shaping(text), font(FINE * size)
    edges = large.getbbox(text, anchor="ls", stroke_width=bold, **shaping)
    left, top = (int(edge // FINE) - 1 for edge in edges[:2])
    right, bottom = (int(-(-edge // FINE)) + 2 for edge in edges[2:])
    mask = Image.new("L", (max(1, right - left) * FINE, max(1, bottom - top) * FINE))
    at = (-left * FINE, -top * FINE + lower)
    ImageDraw.Draw(mask).text(at, text, fill=255, font=large, anchor="ls", stroke_width=bold, **shaping)
    mask = mask.reduce(FINE)
    ink = mask.getbbox()
    if ink is None:
        return Image.new("L", (1, 1)), 0, 0
    return mask.crop(ink), left + int(ink[0]), top + int(ink[1])


def units_of(text: str) -> list[tuple[str, bool]]:
    """The pieces of a clean text that a line may break between, and whether a space stands before each."""
    return [(match.group(), text[: match.start()].endswith(" ")) for match in _UNIT.finditer(text)]


def longest_unit(text: str, size: int) -> float:
    """The width in pixels of the widest piece that does not break."""
    return max((width_of(unit, size) for unit, _ in units_of(text)), default=0.0)


def break_lines(text: str, size: int, max_width: float) -> list[str]:
    """Break a clean text into as few lines as `max_width` pixels allow, all about equally long.

    A piece wider than a line is broken where it must be.
    """
    pieces = [piece for unit in units_of(text) for piece in _fitting(unit, size, max_width)]
    lines = _filled(pieces, size, max_width)
    low, high = 0.0, max_width
    while len(lines) > 1 and high - low > 1:
        middle = (low + high) / 2
        narrower = _filled(pieces, size, middle)
        if len(narrower) > len(lines) or any(width_of(line, size) > middle for line in narrower):
            low = middle
        else:
            lines, high = narrower, middle
    return lines


def _filled(pieces: list[tuple[str, bool]], size: int, max_width: float) -> list[str]:
    """Put on every line what goes on it."""
    lines: list[str] = []
    length = 0.0
    for piece, spaced in pieces:
        wide = width_of(piece, size)
        space = width_of(" ", size) if spaced else 0.0
        if lines and length + space + wide <= max_width:
            lines[-1] += " " * spaced + piece
            length += space + wide
        else:
            lines.append(piece)
            length = wide
    return lines


def _fitting(unit: tuple[str, bool], size: int, max_width: float) -> list[tuple[str, bool]]:
    """A piece, or the parts of one that is wider than a line."""
    text, spaced = unit
    if width_of(text, size) <= max_width:
        return [unit]
    parts = [text[0]]
    for char in text[1:]:
        if unicodedata.combining(char) or width_of(parts[-1] + char, size) <= max_width:
            parts[-1] += char
        else:
            parts.append(char)
    return [(part, spaced and index == 0) for index, part in enumerate(parts)]
