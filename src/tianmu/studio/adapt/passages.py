"""A paragraph taken apart: what somebody says, and the sentences that tell.

    passages = find_passages(source, paragraphs)

A quotation that is no speech (a title, an inscription, a single word) stays in its sentence. In Chinese without
quotation marks, what follows `曰：` is said, up to the next who speaks or a sentence that begins with a known name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tianmu.studio.adapt.paragraphs import Paragraph
from tianmu.studio.adapt.source import Source
from tianmu.studio.adapt.words import longest_first, word_set

Kind = Literal["told", "said"]


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A sentence or a part of one that tells, or a quotation: `text[start:end]`, quotation marks not included."""

    kind: Kind
    start: int
    end: int
    paragraph: int
    """Its paragraph, counted from 0."""
    chapter: int = 0
    """How many headings and breaks stand before it."""
    unmarked: bool = False
    """A speech without quotation marks, whose end is a guess."""
    goes_on: bool = False
    """A speech whose paragraph ends before its closing mark."""


@dataclass(frozen=True)
class _Quote:
    outer: tuple[int, int]
    inner: tuple[int, int]
    goes_on: bool = False
    unmarked: bool = False


_EN_END = re.compile(
    r"(?<![A-Z])(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSt)[.!?]+[)\]’”\"']*(?=\s+[\"“‘'(\[]?[A-Z])"
)
_ZH_END = re.compile(r"[。！？!?…]+[”’」』）]*")
_CLOSING = {"“": "”", "「": "」", "『": "』", "‘": "’", "｢": "｣"}
_ENDS = ".!?,;:—-…。！？，；："
_UNMARKED = re.compile(r"(?:曰|(?:问|答|对|笑|叹|告|泣|怒|应|谢)曰|[问答说笑叫骂喝叹应]?道|[云])[：:]")
_CITED = (
    "古云",
    "古人云",
    "常言道",
    "俗语云",
    "俗话说",
    "诗曰",
    "诗云",
    "词曰",
    "赋曰",
    "有诗为证",
    "古语云",
    "真是",
    "镌着",
)
"""A proverb or a poem follows: nobody says it here."""
_LEAST_WORDS = 4


def find_passages(source: Source, paragraphs: Sequence[Paragraph]) -> list[Passage]:
    """The passages of all prose, in order."""
    styles = _styles(source)
    found: list[Passage] = []
    going_on = False
    chapter = 0
    for number, paragraph in enumerate(paragraphs):
        if paragraph.kind != "prose":
            going_on = False
            chapter += 1
            continue
        quotes = list(_quotes(source, paragraph, styles, going_on))
        going_on = bool(quotes) and quotes[-1].goes_on
        found.extend(replace(each, chapter=chapter) for each in _passages(source, paragraph, number, quotes))
    return found


def _styles(source: Source) -> str:
    """The opening marks that open speech in this text."""
    text = source.text[source.starts[source.first - 1] :]
    if source.tongue == "zh":
        for mark in "“「『":
            if mark in text:
                return mark + ("『" if mark == "「" and text.count("『") > text.count("「") else "")
        return '"' if text.count('"') > 1 else "‘" if "‘" in text else ""
    if text.count("“") > 1:
        return "“"
    if text.count('"') > 1:
        return '"'
    if "‘" in text:
        return "‘"
    return "'" if text.count("'") > 1 else ""


def _quotes(source: Source, paragraph: Paragraph, style: str, going_on: bool) -> Iterator[_Quote]:
    for mark in style[:1]:
        if mark in _CLOSING:
            found = _paired(source.text, paragraph, mark, _CLOSING[mark])
        elif mark == '"':
            found = _toggled(source.text, paragraph)
        else:
            found = _single(source.text, paragraph)
        kept = [quote for quote in found if _is_speech(source, paragraph, quote, going_on)]
        if kept:
            yield from kept
            return
    if source.tongue == "zh" and not any(m in source.text[paragraph.start : paragraph.end] for m in '“「『"'):
        yield from _unmarked(source, paragraph)


def _paired(text: str, paragraph: Paragraph, opening: str, closing: str) -> Iterator[_Quote]:
    at = paragraph.start
    while (start := text.find(opening, at, paragraph.end)) >= 0:
        end = _closing(text, start + 1, paragraph.end, opening, closing)
        if end < 0:
            again = text.find(opening, start + 1, paragraph.end)
            stop = again if again >= 0 else paragraph.end
            yield _Quote((start, stop), _inner(text, start + 1, stop), goes_on=again < 0)
            at = stop
        else:
            yield _Quote((start, end + 1), _inner(text, start + 1, end))
            at = end + 1


def _closing(text: str, start: int, stop: int, opening: str, closing: str) -> int:
    """Where a quotation ends; an apostrophe is no end of one in single marks."""
    end = text.find(closing, start, stop)
    if closing != "’":
        return end
    while end >= 0:
        after, before = text[end + 1 : end + 2], text[end - 1]
        if not (after.isalnum() or (before.isalnum() and before not in "'")):
            return end
        if not after.isalnum() and before in "stn" and text.find(opening, end + 1, stop) < 0:
            return end
        end = text.find(closing, end + 1, stop)
    return end


