"""The wordings that the world is spoken of in, as data, and the splitter that turns any text into words.

`data/captions.en.json` and `data/captions.zh.json` hold, for every fact, the phrases that captions choose from. The
first phrase of each list is the canonical one: the long caption that the model knows best is written with it, so its
wording stays as it is for as long as weights depend on it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

FACTS = ("settings", "times", "weathers", "cameras", "looks", "framings")
"""The sections of a wording file that hold plain phrases, one list a key."""

# Scripts that are written without spaces: one character is one word.
UNSPACED = "\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WORD = re.compile(rf"[{UNSPACED}]|(?:(?![{UNSPACED}_])\w)+")


def words(text: str) -> list[str]:
    """Splits any text into lower-case words; Chinese, Japanese, Korean and Thai into single characters.

    Punctuation, emoji and control characters are dropped; an apostrophe inside a word is dropped with it.
    """
    return _WORD.findall(text.lower().replace("'", "").replace("\u2019", ""))


@cache
def wordings(language: Language) -> Mapping[str, Any]:
    """One language's wording file, by section and key."""
    text = files("tianmu.world").joinpath(f"data/captions.{language}.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def article(noun: str) -> str:
    """`a` or `an`, by the noun's first letter."""
    return "an" if noun[:1].lower() in "aeio" else "a"


def _phrases(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for child in node.values():
            yield from _phrases(child)
    else:
        for child in node:
            yield from _phrases(child)


@cache
def vocabulary(language: Language) -> tuple[str, ...]:
    """Every word (in Chinese: every character) that a caption in this language can hold, sorted."""
    found = {word for phrase in _phrases(wordings(language)) for word in words(re.sub(r"\{\w+\}", " ", phrase))}
    return tuple(sorted(found))
