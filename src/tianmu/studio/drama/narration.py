"""What a narrator says of a screenplay: headings and action in words that suit listening, in English and Chinese.

EXT. LIGHTHOUSE - NIGHT          Outside. The lighthouse. Night.
外景. 灯塔 - 夜                    外面，灯塔，夜里。
EMBER (a fox) runs. *CRASH!*     Ember, a fox, runs. Crash!
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tianmu.film.screenplay import Action, Heading, Interior, Screenplay
from tianmu.film.sound import SpokenLanguage
from tianmu.film.wording import language_of, split_languages
from tianmu.studio.importers.headings import word_set
from tianmu.studio.planner.timing import plain, sentences

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:['\u2019][A-Za-z]+)*")
_TITLED = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")
"""A word that is written large in the middle of a sentence."""
_LONGEST = 220
"""Characters of one utterance: a voice keeps its breath and its melody over a few short sentences."""

_INSIDE: dict[Interior, tuple[str, str]] = {
    "INT": ("Inside", "里面"),
    "EXT": ("Outside", "外面"),
    "INT/EXT": ("Inside and outside", "里里外外"),
}
_TIMES = {
    "day": ("Day", "白天"),
    "night": ("Night", "夜里"),
    "dawn": ("Dawn", "黎明"),
    "dusk": ("Dusk", "黄昏"),
    "morning": ("Morning", "早晨"),
    "afternoon": ("Afternoon", "下午"),
    "evening": ("Evening", "傍晚"),
    "noon": ("Noon", "正午"),
    "midnight": ("Midnight", "午夜"),
    "sunset": ("Sunset", "日落"),
    "sunrise": ("Sunrise", "日出"),
    "later": ("Later", "稍后"),
    "moments later": ("Moments later", "片刻之后"),
    "continuous": ("Without a pause", "紧接着"),
    "same": ("At the same time", "同一时间"),
    "same time": ("At the same time", "同一时间"),
    "the same time": ("At the same time", "同一时间"),
    "日": ("Day", "白天"),
    "夜": ("Night", "夜里"),
    "晨": ("Morning", "清晨"),
    "昏": ("Dusk", "黄昏"),
    "晚": ("Evening", "晚上"),
    "午": ("Noon", "正午"),
    "连续": ("Without a pause", "紧接着"),
    "紧接上场": ("Without a pause", "紧接着"),
    "接上场": ("Without a pause", "紧接着"),
    "同时": ("At the same time", "同一时间"),
}
"""Times of day as headings have them, said in both languages; others are said as they are written."""

_BARE = word_set(
    "the a an my your his her its our their this that these those no one two three four five six seven eight nine ten "
    "in on at under over inside outside near behind between above below beyond somewhere nowhere everywhere home "
    "various several another"
)
"""Words that begin a place which has no article."""
_NAMED = word_set("street avenue road lane square park station school university airport bay lake bridge")
"""Behind a name these need no article: Baker Street, Hyde Park."""
_SHORT_FORMS = (
    (re.compile(r"\b(?:b\.g\.|bg)(?=\W|$)", re.IGNORECASE), "background"),
    (re.compile(r"\b(?:f\.g\.|fg)(?=\W|$)", re.IGNORECASE), "foreground"),
    (re.compile(r"\bw/\s?(?=\w)", re.IGNORECASE), "with "),
    (re.compile(r"\s&\s"), " and "),
    (re.compile(r"\s*[(（](?:V\.?O\.?|O\.?S\.?|O\.?C\.?|CONT['\u2019]?D|画外音|旁白)[)）]", re.IGNORECASE), ""),
    (re.compile(r"\b(?:CLOSE(?: UP)?|ANGLE|PUSH IN|PULL BACK) (?:ON|TO|FROM)\b:?\s*"), ""),
    (re.compile(r"\b(?:CUT TO|SMASH CUT TO|FADE IN|FADE OUT)\b[:.]?\s*"), ""),
)
_BRACKETS = re.compile(r"\s*\(([^()]*)\)([.,;:!?]?)\s?")
_CHINESE_BRACKETS = re.compile(r"（([^（）]*)）([，。；：！？]?)")
_ENDED = re.compile(r"[.!?\u2026。！？:：,，;；—–-][\"'”’)）」』]*$")


@dataclass(frozen=True)
class Names:
    """Which words of a screenplay are names, so that they keep their capital and need no article."""

    proper: frozenset[str] = field(default_factory=frozenset[str])
    """In small letters."""


def find_names(screenplay: Screenplay) -> Names:
    """Words of who speaks, and those that are written large within sentences; but none that is written small too."""
    text = " ".join(plain(element.text) for scene in screenplay.scenes for element in _actions(scene.elements))
    spoken = " ".join(plain(line.text) for scene in screenplay.scenes for said in scene.speeches for line in said.lines)
    text = f"{text} {spoken}"
    small = {word for word in _WORD.findall(text) if word == word.lower()}
    large = {word.lower() for word in _TITLED.findall(text)}
    large |= {word.lower() for name in screenplay.characters for word in _WORD.findall(name)}
    return Names(frozenset(large - small))


def _actions(elements: Sequence[object]) -> Iterator[Action]:
    return (element for element in elements if isinstance(element, Action))


def say_heading(heading: Heading, names: Names, language: SpokenLanguage) -> str:
    """A heading as it is said: where, then what place, then when."""
    place = _one_language(heading.place, language)
    chinese = bool(_HAN.search(place or heading.text)) or (language == "zh" and not place)
    where = _INSIDE.get(heading.interior)
    said = [where[chinese]] if where else []
    between = r"\s+[-–—]+\s+|[,;/，；、]\s*|[.。]\s" + (r"|\s+" if chinese else "")
    parts = [part.strip() for part in re.split(between, place) if part.strip()]
    if chinese:
        said += ["，".join(parts)] if parts else []
    elif parts:
        said.append(_capital(", ".join(_with_article(_small(part, names), names) for part in parts)))
    if heading.time:
        said.append(_say_time(heading.time, names, chinese=chinese))
    if chinese:  # a listener needs the melody of a whole sentence to tell words apart that sound alike
        return f"{'，'.join(said)}。" if said else ""
    return " ".join(f"{part}." for part in said)


def name_heading(heading: Heading, names: Names, language: SpokenLanguage) -> str:
    """A heading as the name of a chapter: `The lighthouse, night`."""
    said = [part for part in re.split(r"[.。，]\s?", say_heading(heading, names, language)) if part]
    where = _INSIDE.get(heading.interior)
    if len(said) > 1 and where and said[0] in where:
        said = said[1:]
    if any(map(_HAN.search, said)):
        return "，".join(said)
    return ", ".join([*said[:1], *(_decapital(part, names) for part in said[1:])])


def say_action(text: str, names: Names, language: SpokenLanguage, *, both: bool) -> list[str]:
    """A text of action as sentences that are said.

    `both` says that the script has everything twice, in two languages; what is there in one alone is said in that.
    """
    rows = [row for row in (plain(row) for row in text.splitlines()) if row]
    if both:
        rows = [row for row in rows if language_of(row) == language or len(split_languages(row)) > 1] or rows
    joined = " ".join(row if _ENDED.search(row) else row + ("。" if _HAN.search(row) else ".") for row in rows)
    if both:
        joined = " ".join(part for known, part in split_languages(joined) if known == language) or joined
    for pattern, meant in _SHORT_FORMS:
        joined = pattern.sub(meant, joined)
    said = (_for_the_ear(sentence, names) for sentence in sentences(joined))
    return [sentence for sentence in said if _says(sentence)]


def group(said: Sequence[str], *, apart: Sequence[bool]) -> list[tuple[str, bool]]:
    """Neighbouring sentences as one utterance, up to a length; one that is to stand `apart` ends its utterance.

    Gives each with whether it does.
    """
    grouped: list[tuple[str, bool]] = []
    for sentence, alone in zip(said, apart, strict=True):
        before, ended = grouped[-1] if grouped else ("", True)
        if ended or language_of(before) != language_of(sentence) or len(before) + len(sentence) > _LONGEST:
            grouped.append((sentence, alone))
        else:
            joint = "" if _HAN.search(sentence[0]) or _HAN.search(before[-1]) or before[-1] in "。！？…”" else " "
            grouped[-1] = f"{before}{joint}{sentence}", alone
    return grouped


def _says(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def _for_the_ear(sentence: str, names: Names) -> str:
    """A sentence without brackets, dashes and words in capitals."""
    sentence = _BRACKETS.sub(lambda match: f", {match[1]}{match[2] or ','} " if match[1].strip() else " ", sentence)
    sentence = _CHINESE_BRACKETS.sub(lambda match: f"，{match[1]}{match[2] or '，'}" if match[1] else "", sentence)
    sentence = re.sub(r"\s*(?:--+|—+|–)\s*(?=\w)", "，" if _HAN.search(sentence) else ", ", sentence)
    sentence = re.sub(r",(\s*[.,;:!?])", r"\1", " ".join(sentence.split()))
    sentence = _WORD.sub(lambda match: _lowered(match[0], names), sentence)
    return _capital(sentence.lstrip(" ,，"))


def _lowered(word: str, names: Names) -> str:
    """A word that stands in capitals as it is read: a name with one, an abbreviation with all, else none."""
    if len(word) < 2 or word != word.upper():
        return word
    if word.lower() in names.proper:
        return word[0] + word[1:].lower()
    if len(word) <= 4 and not re.search("[AEIOUY]", word):
        return word
    return word.lower()


def _small(text: str, names: Names) -> str:
    return _WORD.sub(lambda match: _lowered(match[0], names), text) if text == text.upper() else text


def _with_article(place: str, names: Names) -> str:
    words = place.split()
    bare = [re.sub(r"\W+$", "", word) for word in words]
    first, last = bare[0].lower(), bare[-1].lower()
    owned = any(re.search(r"(?:['\u2019]s|s['\u2019])$", word) for word in words[:2])
    named = last in names.proper or (len(words) > 1 and last in _NAMED)
    numbered = any(letter.isdigit() for letter in last)
    if first in _BARE or owned or named or numbered or not _WORD.match(place):
        return place
    return f"the {_decapital(place, names)}"


def _say_time(time: str, names: Names, *, chinese: bool) -> str:
    """A time of day; one that no table has is said as it is written, or by its last word where the language differs."""
    key = time.strip(" .。").lower()
    known = _TIMES.get(key)
    if known is None and chinese != bool(_HAN.search(time)):
        known = _TIMES.get(key.split()[-1]) or _TIMES.get(key[-1])
    return known[chinese] if known else _capital(_small(time, names))


def _one_language(text: str, language: SpokenLanguage) -> str:
    """`MOON 月球` in one of its languages; a text in one alone stays as it is."""
    if not (_HAN.search(text) and re.search(r"[A-Za-z]{2}", text)):
        return text
    kept = " ".join(
        word for word in re.split(r"\s+", text) if (language == "zh") == bool(_HAN.search(word)) or not _says(word)
    )
    return kept.strip(" -–—,，") or text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _decapital(text: str, names: Names) -> str:
    first = _WORD.match(text)
    keep = first is None or first[0].lower() in names.proper or (len(first[0]) > 1 and first[0] == first[0].upper())
    return text if keep else text[:1].lower() + text[1:]
