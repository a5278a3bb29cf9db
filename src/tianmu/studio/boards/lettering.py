"""Lettering: the font that boards are written in, and text broken into lines that fit.

The font is Noto Sans CJK (SIL Open Font License 1.1), which the package `cvttf-notosanscjk-regular` carries. Its
outlines are cubic (CFF), and PDF writers embed quadratic ones (TrueType), so the glyphs that a document needs, and no
others, are converted here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

UNSPACED = "\u1100-\u11ff\u2e80-\u303f\u3040-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
"""Scripts that are written without spaces: a line may end after any character."""

_NO_START = frozenset("，。、；：？！）》」』】〕〉”’…—·～％,.;:?!)]}%")
"""What no line begins with."""
_NO_END = frozenset("（《「『【〔〈“‘([{")
"""What no line ends with."""
_PIECE = re.compile(rf"\s+|[{UNSPACED}]|[^\s{UNSPACED}]+")

Measure = Callable[[str], float]
"""How wide a text is, in any unit."""


@cache
def font_file() -> Path:
    """The OpenType file of the font."""
    from cvttf_NotoSansCJK_Regular import get_TTF_path  # pyright: ignore[reportMissingTypeStubs]

    return Path(get_TTF_path())


def break_lines(text: str, width: float, measure: Measure) -> tuple[str, ...]:
    """Text in lines of at most `width`; a line break in it stays one.

    Words stay whole where they fit on a line at all; Chinese, Japanese and Korean break between characters, but no line
    begins with a closing mark or ends with an opening one. No character but spaces at the ends of lines is lost.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if measure((line + piece).rstrip()) <= width:
                line += piece
                continue
            if line.strip():
                lines.append(line.rstrip())
            line = piece.lstrip()
            while measure(line.rstrip()) > width and len(line) > 1:
                head = _fitting(line, width, measure)
                lines.append(line[:head])
                line = line[head:]
        lines.append(line.rstrip())
    return tuple(lines)


def shorten(lines: tuple[str, ...], most: int, width: float, measure: Measure) -> tuple[str, ...]:
    """The first `most` lines; where some are left out, the last one ends with an ellipsis."""
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and measure(last + _ellipsis(last)) > width:
        last = last[:-1]
    return (*lines[: most - 1], last.rstrip() + _ellipsis(last))


def _ellipsis(text: str) -> str:
    """Chinese has one in the middle of the line; Latin letters are followed by three full stops."""
    return "…" if re.search(f"[{UNSPACED}]$", text.rstrip()) else "..."


def _pieces(paragraph: str) -> list[str]:
    """What stays together on a line: words, single characters, and marks with what they belong to."""
    pieces: list[str] = []
    for piece in _PIECE.findall(paragraph):
        joins = pieces and (
            piece[0] in _NO_START or unicodedata.combining(piece[0]) or (pieces[-1][-1] in _NO_END and piece.strip())
        )
        if joins and not pieces[-1].isspace():
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def _fitting(text: str, width: float, measure: Measure) -> int:
    """How many of its first characters fit; at least one."""
    count = 1
    while count < len(text) and measure(text[: count + 1]) <= width:
        count += 1
    return count


def truetype_subset(text: Iterable[str], name: str) -> bytes:
    """A TrueType font with the glyphs of these characters, in the forms that simplified Chinese is printed in.

    The same characters give the same bytes. A character that the font lacks shows as its empty box.

    Source: cubic curves become quadratic ones by fontTools' cu2qu, to within one thousandth of the letter's height.
    """
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont

    with TTFont(font_file(), lazy=True) as source:
        named: dict[int, str] = source.getBestCmap()
        forms = _simplified_forms(source)
        mapping = {code: forms.get(named[code], named[code]) for code in sorted(set(map(ord, text))) if code in named}
        order = [".notdef", *sorted(set(mapping.values()) - {".notdef"})]
        drawn = source.getGlyphSet()
        glyphs: dict[str, Any] = {}
        metrics: dict[str, tuple[int, int]] = {}
        for glyph in order:
            pen = TTGlyphPen(None)
            drawn[glyph].draw(Cu2QuPen(pen, max_err=1.0, reverse_direction=True))
            glyphs[glyph] = pen.glyph()
            metrics[glyph] = (round(drawn[glyph].width), 0)
        builder = FontBuilder(source["head"].unitsPerEm, isTTF=True)
        builder.setupGlyphOrder(order)
        builder.setupCharacterMap(mapping)
        builder.setupGlyf(glyphs)
        builder.setupHorizontalMetrics({glyph: (metrics[glyph][0], glyphs[glyph].xMin) for glyph in order})
        ascent, descent = source["hhea"].ascent, source["hhea"].descent
        builder.setupHorizontalHeader(ascent=ascent, descent=descent)
        builder.setupNameTable({"familyName": name, "styleName": "Regular", "psName": name})
        builder.setupOS2(sTypoAscender=ascent, sTypoDescender=descent, sCapHeight=source["OS/2"].sCapHeight)
        builder.setupPost()
    written = BytesIO()
    builder.save(written)
    return written.getvalue()


def _simplified_forms(font: Any) -> dict[str, str]:
    """The font's own table of glyphs that are drawn otherwise in simplified Chinese (OpenType feature `locl`)."""
    table = font["GSUB"].table
    for script in table.ScriptList.ScriptRecord:
        if script.ScriptTag != "hani":
            continue
        for system in script.Script.LangSysRecord:
            if system.LangSysTag == "ZHS ":
                return _single_substitutions(table, system.LangSys.FeatureIndex)
    return {}


def _single_substitutions(table: Any, features: Iterable[int]) -> dict[str, str]:
    found: dict[str, str] = {}
    for index in features:
        record = table.FeatureList.FeatureRecord[index]
        if record.FeatureTag != "locl":
            continue
        for lookup in record.Feature.LookupListIndex:
            for subtable in table.LookupList.Lookup[lookup].SubTable:
                # A large font wraps its tables in an extension, which holds the real one.
                single = getattr(subtable, "ExtSubTable", subtable)
                if single.LookupType == 1:
                    found |= {glyph: form for glyph, form in single.mapping.items() if glyph not in found}
    return found
