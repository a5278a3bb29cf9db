"""The words that a board writes under its panels: sizes, angles and moves as a crew calls them, in both languages."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from tianmu.core.settings import Language
from tianmu.core.text import say
from tianmu.film.shot import Angle, Move, Setup, Shot, ShotSize, SpokenLine
from tianmu.film.take import Take

SIZES: dict[ShotSize, tuple[str, str]] = {
    "extreme_wide": ("EWS", "大远景"),
    "wide": ("WS", "全景"),
    "medium_wide": ("MWS", "中全景"),
    "medium": ("MS", "中景"),
    "medium_close": ("MCU", "近景"),
    "close": ("CU", "特写"),
    "extreme_close": ("ECU", "大特写"),
}
ANGLES: dict[Angle, tuple[str, str]] = {
    "eye": ("eye level", "平视"),
    "low": ("low angle", "仰拍"),
    "high": ("high angle", "俯拍"),
    "overhead": ("overhead", "顶拍"),
    "over_shoulder": ("over the shoulder", "过肩"),
}
MOVES: dict[Move, tuple[str, str]] = {
    "static": ("static", "固定"),
    "pan_left": ("pan left", "左摇"),
    "pan_right": ("pan right", "右摇"),
    "tilt_up": ("tilt up", "上摇"),
    "tilt_down": ("tilt down", "下摇"),
    "push_in": ("push in", "推"),
    "pull_out": ("pull out", "拉"),
}
SETUPS: dict[Setup, tuple[str, str]] = {
    "establishing": ("establishing", "定场"),
    "master": ("master", "主镜头"),
    "two_shot": ("two-shot", "双人"),
    "over_shoulder": ("over the shoulder", "过肩"),
    "single": ("single", "单人"),
    "reaction": ("reaction", "反应"),
    "insert": ("insert", "插入"),
    "action": ("action", "动作"),
}

WORLD: dict[str, str] = {
    "walks": "走",
    "runs": "跑",
    "jumps": "跳",
    "bounces": "弹跳",
    "flies": "飞",
    "floats": "漂浮",
    "falls": "落下",
    "rolls": "滚动",
    "spins": "旋转",
    "grows": "变大",
    "turns": "转身",
    "stands": "站立",
    "left": "向左",
    "right": "向右",
    "dawn": "黎明",
    "noon": "正午",
    "sunset": "日落",
    "dusk": "黄昏",
    "night": "夜",
    "clear": "晴",
    "cloudy": "多云",
    "rain": "雨",
    "snow": "雪",
    "fog": "雾",
    "leaves": "落叶",
}
"""The world's actions, directions, times and weathers in Chinese; in English they are words already."""

_EMPHASIS = re.compile(r"(?<!\\)(\*{1,3}|_)(?=\S)(.+?)(?<=\S)(?<!\\)\1", re.DOTALL)


def describe(shot: Shot, language: Language | None = None) -> str:
    """Size, angle and move in one line: `MS, low angle, push in`; eye level and a static camera go without saying."""
    words = [say(*SIZES[shot.size], language=language)]
    if shot.angle != "eye":
        words.append(say(*ANGLES[shot.angle], language=language))
    if shot.move != "static":
        words.append(say(*MOVES[shot.move], language=language))
    return say(", ", "，", language=language).join(words)


def clock(seconds: Fraction) -> str:
    """A running time as minutes and seconds, to the nearest second: `1:14`."""
    whole = int(seconds + Fraction(1, 2))
    return f"{whole // 60}:{whole % 60:02}"


def decimal(seconds: Fraction) -> str:
    """Seconds with at most two decimals and no needless zeros: `4`, `2.5`, `3.33`."""
    return f"{float(round(seconds, 2)):.2f}".rstrip("0").rstrip(".")


def length(seconds: Fraction, language: Language | None = None) -> str:
    """Seconds to the nearest tenth with their unit: `2.5 s`, `2.5 秒`."""
    tenth = decimal(round(seconds, 1))
    return say(f"{tenth} s", f"{tenth} 秒", language=language)


def running_time(count: int, seconds: Fraction, language: Language | None = None, *, aspect: str = "") -> str:
    """How many shots, how long, and in which frame where it is said: `12 shots, 1:14, 9:16`."""
    shots = f"{count} shot" if count == 1 else f"{count} shots"
    facts = [clock(seconds), *([aspect] if aspect else [])]
    return say(", ".join([shots, *facts]), "，".join([f"{count} 个镜头", *facts]), language=language)


def word(key: str, language: Language | None = None) -> str:
    """One of the world's words for a person; any other stays as it is."""
    return say(key, WORLD.get(key, key), language=language)


def take_name(take: Take) -> str:
    """A take as it is called on set, slate and number: `3B/2`."""
    return f"{take.slate}/{take.number}" if take.slate else str(take.number)


def speech(line: SpokenLine, language: Language | None = None) -> str:
    """What follows the speaker's name: how, whether they are unseen, and the words: ` (O.S., softly): Anything?`."""
    off = "" if line.on_screen else say("O.S.", "画外", language=language)
    manner = plain(line.parenthetical).strip("()（） ")
    aside = say(", ", "，", language=language).join(part for part in (off, manner) if part)
    text = plain(line.text).strip()
    return say(
        f" ({aside}): {text}" if aside else f": {text}",
        f"（{aside}）：{text}" if aside else f"：{text}",
        language=language,
    )


def plain(text: str) -> str:
    """Words of the script without Fountain's emphasis marks, and without characters that print nothing."""
    before = None
    while before != text:
        before, text = text, _EMPHASIS.sub(r"\2", text)
    text = re.sub(r"\\([*_\\])", r"\1", text)
    return "".join(
        character
        for character in text.replace("\r\n", "\n").replace("\t", " ")
        if character == "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    ).translate({0xFE0E: None, 0xFE0F: None})
