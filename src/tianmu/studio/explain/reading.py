"""How every word of a prompt was read: which facts would be others without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from tianmu.core.errors import InputError
from tianmu.world.expand import expand
from tianmu.world.lexicon import words

How = Literal["read", "replaced", "unknown", "unshowable", "no effect"]
MOST_WORDS = 80


@dataclass(frozen=True, kw_only=True)
class WordRead:
    """One word of the prompt."""

    word: str
    how: How
    decides: tuple[str, ...]
    """Facts of the scene that are others when the word is left out: subject, action, setting, time and so on."""
    became: str = ""
    """What stands for it where it was replaced."""


def read_words(prompt: str, understood: Mapping[str, Any]) -> tuple[WordRead, ...]:
    """Leave out each word in turn and read the prompt again; `understood` is what the recipe keeps of the reading."""
    pieces = words(prompt)[:MOST_WORDS]
    whole = _scene(prompt)
    lost = {word: "unknown" for text in understood.get("unknown", ()) for word in words(text)}
    lost |= {word: "unshowable" for text in understood.get("ignored", ()) for word in words(text)}
    became = {word: used for text, used in understood.get("replaced", ()) for word in words(text)}
    spaced = " " if " " in prompt.strip() else ""
    found: list[WordRead] = []
    for place, word in enumerate(pieces):
        rest = _scene(spaced.join(pieces[:place] + pieces[place + 1 :]))
        decides = tuple(fact for fact in whole if whole[fact] != rest.get(fact))
        how: Any = "replaced" if word in became else lost.get(word) or ("read" if decides else "no effect")
        found.append(WordRead(word=word, how=how, decides=decides, became=became.get(word, "")))
    return tuple(found)


def _scene(text: str) -> dict[str, Any]:
    """The facts of a prompt, an actor's by what they say; nothing where it cannot be read."""
    try:
        row = asdict(expand(text).scene)
    except InputError:
        return {}
    actors, _ = row.pop("actors"), row.pop("seed")
    return {fact: [actor[fact] for actor in actors] for fact in ("subject", "action", "direction")} | row
