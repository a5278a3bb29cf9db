"""What became of each thing that a prompt asked for, by what the engine itself says that it understood."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from tianmu.studio.audit.prompts import Ask, Prompt
from tianmu.world.scene import cast

Fate = Literal["shown", "split", "replaced", "left out", "unknown", "silent", "stopped"]
FATES: tuple[Fate, ...] = get_args(Fate)
"""`shown`: the scene has it. `split`: one person became two figures. `replaced`: something else plays it, and the
engine says so. `left out`: understood, cannot be drawn, said so. `unknown`: not understood, said so. `silent`: not in
the scene, and the engine did not say so. `stopped`: a rule in force let nothing be made."""
_LEAST = 2
"""Letters that two Chinese words share before they count as the same."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """The fate of one ask."""

    kind: str
    words: str
    fate: Fate
    used: str = ""
    """What plays it, where it is replaced."""


def read_asks(prompt: Prompt, language: int, understood: Mapping[str, Any]) -> tuple[Found, ...]:
    """The fate of every ask of a prompt; `language` is 0 for English and 1 for Chinese."""
    has = facts_of(understood["scene"])
    found = [_fate(ask, ask.words[language], has, understood) for ask in prompt.asks]
    if prompt.says("gender") and prompt.says("work") and len(understood["scene"]["actors"]) > 1:
        found = [
            Found(kind=one.kind, words=one.words, fate="split")
            if one.kind in ("gender", "work") and one.fate == "shown"
            else one
            for one in found
        ]
    return tuple(found)


def all_alike(prompt: Prompt, language: int, fate: Fate) -> tuple[Found, ...]:
    """Where nothing was made: every ask has the same fate."""
    return tuple(Found(kind=ask.kind, words=ask.words[language], fate=fate) for ask in prompt.asks)


def facts_of(scene: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Every fact of a scene, as `("setting", "city")`, `("subject", "fox")`."""
    facts = {(name, value) for name, value in scene.items() if isinstance(value, str)}
    for actor in scene["actors"]:
        facts |= {(name, value) for name, value in actor.items() if isinstance(value, str)}
    return facts


def _fate(ask: Ask, words: str, has: set[tuple[str, str]], understood: Mapping[str, Any]) -> Found:
    if ask.fact in has and not _denied(words, (*understood["unknown"], *understood["ignored"])):
        return Found(kind=ask.kind, words=words, fate="shown")
    played: dict[str, str] = dict(understood["replaced"])
    for word, used in played.items():
        if alike(words, word) or word in _names(ask):
            # A stand-in that a model has not learnt is itself played by another.
            return Found(kind=ask.kind, words=words, fate="replaced", used=played.get(used, used))
    unknown, ignored = (_said(words, understood[name]) for name in ("unknown", "ignored"))
    return Found(kind=ask.kind, words=words, fate="unknown" if unknown else "left out" if ignored else "silent")


def _names(ask: Ask) -> tuple[str, ...]:
    """What an engine calls the figure that is asked for."""
    if ask.fact is None or ask.fact[0] != "subject":
        return ()
    figure = cast()[ask.fact[1]]
    return figure.en, figure.zh


def _denied(words: str, listed: Iterable[str]) -> bool:
    """Whether the engine says of all of these words, and not only of some, that it did not use them."""
    if words.isascii():
        return _tokens(words) <= {token for word in listed for token in _tokens(word)}
    return any(words in word for word in listed)


def _said(words: str, listed: Iterable[str]) -> bool:
    return any(alike(words, word) for word in listed)


def alike(words: str, other: str) -> bool:
    """Whether an engine that names `other` means these words, or a part of them."""
    if words.isascii():
        return not _tokens(words).isdisjoint(_tokens(other))
    least = min(_LEAST, len(words))
    return any(words[start : start + least] in other for start in range(len(words) - least + 1))


def _tokens(text: str) -> set[str]:
    return {token.rstrip("s") for token in re.findall(r"\w+", text.casefold())}
