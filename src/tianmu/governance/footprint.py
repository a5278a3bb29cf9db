"""Energy and carbon of a piece of work: an estimate from processor time and codecarbon's numbers, and marked as one.

    energy = wall time x (memory + a tenth of the processor) + busy time x what a busy thread adds + the GPU's counter

The same model holds on every machine, so that takes can be compared: the counters inside processors (RAPL) are closed
to all but the administrator, missing in virtual machines, and count everybody's work. Between idle and full load the
processor's power is taken as a straight line, where codecarbon bends it (`benchmarks/footprint.py` shows both). Water
is not told: codecarbon knows no number of its own for it.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from tianmu.core.errors import MediaError
from tianmu.core.text import say
from tianmu.governance.machine import Machine, this_machine

_JOULES_A_KWH = 3.6e6
_ENERGY = ((1e-3, "Wh", "瓦时"), (1e-6, "mWh", "毫瓦时"), (1.0, "kWh", "千瓦时"))
_CARBON = ((1e-3, "g", "克"), (1e-6, "mg", "毫克"), (1.0, "kg", "千克"))
"""Units by their size in kWh or kg: the plain one first, then the one below and the one above it."""


@dataclass(frozen=True, kw_only=True)
class Footprint:
    """What a piece of work took. Footprints of several pieces add up."""

    energy_kwh: float
    carbon_kg: float
    """Of CO2-equivalent."""
    method: str
    """How that was found, in a few words that say that it is an estimate."""

    def __add__(self, other: Footprint) -> Footprint:
        methods = dict.fromkeys((*self.method.split("; "), *other.method.split("; ")))
        return Footprint(
            energy_kwh=self.energy_kwh + other.energy_kwh,
            carbon_kg=self.carbon_kg + other.carbon_kg,
            method="; ".join(methods),
        )

    @property
    def joules(self) -> float:
        """The energy in joules."""
        return self.energy_kwh * _JOULES_A_KWH

    def as_row(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)

    @staticmethod
    def from_row(row: object) -> Footprint:
        """What `as_row` gave.

        Raises:
            MediaError: a field is missing, unknown or of another type, or a number is none that could be.
        """
        match row:
            case {"energy_kwh": energy, "carbon_kg": carbon, "method": str(method), **others} if method and not others:
                if _is_amount(energy) and _is_amount(carbon):
                    return Footprint(energy_kwh=float(energy), carbon_kg=float(carbon), method=method)
            case _:
                pass
        raise MediaError(
            say(
                "A footprint has the fields energy_kwh, carbon_kg and method, and this one is not so; "
                "it was damaged or changed by hand.",
                "能耗记录应含 energy_kwh、carbon_kg 和 method 三项，而这份不符；它已损坏或被手工改动。",
            )
        )

    def sentence(self, minutes: float | None = None) -> str:
        """`about 0.40 Wh, 0.19 g CO2e (estimate: ...)`, and what that is for each of `minutes` of finished film."""
        method = self.method.removeprefix("estimate: ")
        whole, share = self._amounts(1), self._amounts(minutes) if minutes else None
        if share is None:
            return say(f"about {whole} (estimate: {method})", f"约 {whole}（估算：{method}）")
        return say(
            f"about {whole}; {share} a finished minute (estimate: {method})",
            f"约 {whole}；每分钟成片 {share}（估算：{method}）",
        )

    def _amounts(self, parts: float) -> str:
        energy, carbon = readable_energy(self.energy_kwh / parts), _amount(self.carbon_kg / parts, _CARBON)
        return say(f"{energy}, {carbon} CO2e", f"{energy}、{carbon} CO2e")


def total(footprints: Iterable[Footprint | None]) -> Footprint | None:
    """All of them together, but for those that are not known; None where none is."""
    known = [footprint for footprint in footprints if footprint is not None]
    return sum(known[1:], known[0]) if known else None


class Estimated(Protocol):
    """What a take and a print keep of their footprints."""

    @property
    def joules(self) -> float | None: ...
    @property
    def carbon_kg(self) -> float | None: ...
    @property
    def energy_method(self) -> str | None: ...


def footprint_of(made: Estimated) -> Footprint | None:
    """What a take or a print took, as it was kept with it; None for one from before that was estimated."""
    if made.joules is None or made.carbon_kg is None or made.energy_method is None:
        return None
    return Footprint(energy_kwh=made.joules / _JOULES_A_KWH, carbon_kg=made.carbon_kg, method=made.energy_method)


def expected(machine: Machine, country: str | None, *, seconds: float) -> Footprint:
    """What so many seconds of one busy thread will take on a machine.

    Raises:
        InputError: codecarbon knows no such country.
    """
    return _footprint(machine, country, wall=seconds, busy=seconds, gpu_joules=0.0)


class Meter:
    """Measures what its block takes, with all threads of this process and all programs that it ran to their ends.

    Two blocks of one process at the same time each count the work of both.
    """

    device: str
    """Where the engine ran, as `Footage.device` says; a graphics card counts when its block has set this to `cuda`."""

    def __init__(self, home: Path, country: str | None = None) -> None:
        """`home` is the studio home, where what is known of this machine is kept; `country` such as `CHN`.

        Raises:
            InputError: codecarbon knows no such country.
        """
        self.device = "cpu"
        self._machine = this_machine(home)
        self._country = country
        self._machine.grams(country)
        self._start: _Reading | None = None
        self._end: _Reading | None = None

    def __enter__(self) -> Self:
        self._start, self._end = _read(), None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end = _read()

    @property
    def footprint(self) -> Footprint:
        """Of the block, or of what is over of it."""
        assert self._start is not None, "a meter measures its block"
        start, end = self._start, self._end or _read()
        gpu_joules, graphics = 0.0, ""
        if self.device.startswith("cuda"):
            graphics = "without the GPU"
            if start.gpu_joules is not None and end.gpu_joules is not None:
                gpu_joules, graphics = end.gpu_joules - start.gpu_joules, "GPU by its counter"
        return _footprint(
            self._machine,
            self._country,
            wall=end.wall - start.wall,
            busy=end.busy - start.busy,
            gpu_joules=gpu_joules,
            graphics=graphics,
        )


@dataclass(frozen=True, kw_only=True)
class _Reading:
    wall: float
    busy: float
    gpu_joules: float | None


def _read() -> _Reading:
    return _Reading(wall=time.perf_counter(), busy=time.process_time() + _children(), gpu_joules=_gpu_joules())


def _children() -> float:
    """Processor time in seconds of all programs that this process ran to their ends, where the system tells."""
    if sys.platform == "win32":
        return 0.0
    import resource

    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _gpu_joules() -> float | None:
    """What NVIDIA's cards have taken since their driver was loaded; None where there are none, or none that tells."""
    nvml = _nvml()
    if nvml is None:
        return None
    try:
        cards = [nvml.nvmlDeviceGetHandleByIndex(index) for index in range(nvml.nvmlDeviceGetCount())]
        return sum(nvml.nvmlDeviceGetTotalEnergyConsumption(card) for card in cards) / 1000 if cards else None
    except nvml.NVMLError:
        return None


