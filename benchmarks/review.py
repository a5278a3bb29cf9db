"""What the review of words finds, and what it lets pass: precision and recall by category and language.

    python benchmarks/review.py [--half dev|held-out|fresh] [--show]

Counts the prompts of tests/data/review.tsv. A prompt is minded where a finding of its category reaches 0.5; a harmless
one is disturbed where any finding does. The lexicons were written on the half `dev`. What went wrong on `held-out` was
not looked at, but their author had written both halves just before, so that its words are in the lexicons. `fresh` was
written after the rules: it is the number to trust, and still no measure of the words of others. It was first measured
at precision 0.857 and recall 0.581; since then two rules about minors were mended that it had shown to be wrong.
Beside it stands what a review takes, cold and warm.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parents[1] / "tests/data/review.tsv"
SCORE = 0.5


@dataclass(frozen=True)
class Prompt:
    """One row of the data."""

    half: str
    language: str
    label: str
    category: str
    text: str


def read_prompts(path: Path = DATA) -> list[Prompt]:
    """Every row."""
    lines = path.read_text("utf-8").splitlines()
    return [Prompt(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def found_in(text: str) -> set[str]:
    """The categories that reach the score."""
    from tianmu.governance.review.prompt import find_in_words

    return {finding.category for finding in find_in_words(text) if finding.score >= SCORE}


def tally(prompts: list[Prompt]) -> dict[tuple[str, str], tuple[int, int, int]]:
    """By (category or `all`, language or `all`): minded rightly, missed, harmless ones disturbed by it."""
    counts: dict[tuple[str, str], list[int]] = {}
    for prompt in prompts:
        found = found_in(prompt.text)
        harmless = prompt.label == "harmless"
        for category in {"all", *((found) if harmless else {prompt.category})}:
            for language in ("all", prompt.language):
                row = counts.setdefault((category, language), [0, 0, 0])
                if harmless:
                    row[2] += bool(found)
                else:
                    hit = bool(found) if category == "all" else category in found
                    row[0 if hit else 1] += 1
    return {key: (row[0], row[1], row[2]) for key, row in counts.items()}


def precision(row: tuple[int, int, int]) -> float:
    """Of the prompts that were minded, those that should be."""
    return row[0] / max(row[0] + row[2], 1)


def recall(row: tuple[int, int, int]) -> float:
    """Of the prompts that should be minded, those that were."""
    return row[0] / max(row[0] + row[1], 1)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("dev", "held-out", "fresh"), default="held-out")
    parser.add_argument("--show", action="store_true", help="print what went wrong; look at dev only")
    arguments = parser.parse_args()
    prompts = [prompt for prompt in read_prompts() if prompt.half == arguments.half]
    if arguments.show:
        for prompt in prompts:
            found = found_in(prompt.text)
            if (prompt.label == "harmless" and found) or (prompt.label != "harmless" and prompt.category not in found):
                print(f"{prompt.category:24} {sorted(found)} {prompt.text}")
    print(f"{arguments.half}: {len(prompts)} prompts, {sum(p.label == 'harmless' for p in prompts)} of them harmless")
    print(f"{'category':26}{'language':10}{'minded':>8}{'missed':>8}{'harmless':>10}{'precision':>11}{'recall':>8}")
    for (category, language), row in sorted(tally(prompts).items()):
        numbers = f"{row[0]:8}{row[1]:8}{row[2]:10}{precision(row):11.3f}{recall(row):8.3f}"
        print(f"{category:26}{language:10}{numbers}")
    times: list[float] = []
    for prompt in prompts:
        started = time.perf_counter()
        found_in(prompt.text)
        times.append(time.perf_counter() - started)
    code = "import time; t = time.perf_counter(); from tianmu.governance.review.prompt import find_in_words as f; "
    code += "f('a red fox'); print(time.perf_counter() - t)"
    cold = [float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout) for _ in "123"]
    print(f"warm: median {1000 * statistics.median(times):.2f} ms, most {1000 * max(times):.1f} ms a prompt")
    print(f"cold, imports and lexicons with the first prompt: median {1000 * statistics.median(cold):.0f} ms of 3 runs")


if __name__ == "__main__":
    main()
