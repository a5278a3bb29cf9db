"""A copy is near, another picture is far, and what has no detail is near nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.core.errors import InputError
from tianmu.governance.similarity import (
    MATCH,
    NUM_KEYS,
    UNLIKE,
    Fingerprint,
    Fingerprinter,
    distance,
    fingerprint,
    key_indices,
    looks_unlike,
    loose_distance,
    of_keys,
)
from tianmu.media.image import Frame
from tianmu.media.video import read_video, write_video
from tianmu.world.hd import render_frames
from tianmu.world.scene import (
    ACTIONS,
    CAMERAS,
    DIRECTIONS,
    FRAMINGS,
    LOOKS,
    SETTINGS,
    TIMES,
    WEATHERS,
    Actor,
    Scene,
    cast,
)


def scene(seed: int) -> Scene:
    """Any scene of the animated stage."""
    chance = random.Random(seed)
    subjects = chance.sample(sorted(cast()), chance.choice([0, 1, 1, 1, 2]))
    return Scene(
        setting=chance.choice(SETTINGS),
        time=chance.choice(TIMES),
        weather=chance.choice(WEATHERS),
        camera=chance.choice(CAMERAS),
        look=chance.choice(LOOKS),
        framing=chance.choice(FRAMINGS),
        actors=tuple(
            Actor(subject=each, action=chance.choice(ACTIONS), direction=chance.choice(DIRECTIONS)) for each in subjects
        ),
        seed=seed,
    )


def drawn(seed: int) -> list[Frame]:
    """Five frames of it, 320 x 180."""
    chunks = render_frames(scene(seed), num_frames=5, fps=2.0, width=320, height=180)
    return [frame for chunk in chunks for frame in chunk]


def blurred(seed: int, num_frames: int = 1, shift: int = 0) -> list[Frame]:
    """A soft pattern that moves `shift` pixels a frame."""
    noise = np.random.default_rng(seed).integers(0, 256, (9, 16, 3), dtype=np.uint8)
    wide = cv2.resize(noise, (480, 180), interpolation=cv2.INTER_CUBIC)
    return [np.roll(wide, index * shift, 1)[:, :320].astype(np.uint8) for index in range(num_frames)]


def cropped(frames: list[Frame], size: float, x: float, y: float) -> list[Frame]:
    height, width = frames[0].shape[:2]
    high, wide = int(height * size) // 2 * 2, int(width * size) // 2 * 2
    top, left = round((height - high) * y), round((width - wide) * x)
    return [np.ascontiguousarray(frame[top : top + high, left : left + wide]) for frame in frames]


def coded(frames: list[Frame], crf: int, path: Path) -> list[Frame]:
    write_video(path, frames, Fraction(2), crf=crf)
    return list(read_video(path)[1])


@given(st.integers(0, 10_000), st.integers(1, 6))
def test_a_text_is_its_fingerprint(seed: int, num_frames: int) -> None:
    seen = fingerprint(blurred(seed, num_frames, 7))
    assert Fingerprint.from_text(seen.to_text()) == seen
    assert distance(seen, seen) == loose_distance(seen, seen) == 0


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_distance_is_symmetric_and_between_0_and_1(one: int, other: int) -> None:
    a, b = fingerprint(blurred(one, 3, 20)), fingerprint(blurred(other, 3, 20))
    assert 0 <= distance(a, b) <= 1
    assert distance(a, b) == distance(b, a)
    assert loose_distance(a, b) == loose_distance(b, a)


@pytest.mark.parametrize("text", ["", "look2", "look1:", "look1:12", "look1:" + "g" * 752, "look1" + ":" + "0" * 751])
def test_what_is_no_fingerprint_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="752 hexadecimal digits"):
        Fingerprint.from_text(text)


@pytest.mark.parametrize("num_frames", [1, 2, 4, 5, 6, 31, 32, 33, 64, 65, 500, 1441])
def test_the_keys_are_those_that_streaming_chooses(num_frames: int) -> None:
    indices = key_indices(num_frames)
    assert len(indices) == min(num_frames, NUM_KEYS)
    assert indices[0] == 0
    assert indices[-1] >= num_frames * 0.75 - 1
    pattern = blurred(1, 24, 5)
    looking = Fingerprinter()
    for index in range(num_frames):
        looking.add(pattern[index % 24])
    assert looking.fingerprint() == of_keys(pattern[index % 24] for index in indices)


def test_black_titles_and_plain_pictures_say_nothing_and_match_nothing() -> None:
    flat = fingerprint(np.full((180, 320, 3), level, np.uint8) for level in (0, 90, 255))
    assert flat.says_nothing
    assert flat.to_text() == "look1"
    seen = fingerprint(blurred(1))
    assert distance(flat, flat) == distance(flat, seen) == 1
    assert not looks_unlike(flat, seen)  # it is not known
    led_in = [np.zeros((180, 320, 3), np.uint8), *blurred(1, 4)]
    assert distance(fingerprint(led_in), seen) == 0  # black at the beginning is left out


def test_copies_are_near(tmp_path: Path) -> None:
    frames = drawn(4)
    seen = fingerprint(frames)
    half = [cv2.resize(frame, (160, 90), interpolation=cv2.INTER_AREA).astype(np.uint8) for frame in frames]
    copies = {
        "coded": coded(frames, 33, tmp_path / "a.mp4"),
        "half size": coded(half, 28, tmp_path / "b.mp4"),
        "middle": cropped(frames, 0.8, 0.5, 0.5),
        "mirrored": [np.ascontiguousarray(frame[:, ::-1]) for frame in frames],
        "barred": [np.pad(frame, ((40, 40), (0, 0), (0, 0))) for frame in frames],
        "grey": [np.repeat(frame.mean(2, keepdims=True), 3, 2).astype(np.uint8) for frame in frames],
        "one frame": [frames[2]],
        "twice as long": [frame for frame in frames for _ in range(2)],
    }
    for what, copy in copies.items():
        assert distance(fingerprint(copy), seen) <= MATCH, what
        assert not looks_unlike(fingerprint(copy), seen), what
    for x, y in ((0.0, 0.0), (1.0, 0.3), (0.6, 1.0)):
        assert not looks_unlike(fingerprint(cropped(frames, 0.8, x, y)), seen)


@pytest.mark.slow
def test_measured_over_two_hundred_scenes(tmp_path: Path) -> None:
    """The numbers in the room's docstring, printed again with `-s`, and the limits that they must keep."""
    clips = [drawn(seed) for seed in range(200)]
    prints = [fingerprint(clip) for clip in clips]
    pairs = [(a, b) for index, a in enumerate(prints) for b in prints[:index]]
    apart = np.array([distance(a, b) for a, b in pairs])
    loose = np.array([loose_distance(a, b) for a, b in pairs])
    print("pairs", len(pairs), "within MATCH", (apart <= MATCH).sum(), "beyond UNLIKE", (loose > UNLIKE).mean())
    print("nearest, 1e-4, 1e-2, median", np.quantile(apart, [0, 1e-4, 1e-2, 0.5]).round(3))
    assert (apart <= MATCH).mean() < 5e-4
    assert (loose > UNLIKE).mean() > 0.9
    for what, (change, nearest, loosest) in changes(tmp_path / "a.mp4").items():
        copies = [(fingerprint(change(clips[index])), prints[index]) for index in range(0, 200, 4)]
        measured = np.array([(distance(*pair), loose_distance(*pair)) for pair in copies])
        print(what, np.quantile(measured, [0.5, 0.98, 1], axis=0).round(3).T.tolist())
        assert np.quantile(measured[:, 0], 0.98) <= nearest, what
        assert measured[:, 1].max() <= loosest, what


