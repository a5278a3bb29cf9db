"""`tianmu take`: takes as lines and as rows, and their marks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tianmu.cli import main

pytestmark = pytest.mark.usefixtures("film")


def test_a_line_says_which_and_how_and_a_row_says_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["take", "list", "--shot", "1B"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    for part in ("1B/1", "64x36", "fake", "seed"):
        assert part in line
    assert main(["take", "list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["schema"] for row in rows} == {"tianmu.take.1"}
    assert main(["take", "list", "--shot", "9Z"]) == 0
    assert capsys.readouterr().out == "There is no take of '9Z'.\n"


def test_marks_are_exclusive_and_notes_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    for verb, mark in (("circle", "●"), ("reject", "✗"), ("clear", " "), ("circle", "●")):
        assert main(["take", verb, "1A/1"]) == 0
        assert capsys.readouterr().out.startswith(f"{mark} 1A/1")
    assert main(["take", "note", "1A/1", "warm"]) == 0
    assert main(["take", "note", "1A/1", "留着"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("“warm” “留着”")


def test_a_copy_is_the_take(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["take", "copy", "1A/1", "-o", str(tmp_path / "a.mp4")]) == 0
    assert (tmp_path / "a.mp4").stat().st_size > 500
    assert main(["take", "copy", "1A/1", "-o", str(tmp_path / "a.mp4")]) == 3
    assert main(["take"]) == 2
    assert "tianmu take --help" in capsys.readouterr().err
