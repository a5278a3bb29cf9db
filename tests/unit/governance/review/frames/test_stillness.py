"""Black and frozen: found where they last, and neither in a fade nor in a single frame."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from tianmu.governance.review.frames.picture import Picture, reduce
from tianmu.governance.review.frames.stillness import StillnessFinder
from tianmu.governance.review.verdict import Finding


def find(frames: Iterable[Picture], fps: int = 12) -> tuple[Finding, ...]:
    finder = StillnessFinder(Fraction(fps))
    for index, frame in enumerate(frames):
        finder.add(index, reduce(frame))
    return finder.findings()


def plain(value: int) -> Picture:
    return np.full((36, 64, 3), value, np.uint8)


def moving(count: int, value: int = 200) -> list[Picture]:
    frames = [plain(40) for _ in range(count)]
    for index, frame in enumerate(frames):
        frame[10:20, (index * 2) % 50 : (index * 2) % 50 + 8] = value
    return frames


def test_what_moves_is_neither() -> None:
    assert find(moving(48)) == ()


def test_black_in_the_middle_names_its_frames() -> None:
    (finding,) = find([*moving(12), *([plain(3)] * 14), *moving(12)])
    assert (finding.category, finding.first_frame, finding.last_frame) == ("frames/black", 12, 25)
    assert finding.score < 0.5
    assert "frames 12 to 25 (1.00 s to 2.08 s)" in finding.detail


def test_a_whole_shot_of_black_is_black_and_not_frozen_too() -> None:
    (finding,) = find([plain(0)] * 5)
    assert (finding.category, finding.score, finding.last_frame) == ("frames/black", 0.9, 4)
    assert "the whole shot" in finding.detail


def test_a_fade_and_a_night_with_a_light_are_not_black() -> None:
    fade = [(frame * (1 - index / 24)).astype(np.uint8) for index, frame in enumerate(moving(24))]
    assert [finding for finding in find([*moving(12), *fade]) if finding.category == "frames/black"] == []
    night = plain(2)
    night[10:16, 20:26] = 90
    assert [finding.category for finding in find([night] * 6)] == []


def test_stillness_is_found_from_two_seconds_on() -> None:
    still = [plain(90)]
    assert find([*moving(12), *(still * 23), *moving(12)]) == ()
    (finding,) = find([*moving(12), *(still * 24), *moving(12)])
    assert (finding.category, finding.first_frame, finding.last_frame) == ("frames/frozen", 12, 35)
    assert finding.score < 0.5


def test_a_whole_shot_that_stands_still_says_so_and_one_frame_does_not() -> None:
    (finding,) = find([plain(90)] * 12)
    assert (finding.category, finding.score, finding.first_frame, finding.last_frame) == ("frames/frozen", 0.9, 0, 11)
    assert find([plain(90)]) == ()
    assert find([plain(90)] * 11) == ()
    assert find([plain(90)], fps=1) == ()


def test_frames_that_are_held_and_the_slowest_camera_move() -> None:
    held = [frame for frame in moving(12) for _ in range(4)]
    assert find(held) == ()
    ramp = np.linspace(0, 250, 640).astype(np.uint8)
    wide = np.repeat(ramp[None, :, None], 36, axis=0) * np.ones((1, 1, 3), np.uint8)
    slow = [wide[:, index // 2 : index // 2 + 320] for index in range(96)]
    assert [finding for finding in find(slow) if finding.score >= 0.5] == []


def test_nothing_and_the_smallest_frames() -> None:
    assert find([]) == ()
    (finding,) = find([np.zeros((1, 1, 3), np.uint8)] * 24)
    assert finding.category == "frames/black"


def test_what_is_meant_is_no_finding_and_ends_a_run_that_began_before_it() -> None:
    frames = [*moving(12), *([plain(3)] * 24), *([plain(90)] * 48), *moving(12)]

    def found(meant: range, *categories: str) -> list[tuple[str, int | None, int | None]]:
        finder = StillnessFinder(Fraction(12))
        for index, frame in enumerate(frames):
            finder.add(index, reduce(frame), categories if index in meant else ())
        return [(each.category, each.first_frame, each.last_frame) for each in finder.findings()]

    black, frozen = ("frames/black", 12, 35), ("frames/frozen", 36, 83)
    assert found(range(0)) == [black, frozen]
    assert found(range(96), "frames/black", "frames/frozen") == []
    assert found(range(96), "frames/black") == [frozen]
    assert found(range(96), "frames/frozen") == [black]
    assert found(range(12, 20), "frames/black") == [("frames/black", 20, 35), frozen]
    assert found(range(12, 30), "frames/black") == [frozen]
    assert found(range(36, 50), "frames/frozen") == [black, ("frames/frozen", 50, 83)]
