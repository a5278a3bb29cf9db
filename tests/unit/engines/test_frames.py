"""Laws of fitting frames to a size and a rate."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tianmu.engines.frames import chunked, cover, hold


def test_covering_the_same_size_changes_nothing() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    assert np.array_equal(cover(frame, 20, 30), frame)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_a_plain_picture_stays_plain_at_any_size(height: int, width: int, to_height: int, to_width: int) -> None:
    covered = cover(np.full((height, width, 3), 77, np.uint8), to_height, to_width)
    assert covered.shape == (to_height, to_width, 3)
    assert (covered == 77).all()


def test_covering_cuts_both_sides_alike_and_stretches_nothing() -> None:
    frame = np.zeros((10, 30, 3), np.uint8)
    frame[:, 10:20] = 200
    assert (cover(frame, 10, 10) == 200).all()
    assert (cover(frame.transpose(1, 0, 2), 10, 10) == 200).all()


@given(st.integers(1, 30), st.sampled_from([4, 8, 12, 24, 30]), st.sampled_from([3, 8, 24, 25, 60]))
def test_held_frames_last_as_long_as_before_and_come_in_order(count: int, fps_in: int, fps_out: int) -> None:
    numbers = [np.full((1, 1, 3), index, np.uint8) for index in range(count)]
    held = [int(frame[0, 0, 0]) for frame in hold(numbers, Fraction(fps_in), Fraction(fps_out))]
    assert held == sorted(held)
    assert abs(Fraction(len(held), fps_out) - Fraction(count, fps_in)) < Fraction(1, fps_out)
    assert held == [index * fps_in // fps_out for index in range(len(held))]


@given(st.integers(0, 20), st.integers(1, 8))
def test_chunks_hold_every_frame_once(count: int, size: int) -> None:
    frames = [np.full((2, 2, 3), index, np.uint8) for index in range(count)]
    chunks = list(chunked(frames, size))
    assert all(len(chunk) <= size for chunk in chunks)
    assert [int(frame[0, 0, 0]) for chunk in chunks for frame in chunk] == list(range(count))
