"""CMX3600 edit decision lists: one picture track in events, record timecode from 01:00:00:00, non-drop.

OpenTimelineIO's own writer begins the record timecode at 00:00:00:00 whatever the timeline's start is, cuts reel names
to eight letters, and begins a film that fades in with an event that its own reader refuses. So events are written here:

    002  first-light_002_2B_take_v003     V     C        00:00:00:08 00:00:02:08 01:00:02:00 01:00:04:00
    * FROM CLIP NAME: first-light_002_2B_take_v003
    * FROM FILE: media/first-light_002_2B_take_v003.mp4

A dissolve is the second line of an event of two; black is the reel BL; a fade is a dissolve to BL, from it, or both.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tianmu.film.cut import Clip, Cut, Gap, Item, Track
from tianmu.studio.edit.checks import halves, source_frame
from tianmu.studio.export.names import Names
from tianmu.studio.export.timecode import place, timecode
from tianmu.studio.export.timeline import label_of, lines_within, media_url

BLACK = "BL"
_LONGEST_REEL = 32
"""Of the file's reel names; CMX had eight letters, every suite of today takes 32."""


@dataclass(kw_only=True)
class _Event:
    """A stretch of the record, and the dissolve with which it begins."""

    item: Item
    start: int
    """In frames of the cut."""
    num_frames: int
    ahead: int = 0
    """Frames before the item's own first one that are shown: the handle of a dissolve."""
    dissolve: int = 0

    @property
    def clip(self) -> Clip | None:
        return self.item if isinstance(self.item, Clip) else None


def write_edl(cut: Cut, whole: Cut, names: Names) -> str:
    """The edit list of a cut that `fit` made for it; `whole` is the cut with the lines that are spoken in it."""
    lines = [f"TITLE: {names.show}", "FCM: NON-DROP FRAME", ""]
    leaving: _Event | None = None
    for number, event in enumerate(_events(cut.tracks[0]) if cut.tracks else [], 1):
        lines += _written(number, event, leaving, whole, names)
        leaving = event
    return "\n".join(lines) + "\n"


def _events(track: Track) -> list[_Event]:
    """The items as events, with black of its own for every fade."""
    events: list[_Event] = []
    joins = {join.at: join for join in track.joins}
    at, count = 0, len(track.items)
    for index, item in enumerate((*track.items, None)):
        join = joins.get(index)
        event = None if item is None else _Event(item=item, start=at, num_frames=item.num_frames)
        if join is not None:
            before, after = halves(join, count)
            if index > 0 and join.style == "dissolve" and event is not None:
                events[-1].num_frames -= before
                event.start, event.num_frames = event.start - before, event.num_frames + before
                event.ahead, event.dissolve = before, join.num_frames
            else:
                _fade(events, event, at, before, after)
        if event is not None:
            events.append(event)
            at += event.item.num_frames
    return events


def _fade(events: list[_Event], event: _Event | None, at: int, before: int, after: int) -> None:
    """The last event goes to black over `before` frames, and the coming one comes from it over `after`."""
    if not events:
        events.append(_Event(item=Gap(num_frames=0), start=0, num_frames=0))
    elif events[-1].clip is not None and before:
        events[-1].num_frames -= before
        if event is not None and event.clip is None:
            event.start, event.num_frames, event.dissolve = at - before, event.num_frames + before, before
            return
        events.append(_Event(item=Gap(num_frames=before), start=at - before, num_frames=before, dissolve=before))
    if event is not None:
        event.dissolve = after


def _written(number: int, event: _Event, leaving: _Event | None, whole: Cut, names: Names) -> list[str]:
    fps = whole.fps
    record = f"{place(event.start, fps)} {place(event.start + event.num_frames, fps)}"
    first, last = _source(event)
    source = f"{timecode(first, fps)} {timecode(last, fps)}"
    reel, lines = _reel(event, names), []
    if event.dissolve and leaving is not None:
        out = timecode(_source(leaving)[1], fps)
        at = place(event.start, fps)
        lines.append(f"{number:03d}  {_reel(leaving, names):<{_LONGEST_REEL}} V     C        {out} {out} {at} {at}")
        lines.append(f"{number:03d}  {reel:<{_LONGEST_REEL}} V     D {event.dissolve:03d}    {source} {record}")
    else:
        lines.append(f"{number:03d}  {reel:<{_LONGEST_REEL}} V     C        {source} {record}")
    clip = event.clip
    if clip is None:
        return lines
    if clip.speed != 1:
        lines.append(f"M2   {reel}       {float(clip.speed * fps):.6f}                {timecode(first, fps)}")
    name = names.clips[clip.slate, clip.take]
    if event.dissolve and leaving is not None and leaving.clip is not None:
        lines.append(f"* FROM CLIP NAME: {names.clips[leaving.clip.slate, leaving.clip.take]}")
    lines.append(f"* {'TO' if event.dissolve else 'FROM'} CLIP NAME: {name}")
    lines.append(f"* FROM FILE: {media_url(names.takes[clip.take], 'mp4')}")
    begins = event.start + event.ahead
    for at, line in lines_within(whole, begins, clip.num_frames):
        lines.append(f"* LOC: {place(at, fps)} GREEN   {' '.join(label_of(line).split())}")
    return lines


def _source(event: _Event) -> tuple[int, int]:
    """The first frame of the take that an event shows, and the one after its last."""
    clip = event.clip
    if clip is None:
        return 0, event.num_frames
    ends = source_frame(clip, -event.ahead), source_frame(clip, event.num_frames - event.ahead - 1)
    first = min(ends)
    return first, first + round(Fraction(event.num_frames) * abs(clip.speed))


def _reel(event: _Event, names: Names) -> str:
    return BLACK if event.clip is None else names.takes[event.clip.take][:_LONGEST_REEL]
