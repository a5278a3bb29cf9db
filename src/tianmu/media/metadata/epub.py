"""EPUB (ISO/IEC 23761): a ZIP whose first entry says what it is, and a package document with the book's metadata.

Two entries are unpacked and no other: `META-INF/container.xml`, and the package that it names.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from tianmu.media.metadata.source import MOST, Entry, Malformed, Source

EPUB_HEAD = b"mimetypeapplication/epub+zip"
"""What stands 30 bytes into every EPUB: the first entry's name and, unpacked, its content."""
_CONTAINER = "META-INF/container.xml"
_END, _ENTRY, _LOCAL = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_END_SIZE, _LONGEST_COMMENT = 22, 65_535
_PACKED, _PLAIN = 8, 0
_MOST_FILES = 10_000
_PARSED = 4
"""How many times a byte of XML weighs what another one does."""


def is_epub(head: bytes) -> bool:
    """Whether a file begins as an EPUB does."""
    return head[:4] == _LOCAL and head[30 : 30 + len(EPUB_HEAD)] == EPUB_HEAD


def read_epub(source: Source) -> Iterator[Entry]:
    """The metadata of a book's package: Dublin Core, and `meta` by property (EPUB 3) and by name (EPUB 2).

    Raises:
        Malformed: the directory, an entry or the XML cannot be followed.
    """
    files = dict(directory(source))
    if _CONTAINER not in files:
        raise Malformed
    roots = _elements(unpacked(source, files[_CONTAINER]), source, "rootfile")
    package = next((root.get("full-path", "") for root in roots), "")
    if package not in files:
        raise Malformed
    for holder in _elements(unpacked(source, files[package]), source, "metadata"):
        for element in holder.iter():
            value = (element.get("content") or element.text or "").strip()
            name = element.get("property") or element.get("name") or str(element.tag).rpartition("}")[2]
            if value and element is not holder:
                yield Entry(key=name.rpartition(":")[2], value=value, where="EPUB package")


def directory(source: Source) -> Iterator[tuple[str, int]]:
    """The files in a ZIP, each with the place of its entry in the directory at the end.

    Raises:
        Malformed: there is no such directory, or it ends outside the file.
    """
    searched = min(source.size, _END_SIZE + _LONGEST_COMMENT)
    at = source.take(source.size - searched, searched).rfind(_END)
    if at < 0 or at + _END_SIZE > searched:
        raise Malformed
    count, _, offset = source.unpack("<HII", source.size - searched + at + 10)
    for _ in range(min(count, _MOST_FILES)):
        if source.take(offset, 4) != _ENTRY:
            raise Malformed
        name, extra, comment = source.unpack("<HHH", offset + 28)
        yield source.take(offset + 46, name).decode("utf-8", "replace"), offset
        offset += 46 + name + extra + comment


def unpacked(source: Source, entry: int) -> bytes:
    """What an entry of the directory holds, up to 1 MiB.

    Raises:
        Malformed: it is packed otherwise, is larger, or does not unpack to what its checksum says.
    """
    method, checksum, size = (*source.unpack("<H", entry + 10), *source.unpack("<II", entry + 16))
    (local,) = source.unpack("<I", entry + 42)
    if source.take(local, 4) != _LOCAL:
        raise Malformed
    name, extra = source.unpack("<HH", local + 26)
    content = source.take(local + 30 + name + extra, size)
    if method == _PACKED:
        content = _inflated(content)
        source.spend(len(content))
    elif method != _PLAIN:
        raise Malformed
    if zlib.crc32(content) != checksum:
        raise Malformed
    return content


def _inflated(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = unpacker.decompress(data, MOST)
    except zlib.error as error:
        raise Malformed from error
    if unpacker.unconsumed_tail:
        raise Malformed
    return content


def _elements(data: bytes, source: Source, name: str) -> list[Any]:
    """The elements of one name, whatever its namespace."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    source.spend(_PARSED * len(data))
    try:
        root: Any = fromstring(data)
    except (SyntaxError, ValueError, LookupError, DefusedXmlException) as error:
        raise Malformed from error
    return [element for element in root.iter() if str(element.tag).rpartition("}")[2] == name]
