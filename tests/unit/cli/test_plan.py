"""`tianmu plan`: what it prints, writes and refuses, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tianmu.cli import main
from tianmu.core.settings import settings
from tianmu.film.schema import from_row
from tianmu.film.shot import ShotList

SCRIPT = """Title: The Lamp

EXT. LIGHTHOUSE - NIGHT

Rain beats against the lighthouse. A BOAT drifts past.

INT. LIGHTHOUSE - LAMP ROOM - CONTINUOUS

MARA, an old lighthouse keeper, holds a lantern. ATLAS, a robot, enters.

MARA
You again.

ATLAS
(beat)
Me again.
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "lamp.fountain"
    path.write_text(SCRIPT, "utf-8")
    return path


def test_it_prints_the_breakdown_and_every_shot_with_its_reasons(
    script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(script)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("The Lamp: 2 scenes, ")
    assert "cast (2): MARA and ATLAS" in told
    assert "character-atlas: ATLAS: a robot; played by a robot." in told
    assert "  1A  3 s  establishing, extreme wide, static" in told
    assert "MARA: You again." in told
    assert told.count("because: ") == told.count("      > ")


def test_it_speaks_chinese(script: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    assert main(["plan", str(script)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("The Lamp：2 场，")
    assert "演员 (2): MARA 和 ATLAS" in told
    assert "定场, 大远景, 固定" in told
    assert "理由：" in told


def test_it_writes_the_shot_list_and_prints_an_object(
    script: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "shots.json"
    assert main(["plan", str(script), "--json", "--aspect", "2.39:1", "-o", str(output)]) == 0
    row = json.loads(capsys.readouterr().out)
    shots = from_row(ShotList, json.loads(output.read_text("utf-8")))
    assert from_row(ShotList, row["shots"]) == shots
    assert row["file"] == str(output)
    assert {shot.aspect for shot in shots.shots} == {"2.39:1"}
    assert {asset["id"] for asset in row["assets"]} >= {"character-mara", "set-lighthouse"}
    assert {item["asset"] for item in row["breakdown"]["items"]} >= {"character-mara", "prop-lantern"}
    written = output.read_bytes()
    assert main(["plan", str(script), "-o", str(output)]) == 3
    assert "is there already" in capsys.readouterr().err
    assert main(["plan", str(script), "--aspect", "2.39:1", "-o", str(output), "--overwrite"]) == 0
    assert output.read_bytes() == written


def test_refusals(script: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(script), "--planner", "llm"]) == 2
    assert "TIANMU_LLM_URL" in capsys.readouterr().err
    assert main(["plan", str(script), "--aspect", "7:1"]) == 2
    assert main(["plan", str(tmp_path / "nothing.fountain")]) != 0
    empty = tmp_path / "empty.fountain"
    empty.write_text("INT. CAFE - DAY\n\nRain.\n\nINT. BAR - DAY\n", "utf-8")
    capsys.readouterr()
    assert main(["plan", str(empty)]) == 2
    assert "neither action nor speech in scene 2 (INT. BAR - DAY" in capsys.readouterr().err
