"""A film all around: as many frames as the cut, what the cut does in time, words in front, and what the file says."""

from __future__ import annotations

import math
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tianmu.core.errors import InputError
from tianmu.core.settings import settings
from tianmu.engines.fake import FakeEngine
from tianmu.engines.protocol import Footage, Frames, Progress, ShotRequest
from tianmu.film.cut import Box, Clip, Cut, Gap, Item, Join, Title, TitleLine, Track
from tianmu.governance.rules import rules_for
from tianmu.media.hanging import Hanging
from tianmu.media.spherical import Spherical, read_spherical
from tianmu.media.titles import Lettering
from tianmu.media.video import read_video
from tianmu.studio.edit.looks import Looks
from tianmu.studio.edition import Edition
from tianmu.studio.inspect import inspect_file
from tianmu.studio.marking import EVERYBODY, settle, store_of
from tianmu.studio.panorama import write_panorama
from tianmu.studio.plan import Plan
from tianmu.studio.render import silent
from tianmu.studio.store import Project
from tianmu.studio.surroundings import Around, FrontLabel, get_around_engine, surrounding_frames
from tianmu.studio.takes import FilmSettings, ask, make_take

SETTINGS = FilmSettings(engine="fake", pixels=(64, 36), handles=2, fps=Fraction(6))
WIDTH = 480


