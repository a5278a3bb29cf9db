"""Fountain 1.1, read into a screenplay and written back, in English and Chinese.

What counts as a character's cue is in `grammar.py`. More lenient than the format where a script says plainly what it
means: a heading in capitals or in Chinese needs no blank line around it. Lyrics outside a speech stay action, with
their tilde. A note inside a paragraph comes after it; a boneyard is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from tianmu.film.screenplay import (
    Action,
    Element,
    Heading,
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
    Kind,
    find_key,
    find_names,
    is_bracketed,
    is_spoken_extension,
    kind_of,
    kind_within,
    read_cue,
    read_said,
)
from tianmu.studio.importers.headings import find_heading
from tianmu.studio.importers.rows import HELD, Row, clean, read_rows

Manner = Literal["dialogue", "parenthetical", "lyrics"]


def parse_fountain(text: str) -> Screenplay:
    """Read a screenplay in Fountain.

    Raises:
        InputError: there is no scene in it, or two scenes have one number.
    """
    rows = read_rows(clean(text))
    title_page, rest, notes = _read_title_page(rows)
    known = frozenset(name for row in rest if (name := find_names(row.text)))
    reader = _Reader(known)
    reader.elements.extend(notes)
    for block in _blocks(rest):
        reader.read(block)
    return tidy(Screenplay(title_page=tuple(title_page), opening=tuple(reader.opening), scenes=tuple(reader.scenes())))


def _read_title_page(rows: list[Row]) -> tuple[list[tuple[str, str]], list[Row], list[Note]]:
    """Its entries, the rows after it, and the notes on it."""
    start = next((index for index, row in enumerate(rows) if row.text.strip()), len(rows))
    if start == len(rows) or find_key(rows[start].text) is None:
        return [], rows, []
    entries: list[tuple[str, list[str]]] = []
    end = start
    for end in range(start, len(rows) + 1):
        if end == len(rows) or rows[end].blank or rows[end].text == HELD:
            break
        text = rows[end].text
        if rows[end].passing:
            continue
        entry = None if text[:1].isspace() else find_key(text)
        if entry is not None:
            entries.append((entry[0], [entry[1]]))
        elif not text[:1].isspace() and kind_of(text, "", frozenset()) != "action":
            break
        else:
            entries[-1][1].append(text)
    notes = [Note(text=note) for row in rows[:end] for note in row.notes]
    return [(key, "\n".join(values)) for key, values in entries], rows[end:], notes


def _blocks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows between blank ones; a held row belongs to the block that it is in."""
    block: list[Row] = []
    for row in rows:
        if row.blank and not (block and row.text == HELD):
            if block:
                yield block
            block = []
        else:
            block.append(row)
    if block:
        yield block


