"""Who speaks, as English says it: `said the Fox`, `he cried`, `Then said the Tortoise:`, `The Fox rose and said,`."""

from __future__ import annotations

import re

from tianmu.studio.adapt.figures import Company, Mention
from tianmu.studio.adapt.passages import Passage
from tianmu.studio.adapt.source import Source
from tianmu.studio.adapt.speakers import Tag
from tianmu.studio.adapt.words import listed, word_set

_SPEECH = "|".join((*listed("en", "speech"), *listed("en", "thought")))
_ONLY = "|".join(listed("en", "speech_only"))
_PRONOUN = r"he|she|it|they|I|we"
_VERB = re.compile(rf"\b(?:{_SPEECH})\b")
_AFTER = re.compile(
    rf"[\s,;—-]*(?:(?:and|then|so)\s+)?(?P<verb>{_SPEECH})\b\s*(?P<pronoun>(?:{_PRONOUN}|the other|another)\b)?"
)
_SUBJECT = re.compile(
    rf"[\s,;—-]*(?:(?:and|then|but|so)\s+)?(?P<pronoun>{_PRONOUN}|the other|the others)\s+"
    rf"(?:\w+ly\s+|only\s+|then\s+)?(?P<verb>{_SPEECH})\b"
)
_MANNER = re.compile(
    r"\s*,?\s*(?P<how>(?:(?:very|rather|quite|so)\s+)?\w+ly(?:\s+and\s+\w+ly)?"
    r"|in an? [\w\s-]{2,40}?(?:voice|tone|whisper|way|manner)|to (?:himself|herself|itself|themselves)|aloud)\b"
)
_TAIL = re.compile(r"^[\s,;:—-]+|[\s,;:—-]+$")
_BEFORE = re.compile(
    rf"(?:[,;]?\s*\b(?:and|but|then)\b\s*(?:at last|then|(?:he|she|it|they)\b)?\s*|,\s*)?(?:\b\w+ly\s+)?"
    rf"\b(?:{_SPEECH})\b(?P<rest>[^.!?]{{0,60}}?)[,:;—-]*\s*$"
)
_LONGEST_BEFORE_VERB = 60
_LONGEST_MANNER = 60
"""Letters of a clause such as `looking up at the branch` that becomes a parenthetical."""


def read_tags(
    source: Source, company: Company, told: Passage, before: Passage | None, after: Passage | None
) -> tuple[Tag | None, Tag | None]:
    """What a sentence between two speeches says of the one before it and of the one after it."""
    first = _read_after(source, company, told) if before is not None and before.paragraph == told.paragraph else None
    if first is not None:
        return first, None
    return None, _read_before(source, company, told) if after is not None else None


def _read_after(source: Source, company: Company, told: Passage) -> Tag | None:
    """A tag behind its speech: `said the Fox, and ...`, `he cried.`, `the Fox answered quietly.`"""
    text = source.text[told.start : told.end]
    mentions = [m for m in company.within(told.start, told.end) if not m.owner]
    speaker, pronoun, end = None, "", 0
    verb = ""
    if (match := _AFTER.match(text)) is not None and (
        match["pronoun"] or _next_noun(text, match.end(), mentions, told)
    ):
        verb = match["verb"]
        end = match.end()
        if match["pronoun"]:
            pronoun = _plain(match["pronoun"])
        else:
            mention = _next_noun(text, match.end(), mentions, told)
            assert mention is not None
            if isinstance(mention, Mention):
                speaker, end = mention.figure, mention.end - told.start
            else:
                pronoun, end = "other", mention
    elif (match := _SUBJECT.match(text)) is not None:
        verb, pronoun, end = match["verb"], _plain(match["pronoun"]), match.end()
    elif mentions and (said := _VERB.search(text)) is not None:
        mention = mentions[0]
        between = text[mention.end - told.start : said.start()] if mention.end - told.start <= said.start() else "...."
        lead = text[: mention.start - told.start]
        if len(between.split()) <= 2 and "," not in between and len(lead.split()) <= 3:
            verb, speaker, end = said.group(), mention.figure, said.end()
    if not verb:
        return None
    how = _MANNER.match(text, end)
    end = how.end() if how else end
    rest = _TAIL.sub("", text[end:])
    span = _span(how, told.start) if how else None
    if _says_nothing(rest):
        if span is None and re.match(r"[a-z]+ing\b", rest) and len(rest) < _LONGEST_MANNER:
            at = told.start + text.index(rest, end)
            span = (at, at + len(rest.rstrip(" .")))
        rest = ""
    keep: tuple[tuple[int, int], ...] = ()
    lost = False
    if rest:
        at = text.index(rest, end)
        lead = re.match(r"(?:and|but|then)\s+(?=\S)", rest)
        skip = lead.end() if lead else 0
        begin = told.start + at + skip
        keep = ((begin, told.start + at + len(rest)),)
        lost = not _has_subject(rest[skip:], begin, mentions)
    return Tag(
        speaker=speaker,
        pronoun=pronoun,
        keep=keep,
        manner=span,
        thought=verb.lower() in word_set("en", "thought"),
        subject_lost=lost,
    )


