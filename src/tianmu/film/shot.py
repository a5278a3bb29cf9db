"""What is wanted of one shot, before any engine is chosen: words, length, frame."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from tianmu.core.errors import InputError
from tianmu.core.text import say

Aspect = Literal["16:9", "9:16", "1:1", "4:3", "2.39:1"]
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)

LONGEST_PROMPT = 10_000
SMALLEST_SIDE, LARGEST_SIDE = 16, 4096


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

    size: tuple[int, int] | None = None
    """Width and height in pixels; it wins over `aspect`."""

    fps: Fraction | None = None

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
        if self.size is not None:
            _check_size(*self.size)


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
