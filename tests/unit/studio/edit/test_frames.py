"""The laws of a cut: every frame is the one it should be, of the take it should be, and nothing stays open."""

from __future__ import annotations

import gc
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import tianmu.studio.edit.sources as sources
from tianmu.core.errors import InputError, MediaError
from tianmu.film.cut import Box, Clip, Cut, Dialogue, Gap, Item, Join, Title, TitleLine, Track
from tianmu.media.image import Frame
from tianmu.media.seek import SeekingReader
from tianmu.media.video import read_video, write_video
from tianmu.studio.edit import cut_frames

WIDTH, HEIGHT, NUM_FRAMES = 64, 36, 30
ENGLISH_TITLE = Title(lines=(TitleLine(text="Tianmu", role="title"), TitleLine(text="a film")), num_frames=9)


@dataclass(frozen=True)
class Takes:
    """Two takes in files, and their frames as they come out of them."""

    folder: Path
    frames: dict[str, list[Frame]]

    def cut(self, cut: Cut) -> list[Frame]:
        frames = list(cut_frames(cut, self.film, self.look))
        assert len(frames) == cut.num_frames
        assert all(frame.shape == (cut.height, cut.width, 3) and frame.dtype == np.uint8 for frame in frames)
        return frames

    def film(self, digest: str) -> Path:
        return self.folder / f"{digest}.mp4"

    def look(self, digest: str) -> Path:
        return self.folder / f"{digest}.cube"


def picture(seed: int, index: int, width: int = WIDTH, height: int = HEIGHT) -> Frame:
    """Blocks of colour that move, and grow brighter in a corner."""
    blocks = np.random.default_rng(seed).integers(20, 236, (height // 4, width // 4, 3), dtype=np.uint8)
    frame = np.roll(np.kron(blocks, np.ones((4, 4, 1), np.uint8)), 2 * index, axis=1)
    frame[:8, :8] = 8 * index
    return frame


@pytest.fixture(scope="module")
def takes(tmp_path_factory: pytest.TempPathFactory) -> Takes:
    folder = tmp_path_factory.mktemp("takes")
    frames: dict[str, list[Frame]] = {}
    for seed, name in enumerate("ab"):
        path = folder / f"{name}.mp4"
        write_video(path, (picture(seed, index) for index in range(NUM_FRAMES)), Fraction(24))
        frames[name] = list(read_video(path)[1])
    (folder / "negative.cube").write_text("LUT_1D_SIZE 2\n1 1 1\n0 0 0\n", encoding="utf-8")
    rows = [f"{blue} {green} {red}" for blue in (0, 1) for green in (0, 1) for red in (0, 1)]
    (folder / "swap.cube").write_text("\n".join(["LUT_3D_SIZE 2", *rows]), encoding="utf-8")
    return Takes(folder, frames)


def clip(film: str = "a", start: int = 5, num_frames: int = 10, **changes: Any) -> Clip:
    """A piece of one of the takes, with handles on both sides."""
    plain = Clip(
        slate=f"1{film.upper()}",
        take=f"take-{film}",
        film=film,
        start=start,
        num_frames=num_frames,
        available=NUM_FRAMES,
    )
    return replace(plain, **changes)


def cut_of(*items: Item, joins: tuple[Join, ...] = (), above: tuple[Track, ...] = ()) -> Cut:
    """A cut of one track, with others above it."""
    track = Track(name="V1", items=items, joins=joins)
    return Cut(name="cut", fps=Fraction(24), width=WIDTH, height=HEIGHT, tracks=(track, *above))


def same(one: list[Frame], two: list[Frame]) -> bool:
    return len(one) == len(two) and all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


def distance(one: Frame, two: Frame) -> float:
    return float(np.abs(one.astype(float) - two).mean())


@st.composite
def clips(draw: st.DrawFn) -> Clip:
    """Any piece of either take, at any speed that fits."""
    speed = draw(st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 3), Fraction(-1), Fraction(-3, 2)]))
    num_frames = draw(st.integers(1, 12))
    used = int((num_frames - 1) * abs(speed)) + 1
    start = draw(st.integers(0, NUM_FRAMES - used))
    return clip(draw(st.sampled_from("ab")), start, num_frames, speed=speed)


ITEMS = st.one_of(clips(), st.integers(1, 5).map(lambda count: Gap(num_frames=count)))


@hypothesis_settings(max_examples=25)
@given(items=st.lists(ITEMS, max_size=5), above=st.lists(ITEMS, max_size=4))
def test_a_cut_has_as_many_frames_as_it_says(takes: Takes, items: list[Item], above: list[Item]) -> None:
    cut = cut_of(*items, above=(Track(name="V2", items=tuple(above)),))
    assert len(takes.cut(cut)) == max(sum(item.num_frames for item in track) for track in (items, above))


