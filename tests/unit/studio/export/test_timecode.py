"""Timecode from one hour on, never dropping frames."""

from __future__ import annotations

from fractions import Fraction

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.core.errors import InputError
from tianmu.studio.export.timecode import SUITE_RATES, place, require_suite_rate, start_frame, start_time, timecode


@given(st.integers(0, 24 * 3600 * 24 - 1), st.sampled_from([rate for rate in SUITE_RATES if rate.denominator == 1]))
def test_it_is_what_opentimelineio_says(frame: int, fps: Fraction) -> None:
    time = otio.opentime.RationalTime(frame, float(fps))
    assert timecode(frame, fps) == otio.opentime.to_timecode(time, float(fps), drop_frame=False)


@pytest.mark.parametrize("fps", SUITE_RATES)
def test_a_film_begins_at_one_hour(fps: Fraction) -> None:
    assert place(0, fps) == "01:00:00:00"
    assert place(round(fps) * 61 + 5, fps) == "01:01:01:05"
    assert otio.opentime.to_timecode(start_time(fps), float(fps), drop_frame=False) == "01:00:00:00"


def test_broadcast_rates_count_every_frame() -> None:
    """Drop-frame would leave out two numbers at the full minute, and write a semicolon."""
    ntsc = Fraction(30000, 1001)
    assert [place(frame, ntsc) for frame in (1799, 1800)] == ["01:00:59:29", "01:01:00:00"]
    assert start_frame(ntsc) == 108_000


def test_a_rate_that_no_suite_knows_is_refused_with_those_it_knows() -> None:
    with pytest.raises(
        InputError, match=r"runs at 12\.5 frames a second, and edl and aaf can hold 23\.976, 24, 25, 29\.970"
    ):
        require_suite_rate(Fraction(25, 2), ("edl", "aaf"))
