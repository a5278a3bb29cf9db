"""Which phrases mean which fact, language by language, and how a text is cut into tokens to look for them.

A phrasebook is a trie over tokens: a word of a spaced script, one character of an unspaced one. It is filled from the
caption grammar (so that every caption can be read), from `data/phrases.json` (how people write prompts in ten
languages more) and from the names that every emoji has (`names.py`).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from tianmu.world.lexicon import LANGUAGES, UNSPACED, wordings
from tianmu.world.names import names
from tianmu.world.scene import cast

_EMOJI = "\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2300-\u23ff\u2934\u2935"
_TOKEN = re.compile(
    rf"(?P<emoji>[{_EMOJI}](?:\ufe0f|[\U0001f3fb-\U0001f3ff]|\u200d[{_EMOJI}]|[\u2640\u2642])*)"
    rf"|(?P<char>[{UNSPACED}])|(?P<word>(?:(?![{UNSPACED}_])\w)+)"
)
_BREAK = re.compile(
    r"[,.;:!?()\[\]{}\n|\"\u2014\u2013\uff0c\u3002\u3001\uff1b\uff1a\uff01\uff1f\u2026\u060c\u061b\u061f\u201c\u201d\u00ab\u00bb]"
)
_ELISION = re.compile(r"\b(l|d|s|n|j|m|t|c|qu|un|all|dell|nell|sull)['\u2019](?=\w{2})", re.IGNORECASE)
_TRADITIONAL = str.maketrans(
    "貓鳥魚馬龍龜鯨鯊鵝鴨雞豬猻獅虎鹿羅駱駝裡裏裡後邊裏樹葉飛機車輛艘氣燈籠農員師廚偵鏡頭遠慢漸轉圈圓紅藍綠黃雲陰晴霧黎傍晚間場臺灘邊廳臥樓鬧蘋國畫風筆墨攝動靜兩隻個條匹頭們這種過進遊泳滾彈跳躍墜長變單黑貝葵蘆薈禮蝸螞蟻鷹鸚鵡鴞鷗蘭蜂機輪",
    "猫鸟鱼马龙龟鲸鲨鹅鸭鸡猪狲狮虎鹿罗骆驼里里里后边里树叶飞机车辆艘气灯笼农员师厨侦镜头远慢渐转圈圆红蓝绿黄云阴晴雾黎傍晚间场台滩边厅卧楼闹苹国画风笔墨摄动静两只个条匹头们这种过进游泳滚弹跳跃坠长变单黑贝葵芦荟礼蜗蚂蚁鹰鹦鹉鸮鸥兰蜂机轮",
)
_ARABIC_MARKS = re.compile("[\u064b-\u0652\u0670\u0640]")
_ARABIC_LETTERS = str.maketrans("أإآىةؤئ", "ااايهوي")
_ARABIC_GLUED = ("وال", "بال", "فال", "كال", "لل", "و", "ب", "ل", "ف", "ك")
_STEMS: dict[str, tuple[str, ...]] = {
    "de": ("en", "er", "es", "em", "e", "n", "s"),
    "es": ("as", "os", "es", "a", "o", "s"),
    "pt": ("as", "os", "es", "a", "o", "s"),
    "it": ("i", "e", "a", "o"),
    "fr": ("es", "s", "x", "e"),
    "nl": ("en", "s", "e"),
    "sv": ("arna", "en", "et", "ar", "er", "n", "t"),
    "ru": ("ами", "ями", "ого", "ему", "ому", "ыми", "ими", "ах", "ях", "ов", "ев", "ем", "ом", "ам", "ям", "ою",
           "ую", "юю", "ая", "яя", "ое", "ее", "ые", "ие",
           "ыи", "ии", "ои", "еи", "а", "я", "о", "е", "ы", "и", "у", "ю", "ь"),
    "pl": ("ami", "ach", "ego", "emu", "iem", "em", "ie", "ow", "om", "a", "e", "y", "i", "u"),
}  # fmt: skip
_STEMS["uk"] = (*_STEMS["ru"], "і", "ї", "ів")
CAMERA_WORDS = ("camera_word", "camera_pan", "camera_tilt", "camera_zoom", "camera_push", "camera_pull")


class Sense(NamedTuple):
    """What a phrase can mean: a section of the phrasebook and a key in it (`settings`, `meadow`)."""

    section: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Token:
    """One word or character of a text, folded, with what stood around it."""

    text: str
    raw: str
    clause: int
    """Counts up at every mark of punctuation."""
    begins: bool
    """Whether a space, a mark or the text's beginning stands before it."""
    emoji: bool = False


