"""A book in scenes: a new one begins where the text says that chapter, time, place or company are others.

1. A heading or a break always ends a scene.
2. A sentence that begins with words such as `Some time after` or `次日` begins one.
3. A sentence that leads to another place begins one: `arrived at the town`, `入于林中`.
4. A paragraph begins one where nobody of the last sentences is in the next ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tianmu.studio.adapt.figures import Company
from tianmu.studio.adapt.places import Spot, find_spots, find_time, write_heading
from tianmu.studio.adapt.source import Source
from tianmu.studio.adapt.speakers import Part
from tianmu.studio.adapt.words import listed, shift_pattern, word_set

_WINDOW = 4
"""Passages before and after a place that company is compared over."""
_LEAST_FOR_COMPANY = 6
_LEAST_FOR_PLACE = 2
_GOING_EN = re.compile(
    r"\b(?:arrived|came|reached|entered|returned|went|got|ran|flew|walked|led|took|brought|set off|set out|hurried)\b"
)
_LEAVING_ZH = re.compile("既出|出得|出了|离了|离开|辞去|辞别")
_TOWARDS_EN = re.compile(r"\b(?:to|into|at|for|in|reached|entered)\s+(?:the|a|an|his|her|their|its)\b[^,;.]{0,20}$")


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A scene: its parts, why it begins where it does, and its heading."""

    first: int
    last: int
    """Indexes of its first and last part."""
    en: str
    zh: str
    """Why it begins here."""
    heading: str
    place: str
    carried: bool
    """Whether its place is the one of the scene before, because it names none."""


def find_scenes(source: Source, company: Company, parts: Sequence[Part]) -> list[Cut]:
    """The scenes of a book, in order; together they hold every part."""
    if not parts:
        return []
    begins: list[tuple[int, str, str]] = [(0, "the beginning", "开头")]
    present = [_present(company, part) for part in parts]
    place = _first_place(source, parts[0])
    for index in range(1, len(parts)):
        reason = _reason(source, parts, present, index, begins[-1][0], place)
        here = _first_place(source, parts[index])
        if reason is not None:
            begins.append((index, *reason))
            place = here
        elif not place:
            place = here
    ends = [begin[0] - 1 for begin in begins[1:]] + [len(parts) - 1]
    return _headed(source, parts, [(begin[0], end, *begin[1:]) for begin, end in zip(begins, ends, strict=True)])


def _present(company: Company, part: Part) -> frozenset[str]:
    said = (part.speaker,) if part.speaker else ()
    return frozenset((*part.subjects, *said)) if part.passage.kind == "told" else frozenset(said)


def _first_place(source: Source, part: Part) -> str:
    spots = find_spots(source, part.passage.start, part.passage.end) if part.passage.kind == "told" else []
    return spots[0].name if spots else ""


def _reason(
    source: Source, parts: Sequence[Part], present: Sequence[frozenset[str]], index: int, begun: int, place: str
) -> tuple[str, str] | None:
    part, before = parts[index], parts[index - 1]
    if part.passage.chapter != before.passage.chapter:
        return "a new chapter", "新的一章"
    if part.passage.kind == "said":
        return _company_changes(parts, present, index, begun)
    text = source.text[part.passage.start : part.passage.end]
    match = shift_pattern(source.tongue).match(text)
    if match is not None:
        said = match.group().strip(" ,，“")
        return f"time passes: “{said}”", f"时间变化：“{said}”"
    if index - begun >= _LEAST_FOR_PLACE and (spot := _arrives(source, part)) is not None and spot.name != place:
        return f"another place: “{spot.name.lower()}”", f"地点变化：“{spot.name}”"
    return _company_changes(parts, present, index, begun)


def _arrives(source: Source, part: Part) -> Spot | None:
    """The place that a sentence leads to."""
    start, end = part.passage.start, part.passage.end
    text = source.text
    for spot in find_spots(source, start, end):
        lead = text[start : spot.start]
        if source.tongue == "en":
            if _GOING_EN.search(lead) and _TOWARDS_EN.search(lead):
                return spot
        elif text[spot.start] in "还回到" or (
            any(word in lead[-6:] for word in listed("zh", "arrive")) and lead[-1:] not in "，。"
        ):
            return spot
    return None


def _company_changes(
    parts: Sequence[Part], present: Sequence[frozenset[str]], index: int, begun: int
) -> tuple[str, str] | None:
    if index - begun < _LEAST_FOR_COMPANY or parts[index].passage.paragraph == parts[index - 1].passage.paragraph:
        return None
    gone = frozenset[str]().union(*present[max(begun, index - _WINDOW) : index])
    come = frozenset[str]().union(*present[index : index + _WINDOW])
    if gone and come and not gone & come and present[index]:
        return "another company", "人物变化"
    return None


def _headed(source: Source, parts: Sequence[Part], spans: Sequence[tuple[int, int, str, str]]) -> list[Cut]:
    found: list[Cut] = []
    last: tuple[str, bool] = ("", False)
    chapter = -1
    for first, end, en, zh in spans:
        left = _LEAVING_ZH.match(source.text, parts[first].passage.start) is not None
        if parts[first].passage.chapter != chapter or left:
            last, chapter = ("", False), parts[first].passage.chapter
        told = [part.passage for part in parts[first : end + 1] if part.passage.kind == "told"]
        spots = [spot for passage in told for spot in find_spots(source, passage.start, passage.end)]
        arrived = _arrives(source, parts[first])
        best = arrived or (spots[0] if spots else None)
        inner = next((spot for spot in spots if spot.inside), None)
        if best is not None and not best.inside and inner is not None and source.tongue == "en" and arrived is None:
            best = inner if spots.index(inner) == 0 else best
        carried = best is None and bool(last[0])
        place, inside = (best.name, best.inside) if best is not None else last
        time = next((t for passage in told if (t := find_time(source, passage.start, passage.end))), "")
        found.append(
            Cut(
                first=first,
                last=end,
                en=en,
                zh=zh,
                heading=write_heading(source.tongue, place, inside=inside, time=time),
                place=place,
                carried=carried,
            )
        )
        last = (place, inside)
    return found


def tells_nothing(source: Source, company: Company, start: int, end: int) -> bool:
    """Whether an English sentence names nobody and nothing that can be seen or heard."""
    text = source.text[start:end]
    if source.tongue == "zh" or company.within(start, end) or find_spots(source, start, end):
        return False
    words = re.findall(r"[A-Za-z]+(?:-[A-Za-z]+)*", text.lower())
    seen = word_set("en", "seen", "motion", "conflict", "speech_only", "animals", "roles", "places_in", "places_out")
    return not any(word in seen or word in _PRONOUNS for word in words)


def is_moral(source: Source, start: int, end: int) -> bool:
    """Whether a sentence is the author's judgement at the end of a tale."""
    text = source.text[start:end].lstrip()
    return text.lower().startswith(("moral:", "moral.", "the moral")) or text.startswith(listed("zh", "moral"))


_PRONOUNS = frozenset(["he", "she", "they", "i", "we", "him", "them"])
