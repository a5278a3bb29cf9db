"""Read the mark of a clip or a picture, whatever was done to it on its way."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from tianmu.governance.watermark.code import CODED_BITS, decode
from tianmu.governance.watermark.geometry import FINER, Pose, Spectrum, everywhere, placed, refined, upright
from tianmu.governance.watermark.pattern import PUBLIC_KEY, TILE, Layout, layout
from tianmu.governance.watermark.residual import LEAST_SIDE, Residual, residual
from tianmu.media.image import Frame

SYNC_THRESHOLD = 6.5
"""The sync's score from which a payload is read at all."""
WORD_THRESHOLD = 13.0
"""The score that the payload's waves must have against the word that was read."""

_EVERY = 64
"""So many frames are read one by one, then as many again at twice the distance, and so on."""
_CANDIDATES = 8
_DECODED = 3


@dataclass(frozen=True, kw_only=True)
class Found:
    """A mark that was read."""

    payload: int
    """64 bits."""
    score: float
    """How far the payload's waves agree with the word: WORD_THRESHOLD is the least, 36 would be all of them."""
    num_frames: int
    """Frames that it was read from."""
    key_index: int
    """Which of the keys."""
    scale: float
    """The mark's size against that in an untouched frame: a crop to a half makes it 2."""
    rotation: float
    """Degrees, clockwise."""
    mirrored: bool


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What reading at one pose gave, believed or not: the measurements of false positives stand on it."""

    pose: Pose
    payload: int
    checked: bool
    """Whether the checksum agrees."""
    word_score: float
    """How far the payload's waves agree with the word that fits them best."""

    @property
    def believed(self) -> bool:
        """Whether all three say yes: the sync, the checksum, and the agreement with the word."""
        return self.pose.score >= SYNC_THRESHOLD and self.checked and self.word_score >= WORD_THRESHOLD


def detect(
    frames: Iterable[Frame], *, keys: Sequence[bytes] = (PUBLIC_KEY,), most_seconds_of_work: float | None = None
) -> Found | None:
    """The mark of a clip, or of a single picture, under one of the keys; None where there is none to be read.

    1. The residuals of frames spread over the clip are added up.
    2. Each key is tried upright, mirrored and in quarter turns.
    3. Then at every scale and rotation of the grid, the best few looked at more closely.

    Args:
        frames: `[h w 3]` uint8 each; another size than the first's is brought to it.
        keys: the first that fits is the answer.
        most_seconds_of_work: after so long, no more frames are read and no more keys are searched for.
    """
    until = None if most_seconds_of_work is None else time.monotonic() + most_seconds_of_work
    total, num_frames = accumulated(frames, until=until)
    if total is None:
        return None
    spectrum = Spectrum(total)
    for thorough in (False, True):
        for index, key in enumerate(keys):
            if until is not None and time.monotonic() > until and (thorough or index):
                return None
            for reading in readings(spectrum, layout(key), thorough=thorough):
                if reading.believed:
                    return Found(
                        payload=reading.payload,
                        score=reading.word_score,
                        num_frames=num_frames,
                        key_index=index,
                        scale=reading.pose.scale,
                        rotation=reading.pose.rotation,
                        mirrored=reading.pose.mirrored,
                    )
    return None


def accumulated(frames: Iterable[Frame], *, until: float | None = None) -> tuple[Residual | None, int]:
    """The sum of the residuals of frames spread over a clip, and their number; None for none, or pictures too small."""
    total: Residual | None = None
    num_frames, step, wanted = 0, 1, 0
    for index, frame in enumerate(frames):
        if index < wanted:
            continue
        if min(frame.shape[:2]) < LEAST_SIDE:
            return None, 0
        one = residual(frame)
        if total is None:
            total = one
        else:
            if one.shape != total.shape:
                one = cv2.resize(one, total.shape[::-1], interpolation=cv2.INTER_LINEAR).astype(np.float32)
            total += one
        num_frames += 1
        if num_frames % _EVERY == 0:
            step *= 2
        wanted = index + step
        if until is not None and time.monotonic() > until:
            break
    return total, num_frames


def readings(spectrum: Spectrum, plan: Layout, *, thorough: bool) -> list[Reading]:
    """What the most likely poses say, best first: the upright ones, or where `thorough` the best of all."""
    if not thorough:
        pose = placed(spectrum, plan, upright(), 1)[0]
        return [read(spectrum, plan, refined(spectrum, plan, pose, turning=turning)) for turning in (False, True)]
    likely = [
        refined(spectrum, plan, pose, steps=FINER[:1]) for pose in placed(spectrum, plan, everywhere(), _CANDIDATES)
    ]
    likely.sort(key=lambda pose: -pose.score)
    return [read(spectrum, plan, refined(spectrum, plan, pose, steps=FINER[1:])) for pose in likely[:_DECODED]]


def read(spectrum: Spectrum, plan: Layout, pose: Pose) -> Reading:
    """Read the payload where a pose says that it lies."""
    seen = spectrum.between(plan.payload_waves, pose.matrix()[None])[0]
    seen = seen * np.exp(2j * np.pi / TILE * (plan.payload_waves @ np.array(pose.shift)))
    dimensions = np.stack([seen.real, seen.imag], axis=1).ravel() * plan.chips
    soft = np.bincount(plan.bits, dimensions, CODED_BITS).astype(np.float32)
    word = decode(soft)
    score = float(word.coded[plan.bits] @ dimensions) / max(float(np.linalg.norm(dimensions)), 1e-12)
    return Reading(pose=pose, payload=word.payload, checked=word.checked, word_score=score)