def changes(path: Path) -> dict[str, tuple[Callable[[list[Frame]], list[Frame]], float, float]]:
    """What may happen to a copy, with the limits of both distances: 98 % of the one, all of the other."""
    chance = random.Random(1)

    def lettered(frame: Frame) -> Frame:
        return np.asarray(cv2.putText(frame.copy(), "AI generated", (8, 24), 0, 0.6, (255, 255, 255), 2), np.uint8)

    def halved(frame: Frame) -> Frame:
        return np.asarray(cv2.resize(frame, (160, 90), interpolation=cv2.INTER_AREA), np.uint8)

    return {
        "CRF 33": (lambda clip: coded(clip, 33, path), MATCH, UNLIKE),
        "half size, CRF 28": (lambda clip: coded([halved(frame) for frame in clip], 28, path), MATCH, UNLIKE),
        "middle 0.9, CRF 23": (lambda clip: coded(cropped(clip, 0.9, 0.5, 0.5), 23, path), MATCH, UNLIKE),
        "middle 0.8, CRF 23": (lambda clip: coded(cropped(clip, 0.8, 0.5, 0.5), 23, path), MATCH, UNLIKE),
        "mirrored": (lambda clip: [np.ascontiguousarray(frame[:, ::-1]) for frame in clip], 0, 0),
        "a fifth brighter": (lambda clip: [(frame * 1.2 + 15).clip(0, 255).astype(np.uint8) for frame in clip], 1, 1),
        "letters": (lambda clip: [lettered(frame) for frame in clip], 1, 1),
        "any part, 0.9": (lambda clip: cropped(clip, 0.9, chance.random(), chance.random()), 1, UNLIKE),
        "any part, 0.8": (lambda clip: cropped(clip, 0.8, chance.random(), chance.random()), 1, UNLIKE),
    }
