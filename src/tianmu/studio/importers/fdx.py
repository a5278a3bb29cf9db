"""Final Draft's FDX read into a screenplay.

Read are all runs of a paragraph with their style, scene numbers, dual dialogue, the title page, script notes, scene
summaries, the outline, page breaks and centred text. The XML is read by a parser that refuses entities and external
references. Revision marks, page numbers, colours, fonts, bookmarks and tags are not kept.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, cast
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from tianmu.core.errors import MediaError
from tianmu.core.text import say
from tianmu.film import screenplay as nouns
from tianmu.studio.importers.emphasis import STYLES, Run, join_runs, mark_runs, split_runs
from tianmu.studio.importers.fdx_writing import NAMESPACE
from tianmu.studio.importers.form import tidy
from tianmu.studio.importers.grammar import is_bracketed, read_cue
from tianmu.studio.importers.rows import clean

_KEY, _SOURCE, _DUAL = (f"{{{NAMESPACE}}}{name}" for name in ("key", "source", "dual"))
_LINES: dict[str, Any] = {
    "Parenthetical": "parenthetical",
    "Dialogue": "dialogue",
    "Lyrics": "lyrics",
    "Singing": "lyrics",
}
_DEEPEST = 100
_DUAL_LENGTH = 3
"""Characters that a group of speeches counts in the ranges of notes."""
_CREDIT = re.compile(
    r"(?:(?:screenplay|story|teleplay|script|written)(?: and directed)? by|by\b|编剧|作者)[ :：]*", re.IGNORECASE
)
_BASED = re.compile(r"based (?:up)?on\b|根据|改编自", re.IGNORECASE)
_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}?encoding=["']([A-Za-z0-9._-]{1,40})["'][^>]{0,60}\?>""")


def parse_fdx(data: bytes) -> nouns.Screenplay:
    """Read an FDX file.

    Raises:
        MediaError: it is no XML, no FDX, incomplete, or holds entities.
        InputError: there is no scene in it, or two scenes have one number.
    """
    root, lines = _read_xml(data)
    content = root.find("Content")
    if root.tag != "FinalDraft" or content is None:
        raise MediaError(
            say(
                f"A Final Draft script was expected, and XML that begins with <{root.tag[:40]}> in line "
                f"{lines[root]} came; save the script as .fdx or .fountain.",
                f"应为 Final Draft 剧本，而这份 XML 在第 {lines[root]} 行以 <{root.tag[:40]}> 开头；"
                "请把剧本另存为 .fdx 或 .fountain。",
            )
        )
    reader = _Reader(lines)
    reader.read(content)
    reader.place_notes(root.find("ScriptNotes"))
    return tidy(
        nouns.Screenplay(
            title_page=tuple(_read_title_page(root)), opening=tuple(reader.opening), scenes=tuple(reader.scenes())
        )
    )