@dataclass(frozen=True, kw_only=True)
class Match:
    """Tokens `start` to `end` (exclusive), and every sense that they have."""

    start: int
    end: int
    senses: tuple[Sense, ...]

    def key(self, section: str) -> str | None:
        """The key in `section` if this phrase can mean it."""
        return next((sense.key for sense in self.senses if sense.section == section), None)

    def has(self, *sections: str) -> bool:
        return any(sense.section in sections for sense in self.senses)


@dataclass(slots=True)
class _Node:
    exact: dict[str, _Node] = field(default_factory=dict)
    prefixes: dict[str, _Node] = field(default_factory=dict)
    senses: list[Sense] = field(default_factory=list)


def fold(word: str, language: str) -> str:
    """Lower case, one form of each letter, accents dropped where a script has them as ornaments."""
    word = word.lower()
    if language == "ar":
        return _ARABIC_MARKS.sub("", word).translate(_ARABIC_LETTERS)
    if language in ("zh", "ja", "ko", "th"):
        return word.translate(_TRADITIONAL) if language == "zh" else word
    plain = unicodedata.normalize("NFD", word.replace("ß", "ss").replace("œ", "oe").replace("æ", "ae"))
    return unicodedata.normalize("NFC", "".join(c for c in plain if unicodedata.category(c) != "Mn"))


def tokenise(text: str, language: str) -> list[Token]:
    """Cuts a text into folded tokens; control characters and symbols vanish, punctuation begins a new clause."""
    text = unicodedata.normalize("NFKC", text) if language != "th" else text
    if language == "fr" or language == "it":
        text = _ELISION.sub(r"\1 ", text)
    text = re.sub(r"(?<=\w)['\u2019](?=\w)", "", text)
    tokens: list[Token] = []
    clause, reached = 0, -1
    for found in _TOKEN.finditer(text):
        between = text[max(reached, 0) : found.start()]
        if _BREAK.search(between):
            clause += 1
        raw = found.group()
        emoji = found.group("emoji") is not None
        folded = _hexcode(raw) if emoji else fold(raw, language)
        tokens.append(Token(text=folded, raw=raw, clause=clause, begins=found.start() != reached, emoji=emoji))
        reached = found.end()
    return tokens


def _hexcode(emoji: str) -> str:
    return "-".join(f"{ord(c):x}" for c in emoji if c != "\ufe0f" and not "\U0001f3fb" <= c <= "\U0001f3ff")


