"""Every mistake a person can make on the command line: an exit code, one sentence, and nothing left behind."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tianmu.cli import main
from tianmu.core.settings import settings

SMALL = ["--engine", "fake", "--seconds", "0.5", "--size", "32x32", "--seed", "1"]


@pytest.fixture
def films(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the command runs."""
    folder = tmp_path / "films"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["shot", ""], 2, "empty"),
        (["shot", "  \n"], 2, "empty"),
        (["shot", "x" * 10_001], 2, "10001"),
        (["shot", "fox", "--seconds", "0"], 2, "seconds above 0"),
        (["shot", "fox", "--seconds=-1"], 2, "seconds above 0"),
        (["shot", "fox", "--seconds", "nan"], 2, "seconds above 0"),
        (["shot", "fox", "--seconds", "1e9"], 2, "seconds above 0"),
        (["shot", "fox", "--seconds", "4000", "--engine", "fake"], 2, "longer than 3600 s"),
        (["shot", "fox", "--size", "12"], 2, "1280x720"),
        (["shot", "fox", "--size", "33x33", "--engine", "fake"], 2, "even"),
        (["shot", "fox", "--size", "8x8"], 2, "16 to 4096"),
        (["shot", "fox", "--aspect", "3:2"], 2, "16:9"),
        (["shot", "fox", "--fps", "0"], 2, "frame rate"),
        (["shot", "fox", "--seed", "-5"], 2, "--seed takes a whole number"),
        (["shot", "fox", "--seed", "red"], 2, "--seed takes a whole number"),
        (["shot", "fox", "--steps", "0"], 2, "--steps takes a whole number"),
        (["shot", "fox", "--guidance", "nan"], 2, "--guidance takes a number"),
        (["shot", "fox", "--variations", "0"], 2, "--variations takes a whole number"),
        (["shot", "fox", "--engine", "sora"], 2, "installed are: animatic, fake and native"),
        (["shot", "fox", "--engine", "fake", "--upscale"], 2, "cannot do upscaling"),
        (["shot", "fox", "--engine", "fake", "-o", "nowhere/fox.mp4"], 3, "does not exist"),
        (["shot", "fox", "--engine", "fake", "-o", "fox.avi"], 2, ".avi"),
        (["shot", "fox", "--engine", "fake", "-o", "."], 2, "folder"),
        (["shot", "fox", "--engine", "fake", "--format", "gif", "--fps", "60"], 2, "50 frames a second"),
        (["shot", "fox", "--engine", "fake", "--image", "nothing.png"], 4, "cannot be read as a picture"),
        (["shot"], 2, "prompt"),
        (["shot", "fox", "--colour"], 2, "--colour"),
        (["shot", "fox", "--format", "avi"], 2, "avi"),
        (["flim", "fox"], 2, "flim"),
        ([], 2, "VERB"),
        (["repeat", "nothing.json"], 4, "No recipe can be read"),
    ],
)
def test_a_mistake_is_one_sentence_and_leaves_nothing(
    films: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    assert main(arguments) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert told.err.startswith("tianmu: ")
    assert len(told.err.splitlines()) == 1
    assert list(films.iterdir()) == []


def test_a_file_that_is_no_picture_is_refused(films: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (films / "letter.png").write_text("dear", "utf-8")
    assert main(["shot", "fox", *SMALL, "--image", "letter.png"]) == 4
    assert "cannot be read as a picture" in capsys.readouterr().err
    assert [path.name for path in films.iterdir()] == ["letter.png"]


def test_a_film_that_is_there_is_not_replaced_silently(films: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shot", "fox", *SMALL]) == 0
    before = (films / "fox.mp4").read_bytes()
    assert main(["shot", "fox", *SMALL, "--seed", "2"]) == 3
    assert "--overwrite" in capsys.readouterr().err
    assert (films / "fox.mp4").read_bytes() == before
    assert main(["shot", "fox", *SMALL, "--seed", "2", "--overwrite"]) == 0
    assert (films / "fox.mp4").read_bytes() != before


@pytest.mark.usefixtures("films")
def test_with_json_an_error_is_an_object_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shot", "fox", "--engine", "sora", "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["kind"] == "UnknownEngine"
    assert error["exit_code"] == 2
    assert "sora" in error["message"]


def test_what_was_not_foreseen_is_a_sentence_and_a_log(
    films: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A package whose entry points cannot even be read: nobody foresaw that.
    info = films / "site" / "odd-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1\n", "utf-8")
    (info / "entry_points.txt").write_bytes(b"[tianmu.engines]\nodd = \xff\xfe\n")
    monkeypatch.syspath_prepend(str(info.parent))
    assert main(["engines"]) == 1
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 1
    assert "UnicodeDecodeError" in told
    log = Path(told.strip().removesuffix(".").split("The log lies at ")[1])
    assert log.is_relative_to(settings().home)
    assert "Traceback" in log.read_text("utf-8")


def test_an_engine_that_fails_leaves_its_traceback_in_the_log(
    films: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    info = films / "site" / "odd-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1\n", "utf-8")
    (info / "entry_points.txt").write_text("[tianmu.engines]\nodd = odd_engine:Odd\n", "utf-8")
    (info.parent / "odd_engine.py").write_text(
        "from tianmu.engines.fake import FakeEngine\n\n\n"
        "class Odd(FakeEngine):\n    name = 'odd'\n\n"
        "    def generate(self, request, progress):\n        return 1 / 0\n",
        "utf-8",
    )
    monkeypatch.syspath_prepend(str(info.parent))
    monkeypatch.delitem(sys.modules, "odd_engine", raising=False)
    assert main(["shot", "fox", "--engine", "odd"]) == 6
    told = capsys.readouterr().err
    assert "ZeroDivisionError" in told
    log = Path(told.strip().removesuffix(".").split("The log lies at ")[1])
    assert "odd_engine.py" in log.read_text("utf-8")
    assert [path.name for path in films.iterdir()] == ["site"]


def test_the_sentence_comes_in_the_language_of_the_person(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    assert main(["shot", "fox", "--seconds", "0"]) == 2
    assert "时长" in capsys.readouterr().err
