"""Files that mean harm, made from whole ones: cut, flipped, lying about their size, dressed as others, or no files.

    for hostile in hostile_files(folder, whole={"mp4": path, ...}): hostile.path

The same whole files give the same hostile ones. No part of this needs more than a few megabytes on the disk.
"""

from __future__ import annotations

import os
import random
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

SEED = 4
BOX_NAMES = (b"ftyp", b"moov", b"mvhd", b"trak", b"stsz", b"stco", b"mdat", b"uuid", b"RIFF", b"VP8X", b"ICCP", b"IHDR")


@dataclass(frozen=True, kw_only=True)
class Hostile:
    """A hostile file and what was done to make it."""

    path: Path
    what: str


def hostile_files(folder: Path, whole: Mapping[str, Path]) -> Iterator[Hostile]:
    """First those that are made from nothing, then all that are made from each of `whole`, by format."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 0
    for what, suffix, data in _made(whole):
        path = folder / f"{number:03d}.{suffix}"
        path.write_bytes(data)
        yield Hostile(path=path, what=what)
        number += 1
    for what, make in _NO_FILES.items():
        path = folder / f"{number:03d}-{what.replace(' ', '-')}"
        yield Hostile(path=make(path), what=what)
        number += 1
    for suffix, source in whole.items():
        for what, data in damaged(source.read_bytes(), suffix):
            path = folder / f"{number:03d}.{suffix}"
            path.write_bytes(data)
            yield Hostile(path=path, what=f"{suffix}: {what}")
            number += 1


def damaged(data: bytes, suffix: str) -> Iterator[tuple[str, bytes]]:
    """A whole file, cut, flipped, doubled, stretched, and lying about the sizes of its parts."""
    chance = random.Random(f"{SEED} {suffix}")
    for share in (0.02, 0.3, 0.5, 0.7, 0.98):
        yield f"cut at {share}", data[: max(1, int(len(data) * share))]
    for _ in range(6):
        at, bit = chance.randrange(len(data)), chance.randrange(8)
        yield f"bit {bit} of byte {at} flipped", flipped(data, at, 1 << bit)
    at = chance.randrange(len(data) // 2)
    yield f"500 bytes from {at} are noise", data[:at] + chance.randbytes(500) + data[at + 500 :]
    yield f"500 bytes from {at} are missing", data[:at] + data[at + 500 :]
    yield "noise behind it", data + chance.randbytes(300)
    yield "twice", data + data
    yield "its first bytes are gone", data[8:]
    lies = [name for name in BOX_NAMES if name in data]
    for name in lies[:3]:
        where = data.index(name)
        size = slice(where - 4, where) if name not in (b"RIFF", b"VP8X", b"ICCP") else slice(where + 4, where + 8)
        for lie in (b"\0\0\0\0", b"\xff\xff\xff\xff"):
            if size.start >= 0:
                yield f"{name!r} claims {lie.hex()}", data[: size.start] + lie + data[size.stop :]
    if b"jumb" in data:
        where = data.index(b"jumb")
        yield "noise in its manifest", data[: where + 40] + chance.randbytes(200) + data[where + 240 :]


def flipped(data: bytes, at: int, bits: int) -> bytes:
    """`data` with some bits of one byte turned over."""
    return data[:at] + bytes([data[at] ^ bits]) + data[at + 1 :]


def png_chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a PNG with its checksum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *chunks: bytes, rows: int = 1) -> bytes:
    """A grey PNG that claims a size and holds `rows` rows."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packed = zlib.compress(bytes((width + 1) * rows))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + b"".join(chunks) + png_chunk(b"IDAT", packed) + _IEND


_IEND = png_chunk(b"IEND", b"")
_XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">%s</x:xmpmeta>'


