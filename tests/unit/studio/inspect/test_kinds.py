"""Files are known by their first bytes; what is no file is refused without being opened."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.unit.studio.inspect.conftest import Studio

from tianmu.core.errors import MediaError
from tianmu.studio.inspect.kinds import recognise

KINDS = {
    "mp4": ("film", "mp4"),
    "gif": ("film", "gif"),
    "webp": ("film", "webp"),
    "sequence": ("sequence", "png sequence"),
    "png": ("picture", "png"),
    "jpg": ("picture", "jpeg"),
    "tif": ("picture", "tiff"),
    "wav": ("sound", "wav"),
}


@pytest.mark.parametrize("format", KINDS)
def test_a_name_does_not_matter(studio: Studio, format: str, tmp_path: Path) -> None:
    named = tmp_path / "thing.txt"
    named.symlink_to(studio.works[format])
    kind = recognise(named)
    assert (kind.sort, kind.container) == KINDS[format]
    assert kind.bytes >= kind.stored > 100


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7\n", ("document", "pdf")),
        (b"PK\3\4" + bytes(26) + b"mimetypeapplication/epub+zip", ("document", "epub")),
        (b"ID3\x04\0\0\0\0\0\0", ("sound", "mp3")),
        (b"\xff\xfb\x90\x64" + bytes(20), ("sound", "mp3")),
        (b"\0\0\0\x14ftypqt  \0\0\0\0", ("film", "mov")),
        (b"\0\0\0\x14ftypM4A \0\0\0\0", ("sound", "mp4")),
        (b"\0\0\0\x14ftypavif\0\0\0\0", ("picture", "avif")),
        (b"FORM\0\0\0\x10AIFFCOMM", ("sound", "aiff")),
        (b"RIFF\0\0\0\0WEBPVP8 ", ("picture", "webp")),
    ],
)
def test_magic(tmp_path: Path, head: bytes, kind: tuple[str, str]) -> None:
    path = tmp_path / "file"
    path.write_bytes(head)
    found = recognise(path)
    assert (found.sort, found.container) == kind


def test_what_is_no_media_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    text = tmp_path / "text.mp4"
    text.write_text("no film", encoding="utf-8")
    for path in (pipe, circle, text, tmp_path, tmp_path / "gone", Path("/dev/zero"), Path("with\0zero")):
        with pytest.raises(MediaError) as caught:
            recognise(path)
        assert "\n" not in caught.value.explain()


def test_a_hollow_file_has_only_what_lies_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "hollow.gif"
    with path.open("wb") as file:
        file.write(b"GIF89a" + bytes(10))
        file.truncate(2**30)
    kind = recognise(path)
    assert kind.bytes == 2**30
    assert kind.stored < 2**20
