"""One film in several frames: each is planned and filmed anew, all of them say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av import logging as av_logging
from tests.unit.engines.test_native import tiny

from tianmu.core.errors import InputError, OutputError
from tianmu.engines import native
from tianmu.engines.native import NativeEngine
from tianmu.film.cut import Clip, Cut, Print
from tianmu.film.decision import Decisions, Trim, anchor_of
from tianmu.film.shot import ASPECTS, Aspect, Shot, aspect_of
from tianmu.film.take import Take
from tianmu.media.video import read_video
from tianmu.studio import film as build
from tianmu.studio.documents import keep
from tianmu.studio.edition import read_edition
from tianmu.studio.film import FilmResult
from tianmu.studio.importers import parse_fountain
from tianmu.studio.plan import plan_film, read_settings
from tianmu.studio.recipe import Recipe
from tianmu.studio.retake import retake
from tianmu.studio.store import Project
from tianmu.studio.storyboard import film_papers, staged_otherwise
from tianmu.studio.takes import FilmSettings
from tianmu.studio.versions import estimate_versions, file_name, make_versions, parse_aspects, settings_of

SCRIPT = parse_fountain("""EXT. SNOWFIELD - DAWN

EMBER, a fox, meets MOSS, a rabbit.
""")
SETTINGS = FilmSettings(engine="fake", fps=Fraction(6), handles=0, sound=False, subtitles=False)
BOTH: tuple[Aspect, ...] = ("16:9", "9:16")
FRAMES: tuple[Aspect, ...] = ("16:9", "9:16", "1:1", "4:5", "2.39:1")


def make(
    project: Project, folder: Path, aspects: Sequence[Aspect] = BOTH, *, engine: str = "fake"
) -> tuple[FilmResult, ...]:
    if project.read(Decisions) is None:
        keep(project, Decisions(title=False, credits=False))
    versions = settings_of(replace(SETTINGS, engine=engine), aspects)
    plan = plan_film(SCRIPT, project, versions[0])
    return make_versions(plan, project, versions, folder, "ice")


def clips(cut: Cut) -> list[Clip]:
    return [item for item in cut.tracks[0].items if isinstance(item, Clip)]


def check_laws(project: Project, results: Sequence[FilmResult], *, within: float = 0.01) -> None:
    """Every version is as long as the main one, in its own frame, and every take was made in just that frame."""
    main = results[0]
    for result in results:
        aspect = result.filmed[0].shot.aspect
        cut = result.cut
        across, _, up = aspect.partition(":")
        ratio = cut.width / cut.height / (float(across) / float(up))
        assert abs(ratio - 1) <= within, aspect
        assert aspect_of(cut.width, cut.height) == aspect
        assert cut.num_frames == main.cut.num_frames
        assert [(clip.slate, clip.start, clip.num_frames) for clip in clips(cut)] == [
            (clip.slate, clip.start, clip.num_frames) for clip in clips(main.cut)
        ]
        for each in result.filmed:
            request = Recipe.from_json(project.media.read(each.take.recipe).decode()).request
            assert {each.shot.aspect} == {aspect}
            assert (request.width, request.height) == (each.take.width, each.take.height) == (cut.width, cut.height)
            assert each.take.num_frames == request.num_frames
        check_file(result)


def check_file(result: FilmResult) -> None:
    """FFmpeg opens it and reads all of it without a warning, and it lasts to the frame what its cut does."""
    before = av_logging.get_level()
    av_logging.set_level(av_logging.WARNING)
    try:
        with av_logging.Capture() as told, av.open(str(result.path)) as film:
            stream = film.streams.video[0]
            assert sum(1 for _ in film.decode(stream)) == result.cut.num_frames
            assert stream.duration is not None
            assert stream.time_base is not None
            assert stream.duration * stream.time_base == result.cut.num_frames / result.cut.fps
            assert (stream.width, stream.height) == (result.cut.width, result.cut.height)
            assert stream.sample_aspect_ratio in (None, 0, 1)
    finally:
        av_logging.set_level(before)
    assert told == []


def test_every_version_is_as_long_and_made_in_its_own_frame(project: Project, tmp_path: Path) -> None:
    results = make(project, tmp_path, ASPECTS)
    check_laws(project, results)
    assert len({result.path for result in results}) == len(ASPECTS)
    assert all(staged_otherwise(shown(result), project) == () for result in results), "the fake engine stages nothing"


def test_the_native_model_draws_every_version_in_its_own_frame_and_says_what_it_staged_otherwise(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "native_model", tiny)
    results = make(project, tmp_path, FRAMES, engine="native")
    check_laws(project, results, within=0.07)  # it draws in steps of 32 pixels, and these are few
    for result in results:
        for each in result.filmed:
            request = Recipe.from_json(project.media.read(each.take.recipe).decode()).request
            height, width = NativeEngine(tiny())._native_size(request)
            assert (2 * height, 2 * width) == (request.height, request.width), "nothing is trimmed or stretched"
    wide, tall, *_, four_to_five, _ = results
    assert (four_to_five.cut.width, four_to_five.cut.height) == (128, 160)
    assert staged_otherwise(shown(wide), project) == ()
    told = staged_otherwise(shown(tall), project)
    assert any("one after the other" in note for note in told)
    assert all(note.partition(": ")[0] in {each.shot.slate for each in tall.filmed} for note in told)
    film_papers(tall, project, replace(SETTINGS, aspect="9:16"), tmp_path, version="9:16")
    assert all(note in (tmp_path / "shots-9x16.md").read_text("utf-8") for note in told)


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "within"), [("native", 0.025), ("animatic", 0.002)])
def test_both_engines_make_every_version(project: Project, tmp_path: Path, engine: str, within: float) -> None:
    results = make(project, tmp_path, FRAMES, engine=engine)
    check_laws(project, results, within=within)
    pictures = [np.stack(list(read_video(result.path)[1])) for result in results]
    assert all(frames.std() > 10 for frames in pictures)
    square, wide = pictures[2], pictures[0]
    side = wide.shape[1]
    left = (wide.shape[2] - side) // 2
    assert np.abs(wide[:, :, left : left + side].mean((1, 2)) - square[:, :side, :side].mean((1, 2))).max() > 0.5


def shown(result: FilmResult) -> list[tuple[Shot, Take]]:
    return [(each.shot, each.take) for each in result.filmed]


def test_aspects_are_read_in_their_order_and_the_first_is_the_main_one() -> None:
    assert parse_aspects("9:16, 16:9") == ("9:16", "16:9")
    assert parse_aspects(",".join(ASPECTS)) == ASPECTS
    assert parse_aspects("2.39:1") == ("2.39:1",)
    for wrong in ("", "16:9,", "16:9,16:9", "4:6", "16:9;1:1"):
        with pytest.raises(InputError):
            parse_aspects(wrong)


def test_files_are_called_after_their_frame() -> None:
    names = [file_name("ice", aspect, main=number == 0) for number, aspect in enumerate(("16:9", "9:16", "2.39:1"))]
    assert names == ["ice.mp4", "ice-9x16.mp4", "ice-2.39x1.mp4"]


def test_a_size_in_pixels_is_refused_for_several_frames() -> None:
    sized = replace(SETTINGS, pixels=(64, 36))
    assert settings_of(sized, ("16:9",)) == (sized,)
    with pytest.raises(InputError, match="--size"):
        settings_of(sized, BOTH)


def test_every_version_is_filmed_in_its_own_frame_and_says_the_same(project: Project, tmp_path: Path) -> None:
    wide, tall, square = make(project, tmp_path, ("16:9", "9:16", "1:1"))
    sizes = {result.path.name: (read_video(result.path)[0].width, result.cut.height) for result in (wide, tall, square)}
    assert sizes == {"ice.mp4": (128, 72), "ice-9x16.mp4": (72, 128), "ice-1x1.mp4": (96, 96)}
    assert {clip.slate: clip.num_frames for clip in clips(wide.cut)} == {
        clip.slate: clip.num_frames for clip in clips(tall.cut)
    }
    assert not {each.take.id for each in wide.filmed} & {each.take.id for each in tall.filmed}
    assert [each.take.seed for each in wide.filmed] == [each.take.seed for each in tall.filmed]
    assert {each.shot.aspect for each in tall.filmed} == {"9:16"}
    assert tall.num_made == len(tall.filmed)


def test_an_unchanged_set_asks_no_engine(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [result.path.read_bytes() for result in make(project, tmp_path)]
    monkeypatch.setattr(build, "get_engine", lambda name: pytest.fail("an engine was loaded"))
    again = make(project, tmp_path)
    assert [(result.unchanged, result.num_made) for result in again] == [(True, 0), (True, 0)]
    assert [result.path.read_bytes() for result in again] == before


def test_decisions_and_chosen_takes_hold_for_every_version(project: Project, tmp_path: Path) -> None:
    first, _ = make(project, tmp_path)
    shot = first.filmed[-1].shot
    decided = Decisions(title=False, credits=False).trim(Trim(slate=shot.slate, anchor=anchor_of(shot), head=2))
    keep(project, decided)
    other = retake(project, shot.slate).takes[0]
    assert other.seed != first.filmed[-1].take.seed
    wide, tall = make(project, tmp_path)
    assert wide.filmed[-1].take.id == other.id
    assert tall.filmed[-1].take.seed == other.seed
    assert (wide.num_made, tall.num_made) == (0, 1)
    assert clips(wide.cut)[-1].start == clips(tall.cut)[-1].start == 2
    assert wide.cut.num_frames == tall.cut.num_frames == first.cut.num_frames - 2


def test_a_take_that_is_circled_or_rejected_in_its_own_frame_is_obeyed_there(project: Project, tmp_path: Path) -> None:
    wide, tall = make(project, tmp_path)
    slate = tall.filmed[-1].shot.slate
    project.mark_take(wide.filmed[-1].take.id, circled=True)
    project.mark_take(tall.filmed[-1].take.id, circled=True)
    assert project.take(wide.filmed[-1].take.id).circled, "a circle in one frame takes none from another"
    retake(project, slate)
    project.mark_take(wide.filmed[-1].take.id, circled=False)
    again, kept = make(project, tmp_path)
    assert again.filmed[-1].take.id != wide.filmed[-1].take.id
    assert kept.filmed[-1].take.id == tall.filmed[-1].take.id


def test_another_version_leaves_as_an_edition(project: Project, tmp_path: Path) -> None:
    make(project, tmp_path)
    main, same, tall = (read_edition(project, version=version) for version in ("", "16:9", "9x16"))
    assert main.cut == same.cut
    assert (tall.cut.width, tall.cut.height, tall.settings.aspect) == (72, 128, "9:16")
    assert {shot.aspect for shot in tall.plan.shots.shots} == {"9:16"}
    assert set(tall.takes) == {clip.take for clip in clips(tall.cut)}
    with pytest.raises(InputError, match="16:9"):
        read_edition(project, version="1:1")


def test_a_version_that_becomes_the_main_one_is_kept_once(project: Project, tmp_path: Path) -> None:
    make(project, tmp_path)
    make(project, tmp_path, ("9:16",))
    assert project.keys(Cut) == project.keys(Print) == ("",)
    assert read_settings(project, "9:16").aspect == "9:16"


def test_no_version_takes_the_place_of_a_strange_file(project: Project, tmp_path: Path) -> None:
    (tmp_path / "ice-9x16.mp4").write_bytes(b"mine")
    with pytest.raises(OutputError):
        make(project, tmp_path)
    assert not (tmp_path / "ice.mp4").exists()
    assert not project.takes()


def test_an_estimate_counts_every_version(project: Project) -> None:
    versions = settings_of(SETTINGS, BOTH)
    plan = plan_film(SCRIPT, project, versions[0])
    found = estimate_versions(plan, project, versions)
    assert [(aspect, each.num_missing == each.num_shots) for aspect, each in found] == [("16:9", True), ("9:16", True)]
