"""A film's rhythm, of a file and of a project, and the files that it is drawn as."""

from __future__ import annotations

import json
import math
import xml.etree.ElementTree as ET
from fractions import Fraction
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tianmu.core.errors import InputError, MediaError, OutputError
from tianmu.core.settings import settings
from tianmu.film.decision import Decisions
from tianmu.media.image import Frame
from tianmu.media.video import write_video
from tianmu.studio.documents import keep
from tianmu.studio.film import make_film
from tianmu.studio.importers import parse_fountain
from tianmu.studio.pace import Piece, Rhythm, as_row, draw_rhythm, in_words, measure_file, measure_project
from tianmu.studio.pace.page import write_rhythm
from tianmu.studio.plan import plan_film
from tianmu.studio.store import Project
from tianmu.studio.takes import FilmSettings

SCRIPT = "Title: Two\n\nEXT. SEA - DAWN #1#\n\nA whale rises.\n\nINT. ROOM - NIGHT #2#\n\nMOSS, a rabbit, walks.\n"


def plain(level: int) -> Frame:
    return np.full((36, 64, 3), level, np.uint8)


def test_a_file_without_sound_has_the_cuts_that_it_was_made_with(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    write_video(
        film, chain(*([plain(level)] * count for level, count in ((40, 24), (200, 36), (90, 12)))), Fraction(12)
    )
    rhythm = measure_file(film)
    assert [(piece.first, piece.num_frames) for piece in rhythm.pieces] == [(0, 24), (24, 36), (60, 12)]
    assert not rhythm.known
    assert rhythm.seconds == 6
    assert rhythm.average == 2
    assert rhythm.middle == 2
    assert rhythm.cuts_a_minute == 20
    assert rhythm.loudness == ()
    assert "no sound" in " ".join(in_words(rhythm))
    json.dumps(as_row(rhythm))


def test_what_is_no_film_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        measure_file(tmp_path / "missing.mp4")
    single = tmp_path / "one.gif"
    write_video(single, [plain(9)], Fraction(10))
    with pytest.raises(InputError, match="one picture"):
        measure_file(single)


def test_a_project_knows_its_cuts_and_titles(project: Project, tmp_path: Path) -> None:
    options = FilmSettings(engine="fake", pixels=(64, 36), handles=2, fps=Fraction(12), music=False)
    keep(project, Decisions(credits=False))  # ten seconds less to encode
    plan = plan_film(parse_fountain(SCRIPT), project, options)
    with pytest.raises(InputError, match="no cut yet"):
        measure_project(project)
    made = make_film(plan, project, options, tmp_path / "film.mp4")
    rhythm = measure_project(project)
    assert rhythm.known
    assert rhythm.num_frames == made.cut.num_frames == sum(piece.num_frames for piece in rhythm.pieces)
    assert [piece.slate for piece in rhythm.pieces if piece.kind == "shot"] == [shot.slate for shot in plan.shots.shots]
    assert rhythm.pieces[0].kind == "title"
    assert len(rhythm.loudness) == math.ceil(rhythm.seconds)
    assert rhythm.integrated == pytest.approx(made.print.loudness, abs=0.5)


def rhythm(*, loud: bool = True) -> Rhythm:
    """Six seconds, by hand."""
    pieces = (
        Piece(first=0, num_frames=12, kind="title"),
        Piece(first=12, num_frames=24, slate="1A"),
        Piece(first=36, num_frames=36, slate="1B"),
    )
    return Rhythm(
        title="Night & Day",
        fps=Fraction(12),
        num_frames=72,
        pieces=pieces,
        known=True,
        motion=(0.0, 1.5, 2.0, 4.0, 0.5, 0.0),
        flashes=(0, 0, 4, 1, 0, 0),
        warnings=("4 flashes in a second, frames 24 to 36",),
        loudness=(-math.inf, -30.0, -20.0, -23.0, -24.0, -40.0) if loud else (),
        integrated=-23.0 if loud else None,
    )


def test_the_average_leaves_titles_out_and_the_picture_is_told_in_words() -> None:
    drawn = rhythm()
    assert drawn.average == 2.5
    assert drawn.lengths == (2, 3)
    svg = ET.fromstring(draw_rhythm(drawn).svg())
    title, words = (svg.find(f"{{http://www.w3.org/2000/svg}}{tag}") for tag in ("title", "desc"))
    assert title is not None
    assert title.text == "Rhythm of Night & Day"
    assert words is not None
    told = " ".join(in_words(drawn))
    assert words.text == told
    assert "faster than three" in told
    assert "tianmu learn flashes" in told


def test_cuts_a_minute_over_time_count_what_lies_in_the_window() -> None:
    long = Rhythm(
        title="x", fps=Fraction(1), num_frames=120, known=True, motion=(), flashes=(), warnings=(), loudness=(),
        pieces=tuple(Piece(first=first, num_frames=1) for first in (0, 2, 4, 6, 8, 10)),
    )  # fmt: skip
    over = long.cutting()
    assert len(over) == 120
    assert over[0] == 20  # five cuts in the quarter minute that there is
    assert over[60] == over[119] == 0


@pytest.mark.parametrize("loud", [True, False])
@pytest.mark.parametrize("ending", ["svg", "png", "html"])
def test_it_is_written_whole_the_same_each_time_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, loud: bool
) -> None:
    seen: set[bytes] = set()
    for language in ("en", "zh"):
        monkeypatch.setenv("TIANMU_LANG", language)
        settings.cache_clear()
        paths = [tmp_path / f"{language}{number}.{ending}" for number in (1, 2)]
        for path in paths:
            write_rhythm(rhythm(loud=loud), path)
        assert paths[0].read_bytes() == paths[1].read_bytes()
        seen.add(paths[0].read_bytes())
        if ending == "png":
            with Image.open(paths[0]) as picture:
                assert picture.size[0] == 1200
                assert picture.info["Description"] == " ".join(in_words(rhythm(loud=loud)))
        elif ending == "html":
            assert "1A" in paths[0].read_text("utf-8")
    assert len(seen) == 2


def test_a_file_that_is_there_stays_and_other_endings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "there.svg").write_text("mine")
    with pytest.raises(OutputError):
        write_rhythm(rhythm(), tmp_path / "there.svg")
    assert (tmp_path / "there.svg").read_text() == "mine"
    write_rhythm(rhythm(), tmp_path / "there.svg", overwrite=True)
    with pytest.raises(InputError, match=r"\.svg, \.png and \.html"):
        write_rhythm(rhythm(), tmp_path / "rhythm.jpg")
