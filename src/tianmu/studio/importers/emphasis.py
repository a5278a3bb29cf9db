"""Fountain's emphasis as runs of styled text, and back: what FDX holds a paragraph as.

`*italic*`, `**bold**`, `***both***` and `_underlined_` open before a letter and close after one, on one row; a
backslash before a mark makes it plain, and so is an underscore inside a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Style = Literal["Bold", "Italic", "Underline"]
STYLES: tuple[Style, ...] = ("Bold", "Italic", "Underline")

_MARK = re.compile(r"\\[*_\\]|\*+|_+|\n")
_STYLES_OF: dict[str, frozenset[Style]] = {
    "*": frozenset(["Italic"]),
    "**": frozenset(["Bold"]),
    "***": frozenset(["Bold", "Italic"]),
    "_": frozenset(["Underline"]),
}


@dataclass(frozen=True)
class Run:
    """Text in one style."""

    text: str
    styles: frozenset[Style] = frozenset()


def split_runs(text: str) -> tuple[Run, ...]:
    """The runs of a text with marks, joined where neighbours look the same."""
    pairs = _pairs(text)
    runs: list[Run] = []
    open_marks: dict[str, int] = {}
    at = 0
    for match in _MARK.finditer(text):
        mark = match[0]
        runs.append(Run(text[at : match.start()], _styles(open_marks)))
        at = match.end()
        if match.start() not in pairs:
            runs.append(Run(mark[1:] if mark[0] == "\\" else mark, _styles(open_marks)))
        elif mark in open_marks:
            del open_marks[mark]
        else:
            open_marks[mark] = match.start()
    runs.append(Run(text[at:], _styles(open_marks)))
    return join_runs(runs)


def join_runs(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Runs without empty ones, and with neighbours of one style as one."""
    joined: list[Run] = []
    texts: list[str] = []
    for run in runs:
        if not run.text:
            continue
        if joined and joined[-1].styles == run.styles:
            texts.append(run.text)
            continue
        if joined:
            joined[-1] = Run("".join(texts), joined[-1].styles)
        joined.append(run)
        texts = [run.text]
    if joined:
        joined[-1] = Run("".join(texts), joined[-1].styles)
    return tuple(joined)


def mark_runs(runs: Iterable[Run]) -> str:
    """The text with marks that stands for runs; plain stars are escaped where they would be taken for marks."""
    joined = join_runs(runs)
    plain = "".join(map(_marked, joined))
    if split_runs(plain) == joined:
        return plain
    return "".join(_marked(Run(re.sub(r"[*_\\]", r"\\\g<0>", run.text), run.styles)) for run in joined)


def _pairs(text: str) -> frozenset[int]:
    """Where the marks stand that open or close something."""
    found: set[int] = set()
    waiting: dict[str, int] = {}
    for match in _MARK.finditer(text):
        mark, start, end = match[0], match.start(), match.end()
        if mark == "\n":
            waiting.clear()
        elif mark in _STYLES_OF:
            before, after = text[start - 1 : start], text[end : end + 1]
            inside_word = mark == "_" and _in_word(before) and _in_word(after)
            if mark in waiting and not before.isspace() and not inside_word and waiting[mark] + len(mark) < start:
                found |= {waiting.pop(mark), start}
            elif mark not in waiting and after and not after.isspace() and not inside_word:
                waiting[mark] = start
    return frozenset(found)


def _in_word(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def _styles(marks: Iterable[str]) -> frozenset[Style]:
    return frozenset(style for mark in marks for style in _STYLES_OF[mark])


def _marked(run: Run) -> str:
    """A run within its marks, row by row, its outer spaces outside them."""
    stars = ("**" if "Bold" in run.styles else "") + ("*" if "Italic" in run.styles else "")
    lines = "_" if "Underline" in run.styles else ""
    rows: list[str] = []
    for row in run.text.split("\n"):
        bare = row.strip()
        if not bare or not run.styles:
            rows.append(row)
            continue
        start = row.index(bare)
        marks = lines + stars
        rows.append(row[:start] + marks + bare + marks[::-1] + row[start + len(bare) :])
    return "\n".join(rows)
