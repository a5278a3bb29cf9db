"""What a key and a payload look like: a pattern that repeats, made of waves whose signs only the key tells.

Lengths are canonical: a frame's shorter side is 256 units long, whatever its size. The pattern repeats every 128 units,
so that a crop only shifts it. In one tile the waves of 4 to 24 cycles carry: part of the slow ones a sequence that is
known (the sync, which says where, how large and which way round the mark lies), all others the coded payload, every
coded bit on several waves, slow and fast alike. A wave is a complex number of the tile's spectrum, so it has two signs.

This is direct-sequence spread spectrum in the Fourier domain (Cox et al. 1997), with a sync that repeats (Kutter 1998).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256, shake_256

import numpy as np
from numpy.typing import NDArray

from tianmu.governance.watermark.code import CODED_BITS, encode

CANONICAL = 256
"""The shorter side of a frame, in canonical units."""

TILE = 128
"""The pattern's period in canonical units."""

LEAST_CYCLES, MOST_CYCLES = 4, 24
"""Waves of so many cycles a tile carry the mark."""

SYNC_CYCLES = 15
"""The sync stands on waves of at most so many cycles, which bear a wrong scale or rotation best."""

_SYNC_SHARE = 0.7
"""The part of the waves up to SYNC_CYCLES that carries the sync; the rest carries payload."""

PUBLIC_KEY = b"Tianmu public watermark, version 1"
"""The key that every Tianmu reads with. It hides nothing; it keeps other people's patterns from being read as ours."""

Waves = NDArray[np.int64]
"""Cycles a tile, `[n 2]` int64, across and down; of a wave and its conjugate only one is listed."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout:
    """Which wave carries what, under one key."""

    sync_waves: Waves
    sync_signs: NDArray[np.complex64]
    """`[n]`: the known value of each sync wave, +-1 +-1j."""
    payload_waves: Waves
    chips: NDArray[np.float32]
    """`[2 m]`: the sign that multiplies a coded bit on each dimension; a wave's two are neighbours: real, imaginary."""
    bits: NDArray[np.int64]
    """`[2 m]`: the coded bit that each dimension carries."""

    def waves(self) -> Waves:
        """Sync and payload, `[n + m 2]`."""
        return np.concatenate([self.sync_waves, self.payload_waves])


@lru_cache(maxsize=16)
def layout(key: bytes) -> Layout:
    """The layout of a key. It stands on SHAKE-256 alone, so it is the same on every machine and for all time."""
    waves = _waves()
    slow = np.flatnonzero(np.hypot(*waves.T) <= SYNC_CYCLES)
    chosen = slow[_order(key, b"sync", len(slow))[: round(_SYNC_SHARE * len(slow))]]
    rest = np.setdiff1d(np.arange(len(waves)), chosen)
    rest = rest[np.argsort(np.hypot(*waves[rest].T), kind="stable")]
    num_dimensions = 2 * len(rest)
    # Dimensions are dealt in rounds, from slow to fast: in a round each coded bit gets one.
    rounds = -(-num_dimensions // CODED_BITS)
    bits = np.concatenate([_order(key, b"bits %d" % turn, CODED_BITS) for turn in range(rounds)])[:num_dimensions]
    signs = _signs(key, b"sync signs", 2 * len(chosen))
    return Layout(
        sync_waves=waves[chosen],
        sync_signs=(signs[0::2] + 1j * signs[1::2]).astype(np.complex64),
        payload_waves=waves[rest],
        chips=_signs(key, b"chips", num_dimensions),
        bits=bits,
    )


def values(key: bytes, payload: int) -> NDArray[np.complex64]:
    """The value of every wave of `layout(key).waves()`, `[n + m]`, +-1 +-1j.

    Raises:
        InputError: the payload has more than 64 bits.
    """
    plan = layout(key)
    carried = plan.chips * encode(payload)[plan.bits]
    return np.concatenate([plan.sync_signs, (carried[0::2] + 1j * carried[1::2]).astype(np.complex64)])


def tile(key: bytes, payload: int, side: int = 2 * TILE) -> NDArray[np.float32]:
    """One period of the pattern as `[side side]` float32, with a root mean square of 1.

    Raises:
        InputError: the payload has more than 64 bits.
    """
    spectrum = np.zeros((side, side // 2 + 1), np.complex64)
    across, down = layout(key).waves().T
    waves = values(key, payload)
    spectrum[down % side, across] = waves
    still = across == 0
    spectrum[-down[still] % side, 0] = waves[still].conj()
    drawn = np.fft.irfft2(spectrum, (side, side))
    return (drawn / drawn.std()).astype(np.float32)


def _waves() -> Waves:
    """Every wave from LEAST_CYCLES to MOST_CYCLES, one of each conjugate pair, in a fixed order."""
    down, across = np.mgrid[-MOST_CYCLES : MOST_CYCLES + 1, 0 : MOST_CYCLES + 1]
    cycles = np.hypot(across, down)
    carry = (cycles >= LEAST_CYCLES) & (cycles <= MOST_CYCLES) & ((across > 0) | (down > 0))
    return np.stack([across[carry], down[carry]], axis=1).astype(np.int64)


def _stream(key: bytes, purpose: bytes, num_bytes: int) -> bytes:
    return shake_256(sha256(key).digest() + purpose).digest(num_bytes)


def _order(key: bytes, purpose: bytes, count: int) -> NDArray[np.int64]:
    """A permutation of `count` things."""
    return np.argsort(np.frombuffer(_stream(key, purpose, 8 * count), "<u8"), kind="stable")


def _signs(key: bytes, purpose: bytes, count: int) -> NDArray[np.float32]:
    """`[count]` of -1 and +1."""
    return (np.frombuffer(_stream(key, purpose, count), np.uint8) & 1).astype(np.float32) * 2 - 1
