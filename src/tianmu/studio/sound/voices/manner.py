"""What a parenthetical asks of a voice: `(whispers)`, `(shouting)`, `（轻声）`, `(slowly)`, `(beat)`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import Literal

from tianmu.film.sound import Manner
from tianmu.studio.planner.timing import pause_seconds
from tianmu.studio.planner.vocabulary import Finder, tokens
from tianmu.studio.sound.words import word_lists

Colour = Literal["plain", "whisper", "shout", "soft"]

_RATES = {
    "whisper": Fraction(19, 20),
    "soft": Fraction(19, 20),
    "shout": Fraction(1),
    "fast": Fraction(6, 5),
    "slow": Fraction(4, 5),
}
_GAINS: dict[Colour, float] = {"whisper": -5.0, "soft": -3.0, "shout": 4.0}


@cache
def _finder() -> Finder[str]:
    lists = word_lists()["manners"].items()
    return Finder((phrase.strip(), kind) for kind, listed in lists for phrase in listed.split(";"))


def read_manner(parenthetical: str) -> Manner:
    """How a line with this parenthetical is spoken; plainly where it says nothing of that."""
    if not parenthetical.strip():
        return Manner()
    found = [hit.value for hit in _finder().find(tokens(parenthetical))]
    rate = Fraction(1)
    for kind in dict.fromkeys(found):
        rate *= _RATES[kind]
    colour = _colour(found)
    return Manner(
        rate=max(Fraction(3, 4), min(rate, Fraction(5, 4))),
        gain=_GAINS.get(colour, 0.0),
        colour=colour,
        pause=pause_seconds(parenthetical),
    )


def _colour(found: Sequence[str]) -> Colour:
    """The strongest that was asked for."""
    if "whisper" in found:
        return "whisper"
    if "shout" in found:
        return "shout"
    return "soft" if "soft" in found else "plain"
