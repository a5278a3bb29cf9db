"""A cut is heard: what was spoken is kept, the film is as loud as it was asked for, and silence is no number."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tianmu.core.settings import settings
from tianmu.film.cut import Cut, Dialogue, Gap, Title, TitleLine, Track
from tianmu.film.sound import LOUDNESS_TARGETS, Target
from tianmu.media.audio import sound_blocks
from tianmu.media.loudness import Meter
from tianmu.media.video import write_video
from tianmu.studio import soundtrack
from tianmu.studio.plan import Plan
from tianmu.studio.soundtrack import VoiceShelf, lay_under, make_soundtrack
from tianmu.studio.takes import FilmSettings

FPS = Fraction(12)
LINE = Dialogue(character="MOSS", asset="character-moss", text="Good morning, all of you.", num_frames=36)
CUT = Cut(
    name="Ice",
    fps=FPS,
    width=64,
    height=64,
    tracks=(
        Track(name="V1", items=(Gap(num_frames=60),)),
        Track(name="A1", items=(Gap(num_frames=12), LINE)),
    ),
)
SETTINGS = FilmSettings(engine="fake", pixels=(64, 64), fps=FPS)


def silent(fraction: float, what: str, preview: object = None) -> None:
    pass


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    path = tmp_path / "pictures.mp4"
    write_video(path, (np.full((64, 64, 3), 3 * n, np.uint8) for n in range(60)), FPS, format="mp4")
    return path


def test_what_is_on_the_shelf_comes_back_and_what_is_not_does_not(tmp_path: Path) -> None:
    shelf = VoiceShelf(tmp_path / "voices")
    sound = np.linspace(-1, 1, 4801, dtype=np.float32)
    assert shelf.get("ab" * 32) is None
    shelf.put("ab" * 32, sound)
    kept = shelf.get("ab" * 32)
    assert kept is not None
    assert np.abs(kept - sound).max() < 1e-4


@pytest.mark.parametrize("target", LOUDNESS_TARGETS)
def test_the_finished_file_is_as_loud_as_was_asked_for_and_says_so(
    ice: Plan, pictures: Path, tmp_path: Path, target: Target
) -> None:
    told: list[str] = []

    def progress(fraction: float, what: str, preview: object = None) -> None:
        assert 0 <= fraction <= 1
        told.append(what)

    track = make_soundtrack(CUT, ice, replace(SETTINGS, loudness=target), progress)
    assert set(told) == {"speaking"}
    assert track.voiced
    assert track.footprint.energy_kwh > 0
    loudness = lay_under(pictures, tmp_path / "film.mp4", track, tmp_path)
    meter = Meter()
    for block in sound_blocks(tmp_path / "film.mp4")[1]:
        meter.add(block)
    assert loudness == meter.result()
    assert loudness is not None
    assert loudness.integrated == pytest.approx(LOUDNESS_TARGETS[target], abs=1.5)
    assert loudness.peak < -1
    with av.open(str(tmp_path / "film.mp4")) as film:
        assert [stream.type for stream in film.streams] == ["video", "audio", "subtitle"]
        assert film.streams.audio[0].language == "eng"


def test_a_film_that_is_not_to_be_heard_has_no_sound_and_its_words(ice: Plan, pictures: Path, tmp_path: Path) -> None:
    track = make_soundtrack(CUT, ice, replace(SETTINGS, sound=False), silent)
    assert not track.voiced
    assert lay_under(pictures, tmp_path / "film.mp4", track, tmp_path) is None
    with av.open(str(tmp_path / "film.mp4")) as film:
        assert [stream.type for stream in film.streams] == ["video", "subtitle"]


def test_where_nobody_can_speak_it_is_said_why(ice: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundtrack, "find_voice", lambda: (None, "no voice is here"))
    track = make_soundtrack(CUT, ice, SETTINGS, silent)
    assert "no voice is here" in track.notes
    assert not track.voiced
    wordless = replace(CUT, tracks=CUT.tracks[:1])
    assert "no voice is here" not in make_soundtrack(wordless, ice, SETTINGS, silent).notes


def test_a_title_that_the_font_cannot_draw_is_named_with_its_line(ice: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (TitleLine(text="First Light", role="title"), TitleLine(text="with 🦊 Ember"))
    pictures = Track(name="V1", items=(Title(lines=lines, num_frames=24), Gap(num_frames=60)))
    cut = replace(CUT, tracks=(pictures, *CUT.tracks[1:]))
    (note,) = make_soundtrack(cut, ice, replace(SETTINGS, sound=False), silent).shortfalls
    assert "The font has no 🦊, so “with 🦊 Ember” shows a box" in note
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    (note,) = make_soundtrack(cut, ice, replace(SETTINGS, sound=False), silent).shortfalls
    assert "字体中没有 🦊" in note
    assert "“with 🦊 Ember”" in note
