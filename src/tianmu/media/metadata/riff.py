"""RIFF: WebP, WAV and AVI. Chunks with XMP, Exif, ID3, or a list of short texts; and XMP put into a WebP."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from tianmu.media.metadata.source import Entry, Malformed, Source, text_of
from tianmu.media.metadata.tiff import exif_entries
from tianmu.media.metadata.xmp import xmp_entries

_HAS_XMP, _HAS_ALPHA = 0x04, 0x10
_LONGEST = 2**32 - 10


def read_riff(source: Source) -> Iterator[Entry]:
    """Every text of a RIFF file.

    Raises:
        Malformed: a chunk ends outside the file.
    """
    yield from _walk(source, 12, source.size, 0)


def _walk(source: Source, start: int, end: int, depth: int) -> Iterator[Entry]:
    from tianmu.media.metadata.id3 import id3_entries

    offset = start
    while offset + 8 <= end:
        kind, size = source.unpack("<4sI", offset)
        first, last = offset + 8, offset + 8 + size
        if size == 0xFFFFFFFF and kind == b"data":  # a WAV of more than 4 GiB, or one that was never closed
            return
        if last > end:
            raise Malformed
        if kind in (b"XMP ", b"_PMX"):
            yield from xmp_entries(source.take(first, size), source)
        elif kind == b"EXIF":
            yield from exif_entries(source.take(first, size).removeprefix(b"Exif\x00\x00"), source)
        elif kind in (b"id3 ", b"ID3 "):
            yield from id3_entries(source.take(first, size), source)
        elif kind == b"LIST" and size >= 4 and depth < 2:
            inside = source.take(first, 4)
            if inside == b"INFO":
                yield from _texts(source, first + 4, last)
            elif inside in (b"hdrl", b"exif"):
                yield from _walk(source, first + 4, last, depth + 1)
        offset = last + size % 2


def _texts(source: Source, start: int, end: int) -> Iterator[Entry]:
    offset = start
    while offset + 8 <= end:
        kind, size = source.unpack("<4sI", offset)
        if offset + 8 + size > end:
            raise Malformed
        yield Entry(key=kind.decode("latin-1"), value=text_of(source.take(offset + 8, size)), where="RIFF INFO")
        offset += 8 + size + size % 2


def add_xmp_to_webp(path: Path, packet: bytes) -> None:
    """Put a packet at the end of a WebP file that has none, and say so in its header.

    A file of one picture may have no extended header; it gets one, of the picture's own size.

    Raises:
        OSError: the file cannot be written, or would be longer than the format allows.
    """
    chunk = struct.pack("<4sI", b"XMP ", len(packet)) + packet + b"\x00" * (len(packet) % 2)
    with path.open("r+b") as file:
        head = file.read(30)
        if head[12:16] == b"VP8X":
            file.seek(20)
            file.write(bytes([head[20] | _HAS_XMP]))
        else:
            file.seek(12)
            picture = file.read()
            file.seek(12)
            file.write(struct.pack("<4sI", b"VP8X", 10) + _extended(head) + picture)
        file.seek(0, 2)
        file.write(chunk)
        size = file.tell() - 8
        if size > _LONGEST:
            raise OSError("a WebP file has at most 4 GiB")
        file.seek(4)
        file.write(struct.pack("<I", size))


def _extended(head: bytes) -> bytes:
    """The content of an extended header for a file of one picture, from its first 30 bytes."""
    if head[12:16] == b"VP8L":
        (bits,) = struct.unpack("<I", head[21:25])
        width, height, alpha = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bits >> 28 & 1
    else:
        width, height = (side & 0x3FFF for side in struct.unpack("<HH", head[26:30]))
        alpha = 0
    flags = _HAS_XMP | _HAS_ALPHA * alpha
    return bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
