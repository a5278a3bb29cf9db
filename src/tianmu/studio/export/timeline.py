"""A cut as an OpenTimelineIO timeline, and what stands in its metadata.

    V1, V2          the picture tracks of the cut
    Dialogue, ...   its stems, a track each: one file from the first frame to the last

The stems are as long as the film, so an editor hears it at once and nothing has to be laid in place. Every item of a
picture track carries its own row under `tianmu`, and the timeline the lines, so that it comes back as the very cut it
was; what an editor has changed since (order, lengths, starts, speeds, transitions) is read from the timeline itself,
see `reading.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import opentimelineio as otio
from opentimelineio.opentime import RationalTime, TimeRange
from pydantic import TypeAdapter

from tianmu.film.cut import Clip, Cut, Dialogue, Gap, Item, Join, Title, Track
from tianmu.film.schema import digest
from tianmu.film.time import frames_time
from tianmu.studio.edit.checks import halves
from tianmu.studio.export.names import Names
from tianmu.studio.export.timecode import start_time

NAMESPACE = "tianmu"
TITLE_KIND = "tianmu.title"
"""The kind of the generator that stands for a title."""
FADE = "Dip to Color Dissolve"
"""What a fade through black is called in editing suites."""
DISSOLVE = "Cross Dissolve"
MEDIA = "media"
"""The folder beside the timeline where the takes and the stems lie."""
LINES = "lines"
"""Of the timeline's metadata: the tracks of spoken lines, which a person sees as markers."""
STEMS: Mapping[str, str] = {"dialogue": "Dialogue", "effects": "Effects", "music": "Music"}
"""What is heard in the files of a film's sound, and what their tracks are called."""


def to_timeline(cut: Cut, names: Names, *, whole: Cut | None = None) -> otio.schema.Timeline:
    """A cut as a timeline; media are where `media_url` says, beside it.

    `whole` is the cut with every spoken line, where `cut` is only what a format can carry of it: lines are markers.
    """
    timeline = otio.schema.Timeline(name=cut.name, global_start_time=start_time(cut.fps))
    timeline.metadata[NAMESPACE] = {
        "schema": cut.SCHEMA,
        "cut": digest(cut),
        "name": cut.name,
        "fps": str(cut.fps),
        "width": cut.width,
        "height": cut.height,
    }
    whole = whole if whole is not None else cut
    spoken = [track for track in whole.tracks if track.kind == "audio"]
    timeline.metadata[NAMESPACE][LINES] = [track_rows().dump_python(track, mode="json") for track in spoken]
    pictures = [track for track in cut.tracks if track.kind == "video"]
    for index, track in enumerate(pictures):
        timeline.tracks.append(_track(track, cut, names, whole, mark=index == 0))
    timeline.tracks.extend(_stem(stem, name, cut) for stem, name in names.sounds.items())
    return timeline


def media_url(stem: str, ending: str) -> str:
    """Where a file lies, seen from the timeline. Names are plain letters, so nothing needs an escape."""
    return f"{MEDIA}/{stem}.{ending}"


def label_of(item: Item) -> str:
    """How an item without a file is called."""
    match item:
        case Title():
            return " / ".join(line.text for line in item.lines[:3])
        case Dialogue():
            return f"{item.character}: {item.text}"
        case Clip():
            return item.slate
        case Gap():
            return ""


@cache
def item_rows() -> TypeAdapter[Item]:
    """Items as rows and back."""
    return TypeAdapter(Item)


@cache
def track_rows() -> TypeAdapter[Track]:
    """Tracks as rows and back."""
    return TypeAdapter(Track)


def _stem(stem: str, name: str, cut: Cut) -> otio.schema.Track:
    """A track with the one file of a stem, as long as the film."""
    span = TimeRange(frames_time(0, cut.fps), frames_time(cut.num_frames, cut.fps))
    made = otio.schema.Track(name=STEMS[stem], kind=otio.schema.TrackKind.Audio)
    reference = otio.schema.ExternalReference(target_url=media_url(name, "wav"), available_range=span)
    reference.name = name
    made.append(otio.schema.Clip(name=name, media_reference=reference, source_range=span))
    return made


