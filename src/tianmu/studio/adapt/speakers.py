"""Who says what: every speech with its speaker, and how the text says so.

What a sentence says of the speaking (`said the Fox`, `石猴笑道`) is taken out of it; what is left of the sentence is
seen. A pronoun is the one who was named last and fits; a speech without any word on its speaker belongs to whose turn
it is, where two take turns. A speech that nothing explains has no speaker.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tianmu.studio.adapt.figures import Company, Gender
from tianmu.studio.adapt.passages import Passage
from tianmu.studio.adapt.source import Source

Reason = Literal["named", "pronoun", "beat", "same", "turn", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Tag:
    """What a sentence beside a speech says of who speaks."""

    speaker: str | None
    """The figure's key, where it is named."""
    pronoun: str = ""
    """`he`, `other`, ... where a pronoun stands for the speaker; `same` where the speaker is the last subject."""
    keep: tuple[tuple[int, int], ...] = ()
    """What remains of the sentence, as places of the text."""
    manner: tuple[int, int] | None = None
    """Words on how it is said."""
    thought: bool = False
    subject_lost: bool = False
    """Whether the first part that remains has lost its subject with the tag."""


@dataclass(kw_only=True)
class Part:
    """A passage, and what was found out about it."""

    passage: Passage
    keep: tuple[tuple[int, int], ...] = ()
    """Of a passage that tells: what of it is seen."""
    owed: str | None = None
    """The figure that must be named where the first part of `keep` has lost its subject."""
    speaker: str | None = None
    reason: Reason = "unknown"
    manner: tuple[int, int] | None = None
    thought: bool = False
    tagged: bool = False
    addressed: tuple[str, ...] = ()
    """Of a speech: whom it calls by name."""
    subjects: tuple[str, ...] = ()
    listener: str | None = None


TagReader = Callable[[Source, Company, Passage, Passage | None, Passage | None], tuple[Tag | None, Tag | None]]
"""Reads a sentence between two speeches, of which either may be missing: what it says of the one before and after."""

NOBODY = "nobody"
"""The pronoun of a tag that names somebody who is not known."""
_MEMORY = 8
"""Passages back that a pronoun or a turn may reach."""
_FARTHEST = 60
"""Passages back that a pronoun may reach where only one gender fits."""


def find_speakers(source: Source, company: Company, passages: Sequence[Passage], read_tags: TagReader) -> list[Part]:
    """All passages, with a speaker for every speech that has one."""
    parts = [Part(passage=passage) for passage in passages]
    waiting: dict[int, tuple[Tag, int]] = {}
    for index, part in enumerate(parts):
        passage = part.passage
        if passage.kind == "said":
            part.addressed = _addressed(source, company, passage)
            continue
        part.keep = ((passage.start, passage.end),)
        part.subjects = _subjects(company, passage)
        before = _speech(parts, index - 1, passage.paragraph)
        after = _speech(parts, index + 1, passage.paragraph, onward=True)
        of_before, of_after = read_tags(source, company, passage, before, after)
        for tag, at in ((of_after, index + 1), (of_before, index - 1)):
            if tag is None or not 0 <= at < len(parts):
                continue
            waiting.setdefault(at, (tag, index))
            part.keep, part.tagged = tag.keep, True
            if tag.subject_lost:
                part.owed = ""
    voices = {tag.speaker for tag, _ in waiting.values() if tag.speaker}
    mute = frozenset(figure.key for figure in company.figures if figure.group and figure.key not in voices)
    _Resolver(company, parts, waiting, _genders(source, company, parts), source.text, mute).resolve()
    return parts


_CALLED = re.compile(r"(?:^|[,.;:!?，。！？—]|\bO|\b[Mm]y|\b[Dd]ear|\b[Ll]ittle|\b[Oo]ld|\b[Gg]ood)\s*$")
_SPOKEN_TO = re.compile(r"\s*(?:[,.;:!?，。！？—]|$)")
_SHE = re.compile(r"\b(?:she|her|hers|herself)\b|她", re.IGNORECASE)
_HE = re.compile(r"\b(?:he|his|him|himself)\b|他", re.IGNORECASE)


