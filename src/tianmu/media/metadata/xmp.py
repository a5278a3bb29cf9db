"""XMP (ISO 16684-1): the packet of RDF that most formats can carry.

The AIGC label stands in the namespace that China's practice guide for file metadata names; its address is known here
from files and programs of others, not from the guide's own text. Other keys stand in a namespace of our own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from xml.sax.saxutils import quoteattr

from tianmu.media.metadata.source import Entry, Malformed, Source

TC260 = "http://www.tc260.org.cn/ns/AIGC/1.0/"
_OWN = "urn:tianmu:metadata:1.0/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PARSED = 4
"""How many times a byte of XML weighs what another one does."""
_ID = "W5M0MpCehiHzreSzNTczkc9d"
"""The id that the standard gives every packet."""
_BEGINS = ((b"<x:xmpmeta", b"</x:xmpmeta>"), (b"<rdf:RDF", b"</rdf:RDF>"))
"""How a packet begins and ends; without its wrapper, as some programs write it."""
_MOST_SEARCHED, _OVERLAP, _MOST_PACKETS = 1 << 28, 1 << 17, 64


def xmp_packet(metadata: Mapping[str, str]) -> bytes:
    """A packet with one property for each entry; the same entries give the same bytes."""
    spaces = {key: ("TC260" if key.upper() == "AIGC" else "tianmu") for key in sorted(metadata)}
    names = f'xmlns:TC260="{TC260}" xmlns:tianmu="{_OWN}"'
    properties = " ".join(f"{space}:{key}={quoteattr(metadata[key])}" for key, space in spaces.items())
    return (
        f'<?xpacket begin="\ufeff" id="{_ID}"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}">'
        f'<rdf:Description rdf:about="" {names} {properties}/></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def xmp_entries(data: bytes, source: Source) -> Iterator[Entry]:
    """The properties of a packet out of `source` that have a text; a structure called AIGC comes as JSON of its fields.

    Raises:
        Malformed: it is no XML, names entities, or is too long.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    source.spend(_PARSED * len(data))
    try:
        root: Any = fromstring(data.strip(b"\x00 \t\r\n"))
    except (SyntaxError, ValueError, LookupError, DefusedXmlException) as error:
        raise Malformed from error
    for element in root.iter():
        for name, value in element.attrib.items():
            space, key = _split(name)
            if space not in ("", _RDF) and value.strip():
                yield Entry(key=key, value=value.strip(), where="XMP")
        space, key = _split(element.tag)
        if space in ("", _RDF, "adobe:ns:meta/"):
            continue
        text = (element.text or "").strip() or _items(element)
        if not text and key.upper() == "AIGC":
            text = _fields(element)
        if text:
            yield Entry(key=key, value=text, where="XMP")


def find_xmp(source: Source) -> Iterator[Entry]:
    """Search the first 256 MiB of a file, whose structure is not known, for packets of up to 128 KiB."""
    seen: set[bytes] = set()
    for chunk in source.chunks(_MOST_SEARCHED, _OVERLAP):
        for packet in _packets(chunk):
            if packet not in seen and len(seen) < _MOST_PACKETS:
                seen.add(packet)
                with suppress(Malformed):
                    yield from xmp_entries(packet, source)


def _packets(chunk: bytes) -> Iterator[bytes]:
    begin, end = next((pair for pair in _BEGINS if pair[0] in chunk), _BEGINS[0])
    at = 0
    for _ in range(_MOST_PACKETS):
        first = chunk.find(begin, at)
        last = chunk.find(end, first, first + _OVERLAP)
        if first < 0:
            return
        if last >= 0:
            yield chunk[first : last + len(end)]
        at = max(first, last) + len(begin)


def _split(name: str) -> tuple[str, str]:
    space, bracket, key = name.removeprefix("{").rpartition("}")
    return (space, key) if bracket else ("", name)


def _items(element: Any) -> str:
    """The items of a list or of alternatives, which stand two levels below."""
    items = [item for holder in element for item in holder if item.tag == f"{{{_RDF}}}li"]
    return ", ".join(text for item in items if (text := (item.text or "").strip()))


def _fields(element: Any) -> str:
    """The fields of a structure, as attributes or elements, with a description around them or without."""
    fields: dict[str, str] = {}
    for holder in (element, *element):
        named = [(name, value) for name, value in holder.attrib.items()]
        named += [(child.tag, (child.text or "").strip()) for child in holder]
        fields |= {_split(name)[1]: value for name, value in named if _split(name)[0] not in ("", _RDF)}
    return json.dumps(fields, ensure_ascii=False) if fields else ""
