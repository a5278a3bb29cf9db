"""How often generated clips show what was asked, read by the probe, beside renders of the same scenes.

python benchmarks/quality.py [WEIGHTS] [--clips 256] [--seed 0]
python benchmarks/quality.py --scores scores.json          what `tianmu evaluate` has measured before
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from pathlib import Path
from typing import Any

from tianmu.training.card import PROMISED
from tianmu.training.evaluate import evaluate
from tianmu.training.report import ISSUE_FACTS, grid, number


def rows(scores: dict[str, Any]) -> list[list[str]]:
    """One row a fact: accuracy on generated clips and on renders, their ratio with its error, and what is wanted."""
    count = scores["settings"]["clips"] // 2
    table = [["fact", "split", "generated", "renders", "score", "±", "wanted", "reached"]]
    for fact in ISSUE_FACTS:
        for side in ("trained", "held_out"):
            found = scores["accuracy"][side][fact]
            error = math.sqrt(found["generated"] * (1 - found["generated"]) / count) / max(found["renders"], 1e-9)
            wanted = [number(PROMISED[fact]), "yes" if found["ratio"] >= PROMISED[fact] else "no"]
            cells = [number(found[kind]) for kind in ("generated", "renders", "ratio")]
            table.append(
                [fact, side.replace("_", " "), *cells, number(error), *(wanted if side == "trained" else ["–", "–"])]
            )
    return table


def main() -> None:
    """Measure, or read what was measured, and print."""
    parser = argparse.ArgumentParser(description="probe accuracy of generated clips against renders")
    parser.add_argument("weights", type=Path, nargs="?", help="default: those that ship")
    parser.add_argument("--scores", type=Path, help="a scores.json; nothing is measured then")
    parser.add_argument("--clips", type=int, default=256)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.scores:
        scores = json.loads(arguments.scores.read_text("utf-8"))
    else:
        with tempfile.TemporaryDirectory() as folder:
            scores = evaluate(arguments.weights, Path(folder), clips=arguments.clips, seed=arguments.seed)
    model, settings, machine = scores["model"], scores["settings"], scores["machine"]
    print(f"model {model['name']} {model['digest'][:12]}, {model['parameters'] / 1e6:.1f} M parameters")
    print(
        f"{settings['clips']} clips of {settings['frames']} frames, {settings['steps']} steps, guidance "
        f"{settings['guidance']:g}, seed {settings['seed']}; {machine['cores']} cores, torch {machine['torch']}"
    )
    print(grid("Probe accuracy; score = generated / renders, ± its standard error", rows(scores), markdown=False))


if __name__ == "__main__":
    main()
