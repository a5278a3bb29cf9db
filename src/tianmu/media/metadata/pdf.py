"""PDF (ISO 32000): the information dictionary and the document's XMP; and both put into one that reportlab draws.

A PDF is not read object by object: packets of XMP are searched for, which the standard keeps unpacked for that purpose,
and entries of the information dictionary are found by their form, also inside packed streams of objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from tianmu.media.metadata.source import MOST, Entry, Malformed, Source
from tianmu.media.metadata.xmp import find_xmp, xmp_packet

_KEYS = rb"AIGC|Title|Author|Subject|Keywords|Creator|Producer"
_ENTRY = re.compile(
    rb"/(" + _KEYS + rb")\s*(?:\(((?:[^()\\]|\\.|\([^()\\]{0,4000}\)){0,20000})\)|<([0-9A-Fa-f\s]{0,40000})>)", re.S
)
_OBJECTS = re.compile(rb"/Type\s*/ObjStm\b[^>]{0,400}>>\s*stream\r?\n", re.S)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.S)
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_MOST_SEARCHED, _MOST_STREAMS = 1 << 26, 256


def add_metadata_to_pdf(canvas: Any, metadata: Mapping[str, str]) -> None:
    """Put entries into a document that a canvas of reportlab draws, as XMP and in its information dictionary.

    Call it before `save`; with `invariant=1` the same entries give the same bytes.
    """
    from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFStream, PDFString

    document = canvas._doc
    kind = PDFDictionary({"Type": PDFName("Metadata"), "Subtype": PDFName("XML")})
    document.Catalog.Metadata = PDFStream(kind, xmp_packet(metadata), filters=[])
    entries = {key: metadata[key] for key in sorted(metadata)}
    plain = document.info.format

    def with_entries(document: Any) -> bytes:
        dictionary = b" ".join(
            f"/{key} ".encode() + _formatted(PDFString(text), document) for key, text in entries.items()
        )
        before, closing, after = bytes(plain(document)).rpartition(b">>")
        return before + dictionary + b" " + closing + after

    document.info.format = with_entries


def _formatted(text: Any, document: Any) -> bytes:
    written = text.format(document)
    return written.encode("latin-1") if isinstance(written, str) else bytes(written)


def read_pdf(source: Source) -> Iterator[Entry]:
    """The entries of a document; of one that is encrypted, only what is not.

    Raises:
        Malformed: the file became shorter while it was read.
    """
    yield from find_xmp(source)
    unpacked = 0
    for chunk in source.chunks(_MOST_SEARCHED, MOST // 8):
        yield from _entries(chunk)
        for match in _OBJECTS.finditer(chunk):
            unpacked += 1
            if unpacked > _MOST_STREAMS:
                return
            with suppress(Malformed):
                yield from _entries(source.inflated(memoryview(chunk)[match.end() :]))


def _entries(piece: bytes) -> Iterator[Entry]:
    for match in _ENTRY.finditer(piece):
        key, text, digits = match.groups()
        data = _ESCAPE.sub(_unescaped, text) if text is not None else _from_hex(digits)
        value = data[2:].decode("utf-16-be", "replace") if data[:2] == b"\xfe\xff" else _as_text(data)
        yield Entry(key=key.decode(), value=value.strip(), where="PDF information")


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    if code.isdigit():
        return bytes([int(code, 8) & 0xFF])
    return _PLAIN.get(code, b"" if code in (b"\n", b"\r", b"\r\n") else code)


def _from_hex(digits: bytes) -> bytes:
    joined = b"".join(digits.split())
    return bytes.fromhex((joined + b"0" * (len(joined) % 2)).decode())


def _as_text(data: bytes) -> str:
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
