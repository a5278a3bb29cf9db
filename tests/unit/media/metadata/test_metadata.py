"""The laws of metadata: what any common program wrote is read, and no file, however hostile, raises or hangs."""

from __future__ import annotations

import struct
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from tests.unit.media.metadata.samples import MAKERS, TEXT, write_sample

from tianmu.core.errors import InputError, MediaError
from tianmu.media.metadata import check_metadata, read_metadata


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("samples")
    return {name: write_sample(name, folder).read_bytes() for name in MAKERS}


def values(path: Path) -> list[str]:
    return [entry.value for entry in read_metadata(path).entries]


@pytest.mark.parametrize("name", MAKERS)
def test_what_others_wrote_is_read(samples: dict[str, bytes], tmp_path: Path, name: str) -> None:
    (tmp_path / "renamed").write_bytes(samples[name])  # the bytes tell what it is, not the name
    found = read_metadata(tmp_path / "renamed")
    assert found.whole
    assert TEXT in [entry.value for entry in found.entries]


@pytest.mark.parametrize("name", MAKERS)
def test_a_file_that_is_cut_or_scratched_raises_nothing(samples: dict[str, bytes], tmp_path: Path, name: str) -> None:
    """Cut near the beginning and anywhere, and with one or many wrong bytes."""
    data, path, rng = samples[name], tmp_path / "hostile", np.random.default_rng(0)
    lengths = sorted({*range(0, 300, 15), *rng.integers(0, len(data), 15).tolist()})
    for length in lengths:
        path.write_bytes(data[:length])
        read_metadata(path)
    for count in [1] * 25 + [20] * 15:
        scratched = bytearray(data)
        for place in rng.integers(0, min(len(data), 6000), count):
            scratched[place] = int(rng.choice([0, 1, 0x7F, 0x80, 0xFF]))
        path.write_bytes(scratched)
        read_metadata(path)


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data), kind) + data + bytes(4)


def nested(kind: bytes, depth: int) -> bytes:
    content = b""
    for _ in range(depth):
        content = box(kind, content)
    return content


