"""The one path: frames become a file with a recipe, or nothing at all."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tianmu.core.errors import EngineError, InputError, UnsupportedRequest
from tianmu.engines.fake import FakeEngine
from tianmu.engines.protocol import Footage, Frames, Progress, ShotRequest
from tianmu.media.digest import FrameDigest, file_sha256
from tianmu.media.image import read_image
from tianmu.media.video import FORMATS, Format, read_video
from tianmu.studio.output import recipe_path
from tianmu.studio.recipe import read_recipe
from tianmu.studio.render import render_take

REQUEST = ShotRequest(prompt="a fox", num_frames=20, fps=Fraction(10), width=64, height=48, seed=3)


class Failing(FakeEngine):
    """Engines that break their promises, one way each; found by entry point like any other."""

    name = "failing"
    way = "raises"

    def generate(self, request: ShotRequest, progress: Progress) -> Footage:
        if self.way == "refuses":
            raise RuntimeError("no start")
        footage = super().generate(request, progress)
        return replace(footage, chunks=self.spoilt(footage.chunks))

    def spoilt(self, chunks: Iterator[Frames]) -> Iterator[Frames]:
        match self.way:
            case "raises":
                yield next(chunks)
                raise RuntimeError("the lamp went out")
            case "short":
                yield next(chunks)
            case "small":
                yield next(chunks)[:, :10]
            case "float":
                yield next(chunks).astype(np.float32)  # pyright: ignore[reportReturnType]
            case _:
                raise KeyboardInterrupt


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[Failing]:
    info = tmp_path / "site" / "failing-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: failing\nVersion: 1\n", "utf-8")
    (info / "entry_points.txt").write_text("[tianmu.engines]\nfailing = failing_engine:Failing\n", "utf-8")
    monkeypatch.syspath_prepend(str(info.parent))
    monkeypatch.setitem(sys.modules, "failing_engine", sys.modules[__name__])
    return Failing


@pytest.fixture
def films(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("format", FORMATS)
def test_a_take_lies_where_it_was_asked_for_and_holds_every_frame(films: Path, format: Format) -> None:
    output = films / ("fox" if format == "png" else f"fox.{format}")
    take = render_take(REQUEST, "fake", output, format=format)
    info, frames = read_video(output)
    assert take.video.path == output
    assert (info.num_frames, info.width, info.height) == (20, 64, 48)
    assert sum(1 for _ in frames) == 20
    assert info.sha256 == take.video.sha256 != take.recipe.encoded_sha256
    assert sorted(path.name for path in films.iterdir()) == sorted([output.name, recipe_path(output).name])


def test_the_recipe_beside_it_is_the_one_that_was_returned(films: Path) -> None:
    take = render_take(REQUEST, "fake", films / "fox.mp4", format="mp4")
    assert read_recipe(take.recipe_path) == take.recipe
    assert take.video.sha256 == file_sha256(films / "fox.mp4")
    assert take.recipe.request == REQUEST


def test_the_digest_of_the_frames_is_that_of_the_engine_s_own(films: Path) -> None:
    take = render_take(REQUEST, "fake", films / "fox.mp4", format="mp4")
    digest = FrameDigest()
    footage = FakeEngine().generate(REQUEST, lambda fraction, what, preview=None: None)
    for chunk in footage.chunks:
        for frame in chunk:
            digest.update(frame)
    assert take.recipe.frames_sha256 == digest.hexdigest()


def test_one_request_makes_the_same_bytes_twice_but_for_the_signature(films: Path) -> None:
    first, second = (render_take(REQUEST, "fake", films / f"{name}.mp4", format="mp4") for name in "ab")
    assert first.recipe.encoded_sha256 == second.recipe.encoded_sha256
    assert first.recipe.marks == second.recipe.marks
    assert first.recipe.frames_sha256 == second.recipe.frames_sha256


def test_a_contact_sheet_is_a_picture_beside_the_film(films: Path) -> None:
    take = render_take(REQUEST, "fake", films / "fox.mp4", format="mp4", sheet=True)
    assert take.sheet_path is not None
    assert read_image(take.sheet_path).shape[1] > 4 * 64


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("refuses", "no start"),
        ("raises", "the lamp went out"),
        ("short", "8 frames came instead of 20"),
        ("small", "instead of"),
        ("float", "float32"),
    ],
)
def test_an_engine_that_breaks_its_promise_is_named_and_leaves_nothing(
    films: Path, failing: type[Failing], monkeypatch: pytest.MonkeyPatch, way: str, reason: str
) -> None:
    monkeypatch.setattr(failing, "way", way)
    with pytest.raises(EngineError, match=f"'failing'.*{reason}") as failure:
        render_take(REQUEST, "failing", films / "fox.mp4", format="mp4")
    assert len(failure.value.explain().splitlines()) == 1
    assert list(films.iterdir()) == []


def test_an_interruption_passes_through_and_leaves_nothing(
    films: Path, failing: type[Failing], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failing, "way", "interrupted")
    with pytest.raises(KeyboardInterrupt):
        render_take(REQUEST, "failing", films / "fox.mp4", format="mp4")
    assert list(films.iterdir()) == []


def test_what_cannot_be_made_or_written_is_refused_before_the_engine_starts(films: Path) -> None:
    started: list[float] = []

    def progress(fraction: float, what: str, preview: Frames | None = None) -> None:
        started.append(fraction)

    with pytest.raises(UnsupportedRequest):
        render_take(replace(REQUEST, upscale=True), "fake", films / "fox.mp4", format="mp4", progress=progress)
    with pytest.raises(InputError, match="even"):
        render_take(replace(REQUEST, width=65), "fake", films / "fox.mp4", format="mp4", progress=progress)
    assert started == []
    assert list(films.iterdir()) == []


def test_the_path_stays_short_enough_to_read() -> None:
    assert len(inspect.getsource(render_take).splitlines()) < 60
