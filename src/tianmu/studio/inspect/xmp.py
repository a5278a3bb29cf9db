"""What a file's XMP says of its origin: IPTC's digital source type, and the tool that made it.

XMP is a packet of RDF/XML that lies in the open in almost every format, so it is looked for by its frame, in the first
and the last megabytes. It is text that anybody can write or cut out; it is read without entities and without a network.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

_WINDOW = 4 * 2**20
_LONGEST = 2**20
_OPENS, _CLOSES = b"<x:xmpmeta", b"</x:xmpmeta>"
_TYPE = "DigitalSourceType"
_AI = frozenset({"trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "compositeSynthetic"})


@dataclass(frozen=True, kw_only=True)
class Source:
    """What was said."""

    types: tuple[str, ...]
    """Last parts of the source types' addresses, such as `trainedAlgorithmicMedia`."""
    tool: str

    @property
    def ai(self) -> bool:
        """Whether one of the types says that a trained model made it or a part of it."""
        return not _AI.isdisjoint(self.types)


def read_source(path: Path) -> Source | None:
    """The source types of all readable packets in a file; None where none names any."""
    with path.open("rb") as file:
        data = file.read(_WINDOW)
        size = file.seek(0, 2)
        if size > _WINDOW:
            file.seek(max(_WINDOW, size - _WINDOW))
            data += file.read(_WINDOW)
    types: dict[str, None] = {}
    tool = ""
    for packet in islice(_packets(data), 4):
        try:
            root = fromstring(packet, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError):
            continue
        for element in root.iter():
            for name, value in _named(element):
                if name == _TYPE:
                    types[value.rstrip("/").rpartition("/")[2].strip()] = None
                elif name == "CreatorTool":
                    tool = value
    types.pop("", None)
    return Source(types=tuple(types)[:10], tool=tool) if types else None


def _packets(data: bytes) -> Iterator[bytes]:
    end = 0
    while (start := data.find(_OPENS, end)) >= 0 and (close := data.find(_CLOSES, start)) >= 0:
        end = close + len(_CLOSES)
        if end - start <= _LONGEST:
            yield data[start:end]


def _named(element: Element) -> list[tuple[str, str]]:
    """The element and its attributes, by name without namespace."""
    found = [(name.rpartition("}")[2], value) for name, value in element.attrib.items()]
    text = (element.text or "").strip()
    resource = next((value for name, value in found if name == "resource"), "")
    return [*found, (str(element.tag).rpartition("}")[2], text or resource)]