def _track(track: Track, cut: Cut, names: Names, whole: Cut, *, mark: bool) -> otio.schema.Track:
    made = otio.schema.Track(name=track.name, kind=otio.schema.TrackKind.Video)
    made.metadata[NAMESPACE] = {"name": track.name, "kind": track.kind}
    joins = {join.at: join for join in track.joins}
    at = 0
    for index, item in enumerate(track.items):
        if index in joins:
            made.append(_transition(joins[index], track, cut))
        composed = _item(item, cut, names)
        row = item_rows().dump_python(item, mode="json")
        if mark and isinstance(item, Clip):
            said = lines_within(whole, at, item.num_frames)
            row["dialogue"] = [item_rows().dump_python(line, mode="json") for _, line in said]
            for begins, line in said:
                composed.markers.append(_marker(begins - at, line, item, cut))
        composed.metadata[NAMESPACE] = row
        made.append(composed)
        at += item.num_frames
    if len(track.items) in joins:
        made.append(_transition(joins[len(track.items)], track, cut))
    return made


def lines_within(cut: Cut, at: int, num_frames: int) -> list[tuple[int, Dialogue]]:
    """The spoken lines that begin within a stretch of the cut, with the frame at which each begins."""
    found: list[tuple[int, Dialogue]] = []
    for track in cut.tracks:
        begins = 0
        for item in track.items:
            if isinstance(item, Dialogue) and at <= begins < at + num_frames:
                found.append((begins, item))
            begins += item.num_frames
    return sorted(found, key=lambda pair: pair[0])


def _marker(begins: int, line: Dialogue, clip: Clip, cut: Cut) -> otio.schema.Marker:
    """A line's place, in the frames of the take as a marker wants it."""
    played = begins if clip.speed > 0 else clip.num_frames - 1 - begins
    frame = clip.start + (played * abs(clip.speed)).__floor__()
    marked = TimeRange(frames_time(frame, cut.fps), frames_time(1, cut.fps))
    marker = otio.schema.Marker(name=label_of(line), marked_range=marked, color=otio.schema.MarkerColor.GREEN)
    marker.metadata[NAMESPACE] = {"character": line.character, "text": line.text}
    return marker


def _item(item: Item, cut: Cut, names: Names) -> Any:
    def span(start: int, num_frames: int) -> TimeRange:
        return TimeRange(frames_time(start, cut.fps), frames_time(num_frames, cut.fps))

    match item:
        case Clip():
            reference = otio.schema.ExternalReference(
                target_url=media_url(names.takes[item.take], "mp4"), available_range=span(0, item.available)
            )
            reference.name = names.takes[item.take]
            made = otio.schema.Clip(
                name=names.clips[item.slate, item.take],
                media_reference=reference,
                source_range=span(item.start, item.num_frames),
            )
            if item.speed != 1:
                made.effects.append(otio.schema.LinearTimeWarp(name="Speed", time_scalar=float(item.speed)))
            return made
        case Title():
            reference = otio.schema.GeneratorReference(
                name=label_of(item), generator_kind=TITLE_KIND, available_range=span(0, item.num_frames)
            )
            reference.parameters["text"] = "\n".join(line.text for line in item.lines)
            reference.parameters["style"] = item.style
            return otio.schema.Clip(
                name=label_of(item), media_reference=reference, source_range=span(0, item.num_frames)
            )
        case Gap() | Dialogue():  # lines lie on no picture track
            return otio.schema.Gap(source_range=span(0, item.num_frames))


def _transition(join: Join, track: Track, cut: Cut) -> otio.schema.Transition:
    before, after = halves(join, len(track.items))
    dissolves = join.style == "dissolve"
    made = otio.schema.Transition(
        name=DISSOLVE if dissolves else FADE,
        transition_type=otio.schema.TransitionTypes.SMPTE_Dissolve if dissolves else "tianmu.fade",
        in_offset=RationalTime(before, float(cut.fps)),
        out_offset=RationalTime(after, float(cut.fps)),
    )
    made.metadata[NAMESPACE] = {"style": join.style}
    return made
