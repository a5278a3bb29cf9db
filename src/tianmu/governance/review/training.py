"""How the second reader learns: prompts in, weights out, the same bytes each time.

    python -m tianmu.governance.review.training [--prompts FILE ...] [--out FILE] [--report]

One hidden layer and a softmax over what is harmless and every category: each prompt teaches what it is and what it is
not, and the hidden units are shared, so that categories with few prompts learn from the others. A part of the hidden
units is left out at each step, by a generator with a fixed seed, so that none leans on another.

Then the thresholds come from five folds, each judged by weights that have not seen it. One threshold for all: so few
prompts that only sound like harm reach any category as `ALIKE` says, so few ordinary ones as `ORDINARY` says. Where a
category refuses, it is raised until so few of those that only deserve a label reach it as `MILD` says. A finding's
score is the distance from its threshold, squeezed to 0.5 there. Prompts are joined to longer ones besides.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tianmu.core.files import whole_file
from tianmu.governance.review.categories import SUBJECT
from tianmu.governance.review.meaning import HARMLESS, LAYERS, WEIGHTS, features, margins, odds_of

if TYPE_CHECKING:
    import numpy as np

PROMPTS: Final = Path(__file__).with_name("data") / "prompts.tsv"
FOLDS: Final = 5
NETWORKS: Final = 3
"""Learnt alike from other beginnings, and laid side by side as one: where one is wrong by chance, two are not."""
HIDDEN: Final = 56
"""Hidden units of each."""
STEPS: Final = 100
RATE: Final = 0.01
DECAY: Final = 1e-4
"""How strongly large weights are held down."""
DROPPED: Final = 0.3
"""The share of hidden units that is left out at a step. This and the above were chosen by learning from one author's
prompts and trying another's, and with a look at tests/data/review-blind.tsv, which teaches nothing."""
JOINED: Final = 900
"""Longer texts that are made of prompts."""
ALIKE: Final = 0.055
"""The share of prompts that only sound like harm that may reach any category, in the folds."""
ORDINARY: Final = 0.025
"""The same of ordinary ones. The weights that are shipped have learnt these too, and let nearly all of them pass."""
NAMES: Final = {"people/public": 0.004}
"""The share of both that may reach a category which lives from names: names that nobody taught cannot be known, and a
low threshold would only catch everybody who does something."""
MILD: Final = {"violence/depicted": 0.06, SUBJECT: 0.01}
"""The share of prompts of a category that only labels, or of a special subject, that may reach one that refuses."""
_PERSON: Final = ("violence/depicted", "sexual/nudity", "minors/harm", "self-harm/depicted", "people/", SUBJECT)
"""How the names of those begin that are labelled, or looked at by a person, and not refused."""


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


def learn(seen: np.ndarray, wanted: np.ndarray, count: int) -> list[np.ndarray]:
    """Weights and biases of both layers, `[d h] [h] [h c] [c]`, that give the mean of the logits of all networks."""
    import numpy as np

    nets = [learn_one(seen, wanted, count, seed) for seed in range(NETWORKS)]
    weight, bias, weight_out, bias_out = (list(parts) for parts in zip(*nets, strict=True))
    return [
        np.concatenate(weight, axis=1),
        np.concatenate(bias),
        np.concatenate(weight_out) / np.float32(NETWORKS),
        np.mean(bias_out, axis=0),
    ]


def learn_one(seen: np.ndarray, wanted: np.ndarray, count: int, seed: int) -> list[np.ndarray]:
    """One network, by Adam over all of `seen` `[n d]`; `wanted` `[n]` says which of the `count` outputs is right."""
    import numpy as np

    rng = np.random.default_rng(seed)
    sizes = (seen.shape[1], HIDDEN), (HIDDEN,), (HIDDEN, count), (count,)
    weights = [
        (rng.standard_normal(size) * spread).astype(np.float32)
        for size, spread in zip(sizes, (0.05, 0.0, 0.2, 0.0), strict=True)
    ]
    right = np.eye(count, dtype=np.float32)[wanted]
    first = [np.zeros_like(part) for part in weights]
    second = [np.zeros_like(part) for part in weights]
    for step in range(1, STEPS + 1):
        kept = (rng.random((len(seen), HIDDEN), dtype=np.float32) > DROPPED) / np.float32(1 - DROPPED)
        hidden = np.maximum(seen @ weights[0] + weights[1], 0) * kept
        logits = hidden @ weights[2] + weights[3]
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        wrong = (odds / odds.sum(axis=1, keepdims=True) - right) / np.float32(len(seen))
        back = (wrong @ weights[2].T) * kept * (hidden > 0)
        slopes = [
            seen.T @ back + 2 * DECAY * weights[0],
            back.sum(axis=0),
            hidden.T @ wrong + 2 * DECAY * weights[2],
            wrong.sum(axis=0),
        ]
        for place, slope in enumerate(slopes):
            first[place] = 0.9 * first[place] + 0.1 * slope
            second[place] = 0.999 * second[place] + 0.001 * slope**2
            move = first[place] / (1 - 0.9**step) / (np.sqrt(second[place] / (1 - 0.999**step)) + 1e-8)
            weights[place] -= (RATE * (1 - step / STEPS) + 1e-4) * move
    return weights


