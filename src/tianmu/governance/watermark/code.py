"""The code of the watermark: 64 bits and a checksum, convolved at rate 1/3, and read again from soft values.

A convolutional code of constraint length 9 with the generators 557, 663, 711 (octal): free distance 18, the best of its
kind (Larsen 1973). It is decoded by the Viterbi algorithm (Viterbi 1967) over soft values, all 256 states at once.
"""

from __future__ import annotations

import zlib
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tianmu.core.errors import InputError
from tianmu.core.text import say

PAYLOAD_BITS = 64
CHECK_BITS = 24
"""A wrong word passes the checksum once in 2**24, about 1.7e7, times."""

_MEMORY = 8
_STATES = 1 << _MEMORY
_GENERATORS = (0o557, 0o663, 0o711)
_STEPS = PAYLOAD_BITS + CHECK_BITS + _MEMORY
CODED_BITS = len(_GENERATORS) * _STEPS

Signs = NDArray[np.float32]
"""Coded bits as signs: `[CODED_BITS]` float32, -1 for 0 and +1 for 1; soft ones may have any size."""


class Decoded(NamedTuple):
    """What soft values say."""

    payload: int
    checked: bool
    """Whether the checksum agrees; where it does not, the payload means nothing."""
    coded: Signs
    """The coded bits of the word that fits best, checked or not."""


def encode(payload: int) -> Signs:
    """The coded bits of a payload of 64 bits.

    Raises:
        InputError: the payload is no number from 0 to 2**64 - 1.
    """
    if not 0 <= payload < 1 << PAYLOAD_BITS:
        raise InputError(
            say(
                f"A watermark carries a number from 0 to 2**{PAYLOAD_BITS} - 1, not {payload}; give one of those.",
                f"水印承载 0 到 2**{PAYLOAD_BITS} - 1 之间的整数，而不是 {payload}；请给出此范围内的数。",
            )
        )
    return _convolved(payload << CHECK_BITS | _checksum(payload))


def _convolved(word: int) -> Signs:
    """The coded bits of PAYLOAD_BITS + CHECK_BITS bits, and of the zeros that bring the code back to state 0."""
    bits = [word >> place & 1 for place in reversed(range(PAYLOAD_BITS + CHECK_BITS))] + [0] * _MEMORY
    _, outputs = _trellis()
    state, coded = 0, np.empty((_STEPS, len(_GENERATORS)), np.float32)
    for step, bit in enumerate(bits):
        register = bit << _MEMORY | state
        coded[step] = outputs[register]
        state = register >> 1
    return coded.ravel()


def decode(soft: Signs) -> Decoded:
    """The word whose coded bits correlate best with `soft`, and whether its checksum agrees."""
    word = 0
    for bit in _most_likely(soft.reshape(_STEPS, len(_GENERATORS))):
        word = word << 1 | int(bit)
    payload = word >> CHECK_BITS
    return Decoded(payload, _checksum(payload) == word & (1 << CHECK_BITS) - 1, _convolved(word))


def _checksum(payload: int) -> int:
    """The upper bits of the CRC-32 of the payload's bytes."""
    return zlib.crc32(payload.to_bytes(PAYLOAD_BITS // 8, "big")) >> (32 - CHECK_BITS)


def _most_likely(soft: NDArray[np.float32]) -> NDArray[np.int64]:
    """The data bits of the best path from state 0 to state 0: `[PAYLOAD_BITS + CHECK_BITS]`."""
    registers, outputs = _trellis()
    scores = np.full(_STATES, -np.inf, np.float32)
    scores[0] = 0
    choices = np.empty((_STEPS, _STATES), np.uint8)
    for step in range(_STEPS):
        # A register is the newest bit and the old state; a new state is a register without its oldest bit.
        arriving = scores[registers & (_STATES - 1)] + (outputs @ soft[step])[registers]
        choices[step] = arriving[1] > arriving[0]
        scores = np.maximum(arriving[0], arriving[1])
    state, bits = 0, np.empty(_STEPS, np.int64)
    for step in reversed(range(_STEPS)):
        bits[step] = state >> (_MEMORY - 1)
        state = int(registers[choices[step, state], state]) & (_STATES - 1)
    return bits[: PAYLOAD_BITS + CHECK_BITS]


@cache
def _trellis() -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The two registers that lead to each state, `[2 states]`, and the signs that each sends, `[registers 3]`."""
    states = np.arange(_STATES)
    registers = np.stack([states << 1, states << 1 | 1])
    every = np.arange(2 * _STATES)
    sent = [[int(register & generator).bit_count() & 1 for generator in _GENERATORS] for register in every.tolist()]
    return registers, np.array(sent, np.float32) * 2 - 1
