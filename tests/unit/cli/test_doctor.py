"""`tianmu doctor`: every check says what was found, and a failed one what to do."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tianmu.cli import main
from tianmu.cli.doctor import Check, examine, line
from tianmu.core.settings import settings


def test_every_check_says_what_was_found_and_what_to_do() -> None:
    checks = list(examine())
    assert len(checks) == 10
    assert len({check.name for check in checks}) == 10
    for check in checks:
        assert check.found
        assert check.verdict == "ok" or check.advice


def test_what_every_machine_that_runs_these_tests_has_is_well() -> None:
    found = {check.name: check for check in examine()}
    for name in ("Python", "torch", "H.264 encoder", "studio home"):
        assert found[name].verdict == "ok", found[name]


def test_a_home_that_cannot_be_written_fails_and_names_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("TIANMU_HOME", str(tmp_path / "file" / "home"))
    settings.cache_clear()
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert re.search(r"failed +studio home", told)
    assert "TIANMU_HOME" in told


def test_the_object_and_the_exit_code_agree(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["doctor", "--json"])
    checks = json.loads(capsys.readouterr().out)["checks"]
    assert code == int(any(check["verdict"] == "failed" for check in checks))


def test_advice_stands_below_what_is_not_well() -> None:
    assert line(Check(name="disk", verdict="ok", found="9 GB", advice="unused")) == "ok       disk: 9 GB"
    assert line(Check(name="disk", verdict="failed", found="0 GB", advice="Free some.")).endswith(
        "\n         Free some."
    )