def _addressed(source: Source, company: Company, passage: Passage) -> tuple[str, ...]:
    """Whom a speech calls: names between marks, without an article."""
    text = source.text
    found: list[str] = []
    for mention in company.within(passage.start, passage.end):
        before, after = text[passage.start : mention.start], text[mention.end : passage.end]
        if _CALLED.search(before) and _SPOKEN_TO.match(after) and (before.strip() or after.strip(" ,.!?，。！？")):
            found.append(mention.figure)
    return tuple(found)


def _genders(source: Source, company: Company, parts: Sequence[Part]) -> dict[str, Gender]:
    """What names say, else the pronouns that follow a figure in a sentence before another is named."""
    known: dict[str, Gender] = {figure.key: figure.gender for figure in company.figures}
    votes: dict[str, list[int]] = {}
    for part in parts:
        if part.passage.kind == "said":
            continue
        mentions = company.within(part.passage.start, part.passage.end)
        for mention, following in zip(mentions, [*mentions[1:], None], strict=False):
            if not mention.subject or known.get(mention.figure):
                continue
            end = part.passage.end if following is None else following.start
            vote = votes.setdefault(mention.figure, [0, 0])
            vote[0] += len(_SHE.findall(source.text, mention.end, end))
            vote[1] += len(_HE.findall(source.text, mention.end, end))
    for key, (she, he) in votes.items():
        if she != he:
            known[key] = "female" if she > he else "male"
    return known


def _speech(parts: Sequence[Part], index: int, paragraph: int, *, onward: bool = False) -> Passage | None:
    """The speech at an index, if it is one; the one after may begin the next paragraph."""
    if not 0 <= index < len(parts):
        return None
    passage = parts[index].passage
    near = passage.paragraph == paragraph or (onward and passage.paragraph == paragraph + 1)
    return passage if passage.kind == "said" and near else None


def _subjects(company: Company, passage: Passage) -> tuple[str, ...]:
    found = company.within(passage.start, passage.end)
    acting = [mention.figure for mention in found if mention.subject]
    others = [mention.figure for mention in found if not mention.subject and not mention.owner]
    return tuple(dict.fromkeys([*acting, *others]))


_ANSWERED = re.compile(r"\b(?:answer|answered|replied|asked|nodded|agreed|assured|told|silent|reply)\b")


def _span(part: Part) -> tuple[int, int]:
    return part.passage.start, part.passage.end


