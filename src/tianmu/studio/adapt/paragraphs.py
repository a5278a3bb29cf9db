"""Paragraphs of a book: prose, headings of chapters, breaks, and a table of contents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tianmu.studio.adapt.source import Source

ParagraphKind = Literal["prose", "heading", "break", "contents", "front"]


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Lines that belong together: `text[start:end]` of the source, from its first letter to its last."""

    kind: ParagraphKind
    start: int
    end: int
    first: int
    last: int


_INDENT = re.compile(r"[ \u3000]{2,}|\u3000")
_BREAK = re.compile(r"[\s*·•＊※~—–_=-]+")
_CHAPTER_EN = re.compile(
    r"\s*(?:(?:CHAPTER|BOOK|PART|STAVE|LETTER|VOLUME|SECTION|FABLE|ACT|SCENE|Chapter|Book|Part|Stave|Letter|Volume)"
    r"\s+(?:the\s+)?[IVXLCDM0-9]+\b.{0,80}|(?:CHAPTER|BOOK|PART|STAVE|Chapter|Book|Part|Stave)\s+(?:the\s+|THE\s+)?"
    r"[A-Z][A-Za-z-]{2,12}\.?|[IVXLC]{1,7}\.?(?:\s+[A-Z].{0,60})?)\s*"
)
_CHAPTER_ZH = re.compile(
    r"\s*第[零〇一二三四五六七八九十百千0-9]{1,6}[回章节節卷幕折篇].{0,50}|\s*[卷上中下][一二三四五六七八九十]?\s*"
)
_CONTENTS = re.compile(r"\s*(?:(?:table of )?contents\.?|目录|目錄|目次)\s*", re.IGNORECASE)
_SENTENCE_MARK = re.compile(r"[.!?;:,。！？；：，、…\"”」』]")
_LONG_LINE = 160
"""A file with longer lines than this was not broken into lines by hand: each of its lines is a paragraph."""
_LONGEST_TITLE_EN, _LONGEST_TITLE_ZH = 70, 24


def find_paragraphs(source: Source) -> list[Paragraph]:
    """The paragraphs of the work, in order; blank lines are in none."""
    numbers = range(source.first, source.last + 1)
    raw = list(_groups(source, numbers))
    found = [_paragraph(source, first, last) for first, last in raw]
    return _front(source, _contents(source, found))


def _groups(source: Source, numbers: range) -> Iterator[tuple[int, int]]:
    """First and last line of every paragraph."""
    shown = [source.lines[number - 1].replace("\t", "    ") for number in numbers]
    unwrapped = max(map(len, shown), default=0) > _LONG_LINE
    indents = sum(bool(_INDENT.match(line)) for line in shown if line.strip())
    filled = sum(bool(line.strip()) for line in shown)
    blanks = len(shown) - filled
    separate = unwrapped or (not indents and blanks <= 2 and source.tongue == "zh" and _own_lines(shown))
    begun: int | None = None
    for number, line in zip(numbers, shown, strict=True):
        blank = not line.strip()
        fresh = not blank and (separate or (0 < indents < filled and bool(_INDENT.match(line))))
        if begun is not None and (blank or fresh or _is_chapter(source, shown[number - numbers.start - 1])):
            yield begun, number - 1
            begun = None
        if not blank and begun is None:
            begun = number
    if begun is not None:
        yield begun, numbers.stop - 1


def _own_lines(lines: Sequence[str]) -> bool:
    """Whether nearly every line ends as a paragraph does."""
    filled = [line.rstrip() for line in lines if line.strip()]
    return sum(line[-1] in "。！？…”」』：" for line in filled) > 0.8 * len(filled)


