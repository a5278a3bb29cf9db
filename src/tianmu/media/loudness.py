"""How loud sound is, and how it is brought to a target without a peak too high.

    Meter().add(block)... .result()   EBU R128: integrated loudness, loudness range, true peak
    Limiter                           true peak, with look-ahead
    normalise(samples, target)        both, until it fits

After ITU-R BS.1770-4, EBU R128 (2020) and EBU Tech 3342. Blocks of any size give the same result.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tianmu.film.sound import LOUDEST_PEAK, SAMPLE_RATE, Loudness
from tianmu.media.audio import Convolution, Samples, db

_STEP = SAMPLE_RATE // 10
"""Blocks of 400 ms overlap by three quarters: what is added up is every 100 ms."""
_ABSOLUTE_GATE = -70.0
_TAPS = 8192
"""Of the K-weighting as a finite filter: the tail of its high-pass beyond is below -140 dB."""
_OVERSAMPLING = 4
_PEAK_TAPS = 24

LOOKAHEAD = 480
"""Samples over which the limiter turns down before a peak, and up after it: 10 ms."""
HOLD = 960
MARGIN = 0.3
"""Decibels that the limiter stays below the ceiling: the gain moves between samples too."""


class Meter:
    """Measures sound `[n c]` at 48 kHz that comes in blocks."""

    def __init__(self) -> None:
        self._weighting: Convolution | None = None
        self._left = np.zeros((0, 1))
        self._steps: list[NDArray[np.float64]] = []
        self._peak = PeakMeter()
        self._held: list[Samples] = []

    def add(self, block: Samples) -> None:
        """Take the next samples."""
        if len(block):
            self._held.append(block)
        if sum(map(len, self._held)) >= SAMPLE_RATE:  # a filter costs much more over many short blocks
            self._measure_held()

    def _measure_held(self) -> None:
        if not self._held:
            return
        block = np.concatenate(self._held)
        self._held = []
        self._peak.add(block)
        if self._weighting is None:
            self._weighting = Convolution(_k_weighting(), block.shape[1])
            self._left = np.zeros((0, block.shape[1]))
        self._sum(self._weighting.feed(block.astype(np.float64)))

    def result(self) -> Loudness:
        """The loudness of all that came; what is shorter than 400 ms is measured whole."""
        self._measure_held()
        steps = [*self._steps]
        if len(steps) < 4:
            power = self._short_power(steps)
            integrated = _lufs(power)
            return Loudness(
                integrated=integrated if integrated > _ABSOLUTE_GATE else -math.inf, peak=self._peak.result()
            )
        each = np.array(steps)
        blocks = _windows(each, 4)
        return Loudness(integrated=_gated(blocks, -10.0), peak=self._peak.result(), range=_range(_windows(each, 30)))

    def over_time(self, tenths: int = 10) -> tuple[float, ...]:
        """The loudness in LUFS of each second that came (or of each so many tenths), minus infinity for silence.

        It is not gated: what is heard in that second, and no more. A last part of less than a tenth is left out.
        """
        self._measure_held()
        steps = np.array(self._steps)
        return tuple(_lufs(float(steps[at : at + tenths].mean())) for at in range(0, len(steps), tenths))

    def _sum(self, weighted: NDArray[np.float64]) -> None:
        joined = np.concatenate((self._left, weighted))
        whole = len(joined) // _STEP
        power = (joined[: whole * _STEP].reshape(whole, _STEP, joined.shape[1]) ** 2).mean(axis=1).sum(axis=1)
        self._steps += list(power)
        self._left = joined[whole * _STEP :]

    def _short_power(self, steps: list[NDArray[np.float64]]) -> float:
        total = sum(float(step) for step in steps) * _STEP + float((self._left**2).sum())
        count = len(steps) * _STEP + len(self._left)
        return total / count if count else 0.0


class PeakMeter:
    """The true peak of sound that comes in blocks, from four times as many samples (BS.1770-4, annex 2)."""

    def __init__(self) -> None:
        self._tail: Samples | None = None
        self._highest = 0.0

    def add(self, block: Samples) -> None:
        """Take the next samples."""
        if self._tail is None:
            self._tail = np.zeros((_PEAK_TAPS, block.shape[1]), np.float32)
        joined = np.concatenate((self._tail, block))
        self._take(joined, len(joined) - _PEAK_TAPS // 2)
        self._tail = joined[-_PEAK_TAPS:]

    def result(self) -> float:
        """In dBTP; minus infinity for silence."""
        if self._tail is not None:
            end = np.concatenate((self._tail, np.zeros_like(self._tail)))
            self._take(end, len(end))
        return 20 * math.log10(self._highest) if self._highest > 0 else -math.inf

    def _take(self, joined: Samples, until: int) -> None:
        """Count what has neighbours on both sides: where a block is cut, the filter would see a jump that is none."""
        inside = slice(_PEAK_TAPS // 2, until)
        known = max(self._highest, float(np.abs(joined[inside]).max(initial=0.0)))
        self._highest = max(known, float(_envelope(joined, known)[inside].max(initial=0.0)))


def measure(samples: Samples) -> Loudness:
    """The loudness of sound `[n c]` that is all there."""
    meter = Meter()
    for at in range(0, len(samples), 10 * SAMPLE_RATE):
        meter.add(samples[at : at + 10 * SAMPLE_RATE])
    return meter.result()


def limited(samples: Samples, *, ceiling: float = LOUDEST_PEAK) -> Samples:
    """Sound whose true peak stays below `ceiling` in dBTP; where it does so already, it is not touched.

    The gain at each moment is the least that any sample within the hold time asks for, smoothed over the look-ahead:
    so it is down when the peak comes, and no gain is above what its sample allows.
    """
    most = db(ceiling - MARGIN)
    envelope = _envelope(samples, most)
    if not len(samples) or envelope.max() <= most:
        return samples
    wanted = np.minimum(1.0, most / np.maximum(envelope, 1e-9))
    reach = LOOKAHEAD + HOLD
    lowest = _sliding_minimum(np.pad(wanted, (reach, reach), constant_values=1.0), 2 * reach + 1)
    kernel = np.hanning(2 * LOOKAHEAD + 3)[1:-1]
    gain = np.convolve(np.pad(lowest, LOOKAHEAD, mode="edge"), kernel / kernel.sum(), mode="valid")
    return (samples * np.minimum(gain, wanted)[:, None]).astype(np.float32)


CONTEXT = 2 * (LOOKAHEAD + HOLD) + LOOKAHEAD + _PEAK_TAPS
"""Samples before and after a piece that decide how the limiter treats it."""


def normalise(samples: Samples, target: float, *, ceiling: float = LOUDEST_PEAK) -> tuple[Samples, Loudness]:
    """Sound `[n c]` at an integrated loudness of `target` LUFS and a true peak below `ceiling` dBTP, as measured.

    Turning peaks down takes loudness away, so the gain is found in a few rounds. Silence stays silence.
    """
    loudness = measure(samples)
    if not math.isfinite(loudness.integrated):
        return samples, loudness
    gain = target - loudness.integrated
    result = samples
    for _ in range(8):
        result = limited((samples * db(gain)).astype(np.float32), ceiling=ceiling)
        loudness = measure(result)
        missing = target - loudness.integrated
        if abs(missing) < 0.1:
            break
        gain += missing
    return result, loudness


@cache
def _k_weighting() -> NDArray[np.float64]:
    """The impulse response of the two filters of BS.1770-4 at 48 kHz: a shelf for the head, and a high-pass."""
    impulse = np.zeros(_TAPS)
    impulse[0] = 1.0
    shelf = _biquad(
        impulse,
        (1.53512485958697, -2.69169618940638, 1.19839281085285),
        (1.0, -1.69065929318241, 0.73248077421585),
    )
    return _biquad(shelf, (1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))


def _biquad(
    samples: NDArray[np.float64], above: tuple[float, float, float], below: tuple[float, float, float]
) -> NDArray[np.float64]:
    result = np.zeros_like(samples)
    x1 = x2 = y1 = y2 = 0.0
    for at, x in enumerate(samples.tolist()):
        y = above[0] * x + above[1] * x1 + above[2] * x2 - below[1] * y1 - below[2] * y2
        result[at] = y
        x1, x2, y1, y2 = x, x1, y, y1
    return result


def _lufs(power: float) -> float:
    return -0.691 + 10 * math.log10(power) if power > 0 else -math.inf


def _windows(steps: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Mean power of `width` steps in a row, every step."""
    if len(steps) < width:
        return np.zeros(0)
    sums = np.concatenate(([0.0], np.cumsum(steps)))
    return np.maximum((sums[width:] - sums[:-width]) / width, 0.0)


