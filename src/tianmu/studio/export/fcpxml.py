"""FCPXML for Final Cut Pro and Resolve: exact rational times, titles, transitions, speeds, connected clips.

OpenTimelineIO's adapter writes no transitions, needs ffprobe, and counts 23.976 frames a second as 23, so the file is
written here. Every time is a whole number of frames times the frame's duration: frame 48 at 24000/1001 is
`48048/24000s`. The sequence begins at 01:00:00:00, and so do the offsets in it.
"""

from __future__ import annotations

import zlib
from fractions import Fraction
from xml.etree import ElementTree as ET

from tianmu.film.cut import Clip, Cut, Item, Title, Track
from tianmu.film.sound import SAMPLE_RATE
from tianmu.studio.edit.checks import halves
from tianmu.studio.export.names import Names
from tianmu.studio.export.timecode import start_frame
from tianmu.studio.export.timeline import DISSOLVE, FADE, label_of, lines_within, media_url

VERSION = "1.9"
_FORMAT, _TITLE = "r1", "r2"
_TITLE_UID = ".../Titles.localized/Bumper:Opener.localized/Basic Title.localized/Basic Title.moti"


class _Writer:
    def __init__(self, cut: Cut, whole: Cut, names: Names) -> None:
        self.cut, self.whole, self.names = cut, whole, names
        self.assets: dict[str, str] = {}
        self.root = ET.Element("fcpxml", version=VERSION)
        self.resources = ET.SubElement(self.root, "resources")

    def write(self) -> str:
        cut = self.cut
        ET.SubElement(
            self.resources,
            "format",
            id=_FORMAT,
            name="FFVideoFormatRateUndefined",
            frameDuration=_frame(cut.fps),
            width=str(cut.width),
            height=str(cut.height),
        )
        if any(isinstance(item, Title) for track in cut.tracks for item in track.items):
            ET.SubElement(self.resources, "effect", id=_TITLE, name="Basic Title", uid=_TITLE_UID)
        project = ET.SubElement(self.root, "project", name=cut.name)
        sequence = ET.SubElement(
            project,
            "sequence",
            format=_FORMAT,
            duration=self.time(cut.num_frames),
            tcStart=self.time(start_frame(cut.fps)),
            tcFormat="NDF",
        )
        spine = ET.SubElement(sequence, "spine")
        placed = self._spine(spine, cut.tracks[0]) if cut.tracks else []
        for lane, track in enumerate((t for t in cut.tracks[1:] if t.kind == "video"), 1):
            self._connected(track, lane, placed)
        for lane, (stem, name) in enumerate(self.names.sounds.items(), 1):
            self._heard(stem, name, lane, placed)
        ET.indent(self.root, "    ")
        body = ET.tostring(self.root, encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n{body}\n'

    def time(self, frames: int | Fraction) -> str:
        """`48048/24000s`: frames of the cut as seconds."""
        fps = self.cut.fps
        exact = Fraction(frames)
        if exact == 0:
            return "0s"
        if exact.denominator == 1:
            ticks = 100 if fps.denominator == 1 else 1
            return f"{exact.numerator * fps.denominator * ticks}/{fps.numerator * ticks}s"
        seconds = exact / fps
        return f"{seconds.numerator}/{seconds.denominator}s"

    def _spine(self, spine: ET.Element, track: Track) -> list[tuple[int, int, Item, ET.Element]]:
        """The first track; gives where each item begins and ends, for what is connected to it."""
        placed: list[tuple[int, int, Item, ET.Element]] = []
        joins = {join.at: join for join in track.joins}
        at = 0
        for index, item in enumerate((*track.items, None)):
            if (join := joins.get(index)) is not None:
                before, _ = halves(join, len(track.items))
                ET.SubElement(
                    spine,
                    "transition",
                    name=DISSOLVE if join.style == "dissolve" else FADE,
                    offset=self.time(start_frame(self.cut.fps) + at - before),
                    duration=self.time(join.num_frames),
                )
            if item is None:
                continue
            element = self._element(item, start_frame(self.cut.fps) + at)
            spine.append(element)
            placed.append((at, at + item.num_frames, item, element))
            if isinstance(item, Clip):
                self._markers(element, item, at)
            at += item.num_frames
        return placed

    def _element(self, item: Item, offset: int | Fraction, **more: str) -> ET.Element:
        span = {"offset": self.time(offset), "duration": self.time(item.num_frames), **more}
        match item:
            case Clip():
                element = ET.Element(
                    "asset-clip",
                    ref=self._asset(self.names.takes[item.take], "mp4", item.available),
                    name=self.names.clips[item.slate, item.take],
                    start=self.time(item.start),
                    format=_FORMAT,
                    tcFormat="NDF",
                    attrib=span,
                )
                if item.speed != 1:
                    self._speed(element, item)
                return element
            case Title():
                element = ET.Element("title", ref=_TITLE, name=label_of(item), start="0s", attrib=span)
                style = f"ts{zlib.crc32(label_of(item).encode())}"
                text = ET.SubElement(element, "text")
                ET.SubElement(text, "text-style", ref=style).text = "\n".join(line.text for line in item.lines)
                definition = ET.SubElement(element, "text-style-def", id=style)
                ET.SubElement(
                    definition, "text-style", font="Helvetica", fontSize="60", fontColor="1 1 1 1", alignment="center"
                )
                return element
            case _:
                return ET.Element("gap", name="Gap", start="0s", attrib=span)

    def _speed(self, element: ET.Element, clip: Clip) -> None:
        """From the clip's time to the take's: straight from the first frame to the end of what is used."""
        used = clip.num_frames * abs(clip.speed)
        begins, ends = clip.start, clip.start + clip.num_frames
        first, last = (Fraction(clip.start), clip.start + used)
        if clip.speed < 0:
            first, last = last, first
        mapped = ET.SubElement(element, "timeMap", frameSampling="floor")
        for time, value in ((begins, first), (ends, last)):
            ET.SubElement(mapped, "timept", time=self.time(time), value=self.time(value), interp="linear")

    def _asset(self, stem: str, ending: str, num_frames: int, *, sound: bool = False) -> str:
        if stem not in self.assets:
            self.assets[stem] = f"r{len(self.assets) + 3}"
            has = {"hasVideo": "1", "videoSources": "1"}
            if sound:
                has = {"hasAudio": "1", "audioSources": "1", "audioChannels": "2", "audioRate": str(SAMPLE_RATE)}
            form = {} if sound else {"format": _FORMAT}
            ET.SubElement(
                self.resources,
                "asset",
                id=self.assets[stem],
                name=stem,
                src=f"./{media_url(stem, ending)}",
                start="0s",
                duration=self.time(num_frames),
                attrib={**form, **has},
            )
        return self.assets[stem]

    def _markers(self, element: ET.Element, clip: Clip, at: int) -> None:
        for begins, line in lines_within(self.whole, at, clip.num_frames):
            ET.SubElement(
                element,
                "marker",
                start=self.time(clip.start + begins - at),
                duration=self.time(1),
                value=label_of(line),
            )

    def _connected(self, track: Track, lane: int, placed: list[tuple[int, int, Item, ET.Element]]) -> None:
        """Items of a further track, each hung on what the first one shows where it begins, in that clip's own time."""
        at = 0
        for item in track.items:
            under = [each for each in placed if each[0] <= at < each[1]] or placed[-1:]
            if isinstance(item, Clip | Title) and under:
                begins, _, parent, element = under[0]
                origin = parent.start if isinstance(parent, Clip) else 0
                _hang(element, self._element(item, origin + at - begins, lane=str(lane)))
            at += item.num_frames

    def _heard(self, stem: str, name: str, lane: int, placed: list[tuple[int, int, Item, ET.Element]]) -> None:
        """A stem, as long as the film, under what the first track shows first."""
        if not placed:
            return
        _, _, parent, element = placed[0]
        child = ET.Element(
            "asset-clip",
            ref=self._asset(name, "wav", self.cut.num_frames, sound=True),
            name=name,
            lane=str(-lane),
            offset=self.time(parent.start) if isinstance(parent, Clip) else "0s",
            start="0s",
            duration=self.time(self.cut.num_frames),
            audioRole=stem,
        )
        _hang(element, child)


def write_fcpxml(cut: Cut, whole: Cut, names: Names) -> str:
    """The FCPXML of a cut that `fit` made for it; `whole` is the cut with the lines that are spoken in it."""
    return _Writer(cut, whole, names).write()


def _hang(parent: ET.Element, child: ET.Element) -> None:
    """Connect a clip to one of the spine, before its markers: the order of the format's definition."""
    position = next((i for i, other in enumerate(parent) if other.tag == "marker"), len(parent))
    parent.insert(position, child)


def _frame(fps: Fraction) -> str:
    """How long a frame is, as Final Cut writes it: `100/2400s`, `1001/24000s`."""
    return f"100/{fps.numerator * 100}s" if fps.denominator == 1 else f"{fps.denominator}/{fps.numerator}s"
