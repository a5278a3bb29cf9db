"""`tianmu init`: names the studio and shows what is there; the second time it changes nothing."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from tianmu.cli import init
from tianmu.core.errors import InputError, MediaError
from tianmu.core.settings import settings
from tianmu.governance.identity import House, open_identity, read_house, watermark_key


def run(*typed: str) -> int:
    """The verb by itself."""
    parser = argparse.ArgumentParser(prog="tianmu")
    init.add_parser(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["init", *typed])
    return arguments.run(arguments)


def facts(capsys: pytest.CaptureFixture[str], *typed: str) -> dict[str, Any]:
    capsys.readouterr()
    assert run(*typed, "--json") == 0
    return json.loads(capsys.readouterr().out)


def files() -> dict[Path, tuple[bytes, int]]:
    """Everything in the studio home, with the time of its last change."""
    return {each: (each.read_bytes(), each.stat().st_mtime_ns) for each in settings().home.rglob("*") if each.is_file()}


def test_a_first_run_makes_all_and_a_second_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--name", "天幕 One", "--for", "cn", "--country", "chn", "--private-watermark") == 0
    first, before = capsys.readouterr().out, files()
    assert run() == 0
    assert capsys.readouterr().out == first
    assert files() == before
    identity = open_identity(settings().home)
    for part in ("天幕 One", identity.fingerprint, identity.producer, str(settings().home / "keys"), "cn", "CHN"):
        assert part in first
    assert "天幕 One root" in first
    assert read_house(settings().home) == House(name="天幕 One", audience="cn", country="CHN")
    assert watermark_key(settings().home) is not None


def test_without_options_it_makes_the_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    found = facts(capsys)
    assert (found["name"], found["audience"], found["country"]) == ("Tianmu studio", "all", None)
    assert (found["private_watermark"], found["own_certificate"]) == (False, True)


def test_it_speaks_chinese(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    assert run() == 0
    told = capsys.readouterr().out
    assert "证书指纹" in told
    assert "信任" in told


def test_one_thing_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    first = facts(capsys, "--name", "One")
    named = facts(capsys, "--name", "Two")
    placed = facts(capsys, "--for", "eu")
    renewed = facts(capsys, "--renew")
    assert {each["producer"] for each in (first, named, placed, renewed)} == {first["producer"]}
    assert named["fingerprint"] == placed["fingerprint"]
    assert len({each["fingerprint"] for each in (first, named, renewed)}) == 3
    assert (renewed["name"], renewed["audience"]) == ("Two", "eu")


def test_a_certificate_by_path(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    other = open_identity(tmp_path / "other")
    leaf = tmp_path / "other" / "keys" / "leaf.pem"
    chain = tmp_path / "other" / "keys" / "certificate.pem"
    found = facts(capsys, "--certificate", str(chain), "--key", str(leaf))
    assert (found["fingerprint"], found["own_certificate"]) == (other.fingerprint, False)
    assert len(found["trusted"]) == 2
    with pytest.raises(InputError, match="together"):
        run("--key", str(leaf))
    leaf.unlink()
    with pytest.raises(MediaError, match="missing"):
        run()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("--for", "mars"), "all, cn, eu and us-ca"),
        (("--for", "none"), "recipient"),
        (("--country", "China"), "ISO 3166"),
        (("--country", "XXX"), "ISO 3166"),
        (("--name", " "), "name"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(typed: tuple[str, ...], words: str) -> None:
    with pytest.raises(InputError, match=words):
        run(*typed)
    assert not settings().home.exists()
