"""Titles: cards, lower thirds and rolling credits, drawn to lie over a picture or on black.

    draw_card(words, width, height)         -> Lettering
    draw_lower_third(words, width, height)  -> Lettering
    CreditsRoll(words, width, height)       .draw(y) -> Lettering | None

All ink stays within the safe area, which is nine tenths of the frame each way (SMPTE ST 2046-1): words wrap first, then
shrink, and what does not fit even then is refused. The same words and size give the same pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.media.image import Frame
from tianmu.media.letters import FINE, break_lines, clean, draw_mask, longest_unit, width_of

Role = Literal["title", "subtitle", "heading", "body"]

SAFE = 0.05
"""Of the width and the height, that stays free on each side."""

_SIZES: dict[Role, float] = {"title": 0.105, "heading": 0.062, "subtitle": 0.052, "body": 0.046}
"""Height of an em as a part of the frame's shorter side."""
_COLORS: dict[Role, tuple[int, int, int]] = {
    "title": (246, 244, 238),
    "heading": (240, 236, 226),
    "subtitle": (206, 204, 198),
    "body": (216, 214, 208),
}
_ACCENT = (226, 172, 92)
_QUIET = (158, 156, 150)
_SMALLEST = 5
_LEGIBLE = 9
"""Pixels to the em: what no title is set below of its own, and what it may shrink to where room is short."""
_MOST_CHARACTERS = 2000
_LEADING = 1.34


@dataclass(frozen=True, kw_only=True)
class Words:
    """One line of a title as it was written; it may take several lines of the picture."""

    text: str
    role: Role = "body"


@dataclass(frozen=True, kw_only=True)
class Lettering:
    """Something drawn, and where in the frame it lies. Laid over a picture: `ink + picture * veil / 255`."""

    ink: Frame
    """`[h w 3] uint8`, RGB, already multiplied by how much it covers."""
    veil: NDArray[np.uint8]
    """`[h w 3] uint8`: what remains of the picture below, the same in all three channels."""
    left: int
    top: int


@dataclass(frozen=True, kw_only=True)
class _Line:
    """One line of the picture: its beginning and its baseline in pixels."""

    text: str
    size: int
    color: tuple[int, int, int]
    x: float
    y: float


@dataclass(frozen=True, kw_only=True)
class _Block:
    """Lines set one below the other from y = 0, and how high they are in all."""

    lines: tuple[_Line, ...]
    height: float
    width: float
    rule: float | None = None
    """Where a short line is drawn below a title."""


_Mask = tuple[Image.Image, int, int]
_Stack = Callable[[float], _Block | None]


def draw_card(words: Sequence[Words], width: int, height: int) -> Lettering:
    """A card: all lines centred, a short rule under a title.

    Raises:
        InputError: there is nothing to draw, or too much for the frame.
    """
    entries = _entries(words)
    room = (width * (1 - 2 * SAFE) * 0.92, height * (1 - 2 * SAFE) * 0.94)
    block = _fit(lambda scale: _stack(entries, width, height, scale, room[0]), room, words)
    sheet = _Sheet(width, height)
    top = (height - block.height) / 2
    for line in block.lines:
        sheet.text(line, (width - width_of(line.text, line.size)) / 2, top)
    if block.rule is not None:
        unit = min(width, height)
        thick = max(1, round(unit * 0.004))
        left, y = round((width - unit * 0.16) / 2), round(top + block.rule)
        sheet.panel((left, y, width - left, y + thick), _ACCENT, 255)
    return sheet.lettering(shadow=0.006 * min(width, height))


def draw_lower_third(words: Sequence[Words], width: int, height: int) -> Lettering:
    """A name over the picture, at the lower left: on a dark panel, with a bright edge.

    Raises:
        InputError: there is nothing to draw, or too much for a third of the frame.
    """
    entries = _entries(words)
    unit = min(width, height)
    pad = max(2, round(unit * 0.022))
    edge = max(1, round(unit * 0.008))
    wide = width * (0.62 if width > height else 0.86) - 2 * pad - edge
    room = (wide, height * 0.33 - 2 * pad)
    block = _fit(lambda scale: _stack(entries, width, height, 0.8 * scale, wide, small=True), room, words)
    left = round(width * 0.06)
    bottom = height - round(height * 0.075)
    top = bottom - round(block.height) - 2 * pad
    right = min(round(width * 0.94), left + edge + round(block.width) + 4 * pad)
    sheet = _Sheet(width, height)
    sheet.panel((left, top, right, bottom), (10, 10, 12), 158)
    sheet.panel((left, top, left + edge, bottom), _ACCENT, 255)
    for line in block.lines:
        sheet.text(line, left + edge + pad * 1.5, top + pad)
    return sheet.lettering()


