"""XMP: what is written is read, and the forms that others give the same label are read alike."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.media.metadata.source import Entry, Malformed, Source
from tianmu.media.metadata.xmp import TC260, find_xmp, xmp_entries, xmp_packet

FIELDS = {"Label": "1", "ContentProducer": "somebody"}
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def entries(packet: bytes) -> list[Entry]:
    return list(xmp_entries(packet, Source(io.BytesIO(packet), len(packet))))


@given(
    value=st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1).filter(lambda text: text.strip())
)
def test_what_is_written_is_read(value: str) -> None:
    assert [(entry.key, entry.value) for entry in entries(xmp_packet({"AIGC": value}))] == [("AIGC", value.strip())]


def test_the_same_entries_give_the_same_bytes() -> None:
    assert xmp_packet({"a": "1", "AIGC": "2"}) == xmp_packet({"AIGC": "2", "a": "1"})
    assert f'"{TC260}"'.encode() in xmp_packet({"AIGC": "2"})


@pytest.mark.parametrize(
    "inner",
    [
        f"<T:AIGC>{json.dumps(FIELDS)}</T:AIGC>",
        f"<T:AIGC><rdf:Alt><rdf:li xml:lang='x-default'>{json.dumps(FIELDS)}</rdf:li></rdf:Alt></T:AIGC>",
        "<T:AIGC rdf:parseType='Resource'><T:Label>1</T:Label><T:ContentProducer>somebody</T:ContentProducer></T:AIGC>",
        "<T:AIGC><rdf:Description T:Label='1' T:ContentProducer='somebody'/></T:AIGC>",
        "<T:AIGC T:Label='1' T:ContentProducer='somebody'/>",
    ],
)
def test_a_label_is_read_in_every_form(inner: str) -> None:
    packet = (
        f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='{RDF}'><rdf:Description xmlns:T='{TC260}'>{inner}"
    )
    found = entries(f"{packet}</rdf:Description></rdf:RDF></x:xmpmeta>".encode())
    labels = [entry.value for entry in found if entry.key == "AIGC"]
    assert [json.loads(label) for label in labels] == [FIELDS]


@pytest.mark.parametrize(
    "packet", [b"", b"<a", b"\xff\xfe", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"<?xml encoding='x'?><a/>"]
)
def test_what_is_no_xml_is_malformed(packet: bytes) -> None:
    with pytest.raises(Malformed):
        entries(packet)


@pytest.mark.parametrize("offset", [0, (1 << 20) - (1 << 17) - 40, (1 << 20) - 40, 3 << 20])
def test_a_packet_is_found_wherever_it_lies(offset: int) -> None:
    data = bytes(offset) + xmp_packet({"AIGC": "here"}) + bytes(1000)
    found = [entry.value for entry in find_xmp(Source(io.BytesIO(data), len(data)))]
    assert found == ["here"]
