"""A screenplay written as Fountain that reads back as the same screenplay.

Whatever would be taken for something else is forced: `kind_of` of `grammar.py` is asked about every row.
"""

from __future__ import annotations

from collections.abc import Iterator

from tianmu.film.screenplay import (
    Action,
    Element,
    Line,
    Note,
    PageBreak,
    Screenplay,
    ScriptScene,
    Section,
    Speech,
    Synopsis,
    Transition,
)
from tianmu.studio.importers.form import tidy
from tianmu.studio.importers.grammar import (
    find_key,
    is_bracketed,
    is_transition,
    kind_of,
    kind_within,
    read_cue,
)
from tianmu.studio.importers.headings import find_heading
from tianmu.studio.importers.rows import HELD, TAB, escape_comments, write_note


class _Anyone:
    """Every name may be a cue: what the writer must assume of a reader that knows the whole script."""

    def __contains__(self, name: object) -> bool:
        return True


def write_fountain(screenplay: Screenplay) -> str:
    """The screenplay as Fountain, which `parse_fountain` reads back as it is (line numbers aside).

    Raises:
        InputError: it has no scene, a scene has no heading, or two have one number.
    """
    screenplay = tidy(screenplay)
    blocks = [_title_page(screenplay.title_page)] if screenplay.title_page else []
    first = not blocks
    for element in screenplay.opening:
        blocks.append(_element(element, first=first))
        first = False
    for scene in screenplay.scenes:
        blocks.append(escape_comments(_heading(scene)))
        blocks.extend(_element(element, first=False) for element in scene.elements)
    return "\n\n".join(blocks) + "\n"


def _title_page(entries: tuple[tuple[str, str], ...]) -> str:
    rows: list[str] = []
    for key, value in entries:
        values = value.split("\n")
        if len(values) == 1:
            rows.append(f"{key}: {value}".rstrip())
        else:
            rows.extend([f"{key}:", *(TAB + row for row in values)])
    return escape_comments("\n".join(rows))


def _heading(scene: ScriptScene) -> str:
    text = scene.heading.text
    found = find_heading(text)
    natural = found is not None and found.number is None and found.text == text and text[0] not in "!.@>~#="
    row = text if natural else f". {text}" if text.startswith(".") else f".{text}"
    if row.endswith("#"):
        row = row[:-1] + "\\#"
    return f"{row} #{scene.number}#" if scene.numbered else row


def _element(element: Element, *, first: bool) -> str:
    """One block. The first of a script without a title page must not look like one."""
    if isinstance(element, Note):
        return write_note(element.text)
    return escape_comments("\n".join(_rows(element, first=first)))


def _rows(element: Element, *, first: bool) -> Iterator[str]:
    match element:
        case Action(centered=True):
            yield from (f"> {row} <" if row else HELD for row in element.text.split("\n"))
        case Action():
            yield from _action(element.text.split("\n"), first=first)
        case Speech():
            yield from _speech(element, first=first)
        case Transition():
            text = element.text
            forced = text[:-1] + "\\<" if text.endswith("<") else text
            yield text if is_transition(text) and kind_of(text, "", _Anyone()) == "transition" else f"> {forced}"
        case Section():
            yield f"{'#' * element.level} {element.text}"
        case Synopsis():
            yield f"= {element.text}"
        case PageBreak():
            yield "==="
        case Note():
            yield write_note(element.text)


def _action(rows: list[str], *, first: bool) -> Iterator[str]:
    fresh = True
    for index, row in enumerate(rows):
        below = rows[index + 1] if index + 1 < len(rows) else ""
        kind = kind_of(row, below, _Anyone()) if fresh else kind_within(row)
        key = first and index == 0 and find_key(row) is not None
        yield HELD if not row else f"!{row}" if kind != "action" or key else row
        fresh = not row


def _speech(speech: Speech, *, first: bool) -> Iterator[str]:
    inside = "".join(f" {bracketed(extension)}" for extension in speech.extensions)
    row = f"{speech.character}{inside}{' ^' if speech.dual else ''}"
    rows = list(_lines(speech.lines))
    cue = read_cue(row)
    natural = (
        kind_of(row, rows[0], frozenset()) == "cue"
        and cue is not None
        and cue.name == speech.character.rstrip(":： ") == speech.character
        and not (first and find_key(row))
    )
    yield row if natural and row[0] != "@" else f"@{row}"
    yield from rows


def _lines(lines: tuple[Line, ...]) -> Iterator[str]:
    before = None
    for line in lines:
        if line.manner == "parenthetical":
            yield bracketed(line.text)
        else:
            if line.manner == before:
                yield HELD
            yield from (_spoken(row, line) for row in line.text.split("\n"))
        before = line.manner


def bracketed(text: str) -> str:
    """Text in brackets, Chinese text in wide ones."""
    return f"（{text}）" if any("\u4e00" <= letter <= "\u9fff" for letter in text) else f"({text})"


def _spoken(row: str, line: Line) -> str:
    if line.manner == "lyrics":
        return f"~{row}"
    bare = row.lstrip("\\")[:1]
    escaped = is_bracketed(row) or row.startswith("~") or (row.startswith("\\") and bare in ("(", "（", "~"))
    return f"\\{row}" if escaped and bare else row
