"""A text as clean rows: one kind of line end, no control characters, notes and boneyards taken out.

Comments are found in one pass over the text, so that neither can hide the other's mark. A backslash before `[[` or
`/*` makes it plain text (`\\[[`), and is taken away: that is how an exporter writes text that only looks like a
comment. Every search remembers where it failed, so that no text takes longer than its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TAB = "    "
HELD = "  "
"""A row of exactly two spaces: a blank line inside a paragraph, as Fountain has it."""

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNREADABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_COMMENT = re.compile(r"\[\[|/\*")
_NOTE_END = re.compile(r"\]\]|\n(?!  \n)[^\S\n]*\n")
_ESCAPED_END = re.compile(r"\\(?=\]\])")


@dataclass
class Row:
    """One line of a source, without its comments."""

    number: int
    """From 1, where it begins."""
    text: str = ""
    notes: list[str] = field(default_factory=list[str])
    commented: bool = False
    """Whether a comment was taken out of it."""

    @property
    def blank(self) -> bool:
        """Whether nothing stands there; where a comment stood alone, that is not nothing."""
        return not self.commented and not self.text.strip()

    @property
    def passing(self) -> bool:
        """Whether it held nothing but a comment."""
        return self.commented and not self.text.strip()


def clean(text: str) -> str:
    """Text with `\\n` line ends, four spaces for a tab, and without characters that no script or XML can hold."""
    if text.isprintable():  # most are, and nothing that is taken out is
        return text
    return _UNREADABLE.sub("", _LINE_ENDS.sub("\n", text)).replace("\t", TAB)


def one_line(text: str) -> str:
    """Text without line breaks and outer spaces."""
    cleaned = clean(text)
    if "\n" not in cleaned:
        return cleaned.strip()
    return " ".join(part for part in (row.strip() for row in cleaned.split("\n")) if part)


def escape_comments(text: str) -> str:
    """Text that `read_rows` reads back as it is, whatever looks like a comment in it."""
    return _COMMENT.sub(r"\\\g<0>", text)


def write_note(text: str) -> str:
    """A note as `read_rows` reads it."""
    rows = text.replace("]]", r"\]]").split("\n")
    body = "\n".join(row if row else HELD for row in rows)
    return f"[[{body}{' ' if body.endswith((']', chr(92))) else ''}]]"


def tidy_note(text: str) -> str:
    """A note without spaces at the ends of its rows, or around it."""
    return "\n".join(row.rstrip() for row in clean(text).split("\n")).strip()


def read_rows(text: str) -> list[Row]:
    """The rows of clean text, with notes and boneyards taken out of them. An unclosed comment is plain text."""
    reader = _Reader(text)
    reader.read()
    return reader.rows


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.rows = [Row(1)]
        self.parts: list[str] = []
        self.seam = False
        self.line = 1
        self.no_boneyard_end = False
        self.no_note_before = 0
        self.after = 0

    def read(self) -> None:
        at = 0
        for match in iter(lambda: _COMMENT.search(self.text, self.after), None):
            start, mark = match.start(), match[0]
            slashes = _count_back(self.text, start, at)
            if slashes:
                self.add(self.text[at : start - 1] + mark)
                at = match.end()
            else:
                end = self.end_of_note(match.end()) if mark == "[[" else self.end_of_boneyard(match.end())
                if end is None:
                    self.add(self.text[at : match.end()])
                    at = match.end()
                else:
                    self.add(self.text[at:start])
                    self.comment(self.text[match.end() : end], note=mark == "[[")
                    at = end + 2
            self.after = at
        self.add(self.text[at:])
        self.finish()

    def add(self, text: str) -> None:
        """Plain text, that may hold line ends."""
        first, *others = text.split("\n")
        self.piece(first)
        for other in others:
            self.finish()
            self.line += 1
            self.rows.append(Row(self.line))
            self.piece(other)

    def piece(self, text: str) -> None:
        """Text of one row; the spaces on one side of a comment that is gone go with it."""
        if self.seam and text:
            before = self.parts[-1] if self.parts else ""
            if not before or before[-1].isspace():
                text = text.lstrip()
            self.seam = not text
        if text:
            self.parts.append(text)

    def comment(self, text: str, *, note: bool) -> None:
        row = self.rows[-1]
        row.commented = True
        if note:
            row.notes.append(_ESCAPED_END.sub("", text) if "\\]]" in text else text)
        self.line += text.count("\n")
        self.seam = True

    def finish(self) -> None:
        row = self.rows[-1]
        row.text = "".join(self.parts)
        if row.commented or row.text != HELD:
            row.text = row.text.rstrip()
        self.parts, self.seam = [], False

    def end_of_boneyard(self, start: int) -> int | None:
        end = -1 if self.no_boneyard_end else self.text.find("*/", start)
        self.no_boneyard_end = end < 0
        return None if end < 0 else end

    def end_of_note(self, start: int) -> int | None:
        if start < self.no_note_before:
            return None
        at = start
        while True:
            match = _NOTE_END.search(self.text, at)
            if match is None or match[0] != "]]":
                self.no_note_before = len(self.text) if match is None else match.start()
                return None
            if not _count_back(self.text, match.start(), start):
                return match.start()
            at = match.end()


def _count_back(text: str, end: int, start: int) -> int:
    """How many backslashes stand before `end`, at `start` or later."""
    at = end
    while at > start and text[at - 1] == "\\":
        at -= 1
    return end - at
