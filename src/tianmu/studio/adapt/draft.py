"""The draft: scenes with action in the text's own words and speech word for word, and back to the lines they came from.

Rules shorten and never invent: a tag of speaking goes, `And` and its kind at the beginning go, a sentence that names
nothing to be seen or heard is left out and listed. Verbs go into the present tense where that is safe (`tense.py`).
Where a part of a sentence has lost its subject with the tag, the speaker's name is put before it, and listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from tianmu.studio.adapt.figures import Company
from tianmu.studio.adapt.scenes import Cut, is_moral, tells_nothing
from tianmu.studio.adapt.source import Source
from tianmu.studio.adapt.speakers import Part
from tianmu.studio.adapt.tense import to_present

BeatKind = Literal["action", "speech", "voice"]


@dataclass(frozen=True, kw_only=True)
class Beat:
    """One piece of a scene."""

    kind: BeatKind
    """`voice`: a quotation whose speaker is not known, which stands in the action."""
    text: str
    """As the screenplay has it."""
    quoted: tuple[str, ...]
    """The pieces of the source that it was made of, white space aside."""
    first: int
    last: int
    """Lines of the source."""
    speaker: str = ""
    """The figure's key."""
    listener: str = ""
    manner: str = ""
    thought: bool = False
    reason: str = ""
    """How the speaker was found (`speakers.Reason`)."""
    present: bool = False
    """Whether verbs of it were put into the present tense."""
    added: str = ""
    """The name that was put before it."""
    by: str = "rules"
    """Who wrote the words: the rules, or the name of a language model."""


@dataclass(frozen=True, kw_only=True)
class Omission:
    """A sentence that is in no beat, and why."""

    text: str
    first: int
    last: int
    en: str
    zh: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A scene of the draft."""

    number: int
    cut: Cut
    heading: str
    title: str
    """The chapter's heading, where this is its first scene."""
    first: int
    last: int
    opening: str
    """The first words of its text, word for word."""
    beats: tuple[Beat, ...]
    omitted: tuple[Omission, ...]
    present: tuple[str, ...]
    """Keys of all figures that are in it, in the order of their first mention."""


_OPENING_LETTERS = {"en": 48, "zh": 16}


@dataclass
class _Scene:
    beats: list[Beat] = field(default_factory=list[Beat])
    omitted: list[Omission] = field(default_factory=list[Omission])


def write_drafts(
    source: Source, company: Company, parts: Sequence[Part], cuts: Sequence[Cut], titles: dict[int, str]
) -> list[Draft]:
    """The drafts of all scenes. `titles` holds the heading of every chapter, by its number."""
    names = {figure.key: figure.name for figure in company.figures}
    several = {figure.key for figure in company.figures if figure.group}
    drafts: list[Draft] = []
    chapter = -1
    for number, cut in enumerate(cuts, 1):
        own = parts[cut.first : cut.last + 1]
        scene = _Scene()
        for part in own:
            if part.passage.kind == "said":
                scene.beats.append(_spoken(source, part))
            else:
                _tell(source, company, part, scene, names, several)
        start, end = own[0].passage.start, own[-1].passage.end
        title = titles.get(own[0].passage.chapter, "") if own[0].passage.chapter != chapter else ""
        chapter = own[0].passage.chapter
        drafts.append(
            Draft(
                number=number,
                cut=cut,
                heading=cut.heading,
                title=title,
                first=source.line_of(start),
                last=source.line_of(max(start, end - 1)),
                opening=_opening(source, start, end),
                beats=tuple(_joined(source, scene.beats)),
                omitted=tuple(scene.omitted),
                present=tuple(_present(company, own)),
            )
        )
    return drafts


def squeeze(text: str) -> str:
    """A text without white space and without characters that no screenplay holds: what `word for word` compares."""
    return "".join(letter for letter in text if letter.isprintable() and not letter.isspace())


def flow(source: Source, start: int, end: int) -> str:
    """`text[start:end]` on one line."""
    words = source.text[start:end].split()
    return " ".join(words) if source.tongue == "en" else _flow_zh(words)


def _flow_zh(words: Sequence[str]) -> str:
    joined = words[0] if words else ""
    for word in words[1:]:
        joined += f" {word}" if joined[-1].isascii() and word[0].isascii() else word
    return joined


def _spoken(source: Source, part: Part) -> Beat:
    passage = part.passage
    text = flow(source, passage.start, passage.end)
    manner = flow(source, *part.manner) if part.manner else ""
    return Beat(
        kind="speech" if part.speaker else "voice",
        text=text,
        quoted=(text,),
        first=source.line_of(passage.start),
        last=source.line_of(passage.end - 1),
        speaker=part.speaker or "",
        listener=part.listener or "",
        manner=manner.strip("，,；;"),
        thought=part.thought,
        reason=part.reason,
    )


