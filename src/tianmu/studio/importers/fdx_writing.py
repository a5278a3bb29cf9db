"""A screenplay written as Final Draft's FDX that `parse_fdx` reads back as the same screenplay.

Only elements and attributes that Final Draft knows are used; the little that they cannot say (the keys of a title
page, marks that do not survive as styled runs, a dual speech with nothing before it) stands in attributes of a
namespace of our own, which other programs pass over.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from tianmu.film import screenplay as nouns
from tianmu.studio.importers.emphasis import STYLES, mark_runs, split_runs
from tianmu.studio.importers.form import tidy
from tianmu.studio.importers.fountain_writing import bracketed

NAMESPACE = "urn:tianmu:screenplay"
_KEY, _SOURCE, _DUAL = (f"{{{NAMESPACE}}}{name}" for name in ("key", "source", "dual"))
_CENTERED_KEYS = frozenset(["title", "credit", "author", "authors", "source", "标题", "片名", "作者", "编剧"])
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'


def write_fdx(screenplay: nouns.Screenplay) -> bytes:
    """The screenplay as the bytes of an FDX file, in UTF-8.

    Raises:
        InputError: it has no scene, a scene has no heading, or two have one number.
    """
    screenplay = tidy(screenplay)
    register_namespace("tianmu", NAMESPACE)
    root = Element("FinalDraft", DocumentType="Script", Template="No", Version="5")
    content = SubElement(root, "Content")
    writer = _Writer(content)
    writer.write(screenplay.opening)
    for scene in screenplay.scenes:
        number = {"Number": scene.number} if scene.numbered else {}
        _paragraph(content, "Scene Heading", scene.heading.text, **number)
        writer.write(scene.elements)
    if screenplay.title_page:
        page = SubElement(SubElement(root, "TitlePage"), "Content")
        for key, value in screenplay.title_page:
            side = "Center" if key.lower() in _CENTERED_KEYS else "Left"
            _paragraph(page, "General", value, Alignment=side).set(_KEY, key)
    _indent(root)
    return _DECLARATION + tostring(root, "utf-8") + b"\n"


class _Writer:
    """Elements as paragraphs, speeches at one time in one group."""

    def __init__(self, content: Element) -> None:
        self.content = content
        self.num_notes = 0

    def write(self, elements: Sequence[nouns.Element]) -> None:
        at = 0
        while at < len(elements):
            end = at + 1
            while end < len(elements) and _is_dual(elements[end]) and isinstance(elements[at], nouns.Speech):
                end += 1
            group = self.content
            if end > at + 1:
                group = SubElement(SubElement(self.content, "Paragraph"), "DualDialogue")
            for index, element in enumerate(elements[at:end]):
                self._element(group, element, told=index > 0)
            at = end

    def _element(self, parent: Element, element: nouns.Element, *, told: bool) -> None:
        match element:
            case nouns.Action():
                side = {"Alignment": "Center"} if element.centered else {}
                _paragraph(parent, "Action", element.text, **side)
            case nouns.Speech():
                self._speech(parent, element, told=told)
            case nouns.Transition():
                _paragraph(parent, "Transition", element.text)
            case nouns.Section():
                _paragraph(parent, f"Outline {element.level}", element.text)
            case nouns.Synopsis():
                _paragraph(parent, "Summary", element.text)
            case nouns.PageBreak():
                _paragraph(parent, "General", "", StartsNewPage="Yes")
            case nouns.Note():
                self.num_notes += 1
                paragraph = SubElement(parent, "Paragraph", Type="General")
                note = SubElement(paragraph, "ScriptNote", ID=str(self.num_notes))
                _paragraph(note, "", element.text)
                SubElement(paragraph, "Text")

    def _speech(self, parent: Element, speech: nouns.Speech, *, told: bool) -> None:
        """`told`: that it is dual is said by its group."""
        inside = "".join(f" {bracketed(extension)}" for extension in speech.extensions)
        cue = SubElement(parent, "Paragraph", Type="Character")
        SubElement(cue, "Text").text = speech.character + inside
        if speech.dual != told:
            cue.set(_DUAL, "Yes" if speech.dual else "No")
        for line in speech.lines:
            match line.manner:
                case "parenthetical":
                    _paragraph(parent, "Parenthetical", bracketed(line.text))
                case "lyrics":
                    _paragraph(parent, "Lyrics", line.text)
                case "dialogue":
                    _paragraph(parent, "Dialogue", line.text)


def _is_dual(element: nouns.Element) -> bool:
    return isinstance(element, nouns.Speech) and element.dual


def _paragraph(parent: Element, kind: str, text: str, **attributes: str) -> Element:
    """One paragraph with its runs, and with the text itself where the runs alone would not give it back."""
    paragraph = SubElement(parent, "Paragraph", {**({"Type": kind} if kind else {}), **attributes})
    runs = split_runs(text)
    if mark_runs(runs) != text:
        paragraph.set(_SOURCE, text)
    for run in runs:
        style = "+".join(style for style in STYLES if style in run.styles)
        SubElement(paragraph, "Text", {"Style": style} if style else {}).text = run.text
    if not runs:
        SubElement(paragraph, "Text")
    return paragraph


def _indent(root: Element) -> None:
    """Line ends and spaces between elements, never inside a text."""
    indent(root, "  ")
