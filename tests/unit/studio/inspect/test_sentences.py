"""What is said of a file never says that it shows what happened, in either language, in any place."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tianmu import cli
from tianmu.studio import inspect
from tianmu.studio.inspect import sentences

FORBIDDEN = re.compile(
    r"\b(real|really|authentic|authenticity|authenticated|genuine|true|truth|truly|trustworthy|proven|original|fake)\b"
    r"|真实|真品|正品|真的|真伪|真相|属实|可信|原件|伪造|假的|造假",
    re.IGNORECASE,
)


def texts() -> list[str]:
    """Every string in the detector and in its verb, docstrings left out: they are for who reads the code."""
    found: list[str] = []
    folder = Path(inspect.__file__).parent
    for path in (*folder.glob("*.py"), Path(cli.__file__).with_name("inspect.py")):
        tree = ast.parse(path.read_text("utf-8"))
        documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in documents)
        found += [node.value for node in constants if isinstance(node.value, str)]
    return found


def test_no_sentence_says_that_something_is_real() -> None:
    spoken = texts()
    assert len([text for text in spoken if re.search(r"[\u4e00-\u9fff]", text)]) > 40
    assert [text for text in spoken if FORBIDDEN.search(text)] == []


@pytest.mark.parametrize("words", ["This is real.", "Authentic", "这是真实的", "a genuine film"])
def test_the_search_finds_them(words: str) -> None:
    assert FORBIDDEN.search(words)


def test_not_known_is_not_without_ai() -> None:
    assert sentences.made((), None).endswith("which is not the same as: without AI")
    assert sentences.made(("watermark",), True) == "Made by AI, as its watermark says"
    assert sentences.made(("signature", "store"), True) == "Made by AI, as its signed manifest and this store say"
    assert "its signer says" in sentences.made((), False)
    both = sentences.made(("metadata",), True, signer_says_not=True)
    assert both == "Made by AI, as its metadata says, though without a trained model, as its signer says"


def test_every_broken_ingredient_is_named_at_any_depth() -> None:
    def node(title: str, state: str, *below: dict[str, object]) -> dict[str, object]:
        return {"title": title, "state": state, "ingredients": list(below)}

    tree = node("film", "intact", node("a", "intact", node("b", "changed", node("c", "broken"))), node("d", "changed"))
    assert sentences.broken_titles(tree) == ["b", "c", "d"]
