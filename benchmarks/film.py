"""How long a film takes, from `tianmu film SCREENPLAY` to the file and its papers.

    python benchmarks/film.py [--runs 3] [--engines animatic,native]

A screenplay of about a minute (four scenes, eight speeches) is made into a film by the whole command, in a process and
a studio home of its own each time: first from nothing, then with one line changed, then with nothing changed. Wall
time, and the peak memory of the largest process.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

SCREENPLAY = """Title: A Minute
Author: The Tianmu authors

EXT. SNOWFIELD - DAWN

EMBER, a fox, walks across the snow. She stops and looks up.

EMBER
The light comes later every day. I have counted.

PIP, a penguin, runs in.

PIP
Then count again. Yesterday you were asleep.

INT. LAMP ROOM - NIGHT

TIN, a robot, stands alone in the room.

TIN
Nobody has come this way for a hundred winters.

EXT. SEA - SUNSET

A sailboat floats on the sea.

EMBER
(quietly)
Look. It is coming here.

PIP
It is only a boat. Boats pass.

EXT. SNOWFIELD - NIGHT

Tin walks across the snow. Ember and Pip stand together.

TIN
I left the lamp burning. You will find your way.

EMBER
And you?

TIN
I know this snow by heart.
"""
CHANGED = (
    "I know this snow by heart.",
    "I have walked this snow so often that it knows me, and that is enough for the way.",
)
CASES = ("from nothing", "one line changed", "nothing changed")


@dataclass(frozen=True, kw_only=True)
class Run:
    """One command."""

    seconds: float
    megabytes: float
    film_seconds: float
    num_shots: int
    num_made: int
    size: str


def film(script: Path, home: Path, engine: str) -> Run:
    """Run the command, as a person would."""
    environment = {**os.environ, "TIANMU_HOME": str(home), "TIANMU_LANG": "en"}
    command = [sys.executable, "-m", "tianmu", "film", str(script), "--engine", engine, "--json"]
    started = time.perf_counter()
    done = subprocess.run(
        [*command, "-o", str(script.with_suffix(""))], env=environment, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        sys.exit(done.stderr)
    row = json.loads(done.stdout)
    return Run(
        seconds=seconds,
        megabytes=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1e3 if sys.platform == "linux" else 1e6),
        film_seconds=row["seconds"],
        num_shots=len(row["shots"]),
        num_made=row["num_made"],
        size=f"{row['width']}x{row['height']}",
    )


def measure(engine: str) -> list[Run]:
    """The three cases, one after the other in one studio home."""
    with tempfile.TemporaryDirectory() as folder:
        script, home = Path(folder) / "minute.fountain", Path(folder) / "home"
        script.write_text(SCREENPLAY, "utf-8")
        runs = [film(script, home, engine)]
        script.write_text(SCREENPLAY.replace(*CHANGED), "utf-8")
        runs.append(film(script, home, engine))
        return [*runs, film(script, home, engine)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="How long a film takes.")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--engines", default="animatic,native")
    chosen = parser.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {chosen.runs} runs a case"
    )
    print(f"load average before: {os.getloadavg()[0]:.1f}")
    print(
        f"{'engine':10} {'case':18} {'film':>8} {'shots':>6} {'made':>5}  {'wall s, median (range)':24} {'peak MB':>8}"
    )
    for engine in chosen.engines.split(","):
        rounds = [measure(engine) for _ in range(chosen.runs)]
        for index, case in enumerate(CASES):
            runs = [one[index] for one in rounds]
            seconds = [run.seconds for run in runs]
            spread = f"{statistics.median(seconds):.1f} ({min(seconds):.1f} to {max(seconds):.1f})"
            first = runs[0]
            print(
                f"{engine:10} {case:18} {first.film_seconds:6.1f} s {first.num_shots:6} {first.num_made:5}  "
                f"{spread:24} {max(run.megabytes for run in runs):8.0f}   {first.size}"
            )


if __name__ == "__main__":
    main()
