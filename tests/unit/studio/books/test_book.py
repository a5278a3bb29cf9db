"""A storyboard book: its pages, bookmarks, words in both languages, fonts; signed, and the same every time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pypdf import PdfReader

from tianmu.core.settings import settings
from tianmu.film.screenplay import Action, Heading, Line, Speech
from tianmu.film.subtitle import spoken_lines
from tianmu.studio.books.book import write_book
from tianmu.studio.books.moments import moments_of
from tianmu.studio.books.pages import PANELS, scene_pages
from tianmu.studio.books.script import Chapter, Passage
from tianmu.studio.edition import Edition
from tianmu.studio.inspect import inspect_file
from tianmu.studio.marking import store_of


def outline_of(entries: Any) -> list[str]:
    return [title for each in entries for title in (outline_of(each) if isinstance(each, list) else [each.title])]


def test_a_book_can_be_read_searched_and_found_again(edition: Edition, tmp_path: Path) -> None:
    (path,) = write_book(edition, tmp_path).files
    reader: Any = PdfReader(path)
    texts = ["".join(page.extract_text().split()) for page in reader.pages]
    whole = "".join(texts)
    assert len(texts) >= 5  # cover, cast, two scenes, index
    for _, line in spoken_lines(edition.cut):
        for part in line.text.split():
            assert part in whole
    slates = [moment.slate for moment in moments_of(edition.cut)]
    assert all(slate in texts[-1] for slate in slates)
    assert all("AIGENERATED" in text and "人工智能生成" in text for text in texts)
    assert [text.endswith(str(number)) or str(number) in text for number, text in enumerate(texts, 1)] == [True] * len(
        texts
    )
    outline = outline_of(reader.outline)
    assert outline[:2] == ["The Guest / 客人", "Cast"]
    assert [entry for entry in outline if entry in slates] == slates
    assert "Shots" in outline
    assert reader.metadata is not None
    assert reader.metadata.title == "The Guest / 客人"
    assert reader.metadata["/AIGC"].startswith("{")
    catalog = reader.trailer["/Root"]
    assert catalog["/Lang"] == "en"
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts if "/FontDescriptor" in font)
    assert any("/FontDescriptor" in font for font in fonts)
    assert len(reader.pages[-1]["/Annots"]) == len(slates)
    report = inspect_file(path, store=store_of(edition.project), home=settings().home)
    assert (report.verdict, report.container) == ("intact", "pdf")
    assert report.signer is not None
    assert report.signer["whose"] == "this studio"
    assert "metadata" in report.said_by
    first = path.read_bytes()
    write_book(edition, tmp_path)
    assert path.read_bytes() == first


def test_a_long_scene_takes_as_many_pages_as_it_needs() -> None:
    speech = Speech(character="MOSS", lines=(Line(text="softly", manner="parenthetical"), Line(text="word " * 60)))
    passages = tuple(
        Passage(slates=(f"1{letter}",), element=speech if at % 2 else Action(text="He walks. " * 30))
        for at, letter in enumerate("ABCDEFGHJ")
    )
    chapter = Chapter(number="1", heading=Heading(text="INT. ROOM"), passages=passages)
    pages = scene_pages(chapter, 30, lambda text, size: 0.5 * size * len(text))
    assert [slate for page in pages for slate in page.slates] == list(chapter.slates)
    words = " ".join(line.text for page in pages for line in page.lines).split()
    assert words.count("word") == 4 * 60
    assert words.count("walks.") == 5 * 30
    for page in pages:
        assert len(page.lines) <= 30
        assert len(page.slates) <= PANELS
        marked = [slate for line in page.lines for slate in line.slates]
        assert set(marked) <= set(page.slates)
        assert [line.style for line in page.lines][-1:] in (["speech"], ["action"])
    assert [page.first for page in pages] == [True] + [False] * (len(pages) - 1)


def test_a_scene_without_a_shot_still_has_its_page() -> None:
    chapter = Chapter(number="9", heading=Heading(text="INT. ROOM"), passages=())
    (page,) = scene_pages(chapter, 30, lambda text, size: size * len(text))
    assert (page.first, page.lines, page.slates) == (True, (), ())
