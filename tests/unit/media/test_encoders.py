"""Metadata in the formats of ours: read again, the same bytes every time, and nothing else in the file is changed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import av.logging
import numpy as np
import pytest
from PIL import Image

from tianmu.core.errors import InputError
from tianmu.media.image import Frame, read_image, write_png
from tianmu.media.metadata import read_metadata
from tianmu.media.metadata.riff import add_xmp_to_webp
from tianmu.media.metadata.xmp import xmp_packet
from tianmu.media.probe import probe
from tianmu.media.video import FORMATS, Format, read_video, write_video

METADATA = {"AIGC": '{"Label":"1","ContentProducer":"<&>\'"}', "title": "灯塔"}


def frames(num_frames: int = 6) -> Iterator[Frame]:
    for index in range(num_frames):
        yield np.roll(np.asarray(Image.linear_gradient("L").resize((96, 64)).convert("RGB")), index, axis=0)


def place(folder: Path, format: Format, name: str = "film") -> Path:
    return folder / (name if format == "png" else f"{name}.{format}")


@pytest.mark.parametrize("num_frames", [1, 6])
@pytest.mark.parametrize("format", FORMATS)
def test_metadata_are_read_again(tmp_path: Path, format: Format, num_frames: int) -> None:
    path = write_video(place(tmp_path, format), frames(num_frames), Fraction(24), metadata=METADATA).path
    found = read_metadata(path)
    assert found.whole
    assert {key: found[key] for key in METADATA} == METADATA


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_metadata_give_the_same_bytes(tmp_path: Path, format: Format) -> None:
    turned = dict(reversed(METADATA.items()))
    one, two, other = (
        write_video(place(tmp_path, format, name), frames(), Fraction(24), metadata=metadata).sha256
        for name, metadata in (("one", METADATA), ("two", turned), ("other", {"AIGC": "x"}))
    )
    assert one == two != other


@pytest.mark.parametrize("format", FORMATS)
def test_metadata_change_no_picture(tmp_path: Path, format: Format) -> None:
    plain = write_video(place(tmp_path, format, "plain"), frames(), Fraction(24))
    said = write_video(place(tmp_path, format, "said"), frames(), Fraction(24), metadata=METADATA)
    pictures = zip(read_video(plain.path)[1], read_video(said.path)[1], strict=True)
    assert all(np.array_equal(one, two) for one, two in pictures)
    if format != "png":
        assert probe(plain.path) == probe(said.path)
    assert 0 < said.bytes - plain.bytes < 6 * 1400


@pytest.mark.parametrize("format", FORMATS)
def test_without_metadata_a_file_says_nothing(tmp_path: Path, format: Format) -> None:
    none = write_video(place(tmp_path, format, "none"), frames(), Fraction(24))
    empty = write_video(place(tmp_path, format, "empty"), frames(), Fraction(24), metadata={})
    assert none.sha256 == empty.sha256
    assert not read_metadata(none.path).entries


def test_every_picture_of_a_sequence_says_it(tmp_path: Path) -> None:
    path = write_video(tmp_path / "sequence", frames(), Fraction(24), metadata=METADATA).path
    assert [read_metadata(picture)["AIGC"] for picture in sorted(path.glob("*.png"))] == [METADATA["AIGC"]] * 6


def test_an_mp4_opens_without_a_warning_and_plays_while_it_loads(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", frames(), Fraction(24), metadata=METADATA).path
    before = av.logging.get_level()
    av.logging.set_level(av.logging.WARNING)
    try:
        with av.logging.Capture() as heard, av.open(str(path)) as container:
            said = {key: container.metadata.get(key) for key in METADATA}
            assert sum(1 for _ in container.decode(video=0)) == 6
            assert container.streams.video[0].metadata.get("handler_name") == "VideoHandler"
    finally:
        av.logging.set_level(before)
    assert said == METADATA
    assert heard == []
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_pillow_reads_what_is_written(tmp_path: Path) -> None:
    for name in ("a.webp", "a.gif"):
        path = write_video(tmp_path / name, frames(), Fraction(12), metadata=METADATA).path
        with Image.open(path) as image:
            assert getattr(image, "n_frames", 1) == 6
            image.seek(5)
            image.load()
            if name == "a.webp":
                assert image.info["xmp"] == xmp_packet(METADATA)
    write_png(tmp_path / "a.png", next(frames()), metadata=METADATA)
    with Image.open(tmp_path / "a.png") as image:
        assert image.info["AIGC"] == METADATA["AIGC"]
        assert image.info["xmp"] == xmp_packet(METADATA)
    assert np.array_equal(read_image(tmp_path / "a.png"), next(frames()))


@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_webp_without_an_extended_header_gets_one(tmp_path: Path, mode: str, lossless: bool) -> None:
    """As other programs write single pictures; size, colours and transparency stay."""
    image = Image.linear_gradient("L").resize((37, 23)).convert(mode)
    if mode == "RGBA":
        image.putalpha(90)
    image.save(tmp_path / "a.webp", lossless=lossless)
    before = Image.open(BytesIO((tmp_path / "a.webp").read_bytes()))
    before.load()
    add_xmp_to_webp(tmp_path / "a.webp", xmp_packet(METADATA))
    with Image.open(tmp_path / "a.webp") as after:
        assert (after.size, after.mode) == ((37, 23), before.mode)
        assert after.tobytes() == before.tobytes()
        assert after.info["xmp"] == xmp_packet(METADATA)


def test_what_no_format_can_hold_is_refused_before_a_frame_is_encoded(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="An entry of a file's metadata"):
        write_video(tmp_path / "a.mp4", frames(), Fraction(24), metadata={"AIGC": "two\nlines"})
    with pytest.raises(InputError, match="An entry of a file's metadata"):
        write_png(tmp_path / "a.png", next(frames()), metadata={"a key": "x"})
    assert list(tmp_path.iterdir()) == []
