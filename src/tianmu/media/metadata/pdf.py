"""PDF (ISO 32000): the information dictionary and the document's XMP; and both put into one that reportlab draws.

A PDF is not read object by object: packets of XMP are searched for, which the standard keeps unpacked for that purpose,
and the label in the information dictionary is found by its form, also inside packed streams of objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from tianmu.media.metadata.source import MOST, Entry, Malformed, Source
from tianmu.media.metadata.xmp import find_xmp, xmp_packet

_ENTRY = re.compile(rb"/AIGC\s{0,32}([(<])")
_BRACKET = re.compile(rb"[()]|\\.", re.S)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.S)
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_MOST_SEARCHED = 1 << 26
_MOST_TRIED = 128
"""Places in one file that look like an entry, and streams that are unpacked."""
_LONGEST = 1 << 14


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
    """What a document's XMP says, and the AIGC label of its information; of an encrypted one, only what is not.

    Raises:
        Malformed: the file became shorter while it was read.
    """
    yield from find_xmp(source)
    tried = 0
    for chunk in source.chunks(_MOST_SEARCHED, MOST // 8):
        for piece in _pieces(chunk, source):
            for match in _ENTRY.finditer(piece):
                tried += 1
                if tried > _MOST_TRIED:
                    raise Malformed
                value = _value(piece, match)
                if value is not None:
                    yield Entry(key="AIGC", value=value, where="PDF information")


def _pieces(chunk: bytes, source: Source) -> Iterator[bytes]:
    """A part of the file as it is, and what its streams of objects hold."""
    yield chunk
    at = 0
    for _ in range(_MOST_TRIED):
        at = chunk.find(b"/ObjStm", at) + 1
        begin = chunk.find(b"stream", at + 6, at + 400)
        if not at:
            return
        if begin >= 0:
            begin += 8 if chunk[begin + 6 : begin + 8] == b"\r\n" else 7
            with suppress(Malformed):
                yield source.inflated(memoryview(chunk)[begin:])


def _value(piece: bytes, match: re.Match[bytes]) -> str | None:
    """A string in brackets, with pairs of them inside, or in hexadecimal digits; None where it does not end."""
    if match[1] == b"<":
        end = piece.find(b">", match.end(), match.end() + _LONGEST)
        data = _from_hex(piece[match.end() : end]) if end >= 0 else None
    else:
        data = _bracketed(piece, match.end())
    if data is None:
        return None
    return (data[2:].decode("utf-16-be", "replace") if data[:2] == b"\xfe\xff" else _as_text(data)).strip()


def _bracketed(piece: bytes, start: int) -> bytes | None:
    depth = 1
    for match in _BRACKET.finditer(piece, start, start + _LONGEST):
        depth += {b"(": 1, b")": -1}.get(match.group(), 0)
        if not depth:
            return _ESCAPE.sub(_unescaped, piece[start : match.start()])
    return None


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    if code.isdigit():
        return bytes([int(code, 8) & 0xFF])
    return _PLAIN.get(code, b"" if code in (b"\n", b"\r", b"\r\n") else code)


def _from_hex(digits: bytes) -> bytes | None:
    joined = b"".join(digits.split())
    try:
        return bytes.fromhex((joined + b"0" * (len(joined) % 2)).decode())
    except ValueError:
        return None


def _as_text(data: bytes) -> str:
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
