"""A storyboard to print: A4 landscape, six panels a page, each with its slate, its frame, its move and its words.

Text is embedded as text, in both languages, so that it can be searched and copied. The same board gives the same bytes.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tianmu.core.files import whole_file, writing
from tianmu.core.settings import Language
from tianmu.core.text import say
from tianmu.film.shot import Move
from tianmu.media.image import Frame
from tianmu.media.metadata.pdf import add_metadata_to_pdf
from tianmu.studio.boards.arrows import mark_of, outline
from tianmu.studio.boards.board import Board, Cell, fit
from tianmu.studio.boards.lettering import fill_lines, shorten, truetype_subset
from tianmu.studio.boards.terms import describe, length, plain, running_time, speech

PAGE = (841.89, 595.28)
"""A4 landscape in points (1/72 inch)."""
COLUMNS, ROWS = 3, 2
LONGEST_SIDE = 960
"""Frames are embedded with at most this many pixels a side: 280 a printed inch."""

_MARGIN, _GUTTER = 36.0, 18.0
_TOP, _BOTTOM = 66.0, 40.0
_HIGHEST = 142.0
"""Of a frame, in points; the rest of a panel is for words."""
_SLATE, _BODY, _LEADING = 11.0, 7.6, 10.4
FONT = "TianmuBoard"
_INK, _GREY, _LINE = 0.1, 0.42, 0.72
_LOCK = threading.Lock()
"""The library keeps fonts by name for the whole process: one board is written at a time."""


def write_board_pdf(
    path: Path, board: Board, *, language: Language | None = None, metadata: Mapping[str, str] | None = None
) -> None:
    """Write a storyboard as PDF, whole or not at all.

    Labels are in the person's language, or in `language`. Words that do not fit under a panel end with an ellipsis;
    the shot list has all of them.

    Raises:
        OutputError: the file cannot be written.
    """
    data = draw_board(board, language=language, metadata=metadata)
    with whole_file(path) as part, writing(path):
        part.write_bytes(data)


def draw_board(board: Board, *, language: Language | None = None, metadata: Mapping[str, str] | None = None) -> bytes:
    """A storyboard as the bytes of a PDF file."""
    pages = [board.cells[at : at + COLUMNS * ROWS] for at in range(0, len(board.cells), COLUMNS * ROWS)]
    words = [_words(cell, language) for cell in board.cells]
    heads = _heads(board, language)
    letters = "".join([" .…0123456789/", *heads, *(text for panel in words for text in panel.texts)])
    written = io.BytesIO()
    with lettered(letters):
        first: Any = FONT
        canvas = Canvas(written, pagesize=PAGE, pageCompression=1, invariant=1, initialFontName=first)
        canvas.setTitle(heads[0])
        canvas.setAuthor(heads[1])
        canvas.setCreator("Tianmu")
        canvas.setSubject(heads[2])
        if metadata:
            add_metadata_to_pdf(canvas, metadata)
        for number, cells in enumerate(pages, 1):
            _draw_page(canvas, heads, number, len(pages))
            for place, cell in enumerate(cells):
                panel = words[(number - 1) * COLUMNS * ROWS + place]
                _Panel(canvas, *_corner(place)).draw(cell, panel, float(board.ratio))
            canvas.showPage()
        canvas.save()
    return written.getvalue()


class _Font(TTFont):
    """The library's font, whose table back to Unicode knows rare characters too (beyond U+FFFF, as UTF-16 pairs)."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802 (the library's name)
        super().addObjects(doc)
        for name, table in doc.idToObject.items():
            if str(name).startswith("toUnicodeCMap:"):
                table.content = re.sub("<([0-9A-F]{5,6})>", _as_pair, table.content)


def _as_pair(code: re.Match[str]) -> str:
    return f"<{chr(int(code[1], 16)).encode('utf-16-be').hex()}>"


@contextmanager
def lettered(letters: str) -> Generator[None]:
    """Register a font of these letters under `FONT` for a while; the library would keep it for ever.

    Whatever is measured or written meanwhile is of these letters.
    """
    with _LOCK:
        font = _Font(FONT, io.BytesIO(truetype_subset(letters, FONT)))
        pdfmetrics.registerFont(font)
        try:
            yield
        finally:
            registry: Any = pdfmetrics
            registry._fonts.pop(FONT)
            registry._dynFaceNames.pop(font.face.name)


@dataclass(frozen=True, kw_only=True)
class _Words:
    """Everything that is written in one panel."""

    slate: str
    take: str
    shot: str
    length: str
    empty: str
    paragraphs: tuple[tuple[str, str], ...]
    """Action and speech, each after the part of it that is bold: nothing, or the name of who speaks."""

    @property
    def texts(self) -> Iterator[str]:
        """All of it."""
        yield from (self.slate, self.take, self.shot, self.length, self.empty)
        for lead, text in self.paragraphs:
            yield lead + text


