"""The laws of motion interpolation: given frames stay, still is still, a cut stays a cut, and motion is followed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tianmu.core.errors import InputError
from tianmu.media.image import Frame
from tianmu.media.interpolate import Between, interpolate, output_count

STAGE = cv2.resize(
    np.random.default_rng(0).integers(60, 200, (8, 24, 3), dtype=np.uint8), (288, 96), interpolation=cv2.INTER_CUBIC
).astype(np.uint8)


def moving(num_frames: int, speed: float = 4.0) -> Iterator[Frame]:
    """A textured disc that goes left over a stage that goes the other way at half the speed."""
    rows, columns = np.mgrid[:24, :24]
    disc = ((rows - 11.5) ** 2 + (columns - 11.5) ** 2 < 121)[..., None]
    texture = STAGE[::-1, :, ::-1][30:54, 40:64] // 2
    for index in range(num_frames):
        start = 60 + round(index * speed / 2)
        frame = STAGE[:, start : start + 96].copy()
        left = 70 - round(index * speed)
        frame[36:60, left : left + 24] = np.where(disc, texture, frame[36:60, left : left + 24])
        yield frame


def psnr(one: Frame, two: Frame) -> float:
    return float(10 * np.log10(255**2 / max(float(np.mean((one.astype(float) - two) ** 2)), 1e-10)))


def test_the_middle_of_a_motion_is_far_nearer_than_a_blend() -> None:
    frames = list(moving(15))
    gains: list[float] = []
    for before, middle, after in zip(frames[:-2:2], frames[1:-1:2], frames[2::2], strict=True):
        blend = ((before.astype(np.uint16) + after) // 2).astype(np.uint8)
        gains.append(psnr(Between(before, after).at(0.5), middle) - psnr(blend, middle))
    assert np.median(gains) > 6


def test_the_disc_is_where_it_should_be_at_every_third() -> None:
    frames = list(moving(7, speed=3))
    between = Between(frames[0], frames[3])
    for part in (1, 2):
        right = psnr(between.at(part / 3), frames[part])
        assert right > psnr(between.at(part / 3), frames[3 - part]) + 3


def test_given_frames_pass_untouched() -> None:
    frames = list(moving(8))
    made = list(interpolate(iter(frames), 8, Fraction(8), Fraction(24)))
    assert len(made) == 24
    assert all(np.array_equal(made[3 * index], frame) for index, frame in enumerate(frames))


def test_a_still_film_stays_identical() -> None:
    still = next(moving(1))
    made = list(interpolate((still.copy() for _ in range(5)), 5, Fraction(8), Fraction(24)))
    assert len(made) == 15
    assert all(np.array_equal(frame, still) for frame in made)


def test_what_stands_still_in_a_moving_picture_hardly_changes() -> None:
    frames = [frame.copy() for frame in moving(3)]
    for frame in frames:
        frame[:20] = frames[0][:20]
    made = Between(frames[0], frames[1]).at(0.5)
    assert np.abs(made[:12].astype(int) - frames[0][:12]).mean() < 1.5


def test_nothing_is_blended_across_a_cut() -> None:
    one = list(moving(3))
    two = [255 - frame[::-1, ::-1] for frame in moving(3)]
    made = list(interpolate(iter(one + two), 6, Fraction(8), Fraction(24)))
    at_cut = made[7:9]
    assert np.array_equal(at_cut[0], one[2])
    assert np.array_equal(at_cut[1], two[0])


def test_a_fast_pan_is_no_cut() -> None:
    one, two = STAGE[:, 40:136], STAGE[:, 56:152]
    made = Between(np.ascontiguousarray(one), np.ascontiguousarray(two)).at(0.5)
    assert psnr(made, STAGE[:, 48:144]) > 28


@given(
    num_in=st.integers(1, 12),
    rates=st.tuples(
        st.sampled_from([Fraction(8), Fraction(12), Fraction(24000, 1001)]),
        st.sampled_from([Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(60)]),
    ),
)
@hypothesis_settings(max_examples=25)
def test_the_film_lasts_as_long_as_before(num_in: int, rates: tuple[Fraction, Fraction]) -> None:
    fps_in, fps_out = rates
    still = next(moving(1))
    made = sum(1 for _ in interpolate((still for _ in range(num_in)), num_in, fps_in, fps_out))
    assert made == output_count(num_in, fps_in, fps_out)
    assert 0 <= Fraction(made) / fps_out - Fraction(num_in) / fps_in < 1 / fps_out


def test_the_same_rate_changes_nothing() -> None:
    frames = list(moving(4))
    made = list(interpolate(iter(frames), 4, Fraction(24), Fraction(24)))
    assert len(made) == 4
    assert all(map(np.array_equal, made, frames))


def test_frames_are_taken_as_they_are_needed() -> None:
    taken: list[int] = []

    def frames() -> Iterator[Frame]:
        for index, frame in enumerate(moving(8)):
            taken.append(index)
            yield frame

    made = interpolate(frames(), 8, Fraction(8), Fraction(24))
    for index in range(24):
        next(made)
        assert len(taken) <= index // 3 + 2


@pytest.mark.parametrize("size", [(16, 16), (64, 64), (40, 90), (101, 57)])
def test_any_size_will_do(size: tuple[int, int]) -> None:
    one, two, _ = (cv2.resize(frame, size).astype(np.uint8) for frame in moving(3))
    made = Between(one, two).at(0.5)
    assert made.shape == one.shape
    assert made.dtype == np.uint8
    assert psnr(made, one) > 20


@pytest.mark.parametrize("came", [0, 3, 5])
def test_another_number_of_frames_than_announced_is_an_error(came: int) -> None:
    with pytest.raises(InputError, match="4 frames were announced"):
        list(interpolate(moving(came), 4, Fraction(8), Fraction(24)))


def test_a_lower_rate_is_refused() -> None:
    with pytest.raises(InputError, match="from a lower to a higher rate"):
        interpolate(moving(3), 3, Fraction(24), Fraction(8))
