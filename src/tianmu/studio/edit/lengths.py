"""How long things want to be: titles so that they can be read, dissolves so that the handles suffice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from tianmu.film.cut import Clip, Item, TitleLine
from tianmu.film.time import count_frames
from tianmu.media.titles import Words, credits_seconds
from tianmu.studio.edit.checks import source_frame

_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_LETTERS_A_SECOND, _HAN_A_SECOND = 14, 6
"""Slower than subtitles, because nobody expects a card."""


def title_frames(
    lines: Sequence[TitleLine], style: Literal["card", "lower_third", "credits"], fps: Fraction, width: int, height: int
) -> int:
    """How many frames a title takes to be read: two seconds at least, and for credits a calm roll.

    Raises:
        InputError: credits have no words.
    """
    if style == "credits":
        words = [Words(text=line.text, role=line.role) for line in lines]
        return count_frames(credits_seconds(words, width, height), fps)
    text = " ".join(line.text for line in lines)
    han = len(_HAN.findall(text))
    seconds = 1 + Fraction(han, _HAN_A_SECOND) + Fraction(len(text) - han, _LETTERS_A_SECOND)
    return count_frames(max(Fraction(2), min(Fraction(12), seconds)), fps)


def longest_dissolve(before: Item, after: Item) -> int:
    """How many frames a dissolve between two items may have at most, by their handles and half of their lengths."""
    length = 0
    while length < min(before.num_frames, after.num_frames) and _has_handles(before, after, length + 1):
        length += 1
    return length


def _has_handles(before: Item, after: Item, length: int) -> bool:
    beyond = length // 2
    shown = [(before, before.num_frames - 1 + beyond), (after, beyond - length)]
    return all(0 <= source_frame(item, at) < item.available for item, at in shown if isinstance(item, Clip))
