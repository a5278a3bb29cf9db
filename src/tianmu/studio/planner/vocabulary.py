"""Words of screenplays in English and Chinese, and a finder of phrases in any text that mixes the two.

`vocabulary.json` holds the planner's own words by section; the world's phrasebook adds its cast. A phrase is a run of
words (Chinese: of characters), found by longest match. A word that is also a verb ("duck", "watch") counts as a thing
only after an article or the like.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Generic, NamedTuple, TypeVar

P = TypeVar("P")
_SECTIONS = (
    *("places", "props", "vehicles", "animals", "effects", "sound", "wardrobe", "extras", "atmosphere", "stunts"),
    *("weathers", "actions", "entering", "leaving", "meeting", "following", "rising", "sinking", "tender", "fierce"),
)
_GOING = ("entering", "leaving", "following")


class Sense(NamedTuple):
    """What a phrase can mean: a section of the vocabulary and a key in it (`places`, `room`)."""

    section: str
    key: str


class Token(NamedTuple):
    """A word or a Chinese character, folded, and where it stands."""

    text: str
    start: int
    end: int


class Hit(NamedTuple, Generic[P]):
    """A phrase in a text: characters `start` to `end` (exclusive), its first and last token, what it stands for."""

    start: int
    end: int
    first: int
    last: int
    value: P


@cache
def _token() -> re.Pattern[str]:
    from tianmu.world.lexicon import UNSPACED

    return re.compile(rf"[{UNSPACED}]|(?:(?![{UNSPACED}_])\w)+(?:['\u2019](?:(?![{UNSPACED}_])\w)+)?")


def tokens(text: str) -> list[Token]:
    """The words of a text in lower case, Chinese as single characters; a possessive's ending is dropped."""
    found: list[Token] = []
    for match in _token().finditer(text):
        word = match.group().lower()
        if len(word) > 2 and word[-2] in "'\u2019" and word[-1] == "s":
            word = word[:-2]
        found.append(Token(word, match.start(), match.end()))
    return found


def is_chinese(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return any("\u3400" <= letter <= "\u9fff" for letter in text)


class Finder(Generic[P]):
    """Finds phrases, the longest first where several begin at one word; what it finds does not overlap."""

    def __init__(self, phrases: Iterable[tuple[str, P]]) -> None:
        known: dict[tuple[str, ...], P] = {}
        for phrase, value in phrases:
            words = tuple(token.text for token in tokens(phrase))
            if words:
                known.setdefault(words, value)
        self._by_first: dict[str, list[tuple[tuple[str, ...], P]]] = {}
        for words, value in sorted(known.items(), key=lambda item: (-len(item[0]), item[0])):
            self._by_first.setdefault(words[0], []).append((words, value))

    def find(self, words: list[Token]) -> list[Hit[P]]:
        """What a text's tokens hold, from left to right."""
        found: list[Hit[P]] = []
        index, count, by_first = 0, len(words), self._by_first
        while index < count:
            word = words[index].text
            for phrase, value in by_first.get(word, ()):
                end = index + len(phrase)
                if end <= count and (
                    len(phrase) == 1 or all(words[index + i].text == phrase[i] for i in range(1, len(phrase)))
                ):
                    found.append(Hit(words[index].start, words[end - 1].end, index, end - 1, value))
                    index = end - 1
                    break
            index += 1
        return found


@cache
def sections() -> Mapping[str, Any]:
    """The planner's own words, as they are written in `vocabulary.json`."""
    loaded: dict[str, Any] = json.loads(files("tianmu.studio.planner").joinpath("vocabulary.json").read_text("utf-8"))
    return loaded


@cache
def word_set(section: str) -> frozenset[str]:
    """A section without keys as a set of phrases."""
    return frozenset(_split(sections()[section]))


@cache
def vocabulary() -> Finder[tuple[Sense, ...]]:
    """Everything that a text of action can name, built on first use (some 20 ms)."""
    senses: dict[str, dict[Sense, None]] = {}
    for phrase, sense in _phrases():
        senses.setdefault(" ".join(token.text for token in tokens(phrase)), {})[sense] = None
    for phrase, listed in senses.items():  # "runs in" is the action of "runs", too
        if any(sense.section in _GOING for sense in listed) and all(sense.section != "actions" for sense in listed):
            verb = next((sense for sense in senses.get(phrase.split()[0], ()) if sense.section == "actions"), None)
            listed[verb or Sense("actions", "walks")] = None
    return Finder((phrase, tuple(listed)) for phrase, listed in senses.items())


@cache
def finder_of(*names: str) -> Finder[Sense]:
    """A finder of a few sections alone, such as the places of headings; the earlier section wins."""
    return Finder((phrase, sense) for name in names for phrase, sense in _section(name))


def sensible(words: list[Token], hit: Hit[tuple[Sense, ...]]) -> bool:
    """Whether what was found is meant: a word that is also a verb needs an article or the like before it."""
    if hit.first != hit.last or words[hit.first].text not in word_set("ambiguous"):
        return not negated(words, hit.first)
    before = words[hit.first - 1].text if hit.first else "a"
    return before in word_set("determiners") and not negated(words, hit.first)


def negated(words: list[Token], first: int) -> bool:
    """Whether "no", "not", "没有" or the like stands right before a word."""
    before = "".join(word.text for word in words[max(0, first - 2) : first])
    last = words[first - 1].text if first else ""
    return last in word_set("negations") or before in word_set("negations")


def _phrases() -> Iterator[tuple[str, Sense]]:
    for name in _SECTIONS:
        yield from _section(name)
    yield from cast_phrases()
    yield from _verbs()


def cast_phrases(*, people: bool = False) -> Iterator[tuple[str, Sense]]:
    """What the members of the world's cast are called in both languages; people only where they are asked for."""
    from tianmu.world.lexicon import wordings
    from tianmu.world.phrasebook import phrases
    from tianmu.world.scene import cast

    for language in ("en", "zh"):
        said = phrases()[language]["subjects"]
        for key, subject in cast().items():
            if subject.group == "person" and not people:
                continue
            for phrase in (*wordings(language)["subjects"][key], *_split(said.get(key, ""))):
                yield phrase, Sense("subject", key)


def _verbs() -> Iterator[tuple[str, Sense]]:
    """The world's own wordings of its actions, for verbs that the planner's vocabulary does not name."""
    from tianmu.world.lexicon import wordings
    from tianmu.world.phrasebook import phrases

    own = {phrase for phrase, _ in _section("actions")}
    for language in ("en", "zh"):
        for key, listed in phrases()[language]["actions"].items():
            said = (form for wording in wordings(language)["actions"][key] for form in wording.split("|"))
            for phrase in (*said, *_split(listed)):
                if phrase not in own and phrase not in ("still", "going", "on the move"):
                    yield phrase, Sense("actions", key)


def _section(name: str) -> Iterator[tuple[str, Sense]]:
    node = sections()[name]
    for key, listed in node.items() if isinstance(node, dict) else [("", node)]:
        for phrase in _split(listed):
            yield phrase, Sense(name, key)


def _split(listed: str) -> list[str]:
    return [phrase.strip() for phrase in listed.split(";") if phrase.strip()]
