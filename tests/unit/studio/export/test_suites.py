"""Every format that a suite reads comes back as the cut that it can carry, through OpenTimelineIO's own readers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import opentimelineio as otio
import pytest
from hypothesis import HealthCheck, given, settings
from tests.unit.studio.export.cuts import RATES, cuts, named, sample

from tianmu.core.errors import OutputError
from tianmu.core.settings import settings as core_settings
from tianmu.film.cut import Clip, Cut, Gap, Title, Track
from tianmu.film.time import exact_rate
from tianmu.studio.export.edl import write_edl
from tianmu.studio.export.fcpxml import write_fcpxml
from tianmu.studio.export.fit import FULL_FRAME, Suite, fit
from tianmu.studio.export.reading import read_cut
from tianmu.studio.export.suites import write_aaf, write_ale, write_fcp7
from tianmu.studio.export.timecode import start_frame

FORWARDS = [Fraction(text) for text in ("1", "1", "2", "1/2", "3/2")]


def pictures(cut: Cut) -> tuple[Track, ...]:
    """The picture tracks, by what they show: a name that a format does not keep is none of it."""
    bare = [replace(track, name="") for track in cut.tracks if track.kind == "video"]
    return tuple(replace(track, items=_without_gap_at_end(track)) for track in bare)


def _without_gap_at_end(track: Track) -> tuple[Any, ...]:
    items = list(track.items)
    while items and isinstance(items[-1], Gap):
        items.pop()
    return tuple(items)


def full_frame(cut: Cut) -> Cut:
    """A clip found by its name alone takes its box from the film's first one of that name; no suite carries it."""
    return replace(
        cut,
        tracks=tuple(
            replace(
                track,
                items=tuple(replace(item, box=FULL_FRAME) if isinstance(item, Clip) else item for item in track.items),
            )
            for track in cut.tracks
        ),
    )


def back(timeline: Any, cut: Cut) -> Cut:
    read = read_cut(timeline, base=cut, names=named(cut)[0])
    assert read.notes == ()
    return full_frame(read.cut)


def from_edl(cut: Cut) -> Any:
    text = write_edl(fit(cut, "edl").cut, cut, named(cut)[0])
    return otio.adapters.read_from_string(text, "cmx_3600", rate=float(cut.fps))


def from_file(write: Callable[..., None], adapter: str, suite: Suite, cut: Cut, path: Path) -> Any:
    write(fit(cut, suite).cut, cut, named(cut)[0], path)
    return otio.adapters.read_from_file(str(path), adapter)


# EDL


@pytest.mark.parametrize("fps", RATES)
def test_an_edl_comes_back_as_the_cut_that_it_carries(fps: Fraction) -> None:
    cut = sample(fps)
    assert pictures(back(from_edl(cut), cut)) == pictures(fit(cut, "edl").cut)


@settings(max_examples=60)
@given(cuts(speeds=FORWARDS))
def test_any_edl_comes_back_as_the_cut_that_it_carries(cut: Cut) -> None:
    assert pictures(back(from_edl(cut), cut)) == pictures(fit(cut, "edl").cut)


@settings(max_examples=30)
@given(cuts())
def test_the_record_of_an_edl_begins_at_one_hour_and_has_no_hole(cut: Cut) -> None:
    text = write_edl(fit(cut, "edl").cut, cut, named(cut)[0])
    assert "FCM: NON-DROP FRAME" in text
    records = re.findall(r"^\d+ .*? (\S{11}) (\S{11})$", text, re.MULTILINE)
    assert records[0][0] == "01:00:00:00"
    ends = [_frame(end, cut.fps) for _, end in records]
    assert [_frame(start, cut.fps) for start, _ in records[1:]] == ends[:-1]
    assert ends[-1] == start_frame(cut.fps) + cut.num_frames


def _frame(timecode: str, fps: Fraction) -> int:
    hours, minutes, seconds, frames = map(int, timecode.split(":"))
    return (hours * 3600 + minutes * 60 + seconds) * round(fps) + frames