def _paragraph(source: Source, first: int, last: int) -> Paragraph:
    start = source.starts[first - 1]
    stop = source.starts[last] if last < len(source.starts) else len(source.text)
    text = source.text[start:stop]
    kind: ParagraphKind = "prose"
    if _BREAK.fullmatch(text):
        kind = "break"
    elif _CONTENTS.fullmatch(text):
        kind = "contents"
    elif _is_heading(source, text):
        kind = "heading"
    return Paragraph(
        kind=kind,
        start=start + len(text) - len(text.lstrip()),
        end=start + len(text.rstrip()),
        first=first,
        last=last,
    )


def _is_chapter(source: Source, line: str) -> bool:
    return bool((_CHAPTER_ZH if source.tongue == "zh" else _CHAPTER_EN).fullmatch(line))


def _is_heading(source: Source, text: str) -> bool:
    """A chapter's mark, or a short line by itself that is no sentence."""
    rows = [row.strip() for row in text.split("\n")]
    if _is_chapter(source, rows[0]):
        return len(rows) == 1 or (len(rows) == 2 and not rows[1].endswith((".", "。")))
    if len(rows) > 2:
        return False
    joined = " ".join(rows)
    if source.tongue == "zh":
        return len(joined) <= _LONGEST_TITLE_ZH and not re.search("[。！？；：，…“”「」]", joined)
    if len(joined) > _LONGEST_TITLE_EN or joined.startswith(('"', "“", "‘", "'")):
        return False
    bare = joined.rstrip(".")
    if joined.upper() == joined and any(letter.isalpha() for letter in joined):
        return not joined.endswith(("!", "?"))
    words = [word for word in re.findall(r"[A-Za-z]+", bare) if len(word) > 3]
    return not _SENTENCE_MARK.search(bare) and bool(words) and all(word[0].isupper() for word in words)


def _contents(source: Source, found: list[Paragraph]) -> list[Paragraph]:
    """A table of contents: what follows its heading as long as it is titles, none of them for the second time.

    The heading right before the first prose is no part of it.
    """
    told = list(found)
    listing = False
    seen: set[str] = set()
    for index, paragraph in enumerate(found):
        if paragraph.kind == "contents":
            listing = True
            continue
        if not listing:
            continue
        rows = [row.strip() for row in source.text[paragraph.start : paragraph.end].split("\n")]
        keys = {re.sub(r"[\s.0-9]+", " ", row).strip().lower() for row in rows} - {""}
        listing = not keys & seen and all(_is_listed(source, row) for row in rows)
        seen |= keys
        if listing:
            told[index] = replace(paragraph, kind="contents")
        elif found[index - 1].kind == "heading" and paragraph.kind == "prose":
            told[index - 1] = found[index - 1]
    return told


def _is_listed(source: Source, row: str) -> bool:
    """Whether a row can be an entry of a table of contents."""
    if source.tongue == "zh":
        return not re.search("[。！？；，“”：]", row)
    words = [word for word in re.findall(r"[A-Za-z]+", row) if len(word) > 3]
    return not row.endswith(("!", "?", '"', "”")) and 2 * sum(word[0].isupper() for word in words) >= len(words)


def _front(source: Source, found: list[Paragraph]) -> list[Paragraph]:
    """Short lines before the first heading that is followed by prose: title, author, and the like."""
    first = next((index for index, paragraph in enumerate(found) if paragraph.kind == "prose"), len(found))
    while first < len(found) - 1 and _is_by_line(source, found[first]):
        first = next((i for i in range(first + 1, len(found)) if found[i].kind == "prose"), len(found))
    headed = first - 1 if first and found[first - 1].kind == "heading" else first
    kept = any(paragraph.kind == "heading" for paragraph in found[first:]) or headed > 0
    return [
        replace(paragraph, kind="front")
        if index < headed and kept and paragraph.kind in ("heading", "prose")
        else paragraph
        for index, paragraph in enumerate(found)
    ]


def _is_by_line(source: Source, paragraph: Paragraph) -> bool:
    text = source.text[paragraph.start : paragraph.end]
    return len(text) < 80 and bool(
        re.match(r"(?:by|retold by|translated by|illustrated by|作者|著|译者)\b", text, re.I)
    )
