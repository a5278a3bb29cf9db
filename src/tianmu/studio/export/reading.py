"""A timeline as a cut again, whoever wrote it: our own comes back exactly, and an editor's as far as it is understood.

1. An item's own row, where its metadata are still there, says what it is; its name or its file's where they are not.
2. How long it is, where it begins and how fast it runs are the timeline's, for that is what an editor changes.
3. A transition is brought to the middle of its cut, as the studio holds it: the pictures stay the same.
4. What is not understood leaves a gap of its length, and a sentence.
5. Sound is not read; `hearing.py` tells what is on its tracks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any

import opentimelineio as otio
from opentimelineio.opentime import RationalTime
from pydantic import ValidationError

from tianmu.core.errors import InputError, MediaError
from tianmu.core.text import say
from tianmu.film.cut import Clip, Cut, Gap, Item, Title, Track
from tianmu.film.time import exact_rate
from tianmu.studio.export.hearing import file_of, tell_sound
from tianmu.studio.export.names import Names
from tianmu.studio.export.timecode import place
from tianmu.studio.export.timeline import LINES, NAMESPACE, item_rows, label_of, track_rows
from tianmu.studio.export.transitions import Mix, Piece, arranged

_FADES = re.compile(r"fade|dip|color dissolve|淡|渐", re.IGNORECASE)
_DISSOLVES = re.compile(r"dissolve|cross ?fade|mix|叠化|交叉溶解", re.IGNORECASE)
_BLACK = ("black", "slug")


@dataclass(frozen=True, kw_only=True)
class ReadCut:
    """A cut that was read, and what of the timeline is not in it."""

    cut: Cut
    notes: tuple[str, ...] = ()
    made_from: str | None = None
    """The digest of the cut that the timeline was exported from, where it still says so."""


def read_cut(timeline: otio.schema.Timeline, *, base: Cut | None = None, names: Names | None = None) -> ReadCut:
    """The cut of a timeline. `base` and `names` are the film's, for a timeline that has lost its metadata.

    Raises:
        MediaError: its metadata are of another schema, or damaged.
        InputError: it runs at another rate than the film, or has no metadata and no film to compare with.
    """
    facts = plain(timeline.metadata.get(NAMESPACE, {}))
    facts = facts if isinstance(facts, dict) else {}
    if facts and facts.get("schema") != Cut.SCHEMA:
        raise MediaError(
            say(
                f"A timeline of the schema {Cut.SCHEMA} was expected, and this one is of "
                f"{str(facts.get('schema'))[:60]!r}; use the version of Tianmu that wrote it.",
                f"时间线应为 {Cut.SCHEMA} 格式，而这份是 {str(facts.get('schema'))[:60]!r}；请使用写出它的那个版本。",
            )
        )
    try:
        fps = base.fps if base else Fraction(facts["fps"])
        shape = (base.name, base.width, base.height) if base else (facts["name"], facts["width"], facts["height"])
    except (KeyError, ValueError, ZeroDivisionError, TypeError) as error:
        raise MediaError(
            say(
                "This timeline does not say which film it is of; export it from Tianmu, or import it into its project.",
                "这份时间线没有说明属于哪部影片；请用 Tianmu 导出，或导入到它的项目中。",
            )
        ) from error
    reader = _Reader(fps=fps, known=_known(base, names), titles=_titles(base))
    tracks = [reader.track(track) for track in timeline.tracks if track.kind != otio.schema.TrackKind.Audio]
    reader.notes += tell_sound(timeline, fps)
    cut = Cut(name=shape[0], fps=fps, width=shape[1], height=shape[2], tracks=(*tracks, *_spoken(facts)))
    return ReadCut(cut=cut, notes=tuple(dict.fromkeys(reader.notes)), made_from=facts.get("cut"))


def _spoken(facts: Mapping[str, Any]) -> tuple[Track, ...]:
    """The tracks of spoken lines, as they left.

    Raises:
        MediaError: they are damaged.
    """
    try:
        return tuple(track_rows().validate_python(row) for row in facts.get(LINES, ()))
    except (ValidationError, TypeError) as error:
        raise MediaError(
            say(
                "The timeline's metadata of spoken lines are damaged; export the cut again and edit that.",
                "时间线中台词的元数据已损坏；请重新导出后再剪辑。",
            )
        ) from error


def plain(value: Any) -> Any:
    """OpenTimelineIO's dictionaries and vectors as Python's own."""
    if hasattr(value, "items"):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [plain(inner) for inner in value]
    return value


def _known(base: Cut | None, names: Names | None) -> dict[str, Clip]:
    """The film's clips by every name under which they may come back; the first of a name wins."""
    found: dict[str, Clip] = {}
    if base is None or names is None:
        return found
    clips = [item for track in base.tracks for item in track.items if isinstance(item, Clip)]
    for clip in clips:
        found.setdefault(names.clips.get((clip.slate, clip.take), ""), clip)
    for clip in clips:
        found.setdefault(names.takes.get(clip.take, ""), clip)
    found.pop("", None)
    return found


