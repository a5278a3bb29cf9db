"""What an encoder is given: the film that `cut_frames` gives, in planes where nothing is drawn, and little at once."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tianmu.studio.edit.sources as sources
from tianmu.film.cut import Box, Clip, Cut, Gap, Item, Join, Title, TitleLine, Track
from tianmu.governance.label import Label
from tianmu.governance.rules import rules_for
from tianmu.governance.watermark import detect
from tianmu.media.image import Frame
from tianmu.media.planes import Planes, as_rgb
from tianmu.media.seek import SeekingReader
from tianmu.media.video import write_video
from tianmu.studio.edit import cut_frames, cut_pictures
from tianmu.studio.marking import AHEAD, Leave, Marking

WIDTH, HEIGHT, NUM_FRAMES = 192, 108, 24
TITLE = Title(lines=(TitleLine(text="Tianmu", role="title"),), num_frames=6)
DISSOLVE = Join(at=1, style="dissolve", num_frames=5)


def picture(seed: int, index: int) -> Frame:
    """Blocks of colour that move."""
    blocks = np.random.default_rng(seed).integers(20, 236, (HEIGHT // 12, WIDTH // 12, 3), dtype=np.uint8)
    return np.roll(np.kron(blocks, np.ones((12, 12, 1), np.uint8)), 2 * index, axis=1)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    folder = tmp_path_factory.mktemp("takes")
    for seed, name in enumerate("ab"):
        write_video(folder / f"{name}.mp4", (picture(seed, index) for index in range(NUM_FRAMES)), Fraction(24))
    (folder / "warm.cube").write_text("LUT_1D_SIZE 2\n0 0 0\n1 1 0.5\n", encoding="utf-8")
    return lambda digest: folder / (digest if "." in digest else f"{digest}.mp4")


def clip(name: str = "a", **changes: Any) -> Clip:
    plain = Clip(slate=name, take=f"take-{name}", film=name, start=5, num_frames=10, available=NUM_FRAMES)
    return replace(plain, **changes)


def cut_of(*items: Item, joins: tuple[Join, ...] = (), above: tuple[Item, ...] = ()) -> Cut:
    tracks = (Track(name="V1", items=items, joins=joins), *([Track(name="V2", items=above)] if above else []))
    return Cut(name="cut", fps=Fraction(24), width=WIDTH, height=HEIGHT, tracks=tracks)


def both(cut: Cut, film: Callable[[str], Path]) -> tuple[list[Frame | Planes], list[Frame]]:
    return list(cut_pictures(cut, film, film)), list(cut_frames(cut, film, film))


@pytest.mark.parametrize(
    "cut",
    [
        cut_of(clip(), clip("b", speed=Fraction(-1, 2))),
        cut_of(clip(), clip(look="warm.cube"), clip(speed=Fraction(2), num_frames=5)),
        cut_of(Gap(num_frames=2), TITLE, clip(box=Box(width=Fraction(1, 2), height=Fraction(1, 2)))),
        cut_of(clip(), above=(Gap(num_frames=2), replace(TITLE, style="lower_third"), clip("b", num_frames=2))),
    ],
)
def test_without_joins_it_is_the_very_same_film(cut: Cut, film: Callable[[str], Path]) -> None:
    pictures, frames = both(cut, film)
    assert len(pictures) == len(frames) == cut.num_frames
    for shown, frame in zip(pictures, frames, strict=True):
        assert np.array_equal(as_rgb(shown), frame)


def test_dissolves_and_fades_are_the_same_but_for_rounding(film: Callable[[str], Path]) -> None:
    fades = (Join(at=0, style="fade", num_frames=4), DISSOLVE, Join(at=2, style="fade", num_frames=4))
    pictures, frames = both(cut_of(clip(), clip("b"), joins=fades), film)
    assert all(isinstance(shown, Planes) for shown in pictures)
    for shown, frame in zip(pictures, frames, strict=True):
        away = np.abs(as_rgb(shown).astype(int) - frame)
        assert away.mean() < 2  # about a level of luma and one of each chroma
        assert np.quantile(away, 0.999) <= 6  # beside hard edges RGB is cut off where it has no such colour


def test_only_what_is_drawn_on_is_turned_into_rgb(film: Callable[[str], Path]) -> None:
    pictures = list(cut_pictures(cut_of(clip(), TITLE, clip("b", look="warm.cube")), film, film))
    kinds = [isinstance(shown, Planes) for shown in pictures]
    assert kinds == [True] * 10 + [False] * 16


def test_a_still_title_is_laid_once(film: Callable[[str], Path]) -> None:
    shown = list(cut_pictures(cut_of(TITLE, replace(clip(), speed=Fraction(1, 5))), film))
    assert [len({id(each) for each in part}) for part in (shown[:6], shown[6:11], shown[11:])] == [1, 1, 1]


def test_a_cut_of_odd_size_is_rgb(film: Callable[[str], Path]) -> None:
    cut = replace(cut_of(clip()), width=WIDTH - 1, height=HEIGHT - 1)
    assert not any(isinstance(shown, Planes) for shown in cut_pictures(cut, film))


class Watched(SeekingReader):
    """A reader whose pictures are counted while they live."""

    alive = 0
    most = 0

    def picture(self, number: int) -> Frame | Planes:
        before = self._shown
        made = super().picture(number)
        if before is not self._shown:
            assert isinstance(made, Planes)
            Watched.alive += 1
            Watched.most = max(Watched.most, Watched.alive)
            weakref.finalize(made, Watched.gone)
        return made

    @staticmethod
    def gone() -> None:
        Watched.alive -= 1


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> type[Watched]:
    Watched.alive = Watched.most = 0
    monkeypatch.setattr(sources, "SeekingReader", Watched)
    return Watched


@pytest.mark.parametrize("num_clips", [4, 24])
def test_pictures_are_held_by_the_handful_however_long_the_film(
    film: Callable[[str], Path], watched: type[Watched], num_clips: int
) -> None:
    joins = tuple(Join(at=at, style="dissolve", num_frames=4) for at in range(1, num_clips))
    cut = cut_of(*[clip("ab"[index % 2]) for index in range(num_clips)], joins=joins)
    assert sum(1 for _ in cut_pictures(cut, film)) == cut.num_frames
    assert watched.most <= 6  # in either reader, its layer and what is shown: this frame and the one before
    gc.collect()
    assert watched.alive == 0


def test_marking_holds_no_more_than_it_says(film: Callable[[str], Path], watched: type[Watched]) -> None:
    cut = cut_of(*[clip("ab"[index % 2]) for index in range(20)])
    asked = 0

    def counted() -> Iterator[Frame | Planes]:
        nonlocal asked
        for shown in cut_pictures(cut, film):
            asked += 1
            yield shown

    for done, _ in enumerate(Marking(7, Leave(audience="all")).pictures(counted(), cut), 1):
        assert asked - done <= AHEAD
    assert watched.most <= 6 + AHEAD


def test_the_label_is_drawn_and_the_rest_is_marked_in_planes(film: Callable[[str], Path]) -> None:
    cut = cut_of(*[clip("ab"[index % 2]) for index in range(16)])
    marked = list(Marking(0xFEDCBA, Leave(audience="all")).pictures(cut_pictures(cut, film), cut))
    label = Label(rules_for("all"), width=WIDTH, height=HEIGHT, fps=cut.fps, num_frames=cut.num_frames)
    assert [isinstance(shown, Planes) for shown in marked] == [
        index >= label.num_labelled for index in range(cut.num_frames)
    ]
    found = detect([as_rgb(shown) for shown in marked[label.num_labelled :]])
    assert found is not None
    assert found.payload == 0xFEDCBA
