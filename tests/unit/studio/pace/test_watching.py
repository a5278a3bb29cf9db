"""What is seen of frames that stream by: laws first, on films whose cuts and flashes are known by their making."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.media.image import Frame
from tianmu.studio.pace.watching import Watcher

FPS = Fraction(12)


def watched(frames: Iterable[Frame], cuts: tuple[int, ...] | None = None) -> Watcher:
    watcher = Watcher(FPS)
    for frame in frames:
        watcher.add(frame)
    watcher.finish(cuts)
    return watcher


def plain(level: int) -> Frame:
    return np.full((36, 64, 3), level, np.uint8)


def moving(seed: int, num_frames: int, speed: int = 1) -> list[Frame]:
    """A soft random picture of its own brightness that pans."""
    random = np.random.default_rng(seed)
    coarse = random.uniform(40, 215, (5, 9, 3)) * random.uniform(0.5, 1)
    wide = np.repeat(np.repeat(coarse, 8, 0), 16, 1)[:36]
    return [np.roll(wide, -speed * frame, 1)[:, :64].astype(np.uint8) for frame in range(num_frames)]


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.lists(st.integers(6, 30), min_size=2, max_size=5))
def test_every_cut_between_pictures_that_pan_is_found_and_nothing_else(seed: int, lengths: list[int]) -> None:
    pieces = [moving(seed + number, length) for number, length in enumerate(lengths)]
    expected = [sum(lengths[: n + 1]) for n in range(len(lengths) - 1)]
    assert watched(frame for piece in pieces for frame in piece).cuts == expected


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 40), st.integers(0, 4))
def test_one_shot_has_no_cut_and_as_many_frames_as_came(seed: int, length: int, speed: int) -> None:
    watcher = watched(moving(seed, length, speed))
    assert watcher.cuts == []
    assert watcher.num_frames == length
    assert len(watcher.motion()) == len(watcher.flashes()) == -(-length // 12)


def test_a_fade_through_black_is_one_cut_in_the_black() -> None:
    fade = [0.75, 0.5, 0.25, 0.0, 0.0, 0.25, 0.5, 0.75]
    first, second = moving(1, 24), moving(2, 24)
    down = [(first[-1] * level).astype(np.uint8) for level in fade[:4]]
    up = [(second[0] * level).astype(np.uint8) for level in fade[4:]]
    cuts = watched([*first, *down, *up, *second]).cuts
    assert len(cuts) == 1
    assert 27 <= cuts[0] <= 29


def test_a_single_bright_frame_is_no_cut() -> None:
    still = moving(5, 1)[0]
    assert watched([*[still] * 12, plain(255), *[still] * 12]).cuts == []


def test_stillness_has_no_motion_and_faster_has_more() -> None:
    still, slow, fast = (watched(moving(3, 24, speed)).motion()[1] for speed in (0, 1, 3))
    assert still == pytest.approx(0, abs=1e-3)
    assert 0 < slow < fast


def test_a_known_cut_is_no_motion() -> None:
    frames = [*moving(1, 1) * 12, *moving(2, 1) * 12]
    assert max(watched(frames, (12,)).motion()) == pytest.approx(0, abs=1e-3)
    assert max(watched(frames, ()).motion()) > 1


def test_light_alone_is_no_motion() -> None:
    still = moving(4, 1)[0].astype(np.float32)
    fade = [np.rint(still * level).astype(np.uint8) for level in np.linspace(0, 1, 24)]
    assert max(watched(fade, ()).motion()) < 0.3


@pytest.mark.parametrize("times", [0, 1, 2, 3, 5])
def test_flashes_of_a_whole_picture_are_counted(times: int) -> None:
    frames = [frame for _ in range(times) for frame in (plain(220), plain(20))]
    film = [*[plain(20)] * 12, *frames, *[plain(20)] * (24 - len(frames))]
    watcher = watched(film, ())
    assert sum(watcher.flashes()) == times
    assert bool(watcher.warnings()) == (times > 3)


def test_small_or_faint_or_slow_changes_are_no_flashes() -> None:
    small = plain(20)
    small[:9, :9] = 250
    faint = [plain(100), plain(120)] * 12
    slow = [plain(20)] * 24 + [plain(220)] * 24 + [plain(20)] * 24
    assert sum(watched([plain(20), small] * 12, ()).flashes()) == 0
    assert sum(watched(faint, ()).flashes()) == 0
    assert sum(watched(slow, ()).flashes()) == 0
