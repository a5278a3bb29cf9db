"""Matroska and WebM (RFC 9559, EBML RFC 8794): tags with a name and a text, which may hold further ones."""

from __future__ import annotations

from collections.abc import Iterator

from tianmu.media.metadata.source import Entry, Malformed, Source, text_of

_EBML, _SEGMENT, _CLUSTER, _TAGS, _TAG = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0x1254C367, 0x7373
_SIMPLE, _NAME, _STRING = 0x67C8, 0x45A3, 0x4487
_TOP = {_CLUSTER, _TAGS, 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1C53BB6B, 0x1941A469, 0x1043A770, _EBML, _SEGMENT}
"""What ends a cluster of unknown length."""
_DEEPEST = 8

_Element = tuple[int, int, int | None]
"""Its id, where its content begins, and where that ends; None where nobody wrote it down."""


def read_matroska(source: Source) -> Iterator[Entry]:
    """Every tag of the file.

    Raises:
        Malformed: an element ends outside the one that it is in.
    """
    offset = 0
    while offset < source.size:
        kind, first, last = _element(source, offset, source.size)
        if kind == _SEGMENT:
            yield from _segment(source, first, source.size if last is None else last)
        offset = source.size if last is None else last


def _element(source: Source, offset: int, end: int) -> _Element:
    kind, first, _ = _number(source, offset, marked=True)
    size, first, unknown = _number(source, first, marked=False)
    if not unknown and first + size > end:
        raise Malformed
    return kind, first, None if unknown else first + size


def _number(source: Source, offset: int, *, marked: bool) -> tuple[int, int, bool]:
    """A number of variable length, where it ends, and whether all its bits are set; `marked` keeps its marker."""
    lead = source.take(offset, 1)[0]
    length = 9 - lead.bit_length()
    if length > (4 if marked else 8):
        raise Malformed
    value = int.from_bytes(source.take(offset, length), "big")
    bits = value & (1 << 7 * length) - 1
    return (value if marked else bits), offset + length, bits == (1 << 7 * length) - 1


def _segment(source: Source, start: int, end: int) -> Iterator[Entry]:
    offset = start
    while offset < end:
        kind, first, last = _element(source, offset, end)
        if last is None:
            if kind != _CLUSTER:
                raise Malformed
            last = _end_of_cluster(source, first, end)
        if kind == _TAGS:
            yield from _tags(source, first, last, 0)
        offset = last


def _end_of_cluster(source: Source, start: int, end: int) -> int:
    offset = start
    while offset < end:
        kind, _, last = _element(source, offset, end)
        if kind in _TOP:
            return offset
        if last is None:
            raise Malformed
        offset = last
    return end


def _tags(source: Source, start: int, end: int, depth: int) -> Iterator[Entry]:
    """The tags between two places; a text belongs to the name beside it."""
    name = value = None
    offset = start
    while offset < end:
        kind, first, last = _element(source, offset, end)
        if last is None:
            raise Malformed
        if kind == _NAME:
            name = text_of(source.take(first, last - first))
        elif kind == _STRING:
            value = text_of(source.take(first, last - first))
        elif kind in (_TAG, _SIMPLE) and depth < _DEEPEST:
            yield from _tags(source, first, last, depth + 1)
        offset = last
    if name is not None and value is not None:
        yield Entry(key=name, value=value, where="Matroska tags")
