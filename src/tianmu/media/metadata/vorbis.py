"""Vorbis comments (`KEY=text`), which FLAC and Ogg carry."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tianmu.media.metadata.source import MOST, Entry, Malformed, Source, text_of

_COMMENTS, _LAST = 4, 0x80
_HEADS = (b"\x03vorbis", b"OpusTags", b"\x81theora")
_SEARCHED = 1 << 18


def read_flac(source: Source) -> Iterator[Entry]:
    """The comments among the blocks in front of the sound.

    Raises:
        Malformed: a block ends outside the file.
    """
    offset, kind = 4, 0
    while not kind & _LAST:
        kind = source.take(offset, 1)[0]
        size = int.from_bytes(source.take(offset + 1, 3), "big")
        if kind & 0x7F == _COMMENTS:
            yield from _comments(source.take(offset + 4, size))
        offset += 4 + size


def read_ogg(source: Source) -> Iterator[Entry]:
    """The comments of the stream's second packet, which may go over several pages.

    Raises:
        Malformed: a page or a comment is cut off.
    """
    joined = bytearray()
    offset = 0
    while offset < min(source.size, _SEARCHED):
        if source.take(offset, 4) != b"OggS":
            raise Malformed
        lengths = source.take(offset + 27, source.take(offset + 26, 1)[0])
        joined += source.take(offset + 27 + len(lengths), sum(lengths))
        offset += 27 + len(lengths) + sum(lengths)
    places = [(joined.find(head), len(head)) for head in _HEADS if head in joined]
    for place, length in places[:1]:
        yield from _comments(bytes(joined[place + length : place + length + MOST]))


def _comments(data: bytes) -> Iterator[Entry]:
    try:
        (size,) = struct.unpack_from("<I", data)
        (count,) = struct.unpack_from("<I", data, 4 + size)
        offset = 8 + size
        for _ in range(min(count, 4096)):
            (size,) = struct.unpack_from("<I", data, offset)
            if offset + 4 + size > len(data):
                raise Malformed
            key, _, value = data[offset + 4 : offset + 4 + size].partition(b"=")
            yield Entry(key=text_of(key), value=text_of(value), where="Vorbis comment")
            offset += 4 + size
    except struct.error as error:
        raise Malformed from error
