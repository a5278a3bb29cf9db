"""How long things take: speech by words and characters, pauses by parentheticals, action by its words.

Rates are those of an unhurried reading: 2.7 English words or 4.2 Chinese characters a second. Lengths are fractions
of seconds, lines in eighths and shots in quarters, so that both are whole frames at 24 a second.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from itertools import pairwise

from tianmu.film.screenplay import Speech
from tianmu.film.wording import split_languages
from tianmu.studio.planner.vocabulary import finder_of, tokens

WORDS_A_SECOND = 2.7
CHARACTERS_A_SECOND = 4.2
SHORTEST = Fraction(2)
"""No shot is shorter, in seconds."""
LONGEST = Fraction(8)
"""No shot of the rules is longer, in seconds."""
LONGEST_PIECE = 6.0
"""A speech is cut into pieces of at most this many seconds, so that a shot has room for a pause before one."""
LEAD = Fraction(1, 4)
"""Seconds before the first word of a shot."""
TAIL = Fraction(1, 2)
"""Seconds after the last."""
SHORT_PAUSE = Fraction(3, 4)
LONG_PAUSE = Fraction(5, 4)

_EMPHASIS = re.compile(r"(?<![\\A-Za-z0-9])(\*{1,3}|_)(?=\S)(.+?)(?<=\S)(?<!\\)\1(?![A-Za-z0-9])")
_SENTENCE = re.compile(r".+?(?:[.!?\u2026]+[\"'\u201d\u2019)]*(?=\s|$)|[。！？…]+[”’」』）]*|$)\s*", re.DOTALL)
_CLAUSE = re.compile(r".+?(?:[,;:\u2014](?=\s)|[，；：、]|\u2014\u2014|$)\s*", re.DOTALL)
_PIECE = re.compile(r"\s*(?:[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af][^\w\s]*|\S+?(?=[\s\u3400-\u9fff]|$))")
_CHARACTER = re.compile(
    r"[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)
"""Scripts that are written without spaces."""
_WORD = re.compile(r"\w+(?:['\u2019]\w+)?")
_TITLES = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|Jr|Sr|No)\.\s*$")


def plain(text: str) -> str:
    """A text as it is said: without marks of emphasis, its white space as single spaces."""
    for _ in range(3):
        text, changed = _EMPHASIS.subn(r"\2", text)
        if not changed:
            break
    return " ".join(text.replace("\\*", "*").replace("\\_", "_").split())


def sentences(text: str) -> list[str]:
    """A text cut after its sentences; put together again they are the text, but for white space between them."""
    found: list[str] = []
    for match in _SENTENCE.finditer(text):
        part = match.group()
        if found and _TITLES.search(found[-1]):
            found[-1] += part
        elif part.strip():
            found.append(part)
    return [part.strip() for part in found]


def spoken_seconds(text: str) -> Fraction:
    """How long a text takes to say, at least half a second."""
    return max(Fraction(1, 2), eighths(_load(text)))


def _count(text: str) -> tuple[int, int]:
    """How many words of spaced scripts and how many characters of unspaced ones a text has."""
    characters = 0 if text.isascii() else len(_CHARACTER.findall(text))
    words = len(_WORD.findall(_CHARACTER.sub(" ", text) if characters else text))
    return words, characters


def _load(text: str) -> float:
    """Seconds of speech, exactly as the words add up; of what is said in two languages one is spoken."""
    loads: list[float] = []
    for _, said in split_languages(text):
        words, characters = _count(said)
        loads.append(words / WORDS_A_SECOND + characters / CHARACTERS_A_SECOND)
    return max(loads, default=0.0)


def pause_seconds(parenthetical: str) -> Fraction:
    """The silence that a parenthetical such as `beat` asks for."""
    if not parenthetical:
        return Fraction(0)
    hits = finder_of("long_pause", "short_pause").find(tokens(parenthetical))
    if any(hit.value.section == "long_pause" for hit in hits):
        return LONG_PAUSE
    return SHORT_PAUSE if hits else Fraction(0)


def action_seconds(text: str, *, moving: bool = False) -> Fraction:
    """How long it takes to see what a text of action tells: 2 to 8 seconds, at least 3 where somebody moves."""
    words, characters = _count(text)
    wanted = quarters(1 + words / 4 + characters / 7)
    return min(LONGEST, max(Fraction(3) if moving else SHORTEST, wanted))


def speech_seconds(pieces: Fraction) -> Fraction:
    """How long a shot is in which somebody speaks for so long, pauses included."""
    return max(SHORTEST, quarters(float(pieces + LEAD + TAIL)))


def cut_speech(text: str) -> list[str]:
    """A paragraph of speech in pieces of at most six seconds: whole sentences, else clauses, else words.

    What is said in two languages is cut between sentences alone, so that each piece has both of them.
    """
    if _load(text) <= LONGEST_PIECE:
        return [text]
    if len(both := split_languages(text)) == 2:
        first, second = (_packed(sentences(said)) for _, said in both)
        count = min(len(first), len(second))
        return [f"{one} {other}" for one, other in zip(_merged(first, count), _merged(second, count), strict=True)]
    return _packed([part for sentence in sentences(text) for part in _cut(sentence)])


def _merged(pieces: list[str], count: int) -> list[str]:
    """Neighbouring pieces put together until there are `count`."""
    ends = [len(pieces) * number // count for number in range(count + 1)]
    return [_joined(pieces[start:end]) for start, end in pairwise(ends)]


def _cut(sentence: str) -> list[str]:
    if _load(sentence) <= LONGEST_PIECE:
        return [sentence]
    clauses = [match.group().strip() for match in _CLAUSE.finditer(sentence) if match.group().strip()]
    return _packed([part for clause in clauses for part in _cut_clause(clause)])


def _cut_clause(clause: str) -> list[str]:
    if _load(clause) <= LONGEST_PIECE:
        return [clause]
    return _packed([match.group().strip() for match in _PIECE.finditer(clause)])


def _packed(parts: list[str]) -> list[str]:
    """Neighbours put together again as long as they are short enough."""
    packed: list[list[str]] = []
    total = 0.0
    for part in parts:
        load = _load(part)
        if packed and total + load <= LONGEST_PIECE:
            packed[-1].append(part)
            total += load
        else:
            packed.append([part])
            total = load
    return [_joined(pieces) for pieces in packed]


def _joined(parts: list[str]) -> str:
    """Parts of a text, with spaces where their script has them."""
    joined = parts[0]
    for part in parts[1:]:
        joined += part if joined[-1] >= "\u2e80" or part[0] >= "\u2e80" else f" {part}"
    return joined


def paragraphs(speech: Speech) -> list[tuple[str, str, bool]]:
    """A speech as (text, parenthetical before it, whether it is sung); a parenthetical at the end has no text."""
    found: list[tuple[str, str, bool]] = []
    waiting = ""
    for line in speech.lines:
        text = plain(line.text)
        if line.manner == "parenthetical":
            waiting = f"{waiting}, {text}" if waiting else text
        elif text:
            found.append((text, waiting, line.manner == "lyrics"))
            waiting = ""
    return found


def eighths(seconds: float) -> Fraction:
    """The next eighth of a second."""
    return Fraction(math.ceil(seconds * 8 - 1e-9), 8)


def quarters(seconds: float) -> Fraction:
    """The next quarter of a second."""
    return Fraction(math.ceil(seconds * 4 - 1e-9), 4)
