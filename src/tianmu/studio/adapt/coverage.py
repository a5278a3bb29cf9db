"""Every line of a book is accounted for: it is in a scene, or it was left out and it is said why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tianmu.studio.adapt.draft import Draft
from tianmu.studio.adapt.paragraphs import Paragraph, ParagraphKind
from tianmu.studio.adapt.source import LeftOut, Source

_WHY: dict[ParagraphKind, tuple[str, str]] = {
    "heading": ("a heading, kept as a section of the outline", "标题，保留为大纲的章节"),
    "break": ("a break", "分隔"),
    "contents": ("the table of contents", "目录"),
    "front": ("title and author, kept on the title page", "书名与作者，保留在扉页"),
    "prose": ("nothing in it can be seen or heard", "没有可见可闻的内容"),
}


def left_out(source: Source, paragraphs: Sequence[Paragraph], drafts: Sequence[Draft]) -> list[LeftOut]:
    """What is in no scene, in order; blank lines are not listed."""
    taken = bytearray(len(source.lines) + 2)
    for draft in drafts:
        for line in range(draft.first, draft.last + 1):
            taken[line] = 1
    found = list(source.left)
    for paragraph in paragraphs:
        kind = paragraph.kind
        for first, last in _runs(taken, paragraph.first, paragraph.last):
            en, zh = _WHY[kind]
            found.append(LeftOut(first=first, last=last, en=en, zh=zh))
    return sorted(found, key=lambda left: left.first)


def _runs(taken: bytearray, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Runs of lines that no scene holds."""
    begun = 0
    for line in range(first, last + 2):
        free = line <= last and not taken[line]
        if free and not begun:
            begun = line
        elif not free and begun:
            yield begun, line - 1
            begun = 0


def uncovered(source: Source, drafts: Sequence[Draft], left: Sequence[LeftOut]) -> list[int]:
    """Lines with letters that are neither in a scene nor named as left out; there should be none."""
    spans = [(draft.first, draft.last) for draft in drafts] + [(entry.first, entry.last) for entry in left]
    held = {line for first, last in spans for line in range(first, last + 1)}
    return [
        number
        for number, line in enumerate(source.lines, 1)
        if number not in held and any(letter.isalnum() for letter in line)
    ]