@dataclass
class _Resolver:
    company: Company
    parts: Sequence[Part]
    waiting: dict[int, tuple[Tag, int]]
    genders: dict[str, Gender]
    text: str
    mute: frozenset[str]
    """Groups that nobody says to speak."""
    turns: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    """Where and who spoke, in order."""

    def resolve(self) -> None:
        for index, part in enumerate(self.parts):
            if index and part.passage.chapter != self.parts[index - 1].passage.chapter:
                self.turns.clear()
            if part.passage.kind == "told":
                self._indirect(index, part)
                continue
            entry = self.waiting.get(index)
            if entry is not None:
                self._by_tag(index, part, *entry)
                if self.parts[entry[1]].owed == "":
                    self.parts[entry[1]].owed = part.speaker
            else:
                self._without_tag(index, part)
            if part.speaker is not None:
                called = [who for who in part.addressed if who != part.speaker]
                part.listener = called[0] if called else self._other(index, part.speaker)
                self.turns.append((index, part.speaker))

    def _indirect(self, index: int, part: Part) -> None:
        """`Mr. Bennet made no answer.` is a turn, too."""
        if not part.tagged and len(part.subjects) == 1 and _ANSWERED.search(self.text, *_span(part)):
            self.turns.append((index, part.subjects[0]))

    def _by_tag(self, index: int, part: Part, tag: Tag, tag_at: int) -> None:
        part.manner, part.thought = tag.manner, tag.thought
        if tag.speaker is not None:
            part.speaker, part.reason = tag.speaker, "named"
        elif tag.pronoun == NOBODY:
            part.speaker, part.reason = None, "unknown"
        elif tag.pronoun == "other":
            part.speaker, part.reason = self._turn(index), "turn"
        else:
            part.speaker = self._pronoun(index, tag.pronoun, tag_at)
            part.reason = "pronoun" if part.speaker else "unknown"

    def _without_tag(self, index: int, part: Part) -> None:
        paragraph = part.passage.paragraph
        last = self.parts[index - 1] if index else None
        if last is not None and last.passage.kind == "said" and last.passage.goes_on:
            part.speaker, part.reason, part.thought = last.speaker, "same", last.thought
        elif (same := self._same_paragraph(index, paragraph)) is not None:
            part.speaker, part.reason = same
            part.thought = same[1] == "same" and self._thinks(index)
        elif (turn := self._turn(index)) is not None:
            part.speaker, part.reason = turn, "turn"

    def _same_paragraph(self, index: int, paragraph: int) -> tuple[str | None, Reason] | None:
        """The speaker of the same paragraph, or whoever does something in it right before or after the speech."""
        for back in range(index - 1, -1, -1):
            part = self.parts[back]
            if part.passage.paragraph != paragraph:
                break
            if part.passage.kind == "said":
                return (part.speaker, "same") if part.speaker else (None, "unknown")
            if part.subjects and not part.tagged:
                return part.subjects[0], "beat"
        after = self.parts[index + 1] if index + 1 < len(self.parts) else None
        if after is not None and after.passage.kind == "told" and after.passage.paragraph == paragraph:
            known = [
                s
                for s in after.subjects
                if any(m.subject and m.figure == s for m in self.company.within(after.passage.start, after.passage.end))
            ]
            if known:
                return known[0], "beat"
        return None

    def _thinks(self, index: int) -> bool:
        """Whether the quotation before one is thought, with nothing but its tag between."""
        before = self.parts[index - 2] if index > 1 else None
        return before is not None and before.passage.kind == "said" and before.thought

    def _turn(self, index: int) -> str | None:
        """Whose turn it is: of the last two who spoke, the one who did not speak last; else somebody else at hand."""
        near = [who for at, who in self.turns if at >= index - 2 * _MEMORY]
        if not near:
            return None
        return self._other(index, near[-1])

    def _other(self, index: int, speaker: str) -> str | None:
        """Whom somebody speaks to: the last other speaker nearby, else the other one who was just named."""
        for at, who in reversed(self.turns):
            if at < index - 2 * _MEMORY:
                break
            if who != speaker:
                return who
        for part in reversed(self.parts[max(0, index - _MEMORY) : index]):
            if part.passage.chapter != self.parts[index].passage.chapter:
                continue
            for who in part.subjects:
                if who != speaker and who not in self.mute:
                    return who
        return None

    def _pronoun(self, index: int, pronoun: str, tag_at: int) -> str | None:
        """Who is meant: of those named lately, the last that fits, but not who has just spoken elsewhere."""
        wanted: Gender = {"he": "male", "she": "female", "他": "male", "她": "female"}.get(pronoun, "")  # type: ignore[assignment]
        paragraph = self.parts[index].passage.paragraph
        last = self.turns[-1] if self.turns else None
        recent: list[str] = []
        for back in range(index - 1, max(-1, index - 1 - _MEMORY), -1):
            part = self.parts[back]
            if part.passage.chapter != self.parts[index].passage.chapter:
                break
            if part.passage.kind == "said":
                if part.speaker and part.passage.paragraph == paragraph:
                    recent.append(part.speaker)
                continue
            if back == tag_at:
                continue
            recent.extend(part.subjects)
        recent.extend(who for at, who in reversed(self.turns) if at >= index - 2 * _MEMORY)
        called = self.parts[index].addressed
        fitting = [
            who
            for who in dict.fromkeys(recent)
            if who not in called and (not wanted or self.genders.get(who, "") in ("", wanted))
        ]
        if not fitting:
            return self._farther(index, wanted, called)
        spoke_before = last is not None and self.parts[last[0]].passage.paragraph != paragraph
        if spoke_before and last is not None and fitting[0] == last[1] and pronoun != "same":
            fresh = self._named_since(last[0], index)
            others = [who for who in fitting if who != last[1]]
            if not fresh and others:
                return others[0]
        return fitting[0]

    def _farther(self, index: int, wanted: Gender, called: tuple[str, ...]) -> str | None:
        """The last one of a gender who was named in the chapter."""
        for part in reversed(self.parts[max(0, index - _FARTHEST) : index]):
            if not wanted or part.passage.chapter != self.parts[index].passage.chapter:
                return None
            for who in (*part.subjects, *((part.speaker,) if part.speaker else ())):
                if self.genders.get(who) == wanted and who not in called:
                    return who
        return None

    def _named_since(self, start: int, stop: int) -> bool:
        """Whether a sentence between two speeches tells of somebody."""
        return any(
            part.passage.kind == "told" and part.subjects and not part.tagged for part in self.parts[start + 1 : stop]
        )
