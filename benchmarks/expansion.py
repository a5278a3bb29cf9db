"""How well free wordings are understood: accuracy by fact and by language on a held-out list, and time a prompt.

    python benchmarks/expansion.py [--list benchmarks/data/wordings-dev.json] [--wrong]

The list holds prompts as people write them, each with what it states of subject, setting, time and action (several
keys where more than one is right). A fact counts as right if the first actor or the scene has one of those keys. The
list was written before the phrasebook was tuned and is not tuned on; `wordings-dev.json` is the list for that.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

from tianmu.core.errors import InputError
from tianmu.world.expand import Expansion, expand

FACTS = ("subject", "setting", "time", "action")
HELD_OUT = Path(__file__).parent / "data" / "wordings.json"


@dataclass(kw_only=True)
class Score:
    """Right and asked, by language and fact; the milliseconds that each prompt took; and every miss."""

    right: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    asked: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    milliseconds: list[float] = field(default_factory=list[float])
    misses: list[str] = field(default_factory=list[str])

    def accuracy(self, fact: str, language: str | None = None) -> float:
        """Of the prompts that state the fact; over all languages if none is named."""
        keys = [key for key in self.asked if key[1] == fact and language in (None, key[0])]
        return sum(self.right[key] for key in keys) / max(1, sum(self.asked[key] for key in keys))

    def languages(self) -> list[str]:
        return list(dict.fromkeys(language for language, _ in self.asked))


def understood(expansion: Expansion | None) -> dict[str, str | None]:
    """The four facts that are scored."""
    if expansion is None:
        return dict.fromkeys(FACTS)
    first = expansion.scene.actors[0] if expansion.scene.actors else None
    return {
        "subject": first.subject if first else None,
        "setting": expansion.scene.setting,
        "time": expansion.scene.time,
        "action": first.action if first else None,
    }


def measure(rows: list[dict[str, Any]]) -> Score:
    """Expands every prompt once; the first call of all, which loads the encoder, is made before the clock starts."""
    expand("un gatto cammina")
    score = Score()
    for row in rows:
        started = time.perf_counter()
        try:
            expansion = expand(row["prompt"])
        except InputError:
            expansion = None
        score.milliseconds.append(1000 * (time.perf_counter() - started))
        facts = understood(expansion)
        for fact in FACTS:
            if fact not in row:
                continue
            score.asked[row["language"], fact] += 1
            if facts[fact] in row[fact]:
                score.right[row["language"], fact] += 1
            else:
                score.misses.append(
                    f"{row['language']}  {fact}: {facts[fact]} for {'/'.join(row[fact])}  {row['prompt']}"
                )
    return score


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="Accuracy of prompt expansion on free wordings.")
    parser.add_argument("--list", type=Path, default=HELD_OUT)
    parser.add_argument("--wrong", action="store_true", help="also print every miss")
    asked = parser.parse_args()
    rows: list[dict[str, Any]] = json.loads(asked.list.read_text("utf-8"))
    score = measure(rows)
    print(f"{len(rows)} prompts of {asked.list.name}, {platform.machine()}, Python {platform.python_version()}")
    print(f"{'language':<10}{'prompts':>8}" + "".join(f"{fact:>10}" for fact in FACTS))
    for language in score.languages():
        count = sum(row["language"] == language for row in rows)
        print(f"{language:<10}{count:>8}" + "".join(f"{score.accuracy(fact, language):>10.1%}" for fact in FACTS))
    print(f"{'all':<10}{len(rows):>8}" + "".join(f"{score.accuracy(fact):>10.1%}" for fact in FACTS))
    times = sorted(score.milliseconds)
    print(
        f"ms a prompt: median {statistics.median(times):.1f}, "
        f"95 % {times[int(0.95 * len(times))]:.1f}, most {times[-1]:.1f}"
    )
    if asked.wrong:
        print("\n".join(score.misses))


if __name__ == "__main__":
    main()
