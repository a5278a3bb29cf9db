"""TIFF 6.0 and Exif: directories of numbered fields, in a file of their own or inside JPEG, PNG and WebP."""

from __future__ import annotations

from collections.abc import Iterator

from tianmu.media.metadata.source import MOST, Entry, Malformed, Source, text_of
from tianmu.media.metadata.xmp import xmp_entries

_XMP, _EXIF_DIRECTORY = 700, 34665
_TEXTS = {270: "ImageDescription", 305: "Software", 315: "Artist", 33432: "Copyright", 37510: "UserComment"}
_WINDOWS_TEXTS = {40091: "XPTitle", 40092: "XPComment", 40094: "XPKeywords", 40095: "XPSubject"}
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 6: 1, 7: 1}
"""Bytes to a value, of the types that a text or an offset has."""
_MOST_DIRECTORIES, _MOST_FIELDS = 64, 4096


def exif_entries(data: bytes, source: Source) -> Iterator[Entry]:
    """The texts of a block of Exif that lies in `source`.

    Raises:
        Malformed: see `read_tiff`.
    """
    yield from read_tiff(source.inside(data))


def read_tiff(source: Source) -> Iterator[Entry]:
    """The texts of every directory, each visited once.

    Raises:
        Malformed: a directory or a value lies outside the file, or there are too many.
    """
    order = {b"II": "<", b"MM": ">"}.get(source.take(0, 2))
    if order is None:
        raise Malformed
    waiting, seen = [int(source.unpack(order + "I", 4)[0])], set[int]()
    while waiting:
        offset = waiting.pop()
        if not offset or offset in seen:
            continue
        seen.add(offset)
        (count,) = source.unpack(order + "H", offset)
        if len(seen) > _MOST_DIRECTORIES or count > _MOST_FIELDS:
            raise Malformed
        for field in range(count):
            tag, type_of, length = source.unpack(order + "HHI", offset + 2 + 12 * field)
            place = offset + 2 + 12 * field + 8
            if tag == _EXIF_DIRECTORY:
                waiting.append(int(source.unpack(order + "I", place)[0]))
            elif tag == _XMP or tag in _TEXTS or tag in _WINDOWS_TEXTS:
                yield from _texts(tag, _value(source, order, type_of, length, place), source)
        waiting.append(int(source.unpack(order + "I", offset + 2 + 12 * count)[0]))


def _value(source: Source, order: str, type_of: int, length: int, place: int) -> bytes:
    size = _SIZES.get(type_of, 0) * length
    if not 0 < size <= MOST:
        raise Malformed
    return source.take(place if size <= 4 else source.unpack(order + "I", place)[0], size)


def _texts(tag: int, value: bytes, source: Source) -> Iterator[Entry]:
    if tag == _XMP:
        yield from xmp_entries(value, source)
    elif tag in _WINDOWS_TEXTS:
        yield Entry(key=_WINDOWS_TEXTS[tag], value=text_of(value, "utf-16-le"), where="Exif")
    elif _TEXTS[tag] == "UserComment":
        charset, text = value[:8], value[8:]
        # Programs disagree about the order of the bytes; in a text of letters and braces the zeros tell it.
        wide = "utf-16-be" if text[0::2].count(0) > text[1::2].count(0) else "utf-16-le"
        encoding = wide if charset == b"UNICODE\x00" else "utf-8"
        known = charset in (b"ASCII\x00\x00\x00", b"UNICODE\x00", b"JIS\x00\x00\x00\x00\x00", bytes(8))
        yield Entry(key="UserComment", value=text_of(text if known else value, encoding), where="Exif")
    else:
        yield Entry(key=_TEXTS[tag], value=text_of(value), where="Exif")
