"""The voices that there are, and who gets which: one a character, by what the script says of them.

The engine has five voices. Blends of two speak as well as either, and a voice that is played a little faster or
slower sounds smaller or larger; so there are more.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from tianmu.core.errors import InputError
from tianmu.core.text import listed, say
from tianmu.film.asset import Asset

Gender = Literal["female", "male", "neutral"]
Age = Literal["child", "adult", "old"]


@dataclass(frozen=True, kw_only=True)
class VoiceFacts:
    """A voice: what it is made of, and whom it suits."""

    name: str
    gender: Gender
    age: Age
    blend: tuple[tuple[str, float], ...]
    """Voices of the engine and their weights, which add up to 1."""
    pitch: Fraction = Fraction(1)
    """How much higher it sounds than it was taught; formants go along."""
    rate: Fraction = Fraction(1)
    en: str
    zh: str


def _voice(name: str, gender: Gender, age: Age, blend: str, pitch: str, rate: str, en: str, zh: str) -> VoiceFacts:
    parts = tuple((part.split(":")[0], float(part.split(":")[1])) for part in blend.split())
    return VoiceFacts(
        name=name, gender=gender, age=age, blend=parts, pitch=Fraction(pitch), rate=Fraction(rate), en=en, zh=zh
    )


ROSTER: tuple[VoiceFacts, ...] = (
    _voice("alpha", "female", "adult", "f_alpha:1", "1", "1", "a clear woman's voice", "清亮的女声"),
    _voice("kumo", "male", "adult", "m_kumo:1", "1", "1", "a calm man's voice", "沉稳的男声"),
    _voice("gongitsune", "female", "adult", "f_gongitsune:1", "1", "1", "a warm woman's voice", "温暖的女声"),
    _voice("kumo-deep", "male", "adult", "m_kumo:1", "9/10", "1", "a deep man's voice", "低沉的男声"),
    _voice("nezumi", "female", "adult", "f_nezumi:1", "1", "1", "a quick woman's voice", "利落的女声"),
    _voice(
        "kumo-bright", "male", "adult", "m_kumo:0.75 f_nezumi:0.25", "15/16", "1", "a young man's voice", "年轻男声"
    ),
    _voice("tebukuro", "female", "adult", "f_tebukuro:1", "1", "1", "a soft woman's voice", "柔和的女声"),
    _voice("pip", "neutral", "child", "f_nezumi:0.6 f_alpha:0.4", "9/8", "1", "a child's voice", "童声"),
    _voice("sprout", "neutral", "child", "m_kumo:0.4 f_gongitsune:0.6", "10/9", "1", "a boy's voice", "男孩的声音"),
    _voice("moss", "male", "old", "m_kumo:0.8 f_tebukuro:0.2", "8/9", "9/10", "an old man's voice", "老年男声"),
    _voice("heron", "female", "old", "f_tebukuro:0.6 f_alpha:0.4", "8/9", "9/10", "an old woman's voice", "老年女声"),
    _voice("birch", "female", "adult", "f_alpha:0.5 f_tebukuro:0.5", "15/16", "1", "a low woman's voice", "低沉的女声"),
    _voice("slate", "male", "adult", "m_kumo:0.7 f_gongitsune:0.3", "9/10", "1", "a dry man's voice", "干练的男声"),
    _voice("wren", "female", "adult", "f_gongitsune:0.5 f_nezumi:0.5", "1", "1", "a light woman's voice", "轻快的女声"),
)
"""In the order in which they are given away."""

_CHILD = re.compile(
    r"\b(?:child|kid|boy|girl|baby|toddler|young|pup|puppy|kitten|cub|chick|duckling|son|daughter|"
    r"(?:[4-9]|1[0-4])[- ]years?[- ]old)\b|孩子|小孩|男孩|女孩|儿童|幼|宝宝|小朋友|小学生|娃",
    re.IGNORECASE,
)
_OLD = re.compile(
    r"\b(?:old|elderly|aged|ancient|grey-haired|gray-haired|grandmother|grandma|granny|grandfather|grandpa|weathered|"
    r"(?:6\d|7\d|8\d|9\d)[- ]years?[- ]old|sixties|seventies|eighties)\b|老人|老汉|老头|老太|老妇|奶奶|爷爷|外婆|外公|"
    r"婆婆|年迈|白发|老周|老伯|大爷|[六七八九]十[一二三四五六七八九多几]*岁",
    re.IGNORECASE,
)
_FEMALE = re.compile(
    r"\b(?:woman|girl|lady|she|her|mother|mom|mum|grandmother|grandma|granny|sister|daughter|wife|aunt|queen|princess|"
    r"actress|witch|vixen|hen|female)\b|女|她|母亲|妈|奶奶|外婆|姐|妹|妻|阿姨|婆|姑娘|公主",
    re.IGNORECASE,
)
_MALE = re.compile(
    r"\b(?:man|boy|gentleman|he|him|his|father|dad|grandfather|grandpa|brother|son|husband|uncle|king|prince|male|"
    r"rooster|sir)\b|男|他|父亲|爸|爷|外公|哥|弟|丈夫|叔|伯|大爷|老头|老汉|国王|王子",
    re.IGNORECASE,
)


def voice_named(name: str) -> VoiceFacts:
    """A voice of the roster.

    Raises:
        InputError: there is none of that name; the sentence lists those that there are.
    """
    found = next((voice for voice in ROSTER if voice.name == name), None)
    if found is None:
        names = listed([voice.name for voice in ROSTER])
        raise InputError(
            say(
                f"There is no voice called {name[:40]!r}; there are {names}.",
                f"没有名为 {name[:40]!r} 的语音；可选 {names}。",
            )
        )
    return found


def cast_voices(characters: Sequence[Asset], descriptions: Mapping[str, str] | None = None) -> dict[str, str]:
    """A voice for every character, by the asset's id.

    Who has a voice already (`AssetVersion.voice`) keeps it. Others get one that suits what is said of them in their
    descriptions (and in `descriptions`, words of the script by asset id), that nobody has yet where there is one, and
    of several the one that their id chooses: so a new character changes nobody else's voice as long as the script
    names it after them, and the same film is cast the same way every time.
    """
    characters = [asset for asset in characters if asset.kind == "character"]
    chosen = {asset.id: asset.now.voice for asset in characters if asset.now.voice}
    result: dict[str, str] = {}
    for asset in characters:
        voice = chosen.get(asset.id)
        if voice is None:
            words = " ".join(
                (
                    asset.name,
                    *asset.aliases,
                    asset.now.en,
                    asset.now.zh,
                    asset.now.words,
                    (descriptions or {}).get(asset.id, ""),
                )
            )
            voice = _suiting(asset.id, words, {*chosen.values(), *result.values()})
        result[asset.id] = voice
    return result


def traits(words: str) -> tuple[Gender, Age]:
    """What a description says of age and gender; `neutral` and `adult` where it says nothing."""
    female, male = len(_FEMALE.findall(words)), len(_MALE.findall(words))
    gender: Gender = "female" if female > male else "male" if male > female else "neutral"
    age: Age = "old" if _OLD.search(words) else "child" if _CHILD.search(words) else "adult"
    return gender, age


def _suiting(id: str, words: str, taken: set[str | None]) -> str:
    gender, age = traits(words)
    number = int.from_bytes(hashlib.sha256(id.encode()).digest()[:4], "big")

    def rank(voice: VoiceFacts) -> tuple[bool, bool, bool]:
        fits = gender == "neutral" or voice.gender in (gender, "neutral")
        return (not fits, voice.age != age, voice.name in taken)

    # Nobody shares a voice while there is a free one of the same gender, then a free one at all.
    def order(voice: VoiceFacts) -> tuple[bool, int]:
        wrong_gender, wrong_age, used = rank(voice)
        return used, 2 * wrong_gender + wrong_age

    best = min(map(order, ROSTER))
    free = [voice.name for voice in ROSTER if order(voice) == best]
    return free[number % len(free)]