def test_an_edl_tells_what_it_does_not_carry_item_by_item() -> None:
    notes = fit(sample(), "edl").notes
    assert [note for note in notes if "no titles" in note and "“First Light / A. Writer” at 01:00:00:00" in note]
    assert [note for note in notes if "no titles" in note and "“Written by”" in note]
    assert [note for note in notes if "one picture track" in note and "“2A” on V2" in note]
    assert len(notes) == 3
    assert "* LOC: 01:00:02:18 GREEN   MOSS: Good morning." in write_edl(
        fit(sample(), "edl").cut, sample(), named(sample())[0]
    )


# Final Cut Pro 7


@pytest.mark.parametrize("fps", RATES)
def test_fcp7_comes_back_as_the_cut_that_it_carries(fps: Fraction, tmp_path: Path) -> None:
    cut = sample(fps)
    timeline = from_file(write_fcp7, "fcp_xml", "fcp7", cut, tmp_path / "f.xml")
    assert exact_rate(timeline.global_start_time.rate) == fps
    assert timeline.global_start_time.value == start_frame(fps)
    assert pictures(back(timeline, cut)) == pictures(fit(cut, "fcp7").cut)
    text = (tmp_path / "f.xml").read_text("utf-8")
    assert "<displayformat>NDF</displayformat>" in text
    assert "<displayformat>DF</displayformat>" not in text
    marker = next(marker for clip in timeline.find_clips() for marker in clip.markers)
    assert marker.name == "MOSS: Good morning."


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=cuts())
def test_any_fcp7_comes_back_as_the_cut_that_it_carries(cut: Cut, tmp_path: Path) -> None:
    timeline = from_file(write_fcp7, "fcp_xml", "fcp7", cut, tmp_path / "f.xml")
    assert pictures(back(timeline, cut)) == pictures(fit(cut, "fcp7").cut)


# FCPXML


def without_hour(timeline: Any, fps: Fraction) -> Any:
    """OpenTimelineIO's reader takes the hour at which a sequence begins for a gap."""
    for track in timeline.tracks:
        hour = track[0]
        assert isinstance(hour, otio.schema.Gap)
        left = hour.source_range.duration.value - start_frame(fps)
        assert left >= 0
        if left:
            hour.source_range = otio.opentime.TimeRange(
                hour.source_range.start_time, otio.opentime.RationalTime(left, float(fps))
            )
        else:
            del track[0]
    return timeline


def as_its_reader_sees(cut: Cut) -> Cut:
    """OpenTimelineIO's reader of FCPXML passes over transitions, titles and speeds."""
    tracks: list[Track] = []
    for track in cut.tracks:
        items: list[Any] = []
        for item in track.items:
            seen = Gap(num_frames=item.num_frames) if isinstance(item, Title) else item
            seen = replace(seen, speed=Fraction(1)) if isinstance(seen, Clip) else seen
            if isinstance(seen, Gap) and items and isinstance(items[-1], Gap):
                items[-1] = Gap(num_frames=items[-1].num_frames + seen.num_frames)
            else:
                items.append(seen)
        tracks.append(replace(track, items=tuple(items), joins=()))
    return replace(cut, tracks=tuple(tracks))


@pytest.mark.parametrize("fps", [fps for fps in RATES if fps.denominator == 1])
def test_fcpxml_comes_back_as_the_cut_that_its_reader_sees(fps: Fraction) -> None:
    cut = sample(fps)
    text = write_fcpxml(fit(cut, "fcpxml").cut, cut, named(cut)[0])
    timeline = without_hour(otio.adapters.read_from_string(text, "fcpx_xml"), fps)
    assert pictures(back(timeline, cut)) == pictures(as_its_reader_sees(fit(cut, "fcpxml").cut))


