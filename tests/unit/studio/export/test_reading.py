"""A timeline comes back as the cut that it was, through OpenTimelineIO's own file."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import given, settings
from opentimelineio.opentime import RationalTime, TimeRange
from tests.unit.studio.export.cuts import RATES, cuts, named, sample

from tianmu.core.errors import InputError, MediaError
from tianmu.film.cut import Clip, Cut, Gap, Join
from tianmu.film.schema import digest
from tianmu.studio.export.reading import read_cut
from tianmu.studio.export.timeline import NAMESPACE, to_timeline


def through(cut: Cut) -> Any:
    """The timeline of a cut, written to OTIO and read by OpenTimelineIO."""
    text = otio.adapters.write_to_string(to_timeline(cut, named(cut)[0]), "otio_json")
    return otio.adapters.read_from_string(text, "otio_json")


@pytest.mark.parametrize("fps", RATES)
def test_a_timeline_is_the_very_cut_that_it_was(fps: Fraction) -> None:
    cut = sample(fps)
    read = read_cut(through(cut))
    assert read.cut == cut
    assert read.notes == ()
    assert read.made_from == digest(cut)


@settings(max_examples=50)
@given(cuts())
def test_any_cut_comes_back_exactly(cut: Cut) -> None:
    assert read_cut(through(cut)).cut == cut


@settings(max_examples=50)
@given(cuts())
def test_a_cut_comes_back_without_our_metadata_by_the_names_of_its_clips(cut: Cut) -> None:
    names, _ = named(cut)
    timeline = through(cut)
    for item in (timeline, *timeline.tracks, *timeline.find_children()):
        item.metadata.pop(NAMESPACE, None)
    assert read_cut(timeline, base=cut, names=names).cut == cut


@settings(max_examples=50)
@given(cuts(speeds=[Fraction(1)]))
def test_a_transition_that_lies_otherwise_over_its_cut_is_the_same_picture(cut: Cut) -> None:
    """An editor's dissolve may begin or end at the cut; the studio's lie in its middle."""
    timeline = through(cut)
    for track in timeline.tracks:
        for index, child in enumerate(list(track)):
            if isinstance(child, otio.schema.Transition) and 0 < index < len(track) - 1:
                length, before = child.duration(), child.in_offset
                child.in_offset, child.out_offset = length - length, length  # it begins at the cut, which is earlier
                for clip, starts, grows in ((track[index - 1], 0, -1), (track[index + 1], -1, 1)):
                    span = clip.source_range
                    moved = RationalTime(before.value * starts, before.rate)
                    clip.source_range = TimeRange(
                        span.start_time + moved, span.duration + RationalTime(before.value * grows, before.rate)
                    )
    assert read_cut(timeline).cut == cut


def test_the_timeline_begins_at_one_hour_and_carries_what_an_editor_wants() -> None:
    timeline = to_timeline(sample(Fraction(24000, 1001)), named(sample())[0])
    assert timeline.global_start_time == RationalTime(86400, 24000 / 1001)
    clip = next(clip for clip in timeline.find_clips() if clip.name.startswith("first-light_001_1A"))
    assert clip.media_reference.target_url == "media/first-light_001_1A_take_v001.mp4"
    assert clip.media_reference.available_range.duration.value == 72
    assert clip.source_range.start_time.value == 12
    (marker,) = clip.markers
    assert (marker.name, marker.marked_range.start_time.value) == ("MOSS: Good morning.", 18)
    facts = clip.metadata[NAMESPACE]
    assert (facts["slate"], facts["take"], facts["film"]) == ("1A", "take1A000000", "f" * 64)
    assert facts["dialogue"][0]["text"] == "Good morning."
    sped = next(clip for clip in timeline.find_clips() if "2B" in clip.name)
    assert sped.effects[0].time_scalar == 0.5


def told(change: Any) -> tuple[Cut, str]:
    timeline = through(sample())
    change(timeline.tracks[0])
    read = read_cut(timeline, base=sample(), names=named(sample())[0])
    return read.cut, " / ".join(read.notes)


def test_what_is_not_understood_is_a_gap_and_a_sentence() -> None:
    def stranger(track: Any) -> None:
        track[3] = otio.schema.Clip(
            name="IMG_0042",
            media_reference=otio.schema.ExternalReference(target_url="file:///cards/IMG_0042.mov"),
            source_range=track[3].source_range,
        )

    cut, notes = told(stranger)
    assert "no media 'IMG_0042.mov' (01:00:02:12, 48 frames)" in notes
    assert cut.tracks[0].items[1] == Gap(num_frames=48)

    def nested(track: Any) -> None:
        track[3] = otio.schema.Stack(name="comp", source_range=track[3].source_range)

    assert "nested sequence ('comp')" in told(nested)[1]

    def off(track: Any) -> None:
        track[3].enabled = False

    assert "switched off" in told(off)[1]

    def wiped(track: Any) -> None:
        track[4].transition_type, track[4].name = "SMPTE_Wipe", "Star Wipe"
        track[4].metadata.clear()

    cut, notes = told(wiped)
    assert "'Star Wipe' at 01:00:04:12 is neither" in notes
    assert Join(at=2, style="dissolve", num_frames=15) not in cut.tracks[0].joins

    def frozen(track: Any) -> None:
        track[3].effects.append(otio.schema.FreezeFrame())
        track[3].effects.append(otio.schema.Effect(name="Glow", effect_name="Glow"))
        track[3].markers.append(otio.schema.Marker(name="check the snow"))

    notes = told(frozen)[1]
    assert "freeze frame" in notes
    assert "'Glow'" in notes
    assert "'check the snow'" in notes


def test_a_timeline_that_counts_otherwise_or_says_otherwise_is_refused() -> None:
    timeline = through(sample())
    clip = next(iter(timeline.find_clips()))
    clip.source_range = TimeRange(RationalTime(0, 25), RationalTime(49, 25))
    with pytest.raises(InputError, match="counts 25 frames a second"):
        read_cut(timeline, base=sample(), names=named(sample())[0])
    newer = through(sample())
    newer.metadata[NAMESPACE]["schema"] = "tianmu.cut.2"
    with pytest.raises(MediaError, match=r"tianmu\.cut\.1 was expected, and this one is of 'tianmu\.cut\.2'"):
        read_cut(newer)
    damaged = through(sample())
    next(iter(damaged.find_clips())).metadata[NAMESPACE]["num_frames"] = "many"
    with pytest.raises(MediaError, match="damaged metadata"):
        read_cut(damaged)
    bare = through(sample())
    bare.metadata.clear()
    with pytest.raises(MediaError, match="which film"):
        read_cut(bare)


def test_media_that_begin_at_their_own_timecode_are_counted_from_there() -> None:
    timeline = through(sample())
    for clip in timeline.find_clips():
        if isinstance(clip.media_reference, otio.schema.ExternalReference):
            hour = RationalTime(86400, 24)
            span = clip.media_reference.available_range
            clip.media_reference.available_range = TimeRange(span.start_time + hour, span.duration)
            clip.source_range = TimeRange(clip.source_range.start_time + hour, clip.source_range.duration)
    assert read_cut(timeline).cut == sample()
    assert all(clip.available for track in sample().tracks for clip in track.items if isinstance(clip, Clip))
