"""`tianmu ledger`: a small life is written down as it happens, once; proofs of it hold, and no change goes unseen."""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tianmu.cli import ledger, main
from tianmu.core.errors import TianmuError
from tianmu.core.settings import settings
from tianmu.studio.store.config import DATABASE

SMALL = ("--engine", "fake", "--size", "64x36", "--fps", "6", "--handles", "1", "--no-sound")
SCRIPT = """Title: Ice
Author: A. Writer

EXT. SNOWFIELD - DAWN

EMBER, a fox, walks across the snow.

MOSS
Good morning, Ember.
"""
pytestmark = pytest.mark.usefixtures("script")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a screenplay, its film, and the studio home that they were made in; each test has a copy."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "ice.fountain").write_text(SCRIPT, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIANMU_HOME", str(folder / "home"))
        patch.chdir(folder)
        settings.cache_clear()
        assert main(["film", "ice.fountain", *SMALL]) == 0
    settings.cache_clear()
    return folder


@pytest.fixture
def script(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The screenplay, in a copy of the folder that the test works in."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "ice.fountain"


def run(*words: str) -> int:
    """The verb by its own parser."""
    parser = argparse.ArgumentParser()
    ledger.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["ledger", *words])
    return arguments.run(arguments)


@pytest.fixture
def entries(capsys: pytest.CaptureFixture[str]) -> Any:
    """Reads the entries as a program does."""

    def read(*words: str) -> list[dict[str, Any]]:
        capsys.readouterr()
        assert run("--json", *words) == 0
        return json.loads(capsys.readouterr().out)

    return read


def database() -> Path:
    return settings().home / DATABASE


def tamper(*statements: str) -> None:
    with sqlite3.connect(database()) as connection:
        connection.execute("DROP TRIGGER IF EXISTS ledger_is_kept_from_update")
        connection.execute("DROP TRIGGER IF EXISTS ledger_is_kept_from_delete")
        for statement in statements:
            connection.execute(statement)


def test_a_film_is_written_down_once_and_again_only_where_something_changed(script: Path, entries: Any) -> None:
    kinds = [entry["kind"] for entry in entries()]
    takes = kinds.count("take")
    assert takes >= 2
    assert kinds[:3] == ["key", "script", "plan"]
    assert kinds[3 : 3 + takes] == ["take"] * takes
    assert kinds.count("print") == 1
    assert "leave" in kinds
    assert main(["film", str(script), *SMALL]) == 0
    assert [entry["kind"] for entry in entries()] == kinds
    script.write_text(script.read_text("utf-8").replace("Good morning, Ember.", "Good night, Ember."), "utf-8")
    assert main(["film", str(script), *SMALL]) == 0
    more = entries()[len(kinds) :]
    assert more[0]["kind"] == "script"
    assert more[0]["facts"]["added"] == ["MOSS: Good night, Ember."]
    assert more[0]["facts"]["removed"] == ["MOSS: Good morning, Ember."]


def test_decisions_are_written_down_in_a_persons_words(entries: Any) -> None:
    before = len(entries())
    assert main(["retake", "1A", "--note", "slower"]) == 0
    assert main(["take", "circle", "1A/2", "--because", "she breathes"]) == 0
    assert main(["take", "circle", "1A/2"]) == 0
    assert main(["take", "reject", "1A/1"]) == 0
    assert main(["take", "note", "1A/2", "留着"]) == 0
    assert main(["cut", "1A", "--head", "1", "--because", "too long"]) == 0
    assert main(["cut", "1A", "--reset"]) == 0
    assert main(["retake", "1A", "--forget"]) == 0
    assert main(["retake", "1A", "--forget"]) == 0
    found = entries()[before:]
    assert [(entry["kind"], entry["facts"].get("because")) for entry in found] == [
        ("note", None),
        ("take", None),
        ("choice", "she breathes"),
        ("choice", None),
        ("choice", None),
        ("edit", "too long"),
        ("edit", None),
        ("note", None),
    ]
    assert found[0]["facts"]["words"] == "slower"
    assert [entry["facts"]["choice"] for entry in found[2:5]] == ["circled", "rejected", "noted"]
    assert (found[5]["facts"]["from"], found[5]["facts"]["to"]) == ({}, {"head": 1})
    assert found[7]["facts"]["taken_back"] == ["slower"]


