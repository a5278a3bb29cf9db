"""Where the mark lies: its scale, rotation, mirror and place, read off the sync.

A pattern that repeats has a spectrum of lines. Scaled, turned or mirrored, the lines lie elsewhere and keep their
values, and a shift turns their phases. So one transform of the residual is enough: for every scale and rotation that
may be, the values where the lines would lie are picked out, multiplied with what the key says they are, and transformed
back; the highest place of that correlation is the shift, and the highest of all is the answer.

The score of a place is a correlation divided by the length of what it was read from. Whatever the picture is, under a
random key it is above t with a probability of at most exp(-t**2 / 2) (Hoeffding 1963).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from tianmu.governance.watermark.pattern import TILE, Layout, Waves
from tianmu.governance.watermark.residual import Residual

SCALES = (0.5, 2.1)
"""The mark's size in the picture against its size in a frame of the picture's own size: a crop makes it larger."""
ROTATION = 9.0
"""Degrees either way; and quarter turns."""

_SCALE_STEP = 0.02
_ROTATION_STEP = 1.125
_GRID = 32
"""Places along each side of a tile at which a shift is tried first."""
_NEIGHBOURS = np.stack(np.meshgrid(np.linspace(-0.5, 0.5, 5), np.linspace(-0.5, 0.5, 5)), axis=-1).reshape(-1, 2)
"""Steps either way in two directions, `[25 2]`, up to half a step of a grid."""
_WHITENING = 0.45
_SMOOTHED = 2
"""Lattice lines either way over which the power of the spectrum is smoothed."""
_BATCH = 256


FINER = (1.0, 0.5, 0.25, 0.125)
"""Steps in which a pose is refined, in steps of the grid."""


@dataclass(frozen=True, kw_only=True)
class Pose:
    """How a mark lies in a picture: mirrored first, then turned, then scaled; `shift` is in canonical units."""

    scale: float = 1.0
    rotation: float = 0.0
    mirrored: bool = False
    shift: tuple[float, float] = (0.0, 0.0)
    score: float = 0.0

    def matrix(self) -> NDArray[np.float64]:
        """What turns a wave of the pattern into one of the picture, `[2 2]`."""
        angle = math.radians(self.rotation)
        cosine, sine = math.cos(angle) / self.scale, math.sin(angle) / self.scale
        flip = -1.0 if self.mirrored else 1.0
        return np.array([[cosine * flip, -sine], [sine * flip, cosine]])


class Spectrum:
    """The spectrum of a residual, whitened, at any frequency."""

    def __init__(self, residual: Residual) -> None:
        height, width = residual.shape
        self._size = np.array([cv2.getOptimalDFTSize(2 * width), cv2.getOptimalDFTSize(2 * height)])
        across, down = self._size.tolist()
        padded = np.zeros((down, across), np.float32)
        padded[:height, :width] = residual
        # The origin in the middle of the picture keeps phases of neighbouring frequencies alike.
        padded = np.roll(padded, (-(height // 2), -(width // 2)), (0, 1))
        spectrum = np.fft.fftshift(np.fft.fft2(padded))
        power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
        around = tuple(int(_SMOOTHED * size // TILE) | 1 for size in (across, down))
        smooth = cv2.blur(power, around, borderType=cv2.BORDER_REFLECT)
        with np.errstate(divide="ignore", invalid="ignore"):
            whitened = np.where(smooth > 0, spectrum / smooth**_WHITENING, 0)
        # A border of nothing, so that a frequency beyond the picture's own reads as nothing.
        values = np.pad(whitened, 2).astype(np.complex64)
        self._values, self._stride = np.ascontiguousarray(values).reshape(-1), values.shape[1]

    def at(self, waves: Waves, matrices: NDArray[np.float64]) -> NDArray[np.complex64]:
        """The values at the nearest known frequency: waves `[n 2]` seen through matrices `[b 2 2]` give `[b n]`."""
        column, row = (np.rint(place).astype(np.int32) for place in self._places(waves, matrices))
        return self._values.take(row * self._stride + column)

    def between(self, waves: Waves, matrices: NDArray[np.float64]) -> NDArray[np.complex64]:
        """The same, interpolated."""
        across, down = self._places(waves, matrices)
        column, row = np.floor(across).astype(np.int32), np.floor(down).astype(np.int32)
        right, below = across - column, down - row
        values, index = self._values, row * self._stride + column
        upper = values.take(index) * (1 - right) + values.take(index + 1) * right
        index += self._stride
        lower = values.take(index) * (1 - right) + values.take(index + 1) * right
        return (upper * (1 - below) + lower * below).astype(np.complex64)

    def _places(self, waves: Waves, matrices: NDArray[np.float64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Column and row of every wave, `[b n]` each."""
        x, y = waves.astype(np.float32).T
        # Frequency to place is one more factor: cycles a tile times samples of the transform.
        (xx, xy), (yx, yy) = (matrices * (self._size / TILE)[:, None]).astype(np.float32).transpose(1, 2, 0)[..., None]
        middle, last = self._size // 2 + 2, self._size + 2
        column = np.clip(xx * x + xy * y + np.float32(middle[0]), 0, last[0])
        row = np.clip(yx * x + yy * y + np.float32(middle[1]), 0, last[1])
        return column.astype(np.float32, copy=False), row.astype(np.float32, copy=False)


