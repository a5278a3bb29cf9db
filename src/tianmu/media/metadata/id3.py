"""ID3v2 (2.2 to 2.4), in front of MP3 and in a chunk of WAV: texts, comments, and XMP in a private frame."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tianmu.media.metadata.source import MOST, Entry, Malformed, Source, text_of
from tianmu.media.metadata.xmp import xmp_entries

_ENCODINGS = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}
_UNSYNCHRONISED, _EXTENDED = 0x80, 0x40
_PACKED = {3: 0x00C0, 4: 0x000C}
"""Flags of a frame that is compressed or encrypted."""
_FRAME_UNSYNCHRONISED, _FRAME_WITH_LENGTH = 0x0002, 0x0001


def read_id3(source: Source) -> Iterator[Entry]:
    """The texts of the tag in front of a file.

    Raises:
        Malformed: the tag or a frame ends outside the file.
    """
    size = 10 + _syncsafe(source.take(6, 4))
    if size > source.size:
        raise Malformed
    yield from id3_entries(source.take(0, min(size, MOST)), source)


def id3_entries(tag: bytes, source: Source) -> Iterator[Entry]:
    """The texts of a tag; a picture that is longer than the limit ends the reading.

    Raises:
        Malformed: it is no tag, or a frame ends outside it.
    """
    if len(tag) < 10 or tag[:3] != b"ID3" or tag[3] not in (2, 3, 4):
        raise Malformed
    version, flags, body = tag[3], tag[5], tag[10:]
    if flags & _UNSYNCHRONISED and version < 4:
        body = body.replace(b"\xff\x00", b"\xff")
    offset = 0
    if flags & _EXTENDED and version > 2 and len(body) >= 4:
        offset = _syncsafe(body[:4]) if version == 4 else 4 + int.from_bytes(body[:4], "big")
    width, head = (3, 6) if version == 2 else (4, 10)
    while offset + head <= len(body) and body[offset]:
        name = body[offset : offset + width].decode("latin-1")
        raw = body[offset + width : offset + 2 * width]
        size = _syncsafe(raw) if version == 4 else int.from_bytes(raw, "big")
        if offset + head + size > len(body):
            raise Malformed
        data = body[offset + head : offset + head + size]
        (bits,) = struct.unpack(">H", body[offset + 8 : offset + 10]) if version > 2 else (0,)
        if version == 4:
            data = data[4:] if bits & _FRAME_WITH_LENGTH else data
            data = data.replace(b"\xff\x00", b"\xff") if bits & _FRAME_UNSYNCHRONISED else data
        if not bits & _PACKED.get(version, 0):
            yield from _frame(name, data, source)
        offset += head + size


def _frame(name: str, data: bytes, source: Source) -> Iterator[Entry]:
    if name == "PRIV" and data.startswith(b"XMP\x00"):
        yield from xmp_entries(data[4:], source)
    elif name in ("COMM", "COM", "USLT", "ULT") and len(data) > 4:
        texts = _texts(data[:1] + data[4:])
        yield Entry(key=texts[0] or "comment", value=texts[-1], where="ID3")
    elif name.startswith("T") and data:
        texts = _texts(data)
        own = name in ("TXXX", "TXX") and len(texts) > 1
        yield Entry(key=texts[0] if own else name, value=texts[1] if own else texts[0], where="ID3")


def _texts(data: bytes) -> list[str]:
    encoding = _ENCODINGS.get(data[0])
    if encoding is None:
        raise Malformed
    if not encoding.startswith("utf-16"):
        return [text_of(part, encoding) for part in data[1:].split(b"\x00")]
    pairs = [data[at : at + 2] for at in range(1, len(data) - 1, 2)]
    parts = b"".join(b"\x00\x00" if pair == b"\x00\x00" else pair for pair in pairs).decode(encoding, "replace")
    return [part.strip("\ufeff \r\n") for part in parts.split("\x00")]


def _syncsafe(data: bytes) -> int:
    """A number of seven bits a byte."""
    number = 0
    for byte in data:
        number = number << 7 | byte & 0x7F
    return number
