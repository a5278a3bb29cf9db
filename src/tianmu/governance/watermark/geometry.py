"""Where the mark lies: its scale, rotation, mirror and place, read off the sync.

A pattern that repeats has a spectrum of lines. Scaled, turned or mirrored, the lines lie elsewhere and keep their values,
and a shift turns their phases. So one transform of the residual is enough: for every scale and rotation that may be, the
values where the lines would lie are picked out, multiplied with what the key says they are, and transformed back; the
highest place of that correlation is the shift, and the highest of all is the answer.

The score of a place is a correlation divided by the length of what it was read from. Whatever the picture is, under a
random key it is above t with a probability of at most exp(-t**2 / 2) (Hoeffding 1963).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from tianmu.governance.watermark.pattern import TILE, Layout, Waves
from tianmu.governance.watermark.residual import Residual

SCALES = (0.5, 1.9)
"""The mark's size in the picture against its size in a frame of the picture's own size: a crop makes it larger."""
ROTATION = 8.0
"""Degrees either way; and quarter turns."""

_SCALE_STEP = 0.016
_ROTATION_STEP = 0.9
_COARSE = 48
"""Places along each side of a tile at which a shift is tried first."""
_FINE = 64
_WHITENING = 0.45
_SMOOTHED = 2
"""Lattice lines either way over which the power of the spectrum is smoothed."""
_BATCH = 256


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
        angle = np.deg2rad(self.rotation)
        cosine, sine = np.cos(angle) / self.scale, np.sin(angle) / self.scale
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
        self._values = np.pad(whitened, 2).astype(np.complex64)

    def at(self, waves: Waves, matrices: NDArray[np.float64]) -> NDArray[np.complex64]:
        """The values at the nearest known frequency: waves `[n 2]` seen through matrices `[b 2 2]` give `[b n]`."""
        places = self._places(waves, matrices)
        index = np.rint(places).astype(np.int64)
        return self._values[index[..., 1], index[..., 0]]

    def between(self, waves: Waves, matrices: NDArray[np.float64]) -> NDArray[np.complex64]:
        """The same, interpolated."""
        places = self._places(waves, matrices)
        low = np.floor(places).astype(np.int64)
        right, below = np.moveaxis(places - low, -1, 0).astype(np.float32)
        column, row = low[..., 0], low[..., 1]
        upper = self._values[row, column] * (1 - right) + self._values[row, column + 1] * right
        lower = self._values[row + 1, column] * (1 - right) + self._values[row + 1, column + 1] * right
        return (upper * (1 - below) + lower * below).astype(np.complex64)

    def _places(self, waves: Waves, matrices: NDArray[np.float64]) -> NDArray[np.float64]:
        frequencies = np.einsum("bij,nj->bni", matrices, waves) / TILE
        places = frequencies * self._size + self._size // 2 + 2
        return np.clip(places, 0, self._size + 2)


def upright() -> tuple[Pose, ...]:
    """The mark as it was put in, and in quarter turns and mirrored."""
    return tuple(Pose(rotation=turn, mirrored=flip) for turn in (0.0, 90.0, 180.0, -90.0) for flip in (False, True))


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


def placed(spectrum: Spectrum, plan: Layout, poses: Sequence[Pose], *, grid: int = _COARSE) -> list[Pose]:
    """The poses, each with its best shift and score, best first."""
    found: list[Pose] = []
    for start in range(0, len(poses), _BATCH):
        batch = poses[start : start + _BATCH]
        seen = spectrum.at(plan.sync_waves, np.stack([pose.matrix() for pose in batch]))
        scores, shifts = _correlate(seen, plan, grid)
        found += [
            replace(pose, score=float(score), shift=(float(shift[0]), float(shift[1])))
            for pose, score, shift in zip(batch, scores, shifts, strict=True)
        ]
    return sorted(found, key=lambda pose: -pose.score)


def refined(spectrum: Spectrum, plan: Layout, pose: Pose) -> Pose:
    """The best pose near by: a third of a step and less in scale and rotation, then a fraction of a unit in place."""
    for finer in (1.0, 0.25):
        near = tuple(_near(pose, finer))
        pose = max(placed(spectrum, plan, near, grid=_FINE), key=lambda one: one.score)
    return _settled(spectrum, plan, pose)


def _near(pose: Pose, finer: float) -> Iterator[Pose]:
    """Five by five poses around, up to 2/3 of a step of the grid away, or a fraction of that."""
    for larger in np.linspace(-2 / 3, 2 / 3, 5):
        for further in np.linspace(-2 / 3, 2 / 3, 5):
            scale = pose.scale * float(np.exp(finer * larger * _SCALE_STEP))
            yield replace(pose, scale=scale, rotation=pose.rotation + finer * float(further) * _ROTATION_STEP)


def _correlate(
    seen: NDArray[np.complex64], plan: Layout, grid: int
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The highest correlation of each row with the sync over all shifts, and that shift: `[b]` and `[b 2]`."""
    across, down = plan.sync_waves.T
    lines = np.zeros((len(seen), grid, grid // 2 + 1), np.complex64)
    # The inverse transform counts every wave twice, with its conjugate, but those of column 0 once.
    lines[:, down % grid, across] = seen * plan.sync_signs.conj() * np.where(across == 0, 2, 1).astype(np.float32)
    surface = np.fft.irfft2(lines, (grid, grid)).reshape(len(seen), -1) * (grid * grid / 2)
    best = surface.argmax(axis=1)
    lengths = np.linalg.norm(seen, axis=1)
    scores = np.take_along_axis(surface, best[:, None], axis=1)[:, 0] / np.maximum(lengths, 1e-12)
    return scores.astype(np.float32), np.stack([best % grid, best // grid], axis=1) * (TILE / grid)


def _settled(spectrum: Spectrum, plan: Layout, pose: Pose) -> Pose:
    """The pose with its shift between the places of the grid."""
    seen = spectrum.between(plan.sync_waves, pose.matrix()[None])[0]
    length = max(float(np.linalg.norm(seen)), 1e-12)
    product = seen * plan.sync_signs.conj()
    best, shift = -np.inf, pose.shift
    for reach in (1.0, 0.25):
        offsets = np.linspace(-reach, reach, 9)
        rows = [(shift[0] + float(x), shift[1] + float(y)) for y in offsets for x in offsets]
        scores = (np.exp(2j * np.pi / TILE * (np.array(rows) @ plan.sync_waves.T)) @ product).real / length
        best, shift = float(scores.max()), rows[int(scores.argmax())]
    return replace(pose, shift=shift, score=best)
