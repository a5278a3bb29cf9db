"""`tianmu retake`: it says what it understood, what it did not, and what comes of it."""

from __future__ import annotations

import pytest

from tianmu.cli import main

pytestmark = pytest.mark.usefixtures("film")


def test_a_note_is_answered(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["retake", "1b", "--note", "slower, more wistful"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "understood: speed 67%"
    assert said[1] == "not understood: wistful"
    assert "1B/2" in said[2]
    assert "“slower, more wistful”" in said[2]
    assert said[3] == "The next `tianmu film` puts it into the cut."


def test_a_note_of_which_nothing_is_understood_is_another_take(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["retake", "1B", "--note", "more wistful"]) == 0
    said = capsys.readouterr().out
    assert "understood: nothing" in said
    assert "1B/2" in said


def test_a_circled_take_stays_and_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["take", "circle", "1B/1"]) == 0
    assert main(["retake", "1B", "--variations", "2"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-1].startswith("1B/1 is circled and stays in the cut")
