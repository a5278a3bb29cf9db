"""The visible label: words on the opening that say that a machine made the picture.

    Label(rules, width=..., height=..., fps=..., num_frames=...).apply(index, frame)   films
    label_picture(frame, rules)                                                        stills
    label_page(frame, rules)                                                           sheets, on a strip below
    label_words(rules)                                                                 documents

A small dark plate with round corners stands in the upper left corner of the safe area (SMPTE ST 2046-1); the letters on
it are as high as the rule asks, measured on their ink. It is drawn once; a frame of the opening costs one copy and the
plate's own pixels, a later frame nothing. The same rules and size give the same pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tianmu.core.errors import InputError
from tianmu.core.settings import Language, settings
from tianmu.core.text import say
from tianmu.governance.rules import LabelStyle, Rules, Wording
from tianmu.media.image import Frame
from tianmu.media.letters import FINE, draw_mask
from tianmu.media.titles import SAFE

FADE = Fraction(1, 2)
"""Seconds that the label takes to go, after the rule's seconds are over."""

_DOT = " · "
_INK, _PLATE, _COVER, _RIM = (250, 249, 246), (14, 14, 17), 0.85, 0.16
"""Letters, plate, how much of the picture the plate hides, and how much lighter its edge is."""
_TALLEST = Fraction(3, 10)
"""Of the picture's height, that a plate may take before shorter words are tried."""
_OPAQUE = 256
_HALF = 128
_SMALLEST = 5
"""Pixels to the em: letters below that are no letters."""


