"""The words that the rules of adaptation go by, from `words.json`: one place for each language."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Tongue = Literal["en", "zh"]


@cache
def _loaded() -> dict[str, dict[str, str]]:
    loaded: Any = json.loads(files("tianmu.studio.adapt").joinpath("words.json").read_text("utf-8"))
    return loaded


def listed(tongue: Tongue, section: str) -> tuple[str, ...]:
    """The words of a section in their order."""
    return tuple(_loaded()[tongue][section].split())


@cache
def word_set(tongue: Tongue, *sections: str) -> frozenset[str]:
    """The words of some sections as a set, lower case in English."""
    return frozenset(word.lower() for section in sections for word in listed(tongue, section))


@cache
def pairs(tongue: Tongue, section: str) -> dict[str, str]:
    """A section of `from=to` words."""
    return dict(entry.split("=", 1) for entry in listed(tongue, section))


@cache
def shift_pattern(tongue: Tongue) -> re.Pattern[str]:
    """What a sentence begins with when time has passed."""
    said = _loaded()[tongue]["shift"]
    if tongue == "zh":
        return re.compile(rf"[\s“”「」]*(?:{said})")
    return re.compile(rf"\W*(?:and |but |so |then |now )?(?:{said})\b", re.IGNORECASE)


@cache
def longest_first(tongue: Tongue, *sections: str) -> re.Pattern[str]:
    """A pattern that finds any word of some sections, the longest where several begin at one place."""
    words = sorted({word for section in sections for word in listed(tongue, section)}, key=lambda w: (-len(w), w))
    choices = "|".join(map(re.escape, words))
    return re.compile(choices if tongue == "zh" else rf"\b(?:{choices})\b", 0 if tongue == "zh" else re.IGNORECASE)
