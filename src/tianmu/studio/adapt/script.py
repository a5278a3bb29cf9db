"""The draft as a screenplay, with a note in every scene that leads back to the lines of the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tianmu.film.screenplay import Action, Element, Heading, Line, Note, Screenplay, ScriptScene, Section, Speech
from tianmu.studio.adapt.draft import Beat, Draft
from tianmu.studio.adapt.source import Source


def write_screenplay(
    source: Source, drafts: Sequence[Draft], names: dict[str, str], title: str, author: str
) -> Screenplay:
    """The screenplay of some drafts; at least one is needed."""
    pages: list[tuple[str, str]] = [("Title", title)]
    zh = source.tongue == "zh"
    if author:
        pages.append(("Author", author))
    pages.append(
        (
            "Source",
            f"{source.name}，第 {source.first}-{source.last} 行"
            if zh
            else f"{source.name}, lines {source.first}-{source.last}",
        )
    )
    pages.append(
        (
            "Notes",
            "改编草稿：对白照录原文，动作取自原句；每场的注记指明原文行号。"
            if zh
            else "A draft: speech is word for word, action is made of the text's own sentences; every scene's note "
            "names its lines.",
        )
    )
    held: list[list[Element]] = [[]]
    for draft in drafts:
        if draft.title:
            held[-1].append(Section(text=draft.title))
        held.append([note_of(source, draft), *_elements(source, draft.beats, names)])
    scenes = tuple(
        ScriptScene(
            number=str(draft.number), numbered=True, heading=Heading(text=draft.heading), elements=tuple(elements)
        )
        for draft, elements in zip(drafts, held[1:], strict=True)
    )
    return Screenplay(title_page=tuple(pages), opening=tuple(held[0]), scenes=scenes)


def note_of(source: Source, draft: Draft) -> Note:
    """Where in the text a scene stands: `text lines 12-18: "first words..."`."""
    if source.tongue == "zh":
        return Note(text=f"原文第 {draft.first}-{draft.last} 行：“{draft.opening}……”")
    return Note(text=f'text lines {draft.first}-{draft.last}: "{draft.opening}..."')


def _elements(source: Source, beats: Sequence[Beat], names: dict[str, str]) -> Iterator[Element]:
    zh = source.tongue == "zh"
    for beat in beats:
        if beat.kind == "action":
            yield Action(text=beat.text)
        elif beat.kind == "voice":
            yield Action(text=f"“{beat.text}”")
            where = f"{beat.first}-{beat.last}"
            yield Note(
                text=f"原文第 {where} 行：不知是谁说的" if zh else f"text lines {where}: who says this is not known"
            )
        else:
            lines = (Line(text=beat.manner, manner="parenthetical"),) if beat.manner else ()
            off = ("画外音" if zh else "V.O.",) if beat.thought else ()
            yield Speech(character=names[beat.speaker], extensions=off, lines=(*lines, Line(text=beat.text)))
