"""What this machine draws, and what a kilowatt-hour emits, as codecarbon knows it; looked up once and kept.

codecarbon's tracker samples for a second before it can start, too long for a shot of three. So its tables are used and
not its loop: the power of a processor by its name, its model of memory, and the carbon intensity of countries. What was
found lies in `machine.json` in the studio home until the processor or codecarbon changes.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

from tianmu.core.errors import InputError, TianmuError
from tianmu.core.files import write_text, writing
from tianmu.core.text import listed, say

FILE = "machine.json"
IDLE_SHARE = 0.1
"""Of a processor's power that it draws while nothing runs, as codecarbon's model of load has it."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What is known of a machine's power."""

    SCHEMA: ClassVar[str] = "tianmu.machine.1"

    codecarbon: str
    """The version that knows all this."""
    processor: str
    """As its system names it; empty where it does not."""
    num_threads: int
    """That run at once."""
    processor_watts: float
    """With all of them busy."""
    processor_known: bool
    """Whether codecarbon's table says so; else it is codecarbon's default a thread."""
    memory_watts: float
    world: float
    """Grams of CO2-equivalent a kWh, the average of the world."""
    countries: Mapping[str, float]
    """The same by country, in the three letters of ISO 3166."""

    @property
    def idle_watts(self) -> float:
        """What it draws for as long as the work lasts, whatever the work does."""
        return self.memory_watts + IDLE_SHARE * self.processor_watts

    @property
    def thread_watts(self) -> float:
        """What one busy thread adds."""
        return (1 - IDLE_SHARE) * self.processor_watts / self.num_threads

    def grams(self, country: str | None) -> float:
        """Grams of CO2-equivalent that a kWh emits in a country, such as `CHN`; the world's average for None.

        Raises:
            InputError: codecarbon knows no such country.
        """
        if country is None:
            return self.world
        found = self.countries.get(country.strip().upper())
        if found is None:
            near = listed(_near(country) or ["CHN (China)", "DEU (Germany)"])
            raise InputError(
                say(
                    f"A country is named by its three letters of ISO 3166, and {country[:40]!r} is none that is known; "
                    f"write one such as {near}.",
                    f"国家以 ISO 3166 三字母代码表示，而 {country[:40]!r} 不在已知之列；请写成例如 {near}。",
                )
            )
        return found


@cache
def this_machine(home: Path) -> Machine:
    """This machine, from the studio home or, where it is another or the file is damaged, looked up and kept there."""
    path = home / FILE
    kept = _read(path)
    if kept is not None and _identity(kept) == (version("codecarbon"), processor_name(), _num_threads()):
        return kept
    found = look_up()
    with suppress(TianmuError):  # a home that cannot be written costs the next process a look-up, and this one nothing
        with writing(home):
            home.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps({"schema": Machine.SCHEMA, **asdict(found)}, indent=2, ensure_ascii=False) + "\n")
    return found


@cache
def look_up() -> Machine:
    """This machine, as codecarbon knows it; a tenth of a second."""
    from codecarbon.core.cpu import DEFAULT_POWER_PER_CORE
    from codecarbon.external.ram import RAM

    name, num_threads = processor_name(), _num_threads()
    tabled, default = _tabled_watts(name), float(DEFAULT_POWER_PER_CORE * num_threads)
    watts = default if tabled is None else tabled * _num_sockets()
    if tabled is not None and _is_virtual():  # a chip's power is all its threads', and these may be a few of them
        watts = min(watts, default)
    mix = {country: float(row["carbon_intensity"]) for country, row in _table("global_energy_mix").items()}
    return Machine(
        codecarbon=version("codecarbon"),
        processor=name,
        num_threads=num_threads,
        processor_watts=watts,
        processor_known=tabled is not None and watts != default,
        memory_watts=round(float(RAM(tracking_mode="machine").total_power().W), 3),
        world=float(_table("carbon_intensity_per_source")["world_average"]),
        countries=mix,
    )


