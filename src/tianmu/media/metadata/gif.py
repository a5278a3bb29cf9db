"""GIF 89a: comments, and XMP in an application's block, as XMP's specification, part 3, lays it out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tianmu.media.metadata.source import MOST, Entry, Malformed, Source, text_of
from tianmu.media.metadata.xmp import xmp_entries

_TRAILER = b"\x3b"
_XMP = b"\x21\xff\x0bXMP DataXMP"
_MAGIC = bytes([1, *range(255, -1, -1), 0])
"""Wherever a reader of blocks is in the packet, these lead it to their end."""


def add_xmp_to_gif(path: Path, packet: bytes) -> None:
    """Put a packet at the end of a GIF.

    Raises:
        OSError: the file cannot be written, or does not end as a GIF does.
    """
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        if file.read(1) != _TRAILER:
            raise OSError("a GIF ends with its trailer")
        file.seek(-1, os.SEEK_END)
        file.write(_XMP + packet + _MAGIC + _TRAILER)


def read_gif(source: Source) -> Iterator[Entry]:
    """Every comment of a GIF and its XMP, also of what stands after the pictures.

    Raises:
        Malformed: a block is none of the format's, or ends outside the file.
    """
    (flags,) = source.unpack("B", 10)
    offset = 13 + _table(flags)
    while offset < source.size:
        kind = source.take(offset, 1)
        if kind == _TRAILER:
            return
        if kind == b"\x2c":
            (flags,) = source.unpack("B", offset + 9)
            offset = _skip(source, offset + 10 + _table(flags) + 1)
        elif kind == b"\x21":
            (label,) = source.unpack("B", offset + 1)
            end = _skip(source, offset + 2)
            if label == 0xFE:
                yield Entry(key="comment", value=text_of(_joined(source, offset + 2)), where="GIF comment")
            elif label == 0xFF and source.take(offset, min(14, end - offset)) == _XMP:
                packet = source.take(offset + 14, end - offset - 14)
                yield from xmp_entries(packet.removesuffix(_MAGIC), source)
            offset = end
        else:
            raise Malformed


def _table(flags: int) -> int:
    """Bytes of the colours that follow."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _skip(source: Source, offset: int) -> int:
    """Where the blocks that begin here end."""
    while length := source.take(offset, 1)[0]:
        offset += 1 + length
    return offset + 1


def _joined(source: Source, offset: int) -> bytes:
    joined = bytearray()
    while (length := source.take(offset, 1)[0]) and len(joined) < MOST:
        joined += source.take(offset + 1, length)
        offset += 1 + length
    return bytes(joined)
