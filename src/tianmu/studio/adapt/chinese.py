"""Figures of a Chinese book, classical or vernacular.

1. Animals, trades and relatives by their words, where the word stands for itself: `狐`, `老狐狸`, `渔人`, `众猴`.
2. Whoever a clause of speaking names (`元方曰`), where the name occurs more than once, begins with a family name, ends
   as words for people do, or is one of the first kind.
3. What the segmenter takes for a person's name, where it occurs often enough and begins a clause.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from tianmu.studio.adapt.figures import Company, Figure, Gender, Mention
from tianmu.studio.adapt.passages import Passage
from tianmu.studio.adapt.source import Source
from tianmu.studio.adapt.tags_chinese import ends_like_a_person, is_name, last_clause, read_clause
from tianmu.studio.adapt.words import listed, pairs, word_set

_STOP = "，。！？；：、…“”「」『』‘’《》（）,!?;:\n \u3000"
_BEFORE_SUBJECT = "前后那这此其一又却便即遂乃则而但有个只位时日中后见"
_BEFORE_SINGLE = frozenset(
    "前后那这此其一得谓见与畏食杀为向对令使被把将死有个只匹头条遇问告语及投和同老小两二三众群诸些"
)
_NOT_AFTER_SUBJECT = "之的"
_LEAST = 3
_LEAST_NAME = 4
"""Times that the segmenter's name must occur."""


@dataclass
class _Found:
    start: int
    end: int
    key: str
    group: bool
    subject: bool


def find_company(source: Source, passages: Sequence[Passage]) -> Company:
    """Everybody in a Chinese book."""
    start = passages[0].start if passages else 0
    stop = passages[-1].end if passages else 0
    said = [(passage.start, passage.end) for passage in passages if passage.kind == "said"]
    spoken = Counter(_speakers(source, passages))
    tokens = _tokens(source.text, start, stop)
    names = _names(source, start, stop, spoken)
    found = list(_mentions(source, start, stop, names, tokens))
    speaking = {mention.key for mention in found if source.text[mention.start : mention.end] in spoken}
    _merge(found, speaking)
    return _company(source, found, said, {mention.key for mention in found if mention.key in speaking})


def _speakers(source: Source, passages: Sequence[Passage]) -> Iterator[str]:
    """The subject of every clause of speaking, as it is written."""
    for told, said in itertools.pairwise(passages):
        if told.kind == "told" and said.kind == "said" and said.start - told.end < 8:
            text = source.text[told.start : told.end]
            at = last_clause(text)
            clause = read_clause(text[at:])
            if clause is not None and is_name(name := text[at:][clause.subject[0] : clause.subject[1]]):
                yield name


def _names(source: Source, start: int, stop: int, spoken: Counter[str]) -> frozenset[str]:
    """Names that are no words for animals or trades."""
    text = source.text
    families = word_set("zh", "surnames")
    kept: set[str] = set()
    for name, count in spoken.items():
        if _nouns().fullmatch(name) or len(name) < 2 or (_is_verb(name) and not ends_like_a_person(name)):
            continue
        begins = len(re.findall(rf"(?:^|[{_STOP}]){re.escape(name)}", text[start:stop]))
        if count > 1 or begins > 1 or (name[0] in families and len(name) < 4) or ends_like_a_person(name):
            kept.add(name)
    kept |= _tagged_names(text, start, stop, 2 if source.classical else _LEAST_NAME)
    return frozenset(name for name in kept if is_name(name))


def _is_verb(name: str) -> bool:
    """Whether the segmenter knows it as one word that is no noun: `合掌`, `个个`."""
    import rjieba

    tagged = rjieba.tag(name)
    return len(tagged) == 1 and tagged[0][1][0] in "vdrmcpti"


def _tagged_names(text: str, start: int, stop: int, least: int) -> set[str]:
    """What the segmenter takes for names of people, where it occurs often and begins clauses."""
    import rjieba

    counted: Counter[str] = Counter()
    leading: Counter[str] = Counter()
    for at in range(start, stop, 100_000):
        fresh = True
        for word, kind in rjieba.tag(text[at : min(stop, at + 100_000)]):
            word = word[:-1] if len(word) > 2 and word[-1] in "道曰说问笑" else word
            if kind == "nr" and 2 <= len(word) <= 4 and word not in word_set("zh", "not_names"):
                counted[word] += 1
                leading[word] += fresh
            fresh = word[-1] in _STOP
    return {word for word, count in counted.items() if count >= least and leading[word]}


@cache
def _nouns() -> re.Pattern[str]:
    nouns = sorted({*pairs("zh", "animals"), *listed("zh", "roles")}, key=len, reverse=True)
    marks = "".join(listed("zh", "modifiers"))
    groups = "".join(listed("zh", "groups"))
    return re.compile(
        rf"(?P<group>[{groups}](?:[个只位名匹]|般)?)?(?P<marks>[{marks}]{{0,2}}?)(?P<noun>{'|'.join(nouns)})(?P<many>们)?"
    )


def _tokens(text: str, start: int, stop: int) -> list[tuple[int, str]]:
    """Words of the segmenter with the places where they begin."""
    import rjieba

    found: list[tuple[int, str]] = []
    at = start
    for block in range(start, stop, 100_000):
        for word in rjieba.cut(text[block : min(stop, block + 100_000)], True):
            found.append((at, word))
            at += len(word)
    return found


