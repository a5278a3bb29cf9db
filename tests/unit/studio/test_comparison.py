"""Two takes side by side, as the ending of the file asks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tianmu.core.errors import InputError, MediaError, OutputError
from tianmu.engines.fake import FakeEngine
from tianmu.film.shot import Shot
from tianmu.film.take import Take
from tianmu.media.image import read_image
from tianmu.media.video import read_video
from tianmu.studio.comparison import compare
from tianmu.studio.store import Project
from tianmu.studio.takes import FilmSettings, ask, make_take

SETTINGS = FilmSettings(engine="fake", pixels=(64, 36), handles=0)
SHOT = Shot(prompt="a fox", slate="3B", seconds=1)  # type: ignore[arg-type]


@pytest.fixture
def takes(project: Project) -> tuple[Take, Take]:
    asked = ask([SHOT, replace(SHOT, prompt="a crow", seconds=2)], project, SETTINGS, FakeEngine())  # type: ignore[arg-type]
    first, second = (make_take(project, each.shot, each.request, FakeEngine()) for each in asked)
    return first, second


def test_a_picture_shows_a_row_of_each(project: Project, takes: tuple[Take, Take], tmp_path: Path) -> None:
    compare(project, *takes, tmp_path / "both.PNG")
    both = read_image(tmp_path / "both.PNG")
    assert both.shape[1] == 1920
    assert both.std() > 10
    compare(project, takes[1], takes[0], tmp_path / "other.png")
    assert not np.array_equal(both, read_image(tmp_path / "other.png"))


def test_a_film_plays_them_at_once_for_as_long_as_the_longer(
    project: Project, takes: tuple[Take, Take], tmp_path: Path
) -> None:
    compare(project, *takes, tmp_path / "both.mp4")
    info, frames = read_video(tmp_path / "both.mp4")
    seen = list(frames)
    assert (info.width, info.height, info.num_frames) == (640, 180, 48)  # larger, so that their names can be read
    _, first = read_video(project.media.path(takes[0].film))
    assert np.abs(seen[12][60:120:5, :320:5].astype(int) - list(first)[12][12:24]).mean() < 8
    assert seen[40][60:120, :310].mean() < 6  # the shorter one has ended
    assert seen[40][:120, 330:].mean() > 12


@pytest.mark.parametrize("name", ["both.gif", "both", "both.mov"])
def test_another_ending_is_refused_and_nothing_is_written(
    project: Project, takes: tuple[Take, Take], tmp_path: Path, name: str
) -> None:
    with pytest.raises(InputError, match=name):
        compare(project, *takes, tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_missing_folder_or_take_is_said(project: Project, takes: tuple[Take, Take], tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="does not exist"):
        compare(project, *takes, tmp_path / "nowhere" / "both.png")
    project.media.path(takes[1].film).unlink()
    with pytest.raises(MediaError):
        compare(project, *takes, tmp_path / "both.png")
    assert not (tmp_path / "both.png").exists()