def _toggled(text: str, paragraph: Paragraph) -> Iterator[_Quote]:
    places = [match.start() for match in re.finditer('"', text[paragraph.start : paragraph.end])]
    places = [paragraph.start + place for place in places]
    for start, end in zip(places[0::2], [*places[1::2], None], strict=False):
        if end is None:
            yield _Quote((start, paragraph.end), _inner(text, start + 1, paragraph.end), goes_on=True)
        else:
            yield _Quote((start, end + 1), _inner(text, start + 1, end))


_SINGLE_OPEN = re.compile(r"(?:(?<=[\s(\[—-])|^)'(?=\w)")
_SINGLE_CLOSE = re.compile(r"(?<=[.,!?;:—-])'(?!\w)")


def _single(text: str, paragraph: Paragraph) -> Iterator[_Quote]:
    at = paragraph.start
    while (opened := _SINGLE_OPEN.search(text, at, paragraph.end)) is not None:
        closed = _SINGLE_CLOSE.search(text, opened.end(), paragraph.end)
        if closed is None:
            return
        yield _Quote((opened.start(), closed.end()), _inner(text, opened.end(), closed.start()))
        at = closed.end()


def _inner(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_speech(source: Source, paragraph: Paragraph, quote: _Quote, going_on: bool) -> bool:
    """Whether a quotation is somebody's words, and no title, inscription or single word."""
    text, (start, end) = source.text, quote.inner
    inside = text[start:end]
    if not any(letter.isalnum() for letter in inside):
        return False
    before = text[paragraph.start : quote.outer[0]].rstrip()
    if source.tongue == "zh":
        if before.rstrip("：:，,").endswith(_CITED):
            return False
        if before.endswith(("：", ":")) or not before:
            return True
        said = before[-1:] in "，," and any(verb in before[-8:] for verb in ("道", "说", "曰", "问", "叫", "喊"))
        return said or inside[-1] in "。！？…，!?" or (going_on and not before)
    if inside[-1] in _ENDS or before[-1:] in (":", ",") or not before:
        return True
    after = text[quote.outer[1] : quote.outer[1] + 40]
    return len(inside.split()) >= _LEAST_WORDS and bool(re.match(r"\s*\w+\s+\w+", after)) and not before


def _unmarked(source: Source, paragraph: Paragraph) -> Iterator[_Quote]:
    """Speech after `曰：` where nothing marks it."""
    text = source.text
    tags = list(_UNMARKED.finditer(text, paragraph.start, paragraph.end))
    for index, tag in enumerate(tags):
        start = tag.end()
        stop = paragraph.end
        if index + 1 < len(tags):
            stop = _clause_start(text, tags[index + 1].start(), start)
        end = stop
        for sentence in _ZH_END.finditer(text, start, stop):
            if sentence.end() < stop and _tells(text[sentence.end() : stop].lstrip()):
                end = sentence.end()
                break
        if start < end:
            yield _Quote((start, end), _inner(text, start, end), unmarked=True)


def _clause_start(text: str, place: int, floor: int) -> int:
    """Where the sentence of a place begins, at least `floor`."""
    while place > floor and text[place - 1] not in "。！？…\n":
        place -= 1
    return place


def _tells(rest: str) -> bool:
    """Whether a sentence after unmarked speech begins with somebody's name, speaks of no `I` or `you`, and tells."""
    sentence = _ZH_END.split(rest, maxsplit=1)[0]
    if any(word in sentence for word in "我吾予余汝尔你您"):
        return False
    match = longest_first("zh", "roles").match(rest) or re.match(_animals_start(), rest)
    if match is None:
        return False
    after = rest[match.end() : match.end() + 1]
    return after not in "，之者也：" and after not in word_set("zh", "negation")


def _animals_start() -> str:
    from tianmu.studio.adapt.words import pairs

    return "|".join(sorted(map(re.escape, pairs("zh", "animals")), key=len, reverse=True))


def _passages(source: Source, paragraph: Paragraph, number: int, quotes: Sequence[_Quote]) -> Iterator[Passage]:
    at = paragraph.start
    for quote in quotes:
        yield from _sentences(source, at, quote.outer[0], number)
        yield Passage(
            kind="said",
            start=quote.inner[0],
            end=quote.inner[1],
            paragraph=number,
            unmarked=quote.unmarked,
            goes_on=quote.goes_on,
        )
        at = quote.outer[1]
    yield from _sentences(source, at, paragraph.end, number)


def _sentences(source: Source, start: int, end: int, number: int) -> Iterator[Passage]:
    """The sentences between two places; what holds no letter is none."""
    ends = _ZH_END if source.tongue == "zh" else _EN_END
    at = start
    for match in [*ends.finditer(source.text, start, end), None]:
        stop = end if match is None else match.end()
        first, last = _inner(source.text, at, stop)
        if any(letter.isalnum() for letter in source.text[first:last]):
            yield Passage(kind="told", start=first, end=last, paragraph=number)
        at = stop
