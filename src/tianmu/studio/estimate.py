"""What a film will cost before its first shot is made: time, energy and disk, from the takes that this store has seen.

The first film of an engine is estimated from what was measured on two laptop cores (`benchmarks/film.py`); from then
on the store's own takes say how fast this machine is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from tianmu.core.settings import settings
from tianmu.core.text import say
from tianmu.film.take import Take
from tianmu.governance.footprint import Footprint, expected, footprint_of, readable_energy
from tianmu.governance.machine import this_machine
from tianmu.studio.takes import Asked, missing

_SECONDS_A_FRAME = {"animatic": 0.04, "native": 0.03, "fake": 0.002}
"""At the engine's own size, when no take of it is known."""
_BYTES_A_PIXEL = 0.03
_CUT_SECONDS_A_FRAME = 0.02


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What is still to be made, and what it takes."""

    num_shots: int
    """Of the film."""
    num_missing: int
    """Of those, without a take yet."""
    seconds: float | None
    """Of work; None where nothing is known of the engine's speed."""
    bytes: int
    """On the disk."""
    measured: bool
    """Whether earlier takes of this engine on this machine say so."""
    footprint: Footprint | None
    """Energy and carbon of those seconds; None where they are not known."""

    def sentence(self) -> str:
        """All of it in one line for a person."""
        if not self.num_missing:
            return say(
                f"{self.num_shots} shots, all of them made already.", f"共 {self.num_shots} 个镜头，均已制作完成。"
            )
        megabytes = max(self.bytes / 1e6, 0.1)
        if self.seconds is None or self.footprint is None:
            return say(
                f"{self.num_shots} shots, {self.num_missing} to make; how long this engine takes is not known yet; "
                f"about {megabytes:.1f} MB.",
                f"共 {self.num_shots} 个镜头，待制作 {self.num_missing} 个；"
                f"此引擎的速度尚不清楚；约 {megabytes:.1f} MB。",
            )
        how = say("as measured here", "按本机实测") if self.measured else say("a first guess", "初步估计")
        length, energy = readable_seconds(self.seconds), readable_energy(self.footprint.energy_kwh)
        return say(
            f"{self.num_shots} shots, {self.num_missing} to make: about {length} ({how}), {energy}, "
            f"{megabytes:.1f} MB.",
            f"共 {self.num_shots} 个镜头，待制作 {self.num_missing} 个：约 {length}（{how}），{energy}，"
            f"{megabytes:.1f} MB。",
        )


def estimate(asked: Sequence[Asked], engine: str, past: Iterable[Take], country: str | None = None) -> Estimate:
    """What the shots without a take will need, and the cut of all of them; `country` is where the power comes from.

    Raises:
        InputError: nothing is known of such a country.
    """
    todo = [each.request for each in missing(asked)]
    known = [take for take in past if take.engine == engine]
    rates = [take.seconds_taken / (take.num_frames * take.width * take.height) for take in known]
    sizes = [take.bytes / (take.num_frames * take.width * take.height) for take in known]
    frames = sum(request.num_frames for request in todo)
    pixels = sum(request.num_frames * request.width * request.height for request in todo)
    seconds: float | None = None
    if rates:
        seconds = median(rates) * pixels
    elif engine in _SECONDS_A_FRAME:
        seconds = _SECONDS_A_FRAME[engine] * frames
    if seconds is not None:
        seconds += _CUT_SECONDS_A_FRAME * sum(each.request.num_frames for each in asked)
    return Estimate(
        num_shots=len(asked),
        num_missing=len(todo),
        seconds=seconds,
        bytes=round(pixels * (median(sizes) if sizes else _BYTES_A_PIXEL)),
        measured=bool(rates),
        footprint=None if seconds is None else _footprint(seconds, known, country),
    )


def _footprint(seconds: float, known: Iterable[Take], country: str | None) -> Footprint:
    """Of so many seconds: as many watts as the engine's takes drew, else what one busy thread of this machine draws."""
    plain = expected(this_machine(settings().home), country, seconds=seconds)
    drawn = [
        took.joules / take.seconds_taken for take in known if take.seconds_taken > 0 and (took := footprint_of(take))
    ]
    if not drawn or not plain.joules:
        return plain
    ratio = median(drawn) * seconds / plain.joules
    return replace(plain, energy_kwh=plain.energy_kwh * ratio, carbon_kg=plain.carbon_kg * ratio)


def readable_seconds(seconds: float) -> str:
    """`40 s`, `3:20 min`, `1:02 h`."""
    if seconds < 100:
        return f"{max(seconds, 1):.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 100:
        return f"{minutes}:{rest:02d} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d} h"
