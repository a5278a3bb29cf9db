"""The law of seeking: frame n is the same, pixel for pixel, as the n-th frame of the video read from its beginning."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import tianmu.media.seek as seek
from tianmu.core.errors import InputError, MediaError
from tianmu.media.image import Frame
from tianmu.media.seek import SeekingReader
from tianmu.media.video import read_video, write_video

NUM_FRAMES = 70


def pictures(num_frames: int = NUM_FRAMES) -> list[Frame]:
    """Noise that changes whole every 13 frames, so that the encoder sets key frames, and drifts between."""
    made: list[Frame] = []
    for index in range(num_frames):
        base = np.random.default_rng(index // 13).integers(0, 256, (6, 8, 3), dtype=np.uint8)
        made.append(np.roll(np.kron(base, np.ones((8, 8, 1), np.uint8)), index % 13, axis=1))
    return made


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, list[Frame]]]:
    folder = tmp_path_factory.mktemp("films")
    made: dict[str, tuple[Path, list[Frame]]] = {}
    for name in ("film.mp4", "film.gif", "film.webp", "open.mkv"):
        path = folder / name
        if name == "open.mkv":
            _write_open_gop(path)
        else:
            write_video(path, pictures(), Fraction(24))
        made[name] = (path, list(read_video(path)[1]))
    return made


def _write_open_gop(path: Path) -> None:
    """As other programs write: groups that lean on each other, many B frames, a rate that Matroska rounds."""
    with av.open(str(path), "w") as container:
        options = {"x264-params": "open-gop=1:keyint=12:bframes=4:b-pyramid=normal", "threads": "1"}
        stream = container.add_stream("libx264", rate=Fraction(30000, 1001), options=options)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for frame in pictures():
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))


@pytest.mark.parametrize("name", ["film.mp4", "film.gif", "film.webp", "open.mkv"])
@pytest.mark.parametrize("order", ["forward", "backward", "by threes", "from the middle", "at random"])
def test_any_frame_is_the_one_of_that_number(films: dict[str, tuple[Path, list[Frame]]], name: str, order: str) -> None:
    path, wanted = films[name]
    numbers = {
        "forward": list(range(len(wanted))),
        "backward": list(range(len(wanted)))[::-1],
        "by threes": list(range(len(wanted) - 1, -1, -3)) + list(range(0, len(wanted), 3)),
        "from the middle": list(range(len(wanted) // 2, len(wanted))),
        "at random": random.Random(5).choices(range(len(wanted)), k=40),
    }[order]
    with SeekingReader(path) as film:
        assert film.num_frames == len(wanted)
        assert all(np.array_equal(film.frame(number), wanted[number]) for number in numbers)


@hypothesis_settings(max_examples=40)
@given(numbers=st.lists(st.integers(0, NUM_FRAMES - 1), min_size=1, max_size=12))
def test_order_does_not_matter(films: dict[str, tuple[Path, list[Frame]]], numbers: list[int]) -> None:
    path, wanted = films["film.mp4"]
    with SeekingReader(path) as film:
        for number in numbers:
            assert np.array_equal(film.frame(number), wanted[number])


def test_a_long_group_backwards_keeps_only_a_block(
    films: dict[str, tuple[Path, list[Frame]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seek, "_BLOCK_BYTES", 10 * 64 * 48 * 3 // 2)
    path, wanted = films["film.gif"]  # of which only the beginning counts as a key frame
    with SeekingReader(path) as film:
        for number in range(NUM_FRAMES - 1, -1, -1):
            assert np.array_equal(film.frame(number), wanted[number])
            assert len(film._block) <= 10


def test_what_is_not_there_is_named(films: dict[str, tuple[Path, list[Frame]]], tmp_path: Path) -> None:
    path, _ = films["film.mp4"]
    with SeekingReader(path) as film:
        for number in (-1, NUM_FRAMES):
            with pytest.raises(InputError, match=f"has {NUM_FRAMES} frames"):
                film.frame(number)
    with pytest.raises(MediaError, match="is not there"):
        SeekingReader(tmp_path / "none.mp4")
    (tmp_path / "words.mp4").write_text("a lighthouse at night", encoding="utf-8")
    with pytest.raises(MediaError, match="damaged or is no video"):
        SeekingReader(tmp_path / "words.mp4")


def test_damage_is_named(films: dict[str, tuple[Path, list[Frame]]], tmp_path: Path) -> None:
    path, _ = films["film.mp4"]
    data = bytearray(path.read_bytes())
    broken = tmp_path / "broken.mp4"
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)
    broken.write_bytes(data)
    with SeekingReader(broken) as film, pytest.raises(MediaError, match="damaged"):
        _ = [film.frame(number) for number in range(film.num_frames)]


def test_a_closed_film_holds_nothing(films: dict[str, tuple[Path, list[Frame]]]) -> None:
    film = SeekingReader(films["film.mp4"][0])
    film.frame(30)
    film.frame(20)
    film.close()
    film.close()
    assert not film._block
    assert film._container is None
