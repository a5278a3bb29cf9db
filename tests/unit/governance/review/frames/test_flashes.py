"""Flashes: four a second are too many, three are not, and what moves is no flash."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.governance.review.frames.flashes import FlashFinder
from tianmu.governance.review.frames.picture import Picture, reduce
from tianmu.governance.review.verdict import Finding

SIZE = (36, 64)
Rate = Fraction | int


def find(frames: Iterator[Picture], fps: Rate = 24) -> tuple[Finding, ...]:
    finder = FlashFinder(Fraction(fps))
    for index, frame in enumerate(frames):
        finder.add(index, reduce(frame))
    return finder.findings()


def failing(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.score >= 0.5)


def plain(colour: tuple[int, int, int] | int) -> Picture:
    return np.full((*SIZE, 3), colour, np.uint8)


def square_wave(
    hertz: float, seconds: float = 2, *, fps: Rate = 24, low: Picture | None = None, high: Picture | None = None
) -> Iterator[Picture]:
    """`low` and `high` in turn, `hertz` of each in a second."""
    dark, bright = plain(0) if low is None else low, plain(255) if high is None else high
    for index in range(round(seconds * float(fps))):
        yield bright if (index * 2 * hertz / float(fps)) % 2 >= 1 else dark


@pytest.mark.parametrize("fps", [24, 25, 30, 60, Fraction(24000, 1001)])
@pytest.mark.parametrize(("hertz", "fails"), [(0.5, False), (2, False), (3, False), (4, True), (8, True)])
def test_more_than_three_a_second_fail_at_every_rate(hertz: float, fails: bool, fps: Rate) -> None:
    assert bool(failing(find(square_wave(hertz, 4, fps=fps), fps))) is fails


def test_a_flash_that_fails_names_its_frames_and_its_count() -> None:
    calm = [plain(0)] * 48
    found = failing(find(iter([*calm, *square_wave(4, 1.5), *calm])))
    assert len(found) == 1
    (finding,) = found
    assert finding.category == "frames/flash"
    assert (finding.first_frame, finding.last_frame) == (51, 84)
    assert "4 flashes in a second, frames 51 to 84 (2.12 s to 3.50 s)" in finding.detail


def test_two_bursts_are_two_findings() -> None:
    calm = [plain(0)] * 48
    found = failing(find(iter([*square_wave(6, 1), *calm, *square_wave(6, 1)])))
    assert [finding.first_frame for finding in found] == [2, 74]


def test_a_red_that_comes_and_goes_is_a_flash_though_it_is_hardly_brighter() -> None:
    red, grey = plain((150, 0, 0)), plain(72)  # the same luminance within a tenth
    found = failing(find(square_wave(4, low=grey, high=red)))
    assert len(found) == 1
    assert "red flashes" in found[0].detail
    assert failing(find(square_wave(3, low=grey, high=red))) == ()
    orange = plain((130, 80, 40))
    assert failing(find(square_wave(4, low=grey, high=orange))) == ()


def test_the_darker_side_must_be_below_four_fifths_and_the_step_a_tenth() -> None:
    bright, white, dim, grey = plain(233), plain(255), plain(110), plain(130)
    assert failing(find(square_wave(5, low=bright, high=white))) == ()
    assert failing(find(square_wave(5, low=dim, high=grey))) == ()
    assert failing(find(square_wave(5, low=dim, high=plain(140))))


@pytest.mark.parametrize(("share", "fails"), [(0.2, False), (0.3, True)])
def test_a_quarter_of_the_picture_is_the_least(share: float, fails: bool) -> None:
    high = plain(0)
    high[:, : round(SIZE[1] * share)] = 255
    assert bool(failing(find(square_wave(5, high=high)))) is fails


def test_halves_that_flash_against_each_other_do_not_cancel_out() -> None:
    one, other = plain(0), plain(0)
    one[:, : SIZE[1] // 2], other[:, SIZE[1] // 2 :] = 255, 255
    assert failing(find(square_wave(5, low=one, high=other)))


def test_a_flash_that_rises_over_several_frames_counts_once() -> None:
    def sine(hertz: float) -> Iterator[Picture]:
        for index in range(60):
            yield plain(round(127 - 127 * float(np.cos(2 * np.pi * hertz * index / 30))))

    assert failing(find(sine(4), 30))
    assert failing(find(sine(3), 30)) == ()


def test_a_camera_over_trunks_a_fade_and_a_still_are_no_flashes() -> None:
    wide = np.zeros((36, 640, 3), np.uint8)
    wide[:, (np.arange(640) // 6) % 2 == 0] = 230
    assert failing(find(wide[:, index * 4 : index * 4 + 64] for index in range(72))) == ()
    assert find(plain(index * 3) for index in range(80)) == ()
    assert find(iter([plain(90)] * 60)) == ()


@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(1, 9), st.integers(0, 12))
def test_any_frames_of_any_size_give_findings_within_them(seed: int, height: int, width: int, count: int) -> None:
    random = np.random.default_rng(seed)
    frames = random.integers(0, 256, (count, height, width, 3), np.uint8)
    for finding in find(iter(frames), 12):
        assert finding.first_frame is not None
        assert finding.last_frame is not None
        assert 0 <= finding.first_frame <= finding.last_frame < count
        assert 0 < finding.score <= 1


def _memory(finder: FlashFinder) -> int:
    return sum(len(seconds._recent) + len(seconds.failed) for kind in finder._seconds.values() for seconds in kind)


def test_memory_does_not_grow_with_the_film(monkeypatch: pytest.MonkeyPatch) -> None:
    finder = FlashFinder(Fraction(24))
    frames: list[Callable[[], Picture]] = [lambda: plain(0)[:9, :16], lambda: plain(255)[:9, :16]]
    sizes: list[int] = []
    for index in range(10_000):
        finder.add(index, frames[(index // 2 + index // 500) % 2]() if index % 1000 < 900 else frames[0]())
        if index in (2_000, 9_999):
            sizes.append(_memory(finder))
    assert sizes[1] <= sizes[0] + 100
