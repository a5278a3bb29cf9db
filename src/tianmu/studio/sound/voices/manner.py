"""What a parenthetical asks of a voice: `(whispers)`, `(shouting)`, `（轻声）`, `(slowly)`, `(beat)`."""

from __future__ import annotations

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
_GAINS: dict[Colour, float] = {"whisper": -7.0, "soft": -4.0, "shout": 4.0}
_PLAIN: Colour = "plain"
_COLOURS: tuple[Colour, ...] = ("whisper", "shout", "soft")


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
    asked = [kind for kind in _COLOURS if found.count(kind)]
    colour = asked[0] if asked else _PLAIN
    return Manner(
        rate=max(Fraction(3, 4), min(rate, Fraction(5, 4))),
        gain=_GAINS.get(colour, 0.0),
        colour=colour,
        pause=pause_seconds(parenthetical),
    )