def _titles(base: Cut | None) -> dict[str, Title]:
    items = [item for track in base.tracks for item in track.items] if base else []
    return {label_of(item): item for item in items if isinstance(item, Title)}


@dataclass(kw_only=True)
class _Reader:
    fps: Fraction
    known: Mapping[str, Clip]
    titles: Mapping[str, Title]
    notes: list[str] = field(default_factory=list[str])
    at: int = 0
    """The frame of the cut that is read."""

    def track(self, track: otio.schema.Track) -> Track:
        self.at = 0
        parts: list[Piece | Mix] = []
        for child in track:
            if isinstance(child, otio.schema.Transition):
                if (mix := self._mix(child)) is not None:
                    parts.append(mix)
                continue
            piece = self._piece(child)
            parts.append(piece)
            self.at += piece.item.num_frames
        items, joins = arranged(parts)
        return Track(name=track.name, items=items, joins=joins)

    def _piece(self, child: Any) -> Piece:
        num_frames = self._frames(child.duration())
        gap = Gap(num_frames=num_frames)
        if isinstance(child, otio.schema.Gap):
            row = self._row(child)
            return Piece(item=replace(row, num_frames=num_frames) if isinstance(row, Title) else gap)
        if not isinstance(child, otio.schema.Clip):
            self._tell(
                f"A nested sequence ({child.name!r}) is at {self._here}, and a cut holds only clips; it became a gap.",
                f"{self._here} 处有嵌套序列（{child.name!r}），而剪辑只能放片段；此处留空。",
            )
            return Piece(item=gap)
        self._marked(child)
        if not child.enabled:
            self._tell(
                f"The clip {child.name!r} at {self._here} is switched off, so it became a gap.",
                f"{self._here} 处的片段 {child.name!r} 已停用，此处留空。",
            )
            return Piece(item=gap)
        row = self._row(child)
        if row is None:
            return self._by_name(child, num_frames)
        if isinstance(row, Clip):
            return Piece(item=self._clip(child, row, num_frames))
        return Piece(item=replace(row, num_frames=num_frames))

    def _by_name(self, child: otio.schema.Clip, num_frames: int) -> Piece:
        reference = child.media_reference
        if isinstance(reference, otio.schema.GeneratorReference):
            if (title := self.titles.get(child.name)) or (title := self.titles.get(reference.name)):
                return Piece(item=replace(title, num_frames=num_frames))
            if reference.generator_kind.lower() in _BLACK:
                return Piece(item=Gap(num_frames=num_frames), black=True)
        file = file_of(child)
        for name in (child.name, PurePosixPath(child.name).stem, PurePosixPath(file).stem):
            if name in self.known:
                return Piece(item=self._clip(child, self.known[name], num_frames))
        named = file or child.name
        self._tell(
            f"The film knows no media {named[:80]!r} ({self._here}, {num_frames} frames); it became a gap.",
            f"影片中没有素材 {named[:80]!r}（{self._here}，{num_frames} 帧）；此处留空。",
        )
        return Piece(item=Gap(num_frames=num_frames))

    def _clip(self, child: otio.schema.Clip, row: Clip, num_frames: int) -> Clip:
        reference = child.media_reference
        available = getattr(reference, "available_range", None)
        start = self._frames(child.source_range.start_time) if child.source_range else 0
        if available is not None:
            start -= self._frames(available.start_time)
        return replace(row, start=start, num_frames=num_frames, speed=self._speed(child, row))

    def _speed(self, child: otio.schema.Clip, row: Clip) -> Fraction:
        speed = Fraction(1)
        for effect in child.effects:
            facts = plain(effect.metadata.get("fcp_xml", {})) or {}
            if isinstance(effect, otio.schema.FreezeFrame):
                self._tell(
                    f"The freeze frame on {child.name!r} at {self._here} cannot be held; the shot runs on.",
                    f"{self._here} 处 {child.name!r} 的定格无法保留；镜头照常播放。",
                )
            elif isinstance(effect, otio.schema.LinearTimeWarp):
                speed *= _exact(effect.time_scalar, row.speed)
            elif facts.get("effectid") == "timeremap":
                speed *= _exact(_remapped(facts), row.speed)
            else:
                self._tell(
                    f"The effect {effect.name or effect.effect_name!r} on {child.name!r} at {self._here} cannot be "
                    "held; it was left out.",
                    f"{self._here} 处 {child.name!r} 的效果 {effect.name or effect.effect_name!r} 无法保留；已略去。",
                )
        return speed

    def _marked(self, child: otio.schema.Clip) -> None:
        for marker in child.markers:
            if NAMESPACE not in marker.metadata and child.metadata.get(NAMESPACE):
                self._tell(
                    f"The marker {marker.name[:80]!r} on {child.name!r} is not kept; "
                    f"write it as a note: tianmu take note.",
                    f"{child.name!r} 上的标记 {marker.name[:80]!r} 不会保留；请改写为批注：tianmu take note。",
                )

    def _mix(self, transition: otio.schema.Transition) -> Mix | None:
        facts = plain(transition.metadata.get(NAMESPACE, {})) or {}
        listed = "cmx_3600" in transition.metadata
        before, after = self._frames(transition.in_offset), self._frames(transition.out_offset)
        said = f"{transition.name} {transition.transition_type}"
        style = facts.get("style") if facts.get("style") in ("dissolve", "fade") else None
        if style is None and listed:
            style = "dissolve" if transition.transition_type == "SMPTE_Dissolve" else None
        elif style is None and _FADES.search(transition.name) and not _DISSOLVES.fullmatch(transition.name):
            style = "fade"
        elif style is None and _DISSOLVES.search(said):
            style = "dissolve"
        if style is None:
            self._tell(
                f"The transition {transition.name or transition.transition_type!r} at {self._here} is neither a "
                "dissolve nor a fade; a cut is there instead.",
                f"{self._here} 处的转场 {transition.name or transition.transition_type!r} 既非叠化也非淡入淡出；"
                "改为硬切。",
            )
            return None
        return Mix(style=style, before=before, after=after, listed=listed, own=bool(facts.get("style")))

    def _row(self, child: Any) -> Item | None:
        row = plain(child.metadata.get(NAMESPACE, {}))
        if not isinstance(row, dict) or "kind" not in row:
            return None
        try:
            return item_rows().validate_python({key: row[key] for key in row if key != "dialogue"})
        except ValidationError as error:
            raise MediaError(
                say(
                    f"The clip {child.name!r} at {self._here} carries damaged metadata "
                    f"({error.errors()[0]['msg']}); export the cut again and edit that.",
                    f"{self._here} 处的片段 {child.name!r} 的元数据已损坏（{error.errors()[0]['msg']}）；"
                    "请重新导出后再剪辑。",
                )
            ) from error

    @property
    def _here(self) -> str:
        return place(self.at, self.fps)

    def _frames(self, time: RationalTime) -> int:
        """A time in whole frames of the film.

        Raises:
            InputError: it is counted at another rate, and lies between two frames.
        """
        exact = Fraction(time.value) / exact_rate(time.rate) * self.fps if time.rate > 0 else Fraction(0)
        frames = round(exact)
        if abs(exact - frames) > Fraction(1, 100):
            raise InputError(
                say(
                    f"The timeline counts {time.rate:g} frames a second at {self._here}, and the film runs at "
                    f"{float(self.fps):g}; set the sequence to the film's rate and export it again.",
                    f"时间线在 {self._here} 处按每秒 {time.rate:g} 帧计数，而影片为 {float(self.fps):g}；"
                    "请把序列设为影片的帧率后重新导出。",
                )
            )
        return frames

    def _tell(self, en: str, zh: str) -> None:
        self.notes.append(say(en, zh))


def _exact(scalar: float, known: Fraction) -> Fraction:
    """The fraction that a float stands for; the known one where it is that."""
    return known if abs(float(known) - scalar) < 1e-4 else Fraction(scalar).limit_denominator(1000)


def _remapped(facts: Mapping[str, Any]) -> float:
    """The speed of a time remap as Final Cut writes it, in percent."""
    parameters = facts.get("parameter", [])
    found = {str(each.get("parameterid")): each.get("value") for each in parameters if isinstance(each, dict)}
    speed = float(str(found.get("speed", "100"))) / 100
    return -abs(speed) if str(found.get("reverse", "FALSE")).upper() == "TRUE" else speed
