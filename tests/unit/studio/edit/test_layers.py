"""Places in the frame are exact, pictures fit them, and what is laid over hides exactly what it should."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.film.cut import Box
from tianmu.media.image import Frame
from tianmu.media.planes import as_rgb
from tianmu.studio.edit.layers import Layer, Shown, fit, lay, place_of


def noise(seed: int, width: int = 40, height: int = 30) -> Frame:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


@given(split=st.fractions(0, 1, max_denominator=97), width=st.integers(2, 2000), height=st.integers(2, 2000))
def test_boxes_that_touch_share_no_pixel_and_leave_none(split: Fraction, width: int, height: int) -> None:
    left = place_of(Box(width=split), width, height)
    right = place_of(Box(left=split, width=1 - split), width, height)
    assert (left.left, left.width, left.width + right.width) == (0, right.left, width)
    assert (left.top, left.height) == (0, height)


def test_what_fits_is_not_touched() -> None:
    frame = noise(1)
    assert fit(frame, 40, 30) is frame


@pytest.mark.parametrize(("width", "height"), [(80, 60), (20, 15), (81, 60), (1280, 957), (7, 5)])
def test_the_same_aspect_fills_its_place(width: int, height: int) -> None:
    fitted = fit(np.full((30, 40, 3), 200, dtype=np.uint8), width, height)
    assert fitted.shape == (height, width, 3)
    if abs(width / height / (40 / 30) - 1) <= 0.01:
        assert fitted.min() >= 199


@given(width=st.integers(4, 200), height=st.integers(4, 200))
def test_any_size_can_be_had_and_bars_are_even(width: int, height: int) -> None:
    fitted = fit(np.full((30, 40, 3), 200, dtype=np.uint8), width, height)
    assert fitted.shape == (height, width, 3)
    lit = fitted.max(axis=2) > 0
    rows, columns = np.nonzero(lit.any(axis=1))[0], np.nonzero(lit.any(axis=0))[0]
    assert abs(int(rows[0]) - (height - 1 - int(rows[-1]))) <= 1
    assert abs(int(columns[0]) - (width - 1 - int(columns[-1]))) <= 1
    assert lit.any(axis=1).all() or lit.any(axis=0).all()


def test_a_picture_that_fills_the_frame_passes_through() -> None:
    canvas, picture = noise(1), noise(2)
    assert lay(canvas, Shown(layer=Layer(picture=picture))) is picture
    assert lay(canvas, Shown()) is canvas
    assert lay(canvas, Shown(other=Layer(picture=picture), share=1.0)) is picture


def test_a_veil_lets_through_what_it_says() -> None:
    canvas, before = noise(1), noise(1)
    ink = np.full((10, 12, 3), 40, dtype=np.uint8)
    veil = np.zeros((10, 12, 3), dtype=np.uint8)
    veil[:5] = 128
    laid = as_rgb(lay(canvas, Shown(layer=Layer(picture=ink, veil=veil, left=3, top=4))))
    assert (laid[9:14, 3:15] == 40).all()
    assert np.abs(laid[4:9, 3:15] - (40 + canvas[4:9, 3:15] * (128 / 255))).max() <= 1
    outside = np.ones((30, 40), dtype=bool)
    outside[4:14, 3:15] = False
    assert np.array_equal(laid[outside], before[outside])
    assert np.array_equal(canvas, before)


@given(share=st.floats(0, 1))
def test_a_mixture_is_between_its_two_sides(share: float) -> None:
    canvas, one, two = noise(0), noise(1), noise(2)
    mixed = as_rgb(lay(canvas, Shown(layer=Layer(picture=one), other=Layer(picture=two), share=share)))
    assert np.abs(mixed - ((1 - share) * one.astype(float) + share * two)).max() <= 0.51
