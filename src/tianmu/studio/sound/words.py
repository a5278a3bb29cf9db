"""Words of scripts that ask for a sound, in English and Chinese; `words.json` holds them.

A phrase stands for an ambience (`bed`) or an effect; what the action of performers says (steps) comes from the shots.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from tianmu.studio.planner.vocabulary import Finder, Hit, Sense, Token, sensible, tokens


@cache
def word_lists() -> Mapping[str, Mapping[str, str]]:
    """The words of `words.json`: `beds`, `effects`, `moods` and `manners`, each by name, parted by semicolons."""
    loaded: Mapping[str, Mapping[str, str]] = json.loads(
        files("tianmu.studio.sound").joinpath("words.json").read_text("utf-8")
    )
    return loaded


@cache
def _finder() -> Finder[tuple[Sense, ...]]:
    meanings: dict[str, list[Sense]] = {}
    for kind, listed in (("bed", "beds"), ("effect", "effects")):
        for name, phrases in word_lists()[listed].items():
            for phrase in phrases.split(";"):
                meanings.setdefault(phrase.strip(), []).append(Sense(kind, name))
    return Finder((phrase, tuple(senses)) for phrase, senses in meanings.items())


def sounds_in(text: str) -> list[tuple[Hit[tuple[Sense, ...]], str]]:
    """What a text names that can be heard, with the words that name it; what is negated is left out."""
    words: list[Token] = tokens(text)
    return [(hit, text[hit.start : hit.end]) for hit in _finder().find(words) if sensible(words, hit)]