def _words(cell: Cell, language: Language | None) -> _Words:
    shot = cell.shot
    action = plain(shot.action).strip()
    lines = tuple((plain(line.character), speech(line, language)) for line in shot.lines)
    return _Words(
        slate=plain(shot.slate) or "–",
        take=f"T{cell.take.number}" if cell.take else "",
        shot=describe(shot, language),
        length=length(shot.seconds, language),
        empty="" if cell.frame is not None else say("not rendered yet", "尚未渲染", language=language),
        paragraphs=((("", action),) if action else ()) + lines,
    )


_Heads = tuple[str, str, str, str, str]


def _heads(board: Board, language: Language | None) -> _Heads:
    """Title, author, what the document is, how much there is of it, and what stands at the foot of every page."""
    return (
        plain(board.title).strip() or say("Untitled", "未命名", language=language),
        plain(board.author).strip(),
        say("Storyboard", "故事板", language=language),
        running_time(len(board.cells), board.seconds, language, aspect=board.aspect),
        plain(board.disclosure).strip(),
    )


def _corner(place: int) -> tuple[float, float, float, float]:
    """Left, top, width and height of a panel in points, y upwards."""
    row, column = divmod(place, COLUMNS)
    width = (PAGE[0] - 2 * _MARGIN - (COLUMNS - 1) * _GUTTER) / COLUMNS
    height = (PAGE[1] - _TOP - _BOTTOM) / ROWS
    return _MARGIN + column * (width + _GUTTER), PAGE[1] - _TOP - row * height, width, height


def _draw_page(canvas: Canvas, heads: _Heads, number: int, num_pages: int) -> None:
    """Title and author above, a line, and below the page's number and what it has to disclose."""
    title, author, kind, amount, disclosure = heads
    right, top = PAGE[0] - _MARGIN, PAGE[1] - 40
    tail = f"{kind}   {amount}"
    room = right - _MARGIN - measure(tail, 9) - 24
    canvas.setFillGray(_INK)
    shown = shorten(fill_lines(title, room, lambda text: measure(text, 16)), 1, room, lambda text: measure(text, 16))
    write_line(canvas, _MARGIN, top, shown[0], 16, bold=True)
    canvas.setFillGray(_GREY)
    beside = measure(shown[0], 16) + 12
    if author and beside + measure(author, 9) <= room:
        write_line(canvas, _MARGIN + beside, top, author, 9)
    write_line(canvas, right - measure(tail, 9), top, tail, 9)
    canvas.setStrokeGray(_INK)
    canvas.setLineWidth(0.8)
    canvas.line(_MARGIN, top - 9, right, top - 9)
    folio = f"{number} / {num_pages}"
    write_line(canvas, right - measure(folio, 8), 24, folio, 8)
    if disclosure:
        write_line(canvas, (PAGE[0] - measure(disclosure, 8)) / 2, 24, disclosure, 8, bold=True)
    if number > 1 or num_pages > 1:
        room = (right - _MARGIN - measure(disclosure, 8)) / 2 - 24
        lines = fill_lines(title, room, lambda text: measure(text, 8))
        write_line(canvas, _MARGIN, 24, shorten(lines, 1, room, lambda text: measure(text, 8))[0], 8)


def measure(text: str, size: float) -> float:
    """How wide a line is in points, within `lettered`."""
    return pdfmetrics.stringWidth(text, FONT, size)


def write_line(canvas: Canvas, x: float, y: float, text: str, size: float, *, bold: bool = False) -> None:
    """One line. The package carries one weight of the font; bold is the same letters with a thin stroke around them."""
    line = canvas.beginText(x, y)
    line.setFont(FONT, size)
    if bold:
        canvas.setLineWidth(size * 0.022)
        canvas.setStrokeGray(_INK)
        line.setTextRenderMode(2)
    line.textOut(text)
    if bold:
        line.setTextRenderMode(0)
    canvas.drawText(line)