def _read_before(source: Source, company: Company, told: Passage) -> Tag | None:
    """A tag before its speech: the sentence ends with a comma or a colon and says who speaks."""
    text = source.text[told.start : told.end].rstrip()
    if not text.endswith((",", ":", "—", "-", ";")) and not text.endswith(tuple(_ONLY.split("|"))):
        return None
    if not text.endswith((":", ",", ";", "—")) or not (found := list(_VERB.finditer(text))):
        return None
    verb = found[-1]
    mentions = [m for m in company.within(told.start, told.end) if not m.owner]
    behind = [m for m in mentions if told.start + verb.end() <= m.start <= told.start + verb.end() + 24]
    inverted = re.match(rf"(?:then|so|and|thus|now)?\s*,?\s*(?:{_ONLY})\b", text, re.IGNORECASE)
    if inverted and behind:
        return Tag(speaker=behind[0].figure, thought=verb.group() in word_set("en", "thought"))
    if len(text) - verb.end() > _LONGEST_BEFORE_VERB:
        return None
    subject, pronoun = _subject_of(text, verb, mentions, told)
    cut = _BEFORE.search(text, max(0, verb.start() - 40))
    at = cut.start() if cut else verb.start()
    kept = _TAIL.sub("", text[:at])
    kept = re.sub(rf"(?:[,;]?\s*\b(?:and|but|then))?\s+(?:{_PRONOUN})$", "", kept)
    how = _MANNER.match(text, verb.end()) or re.search(r"\b(\w+ly)\s+$", text[: verb.start()])
    manner = None
    if how is not None:
        group = "how" if "how" in how.re.groupindex else 1
        manner = (told.start + how.start(group), told.start + how.end(group))
    if not _holds_clause(kept):
        kept = ""
    begin = told.start + (text.index(kept) if kept else 0)
    return Tag(
        speaker=subject,
        pronoun=pronoun,
        keep=((begin, begin + len(kept)),) if kept else (),
        manner=manner,
        thought=verb.group().lower() in word_set("en", "thought"),
    )


def _subject_of(text: str, verb: re.Match[str], mentions: list[Mention], told: Passage) -> tuple[str | None, str]:
    """The subject of a verb of speech: a pronoun right before it, else the first who acts in the sentence."""
    near = re.search(rf"\b(?P<pronoun>{_PRONOUN})\s+(?:\w+ly\s+|then\s+)?$", text[: verb.start()])
    ahead = [m for m in mentions if m.end <= told.start + verb.start()]
    if near is not None:
        own = [m for m in ahead if m.subject]
        return (own[0].figure, "") if own else (None, near["pronoun"].lower())
    acting = [m for m in ahead if m.subject] or ahead
    if acting:
        return acting[0].figure, ""
    first = re.match(rf"\W*(?:\w+\s+){{0,3}}?\b(?P<pronoun>{_PRONOUN})\b", text)
    return None, first["pronoun"].lower() if first else "same"


def _next_noun(text: str, place: int, mentions: list[Mention], told: Passage) -> Mention | int | None:
    """Whoever is named right after a place; an index where a relative without a name of its own stands there."""
    for mention in mentions:
        gap = text[place : mention.start - told.start]
        if mention.start - told.start >= place and len(gap.split()) <= 3 and not re.search(r"[,.;:]", gap):
            return mention
    relation = re.match(r"\s*(?:the|his|her)\s+(?:\w+\s+)?([A-Za-z]+)\b", text[place:])
    if relation and relation[1].lower() in word_set("en", "relations"):
        return place + relation.end()
    return None


def _plain(pronoun: str) -> str:
    return "other" if "other" in pronoun else pronoun.lower()


def _span(match: re.Match[str], start: int) -> tuple[int, int]:
    return start + match.start("how"), start + match.end("how")


def _says_nothing(rest: str) -> bool:
    """Whether what is left of a tag is not worth a line: `in reply`, `to her`, `with a`."""
    from tianmu.studio.adapt.tense import is_verb

    words = re.findall(r"[A-Za-z]+", rest)
    return len(words) < 3 or not any(is_verb(word) for word in words)


def _has_subject(rest: str, begin: int, mentions: list[Mention]) -> bool:
    if re.match(rf"(?:with that |then |so |at that )?(?:{_PRONOUN}|the|a|an|his|her|its)\b", rest, re.IGNORECASE):
        return True
    return any(m.start <= begin + 24 and m.start >= begin for m in mentions)


def _holds_clause(kept: str) -> bool:
    """Whether what stands before a tag is more than its subject, or than a clause that depends on the tag."""
    from tianmu.studio.adapt.tense import is_verb

    if re.match(r"(?:but |and |so )?(?:before|when|as|while|after|if|until)\b[^,]*$", kept, re.IGNORECASE):
        return False
    words = re.sub(r",\s*who\b[^,]*", "", kept).split()
    return len(words) > 2 and any(is_verb(re.sub(r"\W", "", word)) for word in words)
