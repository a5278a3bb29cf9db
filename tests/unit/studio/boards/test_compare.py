"""Two takes are compared at equal times, whatever their rates and sizes; a split screen plays both in real time."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.core.errors import InputError
from tianmu.film.cut import Clip, Gap, Title
from tianmu.film.schema import from_row, to_row
from tianmu.film.take import Take
from tianmu.media.image import Frame
from tianmu.studio.boards.compare import WIDEST, WIDTH, _times, compare_takes, split_screen, take_label

FPS = st.sampled_from([Fraction(8), Fraction(12), Fraction(24), Fraction(24000, 1001), Fraction(60)])


def film(count: int, width: int = 32, height: int = 18) -> list[Frame]:
    """Frames that tell their number: from dark to bright, never black."""
    return [np.full((height, width, 3), 40 + 200 * at // max(count - 1, 1), np.uint8) for at in range(count)]


def take(
    number: int = 1, *, num_frames: int = 48, fps: Fraction = Fraction(24), size: tuple[int, int] = (640, 360)
) -> Take:
    return Take(
        id=f"{number:064}", key="k", seed=number, engine="animatic", slate="3B", number=number, film=f"film-{number}",
        recipe="r", thumbnail="t", num_frames=num_frames, fps=fps, width=size[0], height=size[1], bytes=1,
        seconds_taken=1.0, circled=number == 2,
    )  # fmt: skip


@given(st.integers(1, 100), st.integers(1, 100), FPS, FPS, st.integers(1, 9))
def test_the_times_run_from_the_first_frame_to_the_last_of_the_longer(
    a: int, b: int, fps_a: Fraction, fps_b: Fraction, columns: int
) -> None:
    times = _times((film(a), film(b)), (fps_a, fps_b), columns)
    assert len(times) == min(columns, max(a, b))
    assert times[0] == 0
    assert times == sorted(times)
    if columns > 1:
        assert times[-1] == max((a - 1) / fps_a, (b - 1) / fps_b)


def test_equal_times_stand_under_each_other() -> None:
    sheet = compare_takes(film(25), film(73), rates=(Fraction(8), Fraction(24)), columns=4)
    assert sheet.shape[1] == WIDTH
    bright = sheet[:, :, 0].astype(int)
    rows = np.flatnonzero((bright[:, 32:200] >= 40).all(1))
    upper, lower = rows.min(), rows.max()
    levels = [[int(bright[row, 32 + 30 + column * 252]) for column in range(4)] for row in (upper + 5, lower - 5)]
    assert levels[0] == levels[1] == [40, 106, 173, 240]


def test_where_the_shorter_take_has_ended_its_panel_is_hatched() -> None:
    full = compare_takes(film(48), film(48), rates=(Fraction(24), Fraction(24)), columns=3)
    short = compare_takes(film(48), film(16), rates=(Fraction(24), Fraction(24)), columns=3)
    assert full.shape == short.shape
    rows, columns = np.nonzero((full != short).any(2))
    assert columns.min() == 284  # the first panel is the same; the second and the third have ended
    assert rows.min() > full.shape[0] // 2
    last = (slice(int(rows.min()), int(rows.max()) + 1), slice(536, 776))
    assert (full[last] == 240).all()
    assert (short[last] < 200).all()


@pytest.mark.parametrize("columns", [1, 2, 6, 12])
def test_takes_of_other_shapes_and_single_frames(columns: int) -> None:
    sheet = compare_takes(film(1, 18, 32), film(9, 64, 64), rates=(Fraction(8), Fraction(24)), columns=columns)
    assert sheet.dtype == np.uint8
    assert sheet.shape[1] == WIDTH


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(InputError, match="at least one frame"):
        compare_takes([], film(3), rates=(Fraction(8), Fraction(8)))
    with pytest.raises(InputError, match="columns"):
        compare_takes(film(3), film(3), rates=(Fraction(8), Fraction(8)), columns=0)
    with pytest.raises(InputError, match="uint8"):
        compare_takes([np.zeros((3, 3), np.uint8)], film(3), rates=(Fraction(8), Fraction(8)))


def test_a_take_is_told_from_another() -> None:
    assert take_label(take(2), language="en") == "take 3B/2, animatic, seed 2, circled"
    assert take_label(take(1), language="zh") == "镜次 3B/1，animatic，种子 1"


@given(st.integers(1, 400), st.integers(1, 400), FPS, FPS)
def test_a_split_screen_plays_both_in_real_time(a: int, b: int, fps_a: Fraction, fps_b: Fraction) -> None:
    takes = (take(1, num_frames=a, fps=fps_a), take(2, num_frames=b, fps=fps_b))
    cut = split_screen(*takes)
    assert cut.fps == max(fps_a, fps_b)
    assert len({track.num_frames for track in cut.tracks}) == 1
    for track, each in zip(cut.tracks, takes, strict=False):
        clip = track.items[0]
        assert isinstance(clip, Clip)
        assert clip.film == each.film
        assert clip.available == each.num_frames
        # A second of the cut is a second of the take, and its last frame exists.
        assert clip.speed * cut.fps == each.fps
        assert int((clip.num_frames - 1) * clip.speed) < each.num_frames
        assert abs(clip.num_frames / cut.fps - each.num_frames / each.fps) <= 1 / cut.fps
        assert all(isinstance(item, Gap) for item in track.items[1:])
    assert from_row(type(cut), to_row(cut)) == cut


@pytest.mark.parametrize("sizes", [((640, 360), (640, 360)), ((640, 360), (360, 640)), ((4096, 2160), (1280, 720))])
def test_the_halves_fill_the_frame_and_keep_their_shapes(sizes: tuple[tuple[int, int], tuple[int, int]]) -> None:
    cut = split_screen(take(1, size=sizes[0]), take(2, size=sizes[1]))
    left, right = (track.items[0] for track in cut.tracks[:2])
    assert isinstance(left, Clip)
    assert isinstance(right, Clip)
    assert left.box.left == 0
    assert left.box.width == right.box.left
    assert right.box.left + right.box.width == 1
    assert cut.width % 2 == cut.height % 2 == 0
    assert cut.width <= WIDEST
    for clip, size in zip((left, right), sizes, strict=True):
        shape = float(clip.box.width * cut.width) / cut.height
        assert shape == pytest.approx(size[0] / size[1], rel=0.01)


def test_a_line_names_the_two_for_a_while() -> None:
    names = split_screen(take(1, num_frames=240), take(2, num_frames=240), language="en").tracks[2].items
    assert isinstance(names[0], Title)
    assert names[0].style == "lower_third"
    assert names[0].num_frames == 72
    assert "take 3B/1" in names[0].lines[0].text
    assert "take 3B/2" in names[0].lines[0].text
    assert names[1:] == (Gap(num_frames=168),)
