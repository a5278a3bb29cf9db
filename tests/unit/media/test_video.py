"""The laws of moving pictures: what is written is read again, the same frames give the same bytes, and nothing half."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import tracemalloc
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tianmu.core.errors import InputError, MediaError, OutputError
from tianmu.media.image import Frame
from tianmu.media.probe import probe
from tianmu.media.video import FORMATS, Format, check_video, guess_format, read_video, write_video

FILM = Fraction(24000, 1001)
RATES = [Fraction(8), Fraction(24), FILM, Fraction(30000, 1001)]


def gradients(num_frames: int, *, width: int = 96, height: int = 64) -> Iterator[Frame]:
    """A soft field of colour that drifts: made of what a palette and a codec find hard to keep smooth."""
    rows, columns = np.meshgrid(np.arange(height) / height, np.arange(width) / width, indexing="ij")
    for index in range(num_frames):
        red = 60 + 120 * columns + index % 32
        blue = 200 - 120 * columns
        yield np.stack([red, 60 + 130 * rows, blue], axis=-1).astype(np.uint8)


def place(folder: Path, format: Format, name: str = "film") -> Path:
    return folder / (name if format == "png" else f"{name}.{format}")


def blurred(frame: Frame) -> Frame:
    return cv2.blur(frame, (5, 5)).astype(np.uint8)


def psnr(one: Iterator[Frame], two: Iterator[Frame]) -> float:
    """Peak signal to noise over two streams of frames, in dB."""
    error = np.mean([np.mean((a.astype(float) - b) ** 2) for a, b in zip(one, two, strict=True)])
    return float(10 * np.log10(255**2 / max(float(error), 1e-10)))


@pytest.mark.parametrize("fps", RATES, ids=str)
@pytest.mark.parametrize("format", FORMATS)
def test_what_is_written_is_read_again(tmp_path: Path, format: Format, fps: Fraction) -> None:
    written = write_video(place(tmp_path, format), gradients(30), fps)
    info, frames = read_video(written.path)
    assert (written.width, written.height, written.num_frames, written.fps) == (96, 64, 30, fps)
    assert (info.width, info.height, info.num_frames, len(list(frames))) == (96, 64, 30, 30)
    assert (info.bytes, info.sha256) == (written.bytes, written.sha256)
    if format in ("mp4", "png"):
        assert info.fps == fps
    else:  # their clocks tick in hundredths and thousandths of a second
        assert abs(info.seconds - written.seconds) <= Fraction(1, 50)


@pytest.mark.parametrize(("format", "floor"), [("mp4", 38.0), ("gif", 31.0), ("webp", 38.0), ("png", 99.0)])
def test_pictures_keep_their_colours(tmp_path: Path, format: Format, floor: float) -> None:
    written = write_video(place(tmp_path, format), gradients(24), Fraction(24))
    _, frames = read_video(written.path)
    assert psnr(frames, gradients(24)) > floor


@pytest.mark.parametrize("color", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (120, 80, 40)])
def test_an_mp4_gives_pure_colours_back(tmp_path: Path, color: tuple[int, int, int]) -> None:
    """With the wrong matrix or range on either side, red and green are off by tens."""
    flat = np.full((64, 64, 3), color, dtype=np.uint8)
    _, frames = read_video(write_video(tmp_path / "a.mp4", [flat] * 3, Fraction(24)).path)
    assert all(np.abs(frame.astype(int) - flat).max() <= 3 for frame in frames)


def test_a_gif_keeps_a_gradient_smooth(tmp_path: Path) -> None:
    """Seen from a little further away, where the dither runs together, the palette of one film is hard to notice."""
    _, frames = read_video(write_video(tmp_path / "a.gif", gradients(24), Fraction(24)).path)
    assert psnr(map(blurred, frames), map(blurred, gradients(24))) > 36


def test_a_still_part_of_a_gif_stays_still(tmp_path: Path) -> None:
    def half_moves() -> Iterator[Frame]:
        still = next(gradients(1))
        for frame in gradients(12):
            yield np.concatenate([still[:, :48], frame[:, 48:]], axis=1)

    _, frames = read_video(write_video(tmp_path / "a.gif", half_moves(), Fraction(12)).path)
    left = [frame[:, :48] for frame in frames]
    assert all(np.array_equal(left[0], other) for other in left[1:])


def test_small_frames_give_the_same_bytes_wherever_they_lie_in_memory(tmp_path: Path) -> None:
    """At 112 x 64 the encoder once read what lay beside its buffers: most files were alike, a few were not."""
    pattern = np.random.default_rng(0).integers(0, 255, (8, 14, 3)).repeat(8, 0).repeat(8, 1).astype(np.uint8)
    frames = [np.roll(pattern, step, 1) for step in range(48)]
    digests = {write_video(tmp_path / f"{turn}.mp4", frames, Fraction(24)).sha256 for turn in range(24)}
    assert len(digests) == 1


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_frames_give_the_same_bytes(tmp_path: Path, format: Format) -> None:
    one = write_video(place(tmp_path, format, "one"), gradients(40), FILM)
    two = write_video(place(tmp_path, format, "two"), gradients(40), FILM)
    assert one.sha256 == two.sha256
    assert write_video(place(tmp_path, format, "one"), gradients(39), FILM).sha256 != one.sha256


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("format", FORMATS)
def test_frames_that_stop_half_way_leave_nothing(tmp_path: Path, format: Format, failure: type[BaseException]) -> None:
    def broken() -> Iterator[Frame]:
        yield from gradients(20)
        raise failure("half way")

    with pytest.raises(failure, match="half way"):
        write_video(place(tmp_path, format), broken(), Fraction(24))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", FORMATS)
def test_a_film_that_was_there_survives_a_failure(tmp_path: Path, format: Format) -> None:
    before = write_video(place(tmp_path, format), gradients(5), Fraction(24))

    def interrupt(num_frames: int) -> None:
        if num_frames == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_video(before.path, gradients(9), Fraction(24), on_frame=interrupt)
    assert read_video(before.path)[0].sha256 == before.sha256
    assert list(tmp_path.iterdir()) == [before.path]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("limit", [200, 9_000, 40_000])
def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path: Path, format: Format, limit: int) -> None:
    """A limit on the size of a file stops a write just as a full disk does; a process of its own bears it."""
    program = f"""
        import resource
        import numpy as np
        from fractions import Fraction
        from pathlib import Path
        from tianmu.core.errors import OutputError
        from tianmu.media.video import write_video

        rng = np.random.default_rng(0)
        noise = (rng.integers(0, 256, (128, 128, 3), dtype=np.uint8) for _ in range(24))
        resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
        try:
            write_video(Path({str(place(tmp_path, format))!r}), noise, Fraction(24), format={format!r})
        except OutputError as error:
            print(error.explain())
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
        env={"TIANMU_LANG": "en", "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("The disk is full, so "), done.stdout
    assert done.stdout.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_an_mp4_that_no_folder_can_hold_is_refused_before_a_frame_is_encoded(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="does not exist"):
        write_video(tmp_path / "nowhere" / "a.mp4", gradients(3), Fraction(24))


@given(width=st.integers(1, 80), height=st.integers(1, 80))
@hypothesis_settings(max_examples=60)
def test_mp4_refuses_odd_sizes_and_says_the_nearest_even_one(width: int, height: int) -> None:
    if width % 2 == 0 and height % 2 == 0:
        assert check_video(Path("a.mp4"), width, height, Fraction(24)) == "mp4"
    else:
        with pytest.raises(InputError, match=f"ask for {width + width % 2} x {height + height % 2}"):
            check_video(Path("a.mp4"), width, height, Fraction(24))


@pytest.mark.parametrize("format", ["gif", "webp", "png"])
@pytest.mark.parametrize("size", [(1, 1), (33, 17), (128, 55)])
def test_the_other_formats_take_any_size(tmp_path: Path, format: Format, size: tuple[int, int]) -> None:
    width, height = size
    written = write_video(place(tmp_path, format), gradients(4, width=width, height=height), Fraction(12))
    info, frames = read_video(written.path)
    assert [(info.width, info.height)] * 4 == [(frame.shape[1], frame.shape[0]) for frame in frames] == [size] * 4


@pytest.mark.parametrize("format", FORMATS)
def test_a_film_of_one_frame(tmp_path: Path, format: Format) -> None:
    info, frames = read_video(write_video(place(tmp_path, format), gradients(1), Fraction(24)).path)
    assert info.num_frames == len(list(frames)) == 1


def test_an_mp4_is_h264_tagged_rec709_at_a_constant_rate(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", gradients(48), FILM).path
    facts = probe(path)
    assert (facts.container, facts.codec, facts.pixel_format) == ("mp4", "h264", "yuv420p")
    assert facts.color == (1, 1, 1, 1)
    assert facts.seconds == 48 / FILM
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == stream.guessed_rate == FILM
        assert stream.time_base is not None
        times = [frame.pts * stream.time_base for frame in container.decode(stream) if frame.pts is not None]
    assert times == [index / FILM for index in range(48)]


def test_an_mp4_has_its_index_in_front_and_no_date(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", gradients(24), Fraction(24)).path
    data, boxes, offset = path.read_bytes(), list[str](), 0
    while offset < len(data):
        boxes.append(data[offset + 4 : offset + 8].decode("ascii"))
        offset += int.from_bytes(data[offset : offset + 4], "big")
    assert offset == len(data)
    assert boxes[0] == "ftyp"
    assert boxes.index("moov") < boxes.index("mdat")
    header = data.index(b"mvhd") + 8
    assert data[header : header + 8] == bytes(8)  # made and changed: never


@pytest.mark.parametrize("format", FORMATS)
def test_memory_does_not_grow_with_the_length(tmp_path: Path, format: Format) -> None:
    """Resident memory, in a process of its own: FFmpeg's buffers are not Python's to count."""

    def peak(num_frames: int) -> int:
        program = f"""
            import numpy as np, resource
            from fractions import Fraction
            from pathlib import Path
            from tianmu.media.video import read_video, write_video

            base = np.random.default_rng(0).integers(0, 256, (96, 160, 3), dtype=np.uint8)
            frames = (np.roll(base, index, axis=1) for index in range({num_frames}))
            info = write_video(Path({str(tmp_path)!r}) / "{num_frames}", frames, Fraction(24), format={format!r})
            assert sum(1 for _ in read_video(info.path)[1]) == {num_frames}
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        """
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=True
        )
        return int(done.stdout)

    short, long = peak(150), peak(750)
    film = 600 * 96 * 160 * 3 // 1024  # what 600 more frames weigh, in KiB: 27,000
    assert long - short < film / 4


def test_frames_are_taken_one_at_a_time(tmp_path: Path) -> None:
    made: list[int] = []
    written: list[int] = []

    def frames() -> Iterator[Frame]:
        for index, frame in enumerate(gradients(10), start=1):
            made.append(index)
            assert len(made) - len(written) <= 1
            yield frame

    write_video(tmp_path / "a.mp4", frames(), Fraction(24), on_frame=written.append)
    assert written == made == list(range(1, 11))


def test_reading_holds_a_few_frames_only(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", gradients(200, width=160, height=96), Fraction(24)).path
    tracemalloc.start()
    try:
        assert sum(frame.shape == (96, 160, 3) for frame in read_video(path)[1]) == 200
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20 * 96 * 160 * 3


def test_a_sequence_takes_the_place_of_a_sequence_and_of_nothing_else(tmp_path: Path) -> None:
    write_video(tmp_path / "frames", gradients(9), Fraction(24))
    write_video(tmp_path / "frames", gradients(3), Fraction(24))
    assert read_video(tmp_path / "frames")[0].num_frames == 3
    (tmp_path / "frames" / "notes.txt").write_text("keep me")
    with pytest.raises(OutputError, match="holds other files"):
        write_video(tmp_path / "frames", gradients(3), Fraction(24))
    assert (tmp_path / "frames" / "notes.txt").read_text() == "keep me"


@pytest.mark.parametrize(
    ("name", "format"), [("a.mp4", "mp4"), ("a.GIF", "gif"), ("a.webp", "webp"), ("folder", "png")]
)
def test_the_ending_names_the_format(name: str, format: Format) -> None:
    assert guess_format(Path(name)) == format


@pytest.mark.parametrize("name", ["a.mov", "a.png", "a.txt"])
def test_an_ending_that_names_none_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"written as \.mp4, \.gif or \.webp"):
        guess_format(Path(name))


@pytest.mark.parametrize(("format", "fps"), [("gif", 60), ("mp4", 0), ("mp4", -1), ("webp", 1000)])
def test_a_rate_that_cannot_be_is_refused(format: Format, fps: int) -> None:
    with pytest.raises(InputError, match="frames a second"):
        check_video(place(Path(), format), 64, 64, Fraction(fps))


def test_frames_that_are_no_frames_are_refused(tmp_path: Path) -> None:
    good = next(gradients(1))
    with pytest.raises(InputError, match="at least one frame"):
        write_video(tmp_path / "a.mp4", [], Fraction(24))
    wrongs: list[Any] = [good[:32], good[..., 0], good.astype(np.float32)]
    for wrong in wrongs:
        with pytest.raises(InputError, match="as large as the first"):
            write_video(tmp_path / "a.mp4", [good, wrong], Fraction(24))
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", gradients(24), Fraction(24)).path
    with pytest.raises(MediaError, match="is not there"):
        read_video(tmp_path / "b.mp4")
    (tmp_path / "text.mp4").write_text("a screenplay, not a film")
    with pytest.raises(MediaError, match="cannot be read as a video"):
        read_video(tmp_path / "text.mp4")
    path.write_bytes(path.read_bytes()[:400])
    with pytest.raises(MediaError, match="cannot be read as a video"):
        read_video(path)
    (tmp_path / "frames").mkdir()
    with pytest.raises(MediaError, match="not a whole PNG sequence"):
        read_video(tmp_path / "frames")
