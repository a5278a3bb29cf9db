"""Shares and the sign test against what is known of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.studio.audit.figures import Share, sign_test


@given(of=st.integers(1, 400), part=st.floats(0, 1))
def test_the_interval_holds_the_share_and_narrows(of: int, part: float) -> None:
    count = round(part * of)
    low, high = Share(count=count, of=of).interval
    assert 0 <= low <= count / of <= high <= 1
    wide, narrow = (Share(count=count * k, of=of * k).interval for k in (1, 4))
    assert narrow[1] - narrow[0] < wide[1] - wide[0]


def test_wilson_as_published() -> None:
    """Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263, and 0 of 20."""
    assert Share(count=81, of=263).interval == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert Share(count=0, of=20).interval == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert Share(count=0, of=0).interval == (0.0, 1.0)
    assert str(Share(count=0, of=0)) == "–"


def test_the_sign_test_is_exact_and_the_same_from_both_sides() -> None:
    assert sign_test(5, 0) == pytest.approx(2 / 32)
    assert sign_test(0, 0) == sign_test(3, 3) == 1.0
    assert sign_test(2, 9) == sign_test(9, 2) == pytest.approx(2 * (1 + 11 + 55) / 2048)
