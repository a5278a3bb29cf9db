"""What a script says of a character: the words beside the name at its first mention, and whether a she or a he."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from tianmu.film.screenplay import Screenplay
from tianmu.studio.planner.mentions import Names, name_parts
from tianmu.studio.planner.timing import plain, sentences
from tianmu.studio.planner.vocabulary import (
    Finder,
    Hit,
    Sense,
    cast_phrases,
    finder_of,
    is_chinese,
    sections,
    tokens,
    word_set,
)

_AFTER = re.compile(r"\s*(?:[,，]|\u2014|--)\s*([^,，.。;；!！?？()（）]+)")
_BRACKETS = re.compile(r"\s*[(（]([^)）]+)[)）]")
_IS = re.compile(r"\s*(?:is|was)\s+((?:an?|the)\s[^,.;!?]+)|(?:是|为)([^，。；！？]+)")
_APPOSITION = re.compile(
    r"(?:an?|the|his|her|their|our|old|young|early|late|mid|in (?:his|her|their)|\d+s?)\b"
    r"|.*(?:岁|一名|一位)|一[个只辆条头匹艘架台]",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"[^,，.。;；!！?？:：()（）“”\"]*$")
_LONGEST_BEFORE = 40
_WITHOUT = re.compile(r"\b(?:with|in|who|of|by|on|at|near|holding|carrying)\b.*")
"""What somebody has or where they are is not what they are: `a man with a lantern`."""
_CLAUSES = 3
PLAYERS = ("person", "animal")
"""Groups of the world's cast that play characters, in the order in which they are asked."""


@dataclass(frozen=True, kw_only=True)
class Description:
    """What is known of a character."""

    words: str = ""
    """As the script says it: `an old lighthouse keeper`."""
    subject: str | None = None
    """The member of the world's cast that the words name."""
    gender: str | None = None
    """`female` or `male`."""

    @property
    def described(self) -> bool:
        """Whether the script says anything that can be seen."""
        return bool(self.words) or self.subject is not None


def describe(screenplay: Screenplay, names: Sequence[str]) -> dict[str, Description]:
    """What the script says of each of these names, at the first place that says anything."""
    finder = Names[str]([(name, (name, *name_parts(name))) for name in names])
    said: dict[str, str] = {}
    pronouns: dict[str, list[str]] = {name: [] for name in names}
    for scene in screenplay.scenes:
        for action in scene.actions:
            last: str | None = None
            for sentence in sentences(plain(action.text)):
                hits = finder.find(sentence, tokens(sentence))
                for number, hit in enumerate(hits):
                    start = hits[number - 1].end if number else 0
                    end = hits[number + 1].start if number + 1 < len(hits) else len(sentence)
                    words = _beside(sentence, hit, start, end)
                    if words and hit.value not in said:
                        said[hit.value] = words
                last = hits[-1].value if hits else last
                if last is not None and len({hit.value for hit in hits}) <= 1 and len(pronouns[last]) < 4:
                    pronouns[last] += [h.value.section for h in _genders().find(tokens(sentence))]
    return {name: _read(name, said.get(name, ""), pronouns[name]) for name in names}


def _beside(sentence: str, hit: Hit[str], start: int, end: int) -> str:
    """The apposition of a name: after it in commas or brackets, after "is", or right before it."""
    parts: list[str] = []
    at = hit.end
    for _ in range(_CLAUSES):
        match = _BRACKETS.match(sentence, at, end)
        if match is None:
            match = _AFTER.match(sentence, at, end)
            if match is None or not _APPOSITION.match(match.group(1).strip()):
                break
        parts.append(match.group(1).strip())
        at = match.end()
    if not parts and (match := _IS.match(sentence, hit.end, end)) is not None:
        parts.append((match.group(1) or match.group(2)).strip())
    if not parts:
        parts += _before(sentence, hit, start)
    return ", ".join(dict.fromkeys(parts))


def _before(sentence: str, hit: Hit[str], start: int) -> Iterator[str]:
    """Words before a name that name its bearer: they must touch it, or a comma only may stand between."""
    head = sentence[max(start, hit.start - _LONGEST_BEFORE) : hit.start].rstrip()
    head = head[:-1].rstrip() if head.endswith(",") else head
    match = _BEFORE.search(head)
    clause = match.group().strip() if match else ""
    words = tokens(clause)
    found = _people().find(words)
    if found and found[-1].last == len(words) - 1:
        yield clause if len(clause) <= 24 else clause[found[-1].start :]


def _read(name: str, words: str, pronouns: list[str]) -> Description:
    """Who plays the words, and the gender: by the words and the name first, then by the pronouns after it."""
    subject: str | None = None
    for text in (_WITHOUT.sub("", words), name):
        hits = _people().find(tokens(text))
        keys = [hit.value.key for hit in reversed(hits) if hit.value.section == "subject"]
        subject = subject or (keys[0] if keys else None)
    told = [hit.value.section for text in (words, name) for hit in _genders().find(tokens(text))]
    told = told or pronouns or _by_given_name(name)
    gender = max(("female", "male"), key=told.count) if told else None
    return Description(words=words, subject=subject, gender=gender)


def _by_given_name(name: str) -> list[str]:
    """What a given name suggests where nothing else is said; a Chinese one by its last character."""
    words = [token.text for token in tokens(name)]
    for gender in ("female", "male"):
        known = word_set(f"given_{gender}")
        if words and (words[0] in known or (is_chinese(name) and words[-1] in known)):
            return [gender]
    return []


@cache
def _people() -> Finder[Sense]:
    """Trades and members of the cast by name; `woman`, `man` and their kind are genders here, and no member."""

    def phrases() -> Iterator[tuple[str, Sense]]:
        for key, listed in sections()["people"].items():
            yield from ((phrase.strip(), Sense("subject", key)) for phrase in listed.split(";"))
        for gender in ("female", "male"):
            yield from ((phrase.strip(), Sense(gender, "")) for phrase in sections()[gender].split(";"))
        for phrase, sense in cast_phrases(people=True):
            if sense.key not in ("walking_woman", "walking_man"):
                yield phrase, sense

    return Finder(phrases())


@cache
def _genders() -> Finder[Sense]:
    return finder_of("female", "male")