class Phrasebook:
    """All the phrases of one language, found by longest match."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._root = _Node()
        self._stem_root = _Node()
        for phrase, sense in _phrases(language):
            self._add(phrase, sense)

    def matches(self, tokens: list[Token]) -> list[Match]:
        """The phrases of a text from left to right, the longest first where several begin; they do not overlap."""
        found: list[Match] = []
        index = 0
        while index < len(tokens):
            match = self.match(tokens, index)
            if match is not None:
                found.append(match)
            index = match.end if match else index + 1
        return found

    def match(self, tokens: list[Token], index: int) -> Match | None:
        """The longest phrase that begins at `index`; spelled exactly if it can be, else with another ending."""
        if tokens[index].emoji:
            senses = _picture(tokens[index].text)
            return Match(start=index, end=index + 1, senses=senses) if senses else None
        best: tuple[int, list[Sense]] = (index, [])
        for end, senses in self._walk(self._root, tokens, index, index):
            if end > best[0] and self._allowed(tokens, index, end, senses):
                best = (end, senses)
        return Match(start=index, end=best[0], senses=tuple(dict.fromkeys(best[1]))) if best[1] else None

    def _walk(self, node: _Node, tokens: list[Token], start: int, index: int) -> Iterator[tuple[int, list[Sense]]]:
        if node.senses:
            yield index, node.senses
        if index == len(tokens) or tokens[index].emoji or tokens[index].clause != tokens[start].clause:
            return
        word = tokens[index].text
        for form in _forms(word, self.language):
            if (child := node.exact.get(form)) is not None:
                yield from self._walk(child, tokens, start, index + 1)
        for stem in _stems(word, self.language):
            if (child := node.exact.get("~" + stem)) is not None:
                yield from self._walk(child, tokens, start, index + 1)
        if node.prefixes:
            for length in range(len(word), 1, -1):
                if (child := node.prefixes.get(word[:length])) is not None:
                    yield from self._walk(child, tokens, start, index + 1)
                    break

    def _allowed(self, tokens: list[Token], start: int, end: int, senses: list[Sense]) -> bool:
        """Korean writes particles onto its words: a phrase begins where a word does, a short one ends there too."""
        if self.language != "ko":
            return True
        return tokens[start].begins or any(sense.section in ("relation_post", "negation_post") for sense in senses)

    def _add(self, phrase: str, sense: Sense) -> None:
        tokens = tokenise(phrase.replace("*", "\u2606"), self.language) if "*" not in phrase else None
        parts = [token.text for token in tokens] if tokens is not None else _starred(phrase, self.language)
        if not parts:
            return
        node = self._root
        stems = node
        for part in parts:
            if part.endswith("*"):
                node = node.prefixes.setdefault(part[:-1], _Node())
                stems = node
                continue
            key = _unarticled(part) if self.language == "ar" else part
            stem = part if self.language == "en" else _stems(part, self.language)[0]
            known = node
            node = known.exact.setdefault(key, _Node())
            stems = known.exact.setdefault("~" + stem, _Node()) if stem != part or len(part) > 3 else node
        if sense not in node.senses:
            node.senses.append(sense)
        if stems is not node and not stems.senses:
            stems.senses.append(sense)


def _starred(phrase: str, language: str) -> list[str]:
    return [fold(word, language) for part in phrase.split() for word in re.findall(r"\w+\*?", part)]


def _forms(word: str, language: str) -> Iterable[str]:
    """A word as it may stand in the book; Arabic writes the article and small prepositions onto it."""
    if language != "ar":
        return (word,)
    forms = [word, _unarticled(word)]
    glued = (prefix for prefix in _ARABIC_GLUED if word.startswith(prefix) and len(word) - len(prefix) >= 3)
    forms += [word[len(prefix) :] for prefix in glued]
    if word.endswith("ا"):
        forms.append(word[:-1])
    return dict.fromkeys(forms)


def _unarticled(word: str) -> str:
    return word[2:] if word.startswith("ال") and len(word) > 4 else word


def _stems(word: str, language: str) -> tuple[str, ...]:
    """The word without its ending, where three letters are left; in English, what it may be the plural of."""
    if language == "en":
        plurals = (("s", ""), ("es", ""), ("ies", "y"))
        return (word, *(word[: -len(end)] + new for end, new in plurals if word.endswith(end) and len(word) > 3))
    for ending in _STEMS.get(language, ()):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return (word[: -len(ending)],)
    return (word,)


def _picture(hexcode: str) -> tuple[Sense, ...]:
    """What an emoji says, by its code, or by its code without gender or company."""
    table = names()
    for code in (hexcode, re.sub("-200d-264[02]$", "", hexcode), hexcode.split("-200d-")[0]):
        senses = [Sense("subjects", table.pictures[code])] if code in table.pictures else []
        if not senses and code in table.stand_ins:
            senses.append(Sense("stand_ins", table.stand_ins[code]))
        for fact in table.facts.get(code, ()):
            section, key = fact.split()
            senses.append(Sense("directions" if section == "move" else section, key))
        if senses:
            return tuple(senses)
    return ()


@cache
def phrases() -> dict[str, dict[str, Any]]:
    """`data/phrases.json`: by language and section, phrases separated by semicolons."""
    loaded: dict[str, dict[str, Any]] = json.loads(
        files("tianmu.world").joinpath("data/phrases.json").read_text("utf-8")
    )
    return loaded


def _phrases(language: str) -> Iterator[tuple[str, Sense]]:
    if language in LANGUAGES:
        yield from _grammar(wordings("zh" if language == "zh" else "en"))
    for section, node in phrases().get(language, {}).items():
        for key, listed in node.items() if isinstance(node, dict) else [("", node)]:
            name, key = ("directions", section) if section in ("left", "right") else (section, key)
            for phrase in listed.split(";"):
                yield phrase.strip(), Sense(name, key)
    table = names()
    for code, label in table.labels.get(language, {}).items():
        if code in table.pictures:
            yield label, Sense("subjects", table.pictures[code])
        else:
            yield label, Sense("stand_ins", table.stand_ins[code])
    if language == "en":
        for subject in cast().values():
            yield subject.en, Sense("subjects", subject.key)


def _grammar(lexicon: Any) -> Iterator[tuple[str, Sense]]:
    """Everything that captions say, as phrases to be read."""
    for section in ("subjects", "settings", "times", "weathers", "cameras", "looks", "framings"):
        for key, listed in lexicon[section].items():
            for phrase in listed:
                yield phrase, Sense(section, key)
    for key, listed in lexicon["actions"].items():
        for phrase in listed:
            for form in phrase.split("|"):
                yield form, Sense("actions", key)
    for section in ("moves", "faces"):
        for key, listed in lexicon[section].items():
            for phrase in listed:
                yield phrase, Sense("directions", key)
    for phrase in lexicon["nobody"]:
        yield phrase, Sense("nobody", "")
    swapped = {"left_of": "right_of", "behind": "before", "follows": "led", "meets": "meets"}
    for key, listed in lexicon["relations"].items():
        for phrase in listed:
            first = re.fullmatch(r"\{(\w)\}(.*)\{(\w)\}(.*)", phrase)
            assert first is not None, phrase
            meant = key if first[1] == "a" else swapped[key]
            between, after = first[2].strip(), first[4].strip()
            if not after:
                yield between, Sense("relation_in", meant)
            elif between in ("and", "和", "与", "在", "位于"):
                yield after, Sense("relation_post", meant)


@cache
def phrasebook(language: str) -> Phrasebook:
    """The phrasebook of a language, built on first use (some 30 ms)."""
    return Phrasebook(language)


_SCRIPTS = (("ja", "\u3040-\u30ff"), ("ko", "\uac00-\ud7af\u1100-\u11ff"), ("th", "\u0e00-\u0e7f"),
            ("ar", "\u0600-\u06ff"), ("ru", "\u0400-\u04ff"), ("zh", "\u3400-\u9fff"))  # fmt: skip
_LATIN = ("en", "es", "fr", "de", "pt", "it", "nl", "pl", "sv")
_SMALL_WORDS = {
    "it": "il lo la i gli le un una uno di del della e in nel nella su sul sulla con per che al alla da dal non che",
    "nl": "de het een en in op van met over door naar bij aan van een",
    "pl": "w na i z ze do po przez nad pod nie jest się jak pod",
    "sv": "en ett och i på av med över genom till vid som den det",
}
_TELLTALES = (("de", "äöüß"), ("es", "ñ¿¡"), ("fr", "çœèêâûîë"), ("pt", "ãõ"), ("pl", "łśżźąę"), ("sv", "å"))


def detect(text: str) -> str:
    """The language of a text: by its script, and among Latin ones by small words and phrases it knows."""
    counts = {language: len(re.findall(f"[{block}]", text)) for language, block in _SCRIPTS}
    if counts["ja"]:
        return "ja"
    latin = len(re.findall(r"[^\W\d_]", text)) - sum(counts.values())
    language, most = max(counts.items(), key=lambda item: item[1])
    if most and most * (3 if language == "zh" else 1) >= latin:
        return language
    spoken = re.findall(r"[^\W\d_]+", _ELISION.sub(r"\1 ", text.lower()))
    scores = {name: float(sum(word in small_words(name) for word in spoken)) for name in _LATIN}
    for name, letters in _TELLTALES:
        scores[name] += 1.5 * sum(letter in text.lower() for letter in letters)
    best = max(scores.values())
    close = [name for name in _LATIN if scores[name] >= best - 1]
    if len(close) > 1:
        for name in close:
            scores[name] += 1.5 * _understood(text, name)
    return max(_LATIN, key=lambda name: (scores[name], name == "en"))


def _understood(text: str, language: str) -> int:
    tokens = tokenise(text, language)
    return sum(match.end - match.start for match in phrasebook(language).matches(tokens) if not match.has("stop"))


@cache
def small_words(language: str) -> frozenset[str]:
    """Articles, prepositions and the like, which mean nothing here and tell languages apart."""
    stop: str = phrases().get(language, {}).get("stop", "")
    return frozenset(word.strip() for word in stop.split(";")) | frozenset(_SMALL_WORDS.get(language, "").split())