@cache
def upright() -> tuple[Pose, ...]:
    """The mark as it was put in, and in quarter turns and mirrored."""
    return tuple(Pose(rotation=turn, mirrored=flip) for turn in (0.0, 90.0, 180.0, -90.0) for flip in (False, True))


@cache
def everywhere() -> tuple[Pose, ...]:
    """A grid over all scales and rotations."""
    num_scales = round(float(np.log(SCALES[1] / SCALES[0])) / _SCALE_STEP) + 1
    num_turns = 2 * round(ROTATION / _ROTATION_STEP) + 1
    return tuple(
        Pose(scale=float(scale), rotation=float(turn), mirrored=flip)
        for scale in np.geomspace(*SCALES, num_scales)
        for turn in np.linspace(-ROTATION, ROTATION, num_turns)
        for flip in (False, True)
    )


@lru_cache(maxsize=4)
def _matrices(poses: tuple[Pose, ...]) -> NDArray[np.float64]:
    """The matrices of poses, `[b 2 2]`."""
    return np.stack([pose.matrix() for pose in poses])


def placed(spectrum: Spectrum, plan: Layout, poses: tuple[Pose, ...], most: int) -> list[Pose]:
    """The `most` best of the poses, each with its best shift and its score, best first."""
    matrices = _matrices(poses)
    parts = [
        _correlate(spectrum.at(plan.sync_waves, matrices[start : start + _BATCH]), plan)
        for start in range(0, len(poses), _BATCH)
    ]
    scores, shifts = (np.concatenate(part) for part in zip(*parts, strict=True))
    return [
        replace(poses[which], score=float(scores[which]), shift=(float(shifts[which, 0]), float(shifts[which, 1])))
        for which in np.argsort(-scores, kind="stable")[:most]
    ]


def _correlate(seen: NDArray[np.complex64], plan: Layout) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The highest correlation of each row with the sync over all shifts, and that shift: `[b]` and `[b 2]`."""
    across, down = plan.sync_waves.T
    lines = np.zeros((len(seen), _GRID, _GRID // 2 + 1), np.complex64)
    # The inverse transform counts every wave twice, with its conjugate, but those of column 0 once.
    lines[:, down % _GRID, across] = seen * plan.sync_signs.conj() * np.where(across == 0, 2, 1).astype(np.float32)
    surface = np.fft.irfft2(lines, (_GRID, _GRID), norm="forward").reshape(len(seen), -1) / 2
    best = surface.argmax(axis=1)
    scores = np.take_along_axis(surface, best[:, None], axis=1)[:, 0] / _lengths(seen)
    return scores.astype(np.float32), np.stack([best % _GRID, best // _GRID], axis=1) * (TILE / _GRID)


def refined(
    spectrum: Spectrum, plan: Layout, pose: Pose, *, turning: bool = True, steps: tuple[float, ...] = FINER
) -> Pose:
    """The best pose near by, in ever smaller steps; where not `turning`, only the shift is looked for."""
    for finer in steps:
        near = [pose, *(_near(pose, finer) if turning else ())]
        shifts = np.array(pose.shift) + finer * _NEIGHBOURS * (TILE / _GRID)
        seen = spectrum.between(plan.sync_waves, np.stack([one.matrix() for one in near]))
        waves = np.exp(2j * np.pi / TILE * (plan.sync_waves @ shifts.T))
        scores = ((seen * plan.sync_signs.conj()) @ waves).real / _lengths(seen)[:, None]
        which, where = np.unravel_index(scores.argmax(), scores.shape)
        shift = (float(shifts[where, 0]), float(shifts[where, 1]))
        pose = replace(near[which], shift=shift, score=float(scores[which, where]))
    return pose


def _near(pose: Pose, finer: float) -> Iterator[Pose]:
    """Poses around, up to 2/3 of a step of the grid away in scale and rotation, or a fraction of that."""
    for larger, further in _NEIGHBOURS * finer * 4 / 3:
        scale = pose.scale * math.exp(larger * _SCALE_STEP)
        yield replace(pose, scale=scale, rotation=pose.rotation + float(further) * _ROTATION_STEP)


def _lengths(seen: NDArray[np.complex64]) -> NDArray[np.float32]:
    """The length of each row, and something that divides well where it is nothing."""
    return np.maximum(np.linalg.norm(seen, axis=1), 1e-12).astype(np.float32)
