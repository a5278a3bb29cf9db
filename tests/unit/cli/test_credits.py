"""`tianmu credits`: a whole small life, whose record names each decision once, in order, and proves it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from tianmu.cli import credits, ledger, main
from tianmu.core.settings import settings
from tianmu.governance.identity import anchors
from tianmu.governance.provenance import read_provenance
from tianmu.studio.authorship import ABOUT, compare_prompts

SMALL = ("--engine", "fake", "--size", "64x36", "--fps", "6", "--handles", "1", "--no-sound")
SCRIPT = """Title: Ice & <Snow>
Author: A. Writer

EXT. SNOWFIELD - DAWN

EMBER, a fox, walks across the snow.
"""


def run(*words: str) -> int:
    """The two verbs by a parser of their own."""
    parser = argparse.ArgumentParser()
    verbs = parser.add_subparsers()
    credits.add_parser(verbs)
    ledger.add_parser(verbs)
    arguments = parser.parse_args(words)
    return arguments.run(arguments)


def test_a_small_life_is_told_once_in_order_and_proven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ice.fountain").write_text(SCRIPT, "utf-8")
    for words in (
        ("film", "ice.fountain", *SMALL),
        ("retake", "1A", "--note", "closer"),
        ("take", "reject", "1A/1", "--because", "too far <away>"),
        ("take", "circle", "1A/2", "--because", "her eyes"),
        ("cut", "1A", "--head", "1", "--because", "late"),
        ("film", "ice.fountain", *SMALL),
    ):
        assert main(list(words)) == 0, words
    assert run("credits", "-o", "out") == 0
    row: dict[str, Any] = json.loads((tmp_path / "out" / "ice.credits.json").read_text("utf-8"))
    shot = next(shot for shot in row["shots"] if shot["slate"] == "1A")
    assert [(deed["kind"], deed["by"]) for deed in shot["deeds"]] == [
        ("take", "machine"),
        ("note", "person"),
        ("take", "machine"),
        ("choice", "person"),
        ("choice", "person"),
        ("edit", "person"),
    ]
    assert [deed["facts"].get("because") for deed in shot["deeds"][3:]] == ["too far <away>", "her eyes", "late"]
    assert shot["take_entry"] == shot["deeds"][2]["entry"]
    assert {sign for sign, _ in shot["deeds"][2]["prompt_diff"]} > {"="}
    assert all(line["entry"] == 1 for line in shot["script"])
    told = [deed["entry"] for part in (*row["shots"],) for deed in part["deeds"]]
    told += [deed["entry"] for part in ("film", "not_in_the_cut") for deed in row[part]]
    assert sorted(told) == [shown["number"] for shown in row["proof"]["entries"]]
    assert len(told) == len(set(told))
    assert row["people"][0]["name"]

    page = (tmp_path / "out" / "ice.credits.html").read_text("utf-8")
    assert "Ice &amp; &lt;Snow&gt;" in page
    assert "<away>" not in page
    assert "http" not in page
    assert page.count("her eyes") == 1
    signed = read_provenance(tmp_path / "out" / "ice.credits.html", anchors=anchors(settings().home))
    assert signed is not None
    assert signed.state == "intact"
    (tmp_path / "out" / "ice.credits.html").write_text(page.replace("her eyes", "his eyes"), "utf-8")
    changed = read_provenance(tmp_path / "out" / "ice.credits.html", anchors=anchors(settings().home))
    assert changed is not None
    assert changed.state == "changed"
    assert run("ledger", "check", "out/ice.credits.json") == 0
    assert run("ledger", "verify") == 0
    assert "%" not in ABOUT[0] + ABOUT[1]


def test_there_are_no_credits_before_a_film(tmp_path: Path) -> None:
    from tianmu.core.errors import InputError
    from tianmu.studio.authorship import read_authorship
    from tianmu.studio.store import Store

    with Store.open() as store, pytest.raises(InputError, match="no film yet"):
        read_authorship(store.create_project("ice"), tmp_path)


@pytest.mark.parametrize(("before", "after"), [("a fox, wide", "a fox, close"), ("一只狐狸", "一只红狐狸"), ("", "x")])
def test_a_difference_is_both_prompts(before: str, after: str) -> None:
    parts = compare_prompts(before, after)
    assert "".join(words for sign, words in parts if sign != "+") == before
    assert "".join(words for sign, words in parts if sign != "-") == after
