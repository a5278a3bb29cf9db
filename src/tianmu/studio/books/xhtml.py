"""The pages of an EPUB as XHTML: a scene's words with its pictures between them, and the pages around the scenes.

Every text says its language; a line in both languages is two paragraphs, one each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from tianmu.core.settings import Language
from tianmu.core.text import say
from tianmu.film.screenplay import Action, Element, Speech
from tianmu.studio.boards.terms import plain
from tianmu.studio.books.script import Chapter, paragraphs_of
from tianmu.studio.importers.emphasis import split_runs

CODES: dict[Language, str] = {"en": "en", "zh": "zh-Hans"}
"""How a language is called in XML."""

STYLE = """@page { margin: 1em; }
body { margin: 0 5%; line-height: 1.5; }
h1 { font-size: 1.15em; line-height: 1.35; margin: 2em 0 1.2em; text-align: left; }
h1.title { font-size: 2em; margin: 3em 0 0.3em; text-align: center; }
h1 span, .title span { display: block; }
p { margin: 0 0 0.9em; text-indent: 0; }
figure { margin: 1.4em 0; text-align: center; page-break-inside: avoid; break-inside: avoid; }
img { max-width: 100%; height: auto; }
.author, .made { text-align: center; }
.centered { text-align: center; }
.speech { margin: 1.1em 0 1.1em 12%; max-width: 30em; page-break-inside: avoid; break-inside: avoid; }
.speech p { margin: 0; }
.speech .name { font-weight: bold; letter-spacing: 0.04em; }
.speech .aside { font-style: italic; }
.speech .aside:lang(zh) { font-style: normal; }
.transition { text-align: right; margin: 1.6em 0; }
.cover { margin: 0; text-align: center; }
.cover img { max-height: 100%; }
.made { font-weight: bold; }
.u { text-decoration: underline; }
"""


@dataclass(frozen=True, kw_only=True)
class Plate:
    """A picture of the book."""

    href: str
    """From a page to its file."""
    alt: str
    """What is seen in it."""


def page_of(title: str, body: str, language: Language) -> str:
    """A whole XHTML document."""
    code = CODES[language]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
        f' xml:lang="{code}" lang="{code}">\n<head>\n<title>{escape(title)}</title>\n'
        f'<link rel="stylesheet" type="text/css" href="style.css"/>\n</head>\n<body>\n{body}\n</body>\n</html>\n'
    )


def scene_body(chapter: Chapter, plates: Mapping[str, Sequence[Plate]]) -> str:
    """A scene: its heading, then its words, each picture before the words that it shows."""
    parts = [f'<section epub:type="chapter" role="doc-chapter" aria-labelledby="heading">\n{_heading(chapter)}']
    for passage in chapter.passages:
        parts += [_figure(plate) for slate in passage.slates for plate in plates.get(slate, ())]
        if passage.element is not None:
            parts.append(element_body(passage.element))
    return "\n".join([*parts, "</section>"])


def element_body(element: Element) -> str:
    """An element of the screenplay as paragraphs."""
    if isinstance(element, Speech):
        return _speech(element)
    text = getattr(element, "text", "")
    if isinstance(element, Action):
        return "\n".join(_paragraphs(text, "centered" if element.centered else ""))
    return "\n".join(_paragraphs(text, "transition"))


def heading_words(chapter: Chapter) -> str:
    """A scene's heading on one line, with its number."""
    return f"{plain(chapter.number)}. {' '.join(plain(chapter.heading.text).split())}"


def _heading(chapter: Chapter) -> str:
    words = "".join(
        f'<span xml:lang="{CODES[language]}" lang="{CODES[language]}">{escape(text)}</span>'
        for language, text in paragraphs_of(heading_words(chapter))
    )
    return f'<h1 id="heading">{words}</h1>'


def _speech(speech: Speech) -> str:
    extensions = "".join(f" ({extension})" for extension in speech.extensions)
    lines = _paragraphs(f"{speech.character}{extensions}", "name")
    for line in speech.lines:
        if line.manner == "parenthetical":
            lines += [
                part for text in line.text.split("\n") for part in _paragraphs(f"({text.strip('()（） ')})", "aside")
            ]
        else:
            lines += _paragraphs(line.text, "said")
    return '<div class="speech">\n' + "\n".join(lines) + "\n</div>"


def _paragraphs(text: str, name: str) -> list[str]:
    """Lines as paragraphs, each in its language, with the writer's emphasis."""
    named = f' class="{name}"' if name else ""
    return [
        f'<p{named} xml:lang="{CODES[language]}" lang="{CODES[language]}">{_emphasized(part)}</p>'
        for language, part in paragraphs_of(text)
        if plain(part).strip()
    ]


def _emphasized(text: str) -> str:
    """Fountain's marks as XHTML."""
    shown: list[str] = []
    for run in split_runs(text):
        words = escape(plain(run.text))
        words = f'<span class="u">{words}</span>' if "Underline" in run.styles else words
        words = f"<em>{words}</em>" if "Italic" in run.styles else words
        shown.append(f"<strong>{words}</strong>" if "Bold" in run.styles else words)
    return "".join(shown)


def _figure(plate: Plate) -> str:
    return f"<figure><img src={quoteattr(plate.href)} alt={quoteattr(plate.alt)}/></figure>"


def cover_body(plate: Plate) -> str:
    """The cover: nothing but its picture."""
    image = f'<img src={quoteattr(plate.href)} alt={quoteattr(plate.alt)} role="doc-cover"/>'
    return f'<section epub:type="cover" class="cover">{image}</section>'


def title_body(title: str, author: str, made: str, opening: Sequence[Element]) -> str:
    """The title page, with what stands before the first scene."""
    lines = "".join(
        f'<span xml:lang="{CODES[language]}" lang="{CODES[language]}">{escape(text)}</span>'
        for language, text in paragraphs_of(title)
    )
    parts = [f'<section epub:type="titlepage">\n<h1 class="title">{lines}</h1>']
    parts += [f'<p class="author">{escape(author)}</p>'] if author else []
    parts += [f'<p class="made">{escape(made)}</p>'] if made else []
    return "\n".join([*parts, *(element_body(element) for element in opening), "</section>"])


def colophon_body(sentences: Sequence[str], language: Language) -> str:
    """How the book was made."""
    head = say("About this book", "关于本书", language=language)
    words = "\n".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    return f'<section epub:type="colophon" role="doc-colophon">\n<h1>{escape(head)}</h1>\n{words}\n</section>'


def nav_body(title: str, entries: Sequence[tuple[str, str]], start: str, language: Language) -> str:
    """The table of contents, and the landmarks that reading systems ask for."""
    items = "\n".join(f"<li><a href={quoteattr(href)}>{escape(words)}</a></li>" for href, words in entries)
    begin, cover = say("Beginning", "正文", language=language), say("Cover", "封面", language=language)
    return (
        f'<nav epub:type="toc" role="doc-toc" id="toc">\n<h1>{escape(title)}</h1>\n<ol>\n{items}\n</ol>\n</nav>\n'
        f'<nav epub:type="landmarks" id="landmarks" hidden="hidden">\n<ol>\n'
        f'<li><a epub:type="cover" href="cover.xhtml">{escape(cover)}</a></li>\n'
        f'<li><a epub:type="toc" href="nav.xhtml">{escape(title)}</a></li>\n'
        f'<li><a epub:type="bodymatter" href={quoteattr(start)}>{escape(begin)}</a></li>\n</ol>\n</nav>'
    )