def _gated(powers: NDArray[np.float64], relative: float) -> float:
    """Mean loudness of the blocks above -70 LUFS and above `relative` LU under the mean of those."""
    kept = powers[powers > 10 ** ((_ABSOLUTE_GATE + 0.691) / 10)]
    if not len(kept):
        return -math.inf
    kept = kept[kept > 10 ** ((_lufs(float(kept.mean())) + relative + 0.691) / 10)]
    return _lufs(float(kept.mean()))


def _range(powers: NDArray[np.float64]) -> float:
    """From the tenth to the ninety-fifth hundredth of the short-term loudness, gated at -20 LU."""
    kept = powers[powers > 10 ** ((_ABSOLUTE_GATE + 0.691) / 10)]
    if not len(kept):
        return 0.0
    kept = kept[kept > 10 ** ((_lufs(float(kept.mean())) - 20.0 + 0.691) / 10)]
    low, high = np.percentile(10 * np.log10(kept), (10, 95))
    return float(high - low)


@cache
def _peak_taps() -> NDArray[np.float32]:
    """Taps `[3 24]` that give the samples a quarter, a half and three quarters after each."""
    offsets = np.arange(-_PEAK_TAPS // 2 + 1, _PEAK_TAPS // 2 + 1)
    rows: list[NDArray[np.float64]] = []
    for quarter in range(1, _OVERSAMPLING):
        position = offsets - quarter / _OVERSAMPLING
        taps = np.sinc(position) * np.i0(6.0 * np.sqrt(np.clip(1 - (position / (_PEAK_TAPS / 2)) ** 2, 0, None)))
        rows.append(taps / taps.sum())
    return np.array(rows, np.float32)


def _envelope(samples: Samples, above: float) -> NDArray[np.float32]:
    """The highest absolute value around each sample `[n]`, of all channels, between samples too.

    What cannot exceed `above` is not worked out: there it may be too low.
    """
    if not len(samples):
        return np.zeros(0, np.float32)
    highest = np.abs(samples).max(axis=1)
    taps = _peak_taps()
    reach = above / float(np.abs(taps).sum(axis=1).max())
    for channel in range(samples.shape[1]):
        padded = np.pad(samples[:, channel], (_PEAK_TAPS // 2 - 1, _PEAK_TAPS // 2))
        windows = np.lib.stride_tricks.sliding_window_view(padded, _PEAK_TAPS)
        loud = np.concatenate(([0], np.cumsum(np.abs(padded) > reach)))
        places = np.flatnonzero(loud[_PEAK_TAPS:] > loud[:-_PEAK_TAPS])
        for at in range(0, len(places), 16384):
            here = places[at : at + 16384]
            between = np.abs(windows[here] @ taps.T).max(axis=1)
            highest[here] = np.maximum(highest[here], between)
            here, between = here[here + 1 < len(highest)] + 1, between[here + 1 < len(highest)]
            highest[here] = np.maximum(highest[here], between)
    return highest


def _sliding_minimum(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The least of `width` values around each, for those that have as many (van Herk, 1992)."""
    padding = -len(values) % width
    padded = np.pad(values, (0, padding), constant_values=np.inf).reshape(-1, width)
    forward = np.minimum.accumulate(padded, axis=1).ravel()
    backward = np.minimum.accumulate(padded[:, ::-1], axis=1)[:, ::-1].ravel()
    count = len(values) - width + 1
    return np.minimum(backward[:count], forward[width - 1 : width - 1 + count])
