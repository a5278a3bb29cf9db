"""`tianmu audit`: the cards of what ships agree with the pages and the weights; options that cannot be are refused."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from tianmu.cli import audit
from tianmu.core.errors import InputError
from tianmu.media.digest import file_sha256
from tianmu.model.weights import default_path
from tianmu.training.card import model_card, shipped_scores
from tianmu.training.probe import FACTS

DOCS = Path(__file__).parents[3] / "docs"


def run(*typed: str) -> int:
    """The verb alone, whatever other verbs there are."""
    parser = argparse.ArgumentParser()
    audit.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["audit", *typed])
    return arguments.run(arguments)


def test_the_cards_are_those_of_the_weights_that_ship(capsys: pytest.CaptureFixture[str]) -> None:
    assert shipped_scores()["model"]["digest"] == file_sha256(default_path()), "evaluate these weights"
    assert model_card(shipped_scores()) == (DOCS / "model-card.md").read_text("utf-8")
    assert run("--cards") == 0
    said = capsys.readouterr().out
    assert (DOCS / "model-card.md").read_text("utf-8") in said
    assert (DOCS / "data-card.md").read_text("utf-8") in said


def test_programs_get_every_attribute_and_every_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--cards", "--json") == 0
    cards = json.loads(capsys.readouterr().out)
    assert set(cards["model"]["accuracy"]["trained"]) == set(FACTS)
    assert cards["data"] == json.loads((DOCS / "data-card.json").read_text("utf-8"))


def test_an_engine_that_says_nothing_of_what_it_understood_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="does not say what it understood"):
        run("--engine", "fake", "--quick")
    assert not (tmp_path / "audit-fake").exists()
