"""Where and when a scene plays, as far as its sentences say it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from tianmu.studio.adapt.source import Source
from tianmu.studio.adapt.words import Tongue, listed, longest_first, word_set

_BEFORE_ZH = frozenset("在于於至入到出从缘临登过投往诣进那座此一的去来")
_AFTER_ZH = frozenset("中里上下边前畔头内外口岸间")
_TIMES: tuple[tuple[str, str, str], ...] = (
    ("times_night", "NIGHT", "夜"),
    ("times_dawn", "DAWN", "晨"),
    ("times_dusk", "DUSK", "黄昏"),
    ("times_day", "DAY", "日"),
)
_OUTSIDE = frozenset(["by", "near", "beside", "round", "around", "before", "from", "outside", "towards", "toward"])


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A place that a sentence names."""

    name: str
    """In the text's own words, in capitals in English."""
    inside: bool
    start: int
    end: int


def find_spots(source: Source, start: int, end: int) -> list[Spot]:
    """The places that `text[start:end]` names, in order."""
    return _spots_zh(source.text, start, end) if source.tongue == "zh" else _spots_en(source.text, start, end)


def find_time(source: Source, start: int, end: int) -> str:
    """The time of day that `text[start:end]` names first, as a heading says it; empty where it names none."""
    found: list[tuple[int, str]] = []
    for section, en, zh in _TIMES:
        pattern = _time_words(source.tongue, section)
        if (match := pattern.search(source.text, start, end)) is not None:
            found.append((match.start(), zh if source.tongue == "zh" else _en_time(match.group(), en)))
    return min(found)[1] if found else ""


@cache
def _time_words(tongue: Tongue, section: str) -> re.Pattern[str]:
    if tongue == "en":
        return longest_first("en", section)
    words = sorted((word for word in listed("zh", section) if len(word) > 1), key=len, reverse=True)
    singles = "".join(word for word in listed("zh", section) if len(word) == 1)
    # One character alone is a time where a mark, or a word that counts nights, stands before it.
    return re.compile(rf"{'|'.join(words)}|(?:(?<=[，。是当其一])|^)[{singles}](?=[，宿归行中里来])")


def _en_time(word: str, time: str) -> str:
    word = word.upper()
    return word if word in ("MORNING", "EVENING", "NOON", "MIDNIGHT", "SUNSET", "SUNRISE", "AFTERNOON") else time


@cache
def _place_en() -> re.Pattern[str]:
    words = sorted({*listed("en", "places_in"), *listed("en", "places_out")}, key=len, reverse=True)
    before = "|".join(sorted(listed("en", "place_before"), key=len, reverse=True))
    place = "|".join(map(re.escape, words))
    a = r"(?:the|a|an|his|her|its|their|some|that|this|your|my)"
    return re.compile(
        rf"\b(?P<prep>{before})\s+{a}\s+(?:[a-z-]+\s+){{0,2}}?(?P<place>(?:{place})"
        rf"(?:\s+(?:on|of|in|by)\s+(?:a|the)\s+(?:{place}))?)\b",
    )


_OF_PLACE = re.compile(r"\b(?:on|at|to|by|in|from|near)\s+(?:the|a|an)\s+[a-z]+\s+of\s+$")


def _spots_en(text: str, start: int, end: int) -> list[Spot]:
    found: list[Spot] = []
    for match in _place_en().finditer(text, start, end):
        word = match["place"].split()[0].lower()
        if match["prep"] == "of" and not _OF_PLACE.search(text[max(start, match.start() - 40) : match.start()] + "of "):
            continue
        inside = word in word_set("en", "places_in") and match["prep"] not in _OUTSIDE
        name = " ".join(match["place"].split()).upper()
        found.append(Spot(name=name, inside=inside, start=match.start("place"), end=match.end("place")))
    return found


def _spots_zh(text: str, start: int, end: int) -> list[Spot]:
    found: list[Spot] = []
    inside = word_set("zh", "places_in")
    for match in longest_first("zh", "places_in", "places_out").finditer(text, start, end):
        word = match.group()
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        if len(word) == 1 and before not in _BEFORE_ZH and after not in _AFTER_ZH:
            continue
        name = word.lstrip("还回到其") or word
        found.append(Spot(name=name, inside=word in inside, start=match.start(), end=match.end()))
    return found


def write_heading(tongue: Tongue, place: str, *, inside: bool, time: str) -> str:
    """A scene heading; a place that no word names is said to be open."""
    if tongue == "zh":
        return f"{'内景' if inside else '外景'}. {place or '某处'}" + (f" - {time}" if time else "")
    return f"{'INT.' if inside else 'EXT.'} {place or 'SOMEWHERE'}" + (f" - {time}" if time else "")
