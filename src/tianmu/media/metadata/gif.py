"""GIF 89a: comments, and XMP in an application's block, as XMP's specification, part 3, lays it out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from tianmu.media.metadata.source import MOST, Entry, Malformed, Source, text_of
from tianmu.media.metadata.xmp import xmp_entries

_TRAILER = b"\x3b"
_XMP = b"\x21\xff\x0bXMP DataXMP"
_MAGIC = bytes([1, *range(255, -1, -1), 0])
"""Wherever a reader of blocks is in the packet, these lead it to their end."""


def add_xmp_to_gif(path: Path, packet: bytes) -> None:
    """Put a packet in front of a GIF's first picture, behind the block that makes it loop.

    At its end FFmpeg would count it as one more picture.

    Raises:
        OSError: the file cannot be written, or is no GIF.
    """
    said = path.with_name(path.name + ".said")
    with path.open("rb") as file, said.open("wb") as out:
        source = Source(file, path.stat().st_size)
        try:
            offset = _first_picture(source)
        except Malformed as error:
            raise OSError("a GIF was expected") from error
        file.seek(0)
        out.write(file.read(offset) + _XMP + packet + _MAGIC)
        shutil.copyfileobj(file, out)
    said.replace(path)


def _first_picture(source: Source) -> int:
    """Where the blocks of applications that a GIF begins with end."""
    (flags,) = source.unpack("B", 10)
    offset = 13 + _table(flags)
    while source.take(offset, 2) == b"\x21\xff":
        offset = _skip(source, offset + 2)
    return offset


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