def _mentions(
    source: Source, start: int, stop: int, names: frozenset[str], tokens: list[tuple[int, str]]
) -> Iterator[_Found]:
    text = source.text
    starts = [at for at, _ in tokens]
    choices = "|".join(re.escape(name) for name in sorted(names, key=lambda n: (-len(n), n)))
    pattern = re.compile(rf"(?P<name>{choices})|{_nouns().pattern}") if choices else _nouns()
    animals = pairs("zh", "animals")
    for match in pattern.finditer(text, start, stop):
        first, last = match.start(), match.end()
        if choices and match["name"]:
            yield _Found(first, last, match["name"], match["name"][0] in "众群诸", _is_subject(text, first, last))
            continue
        noun = match["noun"]
        token = tokens[bisect_right(starts, match.start("noun")) - 1][1] if tokens else ""
        if len(noun) == 1 and not _stands_alone(text, match, token):
            continue
        group = bool(match["group"] or match["many"])
        key = animals.get(noun, noun)
        key = (match["marks"] if noun in animals else "") + key
        yield _Found(first, last, f"众{key}" if group else key, group, _is_subject(text, first, last))


def _stands_alone(text: str, match: re.Match[str], token: str) -> bool:
    """Whether a word of one character is meant, and no compound that it is a part of (`狼狈`, `客气`)."""
    noun, start, end = match["noun"], match.start("noun"), match.end("noun")
    if match["marks"] or match["group"]:
        return len(token) < 3 or match.group() in token or token == match["marks"] + noun
    before, after = text[start - 1 : start], text[end : end + 1]
    if len(token) > 1 and token != noun and not (before in _STOP and token[0] == noun and _known_after(after)):
        return False
    return not before or before in _STOP or before in _BEFORE_SINGLE or _known_after(after)


def _known_after(after: str) -> bool:
    return after in {
        "曰",
        "道",
        "说",
        "问",
        "答",
        "云",
        "谓",
        "也",
        "亦",
        "乃",
        "不",
        "大",
        "惧",
        "见",
        "以",
        "笑",
        "怒",
    }


def _is_subject(text: str, start: int, end: int) -> bool:
    """Whether a clause begins with it, or with it after a word that points or joins."""
    before = text[max(0, start - 1) : start]
    if text[end : end + 1] in _NOT_AFTER_SUBJECT:
        return False
    return not before or before in _STOP or before in _BEFORE_SUBJECT


def _merge(found: list[_Found], speaking: set[str]) -> None:
    """One key for one figure: `那猴` is the only `石猴`; `两狼` are the `狼`; `悟空` is the only `孙悟空`."""
    keys = Counter(mention.key for mention in found)
    merged: dict[str, str] = {}
    for key in keys:
        if key.startswith("众") and key not in speaking and (key[1:] in keys):
            merged[key] = key[1:]
        elif not key.startswith("众"):
            longer = [other for other in keys if other != key and other.endswith(key) and not other.startswith("众")]
            if len(longer) == 1 and len(key) > 1 and keys[longer[0]] > 1:
                merged[key] = longer[0]
    for mention in found:
        while mention.key in merged:
            mention.key = merged[mention.key]


def _company(source: Source, found: list[_Found], said: list[tuple[int, int]], speaking: set[str]) -> Company:
    starts = [start for start, _ in said]
    told: Counter[str] = Counter()
    acts: Counter[str] = Counter()
    shown: dict[str, Counter[str]] = {}
    groups: Counter[str] = Counter()
    for mention in found:
        shown.setdefault(mention.key, Counter())[source.text[mention.start : mention.end].replace("\n", "")] += 1
        index = bisect_right(starts, mention.start) - 1
        if index < 0 or mention.start >= said[index][1]:
            told[mention.key] += 1
            acts[mention.key] += mention.subject
            groups[mention.key] += mention.group
    kept = {
        key
        for key in told
        if key in speaking
        or acts[key] > 1
        or (told[key] >= _LEAST and acts[key])
        or (source.classical and acts[key] and told[key] > 1)
    }
    figures = [
        Figure(
            key=key,
            name=_name(key, shown[key]),
            aliases=tuple(name for name, _ in sorted(shown[key].items(), key=lambda item: (-item[1], item[0]))),
            count=told[key],
            gender=_gender(key),
            group=groups[key] > told[key] / 2,
        )
        for key in sorted(kept, key=lambda key: (-told[key], key))
    ]
    mentions = tuple(Mention(start=m.start, end=m.end, figure=m.key, subject=m.subject) for m in found if m.key in kept)
    return Company(figures=tuple(figures), mentions=mentions)


def _name(key: str, shown: Counter[str]) -> str:
    """The most frequent name; one with the words of its key, where the text has it."""
    return max(shown, key=lambda name: (shown[name] * (1 + (name == key)), -len(name), name))


def _gender(key: str) -> Gender:
    female = any(key.endswith(word) for word in word_set("zh", "female"))
    male = any(key.endswith(word) for word in word_set("zh", "male"))
    return "" if female == male else "female" if female else "male"
