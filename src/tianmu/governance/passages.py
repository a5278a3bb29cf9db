"""Passages that two texts share, found by their words: a scene taken from a novel, a page from another script.

A text is read as tokens (words; Chinese by characters), each run of RUN tokens is hashed, and of every WINDOW runs the
smallest hash is kept: winnowing (Schleimer, Wilkerson, Aiken, "Winnowing: Local Algorithms for Document
Fingerprinting", SIGMOD 2003). So whatever two texts share over RUN + WINDOW - 1 tokens without a break is found,
wherever it stands, and about one run in three is kept. Case, punctuation and width of letters do not count; a
translation or a retelling in other words is not found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from tianmu.core.errors import InputError
from tianmu.core.text import say

RUN: Final = 6
"""Tokens that are hashed together."""
WINDOW: Final = 5
"""Runs of which one is kept."""
COPIED: Final = 8
"""From so many shared hashes on, texts are said to share a passage. Of passages of 28 tokens 45 in 100 are found so, of
40 all (`benchmarks/protected.py`); several shorter ones count together."""

_TOKEN = re.compile(r"[㐀-䶿一-鿿]|[^\W_㐀-䶿一-鿿]+")
_FORM = re.compile(r"words1(:[0-9a-f]{16})*")


@dataclass(frozen=True)
class Passages:
    """The kept hashes of a text."""

    hashes: frozenset[int]

    def to_text(self) -> str:
        """`words1:<16 hexadecimal digits>:...`, in order."""
        return ":".join(("words1", *(f"{each:016x}" for each in sorted(self.hashes))))

    @staticmethod
    def from_text(text: str) -> Passages:
        """Read what `to_text` wrote.

        Raises:
            InputError: it is something else.
        """
        if not _FORM.fullmatch(text):
            raise InputError(
                say(
                    f"Passages are words1 and 16 hexadecimal digits a piece, and {text[:40]!r} is none.",
                    f"文本指纹应为 words1 加若干 16 位十六进制数，而 {text[:40]!r} 不是。",
                )
            )
        return Passages(frozenset(int(each, 16) for each in text.split(":")[1:]))


def tokens(text: str) -> list[str]:
    """The words of a text, in lower case; a Chinese character is a word."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def passages(text: str) -> Passages:
    """What is kept of a text; one of fewer than RUN tokens has nothing."""
    words = tokens(text)
    runs = [_hash(words[index : index + RUN]) for index in range(len(words) - RUN + 1)]
    last = max(1, len(runs) - WINDOW + 1)
    return Passages(frozenset(min(runs[index : index + WINDOW]) for index in range(last) if runs))


def shared(a: Passages, b: Passages) -> int:
    """How many hashes two texts have in common."""
    return len(a.hashes & b.hashes)


def share(a: Passages, b: Passages) -> float:
    """The part of the shorter text that the other has too, 0 to 1."""
    return shared(a, b) / max(1, min(len(a.hashes), len(b.hashes)))


def _hash(run: Sequence[str]) -> int:
    return int.from_bytes(blake2b(" ".join(run).encode(), digest_size=8).digest(), "big")