class Counting(FakeEngine):
    """Each frame is as bright as its number."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, ...]] = []

    def draw_around(self, request: ShotRequest, indices: Sequence[int], *, width: int, progress: Progress) -> Footage:
        self.asked.append(tuple(indices))
        chunks = (np.full((1, width // 2, width, 3), 10 + index, np.uint8) for index in indices)
        return Footage(chunks=chunks, num_frames=len(indices), fps=request.fps, width=width, height=width // 2)


def clip(**changes: object) -> Clip:
    plain = Clip(slate="1A", take="take", film="f" * 64, start=4, num_frames=6, available=40)
    return replace(plain, **changes)  # pyright: ignore[reportArgumentType]


def sources(engine: Counting, cut: Cut) -> Around:
    request = ShotRequest(prompt="a fox", num_frames=40, fps=cut.fps, width=64, height=36, seed=1)
    looks = Looks(cut, None)
    return Around(width=WIDTH, height=WIDTH // 2, films={}, looks=looks, engine=engine, request=lambda _: request)


def shown(*items: Item, joins: tuple[Join, ...] = (), over: tuple[Item, ...] = ()) -> tuple[Counting, list[Frames]]:
    tracks = (Track(name="V1", items=items, joins=joins), *([Track(name="V2", items=over)] if over else []))
    cut = Cut(name="x", fps=Fraction(6), width=64, height=36, tracks=tracks)
    engine = Counting()
    frames = [frame.copy() for frame in surrounding_frames(cut, sources(engine, cut))]
    assert len(frames) == cut.num_frames
    return engine, frames


def levels(frames: Sequence[Frames]) -> list[int]:
    """Of the sky above, where no words hang."""
    return [int(frame[10, 10, 0]) for frame in frames]


def test_trims_speeds_and_playing_backwards_are_the_cuts() -> None:
    assert levels(shown(clip())[1]) == [14, 15, 16, 17, 18, 19]
    assert levels(shown(clip(speed=Fraction(2)))[1]) == [14, 16, 18, 20, 22, 24]
    assert levels(shown(clip(speed=Fraction(-1)))[1]) == [19, 18, 17, 16, 15, 14]
    engine, frames = shown(clip(speed=Fraction(1, 2)))
    assert levels(frames) == [14, 14, 15, 15, 16, 16]
    assert engine.asked == [(4, 5, 6)]  # what is held is drawn once


def test_dissolves_take_the_handles_and_gaps_are_dark() -> None:
    dissolve = (Join(at=1, style="dissolve", num_frames=4),)
    _, frames = shown(clip(), clip(slate="1B", start=20), joins=dissolve)
    seen = levels(frames)
    assert seen[:4] == [14, 15, 16, 17]
    assert seen[3:9] == sorted(set(seen[3:9]))
    assert seen[-4:] == [32, 33, 34, 35]
    assert levels(shown(clip(num_frames=1), Gap(num_frames=2))[1]) == [14, 0, 0]


def test_a_picture_in_the_picture_is_left_out() -> None:
    box = Box(left=Fraction(1, 2), top=Fraction(1, 2), width=Fraction(1, 4), height=Fraction(1, 4))
    engine, frames = shown(clip(), over=(clip(slate="1B", box=box),))
    assert levels(frames) == [14, 15, 16, 17, 18, 19]
    assert len(engine.asked) == 1


@pytest.mark.parametrize("style", ["card", "lower_third", "credits"])
def test_titles_hang_in_front(style: str) -> None:
    title = Title(lines=(TitleLine(text="Two on the Ice", role="title"),), num_frames=5, style=style)  # pyright: ignore[reportArgumentType]
    _, frames = shown(clip(num_frames=5), over=(title,))
    ink = np.abs(frames[2].astype(int) - 16).max(2) > 40
    rows, columns = np.nonzero(ink)
    assert len(rows)
    assert np.abs(columns / WIDTH - 0.5).max() < 1 / 9
    assert np.abs(rows / (WIDTH // 2) - 0.5).max() < 1 / 8


@pytest.mark.parametrize("elevation", [0.0, -0.4])
def test_a_card_is_flat_and_as_wide_as_it_was_hung(elevation: float) -> None:
    card = Hanging(960, angle=math.radians(60), aspect=2.0, elevation=elevation)
    full = np.full((card.height, card.width, 3), 200, np.uint8)
    laid = card.lay(Lettering(ink=full, veil=0 * full, left=0, top=0))
    high, wide = laid.ink.shape[:2]
    solid = laid.ink[..., 0] > 100
    middle = round((0.5 - elevation / math.pi) * 480) - laid.top
    if elevation == 0.0:
        assert solid[middle].sum() / 960 * 360 == pytest.approx(60, abs=1)
    assert solid[:, wide // 2].sum() / 480 * 180 == pytest.approx(
        2 * math.degrees(math.atan(math.tan(math.radians(30)) / 2)), abs=1
    )
    assert laid.left + wide / 2 == pytest.approx(480, abs=1)
    assert laid.veil[0, 0, 0] in (0, 255)
    assert high < 480


@pytest.mark.parametrize("audience", ["all", "cn", "eu", "us-ca"])
@pytest.mark.parametrize("width", [960, 1920])
def test_the_label_hangs_in_front_as_high_and_as_long_as_the_rule_asks(audience: str, width: int) -> None:
    rules = rules_for(audience)
    assert rules.label is not None
    label = FrontLabel(rules, width=width, fps=Fraction(6), num_frames=40)
    grey = np.full((width // 2, width, 3), 128, np.uint8)
    frames = list(label.over([grey] * 40))
    ink = frames[0].min(2) > 190
    columns, rows = np.flatnonzero(ink.any(0)), np.flatnonzero(ink.any(1))
    letters = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1)
    heights = [int(np.ptp(np.flatnonzero(ink[:, letter].any(1)))) + 1 for letter in letters]
    assert min(heights) >= float(rules.label.letter_height) * width / 2
    assert rows[0] > width / 4  # below the horizon
    assert np.abs(columns / width - 0.5).max() < 1 / 8  # within what is seen without a turn of the head
    assert sum(np.array_equal(frame, frames[0]) for frame in frames) >= rules.label.seconds * 6
    assert np.array_equal(frames[-1], grey)


def test_an_audience_without_a_label_has_none() -> None:
    label = FrontLabel(rules_for("none"), width=WIDTH, fps=Fraction(6), num_frames=4)
    grey = np.full((WIDTH // 2, WIDTH, 3), 128, np.uint8)
    assert all(np.array_equal(frame, grey) for frame in label.over([grey] * 4))


@pytest.fixture
def edition(project: Project, ice: Plan) -> Edition:
    """A title, two shots with a dissolve, one of them backwards."""
    shots = [shot for shot in ice.shots.shots if shot.performers]
    asked = ask((shots[0], shots[-1]), project, SETTINGS, FakeEngine())
    takes = [make_take(project, each.shot, each.request, FakeEngine()) for each in asked]
    clips = [
        Clip(slate=take.slate, take=take.id, film=take.film, start=2, num_frames=8, available=take.num_frames)
        for take in takes
    ]
    title = Title(lines=(TitleLine(text="Two on the Ice", role="title"),), num_frames=6)
    items = (title, clips[0], replace(clips[1], speed=Fraction(-1)))
    joins = (Join(at=2, style="dissolve", num_frames=3),)
    inset = replace(clips[1], box=Box(width=Fraction(1, 4), height=Fraction(1, 4)))
    tracks = (Track(name="V1", items=items, joins=joins), Track(name="V2", items=(Gap(num_frames=6), inset)))
    cut = Cut(name="Two on the Ice", fps=SETTINGS.fps, width=64, height=36, tracks=tracks)
    return Edition(
        project=project,
        plan=ice,
        settings=replace(SETTINGS, music=False),
        cut=cut,
        takes={take.id: take for take in takes},
        leave=settle(EVERYBODY),
    )


def test_a_film_leaves_all_around(edition: Edition, tmp_path: Path) -> None:
    told: list[float] = []
    (tmp_path / "out").mkdir()

    def tell(fraction: float, what: str, preview: Frames | None = None) -> None:
        told.append(fraction)

    written = write_panorama(edition, tmp_path / "out", tell, width=WIDTH)
    (path,) = written.files
    assert path.name == "two-on-the-ice_360.mp4"
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    info, frames = read_video(path)
    pictures = list(frames)
    assert (info.width, info.height, info.fps) == (WIDTH, WIDTH // 2, edition.cut.fps)
    assert len(pictures) == edition.cut.num_frames
    assert read_spherical(path) == Spherical(projection="equirectangular", in_xml=True)
    assert pictures[0][:60].mean() < 12  # the title's card on black
    assert pictures[8][:60].mean() > 60  # then the sky
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert any("Cameras stand still" in note for note in written.notes)
    assert any("draws the shots" in note for note in written.notes)
    assert any("Pictures in the picture are left out" in note for note in written.notes)
    report = inspect_file(path, store=store_of(edition.project), home=settings().home)
    layers = {layer.name: layer for layer in report.layers}
    assert report.verdict == "intact"
    assert layers["provenance"].status == "found"
    assert layers["aigc"].status == "found"
    assert layers["watermark"].status == "found"
    assert layers["store"].status == "found"
    assert report.tree is not None
    assert {part["relationship"] for part in report.tree["ingredients"]} == {"inputTo"}
    ffmpeg = pytest.importorskip("imageio_ffmpeg").get_ffmpeg_exe()
    seen = subprocess.run([ffmpeg, "-i", str(path)], capture_output=True, text=True, check=False).stderr
    assert "Spherical Mapping: equirectangular" in seen or "spherical: equirectangular" in seen


def test_the_same_edition_gives_the_same_frames(edition: Edition, tmp_path: Path) -> None:
    kept: list[np.ndarray] = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (path,) = write_panorama(edition, tmp_path / name, silent, width=WIDTH).files
        kept.append(np.stack(list(read_video(path)[1])))
    assert np.array_equal(kept[0], kept[1])


def test_widths_that_cannot_be_are_refused_and_nothing_is_left(edition: Edition, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(InputError, match="multiple of 48"):
        write_panorama(edition, tmp_path / "out", silent, width=500)
    assert not list((tmp_path / "out").iterdir())


def test_the_stage_is_the_engine_that_draws_all_around() -> None:
    assert get_around_engine().name == "animatic"
    assert not get_around_engine().capabilities.trained
