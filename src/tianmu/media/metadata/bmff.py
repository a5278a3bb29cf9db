"""MP4, MOV and M4A (ISO 14496-12, QuickTime): boxes in boxes.

Metadata stand in `moov/meta` or `moov/udta/meta`, by keys (`mdta`), by four letters, or free (`----`); in texts of
QuickTime; and in a box of XMP. The same box holds for HEIF and AVIF, whose XMP lies in the data and is searched for.
"""

from __future__ import annotations

from collections.abc import Iterator

from tianmu.media.metadata.source import MOST, Entry, Malformed, Source, text_of
from tianmu.media.metadata.xmp import find_xmp, xmp_entries

_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_PARENTS = {b"moov", b"udta", b"trak", b"meta"}
_PICTURES = (b"heic", b"heix", b"mif1", b"avif", b"avis", b"msf1")
_DEEPEST = 6
_ASCII_LETTER = 0xA9

_Box = tuple[bytes, int, int]
"""Its kind, and where its content begins and ends."""


def read_bmff(source: Source) -> Iterator[Entry]:
    """Every text of an MP4's metadata.

    Raises:
        Malformed: a box ends outside the one that it is in.
    """
    if source.take(0, min(12, source.size))[8:] in _PICTURES:
        yield from find_xmp(source)
        return
    yield from _walk(source, 0, source.size, 0)


def _boxes(source: Source, start: int, end: int) -> Iterator[_Box]:
    offset = start
    while offset + 8 <= end:
        size, kind = source.unpack(">I4s", offset)
        head = 8
        if size == 1:
            (size,), head = source.unpack(">Q", offset + 8), 16
        elif size == 0:
            size = end - offset
        if size < head or offset + size > end:
            raise Malformed
        yield kind, offset + head, offset + size
        offset += size


def _walk(source: Source, start: int, end: int, depth: int) -> Iterator[Entry]:
    keys: list[str] = []
    for kind, first, last in _boxes(source, start, end):
        if kind == b"uuid" and last - first > 16 and source.take(first, 16) == _XMP:
            yield from xmp_entries(source.take(first + 16, last - first - 16), source)
        elif kind == b"XMP_":
            yield from xmp_entries(source.take(first, last - first), source)
        elif kind == b"keys":
            keys = _keys(source, first, last)
        elif kind == b"ilst":
            yield from _items(source, first, last, keys)
        elif kind in _PARENTS and depth < _DEEPEST:
            yield from _walk(source, first + _meta_head(source, kind, first, last), last, depth + 1)
        elif kind[0] == _ASCII_LETTER and depth:
            yield from _quicktime_text(source, kind, first, last)


def _meta_head(source: Source, kind: bytes, first: int, last: int) -> int:
    """In ISO's files `meta` begins with a version of four bytes, in QuickTime's it does not."""
    plain = kind != b"meta" or (last - first >= 8 and source.take(first + 4, 4) == b"hdlr")
    return 0 if plain else 4


def _keys(source: Source, first: int, last: int) -> list[str]:
    (count,) = source.unpack(">I", first + 4)
    names: list[str] = []
    for _, start, end in _boxes(source, first + 8, last):
        if len(names) >= min(count, 4096):
            break
        names.append(text_of(source.take(start, min(end - start, 1024))))
    return names


def _items(source: Source, first: int, last: int, keys: list[str]) -> Iterator[Entry]:
    for kind, start, end in _boxes(source, first, last):
        number = int.from_bytes(kind, "big")
        named = 1 <= number <= len(keys)
        key = keys[number - 1] if named else kind.decode("latin-1")
        for inner, at, stop in _boxes(source, start, end):
            if inner == b"name" and stop - at > 4:
                key = text_of(source.take(at + 4, min(stop - at - 4, 1024)))
            elif inner == b"data" and stop - at >= 8:
                type_of, _ = source.unpack(">II", at)
                if type_of in (0, 1, 2) and stop - at - 8 <= MOST:
                    encoding = "utf-16-be" if type_of == 2 else "utf-8"
                    value = text_of(source.take(at + 8, stop - at - 8), encoding)
                    yield Entry(key=key, value=value, where="MP4 keys" if named else "MP4 tags")


def _quicktime_text(source: Source, kind: bytes, first: int, last: int) -> Iterator[Entry]:
    if last - first >= 4:
        length, _ = source.unpack(">HH", first)
        if length <= last - first - 4:
            yield Entry(key=kind.decode("latin-1"), value=text_of(source.take(first + 4, length)), where="MOV text")
