"""Motion interpolation: more frames a second, made from the motion between the frames that are there.

Between two frames a and b the motion is measured both ways (DIS optical flow: T. Kroeger et al., "Fast Optical Flow
using Dense Inverse Search", ECCV 2016). A moment t between them (a at 0, b at 1) is reached from either side by
moving pixels along that motion, and the two results are blended: by nearness in time, and where something is covered
or uncovered, in favour of the side that can see it. The steps are those of S. Baker et al., "A Database and Evaluation
Methodology for Optical Flow", IJCV 2011, section 3.3.2.

Frames that are given are passed on untouched, still pictures stay identical, and nothing is blended across a cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.media.image import Frame

Flow = NDArray[np.float32]
"""`[h w 2]` float32: for every pixel, how far it moves right and down, in pixels."""

_CUT_SIDE = 64
"""Cuts are looked for in pictures of this size: a cut is seen at any size."""

_CUT_DIFFERENCE = 28.0
_CUT_UNEXPLAINED = 20.0
"""Mean differences, of 255: two frames are a cut when they differ by the first and, after motion, by the second."""

_MEASURED_SIDE = 192
"""Motion is measured in pictures whose short side is near this: larger ones are no better, smaller ones are coarse."""

_SEEN_WITHIN = 2.0
"""Pixels by which a flow may miss and still count as the same motion; past that a place is taken for covered."""

_ALIKE = 8.0
"""Difference, of 255, at which a pixel that has moved loses its say about the motion, by a factor of e."""


def output_count(num_in: int, fps_in: Fraction, fps_out: Fraction) -> int:
    """How many frames `interpolate` makes of `num_in`: the film lasts as long as before, to the nearest frame up."""
    return ceil(num_in * Fraction(fps_out) / Fraction(fps_in))


def interpolate(frames: Iterable[Frame], num_in: int, fps_in: Fraction, fps_out: Fraction) -> Iterator[Frame]:
    """Make `fps_out` frames a second of `fps_in`, holding two frames in memory.

    Output frame n shows the moment n / fps_out. After the last input frame, which has nothing to move towards, the
    picture holds until the film has lasted as long as before.

    Args:
        frames: pictures `[h w 3] uint8`, all of one size, `num_in` of them.
        num_in: how many frames come; the number that leave is fixed by it: `output_count`.
        fps_in: frames a second that come.
        fps_out: frames a second that leave; at least `fps_in`.

    Raises:
        InputError: a rate is not above zero, `fps_out` is lower than `fps_in`, or not `num_in` frames came.
    """
    fps_in, fps_out = Fraction(fps_in), Fraction(fps_out)
    if num_in < 1 or not 0 < fps_in <= fps_out:
        raise InputError(
            say(
                f"Motion is interpolated from a lower to a higher rate, from one frame on; not {num_in} frames "
                f"from {fps_in} to {fps_out} a second.",
                f"补帧只能从较低帧率到较高帧率，且至少一帧；而不是将 {num_in} 帧从每秒 {fps_in} 帧变为 {fps_out} 帧。",
            )
        )
    return _stream(iter(frames), num_in, fps_in / fps_out, output_count(num_in, fps_in, fps_out))


def _stream(frames: Iterator[Frame], num_in: int, step: Fraction, num_out: int) -> Iterator[Frame]:
    """`step` is how many input frames pass from one output frame to the next."""
    here, following = next(frames, None), next(frames, None)
    position = 0
    between: Between | None = None
    for index in range(num_out):
        whole, part = divmod(index * step, 1)
        while position < whole and following is not None:
            here, following, between = following, next(frames, None), None
            position += 1
        if here is None or position < min(whole, num_in - 1):
            raise _wrong_count(num_in, position + 1 if here is not None else 0)
        if part == 0 or following is None:
            yield here
            continue
        between = between or Between(here, following)
        yield between.at(float(part))
    while following is not None and position < num_in - 1:
        following, position = next(frames, None), position + 1
    if position != num_in - 1 or following is not None:
        raise _wrong_count(num_in, position + 1 + (following is not None))


class Between:
    """The moments between two frames `[h w 3] uint8`; the motion is measured once, when the first one is asked for."""

    def __init__(self, first: Frame, second: Frame) -> None:
        self._first, self._second = first, second
        self._still = np.array_equal(first, second)
        self._flows: tuple[Flow, Flow] | None = None
        self._cut = False

    def at(self, moment: float) -> Frame:
        """The picture at a moment from 0 (the first frame) to 1 (the second)."""
        if self._still:
            return self._first
        if self._flows is None:
            self._flows = measured_flows(self._first, self._second)
            self._cut = is_cut(self._first, self._second, self._flows[0])
        if self._cut:
            return self._first if moment < 0.5 else self._second
        return _blended(self._first, self._second, *self._flows, moment)


def measured_flows(first: Frame, second: Frame) -> tuple[Flow, Flow]:
    """The motion from `first` to `second` and the motion back, in pixels of the frames."""
    height, width, _ = first.shape
    scale = _MEASURED_SIDE / min(height, width)
    size = (max(32, round(width * scale)), max(32, round(height * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    one, two = (
        cv2.resize(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), size, interpolation=way) for frame in (first, second)
    )
    search = cv2.DISOpticalFlow.create(cv2.DISOpticalFlow_PRESET_MEDIUM)
    nothing = np.zeros((size[1], size[0], 2), dtype=np.float32)
    factors = np.array([width / size[0], height / size[1]], dtype=np.float32)

    def measured(start: NDArray[np.uint8], end: NDArray[np.uint8]) -> Flow:
        flow = search.calc(start, end, nothing.copy())
        return cv2.resize(flow, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32) * factors

    return measured(np.asarray(one, np.uint8), np.asarray(two, np.uint8)), measured(
        np.asarray(two, np.uint8), np.asarray(one, np.uint8)
    )


def is_cut(first: Frame, second: Frame, forward: Flow) -> bool:
    """Whether `second` is another shot: it differs a great deal, and no motion explains the difference."""
    small_first, small_second = _shrunk(first), _shrunk(second)
    if np.abs(small_first - small_second).mean() < _CUT_DIFFERENCE:
        return False
    return bool(np.abs(small_first - _shrunk(_sampled(second, forward))).mean() > _CUT_UNEXPLAINED)


def _blended(first: Frame, second: Frame, forward: Flow, backward: Flow, moment: float) -> Frame:
    """The picture at `moment`.

    1. Every pixel of either frame is sent along its motion to the moment, and leaves its motion where it lands.
    2. The moment's own motion then says where each of its pixels lies in the first frame, and where in the second.
    3. A side whose own motion differs there does not see the pixel, and has no say.
    """
    motion = _motion_at(first, second, forward, backward, moment)  # 1
    to_first, to_second = -moment * motion, (1.0 - moment) * motion  # 2
    seen_first = _agreement(_sampled(forward, to_first), motion)  # 3
    seen_second = _agreement(-_sampled(backward, to_second), motion)
    weight_first, weight_second = (1.0 - moment) * seen_first, moment * seen_second
    share = (weight_second / (weight_first + weight_second))[..., None]
    from_first, from_second = (
        _sampled(frame, flow, cv2.INTER_CUBIC) for frame, flow in ((first, to_first), (second, to_second))
    )
    return np.clip(np.rint(from_first + share * (from_second - from_first)), 0, 255).astype(np.uint8)


def _motion_at(first: Frame, second: Frame, forward: Flow, backward: Flow, moment: float) -> Flow:
    """The motion, in pixels from the first frame to the second, of what is seen at `moment`.

    Where several pixels land on one place, the one that looks alike at both ends of its way wins: what is about to be
    covered does not. Where none lands, the motion around is spread into the gap.
    """
    height, width, _ = first.shape
    total = np.zeros((height * width, 3), dtype=np.float64)
    for start, end, flow, travelled, sign in (
        (first, second, forward, moment, 1.0),
        (second, first, backward, 1.0 - moment, -1.0),
    ):
        difference = np.abs(start.astype(np.float32) - _sampled(end, flow)).mean(axis=2)
        say_so = np.exp(-difference / _ALIKE) + 1e-6
        total += _splatted(sign * flow, say_so, travelled * flow)
    weights = total[:, 2].reshape(height, width).astype(np.float32)
    carried = total[:, :2].reshape(height, width, 2).astype(np.float32)
    return _filled(carried, weights)


def _splatted(values: Flow, weights: NDArray[np.float32], shifts: Flow) -> NDArray[np.float64]:
    """Send `values [h w 2]` with `weights [h w]` along `shifts`; returns sums `[h*w 3]` of both values and weights."""
    height, width = weights.shape
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    x, y = columns + shifts[..., 0], rows + shifts[..., 1]
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    total = np.zeros((height * width, 3), dtype=np.float64)
    for right, below in ((0, 0), (1, 0), (0, 1), (1, 1)):
        near = (1 - np.abs(x - left - right)) * (1 - np.abs(y - top - below)) * weights
        column, row = left + right, top + below
        inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
        place = (row * width + column)[inside]
        near = near[inside]
        for channel in (0, 1):
            total[:, channel] += np.bincount(place, near * values[..., channel][inside], height * width)
        total[:, 2] += np.bincount(place, near, height * width)
    return total


def _filled(carried: Flow, weights: NDArray[np.float32]) -> Flow:
    """Divide sums by weights; where the weight is next to nothing, take it from ever larger surroundings."""
    flow, known = carried, weights
    reach = 3
    while known.min() < 1e-3 and reach < 2 * max(weights.shape):
        gap = known < 1e-3
        wide_flow = np.asarray(cv2.blur(carried, (reach, reach)), np.float32)
        wide_known = np.asarray(cv2.blur(weights, (reach, reach)), np.float32)
        flow = np.where(gap[..., None], wide_flow, flow)
        known = np.where(gap, wide_known, known)
        reach = 2 * reach + 1
    return (flow / np.maximum(known, 1e-9)[..., None]).astype(np.float32)


def _agreement(flow: Flow, motion: Flow) -> NDArray[np.float32]:
    """From 1 where two motions are the same to next to nothing where they are not."""
    distance = ((flow - motion) ** 2).sum(axis=2)
    return (np.exp(-distance / (2 * _SEEN_WITHIN**2)) + 1e-4).astype(np.float32)


def _sampled(picture: Frame | Flow, flow: Flow, way: int = cv2.INTER_LINEAR) -> Flow:
    """Look each pixel of `picture [h w c]` up where `flow` points; past the edge the edge goes on."""
    height, width = flow.shape[:2]
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    found = cv2.remap(picture, columns + flow[..., 0], rows + flow[..., 1], way, borderMode=cv2.BORDER_REPLICATE)
    return found.astype(np.float32)


def _shrunk(picture: Frame | Flow) -> Flow:
    return cv2.resize(picture, (_CUT_SIDE, _CUT_SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)


def _wrong_count(wanted: int, came: int) -> InputError:
    return InputError(
        say(
            f"{wanted} frames were announced to be interpolated, and {came} or more came.",
            f"补帧时应得到 {wanted} 帧，而得到了 {came} 帧或更多。",
        )
    )
