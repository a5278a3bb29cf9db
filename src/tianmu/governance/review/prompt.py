"""What the lexicons find in words, with its place in the text as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from tianmu.governance.review.lexicon import LANGUAGES, Lexicon, read_lexicon
from tianmu.governance.review.verdict import Finding
from tianmu.governance.review.words import View, is_chinese, read_views

LONGEST = 4000
"""Letters that are read at one go; a longer text is read in pieces that overlap."""
OVERLAP = 200


def find_in_words(text: str) -> tuple[Finding, ...]:
    """Everything that the lexicons find, in the order of the text; each place once a category.

    Words of a negative prompt ask for the opposite: see `find_in_negative`.
    """
    found: dict[tuple[str, int, int], Finding] = {}
    for offset in range(0, max(len(text), 1), LONGEST - OVERLAP):
        for finding in _find_in_piece(text, offset, offset + LONGEST):
            assert finding.start is not None
            assert finding.words is not None
            key = (finding.category, finding.start, finding.start + len(finding.words))
            if key not in found or found[key].score < finding.score:
                found[key] = finding
    return tuple(sorted(_widest(list(found.values())), key=lambda one: (one.start or 0, one.category)))


def find_in_negative(text: str) -> tuple[Finding, ...]:
    """What a negative prompt asks for by what it keeps away: no clothes are nakedness."""
    clothes = re.search(
        r"\b(?:clothes|clothing|dressed|underwear|censored|censorship)\b|衣服|衣物|穿衣|内衣|打码", text.lower()
    )
    if clothes is None:
        return ()
    start, end = clothes.span()
    return (
        Finding(
            category="sexual/nudity",
            score=0.8,
            by="lexicon negative 1",
            language=language_of(text),
            words=text[start:end],
            start=start,
            detail="in the negative prompt",
        ),
    )


def language_of(text: str) -> str:
    """`zh` where there is a Chinese character, else `en`."""
    return "zh" if is_chinese(text) else "en"


def plain_words(text: str) -> str:
    """A text in small letters, with nothing hidden in it that the lexicons can bring to light."""
    return read_views(text, _vocabulary(), _pinyin())[0].text


def _find_in_piece(text: str, start: int, end: int) -> Iterator[Finding]:
    lexicons = [read_lexicon(language) for language in LANGUAGES]
    for view in read_views(text[start:end], _vocabulary(), _pinyin()):
        for lexicon in lexicons:
            if lexicon.language != "zh" or is_chinese(view.text):
                yield from _find_in_view(text, start, view, lexicon)


def _find_in_view(text: str, offset: int, view: View, lexicon: Lexicon) -> Iterator[Finding]:
    words = frozenset(re.findall("[a-z0-9]+", view.text))
    read = view.text
    for entry in lexicon.harmless:
        for match in entry.matches(view.text, words):
            read = read[: match.start()] + "#" * len(match[0]) + read[match.end() :]
    for category, score, entry in lexicon.found:
        for match in entry.matches(read, words):
            first, last = view.span(*match.span())
            yield Finding(
                category=category,
                score=score,
                by=lexicon.name,
                language=lexicon.language,
                words=text[offset + first : offset + last],
                start=offset + first,
            )


def _widest(findings: list[Finding]) -> Iterator[Finding]:
    """Without those that lie within another of their category and at least their score."""
    for one in findings:
        first, last = _span(one)
        for other in findings:
            start, end = _span(other)
            covers = start <= first and last <= end and (start, end) != (first, last)
            if covers and other.category == one.category and other.score >= one.score:
                break
        else:
            yield one


def _span(finding: Finding) -> tuple[int, int]:
    start = finding.start or 0
    return start, start + len(finding.words or "")


@cache
def _vocabulary() -> frozenset[str]:
    return frozenset().union(*(read_lexicon(language).vocabulary for language in LANGUAGES))


@cache
def _pinyin() -> dict[str, str]:
    return {latin: words for language in LANGUAGES for latin, words in read_lexicon(language).pinyin.items()}
