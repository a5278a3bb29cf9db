"""The kinds of pages of a storyboard book, drawn on `Paper`: cover, cast, scenes, index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tianmu.film.asset import Asset
from tianmu.film.shot import Shot
from tianmu.media.image import Frame
from tianmu.studio.boards.board import fit
from tianmu.studio.boards.pdf import measure
from tianmu.studio.boards.terms import describe, length, plain, speech
from tianmu.studio.books.album import Still
from tianmu.studio.books.lettering import window_of
from tianmu.studio.books.pages import COLUMN, LEADING, SIZE, ScenePage
from tianmu.studio.books.paper import GREY, HEIGHT, INK, LIGHT, MARGIN, WIDTH, Paper, one_line
from tianmu.studio.books.places import Region
from tianmu.studio.books.script import Chapter
from tianmu.studio.export.timecode import timecode

TOP, BOTTOM = 86.0, 50.0
_SLATES = 30.0
"""Of the margin left of the text, where slates stand."""
_LEFT = MARGIN + _SLATES
_PANELS_LEFT = _LEFT + COLUMN + 26
_GAP = 20.0
_PANEL = (WIDTH - MARGIN - _PANELS_LEFT - _GAP) / 2
_ROW = (HEIGHT - TOP - BOTTOM) / 2
NUM_LINES = int((HEIGHT - TOP - BOTTOM) // LEADING)
"""Of the text column."""
CAST_ROWS, INDEX_ROWS = 3, 29
"""Of a page."""
PORTRAITS = 3
"""Pictures of a character, at most."""
_COLUMNS = (0.0, 44.0, 92.0, 154.0, 204.0, 342.0)
"""Where the columns of the index begin, from its left edge."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the book says by itself, in the person's language."""

    kind: str
    cast: str
    index: str
    continued: str
    columns: tuple[str, str, str, str, str, str]
    amount: str
    disclosure: str
    title: str
    author: str
    scene: str

    @property
    def letters(self) -> str:
        """All of it."""
        return "".join((*(value for value in vars(self).values() if isinstance(value, str)), *self.columns))


@dataclass(frozen=True, kw_only=True)
class Role:
    """A character and the pictures of it."""

    asset: Asset
    what: str
    about: str
    stills: tuple[Still, ...]


