"""`tianmu adapt`: a book becomes a draft screenplay, with its characters, its arc, and what a writer needs to go on.

    adaptation = adapt(read_source(path))
    write_adaptation(adaptation, folder)

1. paragraphs (`paragraphs.py`), and in them who says and what tells (`passages.py`);
2. who is there (`english.py`, `chinese.py`), and who says what (`speakers.py` and the tags of each language);
3. scenes (`scenes.py`), their draft (`draft.py`), and where every line went (`coverage.py`);
4. the network (`network.py`) and the arc (`arc.py`), each as data and as pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.film.screenplay import Screenplay
from tianmu.studio.adapt import chinese, english, tags_chinese, tags_english
from tianmu.studio.adapt.arc import Point, make_arc
from tianmu.studio.adapt.coverage import left_out
from tianmu.studio.adapt.draft import Draft, write_drafts
from tianmu.studio.adapt.figures import Company
from tianmu.studio.adapt.network import Network, make_network
from tianmu.studio.adapt.paragraphs import Paragraph, find_paragraphs
from tianmu.studio.adapt.passages import find_passages
from tianmu.studio.adapt.scenes import find_scenes
from tianmu.studio.adapt.script import write_screenplay
from tianmu.studio.adapt.source import LeftOut, Source
from tianmu.studio.adapt.speakers import Part, find_speakers
from tianmu.studio.planner import LanguagePlanner

Told = Callable[[float, str], None]
"""Hears how far the work is, from 0 to 1, and what is being done."""


@dataclass(frozen=True, kw_only=True)
class Adaptation:
    """A book, drafted."""

    source: Source
    title: str
    author: str
    company: Company
    parts: tuple[Part, ...]
    drafts: tuple[Draft, ...]
    left: tuple[LeftOut, ...]
    network: Network
    arc: tuple[Point, ...]
    notes: tuple[str, ...]
    planner: str
    """`rules`, or the name of the language model that worded at least one scene."""

    @property
    def names(self) -> dict[str, str]:
        """What the screenplay calls every figure."""
        return {figure.key: figure.name for figure in self.company.figures}

    @property
    def screenplay(self) -> Screenplay:
        """The draft as a screenplay."""
        return write_screenplay(self.source, self.drafts, self.names, self.title, self.author)


def adapt(source: Source, planner: LanguagePlanner | None = None, told: Told = lambda part, what: None) -> Adaptation:
    """Draft a screenplay from a book.

    Raises:
        InputError: there is nothing in it that a scene could be made of.
    """
    told(0.0, say("reading", "阅读"))
    paragraphs = find_paragraphs(source)
    passages = find_passages(source, paragraphs)
    told(0.15, say("who is there", "找人物"))
    chinese_text = source.tongue == "zh"
    company = (chinese if chinese_text else english).find_company(source, passages)
    told(0.4, say("who speaks", "找说话人"))
    company = _without_twins(company)
    parts = find_speakers(source, company, passages, (tags_chinese if chinese_text else tags_english).read_tags)
    told(0.55, say("scenes", "分场"))
    cuts = find_scenes(source, company, parts)
    drafts = _filled(write_drafts(source, company, parts, cuts, _titles(source, paragraphs)))
    if not drafts:
        raise InputError(
            say(
                f"{source.name} holds nothing that a scene could be made of: nobody in it does or says anything.",
                f"{source.name} 里没有可以成场的内容：没有人物在做什么或说什么。",
            )
        )
    notes: list[str] = []
    worded = "rules"
    if planner is not None:
        from tianmu.studio.adapt.rewriting import rewrite

        told(0.7, say("action", "动作"))
        drafts, notes = rewrite(planner, source, company, drafts)
        if any(beat.by == planner.name for draft in drafts for beat in draft.beats):
            worded = planner.name
    told(0.9, say("network and arc", "关系与张力"))
    title, author = _front(source, paragraphs)
    return Adaptation(
        source=source,
        title=title,
        author=author,
        company=company,
        parts=tuple(parts),
        drafts=tuple(drafts),
        left=tuple(left_out(source, paragraphs, drafts)),
        network=make_network(company, drafts),
        arc=tuple(make_arc(source, parts, drafts)),
        notes=tuple(notes),
        planner=worded,
    )


def _filled(drafts: Sequence[Draft]) -> list[Draft]:
    """Scenes that hold something, counted anew; a chapter's heading goes on to the next of them."""
    kept: list[Draft] = []
    title = ""
    for draft in drafts:
        title = draft.title or title
        if draft.beats:
            kept.append(replace(draft, number=len(kept) + 1, title=title))
            title = ""
    return kept


def _without_twins(company: Company) -> Company:
    """Two figures that a screenplay would call the same get numbers."""
    seen: dict[str, int] = {}
    figures = []
    for figure in company.figures:
        seen[figure.name] = seen.get(figure.name, 0) + 1
        number = seen[figure.name]
        figures.append(figure if number == 1 else replace(figure, name=f"{figure.name} {number}"))
    return replace(company, figures=tuple(figures))


def _titles(source: Source, paragraphs: Sequence[Paragraph]) -> dict[int, str]:
    """The last heading before each chapter's prose, by the number that passages carry."""
    found: dict[int, str] = {}
    chapter = 0
    for paragraph in paragraphs:
        if paragraph.kind == "prose":
            continue
        chapter += 1
        if paragraph.kind == "heading":
            text = " ".join(source.text[paragraph.start : paragraph.end].split())
            before = found.get(chapter - 1, "") if _touches(paragraphs, paragraph) else ""
            found[chapter] = f"{before} - {text}" if before else text
    return found


def _touches(paragraphs: Sequence[Paragraph], paragraph: Paragraph) -> bool:
    """Whether the paragraph before a heading is a heading too: `CHAPTER I` and its title."""
    index = next(i for i, each in enumerate(paragraphs) if each is paragraph)
    return index > 0 and paragraphs[index - 1].kind == "heading"


def _front(source: Source, paragraphs: Sequence[Paragraph]) -> tuple[str, str]:
    """Title and author as the beginning of the book gives them; the file's name where it gives none."""
    lines = [line for each in paragraphs if each.kind == "front" for line in source.lines[each.first - 1 : each.last]]
    rows = [row for row in (" ".join(line.split()) for line in lines) if row]
    if not rows:
        head = next((each for each in paragraphs if each.kind in ("heading", "prose")), None)
        heads = [each for each in paragraphs if each.kind == "heading"]
        if head is not None and head.kind == "heading" and len(heads) == 1:
            return " ".join(source.text[head.start : head.end].split()), ""
        return source.name.rsplit(".", 1)[0], ""
    author = rows[1] if len(rows) > 1 else ""
    for lead in ("by ", "By ", "BY "):
        author = author.removeprefix(lead)
    return rows[0], author
