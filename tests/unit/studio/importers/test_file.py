"""Files of every kind and encoding, and those that are no screenplay."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from tianmu.core.errors import InputError, MediaError
from tianmu.studio.importers import parse_fountain, read_screenplay, write_fdx, write_fountain

SOURCE = "Title: 灯塔\n\n内景. 灯塔 - 夜\n\n玛拉点灯。海上起了大雾，她看不见船。\n\n@玛拉\n你好。\n"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (b"", "gb18030"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_reads_the_same(tmp_path: Path, mark: bytes, encoding: str, end: str) -> None:
    path = tmp_path / "a.fountain"
    path.write_bytes(mark + SOURCE.replace("\n", end).encode(encoding))
    assert read_screenplay(path) == parse_fountain(SOURCE)


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.spmd", "a"])
def test_a_heading_makes_it_fountain(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(SOURCE, "utf-8")
    assert read_screenplay(tmp_path / name) == parse_fountain(SOURCE)


def test_prose_is_a_treatment_and_xml_is_fdx(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# The Fox\n\nA fox walks in the woods.\n", "utf-8")
    assert read_screenplay(tmp_path / "a.md").title == "The Fox"
    (tmp_path / "b.txt").write_bytes(write_fdx(parse_fountain(SOURCE)))
    assert write_fountain(read_screenplay(tmp_path / "b.txt")) == SOURCE


@pytest.mark.parametrize(
    "data", [b"%PDF-1.4 x", b"PK\x03\x04zip", bytes(range(256)) * 9, b"\x00" * 50, b"\xff\xff\xff", b"{\\rtf1 x}"]
)
def test_binary_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.fountain").write_bytes(data)
    with pytest.raises(MediaError, match=r"a\.fountain is no text in UTF-8, UTF-16 or GB18030"):
        read_screenplay(tmp_path / "a.fountain")


def test_empty_missing_and_folders_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n", "utf-8")
    with pytest.raises(InputError, match="empty; write a scene"):
        read_screenplay(tmp_path / "a.txt")
    for path in (tmp_path, tmp_path / "none.fountain"):
        with pytest.raises(MediaError, match="cannot be read"):
            read_screenplay(path)
    (tmp_path / "b.fdx").write_bytes(b"")
    with pytest.raises(MediaError, match="no whole FDX"):
        read_screenplay(tmp_path / "b.fdx")
