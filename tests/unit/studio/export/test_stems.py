"""An editor hears the film: its stems lie on the tracks of every timeline that has tracks for them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import opentimelineio as otio
import pytest
from tests.unit.studio.export.conftest import Made
from tests.unit.studio.export.cuts import RATES, named, sample

from tianmu.core.settings import settings
from tianmu.film.cut import Cut
from tianmu.governance.provenance import read_provenance
from tianmu.media.audio import num_samples_at, read_sound, sound_blocks
from tianmu.media.metadata import read_metadata
from tianmu.studio.copies import copy_stems
from tianmu.studio.documents import keep
from tianmu.studio.edition import read_edition
from tianmu.studio.export.fcpxml import write_fcpxml
from tianmu.studio.export.fit import fit
from tianmu.studio.export.names import LEGAL, Names, name_parts, stems_of
from tianmu.studio.export.reading import read_cut
from tianmu.studio.export.suites import write_aaf, write_fcp7
from tianmu.studio.export.timeline import to_timeline
from tianmu.studio.inspect import inspect_file
from tianmu.studio.soundtrack import SPEAKING
from tianmu.studio.takes import FilmSettings

STEMS = ("dialogue", "effects", "music")
FILES = [f"first-light_sound_{stem}_v001" for stem in STEMS]


def heard(cut: Cut) -> Names:
    _, takes = named(cut)
    return name_parts(cut, takes, {}, stems=STEMS)


def tracks(timeline: Any, fps: Fraction) -> list[tuple[str, str, int, int]]:
    """Of every clip on an audio track: its name, its file, where it begins, how long it is."""
    found: list[tuple[str, str, int, int]] = []
    for track in timeline.audio_tracks():
        for clip in track.find_clips():
            span = track.trimmed_range_of_child(clip)
            assert abs(span.duration.rate - float(fps)) < 0.01
            url = getattr(clip.media_reference, "target_url", "")
            found.append((clip.name, url.rpartition("/")[2], int(span.start_time.value), int(span.duration.value)))
    return found


@pytest.mark.parametrize("fps", RATES)
def test_every_stem_has_a_track_from_the_first_frame_to_the_last(fps: Fraction, tmp_path: Path) -> None:
    cut = sample(fps)
    wanted = [(name, f"{name}.wav", 0, cut.num_frames) for name in FILES]
    timeline = to_timeline(cut, heard(cut))
    assert tracks(timeline, fps) == wanted
    write_fcp7(fit(cut, "fcp7").cut, cut, heard(cut), tmp_path / "f.xml")
    assert tracks(otio.adapters.read_from_file(str(tmp_path / "f.xml"), "fcp_xml"), fps) == wanted
    write_aaf(fit(cut, "aaf").cut, cut, heard(cut), tmp_path / "f.aaf")
    aaf = tracks(otio.adapters.read_from_file(str(tmp_path / "f.aaf"), "AAF"), fps)
    assert [(name, start, length) for name, _, start, length in aaf] == [(name, 0, n) for name, _, _, n in wanted]
    xml = ET.fromstring(write_fcpxml(fit(cut, "fcpxml").cut, cut, heard(cut)))
    files = {asset.get("id"): asset for asset in xml.iter("asset")}
    clips = [clip for clip in xml.iter("asset-clip") if clip.get("audioRole")]
    assert [(clip.get("audioRole"), clip.get("lane")) for clip in clips] == list(
        zip(STEMS, ["-1", "-2", "-3"], strict=True)
    )
    for clip, name in zip(clips, FILES, strict=True):
        file = files[clip.get("ref")]
        assert file.get("src") == f"./media/{name}.wav"
        assert (file.get("audioRate"), file.get("audioChannels")) == ("48000", "2")
        assert Fraction(str(clip.get("duration"))[:-1]) * fps == cut.num_frames


def test_a_timeline_with_sound_comes_back_as_the_very_cut_and_keeps_its_markers() -> None:
    cut = sample()
    timeline = to_timeline(cut, heard(cut))
    again: Any = otio.adapters.read_from_string(otio.adapters.write_to_string(timeline, "otio_json"), "otio_json")
    read = read_cut(again)
    assert read.cut == cut
    assert read.notes == ()
    markers = [marker.name for clip in again.find_clips() for marker in clip.markers]
    assert markers == ["MOSS: Good morning.", "狐: 天亮了。"]
    assert len({clip.media_reference.target_url for track in again.audio_tracks() for clip in track}) == 3


def test_stereo_is_two_tracks_of_one_channel_in_final_cut_7(tmp_path: Path) -> None:
    cut = sample()
    write_fcp7(fit(cut, "fcp7").cut, cut, heard(cut), tmp_path / "f.xml")
    root = ET.parse(tmp_path / "f.xml").getroot()
    sides = [
        (track.get("currentExplodedTrackIndex"), track.findtext("clipitem/sourcetrack/trackindex"))
        for track in root.iterfind(".//sequence/media/audio/track")
    ]
    assert sides == [("0", "1"), ("1", "2")] * 3
    assert [rate.text for rate in root.iterfind(".//file/media/audio/samplecharacteristics/samplerate")] == [
        "48000"
    ] * 3


def test_an_edl_has_no_sound_and_says_where_to_lay_it() -> None:
    assert [
        note
        for note in fit(sample(), "edl", heard=True).notes
        if "lay the stems in the folder media at 01:00:00:00" in note
    ]
    assert not [note for note in fit(sample(), "edl").notes if "sound" in note]


def test_a_silent_film_has_no_stems_and_one_without_music_two(made: Made, tmp_path: Path) -> None:
    assert stems_of(FilmSettings(sound=False)) == ()
    assert stems_of(FilmSettings(music=False)) == ("dialogue", "effects")
    keep(made.project, replace(read_edition(made.project).settings, sound=False))
    assert copy_stems(read_edition(made.project), {"music": "a"}, tmp_path) == ((), "")
    assert to_timeline(sample(), name_parts(sample(), named(sample())[1], {})).audio_tracks() == []


def test_stems_are_files_as_long_as_the_film_that_say_what_they_are(made: Made, tmp_path: Path) -> None:
    edition = read_edition(made.project)
    names = name_parts(edition.cut, edition.takes, {}, stems=stems_of(edition.settings))
    told: list[float] = []

    def progress(fraction: float, what: str, preview: object = None) -> None:
        told.append(fraction)

    files, louder = copy_stems(edition, names.sounds, tmp_path, progress)
    assert max(told) == pytest.approx(SPEAKING)
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".wav") == sorted(
        path.name for path in files
    )
    assert all(LEGAL.fullmatch(path.name) for path in files)
    assert "dB from there" in louder
    samples = [read_sound(path) for path in files]
    assert [sound.shape for sound in samples] == [(num_samples_at(edition.cut.num_frames, edition.cut.fps), 2)] * 3
    assert all(sound_blocks(path)[0] == 48_000 for path in files)
    track = edition.soundtrack()
    assert track.sound is not None
    mixed = np.concatenate([stems.mix for stems in track.sound.stems()])
    assert np.abs(sum(samples) - mixed).max() < 1e-5  # pyright: ignore[reportArgumentType]
    for path, by_ai in zip(files, (True, False, False), strict=True):
        assert read_metadata(path)["AIGC"]
        report = inspect_file(path, store=None, home=settings().home)
        assert report.verdict == "intact", report.sentence
        signed = read_provenance(path)
        assert signed is not None
        assert signed.made_by_ai is by_ai
        assert "(this studio), and not changed since" in report.sentence
        assert report.layer("aigc").facts["label"] == "1"
