"""Who is in a book: figures with their names, and every place where one of them is named.

Rules find them, one set for English (`english.py`) and one for Chinese (`chinese.py`). Both give the same two nouns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Gender = Literal["female", "male", ""]


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A name in the text: `text[start:end]`, and whose it is."""

    start: int
    end: int
    figure: str
    """The key of the figure."""
    subject: bool = False
    """Whether somebody who does something is named here."""
    owner: bool = False
    """Whether it only says whose something is: `the Mouse's`."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Somebody in the book."""

    key: str
    name: str
    """The name that a screenplay uses: `TOWN MOUSE`, `石猴`."""
    aliases: tuple[str, ...]
    """Everything that the text calls it, the most frequent first."""
    count: int
    """How often it is named outside of speech."""
    gender: Gender = ""
    group: bool = False
    """Whether it is several: `the hunters`, `众猴`."""


@dataclass(frozen=True, kw_only=True)
class Company:
    """All figures, the most frequent first, and their mentions in the order of the text."""

    figures: tuple[Figure, ...]
    mentions: tuple[Mention, ...]

    def within(self, start: int, end: int) -> Sequence[Mention]:
        """The mentions that begin in `text[start:end]`."""
        from bisect import bisect_left

        places = self._places()
        return self.mentions[bisect_left(places, start) : bisect_left(places, end)]

    def _places(self) -> list[int]:
        cached: list[int] | None = self.__dict__.get("_cached")
        if cached is None:
            cached = [mention.start for mention in self.mentions]
            object.__setattr__(self, "_cached", cached)
        return cached
