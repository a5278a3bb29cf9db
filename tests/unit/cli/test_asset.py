"""`tianmu asset`: twins as lines, their versions, and which is in use."""

from __future__ import annotations

import pytest

from tianmu.cli import main

pytestmark = pytest.mark.usefixtures("film")


def test_assets_are_listed_and_one_shows_its_versions(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["asset"]) == 0
    assert "character-moss  MOSS  1/1  a rabbit" in capsys.readouterr().out
    assert main(["asset", "Moss", "--words", "a penguin", "--voice", "moss"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "character-moss  MOSS  2/2  a penguin",
        "The next `tianmu film` shows and speaks it so.",
    ]
    assert main(["asset", "character-moss"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line[:15] for line in shown[1:]] == ["    1  a rabbit", "  ● 2  a pengui"]
    assert main(["asset", "moss", "--use", "1"]) == 0
    assert capsys.readouterr().out.startswith("character-moss  MOSS  1/2  a rabbit")


def test_a_description_alone_is_a_version_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["asset", "moss", "--en", "an old rabbit", "--zh", "老兔子"]) == 0
    assert main(["asset", "moss"]) == 0
    assert "an old rabbit" in capsys.readouterr().out
