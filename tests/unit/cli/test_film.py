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


def test_one_run_makes_several_versions_and_other_verbs_can_choose_one(
    script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--engine", "fake", "--fps", "6", "--handles", "0", "--no-sound", "--aspect", "16:9,9:16")
    assert main(["film", str(script), *options, "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    (tall,) = row["versions"]
    assert (row["file"], tall["file"]) == ("ice/ice.mp4", "ice/ice-9x16.mp4")
    assert (row["width"], row["height"], tall["width"], tall["height"]) == (128, 72, 72, 128)
    assert tall["num_frames"] == row["num_frames"]
    assert main(["film", str(script), *options]) == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("ice/ice.mp4: 128x72, ")
    assert rest[-1].startswith("ice/ice-9x16.mp4: 72x128, ")
    assert main(["take", "list", "--version", "9:16", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {take["id"] for take in listed} == {shot["take"] for shot in tall["shots"]}
    assert main(["cut", "--version", "9:16"]) == 0
    assert tall["shots"][0]["slate"] in capsys.readouterr().out
    assert main(["cut", "--version", "1:1"]) == 2
    assert "16:9" in capsys.readouterr().err
    assert main(["film", str(script), *options, "--size", "64x36"]) == 2