class _LinedBuilder(TreeBuilder):
    """Builds a tree and remembers the line of every element."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[Element, int] = {}
        self.line: Callable[[], int] = lambda: 0
        self.depth = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _TooDeep
        element = super().start(tag, attrs)
        self.lines[element] = self.line()
        return element

    def end(self, tag: Any, /) -> Element:
        self.depth -= 1
        return super().end(tag)


class _TooDeep(Exception):
    pass


def _read_xml(data: bytes) -> tuple[Element, dict[Element, int]]:
    builder = _LinedBuilder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=False)
    expat = cast(Any, parser).parser
    builder.line = lambda: expat.CurrentLineNumber
    try:
        parser.feed(_as_utf8(data))
        return parser.close(), builder.lines
    except ParseError as error:
        line = error.position[0]
        raise MediaError(
            say(
                f"This is no whole FDX file: its XML ends or breaks in line {line} ({str(error).split(':')[0]}); "
                "save it again from the program that made it.",
                f"这不是完整的 FDX 文件：其 XML 在第 {line} 行中断或出错（{str(error).split(':')[0]}）；"
                "请用原来的软件重新保存。",
            )
        ) from error
    except DefusedXmlException as error:
        line = expat.CurrentLineNumber
        raise MediaError(
            say(
                f"This FDX file defines entities or refers to other files in line {line}, which no script needs; "
                "it is not read.",
                f"这份 FDX 文件在第 {line} 行定义了实体或引用了其他文件，剧本不需要这些；因此不予读取。",
            )
        ) from error
    except (_TooDeep, ValueError, LookupError) as error:
        line = expat.CurrentLineNumber
        raise MediaError(
            say(
                f"This is no FDX file that can be read: something in line {line} is nested too deeply or in an unknown "
                "encoding; save it again from the program that made it.",
                f"无法读取这份 FDX 文件：第 {line} 行嵌套过深或使用了未知编码；请用原来的软件重新保存。",
            )
        ) from error


def _as_utf8(data: bytes) -> bytes:
    """XML in an encoding that the parser itself does not read, such as GB18030, as UTF-8."""
    match = _ENCODING.match(data)
    if match is None or (name := match[1].decode("ascii").lower()) in ("utf-8", "utf8", "utf-16", "us-ascii"):
        return data
    text = data.decode(name)
    return text[match.end() :].encode() if text[: match.end()].isascii() else data


class _Reader:
    """Paragraphs into the elements of scenes."""

    def __init__(self, lines: dict[Element, int]) -> None:
        self.lines = lines
        self.opening: list[nouns.Element] = []
        self.elements = self.opening
        self._found: list[tuple[nouns.Heading, str, int, list[nouns.Element]]] = []
        self._cue: nouns.Speech | None = None
        self._spoken: list[nouns.Line] = []
        self._notes: list[nouns.Note] = []
        self._offset = 0
        self._anchors: list[tuple[int, list[nouns.Element], int]] = []

    def scenes(self) -> Iterator[nouns.ScriptScene]:
        for heading, number, line, elements in self._found:
            yield nouns.ScriptScene(
                number=number, numbered=bool(number), heading=heading, elements=tuple(elements), line=line
            )

    def read(self, content: Element) -> None:
        for child in content:
            group = child if child.tag == "DualDialogue" else child.find("DualDialogue")
            if group is not None:
                self._group(group)
            elif child.tag == "Paragraph" and child.find("OmittedScene") is None:
                self._paragraph(child)
        self._flush()

    def place_notes(self, notes: Element | None) -> None:
        """Put notes that are listed after the script, by a range of its characters, after what they are about."""
        placed: list[tuple[int, nouns.Note]] = []
        for note in notes if notes is not None else ():
            start = re.match(r"[0-9]{1,9}", note.get("Range", ""))
            offset = int(start[0]) if start else 0
            placed.append((bisect_right(self._anchors, offset, key=lambda anchor: anchor[0]) - 1, _read_note(note)))
        for index, note in sorted(placed, key=lambda entry: entry[0], reverse=True):
            if index < 0:
                self.opening.append(note)
            else:
                _, elements, place = self._anchors[index]
                elements.insert(place + 1, note)

    def _group(self, group: Element) -> None:
        self._flush()
        told = False
        offset = self._offset
        for paragraph in group.iter("Paragraph"):
            self._paragraph(paragraph, told=told)
            told = told or paragraph.get("Type") == "Character"
        self._flush()
        self._offset = offset + _DUAL_LENGTH

    def _paragraph(self, paragraph: Element, *, told: bool = False) -> None:
        """One paragraph; `told`: a cue here speaks at the same time as the one before it."""
        kind = paragraph.get("Type", "Action").split("(")[0].strip()
        runs = _read_runs(paragraph)
        text = _marked(paragraph, runs)
        plain = "".join(run.text for run in runs).strip()
        if paragraph.get("StartsNewPage") == "Yes":
            self._flush()
            self.elements.append(nouns.PageBreak())
        if kind == "Scene Heading" and (plain or paragraph.get("Number")):
            self._flush()
            self.elements = []
            number = paragraph.get("Number", "")
            self._found.append((nouns.Heading(text=text), number, self.lines[paragraph], self.elements))
            self._anchor(-1, plain)
            self.elements.extend(_read_summary(paragraph))
        elif kind == "Character" and plain:
            self._flush()
            self._anchor(len(self.elements), plain)
            cue = read_cue(clean(plain).replace("\n", " "))
            if cue is not None:
                dual = told if paragraph.get(_DUAL) is None else paragraph.get(_DUAL) == "Yes"
                self._cue = nouns.Speech(character=cue.name, extensions=cue.extensions, lines=(), dual=dual)
        elif kind in _LINES and self._cue is not None:
            self._anchor(len(self.elements), plain)
            if plain:
                self._spoken.append(nouns.Line(text=_unbracketed(kind, text), manner=_LINES[kind]))
        else:
            if plain or paragraph.find("ScriptNote") is not None:
                self._flush()
            self._anchor(len(self.elements), plain)
            if plain:
                self.elements.append(_read_element(kind, text, paragraph))
        self._notes.extend(_read_note(note) for note in paragraph.iter("ScriptNote"))
        if self._cue is None:
            self._flush()

    def _anchor(self, index: int, plain: str) -> None:
        self._anchors.append((self._offset, self.elements, index))
        self._offset += len(plain) + 1

    def _flush(self) -> None:
        """Close the speech that is open, and put the notes that stood in it after it."""
        if self._cue is not None:
            self.elements.append(replace(self._cue, lines=tuple(self._spoken)))
        self.elements.extend(self._notes)
        self._cue, self._spoken, self._notes = None, [], []


def _read_element(kind: str, text: str, paragraph: Element) -> nouns.Element:
    level = re.fullmatch(r"Outline ([0-9])", kind)
    if level is not None:
        return nouns.Section(text=text, level=int(level[1]))
    match kind:
        case "Transition":
            return nouns.Transition(text=text)
        case "New Act":
            return nouns.Section(text=text)
        case "Summary" | "Outline Body":
            return nouns.Synopsis(text=text)
        case _:
            return nouns.Action(text=text, centered=paragraph.get("Alignment") == "Center")


def _read_runs(paragraph: Element) -> tuple[Run, ...]:
    """All runs of a paragraph, not those of notes in it."""
    runs: list[Run] = []
    for text in paragraph.findall("Text"):
        said = clean("".join([text.text or "", *(child.tail or "" for child in text)]))
        named = text.get("Style", "").split("+")
        runs.append(
            Run(said.upper() if "AllCaps" in named else said, frozenset(style for style in STYLES if style in named))
        )
    return join_runs(runs)


def _marked(paragraph: Element, runs: tuple[Run, ...]) -> str:
    """The text with marks: as the exporter had it, unless somebody changed the runs since."""
    source = paragraph.get(_SOURCE)
    return source if source is not None and split_runs(source) == runs else mark_runs(runs)


def _read_note(note: Element) -> nouns.Note:
    return nouns.Note(text="\n".join(_marked(paragraph, _read_runs(paragraph)) for paragraph in note.iter("Paragraph")))


def _read_summary(paragraph: Element) -> Iterator[nouns.Synopsis]:
    for inner in paragraph.iterfind("SceneProperties/Summary/Paragraph"):
        yield nouns.Synopsis(text=_marked(inner, _read_runs(inner)))


def _unbracketed(kind: str, text: str) -> str:
    bare = text.strip()
    return bare[1:-1] if kind == "Parenthetical" and is_bracketed(bare) else bare


def _read_title_page(root: Element) -> Iterator[tuple[str, str]]:
    """Entries by their keys, where our own exporter left them, or by what the lines of the page look like."""
    paragraphs = root.findall("TitlePage/Content/Paragraph")
    told = [(paragraph.get(_KEY), _marked(paragraph, _read_runs(paragraph))) for paragraph in paragraphs]
    if any(key for key, _ in told):
        yield from ((key or "Notes", text) for key, text in told if key or text.strip())
        return
    yield from guess_title_page([text.strip() for _, text in told if text.strip()])


def guess_title_page(rows: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Keys for the rows of a title page that names none: the first is the title, names follow `written by`."""
    rest: list[str] = []
    before = ""
    for row in rows:
        credit = _CREDIT.match(row)
        if not before:
            before = "Title"
            yield before, row
        elif credit is not None:
            before = "Credit"
            yield before, credit[0].rstrip(" :：")
            if name := row[credit.end() :].strip(" :："):
                before = "Author"
                yield before, name
        elif before == "Credit":
            before = "Author"
            yield before, row
        elif _BASED.match(row):
            yield "Source", row
        else:
            rest.append(row)
    if rest:
        yield "Contact", "\n".join(rest)