def _made(whole: Mapping[str, Path]) -> Iterator[tuple[str, str, bytes]]:
    chance = random.Random(SEED)
    noise = chance.randbytes(4000)
    yield "empty", "mp4", b""
    yield "one byte", "png", b"\x89"
    yield "text", "mp4", b"This is no film.\n" * 50
    yield "noise", "jpg", noise
    for suffix, magic in _MAGIC.items():
        yield f"noise that begins as {suffix}", suffix, magic + noise
    yield from _pictures(noise)
    yield from _films(noise)
    for outside, inside in (("png", "mp4"), ("jpg", "png"), ("mp4", "png"), ("gif", "mp4")):
        if outside in whole and inside in whole:
            yield f"{inside} behind {outside}", outside, whole[outside].read_bytes() + whole[inside].read_bytes()
            yield f"{inside} called {outside}", outside, whole[inside].read_bytes()
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + depth, b"&%c;" % (97 + depth) * 20) for depth in range(12)
    )
    for what, packet in {
        "entities that multiply": bomb + b"]>" + _XMP % b"&m;",
        "an entity that names a file": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + _XMP % b"&a;",
        "XML of 50,000 depths": _XMP % (b"<a>" * 50_000 + b"</a>" * 50_000),
        "XMP that opens and opens": b"<x:xmpmeta " * 200_000,
        "XMP that is no XML": _XMP % noise[:500],
    }.items():
        yield what, "png", png(8, 8, png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet), rows=8)
    label = b'{"Label":"1",' + b'"a":[' * 20_000
    yield "a label that opens and opens", "png", png(8, 8, png_chunk(b"tEXt", b"AIGC\0" + label), rows=8)
    yield "a label of a million digits", "png", png(8, 8, png_chunk(b"tEXt", b"AIGC\0" + b"9" * 10**6), rows=8)


def _pictures(noise: bytes) -> Iterator[tuple[str, str, bytes]]:
    for width, height in ((30_000, 30_000), (2**31 - 1, 2**31 - 1), (0, 0), (1, 2**31 - 1)):
        rows = 30 if width == 30_000 else 0
        yield f"PNG that claims {width} x {height}", "png", png(width, height, rows=rows)
    swollen = zlib.compress(bytes(64 * 2**20), 9)
    for name in (b"zTXt", b"iCCP"):
        yield f"{name!r} that swells to 64 MiB", "png", png(8, 8, png_chunk(name, b"a\0\0" + swollen), rows=8)
    international = png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + swollen)
    yield "iTXt that swells to 64 MiB", "png", png(8, 8, international, rows=8)
    jumbled = struct.pack(">I4s", 300, b"jumb") + struct.pack(">I4s", 60, b"jumd") + b"c2pa" + noise[:280]
    yield "PNG with a manifest of noise", "png", png(8, 8, png_chunk(b"caBX", jumbled), rows=8)
    yield "PNG with an empty manifest", "png", png(8, 8, png_chunk(b"caBX", b""), rows=8)
    deep = b"".join(struct.pack(">I4s", 8 * (2000 - depth), b"jumb") for depth in range(2000))
    yield "PNG with a manifest of 2,000 depths", "png", png(8, 8, png_chunk(b"caBX", deep), rows=8)
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6)
    yield "GIF of 200,000 pictures", "gif", head + frame * 200_000 + b";"
    yield "GIF of 65535 x 65535", "gif", b"GIF89a\xff\xff\xff\xff\x80\0\0" + bytes(6) + frame + b";"
    yield "GIF without an end", "gif", head + frame * 3 + b"\x21\xff\x0bXMP DataXMP" + b"a" * 5000
    yield (
        "TIFF whose directory is itself",
        "tif",
        b"II*\0" + struct.pack("<I", 8) + struct.pack("<HHHIII", 1, 256, 4, 1, 9, 8),
    )
    yield (
        "BMP of 40000 x 40000",
        "bmp",
        b"BM" + struct.pack("<IHHIIiiHH", 9, 0, 0, 54, 40, 40000, 40000, 1, 24) + bytes(64),
    )