@dataclass(frozen=True)
class _Panel:
    """One panel on the page; `left` and `top` are its corner, y upwards."""

    canvas: Canvas
    left: float
    top: float
    width: float
    height: float

    def draw(self, cell: Cell, words: _Words, ratio: float) -> None:
        """The slate above, the frame, and the words under it, or beside it where it is upright."""
        self._slate(cell, words)
        top = self.top - _SLATE - 6
        wide, high = fit(ratio, 1, self.width, _HIGHEST if ratio >= 1 else self.height - _SLATE - 24)
        self._frame(cell, words, (self.left, top - high, wide, high))
        beside = wide < 0.62 * self.width
        left = self.left + wide + 9 if beside else self.left
        start = top - _BODY if beside else top - high - _LEADING - 1
        room = self.left + self.width - left
        count = int((start - (self.top - self.height + 12)) // _LEADING) + 1
        self._paragraphs(words.paragraphs, left, start, room, count)

    def _slate(self, cell: Cell, words: _Words) -> None:
        canvas, base = self.canvas, self.top - _SLATE + 1
        canvas.setFillGray(_INK)
        write_line(canvas, self.left, base, words.slate, _SLATE, bold=True)
        x = self.left + measure(words.slate, _SLATE) + 7
        canvas.setFillGray(_GREY)
        if cell.take is not None:
            wide = measure(words.take, 7.5)
            if cell.take.circled:
                canvas.setStrokeGray(_INK)
                canvas.setLineWidth(0.9)
                canvas.roundRect(x - 1, base - 2.6, wide + 8, 11, 5.5)
            write_line(canvas, x + 3, base + 0.2, words.take, 7.5)
            x += wide + 13
        tail = self.left + self.width - measure(words.length, 8)
        write_line(canvas, tail, base, words.length, 8)
        room = tail - x - 6
        size = min(8.0, 8.0 * room / max(measure(words.shot, 8), 1))
        write_line(canvas, x, base, words.shot, size)

    def _frame(self, cell: Cell, words: _Words, box: tuple[float, float, float, float]) -> None:
        canvas = self.canvas
        left, bottom, wide, high = box
        canvas.saveState()
        clip = canvas.beginPath()
        clip.rect(*box)
        canvas.clipPath(clip, stroke=0, fill=0)
        if cell.frame is None:
            self._hatch(words.empty, box)
        else:
            canvas.setFillGray(0)
            canvas.rect(*box, stroke=0, fill=1)
            shown = fit(cell.frame.shape[1], cell.frame.shape[0], wide, high)
            x, y = left + (wide - shown[0]) / 2, bottom + (high - shown[1]) / 2
            canvas.drawImage(embedded(cell.frame), x, y, *shown)
        draw_move(canvas, cell.shot.move, box)
        canvas.restoreState()
        canvas.setStrokeGray(_INK)
        canvas.setLineWidth(0.9)
        canvas.rect(*box, stroke=1, fill=0)

    def _hatch(self, label: str, box: tuple[float, float, float, float]) -> None:
        """A panel without a picture: thin slanted lines, and a word that says why."""
        canvas = self.canvas
        left, bottom, wide, high = box
        canvas.setStrokeGray(0.86)
        canvas.setLineWidth(0.5)
        for step in range(1, int((wide + high) // 7) + 1):
            canvas.line(left + 7 * step - high, bottom, left + 7 * step, bottom + high)
        size = min(8.0, 8.0 * 0.8 * wide / max(measure(label, 8), 1))
        wide_label = measure(label, size)
        canvas.setFillGray(1)
        canvas.rect(left + (wide - wide_label) / 2 - 5, bottom + high / 2 - 5, wide_label + 10, 14, stroke=0, fill=1)
        canvas.setFillGray(_GREY)
        write_line(canvas, left + (wide - wide_label) / 2, bottom + high / 2 - 1, label, size)

    def _paragraphs(
        self, paragraphs: tuple[tuple[str, str], ...], left: float, start: float, room: float, count: int
    ) -> None:
        """Action and speech, line under line; names are bold."""
        canvas = self.canvas
        lines: list[tuple[str, str]] = []
        for lead, text in paragraphs:
            broken = fill_lines(lead + text, room, lambda words: measure(words, _BODY))
            lines += [(lead if not at else "", line) for at, line in enumerate(broken)]
        shown = shorten(tuple(line for _, line in lines), count, room, lambda words: measure(words, _BODY))
        canvas.setFillGray(_INK)
        for at, line in enumerate(shown):
            y = start - at * _LEADING
            lead = lines[at][0].rstrip()
            head = lead if lead and line.startswith(lead) else ""
            if head:
                write_line(canvas, left, y, head, _BODY, bold=True)
            write_line(canvas, left + measure(head, _BODY), y, line[len(head) :], _BODY)


def embedded(frame: Frame) -> ImageReader:
    """A frame as a small JPEG, which a PDF file embeds as it is."""
    image = Image.fromarray(frame)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    jpeg = io.BytesIO()
    image.save(jpeg, format="JPEG", quality=88, subsampling=0)
    jpeg.seek(0)
    return ImageReader(jpeg)


def draw_move(canvas: Canvas, move: Move, box: tuple[float, float, float, float]) -> None:
    """The camera's move over a frame, white with a dark edge, so that it reads on any picture.

    `box` is the frame's left, bottom, width and height in points, y upwards.
    """
    left, bottom, wide, high = box
    mark = mark_of(move)
    if mark.inner is not None:
        x, y, right, low = mark.inner
        inner = (left + x * wide, bottom + (1 - low) * high, (right - x) * wide, (low - y) * high)
        for grey, thick, dash in ((0.1, 1.9, ()), (1.0, 1.0, (5, 3))):
            canvas.setStrokeGray(grey)
            canvas.setLineWidth(thick)
            canvas.setDash(*dash) if dash else canvas.setDash()
            canvas.rect(*inner, stroke=1, fill=0)
        canvas.setDash()
    canvas.setLineWidth(0.8)
    canvas.setLineJoin(1)
    canvas.setStrokeGray(0.1)
    canvas.setFillGray(1)
    for tail, tip in mark.arrows:
        points = outline(tail, tip, wide, high)
        path: Any = canvas.beginPath()
        path.moveTo(left + points[0][0], bottom + high - points[0][1])
        for x, y in points[1:]:
            path.lineTo(left + x, bottom + high - y)
        path.close()
        canvas.drawPath(path, stroke=1, fill=1)
