"""Who a text of action speaks of: names of characters, as they are written or by a part that is theirs alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from tianmu.studio.planner.vocabulary import Finder, Hit, Token, tokens, word_set

K = TypeVar("K")

_BILINGUAL = re.compile(r"\s*[/|（）()]\s*|(?<=[\u3400-\u9fff])\s+(?=[A-Za-z])|(?<=[A-Za-z.])\s*(?=[\u3400-\u9fff])")


def folded(name: str) -> str:
    """A name as one key for all its spellings: case and space do not count."""
    return " ".join(name.casefold().replace("\u2019", "'").split())


def name_parts(name: str) -> tuple[str, ...]:
    """The names in a bilingual one: `MARA 玛拉` and `MARA / 玛拉` hold two; another is itself alone."""
    parts = tuple(dict.fromkeys(part.strip() for part in _BILINGUAL.split(name) if part.strip()))
    return parts if len(parts) > 1 else ()


class Names(Generic[K]):
    """Finds characters in texts. Latin names count only where they begin with a capital letter."""

    def __init__(self, named: Iterable[tuple[K, Sequence[str]]]) -> None:
        listed = list(named)
        phrases: list[tuple[str, K]] = [(name, key) for key, names in listed for name in names]
        owners: Counter[str] = Counter()
        own: dict[str, K] = {}
        for key, names in listed:
            for word in {token.text for name in names for token in tokens(name)}:
                owners[word] += 1
                own[word] = key
        common = word_set("common_names")
        phrases += [
            (word, key)
            for word, key in own.items()
            if owners[word] == 1 and len(word) >= 3 and word not in common and word.isalpha()
        ]
        self._finder = Finder(phrases)

    def find(self, text: str, words: list[Token]) -> list[Hit[K]]:
        """Every mention in a text, from left to right."""
        return [hit for hit in self._finder.find(words) if not text[hit.start].islower()]