def _tell(
    source: Source, company: Company, part: Part, scene: _Scene, names: dict[str, str], several: set[str]
) -> None:
    passage = part.passage
    for start, end in part.keep:
        lines = (source.line_of(start), source.line_of(end - 1))
        raw = flow(source, start, end)
        if is_moral(source, start, end):
            reason = ("the author's judgement", "作者的评语")
        elif tells_nothing(source, company, start, end) and not part.owed:
            reason = ("nothing in it can be seen or heard", "没有可见可闻的内容")
        else:
            scene.beats.append(_seen(source, company, part, (start, end), raw, lines, names, several))
            continue
        scene.omitted.append(Omission(text=raw, first=lines[0], last=lines[1], en=reason[0], zh=reason[1]))
    if not part.keep and not part.tagged:
        scene.omitted.append(
            Omission(
                text=flow(source, passage.start, passage.end),
                first=source.line_of(passage.start),
                last=source.line_of(passage.end - 1),
                en="nothing is left of it",
                zh="没有留下内容",
            )
        )


_OPENER = re.compile(r"\A(?:and|so|but|now|well|then)\b(?:,\s*|\s+)(?=\w)", re.IGNORECASE)
_ENDINGS = ".!?…。！？”\"’'」』)）"


def _seen(
    source: Source,
    company: Company,
    part: Part,
    span: tuple[int, int],
    raw: str,
    lines: tuple[int, int],
    names: dict[str, str],
    several: set[str],
) -> Beat:
    start, end = span
    body = raw.strip(" ,;:，；：—-") if source.tongue == "en" else raw.strip(" ，；：、—")
    added = ""
    text = body
    if source.tongue == "en":
        text = _OPENER.sub("", text, count=1)
        if part.owed:
            added = names.get(part.owed, "").title()
            text = f"{added} {text[0].lower()}{text[1:]}" if added else text
        shown = _places_of_names(source, company, start, end, text, several, added, part.owed in several)
        changed = to_present(text, shown)
        text = changed[0].upper() + changed[1:]
    else:
        changed = text
        if part.owed and names.get(part.owed):
            added = names[part.owed]
            text = changed = added + text
    if text[-1] not in _ENDINGS:
        text += "。" if source.tongue == "zh" else "."
    return Beat(
        kind="action",
        text=text,
        quoted=(body,),
        first=lines[0],
        last=lines[1],
        present=source.tongue == "en"
        and changed != (f"{added} " if added else "") + _OPENER.sub("", body, count=1)
        and _verbs_differ(changed, body),
        added=added,
    )


def _verbs_differ(changed: str, body: str) -> bool:
    return set(re.findall(r"[A-Za-z]+", changed.lower())) - set(re.findall(r"[A-Za-z]+", body.lower())) != set()


def _places_of_names(
    source: Source,
    company: Company,
    start: int,
    end: int,
    text: str,
    several: set[str],
    added: str,
    added_many: bool,
):
    """A reader of who is named at a place of the finished sentence: by the names' own words, in their order."""
    ends: dict[int, bool] = {}
    if added:
        ends[len(added)] = not added_many
    at = 0
    for mention in company.within(start, end):
        name = flow(source, mention.start, mention.end)
        found = text.find(name, at)
        if found < 0:
            continue
        at = found + len(name)
        if mention.subject:
            ends[at] = mention.figure not in several
    return ends.get


def _opening(source: Source, start: int, end: int) -> str:
    """The first words of a scene, in whole words."""
    text = flow(source, start, min(end, start + 200))
    most = _OPENING_LETTERS[source.tongue]
    if len(text) <= most:
        return text
    return text[:most] if source.tongue == "zh" else text[:most].rsplit(" ", 1)[0]


def _joined(source: Source, beats: Sequence[Beat]) -> Iterator[Beat]:
    """Neighbouring speeches of one speaker in one paragraph are one; so are neighbouring sentences of action."""
    held: Beat | None = None
    for beat in (*beats, None):
        if held is not None and beat is not None and _belongs(held, beat):
            # Quotations stay on rows of their own, so that each can be found in the text as it stands.
            bridge = "\n" if held.kind == "speech" else "" if source.tongue == "zh" else " "
            held = Beat(
                kind=held.kind,
                text=held.text + bridge + beat.text,
                quoted=held.quoted + beat.quoted,
                first=held.first,
                last=beat.last,
                speaker=held.speaker,
                listener=held.listener or beat.listener,
                manner=held.manner or beat.manner,
                thought=held.thought and beat.thought,
                reason=held.reason,
                present=held.present or beat.present,
                added=held.added or beat.added,
            )
            continue
        if held is not None:
            yield _ended(held)
        held = beat


def _ended(beat: Beat) -> Beat:
    """A speech without the comma that led to its tag."""
    return beat if beat.kind == "action" else replace(beat, text=beat.text.rstrip(",，;；"))


def _belongs(held: Beat, beat: Beat) -> bool:
    if held.kind != beat.kind or held.kind == "voice":
        return False
    if held.kind == "speech":
        near = beat.first - held.last <= 1 and beat.reason == "same" and not beat.manner
        return held.speaker == beat.speaker and near and held.thought == beat.thought
    return beat.first - held.last <= 1 and not beat.added


def _present(company: Company, parts: Sequence[Part]) -> Iterator[str]:
    seen: set[str] = set()
    for part in parts:
        if part.passage.kind == "said":
            keys = [part.speaker] if part.speaker else []
        else:
            keys = [m.figure for m in company.within(part.passage.start, part.passage.end) if not m.owner]
        for key in keys:
            if key not in seen:
                seen.add(key)
                yield key