@cache
def _nvml() -> Any:
    """NVIDIA's library, ready; None where no such driver is loaded, which is told without loading anything."""
    if sys.platform != "win32" and not Path("/proc/driver/nvidia").is_dir():
        return None
    try:
        import pynvml

        pynvml.nvmlInit()
    except Exception:  # no library, no driver, or one that does not answer: then there is no card to count
        return None
    return pynvml


def _footprint(
    machine: Machine, country: str | None, *, wall: float, busy: float, gpu_joules: float, graphics: str = ""
) -> Footprint:
    joules = wall * machine.idle_watts + busy * machine.thread_watts + gpu_joules
    grams = machine.grams(country)
    parts = (
        f"codecarbon {machine.codecarbon}",
        f"processor {machine.processor_watts:g} W" + ("" if machine.processor_known else " by default"),
        f"memory {machine.memory_watts:g} W",
        graphics,
        f"{grams:g} g CO2e/kWh " + ("as the world's average" if country is None else f"in {country.strip().upper()}"),
    )
    energy = _rounded(joules / _JOULES_A_KWH)
    return Footprint(
        energy_kwh=energy,
        carbon_kg=_rounded(energy * grams / 1000),
        method="estimate: " + ", ".join(part for part in parts if part),
    )


def _rounded(value: float) -> float:
    """Four digits: an estimate has no more."""
    return float(f"{value:.4g}")


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


def readable_energy(kwh: float) -> str:
    """`40 mWh`, `0.40 Wh`, `1.2 kWh`."""
    return _amount(kwh, _ENERGY)


def _amount(value: float, units: tuple[tuple[float, str, str], ...]) -> str:
    """A number with two digits, in the unit that suits it."""
    plain, small, large = units
    size, en, zh = small if value < plain[0] / 100 else large if value >= plain[0] * 1000 else plain
    number = value / size
    decimals = max(0, 1 - math.floor(math.log10(number))) if number else 0
    return f"{number:.{min(decimals, 6)}f} {say(en, zh)}"
