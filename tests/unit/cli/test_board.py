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
