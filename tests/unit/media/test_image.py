"""Still pictures come back as they were, upright and without transparency; a contact sheet shows what it was given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tianmu.core.errors import InputError, MediaError, OutputError
from tianmu.media.image import Frame, contact_sheet, read_image, sheet_indices, write_png


def flat(*color: int, width: int = 160, height: int = 90) -> Frame:
    return np.full((height, width, 3), color, dtype=np.uint8)


def test_a_png_loses_nothing_and_is_the_same_every_time(tmp_path: Path) -> None:
    image = np.random.default_rng(0).integers(0, 256, (31, 17, 3), dtype=np.uint8)
    write_png(tmp_path / "a.png", image)
    write_png(tmp_path / "b.png", image)
    assert np.array_equal(read_image(tmp_path / "a.png"), image)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_photograph_is_turned_upright(tmp_path: Path) -> None:
    photo = Image.fromarray(np.concatenate([flat(255, 0, 0), flat(0, 0, 255)], axis=1))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side: turn a quarter to the right
    photo.save(tmp_path / "a.png", exif=exif)
    upright = read_image(tmp_path / "a.png")
    assert upright.shape == (320, 90, 3)
    assert upright[0, 0].tolist() == [255, 0, 0]
    assert upright[-1, 0].tolist() == [0, 0, 255]


def test_what_is_transparent_lies_on_white(tmp_path: Path) -> None:
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(tmp_path / "a.png")
    assert read_image(tmp_path / "a.png").min() == 255


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK", "I;16"])
def test_every_kind_of_picture_becomes_rgb(tmp_path: Path, mode: str) -> None:
    Image.new(mode, (8, 6)).save(tmp_path / "a.tiff")
    assert read_image(tmp_path / "a.tiff").shape == (6, 8, 3)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n broken"])
def test_what_is_no_picture_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(MediaError, match=r"a\.png cannot be read as a picture"):
        read_image(tmp_path / "a.png")
    with pytest.raises(MediaError, match="cannot be read as a picture"):
        read_image(tmp_path / "missing.png")


def test_a_png_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="does not exist"):
        write_png(tmp_path / "nowhere" / "a.png", flat(1, 2, 3))


@given(num_frames=st.integers(1, 500), num_cells=st.integers(1, 40))
def test_a_sheet_goes_from_the_first_frame_to_the_last(num_frames: int, num_cells: int) -> None:
    indices = sheet_indices(num_frames, num_cells)
    assert len(indices) == min(num_frames, num_cells)
    assert list(indices) == sorted(set(indices))
    assert indices[0] >= 0
    assert indices[-1] < num_frames
    if min(num_frames, num_cells) > 1:
        assert (indices[0], indices[-1]) == (0, num_frames - 1)


def test_every_frame_is_on_the_sheet_in_reading_order() -> None:
    colors = [(200, 10 * index, 40) for index in range(7)]
    sheet = contact_sheet([flat(*color) for color in colors], columns=3)
    seen: list[tuple[int, ...]] = []
    for row in sheet:
        for pixel in row.tolist():
            if pixel[0] == 200 and tuple(pixel) not in seen:
                seen.append(tuple(pixel))
    assert seen == colors
    assert all((sheet == color).all(axis=-1).sum() == 160 * 90 for color in colors)
    assert sheet.shape[0] % 2 == sheet.shape[1] % 2 == 0


def test_labels_are_written_under_the_frames() -> None:
    frames = [flat(0, 0, 0)] * 2
    plain, labelled = contact_sheet(frames), contact_sheet(frames, labels=["0.0 s", "0.5 s"])
    assert labelled.shape[0] > plain.shape[0]
    assert labelled.max() > 150 > plain.max()


def test_small_frames_are_enlarged_without_blur() -> None:
    image = np.random.default_rng(1).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    sheet = contact_sheet([image], cell_width=128)
    gap = 3
    assert np.array_equal(sheet[gap : gap + 128 : 4, gap : gap + 128 : 4], image)


def test_a_sheet_that_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match="at least one frame and one column"):
        contact_sheet([])
    with pytest.raises(InputError, match="frames of one size"):
        contact_sheet([flat(0, 0, 0), flat(0, 0, 0, width=10)])
    with pytest.raises(InputError, match="one label a frame"):
        contact_sheet([flat(0, 0, 0)], labels=["a", "b"])
    with pytest.raises(InputError, match="at least one frame and one cell"):
        sheet_indices(0, 4)
