"""Lettering: the font that boards are written in, and text broken into lines that fit.

The font is Noto Sans CJK (SIL Open Font License 1.1), which the package `cvttf-notosanscjk-regular` carries. Its
outlines are cubic (CFF), and PDF writers embed quadratic ones (TrueType), so the glyphs that a document needs, and no
others, are converted here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from PIL import Image

from tianmu.media.letters import clean, draw_mask, font_path, units_of, width_of

_DATE = 2_082_844_800
"""1970 in the seconds since 1904 that fonts count: no clock gets into the bytes."""

Measure = Callable[[str], float]
"""How wide a text is, in any unit."""


def fill_lines(text: str, width: float, measure: Measure) -> tuple[str, ...]:
    """Text in lines of at most `width`, each as full as it can be; a line break in it stays one.

    Words and marks stay together as they do in titles (`media/letters.py`); what is wider than a line by itself is
    broken where it must be. Nothing is lost but spaces.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for unit, spaced in units_of(clean(paragraph)):
            longer = f"{line} {unit}" if spaced and line else line + unit
            if measure(longer) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            line = unit
            while measure(line) > width and len(line) > 1:
                head = _fitting(line, width, measure)
                lines.append(line[:head])
                line = line[head:]
        lines.append(line)
    return tuple(lines)


def shorten(lines: tuple[str, ...], most: int, width: float, measure: Measure) -> tuple[str, ...]:
    """The first `most` lines; where some are left out, the last one ends with an ellipsis."""
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and measure(last + _ellipsis(last)) > width:
        last = last[:-1]
    return (*lines[: most - 1], last.rstrip() + _ellipsis(last))


def one_line(text: str, size: int, room: float) -> str:
    """As much of a text as one line of `room` pixels holds, with letters of `size` pixels."""

    def measure(words: str) -> float:
        return width_of(words, size)

    return shorten(fill_lines(text, room, measure), 1, room, measure)[0]


def _ellipsis(text: str) -> str:
    """Chinese has one in the middle of the line; Latin letters are followed by three full stops."""
    return "…" if text.rstrip()[-1:] > "\u2e7f" else "..."


def _fitting(text: str, width: float, measure: Measure) -> int:
    """How many of its first characters fit; at least one."""
    count = 1
    while count < len(text) and measure(text[: count + 1]) <= width:
        count += 1
    return count


def draw_line(image: Image.Image, x: int, baseline: int, text: str, size: int, ink: tuple[int, int, int]) -> None:
    """Write one line of text on an RGB picture, from `x` on, its letters standing on `baseline`; in pixels."""
    mask, left, top = draw_mask(text, size)
    image.paste(ink, (x + left, baseline + top), mask)


def truetype_subset(text: Iterable[str], name: str) -> bytes:
    """A TrueType font with the glyphs of these characters, in the forms that simplified Chinese is printed in.

    The same characters give the same bytes. A character that the font lacks shows as its empty box.

    Source: cubic curves become quadratic ones by fontTools' cu2qu, to within one thousandth of the letter's height.
    """
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont

    source: Any
    with TTFont(font_path(), lazy=True) as source:
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
        builder.updateHead(created=_DATE, modified=_DATE)
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
