"""`tianmu policy`: what is in force, what it says, whether it decides as it should."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from tianmu.cli import policy
from tianmu.core.errors import InputError
from tianmu.core.settings import settings
from tianmu.governance.policy.file import SHIPPED
from tianmu.studio.store import Store
from tianmu.studio.store.ledger import read_ledger


def run(*typed: str) -> int:
    """The verb alone, whatever other verbs there are."""
    parser = argparse.ArgumentParser()
    policy.add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["policy", *typed])
    return arguments.run(arguments)


def test_general_is_in_force_until_others_are_and_the_ledger_knows(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list", "--json") == 0
    rows = json.loads(capsys.readouterr().out)["policies"]
    assert [row["name"] for row in rows if row["in_force"]] == ["general"]
    Store.open(settings().home).close()
    assert run("use", "general", "children") == 0
    assert "In force: children 2 sha256:" in capsys.readouterr().out
    with Store.open(settings().home) as store:
        (entry,) = [row.entry for row in read_ledger(store) if row.entry.kind == "policy"]
    assert [citation.split()[0] for citation in entry.facts["policies"]] == ["general", "children"]


def test_rules_and_categories_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", "broadcast") == 0
    assert "ITU-R BT.1702" in capsys.readouterr().out
    assert run("list", "--categories") == 0
    assert "frames/flash" in capsys.readouterr().out


def test_cases_that_differ_are_printed_with_what_came(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("test") == 0
    assert "0 come out otherwise" in capsys.readouterr().out
    own = tmp_path / "mine.yaml"
    own.write_text((SHIPPED / "children.yaml").read_text("utf-8"), "utf-8")
    (tmp_path / "mine.cases.yaml").write_text("cases:\n  - {prompt: two bear cubs, decision: refuse}\n", "utf-8")
    assert run("test", str(own)) == 1
    assert "“two bear cubs” should come out refuse, and came out allow" in capsys.readouterr().out


def test_a_file_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", str(SHIPPED / "general.yaml")) == 0
    assert "is well" in capsys.readouterr().out
    bad = tmp_path / "bad.yaml"
    bad.write_text("schema: tianmu.policy.1\nname: bad\n", "utf-8")
    with pytest.raises(InputError, match=r"The policy bad.yaml: it has no rules"):
        run("check", str(bad))