class Label:
    """The label of one film, drawn for its size; `apply` lays it on the opening.

    The rule's seconds are counted from frame 0, and one frame more is shown in full, so that no container's rounding of
    time takes any of them away. Then it fades. A film that is shorter shows it throughout.
    """

    def __init__(self, rules: Rules, *, width: int, height: int, fps: Fraction, num_frames: int) -> None:
        """Draw the label.

        Raises:
            InputError: the picture is too small to hold any of the lawful words.
        """
        self.rules, self.width, self.height = rules, width, height
        self._plate = None if rules.label is None else draw_plate(rules.label, width, height)
        seconds = rules.label.seconds if rules.label is not None else Fraction(0)
        self.num_full = min(num_frames, math.ceil(seconds * fps) + 1) if self._plate is not None else 0
        """Frames that show it in full."""
        self.num_labelled = min(num_frames, self.num_full + math.floor(FADE * fps)) if self._plate is not None else 0
        """Frames that show it at all, the fade included."""
        self._num_fading = math.floor(FADE * fps) + 1

    def apply(self, index: int, frame: Frame) -> Frame:
        """Frame number `index` with the label on it: a new picture on the opening, `frame` itself afterwards.

        Raises:
            InputError: the frame is not of the size that the label was drawn for.
        """
        if self._plate is None or index >= self.num_labelled:
            return frame
        if frame.shape != (self.height, self.width, 3) or frame.dtype != np.uint8:
            raise InputError(
                say(
                    f"This label was drawn for frames [{self.height} {self.width} 3] uint8, and one of "
                    f"{list(frame.shape)} {frame.dtype} came.",
                    f"此标识是为 [{self.height} {self.width} 3] uint8 的画面绘制的，"
                    f"而得到了 {list(frame.shape)} {frame.dtype}。",
                )
            )
        gone = max(0, index + 1 - self.num_full)
        return self._plate.on(frame, _OPAQUE * (self._num_fading - gone) // self._num_fading)


def label_picture(frame: Frame, rules: Rules) -> Frame:
    """A still `[h w 3] uint8` with the label in its corner; `frame` itself where the audience has none.

    Raises:
        InputError: the picture is too small to hold any of the lawful words.
    """
    height, width, _ = frame.shape
    return Label(rules, width=width, height=height, fps=Fraction(1), num_frames=1).apply(0, frame)


def label_page(frame: Frame, rules: Rules) -> Frame:
    """A sheet `[h w 3] uint8` with the label on a strip below it, so that nothing on the page is hidden.

    The strip is as high as the label needs for the page that has grown by it, and even; it has the colour of the page's
    last row.

    Raises:
        InputError: the picture is too small to hold any of the lawful words.
    """
    if rules.label is None:
        return frame
    height, width, _ = frame.shape
    strip = 0
    plate = draw_plate(rules.label, width, height)
    while (needed := plate.ink.shape[0] + 2 * max(2, plate.ink.shape[0] // 5)) > strip:
        strip = needed + needed % 2
        plate = draw_plate(rules.label, width, height + strip)
    ground = np.median(frame[-1], axis=0).astype(np.uint8)
    page = np.concatenate([frame, np.broadcast_to(ground, (strip, width, 3))])
    top = height + (strip - plate.ink.shape[0]) // 2
    return Plate(ink=plate.ink, veil=plate.veil, left=plate.left, top=top, wording=plate.wording).on(page, _OPAQUE)


def label_words(rules: Rules, language: Language | None = None) -> str:
    """The label's words for a document, such as the foot of a page; empty where the audience has no label.

    Every language of the audience is in them; `language` (by default the person's own) says which comes first.
    """
    if rules.label is None:
        return ""
    words = dict(zip(rules.label.languages, rules.label.wordings[0], strict=True))
    first = language or settings().language
    return _DOT.join(words[each] for each in sorted(words, key=lambda each: each != first))


@dataclass(frozen=True, kw_only=True, eq=False)
class Plate:
    """A label that is drawn, and where it lies. Laid on a picture: `ink + picture * veil / 256`."""

    ink: NDArray[np.uint16]
    """`[h w 3]`: letters and plate, already multiplied by how much they cover, from 0 to 255."""
    veil: NDArray[np.uint16]
    """`[h w 3]`: what remains of the picture, of 256; the same in all three channels."""
    left: int
    top: int
    wording: Wording
    """Its lines."""

    def on(self, frame: Frame, strength: int) -> Frame:
        """A copy of `frame` with the plate on it; `strength` goes from 0, nothing, to 256."""
        ink, veil = self.ink, self.veil
        if strength < _OPAQUE:
            ink = (ink * np.uint16(strength)) >> 8
            veil = np.uint16(_OPAQUE) - ((np.uint16(_OPAQUE) - veil).astype(np.uint32) * strength >> 8).astype(
                np.uint16
            )
        shown = frame.copy()
        rows, columns = slice(self.top, self.top + ink.shape[0]), slice(self.left, self.left + ink.shape[1])
        laid = np.multiply(frame[rows, columns], veil, dtype=np.uint16)
        laid >>= 8
        laid += ink
        shown[rows, columns] = laid
        return shown


@lru_cache(maxsize=16)
def draw_plate(style: LabelStyle, width: int, height: int) -> Plate:
    """The label for a picture of this size: the fullest words that it has room for.

    Words are tried from the fullest to the shortest, on one line and then on one a phrase, in letters of the height
    that the rule asks for and that can be read. A picture too small even for the shortest gives up first the height
    that is only for reading, then the safe area; the rule's own height is never given up.

    Raises:
        InputError: the picture is too small to hold any of the lawful words.
    """
    rule = max(1, math.ceil(style.letter_height * min(width, height)))
    safe = (math.ceil(width * SAFE), math.ceil(height * SAFE))
    for wanted in range(max(rule, style.legible), rule - 1, -1):
        for margin in (safe, (0, 0)) if wanted == rule else (safe,):
            room = (width - 2 * margin[0], height - 2 * margin[1])
            for lines in _settings(style):
                plate = _set(lines, wanted, margin, room)
                last = lines == style.wordings[-1]
                if plate is not None and (last or plate.ink.shape[0] <= max(_TALLEST * height, 2 * wanted)):
                    return plate
    raise InputError(
        say(
            f"A picture of {width} x {height} is too small to carry the label {style.wordings[-1][0]!r}; "
            "make it larger, or choose another audience.",
            f"{width} x {height} 的画面太小，放不下标识“{style.wordings[-1][0]}”；请放大画面或改选受众。",
        )
    )


def _settings(style: LabelStyle) -> list[Wording]:
    """The lines to try, from the fullest to the shortest: all on one, or one a phrase."""
    return [lines for words in style.wordings for lines in dict.fromkeys(((_DOT.join(words),), words))]


def _set(lines: Wording, wanted: int, margin: tuple[int, int], room: tuple[int, int]) -> Plate | None:
    """Draw a plate whose letters are `wanted` pixels high; None where it is larger than its room."""
    size = _em(lines, wanted)
    bold = _bold(size)
    masks = [draw_mask(line, size, bold=bold) for line in lines]
    rise = max(-below for _, _, below in masks)
    fall = max(mask.height + below for mask, _, below in masks)
    across, along = max(1, round(0.42 * wanted)), max(2, round(0.62 * wanted))
    step = rise + max(1, round(0.5 * wanted))
    wide = max(mask.width for mask, _, _ in masks) + 2 * along
    high = step * (len(lines) - 1) + rise + fall + 2 * across
    if wide > room[0] or high > room[1]:
        return None
    letters = Image.new("L", (wide, high))
    for row, (mask, _, below) in enumerate(masks):
        letters.paste(255, (along, across + row * step + rise + below), mask)
    return _laid(np.array(letters), _rounded(wide, high, 0.5 * wanted), lines, margin)


def _laid(letters: NDArray[np.uint8], plate: NDArray[np.uint8], lines: Wording, margin: tuple[int, int]) -> Plate:
    """Letters over a plate over the picture, each by how much it covers (Porter and Duff 1984)."""
    ink, ground = letters[..., None] / 255, plate[..., None] / 255
    inner = np.minimum.reduce([np.roll(ground, (y, x), (0, 1)) for y, x in ((1, 0), (-1, 0), (0, 1), (0, -1))])
    edge = np.clip(ground - inner, 0, 1) * _RIM
    dark = np.array(_PLATE) + (255 - np.array(_PLATE)) * edge
    cover = ink + (1 - ink) * ground * _COVER
    light = ink * np.array(_INK) + (1 - ink) * ground * _COVER * dark
    veil = np.repeat(np.rint(_OPAQUE * (1 - cover)).astype(np.uint16), 3, axis=2)
    # Rounded so that ink and what shines through are white at most.
    shone = (255 * veil.astype(np.uint32)) >> 8
    laid = np.minimum(np.rint(light), 255 - shone).astype(np.uint16)
    return Plate(ink=laid, veil=veil, left=margin[0], top=margin[1], wording=lines)


def _rounded(wide: int, high: int, radius: float) -> NDArray[np.uint8]:
    """A box with round corners, drawn larger and averaged."""
    box = Image.new("L", (wide * FINE, high * FINE))
    ImageDraw.Draw(box).rounded_rectangle((0, 0, wide * FINE - 1, high * FINE - 1), radius=radius * FINE, fill=255)
    return np.array(box.reduce(FINE), dtype=np.uint8)


@lru_cache(maxsize=64)
def _em(lines: Wording, wanted: int) -> int:
    """Pixels to the em at which every letter's ink is `wanted` pixels high or more.

    A row counts as ink where it is at least half covered; the font's capitals are 0.73 em high.
    """
    size = max(_SMALLEST, math.floor(wanted / 0.75))
    while any(_ink_height(char, size) < wanted for char in set("".join(lines)) - set(_DOT)):
        size += 1
    return size


def _ink_height(char: str, size: int) -> int:
    mask, _, _ = draw_mask(char, size, bold=_bold(size))
    return int((np.asarray(mask) >= _HALF).any(axis=1).sum())


def _bold(size: int) -> int:
    """Quarters of a pixel that strokes are made stronger by: the font's one weight is thin for a label."""
    return max(1, round(size * 0.022 * FINE))
