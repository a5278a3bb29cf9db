"""Words as a reader sees them, whatever they are written with: views of a text, each letter with its place in it.

A view undoes, in this order: full width, accents, zero-width letters and case; letters of other scripts that look
Latin; traditional characters; signs between the letters of a word; letters held down; digits and signs that stand for
letters; stars that hide letters; pinyin. Guesses are made only where they lead to a word that the lexicons know, so
that `4k` stays `4k`. A plain text has one view: itself in small letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff"
"""Chinese characters, for a class of a regular expression."""

_LATIN = dict(
    zip(
        "авесһіјкморѕтухԁԛԝьαβεικνορτυχωϲ",
        "abechijkmopstyxdqwbabeiknoptuxwc",
        strict=True,
    )
)
"""Small letters of Cyrillic and Greek that look like Latin ones (Unicode's confusables, chosen by eye)."""
_SIMPLE = dict(
    zip(
        "殺愛強姦製毒氣種戰槍彈藥體斷屍頭顱擊劍兇歐兒嬰屆虐綁憑裝偽證錄視頻腦漿術麼這樣結盡輕業葉華藝黃脫褲內臟開膚傷殘國賤豬滅鄰學師長總統選舉軍隊審詐騙號員眾擄網紅臉換遺囑喪懸樓橋燒顆對誰來為與從後發殭導訊爆碼測壓練",
        "杀爱强奸制毒气种战枪弹药体断尸头颅击剑凶欧儿婴届虐绑凭装伪证录视频脑浆术么这样结尽轻业叶华艺黄脱裤内脏开肤伤残国贱猪灭邻学师长总统选举军队审诈骗号员众掳网红脸换遗嘱丧悬楼桥烧颗对谁来为与从后发僵导讯爆码测压练",
        strict=True,
    )
)
"""Traditional characters to simplified ones, for the words of the lexicons."""
_LEET = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "!": "i", "|": "il"}
_BETWEEN_HAN = re.compile(rf"(?<=[{HAN}])[\s.*_\-·|/~+•]+(?=[{HAN}])")
_SPELT = re.compile(r"(?<![\w@$!])(?:[a-z0-9@$!][\s.\-_*·]{1,3}){2,}[a-z0-9@$](?![\w@$])")
_HELD = re.compile(r"([a-z])\1{2,}")
_TOKEN = re.compile(r"[a-z0-9@$!|*#]+")
_LONGEST_LEET = 24


