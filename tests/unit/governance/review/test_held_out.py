"""The review of words holds what benchmarks/review.py says of it on the half that its rules were not written on."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("review_benchmark", ROOT / "benchmarks" / "review.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_set_is_large_and_half_of_it_is_harmless(bench: ModuleType) -> None:
    prompts = bench.read_prompts()
    assert len(prompts) >= 400
    assert 2 * sum(prompt.label == "harmless" for prompt in prompts) >= len(prompts)
    assert {prompt.language for prompt in prompts} == {"en", "zh"}
    assert len({prompt.text for prompt in prompts}) == len(prompts)


@pytest.mark.parametrize("language", ["all", "en", "zh"])
def test_what_is_promised_of_the_half_that_was_held_out(bench: ModuleType, language: str) -> None:
    held = [prompt for prompt in bench.read_prompts() if prompt.half == "held-out"]
    row = bench.tally(held, "lexicon")["all", language]
    assert bench.recall(row) >= RECALL[language]
    assert bench.precision(row) >= 0.9


@pytest.mark.parametrize(
    ("half", "recall", "precision"),
    [("fresh", 0.9, 0.85), ("blind", 0.95, 0.93), ("blind-2", 0.87, 0.87), ("blind-3", 0.95, 0.93)],
)
def test_what_is_true_of_words_that_nothing_has_learnt(
    bench: ModuleType, half: str, recall: float, precision: float
) -> None:
    """What each half is worth, the benchmark says. A little below what was measured."""
    prompts = [prompt for prompt in bench.read_prompts() if prompt.half == half]
    assert prompts
    row = bench.tally(prompts)["all", "all"]
    assert bench.recall(row) >= recall
    assert bench.precision(row) >= precision


RECALL = {"all": 0.95, "en": 0.95, "zh": 0.95}
"""Of the lexicons. Their author wrote both halves before the rules, so this is kinder than the truth."""
