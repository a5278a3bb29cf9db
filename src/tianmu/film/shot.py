"""What is wanted of one shot, before any engine is chosen: words, length, frame; and, in a film, why it is so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import log
from typing import ClassVar, Literal, get_args

from tianmu.core.errors import InputError
from tianmu.core.text import say

Aspect = Literal["16:9", "9:16", "1:1", "4:5", "4:3", "2.39:1"]
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)

ShotSize = Literal["extreme_wide", "wide", "medium_wide", "medium", "medium_close", "close", "extreme_close"]
SHOT_SIZES: tuple[ShotSize, ...] = get_args(ShotSize)
Angle = Literal["eye", "low", "high", "overhead", "over_shoulder"]
Move = Literal["static", "pan_left", "pan_right", "tilt_up", "tilt_down", "push_in", "pull_out"]
Setup = Literal["establishing", "master", "two_shot", "over_shoulder", "single", "reaction", "insert", "action"]
"""What a shot is for in the coverage of its scene."""

LONGEST_PROMPT = 10_000
SMALLEST_SIDE, LARGEST_SIDE = 16, 4096


@dataclass(frozen=True, kw_only=True)
class Performer:
    """Who is seen, and what they do."""

    asset: str
    """The id of the character."""
    action: str = "stands"
    """One of the world's actions (`world/scene.py::ACTIONS`), which other engines read as a plain English verb."""
    direction: Literal["left", "right"] = "right"
    """Which way they look or go on the screen."""


@dataclass(frozen=True, kw_only=True)
class SpokenLine:
    """A line that is spoken while the shot runs."""

    character: str
    asset: str | None = None
    text: str
    parenthetical: str = ""
    starts: Fraction = Fraction(0)
    """Seconds after the shot begins."""
    seconds: Fraction
    on_screen: bool = True


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why something was chosen, in both languages."""

    choice: str
    """What was chosen: `size`, `move`, `seconds`, ..."""
    en: str
    zh: str


@dataclass(frozen=True, kw_only=True)
class Shot:
    """What is wanted: frozen, and the same whichever engine makes it.

    What is left None is the engine's to choose: its own frame rate, and its own size for the aspect.
    """

    prompt: str
    """The words as they were typed, in any language."""

    negative_prompt: str = ""
    """What should not be seen."""

    seconds: Fraction = Fraction(4)
    aspect: Aspect = "16:9"

    pixels: tuple[int, int] | None = None
    """Width and height of a frame; it wins over `aspect`."""

    fps: Fraction | None = None

    slate: str = ""
    """The shot's name in its film, scene number and letter: `3B`. Alone, a shot needs none."""

    scene: str = ""
    """The number of the scene it is of."""

    setup: Setup = "action"
    size: ShotSize = "medium"
    angle: Angle = "eye"
    move: Move = "static"

    performers: tuple[Performer, ...] = ()
    set: str | None = None
    """The id of the set it plays on."""
    props: tuple[str, ...] = ()
    """Ids of props that it shows."""
    style: str | None = None
    """The id of a style."""
    time: str = ""
    """Of day: one of the world's times (`world/scene.py::TIMES`)."""
    weather: str = ""

    action: str = ""
    """The words of the script that it shows."""
    lines: tuple[SpokenLine, ...] = ()
    overcrank: Fraction = Fraction(1)
    """Frames recorded for each frame played: 3/2 plays at two thirds of the speed."""
    seed: int = 0
    """Of its first take; shots on one set share it, so that the set stays the same."""
    assets: tuple[tuple[str, int], ...] = ()
    """Every asset that it shows, with the version in use: when one changes, so does the shot."""
    reasons: tuple[Reason, ...] = ()

    def __post_init__(self) -> None:
        check_prompt(self.prompt)
        if len(self.negative_prompt) > LONGEST_PROMPT:
            check_prompt(self.negative_prompt)
        if self.aspect not in ASPECTS:
            raise InputError(
                say(
                    f"An aspect is one of {', '.join(ASPECTS)}, and {self.aspect!r} is not.",
                    f"画幅应为 {'、'.join(ASPECTS)} 之一，而 {self.aspect!r} 不是。",
                )
            )
        if self.pixels is not None:
            _check_size(*self.pixels)


def aspect_of(width: int, height: int) -> Aspect:
    """The aspect that is nearest to a frame in pixels: engines draw in steps of some pixels, and so near to it."""

    def distance(aspect: Aspect) -> float:
        across, _, up = aspect.partition(":")
        return abs(log(width / height * float(up) / float(across)))

    return min(ASPECTS, key=distance)


def check_prompt(prompt: str) -> None:
    """Refuse a prompt that says nothing, or that is longer than any engine reads.

    Raises:
        InputError: the prompt is empty or invisible, is no valid text, or has more than 10,000 characters.
    """
    try:
        prompt.encode()
    except UnicodeEncodeError:
        raise InputError(
            say(
                "The prompt holds bytes that are no text; write it in UTF-8.",
                "提示词中有不是文字的字节；请使用 UTF-8。",
            )
        ) from None
    if not prompt.strip() or not any(character.isprintable() and not character.isspace() for character in prompt):
        raise InputError(
            say(
                'The prompt is empty; write what the shot shows, such as "a red fox walks across a snowfield".',
                "提示词是空的；请写出镜头里有什么，例如“一只红狐走过雪原”。",
            )
        )
    if len(prompt) > LONGEST_PROMPT:
        raise InputError(
            say(
                f"A prompt has at most {LONGEST_PROMPT} characters, and this one has {len(prompt)}; shorten it.",
                f"提示词最多 {LONGEST_PROMPT} 个字符，而这条有 {len(prompt)} 个；请缩短。",
            )
        )


def parse_size(text: str) -> tuple[int, int]:
    """Read a size such as `1280x720` as (width, height) in pixels.

    Raises:
        InputError: it is not two whole numbers, or a side is outside 16 to 4096.
    """
    match = re.fullmatch(r"([0-9]{1,6})[xX×*]([0-9]{1,6})", text.strip())
    if match is None:
        raise InputError(
            say(
                f"A size is WIDTHxHEIGHT in pixels, such as 1280x720, and {text[:40]!r} is not.",
                f"尺寸应写作 宽x高（像素），例如 1280x720，而 {text[:40]!r} 不是。",
            )
        )
    width, height = int(match[1]), int(match[2])
    _check_size(width, height)
    return width, height


def _check_size(width: int, height: int) -> None:
    if not (SMALLEST_SIDE <= width <= LARGEST_SIDE and SMALLEST_SIDE <= height <= LARGEST_SIDE):
        raise InputError(
            say(
                f"Each side of a frame has {SMALLEST_SIDE} to {LARGEST_SIDE} pixels, and {width}x{height} does not.",
                f"画面每边应为 {SMALLEST_SIDE} 到 {LARGEST_SIDE} 像素，而 {width}x{height} 不是。",
            )
        )


@dataclass(frozen=True, kw_only=True)
class ShotList:
    """The shots of a film, in the order of the screenplay."""

    SCHEMA: ClassVar[str] = "tianmu.shots.1"

    shots: tuple[Shot, ...] = ()
    planner: str = "rules"
    """What planned them: `rules`, or the name of a language model."""
    notes: tuple[str, ...] = ()
    """What a person should know of the plan, such as that a language model failed and the rules took over."""

    @property
    def seconds(self) -> Fraction:
        """How long they run together, without titles."""
        return sum((shot.seconds for shot in self.shots), Fraction(0))
