"""`tianmu voice`: the list, a line in a file, and what is said where it cannot be."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest

from tianmu.cli import voice
from tianmu.core.errors import InputError, OutputError
from tianmu.media.audio import read_sound
from tianmu.media.metadata import read_metadata
from tianmu.studio.sound.voices import engine
from tianmu.studio.sound.voices.roster import ROSTER


def run(*typed: str) -> int:
    parser = argparse.ArgumentParser()
    voice.add_parser(parser.add_subparsers())
    parsed = parser.parse_args(["voice", *typed])
    return parsed.run(parsed)


def test_the_voices_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    listed = capsys.readouterr().out
    assert all(facts.name in listed and facts.en in listed for facts in ROSTER)


def test_a_line_is_spoken_into_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine, "open_voice", engine.ToneVoice)
    path = tmp_path / "line.wav"
    assert run("Is anybody there?", "--voice", "moss", "--manner", "slowly", "-o", str(path)) == 0
    assert "an old man's voice" in capsys.readouterr().out
    assert np.abs(read_sound(path)).max() > 0.01
    assert '"Label":"1"' in read_metadata(path)["AIGC"]
    with pytest.raises(OutputError):
        run("Again", "-o", str(path))
    with pytest.raises(InputError, match="no voice called"):
        run("Again", "--voice", "nobody", "-o", str(tmp_path / "b.wav"))
