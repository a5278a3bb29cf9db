"""RIFF: WebP, WAV and AVI. Chunks with XMP, Exif, ID3, or a list of short texts; XMP put into a WebP, and words into a
WAV."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

from tianmu.media.metadata.source import Entry, Malformed, Source, text_of
from tianmu.media.metadata.tiff import exif_entries
from tianmu.media.metadata.xmp import xmp_entries, xmp_packet

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


def add_words_to_wav(path: Path, metadata: Mapping[str, str]) -> None:
    """Put entries at the end of a WAV file, behind its samples.

    A key of four letters (`AIGC`) is an entry of the list INFO, where players and FFmpeg look; any other stands in XMP.
    `check_metadata` says what may be written.

    Raises:
        OSError: the file cannot be written, is no WAV, or would be longer than the format allows.
    """
    texts = {key: value for key, value in sorted(metadata.items()) if len(key) == 4}
    others = {key: value for key, value in metadata.items() if len(key) != 4}
    chunks = b""
    if texts:
        chunks += _chunk(b"LIST", b"INFO" + b"".join(_chunk(k.encode(), v.encode() + b"\0") for k, v in texts.items()))
    if others:
        chunks += _chunk(b"_PMX", xmp_packet(others))
    with path.open("r+b") as file:
        head = file.read(12)
        if head[:4] != b"RIFF" or head[8:] != b"WAVE":
            raise OSError(f"{path} is no WAV file")
        size = file.seek(0, 2) + len(chunks) - 8
        if size > _LONGEST:
            raise OSError("a WAV file has at most 4 GiB")
        file.write(chunks)
        file.seek(4)
        file.write(struct.pack("<I", size))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", kind, len(content)) + content + b"\0" * (len(content) % 2)


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
