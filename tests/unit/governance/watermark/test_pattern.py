"""The laws of the pattern: it repeats, it stands on the key alone, and what it carries can be read off its spectrum."""

from __future__ import annotations

from hashlib import sha256

import numpy as np

from tianmu.governance.watermark.code import CODED_BITS
from tianmu.governance.watermark.pattern import LEAST_CYCLES, MOST_CYCLES, PUBLIC_KEY, layout, tile, values


def test_every_coded_bit_stands_on_as_many_waves() -> None:
    counts = np.bincount(layout(PUBLIC_KEY).bits, minlength=CODED_BITS)
    assert counts.min() >= 4
    assert counts.max() - counts.min() <= 1


def test_no_wave_carries_two_things() -> None:
    waves = layout(PUBLIC_KEY).waves()
    both = np.concatenate([waves, -waves])
    assert len(np.unique(both, axis=0)) == len(both)
    cycles = np.hypot(*waves.T)
    assert cycles.min() >= LEAST_CYCLES
    assert cycles.max() <= MOST_CYCLES


def test_a_tile_holds_the_values_of_its_waves() -> None:
    drawn = tile(PUBLIC_KEY, 12345)
    spectrum = np.fft.fft2(drawn)
    across, down = layout(PUBLIC_KEY).waves().T
    read, meant = spectrum[down, across], values(PUBLIC_KEY, 12345)
    assert np.allclose(read / np.abs(read), meant / np.abs(meant), atol=1e-3)
    assert np.isclose(drawn.std(), 1, atol=1e-3)


def test_two_payloads_share_the_sync_and_two_keys_share_nothing() -> None:
    one, two = tile(PUBLIC_KEY, 1), tile(PUBLIC_KEY, 2)
    other = tile(b"another key", 1)
    assert abs(float(np.mean(one * other))) < 0.15
    assert 0.1 < float(np.mean(one * two)) < 0.9


def test_the_public_pattern_is_for_all_time() -> None:
    """A change here would make every mark that is out there unreadable."""
    plan = layout(PUBLIC_KEY)
    parts = (plan.sync_waves, plan.sync_signs.view(np.float32), plan.payload_waves, plan.chips, plan.bits)
    whole = b"".join(np.ascontiguousarray(part).astype("<i8").tobytes() for part in parts)
    assert sha256(whole).hexdigest()[:16] == "5be64ea438e61fe9"
