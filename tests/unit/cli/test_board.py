"""`tianmu board`: the papers of a film before there is one, and after."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tianmu.cli import main
from tianmu.media.image import read_image

SMALL = ("--engine", "fake", "--size", "64x36", "--fps", "6", "--handles", "2")


def test_it_writes_four_papers_and_names_them(film: Path, script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert film.is_file()
    assert main(["board", str(script), *SMALL, "-o", "paper"]) == 0
    said = capsys.readouterr().out.splitlines()
    names = ["storyboard.pdf", "storyboard.png", "shots.csv", "shots.md"]
    assert said[:4] == [f"paper/{name}" for name in names]
    assert sorted(path.name for path in Path("paper").iterdir()) == sorted([*names, "storyboard.pdf.c2pa"])
    for name in names:  # every shot has its take: they are the film's own papers
        again, first = Path("paper") / name, film.parent / name
        if name.endswith(".png"):  # each is signed for itself
            assert np.array_equal(read_image(again), read_image(first))
        else:
            assert again.read_bytes() == first.read_bytes()


@pytest.mark.parametrize(
    ("options", "code"), [(["--engine", "nope"], 2), (["-o", "ice.fountain"], 3), (["--size", "1x1"], 2)]
)
def test_what_cannot_be_is_refused(
    script: Path, capsys: pytest.CaptureFixture[str], options: list[str], code: int
) -> None:
    assert main(["board", str(script), *options]) == code
    assert capsys.readouterr().err.startswith("tianmu: ")
    assert [path.name for path in script.parent.iterdir() if path.name != "home"] == ["ice.fountain"]


TALL = ("--engine", "fake", "--fps", "2", "--handles", "0")


def test_every_frame_has_its_board_and_a_version_that_was_made_its_own(
    script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["storyboard.pdf", "storyboard.png", "shots.csv", "shots.md"]
    tall = [f"{Path(name).stem}-9x16{Path(name).suffix}" for name in names]
    assert main(["board", str(script), *TALL, "--version", "9:16"]) == 2
    assert "has no version '9:16'" in capsys.readouterr().err
    assert main(["film", str(script), *TALL, "--no-sound", "--aspect", "16:9,9:16"]) == 0
    capsys.readouterr()
    assert main(["board", str(script), *TALL, "--aspect", "16:9,9:16", "-o", "both"]) == 0
    assert capsys.readouterr().out.splitlines()[:8] == [f"both/{name}" for name in (*names, *tall)]
    assert main(["board", str(script), "--version", "9x16", "-o", "one"]) == 0
    assert capsys.readouterr().out.splitlines()[:4] == [f"one/{name}" for name in tall]
    for name in tall:
        if name.endswith(".png"):
            assert np.array_equal(read_image(Path("one") / name), read_image(Path("ice") / name))
        else:
            assert (Path("one") / name).read_bytes() == (Path("ice") / name).read_bytes()
            assert (Path("both") / name).read_bytes() == (Path("ice") / name).read_bytes()
    assert main(["board", str(script), "--version", "9:16", "--aspect", "1:1"]) == 2
    assert "--aspect" in capsys.readouterr().err
