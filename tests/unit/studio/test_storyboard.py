"""A film on paper: four files, each whole, that name every shot; those of a film that did not change stay."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
import pytest

from tianmu.core.errors import OutputError
from tianmu.engines.fake import FakeEngine
from tianmu.media.image import read_image
from tianmu.studio import storyboard
from tianmu.studio.film import make_film
from tianmu.studio.plan import Plan
from tianmu.studio.store import Project
from tianmu.studio.storyboard import NAMES, film_papers, sketch_papers
from tianmu.studio.takes import FilmSettings, ask, make_take

SETTINGS = FilmSettings(engine="fake", pixels=(64, 36), handles=2)


def check_papers(paths: tuple[Path, ...], plan: Plan) -> None:
    pdf, png, table, text = paths
    assert tuple(path.name for path in paths) == NAMES
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert pdf.read_bytes().rstrip().endswith(b"%%EOF")
    assert read_image(png).std() > 5
    with table.open(encoding="utf-8-sig", newline="") as rows:
        cells = [cell for row in csv.reader(rows) for cell in row]
    for shot in plan.shots.shots:
        assert shot.slate in cells
        assert shot.slate in text.read_text("utf-8")


@pytest.mark.usefixtures("ice")
def test_the_papers_of_a_film_show_its_takes_and_stay_while_it_does(
    project: Project, ice: Plan, tmp_path: Path
) -> None:
    result = make_film(ice, project, SETTINGS, tmp_path / "ice.mp4")
    paths = film_papers(result, project, SETTINGS, tmp_path)
    check_papers(paths, ice)
    before = [(path.stat().st_mtime_ns, path.stat().st_ino) for path in paths]
    again = make_film(ice, project, SETTINGS, tmp_path / "ice.mp4")
    assert film_papers(again, project, SETTINGS, tmp_path) == paths
    assert [(path.stat().st_mtime_ns, path.stat().st_ino) for path in paths] == before
    contents, picture = [path.read_bytes() for path in paths], read_image(paths[1])
    paths[2].unlink()
    film_papers(again, project, SETTINGS, tmp_path)  # one is gone: all are written, and are the same
    assert np.array_equal(read_image(paths[1]), picture)  # and the picture is signed anew
    assert [path.read_bytes() for path in paths if path != paths[1]] == contents[:1] + contents[2:]


def test_what_has_no_take_yet_is_sketched_and_what_has_one_is_shown(
    project: Project, ice: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sketched: list[str] = []
    sketch = storyboard._sketch
    monkeypatch.setattr(
        storyboard, "_sketch", lambda shot, *more: (sketched.append(shot.slate), sketch(shot, *more))[1]
    )
    first = ask(ice.shots.shots, project, SETTINGS, FakeEngine())[0]
    make_take(project, first.shot, first.request, FakeEngine())
    paths = sketch_papers(ice, project, SETTINGS, tmp_path)
    check_papers(paths, ice)
    assert sketched == [shot.slate for shot in ice.shots.shots[1:]]
    assert len(project.takes()) == 1  # a sketch is no take


def test_a_sketch_is_the_shot_and_no_other(project: Project, ice: Plan) -> None:
    pictures = [storyboard._sketch(shot, project, SETTINGS) for shot in ice.shots.shots[:3]]
    assert all(picture.shape == (36, 64, 3) for picture in pictures)
    assert not np.array_equal(pictures[1], pictures[2])
    assert all(picture.mean() > 15 for picture in pictures)


@pytest.mark.skipif(sys.platform == "win32", reason="sets a limit of the process")
def test_papers_that_do_not_fit_are_said_and_nothing_half_written_stays(
    project: Project, ice: Plan, tmp_path: Path
) -> None:
    import resource

    made = make_film(ice, project, SETTINGS, tmp_path / "ice.mp4")
    folder = tmp_path / "papers"
    folder.mkdir()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(OutputError, match="disk is full"):
            film_papers(made, project, SETTINGS, folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert {path.name for path in folder.iterdir()} <= {"storyboard.pdf"}  # each is whole or not there
