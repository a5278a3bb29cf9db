"""The phrases of a caption: which of its words say who, what, where and when, in what weather, frame and look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tianmu.world.lexicon import wordings, words

_SECTIONS = {
    "relation": "relations",
    "setting": "settings",
    "time": "times",
    "weather": "weathers",
    "framing": "framings",
    "camera": "cameras",
    "look": "looks",
}


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """Words of a caption that state one fact."""

    fact: str
    """subject, action, direction, or a field of the scene; `clause` where the caption is not the world's own."""
    text: str
    places: tuple[int, ...]
    """Which words of the caption they are."""


def phrases_of(caption: str, scene: Mapping[str, Any]) -> tuple[Phrase, ...]:
    """The phrases of the canonical caption of `scene` (as a recipe keeps it), in the caption's order.

    Of another caption (`--verbatim`), every clause between commas is a phrase.
    """
    said = words(caption)
    taken: set[int] = set()
    found: list[Phrase] = []
    for fact, text in _facts(scene):
        places = _place(words(text), said, taken)
        if places:
            taken.update(places)
            found.append(Phrase(fact=fact, text=" ".join(said[place] for place in places), places=places))
    if len(taken) < len(said) // 2:
        return _clauses(caption)
    return tuple(sorted(found, key=lambda phrase: phrase.places))


def _facts(scene: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every fact with its canonical words, in the order in which the long caption states them."""
    lexicon = wordings("en")
    facts: list[tuple[str, str]] = []
    names = [lexicon["subjects"][actor["subject"]][0] for actor in scene["actors"]]
    for actor, name in zip(scene["actors"], names, strict=True):
        facts.append(("subject", name))
        facts.append(("action", lexicon["actions"][actor["action"]][0].split("|")[0]))
        facts.append(("direction", actor["direction"]))
    if not names:
        facts.append(("subject", lexicon["nobody"][0]))
    facts.append(("setting", lexicon["settings"][scene["setting"]][0]))
    if scene.get("relation"):
        told = re.sub(r"\{\w\}", " ", lexicon["relations"][scene["relation"]][0])
        facts.append(("relation", told))
    plain = ("time", "weather", "framing", "camera", "look")
    facts.extend((fact, lexicon[_SECTIONS[fact]][scene[fact]][0]) for fact in plain)
    return facts


def _place(wanted: list[str], said: list[str], taken: set[int]) -> tuple[int, ...]:
    """Where the words stand in the caption, first after what is taken already; nothing if they do not."""
    after = max(taken, default=-1) + 1
    for start in (*range(after, len(said)), *range(after)):
        places = tuple(range(start, start + len(wanted)))
        if said[start : start + len(wanted)] == wanted and not taken.intersection(places):
            return places
    return ()


def _clauses(caption: str) -> tuple[Phrase, ...]:
    found: list[Phrase] = []
    start = 0
    for clause in re.split("[,;.\uff0c\u3002\uff1b]", caption):
        count = len(words(clause))
        if count:
            found.append(Phrase(fact="clause", text=clause.strip(), places=tuple(range(start, start + count))))
        start += count
    return tuple(found)
