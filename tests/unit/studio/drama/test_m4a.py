"""An M4A read back: sound, chapters, tags, free entries, cover."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tianmu.core.errors import InputError, OutputError
from tianmu.media.audio import read_sound
from tianmu.media.metadata import read_metadata
from tianmu.studio.drama.m4a import Chapters, write_m4a

NUM = 3 * 48_000 + 123
CHAPTERS: Chapters = ((Fraction(0), "1. The moon, night"), (Fraction(3, 2), "2. 月球着陆点"))


def tone() -> np.ndarray:
    time = np.arange(NUM) / 48_000
    return np.stack([0.2 * np.sin(2 * np.pi * 440 * time), 0.1 * np.sin(2 * np.pi * 660 * time)], 1).astype(np.float32)


def cover() -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (64, 36), (200, 30, 30)).save(held, "JPEG")
    return held.getvalue()


def write(path: Path, **changes: object) -> Path:
    sound = tone()
    wanted: dict[str, object] = {
        "num_samples": NUM,
        "chapters": CHAPTERS,
        "tags": {"title": "The Guest / 客人", "artist": "A. Writer"},
        "metadata": {"AIGC": '{"Label":"1"}'},
        "cover": cover(),
        "language": "eng",
        **changes,
    }
    write_m4a(path, (sound[at : at + 10_000] for at in range(0, NUM, 10_000)), **wanted)  # type: ignore[arg-type]
    return path


def test_everything_is_read_back(tmp_path: Path) -> None:
    path = write(tmp_path / "a.m4a")
    assert path.read_bytes()[4:12] == b"ftypM4A "
    with av.open(str(path)) as found:
        clock = Fraction(1, 48_000)
        chapters = [
            (each["start"], each["end"], each["time_base"], each["metadata"]["title"]) for each in found.chapters()
        ]
        assert chapters == [(0, 72_000, clock, CHAPTERS[0][1]), (72_000, NUM, clock, CHAPTERS[1][1])]
        assert found.metadata["title"] == "The Guest / 客人"
        assert found.metadata["artist"] == "A. Writer"
        stream = found.streams.audio[0]
        assert (stream.codec_context.name, stream.rate, stream.layout.name) == ("aac", 48_000, "stereo")
        assert stream.metadata["language"] == "eng"
        picture = next(found.decode(found.streams.video[0]))
        assert (picture.width, picture.height) == (64, 36)
    assert [entry.value for entry in read_metadata(path).entries if entry.key == "AIGC"] == ['{"Label":"1"}']
    sound = read_sound(path)
    assert abs(len(sound) - NUM) <= 1024
    assert np.abs(sound[4800:NUM] - tone()[4800 : len(sound)]).mean() < 0.01


def test_the_same_sound_gives_the_same_bytes(tmp_path: Path) -> None:
    assert write(tmp_path / "a.m4a").read_bytes() == write(tmp_path / "b.m4a").read_bytes()


def test_sound_alone_is_a_file_too(tmp_path: Path) -> None:
    path = write(tmp_path / "a.m4a", chapters=(), tags={}, metadata={}, cover=None)
    with av.open(str(path)) as found:
        assert found.chapters() == []
        assert not found.streams.video


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        write(tmp_path / "a.m4a", metadata={"AI GC": "\x00"})
    with pytest.raises(OutputError):
        write(tmp_path / "none" / "a.m4a")
    assert list(tmp_path.iterdir()) == []
