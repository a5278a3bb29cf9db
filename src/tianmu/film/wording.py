"""Words as they are read on a screen: in which language, how fast, how wide, and where lines break."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Language = Literal["en", "zh"]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a language is read."""

    width: int
    """Characters of a line, aimed at."""
    widest: int
    """Characters of a line, at most."""
    calm: int
    """Characters a second, aimed at."""
    fastest: int
    """Characters a second, at most."""


READING: dict[Language, Reading] = {
    "en": Reading(width=42, widest=42, calm=17, fastest=17),
    "zh": Reading(width=16, widest=18, calm=9, fastest=11),
}


_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_ENDED = re.compile(r"[.!?\u2026。！？—–-][\"'”’)）」』]*$")
_SCRIPTS = re.compile(
    r"\s+(?=[“「『（《\"'‘(]*[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])|(?<=[。！？…”’」』])\s+(?=[\"'“‘(]*[A-Za-z])"
)


def split_languages(text: str) -> tuple[tuple[Language, str], ...]:
    """A line in its language; or, where it says the same in both, one after the other, each by itself.

    `You're not on the list. 名单上没有你。` is a line in two languages; `我用 Python 写的` is Chinese.
    What is said twice stands in two blocks, and the first ends as a sentence does.
    """
    plain = " ".join(text.split())
    for match in _SCRIPTS.finditer(plain):
        first, second = plain[: match.start()], plain[match.end() :]
        if not _ENDED.search(first) or bool(_HAN.search(first)) == bool(_HAN.search(second)):
            continue
        english, chinese = (second, first) if _HAN.search(first) else (first, second)
        if _LATIN.search(english) and not _LATIN.search(chinese):
            pair: tuple[tuple[Language, str], ...] = (("en", english), ("zh", chinese))
            return pair if english is first else pair[::-1]
    return ((language_of(plain), plain),) if plain else ()


def language_of(text: str) -> Language:
    """Chinese where there is a Chinese character, else English, which stands for everything written in letters."""
    return "zh" if _HAN.search(text) else "en"


_SCRIPTS_OF: dict[str, tuple[str, str]] = {
    "ARABIC": ("Arabic", "阿拉伯文"),
    "CYRILLIC": ("Cyrillic", "西里尔文"),
    "DEVANAGARI": ("Devanagari", "天城文"),
    "GREEK": ("Greek", "希腊文"),
    "HANGUL": ("Korean", "韩文"),
    "HEBREW": ("Hebrew", "希伯来文"),
    "HIRAGANA": ("Japanese", "日文"),
    "KATAKANA": ("Japanese", "日文"),
    "THAI": ("Thai", "泰文"),
}
_KNOWN = ("LATIN", "CJK", "FULLWIDTH", "MODIFIER", "MICRO", "FEMININE", "MASCULINE")


@dataclass(frozen=True, kw_only=True)
class Script:
    """A script that is neither Latin nor Chinese, and how much of a text is in it."""

    en: str
    zh: str
    words: tuple[str, ...]
    """Those with letters of it."""
    share: Fraction
    """Of the letters of the text."""


def foreign_script(text: str) -> Script | None:
    """The script, neither Latin nor Chinese, that most letters of a text are in; None where all are in those two."""
    letters = [letter for letter in text if letter.isalpha()]
    names: dict[str, int] = {}
    for letter in letters:
        name = unicodedata.name(letter, "UNKNOWN").split(" ")[0]
        if name not in _KNOWN:
            names[name] = names.get(name, 0) + 1
    if not names:
        return None
    name = max(names, key=lambda each: names[each])
    en, zh = _SCRIPTS_OF.get(name, (name.capitalize(), name.capitalize()))
    words = tuple(
        word
        for word in text.split()
        if any(unicodedata.name(c, "").split(" ")[0] in names for c in word if c.isalpha())
    )
    return Script(en=en, zh=zh, words=words, share=Fraction(sum(names.values()), len(letters)))


