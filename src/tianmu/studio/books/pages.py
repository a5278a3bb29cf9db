"""What stands on which page of a storyboard book: the text of a scene in screenplay form, and its panels beside it.

A page has the words on the left and at most four panels on the right; whichever is full first ends the page, so that a
panel is always on the page of the words that it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tianmu.film.screenplay import Action, Element, Speech
from tianmu.studio.boards.lettering import fill_lines
from tianmu.studio.boards.terms import plain
from tianmu.studio.books.script import Chapter, paragraphs_of

PANELS = 4
"""Of a page."""
SIZE, LEADING = 10.2, 14.2
"""Of the text, in points."""
COLUMN = 238.0
"""Points that the text is wide."""

Style = Literal["action", "name", "speech", "aside", "transition", "gap"]
_PLACES: dict[Style, tuple[float, float]] = {
    "action": (0, COLUMN),
    "name": (84, COLUMN - 84),
    "speech": (38, COLUMN - 70),
    "aside": (58, COLUMN - 104),
    "transition": (0, COLUMN),
    "gap": (0, COLUMN),
}
"""Where a style begins, and how wide it is, in points."""


@dataclass(frozen=True, kw_only=True)
class TextLine:
    """A line of the text column."""

    text: str = ""
    style: Style = "gap"
    left: float = 0
    slates: tuple[str, ...] = ()
    """Shots that begin here: they stand in the margin."""
    clings: bool = False
    """Whether the next line must stand on the same page."""


@dataclass(frozen=True, kw_only=True)
class ScenePage:
    """A page of a scene."""

    chapter: Chapter
    first: bool
    """Whether it has the heading, and not its repetition."""
    lines: tuple[TextLine, ...]
    slates: tuple[str, ...]


def scene_pages(chapter: Chapter, num_lines: int, measure: Callable[[str, float], float]) -> tuple[ScenePage, ...]:
    """The pages of a scene; each holds at most `num_lines` lines and `PANELS` panels.

    Args:
        chapter: the scene.
        num_lines: lines that the text column holds.
        measure: how wide a text is in points at a size.
    """
    pages: list[ScenePage] = []
    lines: list[TextLine] = []
    slates: list[str] = []

    def turn() -> None:
        while lines and lines[-1].style == "gap":
            lines.pop()
        pages.append(ScenePage(chapter=chapter, first=not pages, lines=tuple(lines), slates=tuple(slates)))
        lines.clear()
        slates.clear()

    for passage in chapter.passages:
        text = list(_set(passage.element, measure)) if passage.element is not None else []
        waiting: list[str] = []
        if passage.slates and lines and len(lines) + _together(text) > num_lines:
            turn()  # the words would be on the next page, and so is their panel
        for slate in passage.slates:
            if len(slates) == PANELS:
                turn()
                waiting = []
            slates.append(slate)
            waiting.append(slate)
        for at, line in enumerate(text):
            if len(lines) + _together(text[at:]) > num_lines and lines:
                turn()
            if line.style != "gap" or lines:
                lines.append(replace(line, slates=tuple(waiting)) if waiting and line.style != "gap" else line)
                waiting = [] if line.style != "gap" else waiting
        lines.append(TextLine())
    if lines or slates or not pages:
        turn()
    return tuple(pages)


def _together(lines: Sequence[TextLine]) -> int:
    """How many of the first lines may not be parted."""
    count = 1
    while count < len(lines) and lines[count - 1].clings:
        count += 1
    return count


def _set(element: Element, measure: Callable[[str, float], float]) -> Iterator[TextLine]:
    """An element as lines: what is said under the name of who says it, in both languages where it has both."""
    if isinstance(element, Speech):
        extensions = "".join(f" ({extension})" for extension in element.extensions)
        yield from _lines(f"{element.character}{extensions}", "name", measure, clings=True)
        for line in element.lines:
            if line.manner == "parenthetical":
                yield from _lines(f"({plain(line.text).strip('()（） ')})", "aside", measure, clings=True)
            else:
                yield from _lines(line.text, "speech", measure)
    elif isinstance(element, Action):
        yield from _lines(element.text, "action", measure)
    elif element.kind == "transition":
        yield from _lines(element.text, "transition", measure)


def _lines(
    text: str, style: Style, measure: Callable[[str, float], float], *, clings: bool = False
) -> Iterator[TextLine]:
    left, width = _PLACES[style]
    for _, part in paragraphs_of(plain(text)):
        for line in fill_lines(part, width, lambda words: measure(words, SIZE)):
            at = COLUMN - measure(line, SIZE) if style == "transition" else left
            yield TextLine(text=line, style=style, left=at, clings=clings)
