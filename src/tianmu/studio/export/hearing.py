"""What the audio tracks of an editor's timeline have that a film cannot hold.

Sound is not read back: a film's own follows its shots and its lines. That its stems were cut or moved is told once,
and every file that is none of them is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import opentimelineio as otio

from tianmu.core.text import say
from tianmu.film.time import exact_rate
from tianmu.studio.export.timecode import place
from tianmu.studio.export.timeline import NAMESPACE, STEMS

_STEM = re.compile(rf"_sound_({'|'.join(STEMS)})_v\d+$")


def tell_sound(timeline: otio.schema.Timeline, fps: Fraction) -> Iterator[str]:
    """A sentence for everything on audio tracks that is not kept."""
    for track in timeline.tracks:
        if track.kind == otio.schema.TrackKind.Audio:
            yield from _told(track, fps)


def file_of(clip: Any) -> str:
    """The name of a clip's file, whatever system its address is of; empty where it has none."""
    url = getattr(clip.media_reference, "target_url", "") or ""
    return PurePosixPath(unquote(urlsplit(url).path).replace("\\", "/")).name


def _told(track: otio.schema.Track, fps: Fraction) -> Iterator[str]:
    for child in track:
        if not isinstance(child, otio.schema.Clip) or NAMESPACE in child.metadata:
            continue  # a line of our own, from a time when timelines had them on tracks
        name = PurePosixPath(file_of(child)).stem or child.name
        begins = track.trimmed_range_of_child(child).start_time
        if _STEM.search(name) is None:
            frame = round(Fraction(begins.value) / exact_rate(begins.rate) * fps)
            yield say(
                f"The sound {name[:80]!r} at {place(frame, fps)} on {track.name} is none of the film's, and cannot be "
                "held; lay it in again once the film is made.",
                f"{track.name} 上 {place(frame, fps)} 处的声音 {name[:80]!r} 不属于这部影片，无法保留；"
                "请在影片制作后重新加入。",
            )
        elif begins.value or child.trimmed_range() != (child.media_reference.available_range or child.trimmed_range()):
            yield say(
                "The stems were cut or moved; the film's own sound follows its shots, so that is not kept.",
                "分轨被剪切或移动过；影片的声音随镜头而定，这些改动不会保留。",
            )
