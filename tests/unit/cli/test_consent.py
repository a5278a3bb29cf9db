"""`tianmu consent` and `tianmu protect`, as the command line runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tianmu.cli import consent, protect
from tianmu.cli.parser import Parser
from tianmu.core.errors import TianmuError
from tianmu.core.settings import settings
from tianmu.studio.store import Store

BOOK = ("--for", "film", "--person", "Li Wei", "--kind", "text", "--description", "the novel, as a film of ten minutes")


def command(*words: str) -> int:
    parser = Parser(prog="tianmu")
    verbs = parser.add_subparsers(required=True)
    for verb in (consent, protect):
        verb.add_parser(verbs)
    arguments = parser.parse_args(words)
    return arguments.run(arguments)


def test_a_licence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open(settings().home) as store:
        store.create_project("ice")
    paper = tmp_path / "licence.pdf"
    paper.write_bytes(b"signed")
    term = ("--from", "2026-01-01", "--to", "2027-12-31", "--territory", "cn", "--document", str(paper))
    assert command("consent", "list") == 0
    assert command("consent", "add", *BOOK, *term, "--json") == 0
    row = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (row["territory"], row["ends"], row["projects"]) == (["CN"], "2027-12-31", ["ice"])
    assert command("consent", "show", "1") == 0
    assert "the novel, as a film" in capsys.readouterr().out
    assert command("consent", "revoke", row["id"], "--because", "sold elsewhere") == 0
    assert "revoked: sold elsewhere" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "words",
    [
        (*BOOK, "--kind", "blessing"),
        (*BOOK, "--replica", "clone"),
        (*BOOK, "--from", "tomorrow"),
        (*BOOK, "--territory", "Mars"),
        (*BOOK, "--for", "nobody"),
        (*BOOK, "--document", "none.pdf"),
    ],
)
def test_bad_input_is_one_sentence(words: tuple[str, ...], language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIANMU_LANG", language)
    settings.cache_clear()
    with Store.open(settings().home) as store:
        store.create_project("ice")
    with pytest.raises(TianmuError) as caught:
        command("consent", "add", *words)
    message = caught.value.explain()
    assert "\n" not in message
    assert any("\u4e00" <= letter <= "\u9fff" for letter in message) == (language == "zh")


def test_the_registry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "novel.txt"
    text.write_text(" ".join(f"word{number}" for number in range(80)), encoding="utf-8")
    assert command("protect", "list") == 0
    assert command("protect", "check", str(text)) == 0
    assert command("protect", "add", str(text), "--title", "N", "--owner", "Mo", "--because", "hers") == 0
    assert command("protect", "check", str(text)) == 1
    said = capsys.readouterr().out
    assert "It is near no registered work." in said
    assert "1.00  N  Mo  the very same file" in said
    assert command("protect", "list", "--json") == 0
    row = json.loads(capsys.readouterr().out)[0]
    assert "pieces" not in row
    assert command("protect", "remove", "1") == 0