@settings(max_examples=30)
@given(cuts())
def test_every_time_of_fcpxml_is_a_whole_frame_and_transitions_lie_over_their_cuts(cut: Cut) -> None:
    """What OpenTimelineIO's reader cannot show (23.976, transitions, speeds), read as the format defines it."""
    root = ET.fromstring(write_fcpxml(fit(cut, "fcpxml").cut, cut, named(cut)[0]))
    assert root.find("resources/format[@id='r1']") is not None
    at = Fraction(3600 * round(cut.fps)) / cut.fps
    track = cut.tracks[0]
    spine = next(iter(root.iter("spine")))
    items = [element for element in spine if element.tag != "transition"]
    assert len(items) == len(track.items)
    cuts_at = [at]
    for element, item in zip(items, track.items, strict=True):
        assert seconds(element.get("offset")) == at
        at += Fraction(item.num_frames) / cut.fps
        cuts_at.append(at)
        assert seconds(element.get("duration")) * cut.fps == item.num_frames
        if isinstance(item, Clip):
            assert seconds(element.get("start")) * cut.fps == item.start
            points = [(seconds(point.get("time")), seconds(point.get("value"))) for point in element.iter("timept")]
            if item.speed == 1:
                assert points == []
            else:
                ((first, shown), (last, shown_last)) = points
                assert (shown_last - shown) / (last - first) == item.speed
                assert (last - first) * cut.fps == item.num_frames
                assert min(shown, shown_last) * cut.fps == item.start
    found = [
        (element.get("name"), seconds(element.get("offset")), seconds(element.get("duration")))
        for element in spine.iter("transition")
    ]
    assert len(found) == len(track.joins)
    for (name, offset, duration), join in zip(found, track.joins, strict=True):
        assert duration * cut.fps == join.num_frames
        assert offset <= cuts_at[join.at] <= offset + duration
        assert (name == "Cross Dissolve") == (join.style == "dissolve")


def seconds(text: str | None) -> Fraction:
    assert text is not None
    assert text.endswith("s")
    return Fraction(text[:-1])


def test_fcpxml_tells_which_fades_to_check_and_which_shots_fill_the_frame() -> None:
    notes = fit(sample(), "fcpxml").notes
    assert len([note for note in notes if "the fade of" in note]) == 5
    assert len([note for note in notes if "shown in a corner" in note]) == 1


# AAF


@pytest.mark.parametrize("fps", RATES)
def test_aaf_comes_back_as_the_cut_that_it_carries(fps: Fraction, tmp_path: Path) -> None:
    cut = sample(fps)
    timeline = from_file(write_aaf, "AAF", "aaf", cut, tmp_path / "f.aaf")
    assert timeline.global_start_time.value == start_frame(fps)
    assert exact_rate(timeline.global_start_time.rate) == fps
    assert pictures(back(timeline, cut)) == pictures(fit(cut, "aaf").cut)


def test_aaf_names_every_join_that_it_drops() -> None:
    notes = fit(sample(), "aaf").notes
    dropped = [note for note in notes if "cuts only" in note]
    assert len(dropped) == len(sample().tracks[0].joins)
    assert "the dissolve of 15 frames at 01:00:04:12 is a cut" in " ".join(dropped)
    assert len([note for note in notes if "runs at" in note]) == 3
    assert [note for note in notes if "2 spoken lines" in note]


# ALE


@pytest.mark.parametrize("fps", RATES)
def test_ale_lists_every_take_once_with_its_length(fps: Fraction, tmp_path: Path) -> None:
    cut = sample(fps)
    names, takes = named(cut)
    write_ale(cut, names, takes, tmp_path / "f.ale")
    read: Any = otio.adapters.read_from_file(str(tmp_path / "f.ale"), "ale")
    found = {clip.name: clip for clip in read}
    assert set(found) == set(names.takes.values())
    for id, name in names.takes.items():
        span = found[name].source_range
        assert (span.start_time.value, span.duration.value) == (0, takes[id].num_frames)
        assert abs(span.duration.rate - float(fps)) < 0.01
        assert found[name].metadata["ALE"]["Tianmu take"] == id
        assert found[name].media_reference.target_url == f"media/{name}.mp4"


# What an adapter refuses


def test_an_adapter_that_refuses_is_one_sentence_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ValueError("no such\nmob")

    monkeypatch.setattr(otio.adapters, "write_to_file", refuse)
    cut = sample()
    with pytest.raises(OutputError, match=r"The adapter for aaf refuses this cut \(no such mob\); export it to otio"):
        write_aaf(fit(cut, "aaf").cut, cut, named(cut)[0], tmp_path / "f.aaf")
    monkeypatch.setenv("TIANMU_LANG", "zh")
    core_settings.cache_clear()
    with pytest.raises(OutputError, match="aaf 的适配器拒绝了这份剪辑"):
        write_aaf(fit(cut, "aaf").cut, cut, named(cut)[0], tmp_path / "f.aaf")
    assert list(tmp_path.iterdir()) == []