@dataclass(frozen=True, kw_only=True)
class Sheets:
    """Draws the pages of one book."""

    paper: Paper
    words: Words
    shots: Mapping[str, Shot]
    stills: Mapping[str, Still]
    """By slate."""
    ratio: float
    fps: Fraction

    def cover(self, still: Still) -> None:
        """The picture over the whole width, the title under it."""
        paper, words = self.paper, self.words
        paper.begin("cover")
        paper.bookmark(words.title, "cover", 0)
        frame = still.read()
        high = HEIGHT * 0.66
        window = window_of(frame.shape[1], frame.shape[0], WIDTH / high, still.people.values())
        paper.picture(frame[window.top : window.bottom, window.left : window.right], 0, 0, WIDTH, high)
        size = next((float(size) for size in range(40, 17, -1) if measure(words.title, size) <= WIDTH - 2 * MARGIN), 18)
        paper.line(MARGIN, high + 58, one_line(words.title, size, WIDTH - 2 * MARGIN), size, bold=True)
        paper.line(MARGIN, high + 84, words.author, 13, grey=GREY)
        paper.right(WIDTH - MARGIN, high + 58, words.kind, 13)
        paper.right(WIDTH - MARGIN, high + 84, words.amount, 11, grey=GREY)
        paper.line(MARGIN, high + 122, words.disclosure, 12, bold=True)
        paper.foot("", "")

    def cast(self, roles: Sequence[Role]) -> None:
        """Everybody with their pictures, a row each."""
        for at in range(0, len(roles), CAST_ROWS):
            key = f"cast-{at}"
            self._page(self.words.cast, "", key)
            if not at:
                self.paper.bookmark(self.words.cast, key, 0)
            row = (HEIGHT - TOP - BOTTOM) / CAST_ROWS
            for place, role in enumerate(roles[at : at + CAST_ROWS]):
                self._role(role, TOP + place * row, row - 22)

    def _role(self, role: Role, top: float, high: float) -> None:
        paper, wide = self.paper, 150.0
        for number, still in enumerate(role.stills):
            picture = _portrait(still.read(), still.people.get(role.asset.id), wide / high)
            paper.picture(picture, MARGIN + number * (wide + 10), top, wide, high)
        left = MARGIN + PORTRAITS * (wide + 10) + 16
        room = WIDTH - MARGIN - left
        paper.line(left, top + 16, one_line(plain(role.asset.name), 16, room), 16, bold=True)
        base = paper.words(left, top + 36, role.what, SIZE, room, 3)
        paper.words(left, base + 4, role.about, 8.6, room, 5, grey=GREY)
        paper.rule(MARGIN, top + high + 11, WIDTH - 2 * MARGIN, grey=LIGHT, thick=0.5)

    def scene(self, page: ScenePage, key: str) -> None:
        """The words at the left with the slates in their margin, the panels at the right."""
        chapter, paper = page.chapter, self.paper
        self._page(heading_of(chapter), "" if page.first else self.words.continued, key)
        if page.first:
            paper.bookmark(heading_of(chapter), key, 0)
        for number, line in enumerate(page.lines):
            base = TOP + SIZE + number * LEADING
            if line.slates:
                shown = dict.fromkeys((plain(line.slates[0]), plain(line.slates[-1])))
                paper.line(MARGIN, base, one_line("–".join(shown), 8, _SLATES - 3), 8, bold=True)
            paper.line(_LEFT + line.left, base, line.text, SIZE, bold=line.style == "name")
        self._notes(len(page.lines))
        for place, slate in enumerate(page.slates):
            row, column = divmod(place, 2)
            left, top = _PANELS_LEFT + column * (_PANEL + _GAP), TOP + row * _ROW
            name = f"shot-{slate}"
            paper.place(name, top - 12)
            paper.bookmark(plain(slate), name, 1)
            self._panel(slate, left, top)

    def _notes(self, used: int) -> None:
        """Thin lines to write on, where the words leave room for some."""
        first = used + 2
        if NUM_LINES - first >= 4:
            for number in range(first, NUM_LINES, 2):
                self.paper.rule(_LEFT, TOP + number * LEADING + SIZE, COLUMN, grey=0.88, thick=0.4)

    def _panel(self, slate: str, left: float, top: float) -> None:
        paper, shot, still = self.paper, self.shots[slate], self.stills[slate]
        paper.line(left, top + 8, plain(slate), 11, bold=True)
        tail = length(Fraction(still.moment.num_frames) / self.fps)
        paper.right(left + _PANEL, top + 8, tail, 8, grey=GREY)
        beside = measure(plain(slate), 11) + 8
        room = _PANEL - beside - measure(tail, 8) - 6
        paper.line(left + beside, top + 8, one_line(describe(shot), 8, room), 8, grey=GREY)
        wide, high = fit(self.ratio, 1, _PANEL, _ROW - 78 if self.ratio >= 1 else _ROW - 34)
        paper.picture(still.read(), left, top + 15, wide, high, shot.move)
        narrow = wide < 0.62 * _PANEL
        x, base = (left + wide + 9, top + 24) if narrow else (left, top + high + 26)
        room, most = left + _PANEL - x, int((top + _ROW - 8 - base) // 10.6) + 1
        for line in still.moment.lines:
            spoken = next((each for each in shot.lines if each.text == line.text), None)
            said = speech(spoken) if spoken is not None else f": {plain(line.text)}"
            before = base
            base = paper.words(x, base, plain(line.character) + said, 7.8, room, most)
            most -= round((base - before) / (1.36 * 7.8))

    def index(self, rows: Sequence[tuple[str, int]]) -> None:
        """Every shot in the order of the cut, with its page; `rows` are slates and pages."""
        for at in range(0, len(rows), INDEX_ROWS):
            key = f"index-{at}"
            self._page(self.words.index, "", key)
            if not at:
                self.paper.bookmark(self.words.index, key, 0)
            for place, words in enumerate(self.words.columns):
                self.paper.line(MARGIN + _COLUMNS[place], TOP + 6, words, 8, grey=GREY)
            self.paper.rule(MARGIN, TOP + 11, WIDTH - 2 * MARGIN, thick=0.5)
            for number, (slate, page) in enumerate(rows[at : at + INDEX_ROWS]):
                self._entry(slate, page, TOP + 25 + number * 15.2)

    def _entry(self, slate: str, page: int, base: float) -> None:
        paper, shot, still = self.paper, self.shots[slate], self.stills[slate]
        said = " ".join(plain(line.text).strip() for line in still.moment.lines)
        shown = " ".join((plain(shot.action).strip() or said or self.words.scene + " " + shot.scene).split())
        cells = (
            plain(slate),
            str(page),
            timecode(still.moment.begins, self.fps)[3:],
            length(Fraction(still.moment.num_frames) / self.fps),
            describe(shot),
            shown,
        )
        for place, words in enumerate(cells):
            end = _COLUMNS[place + 1] if place + 1 < len(cells) else WIDTH - 2 * MARGIN
            paper.line(MARGIN + _COLUMNS[place], base, one_line(words, 8.6, end - _COLUMNS[place] - 8), 8.6)
        paper.rule(MARGIN, base + 4.6, WIDTH - 2 * MARGIN, grey=0.88, thick=0.4)
        paper.link(f"shot-{slate}", MARGIN, base - 10, WIDTH - 2 * MARGIN, 14)

    def _page(self, head: str, tail: str, key: str) -> None:
        """A new page with its head and foot."""
        paper = self.paper
        paper.begin(key)
        room = WIDTH - 2 * MARGIN - measure(tail, 9) - 16
        paper.line(MARGIN, 50, one_line(head, 15, room), 15, bold=True)
        paper.right(WIDTH - MARGIN, 50, tail, 9, grey=GREY)
        paper.rule(MARGIN, 60, WIDTH - 2 * MARGIN, grey=INK)
        paper.foot(self.words.title, self.words.disclosure)


def heading_of(chapter: Chapter) -> str:
    """A scene's number and heading on one line."""
    return f"{plain(chapter.number)} · {' '.join(plain(chapter.heading.text).split())}"


def _portrait(frame: Frame, region: Region | None, ratio: float) -> Frame:
    """The part of a frame around somebody, in the shape of its place; of a frame where nobody is known to be, as much
    as has that shape."""
    high, wide = frame.shape[:2]
    whole = window_of(wide, high, ratio, [region] if region is not None else [])
    if region is None:
        return frame[whole.top : whole.bottom, whole.left : whole.right]
    across, down = (region.right - region.left) * wide, (region.bottom - region.top) * high
    tall = min(float(whole.height), 1.35 * max(down, across / ratio))
    x, y = region.centre[0] * wide, region.centre[1] * high
    left = round(min(max(x - tall * ratio / 2, 0), wide - tall * ratio))
    top = round(min(max(y - tall / 2, 0), high - tall))
    return frame[top : top + round(tall), left : left + round(tall * ratio)]