@dataclass(frozen=True, kw_only=True)
class View:
    """One way to read a text."""

    text: str
    origins: tuple[int, ...]
    """Of each letter, its place in the text as it was written."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where letters `start` to `end` of the view stand in the text."""
        return self.origins[start], self.origins[end - 1] + 1

    def swap(self, start: int, end: int, text: str) -> View:
        """The view with other letters from `start` to `end`."""
        width = end - start
        places = [self.origins[start + min(i * width // max(len(text), 1), width - 1)] for i in range(len(text))]
        if places:
            places[-1] = self.origins[end - 1]
        return View(
            text=self.text[:start] + text + self.text[end:],
            origins=(*self.origins[:start], *places, *self.origins[end:]),
        )


def read_views(
    text: str, vocabulary: Collection[str] = (), pinyin: Mapping[str, str] | None = None
) -> tuple[View, ...]:
    """The ways in which a text can be read; the plainest first."""
    view = _spelt(_closed(_plain(text)), vocabulary)
    views = [_held(view, 2)]
    if _HELD.search(view.text):
        views.append(_held(view, 1))
    read = [_read_pinyin(_guessed(one, vocabulary), pinyin or {}) for one in views]
    return tuple({one.text: one for one in read}.values())


def is_chinese(text: str) -> bool:
    """Whether a text has Chinese characters."""
    return re.search(f"[{HAN}]", text) is not None


def _plain(text: str) -> View:
    """Small letters without width, accents and what cannot be seen."""
    letters: list[str] = []
    origins: list[int] = []
    for place, written in enumerate(text):
        for letter in unicodedata.normalize("NFKD", written).casefold():
            if unicodedata.category(letter) in ("Cf", "Mn", "Me"):
                continue
            letter = _LATIN.get(letter, _SIMPLE.get(letter, letter))
            letters.append("'" if letter in "’‘`" else " " if letter.isspace() or letter in "‐‑–—" else letter)
            origins.append(place)
    return View(text="".join(letters), origins=tuple(origins))


def _closed(view: View) -> View:
    """Nothing between Chinese characters that only keeps them apart."""
    for match in reversed(list(_BETWEEN_HAN.finditer(view.text))):
        view = view.swap(match.start(), match.end(), "")
    return view


def _spelt(view: View, vocabulary: Collection[str]) -> View:
    """`k i l l` and `k.i.l.l` closed up; two spaces, or a word that the lexicons know, end a word."""
    for match in reversed(list(_SPELT.finditer(view.text))):
        start, end = match.span()
        for gap in reversed(list(re.finditer(r"[\s.\-_*·]+", match[0]))):
            wide = gap.end() - gap.start() > 1 and gap[0].isspace()
            view = view.swap(start + gap.start(), start + gap.end(), " " if wide else "")
            end -= gap.end() - gap.start() - wide
        if (words := _words_in(view.text[start:end], vocabulary)) is not None:
            for cut in reversed(words):
                view = view.swap(start + cut - 1, start + cut, view.text[start + cut - 1] + " ")
    return view


def _words_in(run: str, vocabulary: Collection[str]) -> list[int] | None:
    """Where a run of letters falls into words of the vocabulary; None where it is one, or does not."""
    if run in vocabulary or not run.isalpha():
        return None
    best: dict[int, list[int]] = {0: []}
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - 16), end):
            piece = run[start:end]
            if (
                start in best
                and end not in best
                and (piece in vocabulary or piece in ("a", "the", "his", "her", "all"))
            ):
                best[end] = [*best[start], end]
    cuts = best.get(len(run))
    return cuts[:-1] if cuts else None


def _held(view: View, keep: int) -> View:
    """`kiiill` with no letter more than `keep` times in a row, where it was there three times."""
    for match in reversed(list(_HELD.finditer(view.text))):
        view = view.swap(match.start(), match.end(), match[1] * keep)
    return view


def _guessed(view: View, vocabulary: Collection[str]) -> View:
    """Digits, signs and stars in a word as the letters that they stand for, where that makes a word."""
    for match in reversed(list(_TOKEN.finditer(view.text))):
        token = match[0].rstrip("!|#")
        if len(token) < 3 or token.isalpha() or token.isdigit() or len(token) > _LONGEST_LEET:
            continue
        word = _unmask(token, vocabulary) if set(token) & set("*#") else _unleet(token, vocabulary)
        if word is not None:
            view = view.swap(match.start(), match.start() + len(token), word)
    return view


def _unleet(token: str, vocabulary: Collection[str]) -> str | None:
    choices = [_LEET.get(letter, letter) for letter in token]
    if sum(len(choice) > 1 for choice in choices) > 4:
        return None
    words = ("".join(letters) for letters in product(*choices))
    return next((word for word in words if word in vocabulary), None)


def _unmask(token: str, vocabulary: Collection[str]) -> str | None:
    """`k*ll` as the one word that it hides; two letters at least must show."""
    if sum(letter.isalpha() for letter in token) < 2 or not token[0].isalpha():
        return None
    pattern = re.compile("".join("." if letter in "*#" else re.escape(letter) for letter in token))
    return next((word for word in sorted(vocabulary) if len(word) == len(token) and pattern.fullmatch(word)), None)


def _read_pinyin(view: View, pinyin: Mapping[str, str]) -> View:
    """Pinyin as characters: whole syllables anywhere, bare initials only beside a Chinese character."""
    for latin, characters in pinyin.items():
        if latin[0] not in view.text:
            continue
        if " " in latin:
            pattern = rf"(?<![a-z]){latin.replace(' ', '[ -]?')}(?![a-z])"
        else:
            pattern = rf"(?<=[{HAN}])\s?{latin}(?![a-z])|(?<![a-z]){latin}\s?(?=[{HAN}])"
        for match in reversed(list(re.finditer(pattern, view.text))):
            view = view.swap(match.start(), match.end(), characters)
    return view
