"""The fake engine keeps the protocol's promises, so that tests that stand on it mean something."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tianmu.engines.fake import FakeEngine
from tianmu.engines.protocol import Condition, Frames, ShotRequest
from tianmu.film.time import frames_time

REQUEST = ShotRequest(prompt="fox", num_frames=19, fps=Fraction(8), width=64, height=48, seed=3)


def frames_of(request: ShotRequest) -> Frames:
    told: list[float] = []
    footage = FakeEngine().generate(request, lambda fraction, what, preview=None: told.append(fraction))
    frames = np.concatenate(list(footage.chunks))
    assert told == sorted(told)
    assert told[-1] == 1.0
    return frames


def test_frames_are_as_many_and_as_large_as_promised() -> None:
    frames = frames_of(REQUEST)
    assert frames.shape == (19, 48, 64, 3)
    assert frames.dtype == np.uint8


def test_the_same_request_makes_the_same_frames() -> None:
    assert np.array_equal(frames_of(REQUEST), frames_of(REQUEST))


@pytest.mark.parametrize("change", [{"seed": 4}, {"prompt": "hen"}, {"negative_prompt": "rain"}])
def test_another_request_makes_other_frames(change: dict[str, object]) -> None:
    other = replace(REQUEST, **change)  # pyright: ignore[reportArgumentType]
    assert not np.array_equal(frames_of(REQUEST), frames_of(other))


def test_the_picture_moves() -> None:
    frames = frames_of(REQUEST)
    assert not np.array_equal(frames[0], frames[-1])


def test_a_first_frame_is_the_first_frame() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (1, 48, 64, 3), dtype=np.uint8)
    pinned = replace(REQUEST, conditions=(Condition(at=frames_time(0, REQUEST.fps), frames=picture),))
    assert np.array_equal(frames_of(pinned)[0], picture[0])