def processor_name() -> str:
    """The processor as its system names it, without starting another program; empty where that is not known."""
    if sys.platform == "darwin":
        import ctypes

        name = ctypes.create_string_buffer(256)
        size = ctypes.c_size_t(len(name))
        library = ctypes.CDLL(None)
        found = library.sysctlbyname(b"machdep.cpu.brand_string", name, ctypes.byref(size), None, 0) == 0
        return name.value.decode("utf-8", "replace").strip() if found else ""
    if sys.platform == "win32":
        import winreg

        with suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _WINDOWS_KEY) as key:
            return str(winreg.QueryValueEx(key, "ProcessorNameString")[0]).strip()
        return platform.processor()
    return _cpuinfo("model name") or platform.processor()


_WINDOWS_KEY = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"


def _cpuinfo(field: str) -> str:
    """A field of the first processor, as Linux tells it; the file of a large machine is long, so its head is read."""
    try:
        with Path("/proc/cpuinfo").open("rb") as file:
            head = file.read(4096).decode("utf-8", "replace")
    except OSError:
        return ""
    rows = (line.partition(":") for line in head.splitlines())
    return next((value.strip() for name, _, value in rows if name.strip() == field), "")


def _is_virtual() -> bool:
    return "hypervisor" in _cpuinfo("flags").split()


def _num_sockets() -> int:
    """Chips of this machine; one where its system does not say."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return 1
    return max(1, len({line for line in lines if line.startswith("physical id")}))


def _num_threads() -> int:
    return os.cpu_count() or 1


def _tabled_watts(name: str) -> float | None:
    """What codecarbon's table says of a processor, by codecarbon's own way of telling its name; None where nothing."""
    import csv

    from codecarbon.core.cpu import TDP
    from codecarbon.input import DataSource

    if not name:
        return None
    with DataSource().cpu_power_path.open(encoding="utf-8", newline="") as file:
        watts = {row["Name"]: row["TDP"] for row in csv.DictReader(file)}
    matching: Any = TDP._get_matching_cpu  # it wants a column of names, which need not be pandas'
    found = matching(TDP, name, {"Name": list(watts)})
    try:
        return float(watts[found]) if found else None
    except ValueError:  # a row of the table is no number
        return None


def _table(name: str) -> dict[str, Any]:
    """One of codecarbon's JSON tables, read without its loader, which would bring pandas."""
    from codecarbon.input import DataSource

    source = DataSource()
    path = {
        "global_energy_mix": source.global_energy_mix_data_path,
        "carbon_intensity_per_source": source.carbon_intensity_per_source_path,
    }[name]
    return json.loads(path.read_text("utf-8"))


def _near(country: str) -> list[str]:
    """Codes that somebody may have meant, by code or by name: `DEU (Germany)`."""
    import difflib

    names = {code: str(row["country_name"]) for code, row in _table("global_energy_mix").items()}
    wanted = country.strip().casefold()
    by_name = difflib.get_close_matches(wanted, [name.casefold() for name in names.values()], n=2, cutoff=0.7)
    begin = [code for code, name in names.items() if len(wanted) > 2 and name.casefold().startswith(wanted)]
    codes = begin + [code for code, name in names.items() if name.casefold() in by_name]
    codes += difflib.get_close_matches(wanted.upper(), list(names), n=3, cutoff=0.6)
    return [f"{code} ({names[code]})" for code in dict.fromkeys(codes)][:3]


def _identity(machine: Machine) -> tuple[str, str, int]:
    return machine.codecarbon, machine.processor, machine.num_threads


def _read(path: Path) -> Machine | None:
    """What was kept; None where there is nothing, or nothing that `this_machine` wrote."""
    try:
        row = json.loads(path.read_text("utf-8"))
        if row.pop("schema") != Machine.SCHEMA:
            return None
        machine = Machine(**row)
        numbers = (machine.processor_watts, machine.memory_watts, machine.world, *machine.countries.values())
        sound = all(type(number) is float and 0 <= number < 1e5 for number in numbers) and machine.num_threads > 0
        return machine if sound and len(machine.countries) > 1 else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
