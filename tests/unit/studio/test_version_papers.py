"""The papers of a version show its frame and its takes; an editor's cut comes back from any version into all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from opentimelineio.opentime import RationalTime, TimeRange
from tests.unit.studio.export.conftest import copy, stems
from tests.unit.studio.test_versions import SETTINGS, clips, make

from tianmu.core.errors import InputError
from tianmu.film.decision import Decisions, ShotRef, anchor_of
from tianmu.film.shot import Aspect
from tianmu.studio import storyboard
from tianmu.studio.boards import Board
from tianmu.studio.documents import keep
from tianmu.studio.edition import read_edition
from tianmu.studio.export.comeback import import_cut
from tianmu.studio.export.package import export_cut
from tianmu.studio.plan import plan_film, read_plan, read_settings
from tianmu.studio.storyboard import NAMES, film_papers, sketch_papers
from tianmu.studio.versions import settings_of

BOTH: tuple[Aspect, ...] = ("16:9", "9:16")


@pytest.fixture
def boards(monkeypatch: pytest.MonkeyPatch) -> list[Board]:
    """Every board that is drawn."""
    drawn: list[Board] = []
    draw = storyboard.draw_sheet
    monkeypatch.setattr(storyboard, "draw_sheet", lambda board: (drawn.append(board), draw(board))[1])
    return drawn


def exported(project: Any, folder: Path, version: str) -> Path:
    """The timeline of a version."""
    done = export_cut(read_edition(project, version=version), folder, ("otio",), copy=copy, copy_stems=stems)
    return done.files[0]


def shortened(path: Path, *, bare: bool = False) -> Path:
    """The timeline with its last shot two frames shorter; `bare` without our metadata, as some suites leave it."""
    timeline: Any = otio.adapters.read_from_file(str(path))
    last = list(timeline.tracks[0].find_clips())[-1]
    span = last.source_range
    last.source_range = TimeRange(span.start_time, span.duration - RationalTime(2, span.duration.rate))
    if bare:
        for each in (timeline, *timeline.tracks, *timeline.find_children()):
            each.metadata.clear()
    edited = path.with_name("edited.otio")
    otio.adapters.write_to_file(timeline, str(edited))
    return edited


def test_the_papers_of_a_version_lie_beside_the_main_ones_and_show_its_frame(
    project: Any, tmp_path: Path, boards: list[Board]
) -> None:
    for result, settings, version in zip(
        make(project, tmp_path), settings_of(SETTINGS, BOTH), ("", "9:16"), strict=True
    ):
        film_papers(result, project, settings, tmp_path, version=version)
    assert {path.name for path in tmp_path.glob("*") if path.suffix in (".pdf", ".png", ".csv", ".md")} == {
        *NAMES, "storyboard-9x16.pdf", "storyboard-9x16.png", "shots-9x16.csv", "shots-9x16.md",
    }  # fmt: skip
    wide, tall = boards
    assert (wide.aspect, tall.aspect) == BOTH
    assert [cell.shot.slate for cell in wide.cells] == [cell.shot.slate for cell in tall.cells]
    for board in boards:
        for cell in board.cells:
            assert cell.frame is not None
            height, width, _ = cell.frame.shape
            assert (width > height) == (board.aspect == "16:9")
    assert "9:16" in (tmp_path / "shots-9x16.md").read_text("utf-8")
    assert "9:16" not in (tmp_path / "shots.md").read_text("utf-8")


def test_a_board_shows_no_take_of_another_frame_and_of_a_version_those_of_its_cut(
    project: Any, tmp_path: Path, boards: list[Board], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, tall = make(project, tmp_path)
    settings = read_settings(project, "9:16")
    monkeypatch.setattr(storyboard, "_sketch", lambda *a: pytest.fail("it was filmed"))
    sketch_papers(read_plan(project, "9:16"), project, settings, tmp_path, version="9:16")
    found = {cell.shot.slate: cell.take.id for cell in boards[-1].cells if cell.take}
    assert found == {each.shot.slate: each.take.id for each in tall.filmed}
    sketched: list[str] = []
    monkeypatch.setattr(storyboard, "_sketch", lambda shot, *a: sketched.append(shot.slate))
    (square,) = settings_of(SETTINGS, ("1:1",))
    plan = plan_film(tall.plan.screenplay, project, square)
    sketch_papers(plan, project, square, tmp_path)
    assert sketched == [shot.slate for shot in plan.shots.shots], "a take of another frame is no picture of this one"


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("version", BOTH)
def test_a_cut_comes_back_from_any_version_into_all_of_them(
    project: Any, tmp_path: Path, version: Aspect, bare: bool
) -> None:
    before = make(project, tmp_path)
    path = exported(project, tmp_path / "out", version)
    untouched = import_cut(project, path)
    assert (untouched.changed, untouched.notes, untouched.version, untouched.versions) == (False, (), version, 2)
    back = import_cut(project, shortened(path, bare=bare))
    assert back.changed
    assert back.version == version
    wide, tall = make(project, tmp_path)
    assert (wide.num_made, tall.num_made) == (0, 0)
    assert wide.cut.num_frames == tall.cut.num_frames == before[0].cut.num_frames - 2
    assert back.cut == (wide if version == "16:9" else tall).cut
    assert [clip.num_frames for clip in clips(wide.cut)] == [clip.num_frames for clip in clips(tall.cut)]


def test_a_version_can_be_named_and_one_that_was_not_made_is_refused(project: Any, tmp_path: Path) -> None:
    make(project, tmp_path)
    path = shortened(exported(project, tmp_path / "out", "9:16"))
    assert import_cut(project, path, version="9:16", apply=False).version == "9:16"
    with pytest.raises(InputError, match="9:16"):
        import_cut(project, path, version="1:1")
    assert project.read(Decisions).value.trims == ()


def test_a_timeline_from_before_other_decisions_says_that_it_wins(project: Any, tmp_path: Path) -> None:
    make(project, tmp_path)
    first, second = (exported(project, tmp_path / name, name.replace("x", ":")) for name in ("16x9", "9x16"))
    import_cut(project, shortened(first))
    back = import_cut(project, second)
    assert back.changed
    assert any("Other things were decided" in note for note in back.notes)


def test_a_shot_that_was_left_out_before_a_version_was_made_stays_out_of_it(project: Any, tmp_path: Path) -> None:
    (wide,) = make(project, tmp_path, ("16:9",))
    first = wide.filmed[0].shot
    gone = ShotRef(slate=first.slate, anchor=anchor_of(first))
    keep(project, Decisions(title=False, credits=False, omitted=(gone,)))
    _, tall = make(project, tmp_path)
    size = tall.cut.width, tall.cut.height
    back = import_cut(project, shortened(exported(project, tmp_path / "out", "9:16")))
    assert back.changed
    assert back.decisions.omitted == (gone,)
    assert all((project.take(clip.take).width, project.take(clip.take).height) == size for clip in clips(back.cut))
    keep(project, Decisions(title=False, credits=False))
    with pytest.raises(InputError, match=f"{first.slate} has no take yet"):  # those of 16:9 are none
        import_cut(project, exported(project, tmp_path / "again", "9:16"))
