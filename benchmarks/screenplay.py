"""How fast a screenplay of 300 pages is read and written, as Fountain and as FDX, beside another reader of Fountain.

The script is made by rule: about 55 lines a page, with headings, action, speeches, parentheticals, notes, sections,
transitions, dual dialogue and Chinese. fountain-py is measured on the same text in the same run where it is installed;
what it does not understand there (Chinese headings and cues) it takes for action.

    python benchmarks/screenplay.py
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import count

from tianmu.studio.importers import parse_fdx, parse_fountain, write_fdx, write_fountain

RUNS = 5
PAGES, LINES_A_PAGE = 300, 55
WANTED = "less than 2 s"


def script() -> str:
    """A screenplay of 300 pages, the same in every run."""
    rows = ["Title: The Long Light", "Author: Nobody", ""]
    for number in count(1):
        if len(rows) >= PAGES * LINES_A_PAGE:
            return "\n".join(rows) + "\n"
        rows += scene(number)
    raise AssertionError


def scene(number: int) -> list[str]:
    """The rows of one scene, about a page."""
    names = ("MARA", "JON", "DR. WU", "THE KEEPER")
    heading = (
        f"INT. LIGHTHOUSE - ROOM {number % 40} - NIGHT #{number}#",
        f"外景. 第{number % 40}号码头 - 黄昏 #{number}#",
        f"EXT. HARBOUR 港口 {number % 40} - DAY 日 #{number}#",
    )[number % 3]
    rows = [f"# Act {number // 100 + 1}", ""] if number % 100 == 1 else []
    rows += [heading, "", f"Rain on the *glass*. A **lamp** turns. [[Scene {number}: which lamp?]]", ""]
    for turn in range(number % 4 + 4):
        name = names[(number + turn) % len(names)]
        rows += ["@老周" if turn % 5 == 4 else name + (" (V.O.)" if turn % 3 == 2 else ""), "(quietly)"]
        rows += ["Nobody has seen the boat since the storm, and nobody will.", ""]
        rows += [f"{name.title()} looks at the sea, then at the door, and waits for a while.", ""] if turn % 2 else []
    rows += ["MARA ^", "I know.", "", "The light goes round.", "The sea does not.", ""]
    return [*rows, "CUT TO:", ""] if number % 2 else rows


def fountain_py() -> Callable[[str], object] | None:
    """The reader of fountain-py, where it is installed."""
    try:
        from fountain.parser import FountainParser  # pyright: ignore[reportMissingImports]
    except ImportError:
        return None
    return lambda text: FountainParser().parse(text)


@dataclass(frozen=True)
class Taken:
    """What each run took, in seconds: on the clock, and of the processor."""

    wall: list[float]
    cpu: list[float]


def timed(work: Callable[[], object]) -> Taken:
    """Time every run; a first one is left out."""
    work()
    taken = Taken([], [])
    for _ in range(RUNS):
        start, busy = time.perf_counter(), time.process_time()
        work()
        taken.wall.append(time.perf_counter() - start)
        taken.cpu.append(time.process_time() - busy)
    return taken


def line(name: str, taken: Taken, size: int, wanted: str) -> None:
    """Print one row: seconds as median (least to most), CPU seconds, and pages in a second."""
    median, cpu = statistics.median(taken.wall), statistics.median(taken.cpu)
    spread = f"{median:6.3f} ({min(taken.wall):.3f} to {max(taken.wall):.3f})"
    rate = f"{PAGES / median:7.0f}"
    print(f"| {name:28} | {size:9,} | {RUNS:4} | {spread:24} | {cpu:5.2f} | {rate} | {wanted:13} |", flush=True)


def main() -> int:
    """Print the machine and the table; 1 where a round trip loses something."""
    source = script()
    read = parse_fountain(source)
    data = write_fdx(read)
    load = f", load {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else ""
    speeches = sum(len(scene.speeches) for scene in read.scenes)
    lines = source.count("\n")
    print(f"A screenplay of {PAGES} pages: {lines:,} lines, {len(read.scenes)} scenes, {speeches:,} speeches.")
    print(f"Machine: {platform.machine()}, {os.cpu_count()} cores{load}; Python {platform.python_version()}")
    print(f"| {'what':28} | {'bytes':>9} | runs | {'seconds, median (range)':24} | CPU s | pages/s | {'wanted':13} |")
    print(f"|{'-' * 30}|{'-' * 11}|{'-' * 6}|{'-' * 26}|{'-' * 7}|{'-' * 9}|{'-' * 15}|")
    size = len(source.encode())
    ours = timed(lambda: parse_fountain(source))
    line("Fountain read", ours, size, WANTED)
    line("Fountain written", timed(lambda: write_fountain(read)), size, "")
    line("FDX read", timed(lambda: parse_fdx(data)), len(data), WANTED)
    line("FDX written", timed(lambda: write_fdx(read)), len(data), "")
    other = fountain_py()
    if other is None:
        print("fountain-py is not installed, so nothing is compared.")
    else:
        try:
            named = f"fountain-py {version('fountain-py')}"
        except PackageNotFoundError:
            named = "fountain-py"
        theirs = timed(lambda: other(source))
        line(f"Fountain read by {named}"[:28], theirs, size, "")
        ratio = statistics.median(theirs.cpu) / statistics.median(ours.cpu)
        print(f"{named} takes {ratio:.2f} times the CPU seconds of this reader.")
    lossless = write_fountain(parse_fountain(write_fountain(read))) == write_fountain(read)
    lossless = lossless and write_fdx(parse_fdx(data)) == data
    print(f"Written and read again, the script is {'the same' if lossless else 'NOT the same'}.")
    return 0 if lossless else 1


if __name__ == "__main__":
    sys.exit(main())
