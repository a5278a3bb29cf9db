from __future__ import annotations

from pathlib import Path

import pytest

from tianmu.cli import main
from tianmu.studio.importers import read_screenplay

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.fountain"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_survives_the_way_through_both_formats(example: Path, tmp_path: Path) -> None:
    fdx, back = tmp_path / "a.fdx", tmp_path / "b.fountain"
    assert main(["script", str(example), "-o", str(fdx)]) == 0
    assert main(["script", str(fdx), "-o", str(back)]) == 0
    first, last = read_screenplay(example), read_screenplay(back)
    assert last.title_page == first.title_page
    assert [scene.elements for scene in last.scenes] == [scene.elements for scene in first.scenes]
    assert [scene.heading for scene in last.scenes] == [scene.heading for scene in first.scenes]


def test_without_an_output_the_outline_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["script", str(next(path for path in EXAMPLES if path.stem == "first-light"))]) == 0
    shown = capsys.readouterr().out
    assert "First Light" in shown
    assert "SNOWFIELD - DAWN" in shown
    assert "MOSS, EMBER" in shown


def test_what_is_there_stays_unless_it_may_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "a.fdx"
    output.write_text("mine")
    assert main(["script", str(EXAMPLES[0]), "-o", str(output)]) == 3
    assert output.read_text() == "mine"
    assert "--overwrite" in capsys.readouterr().err
    assert main(["script", str(EXAMPLES[0]), "-o", str(output), "--overwrite"]) == 0


def test_another_ending_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["script", str(EXAMPLES[0]), "-o", str(tmp_path / "a.pdf")]) == 2
    assert ".fountain or .fdx" in capsys.readouterr().err
