"""What tests run as processes of their own: `worker.py count URL HOME TIMES`, or `worker.py kennel`, which forks a
fresh keeper of takes for every line that it reads and kills it, many without many starts."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import ClassVar

from tianmu.film.take import Take
from tianmu.studio.store import Conflict, Store


@dataclass(frozen=True, kw_only=True)
class Counter:
    """A document that many writers change."""

    SCHEMA: ClassVar[str] = "tianmu.counter.1"

    value: int = 0


def count(url: str, home: Path, times: int) -> None:
    """Add one, `times` times, whoever else does."""
    with Store.open(home, url=url) as store:
        project = store.ensure_project("shared")
        for _ in range(times):
            while True:
                stored = project.read(Counter)
                try:
                    if stored is None:
                        project.write(Counter(value=1), expected=None)
                    else:
                        project.write(replace(stored.value, value=stored.value.value + 1), expected=stored.version)
                    break
                except Conflict:
                    continue


def keep_for_ever(url: str, home: Path, first_seed: int) -> None:
    """Keep one take after the other, and tell the id of each that is kept."""
    made = home / "made"
    made.mkdir(parents=True, exist_ok=True)
    with Store.open(home, url=url) as store:
        project = store.ensure_project("film")
        with project.lease("film"):
            seed = first_seed
            while True:
                take, files = _take(made, seed)
                os.write(1, f"{project.keep_take(take, files).id}\n".encode())
                seed += 1


def kennel() -> None:
    """For every line `URL HOME SEED TAKES MOMENT` fork a keeper, wait until it told of so many takes and then so many
    seconds more, kill it, and tell all that it told."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    for line in sys.stdin:
        url, home, seed, takes, moment = line.split()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(writing, 1)
            os.close(writing)
            keep_for_ever(url, Path(home), int(seed))
        os.close(writing)
        with os.fdopen(reading) as told:
            lines = [told.readline() for _ in range(int(takes))]
            early = signal.sigtimedwait({signal.SIGCHLD}, float(moment))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            signal.sigtimedwait({signal.SIGCHLD}, 0)
            lines += list(told)
        os.write(1, ("".join(lines) + ("ended early\n" if early else "killed\n")).encode())


def _take(folder: Path, seed: int) -> tuple[Take, dict[str, Path]]:
    files: dict[str, Path] = {}
    digests: list[str] = []
    for part in ("film", "recipe", "thumbnail"):
        data = f"{part} {seed} ".encode() * 500
        digests.append(hashlib.sha256(data).hexdigest())
        files[digests[-1]] = folder / part
        files[digests[-1]].write_bytes(data)
    return Take(
        id=hashlib.sha256(str(seed).encode()).hexdigest(),
        key=f"key {seed // 3}",
        seed=seed,
        engine="fake",
        slate="1A",
        number=0,
        film=digests[0],
        recipe=digests[1],
        thumbnail=digests[2],
        num_frames=1,
        fps=Fraction(24),
        width=16,
        height=16,
        bytes=1,
        seconds_taken=0.0,
    ), files


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["count", url, home, times]:
            count(url, Path(home), int(times))
        case ["kennel"]:
            kennel()
        case _:
            sys.exit(2)