def test_a_twin_is_written_down_when_a_person_changes_it(entries: Any, capsys: pytest.CaptureFixture[str]) -> None:
    before = len(entries())
    assert main(["asset", "Ember", "--words", "a penguin"]) == 0
    assert main(["asset", "Ember", "--use", "1"]) == 0
    assert main(["asset", "Ember", "--use", "1"]) == 0
    found = entries()[before:]
    assert [(entry["kind"], entry["facts"]["change"], entry["facts"]["to"]) for entry in found] == [
        ("asset", "version", 2),
        ("asset", "use", 1),
    ]
    capsys.readouterr()
    assert run("--last", "1") == 0
    assert "version 1 again" in capsys.readouterr().out


def test_the_list_can_be_narrowed(entries: Any) -> None:
    everything = entries()
    assert entries("--last", "2") == everything[-2:]
    assert [entry["number"] for entry in everything] == list(range(len(everything)))
    assert all(entry["project"] == "ice" for entry in entries("--project", "ice"))
    assert entries("--project", "nobody's") == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET body = replace(body, 'fake', 'hand') WHERE position = 3",
        "DELETE FROM ledger WHERE position = 3",
        "UPDATE ledger SET position = CASE position WHEN 2 THEN -3 WHEN 3 THEN -2 END WHERE position IN (2, 3);",
        "DELETE FROM ledger WHERE position > 3",
    ],
)
def test_a_change_under_the_database_is_found(
    statement: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "head.json"
    assert run("head", "-o", str(kept), "--recipient", "a notary") == 0
    assert run("verify", "--head", str(kept)) == 0
    swaps = ["UPDATE ledger SET position = -position WHERE position < 0"] if "CASE" in statement else []
    tamper(statement, *swaps)
    capsys.readouterr()
    assert run("verify", "--head", str(kept)) == 1
    assert capsys.readouterr().out.strip()
    assert run("verify", "--json", "--head", str(kept)) == 1
    assert json.loads(capsys.readouterr().out)["faults"]


def test_a_proof_is_checked_without_the_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head, proof, bare = tmp_path / "head.json", tmp_path / "proof.json", tmp_path / "bare.json"
    assert run("head", "-o", str(head)) == 0
    assert main(["take", "circle", "1A/1"]) == 0
    assert run("prove", "3", "-o", str(proof), "--head", str(head)) == 0
    assert run("prove", "3", "-o", str(bare)) == 0
    with pytest.raises(TianmuError):
        run("prove", "3", "-o", str(proof))
    with pytest.raises(TianmuError, match="no entry"):
        run("prove", "9999", "-o", str(tmp_path / "none.json"))
    database().rename(tmp_path / "gone.db")
    capsys.readouterr()
    assert run("check", str(proof), "--head", str(head), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["known"]
    assert found["entries"][0]["number"] == 3
    assert run("check", str(bare)) == 0
    assert run("check", str(bare), "--head", str(head)) == 1
    assert "ledger prove --head" in capsys.readouterr().out
    row = json.loads(proof.read_text())
    row["entries"][0]["body"] = row["entries"][0]["body"].replace("fake", "hand")
    proof.write_text(json.dumps(row))
    assert run("check", str(proof)) == 1
    assert not database().exists()


def test_what_cannot_be_written_down_is_said_and_the_take_stays(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tianmu.core.errors import OutputError

    def full(*entries: object) -> None:
        raise OutputError("The disk is full.")

    monkeypatch.setattr("tianmu.studio.store.ledger.record_in", full)
    assert main(["retake", "1A"]) != 0
    assert "The disk is full." in capsys.readouterr().err
    assert main(["take", "list", "--shot", "1A", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2


def test_what_leaves_is_written_down_with_its_digest(tmp_path: Path, entries: Any) -> None:
    from tianmu.media.digest import file_sha256

    before = len(entries())
    words = ("a fox", "--engine", "fake", "--size", "64x36", "--seconds", "1", "-o", "fox.mp4")
    assert main(["shot", *words, "--for", "none", "--recipient", "a lab", "--reason", "a trial of grain"]) == 0
    found = [entry for entry in entries()[before:] if entry["kind"] == "leave"]
    facts = next(entry["facts"] for entry in found if entry["facts"]["is"] == "shot")
    assert facts["file"] == file_sha256(tmp_path / "fox.mp4")
    assert (facts["audience"], facts["recipient"], facts["reason"]) == ("none", "a lab", "a trial of grain")


def test_the_list_speaks_the_readers_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    assert run("--last", "30") == 0
    assert "规划镜头" in capsys.readouterr().out