def credits_seconds(words: Sequence[Words], width: int, height: int) -> Fraction:
    """How long credits roll so that they can be read: a line takes about seven seconds from edge to edge."""
    return max(Fraction(6), Fraction(round(CreditsRoll(words, width, height).travel / height * 70), 10))


class CreditsRoll:
    """Credits that roll through the frame.

    A heading stands over the lines that follow it. A body line with a tab in it has two columns: `part<TAB>name`.
    An empty line leaves a space. Only the lines in sight are drawn, so memory does not grow with their number.

    Raises:
        InputError: there is nothing to draw.
    """

    def __init__(self, words: Sequence[Words], width: int, height: int) -> None:
        _entries(words)
        self.width, self.height = width, height
        self._lines, self._length = _credit_lines(words, width, height)
        self._masks: dict[int, dict[int, _Mask]] = {}

    @property
    def travel(self) -> float:
        """Pixels from where the first line waits below the frame to where the last has left it at the top."""
        return self.height + self._length

    def draw(self, part: Fraction) -> Lettering | None:
        """The frame when `part` (0 to 1) of the way is done; None where nothing is in sight.

        Positions go in quarters of a pixel: whole pixels would make slow credits stutter.
        """
        whole, lower = divmod(round((self.height - float(part) * self.travel) * FINE), FINE)
        seen: dict[int, dict[int, _Mask]] = {}
        sheet = _Sheet(self.width, self.height)
        for index, line in enumerate(self._lines):
            if -2 * line.size < line.y + whole < self.height + 2 * line.size:
                phases = self._masks.get(index, {})
                if lower not in phases:
                    phases[lower] = draw_mask(line.text, line.size, lower=lower)
                seen[index] = phases
                sheet.mask(phases[lower], line.color, round(line.x), round(line.y) + whole)
        self._masks = seen
        return sheet.lettering(shadow=0.006 * min(self.width, self.height)) if seen and sheet.has_ink else None


