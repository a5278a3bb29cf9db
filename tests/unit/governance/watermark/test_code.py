"""The laws of the code: what is encoded is decoded, errors are mended, and nonsense is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.core.errors import InputError
from tianmu.governance.watermark.code import CODED_BITS, PAYLOAD_BITS, decode, encode

payloads = st.integers(0, 2**PAYLOAD_BITS - 1)


@given(payloads)
def test_what_is_encoded_is_decoded(payload: int) -> None:
    word = decode(encode(payload))
    assert (word.payload, word.checked) == (payload, True)
    assert np.array_equal(word.coded, encode(payload))


@given(payloads, st.integers(0, 2**32 - 1))
def test_errors_are_mended(payload: int, seed: int) -> None:
    """A free distance of 18 mends any 8 wrong signs, and 48 lost ones besides where they lie scattered."""
    rng = np.random.default_rng(seed)
    coded = encode(payload).copy()
    coded[rng.choice(CODED_BITS, 8, replace=False)] *= -1
    assert decode(coded).payload == payload
    lost = encode(payload) * (np.arange(CODED_BITS) % 6 > 0)
    assert decode(lost.astype(np.float32)).payload == payload


def test_soft_values_are_worth_more_than_their_signs() -> None:
    """At a noise under which a quarter of the signs is wrong, most words are read whole."""
    rng = np.random.default_rng(0)
    read = 0
    for _ in range(50):
        payload = int(rng.integers(2**63))
        read += decode((encode(payload) + rng.normal(0, 1.1, CODED_BITS)).astype(np.float32)).payload == payload
    assert read >= 45


def test_noise_is_refused() -> None:
    rng = np.random.default_rng(1)
    assert not any(decode(rng.normal(0, 1, CODED_BITS).astype(np.float32)).checked for _ in range(200))
    assert not decode(np.zeros(CODED_BITS, np.float32)).checked


@pytest.mark.parametrize("payload", [-1, 2**64])
def test_a_payload_of_another_size_is_refused(payload: int) -> None:
    with pytest.raises(InputError, match="from 0 to"):
        encode(payload)
