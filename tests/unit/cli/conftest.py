"""What the tests of the studio's verbs stand on: a folder with a small screenplay, and its film by the fake engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tianmu.cli import main

SCRIPT = """Title: Ice
Author: A. Writer

EXT. SNOWFIELD - DAWN

EMBER, a fox, walks across the snow.

EMBER
Good morning.

MOSS, a rabbit, stands in the snow.

MOSS
Good morning, Ember.
"""
SMALL = ("--engine", "fake", "--size", "64x36", "--fps", "6", "--handles", "2")


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`ice.fountain`, in the folder that the test works in."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "ice.fountain"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


@pytest.fixture
def film(script: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The film of `script`."""
    assert main(["film", str(script), *SMALL]) == 0
    capsys.readouterr()
    return script.parent / "ice" / "ice.mp4"