class _Sheet:
    """The whole frame while it is drawn on."""

    def __init__(self, width: int, height: int) -> None:
        self._ink = Image.new("RGB", (width, height))
        self._cover = Image.new("L", (width, height))

    @property
    def has_ink(self) -> bool:
        return self._cover.getbbox() is not None

    def text(self, line: _Line, x: float, top: float) -> None:
        """Draw a line of a block that begins at `x` and whose block begins at `top`."""
        self.mask(draw_mask(line.text, line.size), line.color, round(x), round(top + line.y))

    def mask(self, drawn: _Mask, color: tuple[int, int, int], x: int, y: int) -> None:
        """Lay `color` on through a mask that lies so far right of and below a point."""
        mask, right, below = drawn
        self._ink.paste(color, (x + right, y + below), mask)
        self._cover.paste(255, (x + right, y + below), mask)

    def panel(self, box: tuple[int, int, int, int], color: tuple[int, int, int], cover: int) -> None:
        """Fill a box; `cover` 255 hides what lies below."""
        self._ink.paste(tuple(channel * cover // 255 for channel in color), box)
        self._cover.paste(cover, box)

    def lettering(self, *, shadow: float = 0.0) -> Lettering:
        """What has been drawn, cut to its bounds; with a soft shadow of so many pixels, so that it reads on white."""
        cover = np.array(self._cover, dtype=np.uint8)
        left, top, right, bottom = self._cover.getbbox() or (0, 0, 1, 1)
        if shadow:
            reach = int(np.ceil(5 * shadow)) + 3
            left, top = max(0, left - reach), max(0, top - reach)
            right, bottom = min(cover.shape[1], right + reach), min(cover.shape[0], bottom + reach)
        cover = cover[top:bottom, left:right]
        if shadow:
            soft = cv2.GaussianBlur(cover, (0, 0), max(0.8, shadow * 1.7)).astype(np.float32)
            dark = np.minimum(soft * 2.2, 255) * 0.7
            cover = np.rint(cover + (255 - cover.astype(np.float32)) * dark / 255).astype(np.uint8)
        ink = np.array(self._ink.crop((left, top, right, bottom)), dtype=np.uint8)
        return Lettering(ink=ink, veil=np.repeat(255 - cover[..., None], 3, axis=2), left=left, top=top)


def _entries(words: Sequence[Words]) -> list[Words]:
    """The lines that have something to draw, cleaned.

    Raises:
        InputError: none has.
    """
    entries = [Words(text=clean(part), role=line.role) for line in words for part in line.text.split("\n")]
    entries = [entry for entry in entries if entry.text]
    if not entries:
        raise InputError(
            say(
                "A title has no words; give it at least one line, or leave it out.",
                "字幕没有文字；请至少给出一行，或将其删去。",
            )
        )
    return entries


def _size(role: Role, width: int, height: int, scale: float) -> int:
    """Pixels to the em."""
    return max(_SMALLEST, round(scale * max(_LEGIBLE, _SIZES[role] * min(width, height))))


def _stack(
    entries: Sequence[Words], width: int, height: int, scale: float, room: float, *, small: bool = False
) -> _Block | None:
    """Set lines one below the other; None where a word would have to be broken although it could shrink."""
    lines: list[_Line] = []
    y, widest, rule = 0.0, 0.0, None
    before: Role | None = None
    for entry in entries:
        # In a lower third the first line is the name, and the others say who that is.
        role: Role = ("heading" if not lines else "body") if small else entry.role
        size = _size(role, width, height, scale * (1.0 if not small or not lines else 0.92))
        if scale > 0.5 and longest_unit(entry.text, size) > room:
            return None
        if before is not None:
            y += size * (0.30 if before == role else 0.45)
            if before == "title" and role != "title" and not small:
                rule = y + size * 0.25
                y += size * 0.85
        for text in break_lines(entry.text, size, room):
            lines.append(_Line(text=text, size=size, color=_COLORS[role], x=0.0, y=y + size * 1.02))
            widest = max(widest, width_of(text, size))
            y += size * _LEADING
        before = role
    return _Block(lines=tuple(lines), height=y, width=widest, rule=rule)


def _fit(stack: _Stack, room: tuple[float, float], words: Sequence[Words]) -> _Block:
    """The largest setting that goes into the room.

    Raises:
        InputError: even the smallest does not.
    """
    scale = 1.0
    if sum(len(line.text) for line in words) <= _MOST_CHARACTERS:
        while scale > 0.1:
            block = stack(scale)
            if block is not None and block.height <= room[1] and block.width <= room[0]:
                return block
            scale *= 0.93
    shown = clean(words[0].text)[:30]
    raise InputError(
        say(
            f"The title that begins {shown!r} is too long for its frame, even in the smallest letters; "
            "shorten it, or make several of it.",
            f"以 {shown!r} 开头的字幕过长，用最小的字也放不进画面；请缩短或分成几张。",
        )
    )


def _credit_lines(words: Sequence[Words], width: int, height: int) -> tuple[list[_Line], float]:
    """All lines of the credits from y = 0, and how far they reach."""
    lines: list[_Line] = []
    y = 0.0
    room = width * (1 - 2 * SAFE) * 0.92
    gutter = 0.03 * width
    for entry in words:
        size = _size(entry.role, width, height, 0.86)
        left, tab, right = entry.text.partition("\t")
        if not clean(entry.text):
            y += size * _LEADING
            continue
        if entry.role in ("title", "heading") and lines:
            y += size * (1.4 if entry.role == "title" else 1.0)
        if tab:
            column = (room - gutter) / 2
            sides = [break_lines(clean(side), size, column) for side in (left, right)]
            for row in range(max(map(len, sides))):
                for side, texts in enumerate(sides):
                    if row < len(texts):
                        x = (width + gutter) / 2 if side else (width - gutter) / 2 - width_of(texts[row], size)
                        color = _COLORS["body"] if side else _QUIET
                        lines.append(_Line(text=texts[row], size=size, color=color, x=x, y=y + size * 1.02))
                y += size * _LEADING
            continue
        color = _ACCENT if entry.role == "heading" else _COLORS[entry.role]
        for text in break_lines(clean(entry.text), size, room):
            x = (width - width_of(text, size)) / 2
            lines.append(_Line(text=text, size=size, color=color, x=x, y=y + size * 1.02))
            y += size * _LEADING
        if entry.role in ("title", "heading"):
            y += size * 0.35
    return lines, y