@hypothesis_settings(max_examples=25)
@given(pieces=st.lists(clips(), min_size=1, max_size=5))
def test_a_plain_cut_is_its_trimmed_takes_in_a_row(takes: Takes, pieces: list[Clip]) -> None:
    wanted: list[Frame] = []
    for piece in pieces:
        numbers = [piece.start + int(index * abs(piece.speed)) for index in range(piece.num_frames)]
        wanted += [takes.frames[piece.film][number] for number in (numbers if piece.speed > 0 else numbers[::-1])]
    assert same(takes.cut(cut_of(*pieces)), wanted)


@given(at=st.integers(1, 9), speed=st.sampled_from([1, 2]))
@hypothesis_settings(max_examples=12)
def test_splitting_a_clip_changes_nothing(takes: Takes, at: int, speed: int) -> None:
    whole = clip(start=3, num_frames=10, speed=Fraction(speed))
    first, second = replace(whole, num_frames=at), replace(whole, start=3 + at * speed, num_frames=10 - at)
    assert same(takes.cut(cut_of(whole)), takes.cut(cut_of(first, second)))


def test_backwards_is_forwards_reversed(takes: Takes) -> None:
    for speed in (Fraction(1), Fraction(1, 2), Fraction(5, 3)):
        forwards = takes.cut(cut_of(clip(start=2, num_frames=12, speed=speed)))
        assert same(takes.cut(cut_of(clip(start=2, num_frames=12, speed=-speed))), forwards[::-1])


DISSOLVES = st.integers(1, 8)


@given(length=DISSOLVES)
@hypothesis_settings(max_examples=8)
def test_a_dissolve_goes_from_one_take_to_the_other(takes: Takes, length: int) -> None:
    cut = cut_of(clip("a"), clip("b"), joins=(Join(at=1, style="dissolve", num_frames=length),))
    frames = takes.cut(cut)
    after = length // 2
    begin = 10 - (length - after)
    plain = takes.cut(cut_of(clip("a"), clip("b")))
    assert same(frames[:begin], plain[:begin])
    assert same(frames[begin + length :], plain[begin + length :])
    for index in range(length):
        share = (index + 1) / (length + 1)
        a, b = takes.frames["a"][5 + begin + index], takes.frames["b"][5 + begin + index - 10]
        assert np.abs(frames[begin + index] - ((1 - share) * a + share * b)).max() <= 1


def test_a_dissolve_tends_to_its_two_ends(takes: Takes) -> None:
    join = Join(at=1, style="dissolve", num_frames=10)
    frames = takes.cut(cut_of(clip("a"), clip("b"), joins=(join,)))
    plain = takes.frames
    assert distance(frames[5], plain["a"][10]) < 0.15 * distance(plain["b"][0], plain["a"][10])
    assert distance(frames[14], plain["b"][9]) < 0.15 * distance(plain["b"][9], plain["a"][19])


@given(half=st.integers(1, 5))
@hypothesis_settings(max_examples=5)
def test_a_dissolve_backwards_is_the_dissolve_of_what_is_backwards(takes: Takes, half: int) -> None:
    join = Join(at=1, style="dissolve", num_frames=2 * half)
    forwards = takes.cut(cut_of(clip("a"), clip("b"), joins=(join,)))
    backwards = takes.cut(cut_of(clip("b", speed=Fraction(-1)), clip("a", speed=Fraction(-1)), joins=(join,)))
    for one, two in zip(forwards, backwards[::-1], strict=True):
        assert np.abs(one.astype(int) - two).max() <= 1


