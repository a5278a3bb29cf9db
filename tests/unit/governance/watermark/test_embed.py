"""The laws of marking: the same bytes every time, hardly a difference to see, and what was given is left alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tianmu.core.errors import InputError
from tianmu.governance.watermark import Watermark, detect
from tianmu.governance.watermark.embed import LEAST_SIZE
from tianmu.media.encoders.picture import as_video
from tianmu.media.image import Frame
from tianmu.media.planes import Planes, black_planes, planes_of


def sky(width: int, height: int) -> Frame:
    """A flat gradient: the place where a mark would be seen first."""
    rows = np.linspace(0, 1, height)[:, None, None] * np.array([40, 60, 20]) + np.array([60, 90, 190])
    return np.broadcast_to(rows, (height, width, 3)).astype(np.uint8)


def gravel(width: int, height: int) -> Frame:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def psnr(one: Frame, two: Frame) -> float:
    return float(10 * np.log10(255**2 / np.mean((one.astype(float) - two) ** 2)))


def test_the_same_frame_gives_the_same_bytes_and_stays_as_it_was() -> None:
    frame = gravel(320, 180)
    before = frame.copy()
    frame.setflags(write=False)
    first = Watermark(7, width=320, height=180).apply(frame)
    assert np.array_equal(first, Watermark(7, width=320, height=180).apply(frame))
    assert np.array_equal(frame, before)
    assert not np.array_equal(first, Watermark(8, width=320, height=180).apply(frame))


def test_what_it_does_to_a_frame_does_not_hang_on_other_frames() -> None:
    watermark = Watermark(7, width=320, height=180)
    alone = watermark.apply(sky(320, 180))
    watermark.apply(gravel(320, 180))
    assert np.array_equal(alone, watermark.apply(sky(320, 180)))


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (720, 1280), (1920, 804)])
def test_a_flat_sky_changes_by_a_level_or_two(width: int, height: int) -> None:
    frame = sky(width, height)
    marked = Watermark(2**64 - 1, width=width, height=height).apply(frame)
    assert psnr(frame, marked) > 48
    assert np.abs(marked.astype(int) - frame).max() <= 4


def test_a_lively_picture_changes_more_and_still_little() -> None:
    frame = gravel(1280, 720)
    assert 37 < psnr(frame, Watermark(1, width=1280, height=720).apply(frame)) < 48


def test_black_stays_black_and_white_stays_white() -> None:
    watermark = Watermark(1, width=640, height=360)
    for level in (0, 255):
        frame = np.full((360, 640, 3), level, np.uint8)
        assert np.array_equal(watermark.apply(frame), frame)


def test_colours_keep_their_hue() -> None:
    frame = sky(640, 360)
    change = Watermark(1, width=640, height=360).apply(frame).astype(int) - frame
    assert np.ptp(change, axis=2).max() == 0


@pytest.mark.parametrize(("width", "height"), [(LEAST_SIZE, LEAST_SIZE), (65, 301), (641, 361), (1023, 577)])
def test_any_size_from_the_smallest_on(width: int, height: int) -> None:
    marked = Watermark(1, width=width, height=height).apply(sky(width, height))
    assert marked.shape == (height, width, 3)
    assert marked.dtype == np.uint8


def test_a_part_of_a_larger_picture_is_marked_like_a_copy_of_it() -> None:
    whole = gravel(700, 400)
    part = whole[10:370, 30:670]
    watermark = Watermark(1, width=640, height=360)
    assert np.array_equal(watermark.apply(part), watermark.apply(part.copy()))


def test_too_small_frames_and_other_sizes_are_refused() -> None:
    with pytest.raises(InputError, match=f"at least {LEAST_SIZE} x {LEAST_SIZE}"):
        Watermark(1, width=64, height=36)
    with pytest.raises(InputError, match="640 x 360 pixels, not 360 x 640"):
        Watermark(1, width=640, height=360).apply(sky(360, 640))
    with pytest.raises(InputError, match="from 0 to"):
        Watermark(2**64, width=640, height=360)


def planes_of_frame(frame: Frame) -> Planes:
    """A picture as its codec keeps it."""
    planes = planes_of(as_video(frame, "yuv420p"))
    assert planes is not None
    return planes


@pytest.mark.parametrize("draw", [sky, gravel])
def test_planes_are_marked_as_their_picture_is(draw: Callable[[int, int], Frame]) -> None:
    watermark = Watermark(2**63 + 5, width=640, height=360)
    planes = planes_of_frame(draw(640, 360))
    before = planes.sheet.copy()
    planes.sheet.setflags(write=False)
    marked = watermark.apply_planes(planes)
    assert np.array_equal(planes.sheet, before)
    assert np.array_equal(marked.sheet[360:], before[360:])  # its colours are as they were
    change = marked.luma.astype(float) - planes.luma
    drawn = planes_of_frame(watermark.apply(planes.rgb)).luma.astype(float) - planes_of_frame(planes.rgb).luma
    assert np.abs(change).max() > 0
    assert np.abs(change - drawn).mean() < 0.6  # what is drawn in RGB is rounded twice, and cut off at its ends
    assert np.corrcoef(change.ravel(), drawn.ravel())[0, 1] > 0.8
    assert np.array_equal(marked.sheet, watermark.apply_planes(planes).sheet)


def test_the_mark_in_planes_is_read() -> None:
    watermark = Watermark(0x0123456789ABCDEF, width=640, height=360)
    found = detect([watermark.apply_planes(planes_of_frame(sky(640, 360))).rgb for _ in range(4)])
    assert found is not None
    assert found.payload == 0x0123456789ABCDEF


def test_black_planes_stay_black_and_other_sizes_are_refused() -> None:
    watermark = Watermark(1, width=640, height=360)
    black = black_planes(640, 360)
    assert np.array_equal(watermark.apply_planes(black).sheet, black.sheet)
    with pytest.raises(InputError, match="640 x 360"):
        watermark.apply_planes(black_planes(320, 180))