def _films(noise: bytes) -> Iterator[tuple[str, str, bytes]]:
    kind = struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 0, b"isom")
    nested = b"".join(struct.pack(">I4s", 8 * (5000 - depth), b"moov") for depth in range(5000))
    yield "MP4 of 5,000 depths", "mp4", kind + nested
    yield "MP4 whose box has 2^63 bytes", "mp4", kind + struct.pack(">I4sQ", 1, b"moov", 2**63 - 1) + noise
    yield "MP4 whose boxes have no bytes", "mp4", kind + struct.pack(">I4s", 0, b"free") * 500
    yield "MP4 whose boxes have four bytes", "mp4", kind + struct.pack(">I4s", 4, b"moov") * 500
    c2pa = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
    box = c2pa + bytes(4) + b"manifest\0" + bytes(8) + noise[:400]
    yield "MP4 with a manifest of noise", "mp4", kind + struct.pack(">I4s", len(box) + 8, b"uuid") + box
    element = (
        b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webmB\x87\x81\x04B\x85\x81\x02"
    )
    yield "Matroska that claims everything", "webm", element + b"\x18S\x80g\x01" + b"\xff" * 7 + noise
    yield (
        "WAV of four gigabytes",
        "wav",
        b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\1\0\1\0\x44\xac\0\0\x88X\1\0\2\0\x10\0data\xff\xff\xff\xff",
    )
    yield "PDF that ends nowhere", "pdf", b"%PDF-1.7\n" + noise
    yield "PDF of a loop", "pdf", b"%PDF-1.7\n1 0 obj<</Prev 9/Root 1 0 R>>endobj\nxref\nstartxref\n9\n%%EOF"


_MAGIC = {
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff\xe0",
    "gif": b"GIF89a",
    "webp": b"RIFF\xa0\x0f\0\0WEBPVP8X",
    "mp4": b"\0\0\0\x18ftypisom",
    "webm": b"\x1aE\xdf\xa3",
    "wav": b"RIFF\xa0\x0f\0\0WAVEfmt ",
    "mp3": b"ID3\4\0\0\x7f\x7f\x7f\x7f",
    "flac": b"fLaC",
    "ogg": b"OggS\0\2",
    "pdf": b"%PDF-",
    "tif": b"II*\0",
    "avif": b"\0\0\0\x1cftypavif",
    "avi": b"RIFF\xa0\x0f\0\0AVI LIST",
    "ts": b"\x47" + bytes(187) + b"\x47" + bytes(187) + b"\x47",
    "flv": b"FLV\x01",
    "jp2": b"\0\0\0\x0cjP  \r\n\x87\n",
    "c2pa": b"\0\0\1\0jumb",
}


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _false_sequence(path: Path) -> Path:
    path.mkdir()
    (path / "sequence.json").write_text('{"fps": "0/0", "num_frames": 1000000000}', "utf-8")
    (path / "000001.png").write_bytes(png(30_000, 30_000))
    return path


def _pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def _pipe_in_a_sequence(path: Path) -> Path:
    _false_sequence(path)
    os.mkfifo(path / "000002.png")
    return path


def _circle(path: Path) -> Path:
    other = path.with_name(path.name + "-back")
    path.symlink_to(other)
    other.symlink_to(path)
    return path


def _nowhere(path: Path) -> Path:
    path.symlink_to(path.with_name("gone"))
    return path


def _device(path: Path) -> Path:
    path.symlink_to("/dev/zero")
    return path


def _strange_name(path: Path) -> Path:
    strange = Path(os.fsdecode(os.fsencode(path) + b"\xff\xfe\x1b[31m\n.png"))
    strange.write_bytes(png(8, 8, rows=8))
    return strange


def _hollow(path: Path) -> Path:
    """A file that claims eight gigabytes and holds one page."""
    with path.open("wb") as file:
        file.write(b"\0\0\0\x18ftypisom\0\0\2\0isomiso2\0\0\0\1mdat\0\0\0\2\0\0\0\0")
        file.truncate(8 * 2**30)
    return path


def _gone(path: Path) -> Path:
    return path


_NO_FILES: Mapping[str, Callable[[Path], Path]] = {
    "folder": _folder,
    "false sequence": _false_sequence,
    "pipe in a sequence": _pipe_in_a_sequence,
    "pipe": _pipe,
    "circle of links": _circle,
    "link to nowhere": _nowhere,
    "device without end": _device,
    "name that is no text": _strange_name,
    "hollow file": _hollow,
    "gone": _gone,
}
