"""How the second reader learns: prompts in, weights out, the same bytes each time.

    python -m tianmu.governance.review.training [--prompts FILE ...] [--out FILE] [--report]

Logistic regression, one category against the rest, and one more question, whether it is anything at all; the answer
to that is added to every category, for it has all the prompts to learn from. What a neighbouring category may also be
(a torn body is violence too) counts neither for nor against. Then each category gets its threshold from five folds,
each judged by weights that have not seen it: so few prompts that only sound like harm reach it as `ALIKE` says, so few
ordinary ones as `ORDINARY` says, and, where it refuses, so few of those that only deserve a label as `MILD` says. A
finding's score is the distance from that threshold, squeezed to 0.5 there. Prompts are joined to longer ones besides.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tianmu.core.files import whole_file
from tianmu.governance.review.categories import SUBJECT
from tianmu.governance.review.meaning import SIZE, WEIGHTS, features

if TYPE_CHECKING:
    import numpy as np

PROMPTS: Final = Path(__file__).with_name("data") / "prompts.tsv"
HARMLESS: Final = ("alike", "ordinary")
"""What stands for a category where there is none: it sounds like harm and is none, or does not even sound so."""
FOLDS: Final = 5
STEPS: Final = 160
RATE: Final = 0.03
DECAY: Final = 3e-5
"""How strongly large weights are held down; chosen on the half `dev` of tests/data/review.tsv."""
JOINED: Final = 900
"""Longer texts that are made of prompts."""
ALIKE: Final = {"violence/depicted": 0.015, "people/": 0.009, SUBJECT: 0.003, "": 0.0065}
"""The share of prompts that only sound like harm that may reach a category, by how its name begins."""
ORDINARY: Final = {"violence/depicted": 0.004, "": 0.0025}
"""The same of ordinary ones. The weights that are shipped have learnt these too, and let all of them pass."""
MILD: Final = {"violence/depicted": 0.06, SUBJECT: 0.01}
"""The share of prompts of a category that only labels, or of a special subject, that may reach one that refuses."""
_PERSON: Final = ("violence/depicted", "sexual/nudity", "minors/harm", "self-harm/depicted", "people/", SUBJECT)
"""How the names of those begin that are labelled, or looked at by a person, and not refused."""
_ALSO: Final = {
    "violence/depicted": ("violence/", "minors/harm", "self-harm/depicted", "hate/", "sexual/forced", "harm/", "decep"),
    "violence/praise": ("hate/",),
    "hate/group": ("violence/praise",),
    "minors/harm": ("sexual/minors",),
    "sexual/nudity": ("sexual/",),
    "sexual/explicit": ("sexual/",),
    "sexual/forced": ("sexual/minors",),
    "self-harm/depicted": ("self-harm/",),
    "people/private": ("sexual/forced", "deception/"),
    "people/public": ("sexual/forced", "deception/"),
    "harm/instructions": ("self-harm/instructions",),
}
"""By category: how the names of others begin that may be it too."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """One row of the data."""

    language: str
    category: str
    """Or `alike`, or `ordinary`."""
    text: str
    fold: int
    """Which of the folds it is tried in: by its own digest, so that nobody shuffles."""


def read_examples(path: Path) -> list[Example]:
    """Rows of language, category and prompt."""
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return [
        Example(
            language=language, category=category, text=text, fold=int(sha256(text.encode()).hexdigest(), 16) % FOLDS
        )
        for language, category, text in rows
    ]


def joined(examples: Sequence[Example], count: int = JOINED) -> list[Example]:
    """Longer texts: a prompt among harmless ones of its language and fold. It keeps its category."""
    from random import Random

    rng = Random(1)
    made: list[Example] = []
    harmless = [one for one in examples if one.category in HARMLESS]
    for _ in range(count):
        first = rng.choice(examples)
        others = [one for one in harmless if one.fold == first.fold and one.language == first.language]
        parts = [first, *rng.sample(others, rng.randint(1, 3))]
        rng.shuffle(parts)
        texts = [one.text for one in parts]
        alike = first.category in HARMLESS and any(one.category == "alike" for one in parts)
        category = "alike" if alike else first.category
        made.append(replace(first, category=category, text=rng.choice([" ", ". ", ", ", "。"]).join(texts)))
    return made


def learn(seen: np.ndarray, wanted: np.ndarray, minded: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights `[d c]` and biases `[c]` by Adam over all of `seen` `[n d]`, from targets `[n c+1]`."""
    import numpy as np

    weights: list[np.ndarray] = [
        np.zeros((seen.shape[1], wanted.shape[1]), np.float32),
        np.full(wanted.shape[1], -3, np.float32),
    ]
    first: list[np.ndarray] = [np.zeros_like(part) for part in weights]
    second: list[np.ndarray] = [np.zeros_like(part) for part in weights]
    for step in range(1, STEPS + 1):
        wrong = (1 / (1 + np.exp(-(seen @ weights[0] + weights[1]))) - wanted) * minded / len(seen)
        slopes = [seen.T @ wrong + 2 * DECAY * weights[0], wrong.sum(axis=0)]
        for place, slope in enumerate(slopes):
            first[place] = 0.9 * first[place] + 0.1 * slope
            second[place] = 0.999 * second[place] + 0.001 * slope**2
            move = first[place] / (1 - 0.9**step) / (np.sqrt(second[place] / (1 - 0.999**step)) + 1e-8)
            weights[place] -= (RATE * (1 - step / STEPS) + 1e-4) * move
    weight, bias = (part[..., :-1] + part[..., -1:] for part in weights)
    return weight, bias


