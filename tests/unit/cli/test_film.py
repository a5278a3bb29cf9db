"""`tianmu film`: what it says before and after, to people and to programs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import av
import pytest
from tests.unit.studio.planner.test_language import completion, serving

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
    options = ("--engine", "fake", "--fps", "2", "--handles", "0", "--no-sound", "--aspect", "16:9,9:16")
    assert main(["film", str(script), *options, "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    (tall,) = row["versions"]
    assert (row["file"], tall["file"]) == ("ice/ice.mp4", "ice/ice-9x16.mp4")
    assert (row["width"], row["height"], tall["width"], tall["height"]) == (128, 72, 72, 128)
    assert [shot["slate"] for shot in tall["shots"]] == [shot["slate"] for shot in row["shots"]]
    assert [shot["seed"] for shot in tall["shots"]] == [shot["seed"] for shot in row["shots"]]
    assert main(["film", str(script), *options]) == 0
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("ice/ice.mp4: 128x72, ")
    assert rest[-2].startswith("ice/ice-9x16.mp4: 72x128, ")
    assert rest[-1] == "  beside it: storyboard-9x16.pdf, storyboard-9x16.png, shots-9x16.csv, shots-9x16.md"
    assert all((Path("ice") / Path(path).name).is_file() for path in tall["papers"])
    assert (row["restaged"], tall["restaged"]) == ([], [])
    assert main(["take", "list", "--version", "9:16", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {take["id"] for take in listed} == {shot["take"] for shot in tall["shots"]}
    assert main(["cut", "--version", "9:16"]) == 0
    assert tall["shots"][0]["slate"] in capsys.readouterr().out
    assert main(["cut", "--version", "1:1"]) == 2
    assert "16:9" in capsys.readouterr().err
    assert main(["film", str(script), *options, "--size", "64x36"]) == 2


def test_a_second_language_is_translated_marked_and_asked_for_once(
    script: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("film", str(script), *SMALL, "--no-sound", "--no-music", "--subtitles-in", "zh")
    assert main([*options]) == 0
    assert "Nobody translates: " in capsys.readouterr().out
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("TIANMU_LLM_MODEL", "translator-7b")
    with serving(lambda body: completion({"lines": ["早上好。"] * body_lines(body)})) as (url, asked):
        monkeypatch.setenv("TIANMU_LLM_URL", url)
        assert main([*options]) == 0
        assert "Nobody translates" not in capsys.readouterr().out
        assert main([*options]) == 0
        assert len(asked) == 1
    film = Path("ice/ice.mp4")
    with av.open(str(film)) as container:
        titles = [stream.metadata.get("handler_name") for stream in container.streams.subtitles]
    assert sorted(map(str, titles)) == ["English", "中文（机器翻译）"]
    assert b"machine_translated_subtitles" in film.read_bytes()
    monkeypatch.setenv("TIANMU_LLM_URL", "ftp://nowhere")
    assert main([*options]) != 0
    assert "TIANMU_LLM_URL is the base of an endpoint" in capsys.readouterr().err


def body_lines(body: dict[str, Any]) -> int:
    """How many lines a prompt asks for."""
    return len(re.findall(r"^[0-9]+[.] ", body["messages"][0]["content"], re.MULTILINE))
