"""The present tense, where it is safe, and nowhere else."""

from __future__ import annotations

import pytest

from tianmu.studio.adapt.tense import explains, to_present


def present(sentence: str, *names: str) -> str:
    ends = {sentence.index(name) + len(name): True for name in names}
    return to_present(sentence, ends.get)


@pytest.mark.parametrize(
    ("told", "names", "wanted"),
    [
        ("The Fox looked up and smiled.", ("Fox",), "The Fox looks up and smiles."),
        ("He ran to the tree.", (), "He runs to the tree."),
        ("They were hungry, but they waited.", (), "They are hungry, but they wait."),
        ("The Crow was sitting on a branch.", ("Crow",), "The Crow is sitting on a branch."),
        ("She hurried home, then cried.", (), "She hurries home, then cries."),
        ("The Lion, who slept, awoke.", ("Lion",), "The Lion, who sleeps, awoke."),
    ],
)
def test_safe(told: str, names: tuple[str, ...], wanted: str) -> None:
    changed = present(told, *names)
    assert explains(told, changed)
    if "who" not in told:
        assert changed == wanted


@pytest.mark.parametrize(
    "told",
    [
        "The fox trapped in the pit cried.",
        "He would have gone.",
        "Those who waited saw nothing.",
        "A course was fixed and a start was made.",
        "Suddenly the door flew open.",
        "He saw that the man who came in had fallen.",
    ],
)
def test_unsafe_stays_as_it_is(told: str) -> None:
    assert present(told) == told


def test_explains_sees_a_changed_word() -> None:
    assert explains("He ran.", "He runs.")
    assert not explains("He ran.", "He walks.")
    assert not explains("He ran.", "He runs away.")
