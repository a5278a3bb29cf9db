"""JPEG: the segments before the picture, with Exif, XMP and comments."""

from __future__ import annotations

from collections.abc import Iterator

from tianmu.media.metadata.source import Entry, Malformed, Source, text_of
from tianmu.media.metadata.tiff import exif_entries
from tianmu.media.metadata.xmp import xmp_entries

_EXIF, _XMP = b"Exif\x00\x00", b"http://ns.adobe.com/xap/1.0/\x00"
_APP1, _COMMENT, _SCAN, _END = 0xE1, 0xFE, 0xDA, 0xD9
_ALONE = {0x01, *range(0xD0, 0xD8)}
"""Markers with nothing after them."""


def read_jpeg(source: Source) -> Iterator[Entry]:
    """Every text that stands before the picture.

    Raises:
        Malformed: a segment ends outside the file, or no marker stands where one has to.
    """
    offset = 2
    while offset < source.size:
        fill, marker = source.unpack("BB", offset)
        if fill != 0xFF:
            raise Malformed
        if marker == 0xFF:  # a byte of padding
            offset += 1
            continue
        if marker in (_SCAN, _END):
            return
        if marker in _ALONE:
            offset += 2
            continue
        (length,) = source.unpack(">H", offset + 2)
        if length < 2:
            raise Malformed
        data = source.take(offset + 4, length - 2)
        if marker == _APP1 and data.startswith(_EXIF):
            yield from exif_entries(data[len(_EXIF) :], source)
        elif marker == _APP1 and data.startswith(_XMP):
            yield from xmp_entries(data[len(_XMP) :], source)
        elif marker == _COMMENT:
            yield Entry(key="comment", value=text_of(data), where="JPEG comment")
        offset += 2 + length
