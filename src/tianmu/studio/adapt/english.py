"""Figures of an English book: capitalised names, and animals and people by their nouns.

1. A noun of an animal, a trade or a relative is somebody where an article or a possessive stands before it, or where
   it is written with a capital letter: `the Fox`, `an old miller`, `Master Fox`.
2. A capitalised name is somebody where it is written so in the middle of sentences and is said to speak or to do
   something, or bears a title.
3. Whatever is said to speak is somebody: `said the Reed`.
4. Names with one head are one figure, unless words that tell two apart stand before it: `the Town Mouse`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tianmu.studio.adapt.figures import Company, Figure, Gender, Mention
from tianmu.studio.adapt.passages import Passage
from tianmu.studio.adapt.source import Source
from tianmu.studio.adapt.tense import is_verb
from tianmu.studio.adapt.words import listed, pairs, word_set

_WORD = re.compile(r"(?<!['’])[A-Za-z]+(?:-[A-Za-z]+)*(?:['’](?!s\b)[A-Za-z]+)?")
_SPOKEN = re.compile(
    rf"[,.!?—-][”\"’']\s+(?:{'|'.join(listed('en', 'speech_only'))})\s+(?:the|his|her|an?)\s+"
    r"((?:[A-Za-z-]+\s+){0,2}?)([A-Za-z-]+)\s*[,.;:!?—]"
)
_PLACED = re.compile(r"\b(?:in|at|to|from|of|near|into|through|for|leave|left|towards|quit)\s+$")
_LEAST = 3
"""Mentions outside of speech that make a figure of somebody who never speaks or acts."""


@dataclass
class _Found:
    """A mention before figures are told apart."""

    start: int
    end: int
    head: str
    marks: tuple[str, ...]
    """Words before the head, lower case."""
    shown: str
    plural: bool
    proper: bool
    subject: bool
    owner: bool
    key: str = ""


def find_company(source: Source, passages: Sequence[Passage]) -> Company:
    """Everybody in an English book."""
    scan = _Scan(source, passages)
    found = scan.find()
    _separate(found)
    _join_names(found)
    return _company(found, scan)


class _Scan:
    """One pass over the words of a text."""

    def __init__(self, source: Source, passages: Sequence[Passage]) -> None:
        self.text = source.text
        start = passages[0].start if passages else 0
        stop = passages[-1].end if passages else 0
        self.words = list(_WORD.finditer(self.text, start, stop))
        self.lower = [word.group().lower() for word in self.words]
        self.said = [(passage.start, passage.end) for passage in passages if passage.kind == "said"]
        self._said_starts = [start for start, _ in self.said]
        self.animals = dict(pairs("en", "plural_animals")) | dict(pairs("en", "plural_roles"))
        self.epithets = pairs("en", "epithets")
        self.nouns = set(word_set("en", "animals", "roles"))
        self.nouns |= {m[2].lower() for m in _SPOKEN.finditer(self.text, start, stop) if not is_verb(m[2])}
        self.nouns -= word_set("en", "relations")
        self.capitals = self._capitals()

    def in_speech(self, place: int) -> bool:
        index = bisect_right(self._said_starts, place) - 1
        return index >= 0 and place < self.said[index][1]

    def _capitals(self) -> frozenset[str]:
        """Words that are written with a capital letter in the middle of sentences, and rarely without."""
        capital: Counter[str] = Counter()
        small: Counter[str] = Counter()
        for index, word in enumerate(self.words):
            if word.group()[0].islower():
                small[self.lower[index]] += 1
            elif index and self.text[self.words[index - 1].end() : word.start()] in (" ", ", ", "\n", ",\n", "; "):
                capital[self.lower[index]] += 1
        stop = word_set("en", "not_names")
        return frozenset(w for w, count in capital.items() if w not in stop and count > small[w] // 2)

    def find(self) -> list[_Found]:
        found: list[_Found] = []
        index = 0
        while index < len(self.words):
            length, mention = self._at(index)
            if mention is not None:
                found.append(mention)
            index += length
        return found

    def _at(self, index: int) -> tuple[int, _Found | None]:
        word = self.words[index].group()
        if word[0].isupper() and (self.lower[index] in self.capitals or self._titled(index)):
            chain = self._chain(index)
            mention = self._named(index, chain)
            if mention is not None:
                return chain, mention
        noun, plural = self._noun(self.lower[index])
        if noun and (marks := self._marks(index)) is not None:
            return 1, self._mention(index, index, noun, marks, plural=plural, proper=False)
        return 1, None

    def _titled(self, index: int) -> bool:
        """A title before a name: `Mr. Fox`."""
        return (
            self.lower[index] in word_set("en", "honorifics")
            and index + 1 < len(self.words)
            and self._touches(index)
            and self.words[index + 1].group()[0].isupper()
            and self.lower[index + 1] not in word_set("en", "not_names")
        )

    def _touches(self, index: int) -> bool:
        """Whether the next word follows without a break."""
        gap = self.text[self.words[index].end() : self.words[index + 1].start()]
        return gap in (" ", "\n") or (gap in (". ", ".\n") and self.lower[index] in ("mr", "mrs", "ms", "dr", "st"))

    def _chain(self, index: int) -> int:
        """How many capitalised words belong together."""
        length = 1
        while length < 4 and index + length < len(self.words) and self._touches(index + length - 1):
            following = self.words[index + length].group()
            if not following[0].isupper() or self.lower[index + length] in word_set("en", "not_names"):
                break
            length += 1
        return length

    def _named(self, index: int, chain: int) -> _Found | None:
        words = self.lower[index : index + chain]
        noun, plural = self._noun(words[-1])
        if noun:
            before = self._marks(index) or ()
            marks = (
                *before,
                *(
                    word
                    for word in words[:-1]
                    if word not in word_set("en", "honorifics") or word in word_set("en", "contrast")
                ),
            )
            return self._mention(index, index + chain - 1, noun, marks, plural=plural, proper=False)
        titles = [word for word in words if word in word_set("en", "honorifics")]
        names = [word for word in words if word not in titles]
        if not names:
            return None
        head = " ".join(names)
        return self._mention(index, index + chain - 1, head, tuple(titles), plural=False, proper=True)

    def _noun(self, word: str) -> tuple[str, bool]:
        if word in self.epithets:
            return self.epithets[word], False
        if word in self.nouns:
            return word, word in ("people",)
        if (single := self.animals.get(word)) in self.nouns:
            return single or "", True
        if word.endswith("s") and word[:-1] in self.nouns:
            return word[:-1], True
        return "", False

    def _marks(self, index: int) -> tuple[str, ...] | None:
        """The words between a determiner and a noun; None where there is no determiner, and no capital letter."""
        for back in range(1, 5):
            at = index - back
            if at < 0 or not self._touches(at):
                break
            if self.lower[at] in word_set("en", "determiners"):
                return tuple(self.lower[at + 1 : index])
            if is_verb(self.lower[at]) or self.lower[at] in ("and", "of", "to", "in", "for", "as"):
                break
        word = self.words[index].group()
        return () if word[0].isupper() and self.lower[index] in self.capitals else None

    def _mention(
        self, first: int, last: int, head: str, marks: tuple[str, ...], *, plural: bool, proper: bool
    ) -> _Found:
        start, end = self.words[first].start(), self.words[last].end()
        owner = self.text[end : end + 1] in ("'", "’") and self.text[end + 1 : end + 2] in ("s", " ")
        return _Found(
            start,
            end,
            head,
            marks,
            " ".join(self.text[start:end].split()),
            plural,
            proper,
            not owner and self._acts(first, last),
            owner,
        )

    def _acts(self, first: int, last: int) -> bool:
        """Whether a verb follows, or a verb of speech stands before."""
        for index in range(last + 1, min(last + 4, len(self.words))):
            gap = self.text[self.words[index - 1].end() : self.words[index].start()]
            if gap.strip() and not (gap.strip() == "," and index == last + 1):
                break
            word = self.lower[index]
            if is_verb(word) or word in word_set("en", "speech"):
                return True
            if not (
                word.endswith("ly") or word in ("who", "then", "soon", "also", "never", "and", "all", "at", "once")
            ):
                break
        while first and self.lower[first - 1] in word_set("en", "determiners", "contrast"):
            first -= 1
        return first > 0 and self.lower[first - 1] in word_set("en", "speech_only")


def _separate(found: list[_Found]) -> None:
    """Give every mention the key of its figure: its head, and what tells it from others with that head."""
    seen: dict[str, Counter[str]] = {}
    contrast = word_set("en", "contrast")
    for mention in found:
        marks = [mark for mark in mention.marks if mark in contrast]
        if not mention.proper and not mention.plural and marks:
            seen.setdefault(mention.head, Counter())[marks[-1]] += 1
    split = {
        head: frozenset(mark for mark, count in marks.items() if count > 1)
        for head, marks in seen.items()
        if sum(count > 1 for count in marks.values()) > 1
    }
    last: dict[str, str] = {}
    for mention in found:
        if mention.proper:
            mention.key = mention.head
            continue
        if mention.plural:
            mention.key = f"{mention.head}+"
            continue
        mention.key = mention.head
        apart = [mark for mark in mention.marks if mark in split.get(mention.head, ())]
        if apart:
            mention.key = f"{apart[-1]} {mention.head}"
            last[mention.head] = mention.key
        elif mention.head in split:
            mention.key = last.get(mention.head, mention.head)


_STATIONS = ({"mrs", "lady", "madam", "madame", "countess", "duchess"}, {"miss", "ms", "mademoiselle"})


def _station(titles: Sequence[str]) -> str:
    """What a title says of who is meant: `Mr.`, `Mrs.` and `Miss Bennet` are three."""
    if not titles:
        return ""
    return next((name for name, own in zip(("mrs", "miss"), _STATIONS, strict=True) if own & set(titles)), "mr")


def _join_names(found: list[_Found]) -> None:
    """`Elizabeth` is `Elizabeth Bennet`, where only one figure can be meant; titles tell a family apart."""
    stations: dict[str, Counter[str]] = {}
    for mention in found:
        if mention.proper and (station := _station(mention.marks)):
            stations.setdefault(mention.head, Counter())[station] += 1
    for mention in found:
        own = stations.get(mention.head, Counter[str]())
        if mention.proper and own:
            station = _station(mention.marks) or ("mr" if "mr" in own else own.most_common(1)[0][0])
            mention.key = mention.head if len(own) == 1 else f"{station} {mention.head}"
    names = {mention.head for mention in found if mention.proper}
    full: dict[str, set[str]] = {}
    for name in names:
        parts = name.split()
        if len(parts) > 1:
            for part in (parts[0], parts[-1]):
                full.setdefault(part, set()).add(name)
    for mention in found:
        owners = full.get(mention.head, set())
        if mention.proper and len(owners) == 1 and not mention.marks and mention.head not in stations:
            mention.key = next(iter(owners))


def _company(found: list[_Found], scan: _Scan) -> Company:
    told: Counter[str] = Counter()
    acts: Counter[str] = Counter()
    placed: Counter[str] = Counter()
    titled: Counter[str] = Counter()
    shown: dict[str, Counter[str]] = {}
    kinds: dict[str, _Found] = {}
    titles: dict[str, Counter[str]] = {}
    for mention in found:
        kinds.setdefault(mention.key, mention)
        shown.setdefault(mention.key, Counter())[mention.shown] += 1
        titles.setdefault(mention.key, Counter()).update((*mention.marks, mention.head))
        if not scan.in_speech(mention.start):
            told[mention.key] += 1
            acts[mention.key] += mention.subject
            titled[mention.key] += bool(mention.proper and mention.marks)
            placed[mention.key] += _PLACED.search(scan.text, max(0, mention.start - 12), mention.start) is not None
    kept = {
        key
        for key, kind in kinds.items()
        if acts[key] > (1 if kind.proper and told[key] < 2 else 0) or (told[key] >= _LEAST and not kind.proper)
    }
    kept = {key for key in kept if not kinds[key].plural or acts[key]}
    kept = {key for key in kept if placed[key] <= told[key] / 2 or not kinds[key].proper or titled[key]}
    figures = [
        Figure(
            key=key,
            name=_name(key, kinds[key], shown[key]),
            aliases=tuple(name for name, _ in sorted(shown[key].items(), key=lambda item: (-item[1], item[0]))),
            count=told[key],
            gender=_gender(titles[key]),
            group=kinds[key].plural,
        )
        for key in sorted(kept, key=lambda key: (-told[key], key))
    ]
    mentions = tuple(
        Mention(start=m.start, end=m.end, figure=m.key, subject=m.subject, owner=m.owner)
        for m in found
        if m.key in kept
    )
    return Company(figures=tuple(figures), mentions=mentions)


def _name(key: str, kind: _Found, shown: Counter[str]) -> str:
    """What a screenplay calls a figure: capital letters, no title that all share."""
    if kind.proper:
        best = max(shown, key=lambda name: (shown[name], len(name), name))
        return best.replace(".", "").upper()
    if kind.plural:
        return kind.shown.split()[-1].upper()
    return key.upper()


def _gender(words: Counter[str]) -> Gender:
    female = sum(count for word, count in words.items() if word in word_set("en", "female"))
    male = sum(count for word, count in words.items() if word in word_set("en", "male"))
    return "" if female == male else "female" if female > male else "male"
