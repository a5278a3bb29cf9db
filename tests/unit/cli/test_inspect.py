"""`tianmu inspect`: its lines, its objects, its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from tianmu.cli import main
from tianmu.cli.inspect import lines
from tianmu.studio.inspect.report import Layer, Report


def report(**changes: object) -> Report:
    facts: dict[str, object] = {
        "file": "film.mp4",
        "sort": "film",
        "container": "mp4",
        "bytes": 10,
        "sha256": "00",
        "verdict": "changed",
        "sentence": "It is so.",
        "made_by_ai": True,
        "said_by": ("signature",),
        "signer": None,
        "layers": (Layer(name="watermark", status="absent", sentence="none", facts={}),),
        "tree": None,
        "seconds": 0.1,
    }
    return Report(**{**facts, **changes})  # type: ignore[arg-type]


def node(title: str, state: str, *below: dict[str, object], signer: str | None = "Us") -> dict[str, object]:
    problem = {"where": title, "code": "x", "sentence": f"{title} is another."}
    problems = [] if state == "intact" else [problem]
    rows = {"title": title, "signer": signer, "state": state, "relationship": "", "problems": problems}
    return {**rows, "ingredients": list(below), "left_out": 0}


def test_the_tree_shows_what_holds_what_does_not_and_what_is_not_known() -> None:
    tree = node("film", "intact", node("shot", "changed"), node("photo", "intact", signer=None))
    assert lines(report(tree=tree)) == [
        "film.mp4: It is so.",
        "  watermark     none",
        "  ✓ film (Us)",
        "    ✗ shot (Us)",
        "        shot is another.",
        "    ? photo",
    ]


def test_of_several_files_the_worst_code_and_one_object_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "grey.png"
    Image.new("RGB", (64, 64), (90, 90, 90)).save(picture)
    assert main(["inspect", str(picture)]) == 1
    out = capsys.readouterr().out
    assert "Whether AI made it is not known" in out.splitlines()[0]
    assert len(out.splitlines()) == 8
    assert main(["inspect", str(picture), str(tmp_path / "gone.mp4"), "--json"]) == 3
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["schema"], row["exit_code"]) for row in rows] == [
        ("tianmu.inspection.1", 1),
        ("tianmu.inspection.1", 3),
    ]
    assert not (tmp_path / "home" / "studio.db").exists()  # looking makes no store
    assert not (tmp_path / "home" / "keys").exists()
