"""`tianmu import-cut`: which version a timeline is of, and that what it decides holds for all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from opentimelineio.opentime import RationalTime, TimeRange

from tianmu.cli import main

FILM = ("--engine", "fake", "--fps", "2", "--handles", "0", "--no-sound", "--aspect", "16:9,9:16")


def told(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(list(words)) == code
    said = capsys.readouterr()
    return said.err if code else said.out


def test_a_changed_cut_of_a_version_is_decided_for_every_one(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = json.loads(told(capsys, "film", str(script), *FILM, "--json"))
    told(capsys, "export", "--version", "9:16", "--to", "otio", "-o", "tall")
    (path,) = Path("tall").glob("*.otio")
    timeline: Any = otio.adapters.read_from_file(str(path))
    last = [clip for clip in timeline.tracks[0].find_clips() if clip.metadata.get("tianmu", {}).get("slate")][-1]
    span = last.source_range
    last.source_range = TimeRange(span.start_time, span.duration - RationalTime(1, span.duration.rate))
    otio.adapters.write_to_file(timeline, "changed.otio")
    assert "nothing changed" in told(capsys, "import-cut", str(path))
    assert "It would change the cut" in told(capsys, "import-cut", "changed.otio", "--check")
    assert "has no version" in told(capsys, "import-cut", "changed.otio", "--version", "1:1", code=2)
    said = told(capsys, "import-cut", "changed.otio")
    assert said.startswith("Decided, from the 9:16 version for all of them; the next `tianmu film` cuts them so.")
    after = json.loads(told(capsys, "film", str(script), *FILM, "--json"))
    for film, old in ((after, before), (after["versions"][0], before["versions"][0])):
        assert film["num_frames"] == old["num_frames"] - 1
    row = json.loads(told(capsys, "import-cut", "changed.otio", "--version", "9:16", "--json"))
    assert (row["version"], row["changed"]) == ("9:16", False)
