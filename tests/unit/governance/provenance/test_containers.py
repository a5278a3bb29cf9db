"""A file is known by its bytes."""

from __future__ import annotations

import pytest

from tianmu.governance.provenance.containers import (
    EMBEDS,
    find_sidecar,
    is_written_plainly,
    readable_kind,
    sidecar,
    sniff,
    unbound_sha256,
)

from .conftest import Studio

KINDS = {
    "mp4": "video/mp4",
    "gif": "image/gif",
    "webp": "image/webp",
    "png": "image/png",
    "pdf": "application/pdf",
    "webm": "video/x-matroska",
}


@pytest.mark.parametrize("format", KINDS)
def test_a_file_is_known_by_its_bytes_whatever_it_is_called(studio: Studio, format: str) -> None:
    path = studio.make(format)
    other = path.rename(path.with_name("film.txt"))
    assert sniff(other) == KINDS[format]
    assert (readable_kind(other) is None) == (format == "webm")


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"II*\0", "image/tiff"),
        (b"RIFF\0\0\0\0WAVE", "audio/wav"),
        (b"RIFF\0\0\0\0AVI ", "video/x-msvideo"),
        (b"\0\0\0\x14ftypqt  ", "video/quicktime"),
        (b"\0\0\0\x14ftypM4A ", "audio/mp4"),
        (b"\0\0\0\x14ftypM4B ", "audio/mp4"),
        (b"PK\3\4" + bytes(26) + b"mimetypeapplication/epub+zip", "application/epub+zip"),
        (b"PK\3\4" + bytes(26) + b"mimetypeapplication/vnd.oasis", None),
        (b"\0\0\0\x08wide", "video/quicktime"),
        (b"fLaC", "audio/flac"),
        (b"ID3\4", "audio/mpeg"),
        (b"\xff\xfb\x90", "audio/mpeg"),
        (b"<?xml version='1.0'?><svg/>", "image/svg+xml"),
        (b"RIFF\0\0\0\0ELSE", None),
        (b"hello", None),
        (b"", None),
    ],
)
def test_other_peoples_files(studio: Studio, start: bytes, kind: str | None) -> None:
    path = studio.folder / "any"
    path.write_bytes(start)
    assert sniff(path) == kind


def test_a_damaged_start_leaves_the_name(studio: Studio) -> None:
    path = studio.folder / "film.mp4"
    path.write_bytes(b"?")
    assert readable_kind(path) == "video/mp4"
    assert find_sidecar(path) is None
    assert sidecar(path).name == "film.mp4.c2pa"


def test_the_boxes_that_the_hash_of_an_mp4_leaves_out(studio: Studio) -> None:
    path = studio.make("mp4")
    before = unbound_sha256(path)
    manifest = studio.sign(path).manifest
    assert unbound_sha256(path) == before is not None  # signing moves the film, and leaves these as they were
    content = path.read_bytes()
    path.write_bytes(content.replace(b"isom", b"iso2", 1))
    assert unbound_sha256(path) != before
    path.write_bytes(content + b"\0\0\0\x0cfreemore")
    assert unbound_sha256(path) != before
    assert unbound_sha256(studio.make("png")) is None
    path.write_bytes(content)
    assert is_written_plainly(path, "video/mp4", manifest)
    assert not is_written_plainly(path, "video/mp4", manifest[:-1] + b"?")


def test_a_pdf_takes_none_and_sound_does() -> None:
    assert EMBEDS.isdisjoint(("application/pdf", "application/epub+zip"))
    assert {"audio/wav", "audio/mpeg", "audio/flac", "audio/mp4"} <= EMBEDS
