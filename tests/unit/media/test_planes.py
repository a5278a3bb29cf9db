"""Pictures as the codec keeps them: the same in RGB, the same again after a file that loses nothing, black is black."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace

from tianmu.media.decoders import picture_frame
from tianmu.media.encoders.picture import as_planes
from tianmu.media.image import Frame
from tianmu.media.planes import Planes, as_rgb, black_planes, planes_of
from tianmu.media.seek import SeekingReader
from tianmu.media.video import read_video, write_video

WIDTH, HEIGHT = 64, 36


def picture(index: int) -> Frame:
    blocks = np.random.default_rng(index).integers(0, 256, (HEIGHT // 4, WIDTH // 4, 3), dtype=np.uint8)
    return np.kron(blocks, np.ones((4, 4, 1), np.uint8))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    write_video(path, (picture(index) for index in range(12)), Fraction(12))
    return path


def planes_in(path: Path) -> list[Planes]:
    with av.open(str(path)) as container:
        found = [planes_of(each) for each in container.decode(video=0)]
    return [each for each in found if each is not None]


def test_planes_are_the_same_picture_in_rgb(film: Path) -> None:
    with av.open(str(film)) as container:
        for each in container.decode(video=0):
            planes = planes_of(each)
            assert planes is not None
            assert planes.shape == (HEIGHT, WIDTH, 3)
            assert np.array_equal(as_rgb(planes), picture_frame(each))


def test_planes_are_what_an_encoder_is_given(film: Path) -> None:
    for planes in planes_in(film):
        given = planes_of(planes.picture())
        assert given is not None
        assert np.array_equal(given.sheet, planes.sheet)


def test_a_film_of_planes_keeps_what_a_film_of_rgb_loses(film: Path, tmp_path: Path) -> None:
    before = planes_in(film)
    kept, turned = tmp_path / "kept.mp4", tmp_path / "turned.mp4"
    write_video(kept, iter(before), Fraction(12), crf=0)
    write_video(turned, read_video(film)[1], Fraction(12), crf=0)
    for planes, again in zip(before, planes_in(kept), strict=True):
        assert np.array_equal(again.sheet, planes.sheet)
    assert any(
        not np.array_equal(again.sheet, planes.sheet) for planes, again in zip(before, planes_in(turned), strict=True)
    )


def test_planes_are_written_in_every_format(film: Path, tmp_path: Path) -> None:
    planes = planes_in(film)[:2]
    write_video(tmp_path / "pictures", iter(planes), Fraction(12), format="png")
    for written, given in zip(read_video(tmp_path / "pictures")[1], planes, strict=True):
        assert np.array_equal(written, given.rgb)


def test_a_reader_gives_both(film: Path) -> None:
    with SeekingReader(film) as reader:
        for number in (3, 4, 11, 2):
            planes = reader.picture(number)
            assert isinstance(planes, Planes)
            assert reader.picture(number) is planes
            assert np.array_equal(reader.frame(number), planes.rgb)


@pytest.mark.parametrize(
    ("form", "matrix", "range_"),
    [
        ("yuv444p", Colorspace.ITU709, ColorRange.MPEG),
        ("yuv420p", Colorspace.ITU601, ColorRange.MPEG),
        ("yuv420p", Colorspace.ITU709, ColorRange.JPEG),
    ],
)
def test_another_form_is_turned_into_rgb(form: str, matrix: Colorspace, range_: ColorRange) -> None:
    other = VideoFrame(WIDTH, HEIGHT, form)
    other.colorspace, other.color_range = matrix, range_
    assert planes_of(other) is None


def test_black_is_black() -> None:
    black = black_planes(WIDTH, HEIGHT)
    assert black.shape == (HEIGHT, WIDTH, 3)
    assert not black.rgb.any()


def test_rgb_as_planes_is_written_as_the_same_file(tmp_path: Path) -> None:
    pictures = [picture(index) for index in range(6)]
    write_video(tmp_path / "rgb.mp4", pictures, Fraction(12))
    write_video(tmp_path / "planes.mp4", map(as_planes, pictures), Fraction(12))
    assert (tmp_path / "planes.mp4").read_bytes() == (tmp_path / "rgb.mp4").read_bytes()
    assert as_planes(black_planes(WIDTH, HEIGHT)).shape == (HEIGHT, WIDTH, 3)
