"""`tianmu film`: what it says before and after, to people and to programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tianmu.cli import main
from tianmu.media.digest import file_sha256

SMALL = ("--engine", "fake", "--size", "64x36", "--fps", "6", "--handles", "2")


def test_it_says_what_it_will_take_what_was_made_and_where_it_lies(
    script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["film", str(script), *SMALL]) == 0
    before, made, beside, *_ = capsys.readouterr().out.splitlines()
    assert "to make: about" in before
    assert "Wh" in before
    assert made.startswith("ice/ice.mp4: 64x36, ")
    assert beside == "  beside it: storyboard.pdf, storyboard.png, shots.csv, shots.md"


def test_a_program_gets_one_object_on_stdout(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["film", str(script), *SMALL, "-o", "deep/er", "--json"]) == 0
    told = capsys.readouterr()
    row = json.loads(told.out)
    assert "to make" in told.err
    assert row["file_sha256"] == file_sha256(Path(row["file"]))
    assert all(Path(path).is_file() for path in row["papers"])
    assert len({shot["slate"] for shot in row["shots"]}) == len(row["shots"])
    assert row["num_made"] <= len(row["shots"])
    assert main(["film", "gone.fountain", "--json"]) == 4
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "MediaError"


def test_an_estimate_makes_nothing(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["film", str(script), *SMALL, "--estimate"]) == 0
    assert "to make: about" in capsys.readouterr().out
    assert not (script.parent / "ice").exists()
    assert main(["take", "list"]) == 0
    assert capsys.readouterr().out == "There is no take.\n"