class _Reader:
    """The elements of blocks, one scene after the other."""

    def __init__(self, known: frozenset[str]) -> None:
        self.known = known
        self.opening: list[Element] = []
        self.elements = self.opening
        self._found: list[tuple[Heading, str, int, list[Element]]] = []

    def scenes(self) -> Iterator[ScriptScene]:
        for heading, number, line, elements in self._found:
            yield ScriptScene(
                number=number, numbered=bool(number), heading=heading, elements=tuple(elements), line=line
            )

    def read(self, block: list[Row]) -> None:
        at = 0
        while at < len(block):
            row = block[at]
            if row.passing or row.text == HELD:
                end = at + 1
            else:
                kind = kind_of(row.text, _below(block, at), self.known)
                end = self._element(kind, block, at)
            self.elements.extend(Note(text=note) for part in block[at:end] for note in part.notes)
            at = end

    def _element(self, kind: Kind, block: list[Row], at: int) -> int:
        """Add the element that begins at a row; the index after its last row is returned."""
        row = block[at]
        text = row.text.strip()
        match kind:
            case "heading":
                self._heading(text, row.number)
            case "transition":
                self.elements.append(Transition(text=_read_transition(text)))
            case "page_break":
                self.elements.append(PageBreak())
            case "section":
                name = text.lstrip("#")
                self.elements.append(Section(text=name, level=len(text) - len(name)))
            case "synopsis":
                self.elements.append(Synopsis(text=text[1:]))
            case "said":
                self._said(text)
            case "cue":
                return self._speech(block, at)
            case "centered":
                return self._centered(block, at)
            case "action" | "forced_action":
                return self._action(block, at)
        return at + 1

    def _heading(self, text: str, line: int) -> None:
        found = None if text.startswith(".") else find_heading(text)
        number = found.number or "" if found else ""
        words = found.text if found else text[1:].strip()
        bare, mark = _split_number(words)
        self.elements = []
        self._found.append((Heading(text=bare), mark or number, line, self.elements))

    def _said(self, text: str) -> None:
        said = read_said(text)
        assert said is not None
        words, lines = said.words, list[Line]()
        extension = (said.bracket,) if said.bracket and is_spoken_extension(said.bracket) else ()
        if said.bracket and not extension:
            lines.append(Line(text=said.bracket, manner="parenthetical"))
        if words[0] in "(（":
            end = min((place for mark in ")）" if (place := words.find(mark)) > 0), default=-1)
            if end > 0:
                lines.append(Line(text=words[1:end], manner="parenthetical"))
                words = words[end + 1 :].strip()
        lines.append(Line(text=words))
        self.elements.append(Speech(character=said.name, extensions=extension, lines=tuple(lines)))

    def _speech(self, block: list[Row], at: int) -> int:
        text = block[at].text.strip()
        forced = text.startswith("@")
        cue = read_cue(text[1:] if forced else text)
        assert cue is not None
        found: list[tuple[Manner, list[str]]] = []
        joined = False
        for row in block[at + 1 :]:
            if row.passing:
                continue
            if row.text == HELD:
                joined = False
                continue
            manner, words = _read_line(row.text.strip())
            if joined and found[-1][0] == manner != "parenthetical":
                found[-1][1].append(words)
            else:
                found.append((manner, [words]))
            joined = True
        lines = tuple(Line(text="\n".join(rows), manner=manner) for manner, rows in found)
        name = cue.name if forced else cue.name.rstrip(":： ")
        self.elements.append(Speech(character=name, extensions=cue.extensions, lines=lines, dual=cue.dual))
        return len(block)

    def _centered(self, block: list[Row], at: int) -> int:
        rows: list[str] = []
        end = at
        while end < len(block):
            text = block[end].text
            if not block[end].passing and text != HELD:
                if kind_of(text, "", self.known) != "centered":
                    break
                rows.append(text.strip()[1:-1])
            elif text == HELD:
                rows.append("")
            end += 1
        self.elements.append(Action(text="\n".join(rows), centered=True))
        return end

    def _action(self, block: list[Row], at: int) -> int:
        rows: list[str] = []
        end, fresh = at, True
        while end < len(block):
            text = block[end].text
            if block[end].passing:
                end += 1
                continue
            if text != HELD:
                kind = kind_of(text, _below(block, end), self.known) if fresh else kind_within(text)
                if kind not in ("action", "forced_action"):
                    break
            rows.append(text.lstrip()[1:] if text.lstrip().startswith("!") else text)
            fresh = text == HELD
            end += 1
        self.elements.append(Action(text="\n".join(rows)))
        return end


def _below(block: Sequence[Row], at: int) -> str:
    """The text of the next row of a block that holds more than a comment."""
    return next((block[index].text for index in range(at + 1, len(block)) if not block[index].passing), "")


def _read_line(text: str) -> tuple[Manner, str]:
    if is_bracketed(text):
        return "parenthetical", text[1:-1]
    if text.startswith("~"):
        return "lyrics", text[1:]
    return "dialogue", text[1:] if _is_escaped(text) else text


def _is_escaped(text: str) -> bool:
    """Whether a row of a speech begins with backslashes before what would make it a parenthetical or lyrics."""
    return text.startswith("\\") and text.lstrip("\\")[:1] in ("(", "（", "~")


def _read_transition(text: str) -> str:
    if not text.startswith(">"):
        return text
    bare = text[1:].strip()
    return bare[:-2] + "<" if bare.endswith("\\<") else bare


def _split_number(text: str) -> tuple[str, str]:
    """A heading without `#12A#` at its end, and that number."""
    number = ""
    if text.endswith("#") and (start := text.rfind("#", 0, -1)) >= 0:
        inside = text[start + 1 : -1].strip()
        if inside and len(inside) <= 20 and all(letter.isalnum() or letter in "-." for letter in inside):
            number, text = inside, text[:start].rstrip()
    return (text[:-2] + "#" if text.endswith("\\#") else text), number
