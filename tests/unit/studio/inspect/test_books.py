"""A book to read and a book to hear: signed, labelled, read intact, and a change of any part is seen."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from tests.unit.media.metadata.samples import book, sound
from tests.unit.studio.inspect.conftest import MARK, Studio, claim

from tianmu.governance.aigc import first_write
from tianmu.governance.provenance import sign_file
from tianmu.studio.inspect import Report, inspect_file
from tianmu.studio.inspect.kinds import recognise


def write_book(path: Path, label: str) -> None:
    book(path, packed=True, meta=f'<meta property="TC260:AIGC">{escape(label)}</meta>')


def write_talk(path: Path, label: str) -> None:
    sound(path, "ipod", "aac", text=label, movflags="use_metadata_tags")


BOOKS = {"epub": ("document", "epub", write_book), "m4a": ("sound", "mp4", write_talk)}


def inspected(studio: Studio, path: Path) -> Report:
    return inspect_file(path, store=None, home=studio.home, reader=studio.reader)


@pytest.mark.parametrize("ending", BOOKS)
def test_a_book_reads_intact_and_a_changed_one_does_not(studio: Studio, ending: str, tmp_path: Path) -> None:
    sort, container, write = BOOKS[ending]
    path = tmp_path / f"fox.{ending}"
    write(path, first_write(studio.identity.producer, MARK).to_json())
    assert (recognise(path).sort, recognise(path).container) == (sort, container)
    sign_file(path, replace(claim("A fox"), kind="document" if sort == "document" else "shot"), studio.identity)
    assert (tmp_path / f"fox.{ending}.c2pa").exists() == (ending == "epub")
    report = inspected(studio, path)
    assert (report.verdict, report.made_by_ai) == ("intact", True), report
    assert report.layer("aigc").facts["label"] == "1"
    assert report.layer("aigc").facts["state"] == "valid"
    assert report.layer("content").facts["damaged"] is False
    data = bytearray(path.read_bytes())
    for at in (len(data) // 3, len(data) // 2, len(data) - 30):
        turned = data.copy()
        turned[at] ^= 1
        path.write_bytes(turned)
        assert inspected(studio, path).verdict == "changed"


def test_a_book_whose_directory_points_astray_is_damaged(studio: Studio, tmp_path: Path) -> None:
    path, cut = tmp_path / "fox.epub", tmp_path / "cut.epub"
    write_book(path, "{}")
    shutil.copyfile(path, cut)
    data = path.read_bytes()
    last = data.rfind(b"PK\x01\x02")
    path.write_bytes(data[: last + 42] + b"\x07" + data[last + 43 :])
    assert inspected(studio, path).layer("content").facts["damaged"] is True
    cut.write_bytes(data[: len(data) // 2])
    assert inspected(studio, cut).verdict == "unreadable"
