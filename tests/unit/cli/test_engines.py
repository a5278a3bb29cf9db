"""`tianmu engines`: the table and the object say the same, broken engines included."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tianmu.cli import main
from tianmu.engines.registry import engine_names


@pytest.mark.usefixtures("broken")
def test_the_table_names_every_engine_and_why_one_is_broken(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["engines"]) == 0
    told = capsys.readouterr().out
    for name in engine_names():
        assert name in told
    assert "no_such_module" in told


@pytest.mark.usefixtures("broken")
def test_the_object_names_every_engine_and_what_it_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["engines", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)["engines"]}
    assert set(rows) == set(engine_names())
    assert rows["fake"]["broken"] is None
    assert rows["fake"]["sizes"]["1:1"] == [96, 96]
    assert "no_such_module" in rows["ruin"]["broken"]


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "site" / "ruin-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ruin\nVersion: 1\n", "utf-8")
    (info / "entry_points.txt").write_text("[tianmu.engines]\nruin = no_such_module:Engine\n", "utf-8")
    monkeypatch.syspath_prepend(str(info.parent))