@given(first=st.integers(1, 5), middle=st.integers(1, 9), last=st.integers(1, 5))
@hypothesis_settings(max_examples=8)
def test_fades_reach_black_and_let_go_of_it(takes: Takes, first: int, middle: int, last: int) -> None:
    joins = (
        Join(at=0, style="fade", num_frames=first),
        Join(at=1, style="fade", num_frames=middle),
        Join(at=2, style="fade", num_frames=last),
    )
    frames = takes.cut(cut_of(clip("a"), clip("b"), joins=joins))
    plain = takes.cut(cut_of(clip("a"), clip("b")))
    before = middle - middle // 2
    assert not frames[0].any()
    assert not frames[9].any()
    assert not frames[19].any()
    assert same(frames[first : 10 - before], plain[first : 10 - before])
    assert same(frames[10 + middle // 2 : 20 - last], plain[10 + middle // 2 : 20 - last])
    brightness = [float(frame.mean() / whole.mean()) for frame, whole in zip(frames, plain, strict=True)]
    assert brightness[:first] == sorted(brightness[:first])
    assert brightness[20 - last :] == sorted(brightness[20 - last :], reverse=True)


def test_a_gap_is_black_below_and_clear_above(takes: Takes) -> None:
    assert not np.any(takes.cut(cut_of(Gap(num_frames=4))))
    below, above = clip("a"), Track(name="V2", items=(Gap(num_frames=4), clip("b", num_frames=3)))
    frames = takes.cut(cut_of(below, above=(above,)))
    assert same(frames, takes.frames["a"][5:9] + takes.frames["b"][5:8] + takes.frames["a"][12:15])


def test_a_full_box_is_no_box_and_a_box_leaves_the_rest(takes: Takes) -> None:
    plain = takes.cut(cut_of(clip("a")))
    assert same(plain, takes.cut(cut_of(clip("a", box=Box(width=Fraction(1), height=Fraction(1))))))
    box = Box(left=Fraction(1, 2), top=Fraction(1, 2), width=Fraction(3, 8), height=Fraction(3, 8))
    inset = Track(name="V2", items=(clip("b", box=box),))
    frames = takes.cut(cut_of(clip("a"), above=(inset,)))
    for frame, below in zip(frames, plain, strict=True):
        differs = np.nonzero((frame != below).any(axis=2))
        assert 18 <= differs[0].min() <= differs[0].max() < 32
        assert 32 <= differs[1].min() <= differs[1].max() < 56
        assert distance(frame[18:32, 32:56], below[18:32, 32:56]) > 10


def test_two_boxes_side_by_side_fill_the_frame(takes: Takes) -> None:
    """A split screen: each half shows its take whole, between bars."""
    halves = [
        Track(name=name, items=(clip(name, box=Box(left=Fraction(side, 2), width=Fraction(1, 2))),))
        for side, name in enumerate("ab")
    ]
    cut = Cut(name="split", fps=Fraction(24), width=2 * WIDTH, height=HEIGHT, tracks=tuple(halves))
    for index, frame in enumerate(takes.cut(cut)):
        assert np.array_equal(frame, np.hstack([takes.frames[name][5 + index] for name in "ab"]))


def test_a_take_of_another_size_is_fitted(takes: Takes) -> None:
    cut = replace(cut_of(clip("a")), width=2 * WIDTH, height=2 * HEIGHT + 1)  # the same aspect, nearly
    for index, frame in enumerate(takes.cut(cut)):
        whole = np.kron(takes.frames["a"][5 + index], np.ones((2, 2, 1), np.uint8))
        assert distance(frame[1:-1], whole[1:]) < 12
        assert frame[[0, -1]].any()
    for frame in takes.cut(replace(cut_of(clip("a")), width=WIDTH, height=WIDTH)):
        assert not frame[:14].any()
        assert not frame[-14:].any()
        assert frame[14:-14].any(axis=2).mean() > 0.9


def test_a_look_changes_its_own_clip(takes: Takes) -> None:
    frames = takes.cut(cut_of(clip("a", look="negative"), clip("b", look="swap"), clip("a")))
    assert same(frames[:10], [255 - frame for frame in takes.frames["a"][5:15]])
    assert same(frames[10:20], [frame[..., ::-1] for frame in takes.frames["b"][5:15]])
    assert same(frames[20:], takes.frames["a"][5:15])


@pytest.mark.parametrize("style", ["card", "lower_third", "credits"])
def test_a_title_stands_on_black_and_over_pictures(takes: Takes, style: Any) -> None:
    title = replace(ENGLISH_TITLE, style=style, num_frames=40)
    large = {"width": 4 * WIDTH, "height": 4 * HEIGHT}
    scene = replace(cut_of(clip("a", num_frames=20), Gap(num_frames=20)), **large)
    alone, plain = takes.cut(replace(cut_of(title), **large)), takes.cut(scene)
    over = takes.cut(replace(scene, tracks=(*scene.tracks, Track(name="V2", items=(title,)))))
    assert max(frame.max() for frame in alone) > 150
    assert same(over[20:], alone[20:])
    changed = (over[10] != plain[10]).any(axis=2)
    assert 0.02 < changed.mean() < 0.9
    if style != "credits":
        assert same(alone, [alone[0]] * 40)


def test_a_title_fades_over_the_picture(takes: Takes) -> None:
    """Above the first track a fade goes through what lies below, not through black."""
    joins = (Join(at=0, style="fade", num_frames=4), Join(at=1, style="fade", num_frames=4))
    above = Track(name="V2", items=(ENGLISH_TITLE,), joins=joins)
    frames = takes.cut(cut_of(clip("a"), above=(above,)))
    assert np.array_equal(frames[0], takes.frames["a"][5])
    assert np.array_equal(frames[8], takes.frames["a"][13])
    shares = [distance(frames[index], takes.frames["a"][5 + index]) for index in range(9)]
    assert shares[0] < shares[2] < shares[4] > shares[6] > shares[8]


def test_titles_dissolve_without_handles(takes: Takes) -> None:
    joins = (Join(at=1, style="dissolve", num_frames=4), Join(at=2, style="dissolve", num_frames=4))
    frames = takes.cut(cut_of(ENGLISH_TITLE, clip("a"), Gap(num_frames=5), joins=joins))
    assert len(frames) == 24
    assert not frames[-1].any()


def test_the_frames_go_into_a_file(takes: Takes, tmp_path: Path) -> None:
    cut = cut_of(clip("a"), clip("b"), joins=(Join(at=1, style="dissolve", num_frames=6),))
    written = write_video(tmp_path / "film.mp4", cut_frames(cut, takes.film), cut.fps)
    assert (written.num_frames, written.width, written.height) == (20, WIDTH, HEIGHT)


class Counted(SeekingReader):
    """A reader that is counted while it is open."""

    open_now = 0
    most = 0

    def __init__(self, path: Path) -> None:
        self._counts = True
        super().__init__(path)
        Counted.open_now += 1
        Counted.most = max(Counted.most, Counted.open_now)

    def close(self) -> None:
        Counted.open_now -= self._container is not None
        super().close()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> type[Counted]:
    Counted.open_now = Counted.most = 0
    monkeypatch.setattr(sources, "SeekingReader", Counted)
    return Counted


def test_only_the_takes_in_use_are_open(takes: Takes, counted: type[Counted]) -> None:
    takes.cut(cut_of(*[clip(name, num_frames=3) for name in "ab" * 10]))
    assert (counted.most, counted.open_now) == (1, 0)
    joins = tuple(Join(at=at, style="dissolve", num_frames=2) for at in range(1, 10))
    frames = cut_frames(cut_of(*[clip(num_frames=3)] * 10, Gap(num_frames=5), joins=joins), takes.film)
    for _ in range(32):
        next(frames)
    assert (counted.most, counted.open_now) == (2, 0)


def test_what_is_left_in_the_middle_is_closed(takes: Takes, counted: type[Counted]) -> None:
    join = Join(at=1, style="dissolve", num_frames=8)
    frames = cut_frames(cut_of(clip("a"), clip("b"), joins=(join,)), takes.film)
    for _ in range(10):
        next(frames)
    assert counted.open_now == 2
    del frames
    gc.collect()
    assert counted.open_now == 0


def test_a_missing_take_is_named_before_the_first_frame(takes: Takes) -> None:
    with pytest.raises(MediaError, match=r"shot 1C \(take take-c\).*is not there.*tianmu retake 1C"):
        cut_frames(cut_of(clip("a"), clip("c")), takes.film)

    def lost(digest: str) -> Path:
        raise MediaError(f"The media {digest} is lost.")

    with pytest.raises(MediaError, match=r"shot 1A .*The media a is lost\. Make the shot again"):
        cut_frames(cut_of(clip("a")), lost)


def test_a_short_or_damaged_take_is_named(takes: Takes, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"shot 1A .*30 frames where 40 were expected"):
        list(cut_frames(cut_of(clip("a", available=40)), takes.film))
    data = takes.film("a").read_bytes()
    (tmp_path / "a.mp4").write_bytes(data[: len(data) // 2])
    with pytest.raises(MediaError, match=r"shot 1A .*(damaged|expected)"):
        list(cut_frames(cut_of(clip("a", start=20)), lambda digest: tmp_path / f"{digest}.mp4"))


def test_a_missing_or_broken_look_is_named(takes: Takes) -> None:
    cut = cut_of(clip("a", look="none"))
    with pytest.raises(MediaError, match=r"The look none of shot 1A .*cannot be used"):
        cut_frames(cut, takes.film, takes.look)
    with pytest.raises(InputError, match=r"nothing was given to open looks with"):
        cut_frames(cut, takes.film)


def test_a_title_that_cannot_be_drawn_is_refused_first(takes: Takes) -> None:
    empty = Title(lines=(TitleLine(text=" "),), num_frames=5)
    with pytest.raises(InputError, match="no words"):
        cut_frames(cut_of(clip("a"), empty), takes.film)


def test_sound_is_left_alone(takes: Takes) -> None:
    line = Dialogue(character="MARA", asset=None, text="Who is there?", num_frames=99)
    cut = cut_of(clip("a"), above=(Track(name="A1", kind="audio", items=(line, clip("z"))),))
    assert len(takes.cut(cut)) == 10
