"""XMP out of any file: what it says of the origin, and nothing that it could do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tianmu.studio.inspect.xmp import read_source

PACKET = """junk \0<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 %s xmp:CreatorTool="A tool">%s</rdf:Description></rdf:RDF></x:xmpmeta> more junk"""
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def source(tmp_path: Path, text: str) -> tuple[tuple[str, ...], str, bool] | None:
    path = tmp_path / "file.jpg"
    path.write_bytes(text.encode())
    found = read_source(path)
    return None if found is None else (found.types, found.tool, found.ai)


@pytest.mark.parametrize(
    ("attribute", "child"),
    [
        (f'e:DigitalSourceType="{TRAINED}"', ""),
        ("", f"<e:DigitalSourceType>{TRAINED}</e:DigitalSourceType>"),
        ("", f'<e:DigitalSourceType rdf:resource="{TRAINED}"/>'),
    ],
)
def test_a_type_is_read_however_it_is_written(tmp_path: Path, attribute: str, child: str) -> None:
    assert source(tmp_path, PACKET % (attribute, child)) == (("trainedAlgorithmicMedia",), "A tool", True)


def test_a_camera_is_not_ai_and_silence_is_nothing(tmp_path: Path) -> None:
    camera = TRAINED.replace("trainedAlgorithmicMedia", "digitalCapture")
    assert source(tmp_path, PACKET % (f'e:DigitalSourceType="{camera}"', "")) == (("digitalCapture",), "A tool", False)
    assert source(tmp_path, PACKET % ("", "")) is None
    assert source(tmp_path, "<x:xmpmeta " * 100_000) is None


def test_a_packet_at_the_end_of_a_large_file_is_found(tmp_path: Path) -> None:
    text = PACKET % (f'e:DigitalSourceType="{TRAINED}"', "")
    assert source(tmp_path, "x" * (9 * 2**20) + text) is not None


def test_entities_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("trainedAlgorithmicMedia", encoding="utf-8")
    inside = f'<x:xmpmeta><!DOCTYPE a [<!ENTITY s SYSTEM "file://{secret}">]>'
    text = (PACKET % ("", "<e:DigitalSourceType>&s;</e:DigitalSourceType>")).replace("<x:xmpmeta", inside, 1)
    assert source(tmp_path, text) is None