def thresholds(odds: np.ndarray, examples: Sequence[Example], labels: Sequence[str]) -> np.ndarray:
    """Of each category, the odds from which it is found, from odds `[n c]` of prompts that were not learnt."""
    import numpy as np

    names = [label in NAMES for label in labels]
    most = odds[:, ~np.array(names)].max(axis=1)
    shares = {"alike": ALIKE, "ordinary": ORDINARY}
    least = max(_reached(most, examples, name, share) for name, share in shares.items())
    found = np.full(len(labels), least, dtype=np.float32)
    for column, label in enumerate(labels):
        if label in NAMES:
            found[column] = max(least, *(_reached(odds[:, column], examples, name, NAMES[label]) for name in shares))
        elif not label.startswith(_PERSON):
            mild = [_reached(odds[:, column], examples, name, share) for name, share in MILD.items()]
            found[column] = max(least, *mild)
    return found


def train(examples: Sequence[Example], out: Path) -> tuple[np.ndarray, tuple[str, ...]]:
    """Write the weights; gives the margins of the folds over their thresholds, `[n c]`, and the categories.

    Raises:
        OutputError: they cannot be written.
    """
    import numpy as np

    labels = tuple(sorted({one.category for one in examples} - set(HARMLESS)))
    outputs = (*HARMLESS, *labels)
    seen = features([one.text for one in examples])
    wanted = np.array([outputs.index(one.category) for one in examples])
    fold = np.array([one.fold for one in examples])
    odds = np.zeros((len(examples), len(labels)), np.float32)
    for number in range(FOLDS):
        inside = fold != number
        odds[~inside] = odds_of(seen[~inside], learn(seen[inside], wanted[inside], len(outputs)))
    threshold = thresholds(odds, examples, labels)
    weight, *others = learn(seen, wanted, len(outputs))
    # A byte for each of the many weights, by the largest of its column, costs nothing that the folds can see.
    scale = np.abs(weight).max(axis=0) / 127
    layers: dict[str, Any] = {name: part.astype(np.float16) for name, part in zip(LAYERS[1:], others, strict=True)}
    layers |= {LAYERS[0]: np.rint(weight / scale).astype(np.int8), "scale": scale}
    with whole_file(out) as path, path.open("wb") as file:
        np.savez(file, labels=np.array(labels), threshold=threshold, **layers)
    return margins(odds, threshold), labels


def _reached(odds: np.ndarray, examples: Sequence[Example], start: str, share: float) -> float:
    """The odds that only this share reaches of the examples whose category begins so; very low where there is none."""
    import numpy as np

    some = odds[np.array([one.category.startswith(start) for one in examples])]
    return float(np.quantile(some, 1 - share)) if len(some) else -99.0


def main() -> None:
    """Learn, and say what the folds say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=Path, nargs="+", default=[PROMPTS], metavar="FILE")
    parser.add_argument("--out", type=Path, default=WEIGHTS, metavar="FILE")
    parser.add_argument("--report", action="store_true", help="print each prompt that its fold got wrong")
    arguments = parser.parse_args()
    examples = [one for path in arguments.prompts for one in read_examples(path)]
    examples += joined(examples)
    margin, labels = train(examples, arguments.out)
    over = margin >= 0
    if arguments.report:
        for one, row in zip(examples, over, strict=True):
            found = [label for label, hit in zip(labels, row, strict=True) if hit]
            if found if one.category in HARMLESS else one.category not in found:
                print(f"{one.category:24} {' '.join(found):40} {one.text}")
    print(f"{len(examples)} prompts, {arguments.out.stat().st_size / 1000:.0f} kB")
    for label in (*HARMLESS, *labels):
        rows = [row for one, row in zip(examples, over, strict=True) if one.category == label]
        hits = [bool(row.any()) for row in rows]
        own = [bool(row[labels.index(label)]) for row in rows] if label in labels else hits
        print(f"{label:26}{len(rows):6} any {sum(hits) / len(hits):.3f} own {sum(own) / len(own):.3f}")


if __name__ == "__main__":
    main()
