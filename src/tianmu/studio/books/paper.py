"""A page of a storyboard book as it is written on: A4 landscape, lengths in points, y from the top down."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from tianmu.film.shot import Move
from tianmu.media.image import Frame
from tianmu.media.metadata.pdf import add_metadata_to_pdf
from tianmu.studio.boards.board import fit
from tianmu.studio.boards.lettering import fill_lines, shorten
from tianmu.studio.boards.pdf import FONT, PAGE, draw_move, embedded, measure, write_line

WIDTH, HEIGHT = PAGE
MARGIN = 40.0
INK, GREY, LIGHT = 0.1, 0.42, 0.78
_FOOT = 24.0


class Paper:
    """The pages of a PDF, one after the other, within `boards.pdf.lettered`."""

    def __init__(self, *, title: str, author: str, subject: str, language: str, metadata: Mapping[str, str]) -> None:
        from reportlab.pdfbase.pdfdoc import PDFString

        self._written = io.BytesIO()
        font: Any = FONT
        self.canvas = Canvas(self._written, pagesize=PAGE, pageCompression=1, invariant=1, initialFontName=font)
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)
        self.canvas.setSubject(subject)
        self.canvas.setCreator("Tianmu")
        document: Any = self.canvas
        document._doc.Catalog.Lang = PDFString(language)
        document.setViewerPreference("DisplayDocTitle", "true")
        document.showOutline()
        add_metadata_to_pdf(self.canvas, metadata)
        self.number = 0

    def begin(self, key: str | None = None) -> None:
        """Go on to a new page; `key` names it for links and bookmarks."""
        if self.number:
            self.canvas.showPage()
        self.number += 1
        if key is not None:
            self.canvas.bookmarkPage(key)

    def bookmark(self, words: str, key: str, level: int) -> None:
        """An entry of the outline, to the page of that key."""
        self.canvas.addOutlineEntry(words, key, level=level, closed=level > 0 or None)

    def place(self, key: str, top: float) -> None:
        """Name a height of this page, for links."""
        document: Any = self.canvas
        document.bookmarkHorizontal(key, 0, HEIGHT - top)

    def foot(self, left: str, disclosure: str) -> None:
        """The foot of a page: what book it is, what it has to disclose, its number."""
        room = (WIDTH - 2 * MARGIN - measure(disclosure, 8)) / 2 - 16
        self.line(MARGIN, HEIGHT - _FOOT, one_line(left, 8, room), 8, grey=GREY)
        self.line((WIDTH - measure(disclosure, 8)) / 2, HEIGHT - _FOOT, disclosure, 8, bold=True)
        folio = str(self.number)
        self.line(WIDTH - MARGIN - measure(folio, 8), HEIGHT - _FOOT, folio, 8)

    def line(self, x: float, base: float, text: str, size: float, *, bold: bool = False, grey: float = INK) -> None:
        """One line of text, its letters standing on `base`."""
        if text:
            self.canvas.setFillGray(grey)
            write_line(self.canvas, x, HEIGHT - base, text, size, bold=bold)

    def right(self, x: float, base: float, text: str, size: float, *, grey: float = INK) -> None:
        """One line that ends at `x`."""
        self.line(x - measure(text, size), base, text, size, grey=grey)

    def words(
        self, x: float, base: float, text: str, size: float, room: float, most: int, *, grey: float = INK
    ) -> float:
        """A paragraph of at most `most` lines; gives the base of the line after it."""
        lines = fill_lines(text, room, lambda words: measure(words, size))
        for line in shorten(lines, most, room, lambda words: measure(words, size)) if most > 0 else ():
            self.line(x, base, line, size, grey=grey)
            base += 1.36 * size
        return base

    def rule(self, x: float, y: float, width: float, *, grey: float = INK, thick: float = 0.8) -> None:
        """A horizontal line."""
        self.canvas.setStrokeGray(grey)
        self.canvas.setLineWidth(thick)
        self.canvas.line(x, HEIGHT - y, x + width, HEIGHT - y)

    def picture(self, frame: Frame, x: float, top: float, width: float, height: float, move: Move = "static") -> None:
        """A picture `[h w 3]` uint8 as large as it goes into a place, on black, with the camera's move over it."""
        canvas = self.canvas
        box = (x, HEIGHT - top - height, width, height)
        canvas.saveState()
        clip = canvas.beginPath()
        clip.rect(*box)
        canvas.clipPath(clip, stroke=0, fill=0)
        canvas.setFillGray(0)
        canvas.rect(*box, stroke=0, fill=1)
        wide, high = fit(frame.shape[1], frame.shape[0], width, height)
        canvas.drawImage(embedded(frame), x + (width - wide) / 2, box[1] + (height - high) / 2, wide, high)
        draw_move(canvas, move, box)
        canvas.restoreState()
        canvas.setStrokeGray(INK)
        canvas.setLineWidth(0.9)
        canvas.rect(*box, stroke=1, fill=0)

    def link(self, key: str, x: float, top: float, width: float, height: float) -> None:
        """A part of the page that leads to a key."""
        self.canvas.linkRect("", key, (x, HEIGHT - top - height, x + width, HEIGHT - top), relative=0, thickness=0)

    def finish(self) -> bytes:
        """The bytes of the file; the same pages give the same."""
        self.canvas.save()
        return self._written.getvalue()


def one_line(text: str, size: float, room: float) -> str:
    """As much of a text as one line holds."""
    return shorten(
        fill_lines(text, room, lambda words: measure(words, size)), 1, room, lambda words: measure(words, size)
    )[0]
