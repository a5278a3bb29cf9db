"""`tianmu pace`, `tianmu diversity` and `tianmu library`, as a person types them."""

from __future__ import annotations

import json
from argparse import Namespace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tianmu.cli import diversity, library, pace
from tianmu.cli.parser import Parser
from tianmu.core.errors import InputError, MediaError, OutputError, TianmuError
from tianmu.core.settings import settings
from tianmu.media.video import write_video


def typed(*words: str) -> int:
    """The verb's own parser, then the verb."""
    parser = Parser(prog="tianmu")
    verbs = parser.add_subparsers(required=True)
    for verb in (pace, diversity, library):
        verb.add_parser(verbs)
    arguments: Namespace = parser.parse_args(words)
    return int(arguments.run(arguments))


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert typed(*words, "--json") == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    levels = [40] * 24 + [200] * 24
    write_video(path, (np.full((36, 64, 3), level, np.uint8) for level in levels), Fraction(12))
    return path


def test_the_pace_of_a_file_is_told_drawn_and_given_to_programs(
    film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed("pace", str(film)) == 0
    assert "2 shots, 2.0 s on average" in capsys.readouterr().out
    picture = tmp_path / "rhythm.svg"
    row = printed(capsys, "pace", str(film), "-o", str(picture))
    assert row["num_shots"] == 2
    assert row["picture"] == str(picture)
    assert picture.read_text("utf-8").startswith("<svg")
    with pytest.raises(OutputError):
        typed("pace", str(film), "-o", str(picture))
    assert typed("pace", str(film), "-o", str(picture), "--overwrite") == 0


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("pace",), InputError),
        (("pace", "--project", "nowhere"), InputError),
        (("pace", "missing.mp4"), MediaError),
        (("pace", "a.mp4", "--project", "x"), InputError),
        (("pace", "a.mp4", "-o", "rhythm.jpg"), InputError),
        (("diversity",), InputError),
        (("diversity", "--engine", "fake"), InputError),
        (("diversity", "-o", "page.pdf"), InputError),
        (("diversity", "--prompts", "missing.txt"), MediaError),
        (("diversity", "--prompts", "missing.txt", "--project", "x"), InputError),
        (("diversity", "--per-prompt", "0"), InputError),
        (("library", "show", "nothing-such"), InputError),
        (("library", "show", "ink-wash", "--skeleton"), InputError),
        (("library", "add", "missing.yaml"), MediaError),
        (("library", "list", "--kind", "song"), InputError),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(words: tuple[str, ...], error: type[TianmuError]) -> None:
    with pytest.raises(error) as caught:
        typed(*words)
    assert caught.value.explain().rstrip("。").endswith((".", "help")) or caught.value.explain()[-1] == "."
    assert "\n" not in caught.value.explain()


def test_an_engine_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prompts, page = tmp_path / "prompts.txt", tmp_path / "page.html"
    prompts.write_text("a fox walks in a forest\na robot stands on the moon\n")
    command = ("diversity", "--prompts", str(prompts), "--engine", "fake", "--per-prompt", "2", "-o", str(page))
    row = printed(capsys, *command)
    assert row["num_pictures"] == 4
    assert row["conditional_vendi"] * row["information_vendi"] == pytest.approx(row["vendi_pictures"], rel=1e-3)
    assert "Conditional Vendi" in page.read_text("utf-8")


def test_the_library_is_listed_shown_and_added_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("library", "list", "--kind", "form") == 0
    listed = capsys.readouterr().out
    assert "kishotenketsu" in listed
    assert "ink-wash" not in listed
    assert typed("library", "show", "kishotenketsu", "--skeleton") == 0
    assert capsys.readouterr().out.startswith("Title:")
    both = {"en": "words", "zh": "文字"}
    texts = dict.fromkeys(("name", "origin", "about", "here", "care"), both)
    own = {"id": "night-trains", "kind": "look", **texts, "sources": ["A. Writer, 1990"]}
    path = tmp_path / "own.yaml"
    path.write_text(json.dumps({"schema": "tianmu.traditions.1", "entries": [own]}))  # JSON is YAML
    assert printed(capsys, "library", "add", str(path)) == {"added": ["night-trains"], "warnings": []}
    shown = printed(capsys, "library", "show", "night-trains")
    assert shown["name"] == both
    assert len(printed(capsys, "library", "list")["entries"]) == 53


def test_a_damaged_file_of_the_library_stops_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = settings().home / "library"
    folder.mkdir(parents=True)
    (folder / "own.yaml").write_text("schema: [", "utf-8")
    assert typed("library", "list") == 0
    told = capsys.readouterr()
    assert "ink-wash" in told.out
    assert told.err.startswith(f"The file {folder / 'own.yaml'} is left out, and all others are used: ")
    for words in (("library", "list"), ("library", "show", "ink-wash")):
        (warning,) = printed(capsys, *words)["warnings"]
        assert str(folder / "own.yaml") in warning
