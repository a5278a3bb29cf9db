"""What the ledger costs: milliseconds to write an entry down in an open store, and how fast a ledger is verified.

    python benchmarks/ledger.py --entries 10000

An entry is that of a take. `fsync` is what the disk alone takes for a commit: the same row into a bare database. Goal:
at most 5 ms a shot. Verification computes every hash anew and checks every signature.
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

FACTS = {
    "slate": "3B",
    "number": 2,
    "prompt": "a red fox walks across a snowfield at dusk, slow pan left",
    **dict.fromkeys(("model", "request", "recipe", "film", "anchor"), "ab" * 32),
}


def main() -> None:
    """Print one row a measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--singly", type=int, default=200, help="entries that are written one by one")
    parser.add_argument("--folder", type=Path, help="where the store lies (default: the folder for temporary files)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        os.environ["TIANMU_HOME"] = folder
        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
        print("| measure | value |\n|---|---|")
        bare = _bare(Path(folder) / "bare.db", arguments.singly)
        print(f"| the disk alone, median | {bare:.2f} ms |")
        _measure(arguments.entries, arguments.singly)


def _bare(path: Path, count: int) -> float:
    """Milliseconds of a durable commit of one row."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE t (body TEXT)")
        spent = [_timed(lambda: connection.execute("INSERT INTO t VALUES (?)", ("x" * 2000,))) for _ in range(count)]
    return median(spent)


def _measure(entries: int, singly: int) -> None:
    from tianmu.core.settings import settings
    from tianmu.governance.identity import anchors
    from tianmu.governance.ledger import Entry
    from tianmu.governance.people import acting
    from tianmu.studio.proofs import prove
    from tianmu.studio.store import Store
    from tianmu.studio.store.ledger import read_ledger, record_in, verify_ledger

    home = settings().home

    def entry() -> Entry:
        return Entry(kind="take", actor=acting(home), project="ice", subject="ab" * 32, facts=FACTS)

    with Store.open(home) as store:
        record_in(store, entry())  # makes the keys
        spent = [_timed(lambda: record_in(store, entry())) for _ in range(singly)]
        print(f"| one entry, median | {median(spent):.2f} ms |")
        print(f"| of that, processor | {_processor(lambda: record_in(store, entry()), singly):.2f} ms |")
        print(f"| one entry, 95th percentile | {quantiles(spent, n=20)[-1]:.2f} ms |")
        rest = [entry() for _ in range(max(0, entries - 2 * singly - 2))]
        together = _timed(lambda: record_in(store, *rest))
        print(f"| an entry of {len(rest)} at once | {together / max(1, len(rest)):.3f} ms |")
        faults: list[object] = []
        took = _timed(lambda: faults.extend(verify_ledger(read_ledger(store), anchors(home))))
        assert not faults, "the ledger was only written to"
        print(f"| verification of {entries} entries | {took / 1000:.2f} s, {entries / took * 1000:.0f} a second |")
        took = _timed(lambda: prove(store, lambda number, entry: number == entries // 2))
        print(f"| the proof of one of {entries} | {took / 1000:.2f} s |")


def _processor(work: Callable[[], object], count: int) -> float:
    """Milliseconds of the processor for one of `count` calls, whatever else the machine does."""
    started = time.process_time()
    for _ in range(count):
        work()
    return (time.process_time() - started) * 1000 / count


def _timed(work: Callable[[], object]) -> float:
    """Milliseconds of a call."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
