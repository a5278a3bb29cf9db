"""Lexicons: words of one language, what they mean for a film, and what only sounds like it. YAML beside this file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from tianmu.governance.review.categories import read_yaml

LANGUAGES: Final = ("en", "zh")
SURE: Final = 0.8
"""The score of words that have none of their own."""
_GAP: Final = {
    "en": r"(?:[\s,:'-]+[^\s,.;:!?]+){0,5}?[\s,:'-]+",
    "zh": r"[^。；！？.;!?\n]{0,8}?",
}
_SPACE: Final = {"en": r"[\s'-]+", "zh": r"\s?"}
_EDGE: Final = {"en": (r"(?<![a-z0-9])", r"(?![a-z0-9])"), "zh": (r"(?<![a-z])", r"")}


@dataclass(frozen=True, kw_only=True)
class Words:
    """One entry of a file: what it looks for, and what a text must have at least before it is worth a look."""

    language: str
    pattern: str
    needs: tuple[frozenset[str], ...]
    """Of each set, one word (in Chinese: some characters) must be there."""

    def matches(self, text: str, words: Collection[str]) -> Iterator[re.Match[str]]:
        """Where it stands in a text that consists of `words`. Few entries ever get as far as a regular expression,
        which is what would take time."""
        for need in self.needs:
            if need.isdisjoint(words) if self.language == "en" else not any(one in text for one in need):
                return
        yield from _compiled(self.language, self.pattern).finditer(text)


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """What is read in one language."""

    language: str
    version: int
    found: tuple[tuple[str, float, Words], ...]
    """Category, score, and the words."""
    harmless: tuple[Words, ...]
    """What is not read, because it only sounds like harm."""
    vocabulary: frozenset[str]
    """Single words in small letters; only English needs them, to undo what hides a word."""
    pinyin: Mapping[str, str]

    @property
    def name(self) -> str:
        """Who finds: `lexicon en 1`."""
        return f"lexicon {self.language} {self.version}"


@cache
def read_lexicon(language: str) -> Lexicon:
    """The lexicon of a language."""
    row: dict[str, Any] = read_yaml(Path(__file__).with_name(f"{language}.yaml").read_text("utf-8"))
    grammar = _Grammar(language, {name: tuple(str(word) for word in words) for name, words in row["groups"].items()})
    found: list[tuple[str, float, Words]] = []
    for category, entries in cast(dict[str, list[Any]], row["found"]).items():
        for entry in entries:
            words, score = (entry["words"], float(entry["score"])) if isinstance(entry, dict) else (entry, SURE)
            found.append((category, score, grammar.words(str(words))))
    return Lexicon(
        language=language,
        version=int(row["version"]),
        found=tuple(found),
        harmless=tuple(grammar.words(str(words)) for words in row["harmless"]),
        vocabulary=frozenset(grammar.vocabulary),
        pinyin=row.get("pinyin", {}),
    )


@cache
def _compiled(language: str, pattern: str) -> re.Pattern[str]:
    before, after = _EDGE[language]
    return re.compile(f"{before}(?:{pattern}){after}")


class _Grammar:
    """Turns the words of a file into patterns."""

    def __init__(self, language: str, groups: Mapping[str, tuple[str, ...]]) -> None:
        self.language = language
        self.groups = groups
        self.vocabulary: set[str] = set()
        self.known: dict[str, tuple[str, frozenset[str]]] = {}

    def words(self, entry: str) -> Words:
        """One entry: its parts one after the other, each with what may stand before it."""
        joint = pattern = ""
        needs: list[frozenset[str]] = []
        for part in entry.split():
            if part == "...":
                joint = _GAP[self.language]
            elif part.startswith("?"):
                pattern += f"(?:{joint}{self._either(part[1:])[0]})?"
                joint = joint or (_SPACE[self.language] if pattern else "")
            else:
                either, need = self._either(part)
                pattern += joint + either
                needs.append(need)
                joint = _SPACE[self.language]
        return Words(language=self.language, pattern=pattern, needs=tuple(needs))

    def _either(self, part: str) -> tuple[str, frozenset[str]]:
        """The pattern of `a|b|<group>`, and a word of each choice."""
        if part not in self.known:
            choices: list[str] = []
            for one in part.split("|"):
                choices += self.groups[one[1:-1]] if one.startswith("<") else [one.replace("_", " ")]
            read = [self._choice(choice) for choice in choices]
            need = frozenset().union(*(words for _, words in read))
            self.known[part] = (f"(?:{'|'.join(pattern for pattern, _ in read)})", need)
        return self.known[part]

    def _choice(self, words: str) -> tuple[str, frozenset[str]]:
        """The pattern of a word or of several, and the forms of its longest word."""
        if self.language == "zh":
            return words, frozenset((re.sub(r"\[[^\]]*\]", "", words),))
        forms = [self._forms(piece) for piece in words.split()]
        pattern = _SPACE["en"].join(f"(?:{'|'.join(some)})" for some in forms)
        longest = max(forms, key=lambda some: len(some[0]) if some[0][0].isalpha() else 0)
        return pattern, frozenset(form.partition("-")[0] for form in longest)

    def _forms(self, piece: str) -> list[str]:
        forms = sorted(set(inflect(piece[:-1]))) if piece.endswith("~") else [piece]
        self.vocabulary.update(form for form in forms if len(form) > 2 and form.isalpha())
        return forms


def inflect(stem: str) -> Iterator[str]:
    """The forms of a regular English word: `stab`, `stabs`, `stabbed`, `stabbing`."""
    yield stem
    if stem.endswith("e"):
        yield from (stem + "s", stem + "d", stem[:-1] + "ing")
    elif stem.endswith("y") and stem[-2] not in "aeiou":
        yield from (stem[:-1] + "ies", stem[:-1] + "ied", stem + "ing")
    else:
        yield from (stem + "s", stem + "ed", stem + "ing")
        if stem.endswith(("s", "x", "ch", "sh", "z")):
            yield stem + "es"
        if re.fullmatch(r"[a-z]*[^aeiou][aeiou][bdgklmnprt]", stem):
            yield from (stem + stem[-1] + "ed", stem + stem[-1] + "ing")


__all__ = ["LANGUAGES", "SURE", "Lexicon", "inflect", "read_lexicon"]
