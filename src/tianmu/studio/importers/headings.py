"""Scene headings in English, Chinese and both: what is one, and what it says of inside, place and time.

A line is a heading by itself when it begins as one (`INT.`, `EXT.`, `EST.`, `INT./EXT.`, `I/E`, `内景`, `外景`,
`内/外景`), with a number of its own before it where a printed script left one (`12A INT. HALL`, `第3场 内景 咖啡馆`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tianmu.film.screenplay import Heading, Interior


def word_set(text: str) -> frozenset[str]:
    """The words of a table."""
    return frozenset(text.split())


_LATIN_PREFIX = re.compile(
    r"(?P<both>INT\s?\.?\s?/\s?EXT|EXT\s?\.?\s?/\s?INT|I\.?\s?/\s?E|E\.?\s?/\s?I)|(?P<inside>INT)|(?P<outside>EXT|EST)",
    re.IGNORECASE,
)
_CHINESE_PREFIX = re.compile(
    r"(?P<both>内景?\s?[/／、]?\s?外景?(?<=景)|外景?\s?[/／、]\s?内景?(?<=景)|内\s?[/／]\s?外)"
    r"|(?P<inside>内景|内(?=[.．]))|(?P<outside>外景|外(?=[.．]))"
)
_AFTER_LATIN = re.compile(r"\s?\.\s?|\s")
_AFTER_CHINESE = re.compile(r"\s?[.．·:：,，、—–－-]+\s?|\s")
_OWN_NUMBER = re.compile(
    r"(?:第\s?([0-9]{1,5}[A-Za-z]?|[零〇一二三四五六七八九十百]{1,8})\s?[场幕][.．:：、\s]?"
    r"|([0-9]{1,5}[A-Za-z]?)(?:[.．、]\s?|\s))\s?"
)
_MAY_BEGIN = re.compile(r"\s{0,40}[IE内外第0-9]", re.IGNORECASE)
_LONGEST = 300
_SENTENCE_ENDS = "。！？!?"

_SEPARATOR = re.compile(r"\s[-–—－]+\s|[—–－]+|--+|[,，、;；]\s?|[.。]\s|\s?[（(]")
_DAYTIMES = word_set(
    "DAY NIGHT MORNING AFTERNOON EVENING DUSK DAWN SUNSET SUNRISE SUNDOWN NOON MIDDAY MIDNIGHT TWILIGHT DAYBREAK "
    "NIGHTFALL CONTINUOUS LATER"
)
_BESIDE_DAYTIMES = word_set(
    "THE THAT THIS A AN EARLY LATE NEXT SAME FOLLOWING PREVIOUS VERY PRE AND TO ONE TWO THREE FEW SOME TIME MOMENT "
    "MOMENTS MINUTES HOURS DAYS WEEKS MONTHS YEARS MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY"
)
_PHRASES = frozenset(
    ["SAME", "SAME TIME", "MAGIC HOUR", "GOLDEN HOUR", "BLUE HOUR", "FIRST LIGHT", "MOMENTS LATER", "THE SAME TIME"]
)
_SPOKEN_TIME = re.compile(r"\s(?:at|in the|by|before|after) ([A-Za-z]{3,10})\.?$", re.IGNORECASE)
_CHINESE_TIMES = word_set("日 夜 晨 昏 晚 午 连续 同时 稍后 片刻后 紧接上场 接上场 日内 夜内")
_CHINESE_ENDS = (
    *("清晨", "早晨", "早上", "上午", "中午", "正午", "下午", "午后", "傍晚", "黄昏", "晚上", "夜晚", "深夜", "午夜"),
    *("半夜", "凌晨", "黎明", "拂晓", "破晓", "日出", "日落", "白天", "白昼", "夜里", "夜间"),
)
_CHINESE_NEXT = ("次", "翌", "当", "同", "第二")
_MOST_TIME_WORDS = 5


@dataclass(frozen=True, kw_only=True)
class FoundHeading:
    """A line that is a heading by itself."""

    text: str
    number: str | None
    """The number that stands before it, where one does."""
    strict: bool
    """Whether it is one even in the middle of a paragraph: in capitals with a full stop, or Chinese."""


def find_heading(line: str) -> FoundHeading | None:
    """The heading that a line is by itself, without force; None where it is none."""
    if len(line) > _LONGEST or _MAY_BEGIN.match(line) is None:
        return None
    text = tidy_heading(line)
    number = None
    prefix = _prefix(text)
    if prefix is None:
        own = _OWN_NUMBER.match(text)
        if own is None or (prefix := _prefix(text[own.end() :])) is None:
            return None
        number, text = own[1] or own[2], text[own.end() :]
        if text.endswith(" " + number):
            text = text[: -len(number)].rstrip()
            prefix = _prefix(text)
    if prefix is None or (prefix.chinese and text.endswith(tuple(_SENTENCE_ENDS))):
        return None
    capitals = text.upper() == text and text[prefix.end - 1 : prefix.end + 1].count(".") > 0
    return FoundHeading(text=text, number=number, strict=prefix.chinese or capitals)


def read_heading(text: str) -> Heading:
    """What a heading says, whether it stood for itself or was forced.

    The last part that names a time of day is its time, and what lies between the prefix and that is its place; a time
    in two languages (`NIGHT 夜`) is given in the first.
    """
    text = tidy_heading(text)
    interior: Interior = ""
    rest = text
    while (prefix := _prefix(rest)) is not None:
        interior = interior or prefix.interior
        rest = rest[prefix.end :].lstrip(" .．:：,，、-—")
    place, time = _split_time(rest, prefixed=bool(interior))
    return Heading(text=text, interior=interior, place=place, time=time)


def tidy_heading(text: str) -> str:
    """A heading on one line, with single spaces."""
    return " ".join(text.split())


@dataclass(frozen=True)
class _Prefix:
    interior: Interior
    end: int
    """Where the place begins."""
    chinese: bool


def _prefix(text: str) -> _Prefix | None:
    for chinese, pattern, after in ((False, _LATIN_PREFIX, _AFTER_LATIN), (True, _CHINESE_PREFIX, _AFTER_CHINESE)):
        match = pattern.match(text)
        if match is None:
            continue
        separator = after.match(text, match.end())
        if separator is None and match.end() < len(text):
            continue
        interior: Interior = "INT/EXT" if match["both"] else "INT" if match["inside"] else "EXT"
        return _Prefix(interior, separator.end() if separator else match.end(), chinese)
    return None


def _split_time(rest: str, *, prefixed: bool) -> tuple[str, str]:
    """Place and time of what follows the prefix."""
    separators = list(_SEPARATOR.finditer(rest))
    ends = [match.start() for match in separators[1:]] + [len(rest)]
    for separator, end in reversed(list(zip(separators, ends, strict=False))):
        if time := _time(rest[separator.end() : end].strip(" )）.。")):
            return _tidy_place(rest[: separator.start()]), time
    if time := _time(rest.strip(" .。")):
        return "", time
    if (spoken := _SPOKEN_TIME.search(rest)) is not None and _time(spoken[1]):
        return _tidy_place(rest[: spoken.start()]), spoken[1]
    place, _, last = rest.rstrip(" .。").rpartition(" ")
    if prefixed and place and (time := _time(last)):
        before, _, first = place.rpartition(" ")
        if before and _has_chinese(last) and (english := _time(first)):
            return _tidy_place(before), english
        return _tidy_place(place), time
    return _tidy_place(rest), ""


def _tidy_place(text: str) -> str:
    return text.strip(" -–—－,，、;；").removesuffix(".").rstrip()


def _time(text: str) -> str:
    """The time that a part of a heading names, as it is written; empty where it names none."""
    words = text.split()
    if not words or len(words) > _MOST_TIME_WORDS:
        return ""
    latin = [word for word in words if not _has_chinese(word)]
    chinese = [word for word in words if _has_chinese(word)]
    if not all(map(_is_chinese_time, chinese)):
        return ""
    if not latin:
        return chinese[0]
    shown = " ".join(latin)
    plain = [word.strip("().,'") for word in shown.upper().replace("/", " ").replace("-", " ").split()]
    known = all(word in _DAYTIMES or word in _BESIDE_DAYTIMES or word.isdigit() for word in plain)
    return shown if " ".join(plain) in _PHRASES or (known and any(word in _DAYTIMES for word in plain)) else ""


def _is_chinese_time(word: str) -> bool:
    bare = word.strip("（）()。，、")
    for lead in _CHINESE_NEXT:
        bare = bare.removeprefix(lead) if len(bare) > len(lead) else bare
    if all(part in _CHINESE_TIMES for part in re.split("[/／]", bare)):
        return True
    return len(bare) <= 8 and bare.endswith(_CHINESE_ENDS)


def _has_chinese(text: str) -> bool:
    return any("\u3400" <= character <= "\u9fff" for character in text)
