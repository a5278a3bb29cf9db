"""What says that a film is a sphere: read back by FFmpeg and by us, wherever the index lies, and the film unharmed."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tianmu.core.errors import MediaError
from tianmu.media import spherical
from tianmu.media.image import Frame
from tianmu.media.metadata import read_metadata
from tianmu.media.mux import Subtitle, SubtitleTrack, mux
from tianmu.media.spherical import Spherical, read_spherical, write_spherical
from tianmu.media.video import read_video, write_video

SPHERE = Spherical(projection="equirectangular", in_xml=True)


def pictures(count: int = 12) -> Iterator[Frame]:
    rng = np.random.default_rng(4)
    ground = rng.integers(0, 255, (32, 64, 3), np.uint8)
    for index in range(count):
        yield np.roll(ground, index, 1)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """With sound, subtitles and metadata, its index in front."""
    write_video(tmp_path / "pictures.mp4", pictures(), Fraction(12), metadata={"AIGC": "{}"})
    words = SubtitleTrack(language="eng", subtitles=(Subtitle(start=Fraction(0), end=Fraction(1, 2), text="Hello"),))
    sound = iter([np.zeros((48000, 2), np.float32)])
    mux(tmp_path / "pictures.mp4", tmp_path / "film.mp4", sound=sound, subtitles=[words])
    return tmp_path / "film.mp4"


@pytest.fixture
def behind(tmp_path: Path) -> Path:
    """Its index behind the pictures."""
    with av.open(str(tmp_path / "behind.mp4"), "w", options={"fflags": "+bitexact"}) as out:
        stream = out.add_stream("libx264", rate=12)
        stream.width, stream.height, stream.pix_fmt = 64, 32, "yuv420p"
        for frame in pictures():
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        out.mux(stream.encode(None))
    return tmp_path / "behind.mp4"


def packets(path: Path) -> list[tuple[int, int | None, bytes]]:
    with av.open(str(path)) as container:
        return [(packet.stream.index, packet.pts, bytes(packet)) for packet in container.demux() if packet.size]


def test_ffmpeg_reads_it(film: Path, behind: Path) -> None:
    ffmpeg = pytest.importorskip("imageio_ffmpeg").get_ffmpeg_exe()
    for path in (film, behind):
        before = subprocess.run([ffmpeg, "-i", str(path)], capture_output=True, text=True, check=False).stderr
        assert "spherical" not in before.lower()
        write_spherical(path)
        told = subprocess.run([ffmpeg, "-i", str(path)], capture_output=True, text=True, check=False).stderr
        assert "Spherical Mapping: equirectangular" in told or "spherical: equirectangular" in told
        assert "Stereo 3D: 2D" in told or "stereo3d: 2D" in told
        decoded = subprocess.run(
            [ffmpeg, "-v", "error", "-i", str(path), "-f", "null", "-"], capture_output=True, check=False
        )
        assert decoded.returncode == 0
        assert not decoded.stderr


def test_the_film_is_unharmed_and_says_what_it_is(film: Path, behind: Path) -> None:
    for path in (film, behind):
        assert read_spherical(path) is None
        before, frames = packets(path), list(read_video(path)[1])
        write_spherical(path)
        assert read_spherical(path) == SPHERE
        assert packets(path) == before
        assert all(np.array_equal(one, two) for one, two in zip(frames, read_video(path)[1], strict=True))
    assert read_metadata(film)["AIGC"] == "{}"


def test_the_same_film_gives_the_same_bytes(film: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.mp4"
    again.write_bytes(film.read_bytes())
    write_spherical(film)
    write_spherical(again)
    assert film.read_bytes() == again.read_bytes()


def test_it_is_said_once(film: Path) -> None:
    write_spherical(film)
    before = film.read_bytes()
    with pytest.raises(MediaError, match="says already"):
        write_spherical(film)
    assert film.read_bytes() == before


def test_places_beyond_four_gigabytes_become_long(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As though four gigabytes were a few hundred bytes: the places no longer fit, and are written in eight bytes."""
    before = packets(film)
    monkeypatch.setattr(spherical, "_SMALL", 300)
    write_spherical(film)
    data = film.read_bytes()
    assert b"co64" in data
    assert b"stco" not in data
    assert packets(film) == before
    assert read_spherical(film) == SPHERE


def test_xml_alone_is_read_and_another_projection_is_named(film: Path) -> None:
    write_spherical(film)
    data = film.read_bytes()
    film.write_bytes(data.replace(b"sv3d", b"free").replace(b"st3d", b"free"))
    assert read_spherical(film) == SPHERE
    film.write_bytes(
        data.replace(b"equi\0\0\0\0", b"cbmp\0\0\0\0").replace(b"ProjectionType>equi", b"ProjectionType>----")
    )
    assert read_spherical(film) == Spherical(projection="cbmp")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no film at all",
        struct.pack(">I4s", 8, b"moov"),
        struct.pack(">I4s", 4, b"moov"),
        struct.pack(">I4s", 99, b"moov"),
    ],
)
def test_what_is_no_film_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "none.mp4"
    path.write_bytes(data)
    with pytest.raises(MediaError, match="no MP4"):
        write_spherical(path)
    assert path.read_bytes() == data


def test_an_index_cut_short_is_refused_wherever_it_ends(behind: Path, tmp_path: Path) -> None:
    data = behind.read_bytes()
    start = data.index(b"moov") - 4
    for cut in range(start + 9, len(data), 37):
        broken = bytearray(data[:cut])
        broken[start : start + 4] = struct.pack(">I", cut - start)  # the index says that it ends here
        path = tmp_path / "broken.mp4"
        path.write_bytes(bytes(broken))
        try:
            write_spherical(path)
        except MediaError:
            assert path.read_bytes() == bytes(broken)
