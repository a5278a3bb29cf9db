"""JUMBF and COSE: what is read of them, and that noise does no harm."""

from __future__ import annotations

import random

import pytest

from tianmu.governance.provenance.boxes import Cbor, chain, is_signed_plainly, signatures

from .conftest import Studio


def test_cbor_is_read_as_the_standards_examples() -> None:
    """RFC 8949, appendix A."""
    for text, value in {
        "00": 0,
        "1903e8": 1000,
        "3863": -100,
        "4401020304": b"\1\2\3\4",
        "6449455446": "IETF",
        "83010203": [1, 2, 3],
        "a201020304": {1: 2, 3: 4},
        "f4": False,
        "f6": None,
        "c11a514b67b0": 1363896240,
    }.items():
        assert Cbor(bytes.fromhex(text)).value() == value
    for wrong in ("", "19", "44010203", "9bffffffffffffffff", "81" * 40, "9f00ff"):
        with pytest.raises(ValueError, match=r"\w"):
            Cbor(bytes.fromhex(wrong)).value()


def test_boxes_of_noise_give_nothing(studio: Studio) -> None:
    store = studio.sign(studio.make("png")).manifest
    (label,) = signatures(store)
    assert len(chain(signatures(store)[label])) == 2
    assert is_signed_plainly(store, label)
    assert not is_signed_plainly(store, "urn:c2pa:another")
    chance = random.Random(3)
    for _ in range(300):
        torn = bytearray(store)
        for _ in range(8):
            torn[chance.randrange(len(torn))] = chance.randrange(256)
        for headers in signatures(bytes(torn[: chance.randrange(len(torn))])).values():
            chain(headers)
