"""Metadata in a document that reportlab draws: read by us and by another library, and the same bytes every time."""

from __future__ import annotations

from pathlib import Path

from pypdf import PdfReader
from tests.unit.media.metadata.samples import TEXT, XMP, document

from tianmu.media.metadata import read_metadata


def test_another_library_reads_it_too(tmp_path: Path) -> None:
    document(tmp_path / "a.pdf")
    reader = PdfReader(str(tmp_path / "a.pdf"), strict=True)
    assert reader.metadata is not None
    assert (reader.metadata["/AIGC"], reader.metadata.title) == (TEXT, "灯塔")
    assert reader.xmp_metadata is not None
    assert reader.xmp_metadata.stream.get_data() == XMP
    assert len(reader.pages) == 1


def test_both_places_are_read_and_the_bytes_are_the_same(tmp_path: Path) -> None:
    document(tmp_path / "a.pdf")
    document(tmp_path / "b.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    found = read_metadata(tmp_path / "a.pdf").entries
    assert [(entry.where, entry.value) for entry in found] == [("XMP", TEXT), ("PDF information", TEXT)]
    assert (tmp_path / "a.pdf").read_bytes().count(b"<x:xmpmeta") == 1
