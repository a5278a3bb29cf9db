"""Our estimate of energy beside codecarbon's own tracker, over the same busy seconds.

    python benchmarks/footprint.py [--runs 3] [--seconds 20] [--country FRA]

1. One thread works for so many seconds, and a meter and an OfflineEmissionsTracker measure it at the same time: once
   as codecarbon does by default (the whole machine, everybody's work, the processor's power bent over its load) and
   once for this process alone (of memory and of the processor what it holds, and nothing for what idles).
2. What measuring costs in processor time: the first look at a machine, the next process, and every block after that.
"""

from __future__ import annotations

import argparse
import logging
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tianmu.governance.footprint import Meter
from tianmu.governance.machine import this_machine

MODES = ("machine", "process")


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, and print two tables."""
    parser = argparse.ArgumentParser(description="Energy beside codecarbon's tracker.")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--country", default="FRA")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        machine = this_machine(Path(folder))
        known = "" if machine.processor_known else " (codecarbon's default)"
        print(f"{platform.platform()}, {machine.processor}, {machine.num_threads} threads")
        print(f"processor {machine.processor_watts:g} W{known}, memory {machine.memory_watts:g} W")
        print(f"\n{arguments.runs} runs of {arguments.seconds:g} s, one busy thread\n")
        print("| codecarbon tracks | ours, mWh | codecarbon's, mWh | ratio, median (range) | carbon, ratio |")
        print("|---|---|---|---|---|")
        for mode in MODES:
            rows = [
                _side_by_side(Path(folder), arguments.country, arguments.seconds, mode) for _ in range(arguments.runs)
            ]
            print(_row(mode, rows))
        print("\n| measuring | processor time, ms |\n|---|---|")
        for name, milliseconds in _costs(Path(folder)):
            print(f"| {name} | {milliseconds:.3g} |")


def _side_by_side(home: Path, country: str, seconds: float, mode: str) -> tuple[float, float, float]:
    """Our kWh, codecarbon's, and the ratio of the carbon."""
    from codecarbon import OfflineEmissionsTracker

    logging.getLogger("codecarbon").disabled = True  # it speaks before it reads its own settings
    tracker = OfflineEmissionsTracker(
        country_iso_code=country, tracking_mode=mode, save_to_file=False, log_level="critical", measure_power_secs=1,
        allow_multiple_runs=True,
    )  # fmt: skip
    tracker.start()
    with Meter(home, country) as meter:
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            sum(range(1000))
    carbon = tracker.stop()
    found = tracker.final_emissions_data.energy_consumed
    assert carbon
    return meter.footprint.energy_kwh, found, meter.footprint.carbon_kg / carbon


def _row(mode: str, rows: Sequence[tuple[float, float, float]]) -> str:
    ours, theirs = (statistics.median(row[place] for row in rows) * 1e6 for place in (0, 1))
    ratios = [row[0] / row[1] for row in rows]
    spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    carbon = statistics.median(row[2] for row in rows)
    return f"| {mode} | {ours:.1f} | {theirs:.1f} | {spread} | {carbon:.2f} |"


def _costs(home: Path) -> list[tuple[str, float]]:
    code = (
        "import sys, time; from pathlib import Path; from tianmu.governance.footprint import Meter;"
        "home = Path(sys.argv[1]); started = time.process_time(); Meter(home); print(time.process_time() - started)"
    )
    costs: list[tuple[str, float]] = []
    new = home / "new"
    for name in ("first on a machine", "first of a later process"):
        printed = subprocess.run([sys.executable, "-c", code, str(new)], check=True, capture_output=True, text=True)
        costs.append((name, float(printed.stdout) * 1000))
    started = time.process_time()
    for _ in range(1000):
        with Meter(home) as meter:
            pass
        assert meter.footprint
    costs.append(("each block after that", (time.process_time() - started)))
    return costs


if __name__ == "__main__":
    main()