def count_characters(text: str, language: Language) -> Fraction:
    """How many characters a reader of that language counts: in Chinese, letters, digits and spaces count half."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    narrow = len(text) - wide
    return Fraction(wide) + Fraction(narrow, 2) if language == "zh" else Fraction(2 * wide + narrow)


_CJK = r"\u2e80-\u303f\u3040-\u30ff\u31c0-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
_CLOSERS = "，。！？；：、）》」』】〉〕…—～％”’"
_OPENERS = "（《「『【〈〔“‘"
_TOKEN = re.compile(rf"[{_OPENERS}]*[{_CJK}][{_CLOSERS}]*|[{_OPENERS}]*[^\s{_CJK}{_OPENERS}]+[{_CLOSERS}]*|\S")
_SENTENCE = re.compile(r"[.!?\u2026。！？][\"'”’)）」』]*$")
_CLAUSE = re.compile(r"[,;:，；：、—–][\"'”’)）」』]*$")
_BEFORE = re.compile(
    r"(and|but|or|nor|so|yet|that|which|who|whom|whose|because|although|though|if|when|while|where|before|after|until"
    r"|since|unless|as|than|to|of|in|on|at|by|with|from|into|over|under|about|through|between|without|for)",
    re.IGNORECASE,
)
"""Words that begin a phrase: a line may break before them."""
_CLINGS = re.compile(
    r"\W*(a|an|the|my|your|his|her|its|our|their|this|that|these|those|of|to|in|on|at|by|with|for|and|or)",
    re.IGNORECASE,
)
"""Words that want the next one on their line."""
_BEFORE_HAN = frozenset("和但而就也还却把被让对从因所如虽可并或")
_CUE = 8
"""What another cue costs, in the measure of `_break_cost`."""


@dataclass(frozen=True, kw_only=True)
class _Token:
    text: str
    space: bool
    """Whether there is a space before it."""


def lay_out(text: str, language: Language) -> list[tuple[str, ...]]:
    """A text as cues of one or two lines, broken where the sense allows; together they are the text.

    Among all ways that keep to the widths, the one that costs least is taken: few cues, breaks after sentences, else
    after clauses, else before a word that begins a phrase, and two lines of much the same length.
    """
    tokens = _tokens(text)
    best: list[tuple[Fraction, int, tuple[str, ...]]] = [(Fraction(0), 0, ())]
    for end in range(1, len(tokens) + 1):
        found: tuple[Fraction, int, tuple[str, ...]] | None = None
        for begin in range(end - 1, -1, -1):
            cue = _cue(tokens[begin:end], language)
            if cue is None:
                break
            cost = best[begin][0] + _CUE + cue[0]
            if end < len(tokens):
                cost += 3 * _break_cost(tokens[end - 1], tokens[end])
            if found is None or cost < found[0]:
                found = cost, begin, cue[1]
        assert found is not None, "a token alone is always a cue"
        best.append(found)
    cues: list[tuple[str, ...]] = []
    at = len(tokens)
    while at:
        _, at, lines = best[at]
        cues.append(lines)
    return cues[::-1]


def _tokens(text: str) -> list[_Token]:
    plain = " ".join(text.split())
    return [
        _Token(text=match.group(), space=match.start() > 0 and plain[match.start() - 1] == " ")
        for match in _TOKEN.finditer(plain)
    ]


def _cue(tokens: Sequence[_Token], language: Language) -> tuple[Fraction, tuple[str, ...]] | None:
    """What these tokens cost as one cue, and its lines; None where they do not fit into two lines."""
    rules = READING[language]
    whole = _joined(tokens)
    if len(tokens) == 1 or count_characters(whole, language) <= rules.width:
        return Fraction(0), (whole,)
    if count_characters(whole, language) > 2 * rules.widest + 1:
        return None
    found: tuple[Fraction, tuple[str, ...]] | None = None
    for at in range(1, len(tokens)):
        first, second = _joined(tokens[:at]), _joined(tokens[at:])
        widths = count_characters(first, language), count_characters(second, language)
        if max(widths) > rules.widest:
            continue
        cost = 1 + _break_cost(tokens[at - 1], tokens[at]) + 2 * abs(widths[0] - widths[1]) / rules.width
        cost += sum(width > rules.width for width in widths)
        if found is None or cost < found[0]:
            found = cost, (first, second)
    return found


def _joined(tokens: Sequence[_Token]) -> str:
    return "".join(f" {token.text}" if token.space and index else token.text for index, token in enumerate(tokens))


def _break_cost(before: _Token, after: _Token) -> int:
    """How much it disturbs to break between two tokens."""
    if _SENTENCE.search(before.text):
        return 0
    if _CLAUSE.search(before.text):
        return 1
    clings = _CLINGS.fullmatch(before.text) is not None
    if _BEFORE.fullmatch(after.text) or after.text[0] in _BEFORE_HAN:
        return 5 if clings else 2
    if clings:
        return 6
    return 4 if after.space else 5