PNG = b"\x89PNG\r\n\x1a\n"
EPUB = b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/epub+zip"
FTYP = box(b"ftyp", b"isom\x00\x00\x02\x00")
BOMB = zlib.compress(bytes(1 << 20), 9)
XML = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "one byte": b"\x89",
    "boxes of eight bytes": FTYP + box(b"free", b"") * 400_000,
    "boxes in boxes": FTYP + nested(b"moov", 100_000),
    "a box of no size": FTYP + struct.pack(">I4s", 1, b"moov") + bytes(8),
    "a box of all sizes": FTYP + struct.pack(">I4sQ", 1, b"moov", 2**64 - 1),
    "a billion keys": FTYP + box(b"moov", box(b"meta", bytes(4) + box(b"keys", struct.pack(">II", 0, 2**31)))),
    "a chunk of 4 GiB": PNG + struct.pack(">I4s", 2**32 - 1, b"iTXt"),
    "bombs": PNG + chunk(b"zTXt", b"AIGC\x00\x00" + BOMB) * 2000,
    "packed XMP": PNG
    + chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x01\x00\x00\x00" + zlib.compress(b"<a>" * 300_000)) * 300,
    "chunks of nothing": PNG + chunk(b"tEXt", b"a\x00b") * 100_000,
    "a directory that is its own next": b"II*\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00",
    "directories without end": b"MM\x00*\x00\x00\x00\x08" + b"\xff\xff" * 300_000,
    "long values, often": b"II*\x00\x08\x00\x00\x00"
    + struct.pack("<H", 4000)
    + struct.pack("<HHII", 270, 2, 1 << 20, 8) * 4000
    + bytes((1 << 20) + 4),
    "elements of unknown length": b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff" + b"\x1f\x43\xb6\x75\xff" * 200_000,
    "tags in tags": b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff\x12\x54\xc3\x67\x01\xff\xff\xff\xff\xff\xff\xfe"
    + b"\x67\xc8\xff" * 9000,
    "a GIF of empty blocks": b"GIF89a" + bytes(7) + b"\x21\xfe\x00" * 500_000,
    "a GIF of no end": b"GIF89a" + bytes(7) + b"\x21\xfe" + b"\x01a" * 900_000,
    "a JPEG of markers": b"\xff\xd8" + b"\xff\xfe\x00\x02" * 300_000,
    "a JPEG of padding": b"\xff\xd8" + b"\xff" * 2_000_000,
    "a tag of zeros": b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + bytes(5000),
    "frames of nothing": b"ID3\x03\x00\x00\x00\x7f\x7f\x7f" + b"TIT2\x00\x00\x00\x01\x00\x00\x00" * 190_652,
    "a list of everything": b"RIFF\xff\xff\xff\xffWAVELIST\xff\xff\xff\xffINFO" + b"ICMT\xff\xff\xff\xff",
    "a billion comments": b"fLaC\x84\x00\x00\x10\x00\x00\x00\x00\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00",
    "packets without end": XML * 100_000,
    "brackets": b"%PDF-1.4" + b"/AIGC(" * 300_000,
    "strings without end": b"%PDF-1.4" + (b"/AIGC(" + b"a" * 70_000) * 100,
    "brackets in brackets": b"%PDF-1.4/AIGC(" + b"(a)" * 400_000,
    "streams without end": b"%PDF-1.4" + b"/Type/ObjStm>>stream\n" * 60_000,
    "streams of bombs": b"%PDF-1.4" + (b"/Type/ObjStm>>stream\n" + BOMB) * 3000,
    "half objects": b"%PDF-1.4" + b"/Type/ObjStm" * 300_000,
    "digits": b"%PDF-1.4" + b"/AIGC<" + b"4" * 3_000_000,
    "elements in elements": XML + b"<a:AIGC xmlns:a='b'>" * 3000 + b"</a:AIGC>" * 3000 + b"</x:xmpmeta>",
    "entities": b"<x:xmpmeta><!DOCTYPE a [<!ENTITY b 'cc'><!ENTITY c '&b;&b;'>]>&c;</x:xmpmeta>",
    "a book of itself": EPUB + struct.pack("<4s6sHII2s", b"PK\x05\x06", bytes(6), 0xFFFF, 0, 0, b""),
    "a book of one file, often": EPUB
    + (b"PK\x01\x02" + bytes(24) + struct.pack("<HHH", 1, 0, 0) + bytes(12) + b"a") * 60_000
    + struct.pack("<4s6sHII2s", b"PK\x05\x06", bytes(6), 60_000, 0, 58, b""),
    "Ogg of nothing": b"OggS" + bytes(22) + b"\x01\xff" + b"OpusTags" + b"\xff" * 247,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_end_soon(tmp_path: Path, kind: str) -> None:
    (tmp_path / "hostile").write_bytes(HOSTILE[kind])
    started = time.process_time()
    read_metadata(tmp_path / "hostile")
    assert time.process_time() - started < 5


def test_what_came_before_the_damage_is_kept(samples: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(samples["text.png"][:-20])
    found = read_metadata(tmp_path / "a.png")
    assert (found["aigc"], found.whole) == (TEXT, False)
    with pytest.raises(KeyError):
        found["title"]


def test_what_is_missing_or_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be opened"):
        read_metadata(tmp_path / "nowhere.mp4")
    with pytest.raises(MediaError, match="cannot be opened"):
        read_metadata(tmp_path)


def test_a_text_file_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_text("INT. LIGHTHOUSE - NIGHT")
    found = read_metadata(tmp_path / "a.mp4")
    assert (found.format, found.entries, found.whole) == (None, (), True)


@pytest.mark.parametrize(
    "metadata",
    [{"": "a"}, {"1a": "a"}, {"a b": "c"}, {"a": ""}, {"a": "b\n"}, {"a": "\x00"}, {"a": "b" * 20_000}, {"灯": "a"}],
)
def test_entries_that_no_format_can_hold_are_refused(metadata: dict[str, str]) -> None:
    with pytest.raises(InputError, match="An entry of a file's metadata is a word"):
        check_metadata(metadata)


def test_entries_have_an_order() -> None:
    assert list(check_metadata({"b": "1", "a": "灯塔"})) == ["a", "b"]
