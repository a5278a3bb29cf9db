"""Who speaks, as Chinese says it: `狐曰：`, `石猴笑道：`, `众猴把他围住，问道：`, `“……”狐狸说。`"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from functools import cache

from tianmu.studio.adapt.figures import Company, Mention
from tianmu.studio.adapt.passages import Passage
from tianmu.studio.adapt.source import Source
from tianmu.studio.adapt.speakers import NOBODY, Tag
from tianmu.studio.adapt.words import listed, word_set

_MARKS = "，。！？；：、…“”「」『』‘’,!?;: \n\u3000"
_CLAUSE_END = re.compile(r"[，。！？；：…,!?;:]+")
_LEAD = re.compile(
    r"(?:于是|於是|只见|只見|忽见|忽見|只听得?|却说|且说|那时|这时|此时|随后|然后|接着|遂|乃|便|却|又|因|再|忽|则|故|而|"
    r"复|就|即|亦|也|都)+"
)
_POINTING = re.compile(r"(?:那个|这个|那只|这只|那|这|此(?!中)|其|该|一个|一只|一位|一|有)")
_PRONOUNS = re.compile(r"(?:他们|她们|它们|他|她|它|其)")
_STRANGER = re.compile(r"(?:随后|忽|只见)*(?:一|那|有|又一)(?:个)?(?:人|大汉|汉子)")
_ANSWERS = ("答", "对曰", "對曰", "应", "應", "回答")
_LONGEST_MANNER = 8
_LONGEST_NAME = 4
_LISTENER = re.compile(r"(?P<verb>问|問|谓|謂|告|语|对|向|喚|唤)(?P<who>[^，。：]{1,4})$")
_NO_SPEECH = (
    "听说",
    "闻说",
    "据说",
    "传说",
    "知道",
    "难道",
    "不知道",
    "却说",
    "且说",
    "小说",
    "街道",
    "大道",
    "一道",
    "味道",
    "古云",
)
_ADVERBS = frozenset("便乃亦都皆又复即遂因就却再方才已只忽也则始")
_TO_WHOM = re.compile("[谓謂问問告语向对對为與与]")
_OF_PEOPLE = "人者夫士翁妇女王公僧父母猴子帝臣将官鬼仙妖客儿叟妪"


@dataclass(frozen=True)
class Clause:
    """A clause that says that somebody speaks, in places of its own text."""

    subject: tuple[int, int]
    """Empty (start = end) where it names nobody."""
    manner: tuple[int, int]
    verb: str


@cache
def _verb_end() -> re.Pattern[str]:
    verbs = sorted((*listed("zh", "speech"), *listed("zh", "thought")), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, verbs))})$")


@cache
def _stops() -> re.Pattern[str]:
    words = sorted({*listed("zh", "after_name"), *listed("zh", "speech")}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


def read_clause(clause: str, names: Container[str] = ()) -> Clause | None:
    """What a clause before a speech says; None where it says nothing of speaking."""
    body = clause.rstrip(_MARKS)
    heard = None
    verb = None if body.endswith(_NO_SPEECH) else _verb_end().search(body)
    if verb is None:
        heard = _LISTENER.search(body)
        if heard is None:
            return None
    at = verb.start() if verb is not None else (heard.start() if heard is not None else 0)
    said = verb.group() if verb is not None else (heard["verb"] if heard is not None else "")
    start = _skip(body, 0, at)
    end = _subject_end(body, start, at, names)
    if end == start:
        start, end = _named_within(body, start, at, names)
    how = (end, at)
    return Clause(subject=(start, end), manner=how, verb=said)


def _named_within(body: str, start: int, stop: int, names: Container[str]) -> tuple[int, int]:
    """The first known name between two places, however the clause begins; empty where there is none."""
    for first in range(start, stop):
        for length in range(min(_LONGEST_NAME + 2, stop - first), 0, -1):
            if body[first : first + length] in names:
                return first, first + length
    return start, start


def _skip(body: str, start: int, stop: int) -> int:
    """Past connectives and pointing words."""
    while True:
        match = _LEAD.match(body, start, stop) or _POINTING.match(body, start, stop)
        if match is None or match.end() >= stop:
            return start
        start = match.end()


def _subject_end(body: str, start: int, stop: int, names: Container[str]) -> int:
    for length in range(min(_LONGEST_NAME + 2, stop - start), 0, -1):
        if body[start : start + length] in names:
            return start + length
    match = _stops().search(body, start + 1, stop)
    end = match.start() if match is not None else stop
    if end - start > _LONGEST_NAME or _stops().match(body, start, stop) is not None:
        return start
    return end


def is_name(text: str) -> bool:
    """Whether the subject of a speech can be a name at all."""
    return (
        0 < len(text) <= _LONGEST_NAME
        and text not in word_set("zh", "not_names")
        and not any(mark in text for mark in _MARKS)
        and not _PRONOUNS.match(text)
        and "\u3400" <= text[0] <= "\u9fff"
    )


def ends_like_a_person(name: str) -> bool:
    """Whether the last character of a name says that it is somebody."""
    return len(name) > 1 and name[-1] in _OF_PEOPLE


def last_clause(text: str) -> int:
    """Where the last clause of a text begins."""
    bare = text.rstrip(_MARKS)
    ends = [match.end() for match in _CLAUSE_END.finditer(bare)]
    start = ends[-1] if ends else 0
    while start < len(text) and text[start] in _MARKS:
        start += 1
    return start


def read_tags(
    source: Source, company: Company, told: Passage, before: Passage | None, after: Passage | None
) -> tuple[Tag | None, Tag | None]:
    """What a sentence between two speeches says of the one before it and of the one after it."""
    text = source.text[told.start : told.end]
    names = _names(company)
    if after is not None and not text.rstrip().endswith(("。", "！", "？", "…")):
        return None, _read_before(source, company, told, names)
    if before is not None and before.paragraph == told.paragraph:
        return _read_after(source, company, told, names), None
    return None, None


def _names(company: Company) -> frozenset[str]:
    cached: frozenset[str] | None = company.__dict__.get("_names")
    if cached is None:
        cached = frozenset(alias for figure in company.figures for alias in figure.aliases)
        object.__setattr__(company, "_names", cached)
    return cached


def _read_before(source: Source, company: Company, told: Passage, names: frozenset[str]) -> Tag | None:
    text = source.text[told.start : told.end]
    at = last_clause(text)
    clause = read_clause(text[at:], names)
    if clause is None:
        return None
    start = told.start + at
    speaker, pronoun = _who(text, company, told, start, clause, source)
    manner: tuple[int, int] | None = (start + clause.manner[0], start + clause.manner[1])
    keep_end = start
    if manner[1] - manner[0] > _LONGEST_MANNER:
        keep_end, manner = manner[1], None
    elif not _tells_how(source.text[manner[0] : manner[1]]):
        manner = None
    kept = source.text[told.start : keep_end].rstrip(_MARKS)
    return Tag(
        speaker=speaker,
        pronoun=pronoun,
        keep=((told.start, told.start + len(kept)),) if kept else (),
        manner=manner,
        thought=clause.verb in word_set("zh", "thought"),
    )


def _tells_how(words: str) -> bool:
    """Whether words between a subject and a verb say how something is said, and not only when or to whom."""
    bare = words.strip(_MARKS)
    return bool(bare) and not set(bare) <= _ADVERBS and _TO_WHOM.search(bare) is None


def _who(
    text: str, company: Company, told: Passage, start: int, clause: Clause, source: Source
) -> tuple[str | None, str]:
    """The speaker that the clause names, or what stands for it."""
    named = _mention_in(company, start + clause.subject[0], start + clause.subject[1])
    if named is None:  # the name may stand behind words that were taken for connectives
        named = _mention_in(company, start, start + clause.subject[1])
    if named is not None:
        return named.figure, ""
    word = source.text[start + clause.subject[0] : start + clause.subject[1]]
    pronoun = _PRONOUNS.match(word)
    ahead = [m for m in company.within(told.start, start) if not m.owner]
    if ahead and not word:
        acting = [m for m in ahead if m.subject]
        return (acting or ahead)[-1].figure, ""
    if pronoun is not None:
        return None, pronoun.group()
    if _STRANGER.match(source.text, start):
        return None, NOBODY
    if is_name(word):  # somebody is named, if only by a part of a name: nobody else may be given the words
        return _by_part(company, word), NOBODY
    if clause.verb.startswith(_ANSWERS) or source.text[start : start + 1] == "答":
        return None, "other"
    return None, "same"


def _by_part(company: Company, word: str) -> str | None:
    """The only figure whose name a word is the end of: `飞` for `张飞`."""
    found = {figure.key for figure in company.figures if any(name.endswith(word) for name in figure.aliases)}
    return next(iter(found)) if len(found) == 1 else None


def _mention_in(company: Company, start: int, end: int) -> Mention | None:
    """Who is named in a span, at its very end first."""
    found = [m for m in company.within(start, max(end, start + 1)) if m.end <= max(end, start + 1) or m.start == start]
    return found[0] if found and end > start else None


def _read_after(source: Source, company: Company, told: Passage, names: frozenset[str]) -> Tag | None:
    """`狐狸说。`, `他笑着说，……`: the first clause after a speech."""
    text = source.text[told.start : told.end]
    stop = _CLAUSE_END.search(text)
    end = stop.start() if stop is not None else len(text)
    clause = read_clause(text[:end], names)
    if clause is None or end > 16:
        return None
    word = text[clause.subject[0] : clause.subject[1]]
    named = _mention_in(company, told.start + clause.subject[0], told.start + clause.subject[1])
    pronoun = _PRONOUNS.match(word)
    if named is None and pronoun is None:
        return None
    rest = text[end:].strip(_MARKS)
    begin = told.start + (text.index(rest, end) if rest else 0)
    manner = (told.start + clause.manner[0], told.start + clause.manner[1])
    return Tag(
        speaker=named.figure if named is not None else None,
        pronoun=pronoun.group() if pronoun is not None and named is None else "",
        keep=((begin, begin + len(rest)),) if rest else (),
        manner=manner if _tells_how(source.text[manner[0] : manner[1]]) else None,
        thought=clause.verb in word_set("zh", "thought"),
    )
