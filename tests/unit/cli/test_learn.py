"""`tianmu learn`: the list, a lesson, its example."""

from __future__ import annotations

import argparse
import json

import pytest

from tianmu.cli import learn
from tianmu.core.errors import InputError
from tianmu.core.settings import settings
from tianmu.studio.lessons import LESSONS


def run(*typed: str) -> int:
    """The verb alone, whatever other verbs there are."""
    parser = argparse.ArgumentParser()
    learn.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["learn", *typed])
    return arguments.run(arguments)


def test_it_lists_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[:-1]] == list(LESSONS)
    assert run("--json") == 0
    assert [row["word"] for row in json.loads(capsys.readouterr().out)["lessons"]] == list(LESSONS)


def test_it_prints_one_in_the_language_of_the_person(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("flashes") == 0
    assert "ITU-R BT.1702" in capsys.readouterr().out
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    assert run("flashes") == 0
    assert capsys.readouterr().out.startswith("# 闪光")


def test_the_example_runs_and_says_what_was_seen(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("flashes", "--try") == 0
    said = capsys.readouterr().out
    assert "$ tianmu policy test festival.yaml" in said
    assert "2 cases, 0 come out otherwise" in said
    assert said.rstrip().endswith("which the ledger has written down.")


def test_an_example_that_does_something_else_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tianmu.studio.lessons.trial.run_apart", lambda arguments, work, home: (0, "all well"))
    assert run("deepfakes", "--try") == learn.OTHERWISE
    assert "(exit code 0; the lesson promises 9)" in capsys.readouterr().out
    assert run("deepfakes", "--try", "--json") == learn.OTHERWISE
    row = json.loads(capsys.readouterr().out)
    assert (row["as_written"], row["tried"][0]["wanted"], row["tried"][0]["exit_code"]) == (False, 9, 0)


def test_what_cannot_be_is_one_sentence() -> None:
    with pytest.raises(InputError, match="name it"):
        run("--try")
    with pytest.raises(InputError, match="no lesson called 'consnt'; near it are: consent"):
        run("consnt")
