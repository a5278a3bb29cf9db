"""A contact sheet of a film: every shot as one small picture with its slate, on one dark page."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from tianmu.core.settings import Language
from tianmu.core.text import say
from tianmu.media.image import Frame
from tianmu.media.letters import width_of
from tianmu.studio.boards.board import Board, Cell
from tianmu.studio.boards.lettering import draw_line, one_line
from tianmu.studio.boards.panels import GREY, INK, PAPER, draw_panel
from tianmu.studio.boards.terms import describe, length, plain, running_time

WIDTH = 1920
"""Of a sheet, in pixels."""
_MARGIN, _GAP, _HEAD = 32, 16, 84


def draw_sheet(board: Board, *, language: Language | None = None) -> Frame:
    """A board as one picture `[h 1920 3] uint8`; the more shots, the smaller each."""
    columns = _columns(len(board.cells), board.ratio < 1)
    wide = (WIDTH - 2 * _MARGIN - (columns - 1) * _GAP) // columns
    high = max(1, round(wide / board.ratio))
    text = max(11, min(20, wide // 18))
    step = high + 2 * text + _GAP
    rows = math.ceil(len(board.cells) / columns)
    sheet = Image.new("RGB", (WIDTH, _HEAD + rows * step + _MARGIN), PAPER)
    _draw_head(sheet, board, language)
    for index, cell in enumerate(board.cells):
        row, column = divmod(index, columns)
        left, top = _MARGIN + column * (wide + _GAP), _HEAD + row * step
        empty = say("not rendered yet", "尚未渲染", language=language)
        sheet.paste(draw_panel(cell.frame, wide, high, label=empty), (left, top))
        _draw_label(sheet, cell, (left, top + high, wide), text, language)
    return np.array(sheet, dtype=np.uint8)


def _columns(count: int, upright: bool) -> int:
    """How many panels stand side by side: more on a longer film, so that a sheet stays one that a screen can show."""
    wanted = math.ceil(math.sqrt(count * (1.6 if upright else 0.5)))
    return min(max(wanted, min(count, 6 if upright else 3)), 12 if upright else 8)


def _draw_head(sheet: Image.Image, board: Board, language: Language | None) -> None:
    """Title and author at the left, how much there is at the right."""
    amount = running_time(len(board.cells), board.seconds, language, aspect=board.aspect)
    right = WIDTH - _MARGIN - round(width_of(amount, 20))
    draw_line(sheet, right, 54, amount, 20, GREY)
    title = plain(board.title).strip() or say("Untitled", "未命名", language=language)
    room = right - _MARGIN - 40
    shown = one_line(title, 32, room)
    draw_line(sheet, _MARGIN, 54, shown, 32, INK)
    beside = _MARGIN + round(width_of(shown, 32)) + 22
    author = plain(board.author).strip()
    if author and beside + width_of(author, 20) <= right - 40:
        draw_line(sheet, beside, 54, author, 20, GREY)


def _draw_label(
    sheet: Image.Image, cell: Cell, place: tuple[int, int, int], text: int, language: Language | None
) -> None:
    """Slate, take, size and move at the left, seconds at the right; what has no room is left out."""
    left, top, wide = place
    base = top + round(1.35 * text)
    slate = one_line(plain(cell.shot.slate).strip() or "–", text, wide)
    draw_line(sheet, left, base, slate, text, INK)
    x = left + round(width_of(slate, text) + 0.6 * text)
    tail = length(cell.shot.seconds, language)
    end = left + wide - round(width_of(tail, text))
    if x < end:
        draw_line(sheet, end, base, tail, text, GREY)
    if cell.take is not None:
        number = f"T{cell.take.number}"
        span = round(width_of(number, text - 2))
        if x + span + text < end:
            if cell.take.circled:
                box = (x - 1, base - text + 1, x + span + round(0.7 * text), base + round(0.28 * text))
                ImageDraw.Draw(sheet).rounded_rectangle(box, radius=text // 2, outline=INK)
            draw_line(sheet, x + round(0.3 * text), base - 1, number, text - 2, GREY)
            x += span + round(1.4 * text)
    words = describe(cell.shot, language)
    if x + width_of(words, text) + text // 2 > end:
        words = describe(cell.shot, language).replace("，", ",").split(",")[0]
    if x + width_of(words, text) + text // 2 <= end:
        draw_line(sheet, x, base, words, text, GREY)
