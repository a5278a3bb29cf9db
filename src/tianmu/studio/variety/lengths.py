"""How varied the lengths of shots are, and which shot, much longer or much shorter, would widen them most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log2
from typing import Final

import numpy as np

from tianmu.core.text import say
from tianmu.film.shot import Shot
from tianmu.governance.diversity import alike, vendi
from tianmu.studio.changes import LONGEST, SHORTEST

_WIDTH: Final = 0.4
"""Of the kernel, in doublings: 3 s and 4 s are 0.6 alike, 3 s and 6 s next to nothing."""
_NOTES: Final = (("much longer", "长很多", Fraction(2)), ("much shorter", "短很多", Fraction(1, 2)))
"""What `tianmu retake --note` understands."""


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """The lengths of a film's shots by their diversity."""

    score: float
    """Vendi of the lengths."""
    slate: str = ""
    """The shot whose change lifts it most; empty where none does."""
    note: tuple[str, str] = ("", "")
    rise: float = 0.0

    def sentence(self) -> str:
        """What to do, for a person; empty where there is nothing."""
        en, zh = self.note
        if not self.slate:
            return ""
        return say(
            f'Shot {self.slate} {en}: tianmu retake {self.slate} --note "{en}" (lengths {self.rise:+.2f})',
            f'镜头 {self.slate} {zh}：tianmu retake {self.slate} --note "{zh}"（长度 {self.rise:+.2f}）',
        )


def measure_lengths(shots: Sequence[Shot]) -> Rhythm:
    """The score, and the change of one shot that lifts it most; of equal ones the first."""
    now = _score([shot.seconds for shot in shots])
    best = Rhythm(score=now)
    for place, shot in enumerate(shots):
        for en, zh, factor in _NOTES:
            changed = [other.seconds for other in shots]
            changed[place] = min(max(shot.seconds * factor, SHORTEST), LONGEST)
            rise = _score(changed) - now
            if rise > best.rise + 1e-9:
                best = Rhythm(score=now, slate=shot.slate, note=(en, zh), rise=rise)
    return best


def _score(seconds: Sequence[Fraction]) -> float:
    return vendi(alike(np.array([[log2(length)] for length in seconds]), _WIDTH))