def targets(examples: Sequence[Example], labels: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """What is wanted, `[n c+1]`, and what counts, both 0 or 1; the last column is whether it is anything."""
    import numpy as np

    wanted = [[*(one.category == label for label in labels), one.category not in HARMLESS] for one in examples]
    minded = [
        [*(_counts(one.category, label) for label in labels), not one.category.startswith(SUBJECT)] for one in examples
    ]
    return np.array(wanted, dtype=np.float32), np.array(minded, dtype=np.float32)


def thresholds(logits: np.ndarray, examples: Sequence[Example], labels: Sequence[str]) -> np.ndarray:
    """Of each category, the logit from which it is found, from logits of prompts that were not learnt."""
    import numpy as np

    alike = np.array([one.category == "alike" for one in examples])
    ordinary = np.array([one.category == "ordinary" for one in examples])
    found: list[float] = []
    for column, label in enumerate(labels):
        least = max(_reached(logits[alike, column], label, ALIKE), _reached(logits[ordinary, column], label, ORDINARY))
        if not label.startswith(_PERSON):
            for start, share in MILD.items():
                mild = np.array([one.category.startswith(start) for one in examples])
                least = max(least, float(np.quantile(logits[mild, column], 1 - share)))
        found.append(least)
    return np.array(found, dtype=np.float32)


def train(examples: Sequence[Example], out: Path) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Write the weights; gives the logits of the folds, the thresholds, and the categories.

    Raises:
        OutputError: they cannot be written.
    """
    import numpy as np

    labels = tuple(sorted({one.category for one in examples} - set(HARMLESS)))
    seen = features([one.text for one in examples])
    wanted, minded = targets(examples, labels)
    fold = np.array([one.fold for one in examples])
    logits = np.zeros((len(examples), len(labels)), np.float32)
    for number in range(FOLDS):
        inside = fold != number
        weight, bias = learn(seen[inside], wanted[inside], minded[inside])
        logits[~inside] = seen[~inside] @ weight + bias
    threshold = thresholds(logits, examples, labels)
    weight, bias = learn(seen, wanted, minded)
    with whole_file(out) as path, path.open("wb") as file:
        half = np.float16
        np.savez(file, labels=np.array(labels), weight=weight.astype(half), bias=bias, threshold=threshold)
    return logits, threshold, labels


def _counts(category: str, label: str) -> bool:
    """Whether a prompt of a category says anything of a label."""
    if category in (*HARMLESS, label):
        return True
    if category.startswith(SUBJECT):
        return label != "violence/depicted" and not label.startswith(SUBJECT)
    return not label.startswith(SUBJECT) and not category.startswith(_ALSO.get(label, ()))


def _reached(logits: np.ndarray, label: str, shares: Mapping[str, float]) -> float:
    """The logit that only so many reach as the share of a category says."""
    import numpy as np

    share = next(share for start, share in shares.items() if label.startswith(start))
    return float(np.quantile(logits, 1 - share))


def main() -> None:
    """Learn, and say what the folds say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=Path, nargs="+", default=[PROMPTS], metavar="FILE")
    parser.add_argument("--out", type=Path, default=WEIGHTS, metavar="FILE")
    parser.add_argument("--report", action="store_true", help="print each prompt that its fold got wrong")
    arguments = parser.parse_args()
    examples = [one for path in arguments.prompts for one in read_examples(path)]
    examples += joined(examples)
    logits, threshold, labels = train(examples, arguments.out)
    over = logits >= threshold
    if arguments.report:
        for one, row in zip(examples, over, strict=True):
            found = [label for label, hit in zip(labels, row, strict=True) if hit]
            if found if one.category in HARMLESS else one.category not in found:
                print(f"{one.category:24} {' '.join(found):40} {one.text}")
    print(f"{len(examples)} prompts, {SIZE} and hashed features, {arguments.out.stat().st_size / 1000:.0f} kB")
    for label in (*HARMLESS, *labels):
        rows = [row for one, row in zip(examples, over, strict=True) if one.category == label]
        hits = [bool(row.any()) for row in rows]
        own = [bool(row[labels.index(label)]) for row in rows] if label in labels else hits
        print(f"{label:26}{len(rows):6} any {sum(hits) / len(hits):.3f} own {sum(own) / len(own):.3f}")


if __name__ == "__main__":
    main()
