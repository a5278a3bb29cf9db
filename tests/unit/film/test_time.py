"""Laws of rational time: what goes through a RationalTime comes back exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.core.errors import InputError
from tianmu.film.time import count_frames, exact_rate, exact_seconds, frames_time, parse_fps, parse_seconds

BROADCAST = [Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001)]
RATES = st.one_of(st.integers(1, 240).map(Fraction), st.sampled_from([*BROADCAST, Fraction(25, 2), Fraction(10, 3)]))


@given(RATES)
def test_a_rate_survives_the_way_through_a_float(fps: Fraction) -> None:
    assert exact_rate(float(fps)) == fps


@given(st.integers(0, 10**7), RATES)
def test_a_time_is_exact_whatever_its_rate(num_frames: int, fps: Fraction) -> None:
    assert exact_seconds(frames_time(num_frames, fps)) == num_frames / fps


@given(st.integers(1, 10**6), RATES)
def test_counting_frames_undoes_their_time(num_frames: int, fps: Fraction) -> None:
    assert count_frames(num_frames / fps, fps) == num_frames


@given(st.fractions(Fraction(1, 1000), 600), RATES)
def test_a_count_is_the_nearest_and_never_zero(seconds: Fraction, fps: Fraction) -> None:
    count = count_frames(seconds, fps)
    assert count >= 1
    assert abs(count - seconds * fps) <= Fraction(1, 2) or count == 1


@pytest.mark.parametrize(
    ("text", "fps"),
    [
        ("24", Fraction(24)),
        ("12.5", Fraction(25, 2)),
        ("24000/1001", Fraction(24000, 1001)),
        ("23.976", Fraction(24000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        ("59.94", Fraction(60000, 1001)),
    ],
)
def test_frame_rates_as_people_write_them(text: str, fps: Fraction) -> None:
    assert parse_fps(text) == fps


@pytest.mark.parametrize(
    ("text", "seconds"), [("4", 4), ("2.5", Fraction(5, 2)), ("10/3", Fraction(10, 3)), ("1e1", 10)]
)
def test_lengths_as_people_write_them(text: str, seconds: Fraction) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize(
    "text", ["0", "-1", "nan", "inf", "1e9", "1e999999999", "1e-999999999", "four", "", "1/0", "1/2/3", "9" * 10_000]
)
def test_a_length_that_cannot_be_is_refused_in_one_short_sentence(text: str) -> None:
    with pytest.raises(InputError, match="number of seconds") as refusal:
        parse_seconds(text)
    assert len(refusal.value.explain()) < 200


@pytest.mark.parametrize("text", ["0", "-24", "nan", "241", "fast", ""])
def test_a_rate_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="frame rate"):
        parse_fps(text)
