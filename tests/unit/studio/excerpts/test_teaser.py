"""The teaser: small, silent, looping, marked."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tianmu.core.errors import InputError
from tianmu.core.settings import settings
from tianmu.film.cut import Cut
from tianmu.media.video import read_video
from tianmu.studio.edit import cut_frames
from tianmu.studio.edit.checks import source_frame
from tianmu.studio.edition import Edition, clips_of
from tianmu.studio.excerpts.moments import Moment
from tianmu.studio.excerpts.sources import moments_of, motion_of
from tianmu.studio.excerpts.teaser import MOST_BYTES, choose_moments, teaser_cut, write_teaser
from tianmu.studio.inspect import inspect_file
from tianmu.studio.marking import store_of
from tianmu.studio.render import silent


@pytest.fixture
def chosen(edition: Edition) -> tuple[Moment, ...]:
    motion = motion_of(edition)
    return choose_moments(moments_of(edition, motion, heard=False), edition.cut, motion)


def test_the_cut_is_small_short_and_goes_over_into_its_beginning(edition: Edition, chosen: tuple[Moment, ...]) -> None:
    cut = teaser_cut(replace(edition.cut, width=1280, height=718), chosen)
    assert (cut.width, cut.height) == (480, 270)
    cut = teaser_cut(edition.cut, chosen)
    assert (cut.width, cut.height, cut.fps) == (128, 72, 12)
    assert 3 <= cut.num_frames / cut.fps <= 6
    clips = clips_of(cut)
    assert clips[-1].film == clips[0].film
    before, after = source_frame(clips[-1], clips[-1].num_frames - 1), source_frame(clips[0], 0)
    assert after - before == 1
    assert not any("3" in moment.slate for moment in chosen)
    media = edition.project.media
    assert sum(1 for _ in cut_frames(cut, media.path)) == cut.num_frames

    one = teaser_cut(edition.cut, chosen[:1])
    assert len(clips_of(one)) == 1
    assert list(cut_frames(one, media.path))
    faster = teaser_cut(replace(edition.cut, fps=Fraction(24)), chosen)  # shown at half its rate
    assert faster.fps == 12
    assert {clip.speed for clip in clips_of(faster)} == {2}
    assert all(source_frame(clip, clip.num_frames - 1) < clip.available for clip in clips_of(faster))


def test_a_film_without_a_shot_has_no_teaser() -> None:
    nothing = Cut(name="f", fps=Fraction(12), width=64, height=36)
    with pytest.raises(InputError, match="at least one shot"):
        choose_moments((), nothing, lambda clip: ())


def test_a_written_teaser_reads_back_intact_marked_and_signed(edition: Edition, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    written = write_teaser(edition, folder, silent)
    (path,) = written.files
    assert path.name == "two-on-the-ice-teaser.webp"
    assert path.stat().st_size < MOST_BYTES
    with Image.open(path) as picture:
        assert picture.format == "WEBP"
        assert picture.info["loop"] == 0
        assert getattr(picture, "n_frames", 1) > 30
    info, frames = read_video(path)
    first, *_, last = frames
    assert 3 <= info.seconds <= 6
    assert np.abs(first.astype(int) - last).mean() < 25
    report = inspect_file(path, store=store_of(edition.project), home=settings().home)
    assert (report.verdict, report.sort) == ("intact", "film")
    assert report.made_by_ai
    assert report.layer("aigc").status == "found"
    assert report.layer("provenance").facts["mark"] == report.layer("aigc").facts["produce_id"]
    assert report.tree is not None
    assert {node["title"] for node in report.tree["ingredients"]} <= {shot.slate for shot in edition.plan.shots.shots}
    assert written.notes[0].startswith("Teaser: ")
