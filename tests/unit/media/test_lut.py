"""The laws of looks: identity changes nothing, known tables are exact, and what breaks the format is named by line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tianmu.core.errors import MediaError
from tianmu.media.image import Frame
from tianmu.media.lut import Look, Lut, read_cube


def grid(size: int) -> NDArray[np.float32]:
    """The identity `[n n n 3]`, by blue, green, red."""
    line = np.linspace(0, 1, size, dtype=np.float32)
    blue, green, red = np.meshgrid(line, line, line, indexing="ij")
    return np.stack([red, green, blue], axis=-1)


def cube(table: NDArray[np.float32], head: str = "") -> str:
    """A .cube file's text."""
    rows = table.reshape(-1, 3)
    keyword = "LUT_3D_SIZE" if table.ndim == 4 else "LUT_1D_SIZE"
    lines = [f"{red:.7f} {green:.7f} {blue:.7f}" for red, green, blue in rows]
    return "\n".join([head, f"{keyword} {table.shape[0]}", *lines, ""])


def noise(seed: int, height: int = 30, width: int = 40) -> Frame:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("size", [2, 33])
def test_the_identity_changes_nothing(tmp_path: Path, size: int) -> None:
    path = tmp_path / "identity.cube"
    path.write_text(cube(grid(size), 'TITLE "as it was"\n# a comment'), encoding="utf-8")
    lut = read_cube(path)
    assert (lut.title, lut.size, lut.dimensions) == ("as it was", size, 3)
    frame = noise(size)
    before = frame.copy()
    assert np.array_equal(Look(lut)(frame), frame)
    assert np.array_equal(frame, before)


@pytest.mark.parametrize("size", [2, 100, 4096])
def test_the_identity_in_one_dimension_changes_nothing(size: int) -> None:
    line = np.linspace(0, 1, size, dtype=np.float32)
    look = Look(Lut(title="", dimensions=1, table=np.stack([line] * 3, axis=-1)))
    assert np.array_equal(look(noise(1)), noise(1))


def test_known_tables_are_exact() -> None:
    red, green, blue = np.moveaxis(noise(3).astype(np.float64), -1, 0)
    swapped = Look(Lut(title="", dimensions=3, table=np.ascontiguousarray(grid(5)[..., ::-1])))
    assert np.array_equal(swapped(noise(3)), noise(3)[..., ::-1])
    negative = Look(Lut(title="", dimensions=3, table=1 - grid(9)))
    assert np.array_equal(negative(noise(3)), 255 - noise(3))
    # A product of channels is trilinear, so a table of two points has it exactly.
    corner = grid(2)
    product = np.stack([corner[..., 0] * corner[..., 1], corner[..., 2], corner[..., 1]], axis=-1)
    found = Look(Lut(title="", dimensions=3, table=product))(noise(3))
    assert np.abs(found[..., 0] - red * green / 255).max() <= 1
    assert np.array_equal(found[..., 1], blue)
    assert np.array_equal(found[..., 2], green)


def test_a_gamma_is_exact_within_one_step() -> None:
    line = np.linspace(0, 1, 256, dtype=np.float32) ** 2.2
    found = Look(Lut(title="", dimensions=1, table=np.stack([line, line**2, 1 - line], axis=-1)))(noise(4))
    wanted = (noise(4) / 255.0) ** 2.2
    wanted = np.stack([wanted[..., 0], wanted[..., 1] ** 2, 1 - wanted[..., 2]], axis=-1) * 255
    assert np.abs(found - wanted).max() <= 1


def test_a_domain_stretches_and_clamps(tmp_path: Path) -> None:
    path = tmp_path / "domain.cube"
    path.write_text("LUT_1D_SIZE 2\nDOMAIN_MIN 0.2 0 0\nDOMAIN_MAX 0.6 1 2\n0 0 0\n1 1 1\n", encoding="utf-8")
    frame = np.array([[[51, 0, 255], [153, 255, 0], [102, 128, 100], [0, 0, 0], [255, 0, 0]]], dtype=np.uint8)
    found = Look(read_cube(path))(frame)
    assert found[0, :, 0].tolist() == [0, 255, 128, 0, 255]
    assert found[0, :, 2].tolist() == [128, 0, 50, 0, 0]
    path.write_text("LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 0 2\n0 0 0\n1 1 1\n", encoding="utf-8")
    assert Look(read_cube(path))(frame)[0, 4, 0] == 128


@hypothesis_settings(max_examples=3)
@given(seed=st.integers(0, 2**31), size=st.integers(2, 6))
def test_a_look_reads_back_and_agrees_with_plain_interpolation(
    tmp_path_factory: pytest.TempPathFactory, seed: int, size: int
) -> None:
    table = np.random.default_rng(seed).random((size, size, size, 3), dtype=np.float32)
    path = tmp_path_factory.mktemp("look") / "a.cube"
    path.write_text(cube(table), encoding="utf-8")
    lut = read_cube(path)
    assert np.abs(lut.table - table).max() < 1e-6
    frame = noise(seed, 4, 4)
    found = Look(lut)(frame)
    for pixel, result in zip(frame.reshape(-1, 3), found.reshape(-1, 3), strict=True):
        assert np.abs(plain(table, pixel) - result).max() <= 0.51


def plain(table: NDArray[np.float32], pixel: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Trilinear interpolation as a textbook has it: eight corners, each with its weight."""
    at = pixel.astype(np.float64) / 255 * (table.shape[0] - 1)
    low = np.minimum(at.astype(int), table.shape[0] - 2)
    part = at - low
    total = np.zeros(3)
    for corner in np.ndindex(2, 2, 2):
        red, green, blue = low + corner
        total += np.prod([f if c else 1 - f for f, c in zip(part, corner, strict=True)]) * table[blue, green, red]
    return total * 255


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("0 0 0\n", 1, "before its size"),
        ("LUT_3D_SIZE 1\n", 1, "from 2 to 256"),
        ("LUT_3D_SIZE 257\n", 1, "from 2 to 256"),
        ("# look\nLUT_1D_SIZE two\n", 2, "from 2 to 65536"),
        ("LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n", 2, "a second size"),
        ("LUT_1D_SIZE 2\n0 0 0\n1 1\n", 3, "3 numbers"),
        ("LUT_1D_SIZE 2\n0 0 0\n1 1 nan\n", 3, "3 numbers"),
        ("LUT_1D_SIZE 2\n0 0 0\n\n1 1 1\n1 1 1\n", 5, "goes on"),
        ("LUT_1D_SIZE 3\n0 0 0\n1 1 1\n", 3, "ends after 2"),
        ('LUT_1D_SIZE 2\n0 0 0\nTITLE "late"\n1 1 1\n', 3, "after the table began"),
        ("LUT_2D_SIZE 2\n", 1, "no keyword"),
        ("DOMAIN_MIN 1 1 1\nLUT_1D_SIZE 2\n0 0 0\n1 1 1\n", 4, "below DOMAIN_MAX"),
        ("DOMAIN_MIN 0 0 0\nDOMAIN_MIN 0 0 0\n", 2, "twice"),
        ("", 0, "is missing"),
    ],
)
def test_what_breaks_the_format_is_named_by_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    path = tmp_path / "bad.cube"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MediaError, match=f"line {line}: .*{says}"):
        read_cube(path)


def test_what_is_no_text_or_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.cube"
    with pytest.raises(MediaError, match=r"bad\.cube cannot be read as a \.cube look"):
        read_cube(path)
    path.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(MediaError, match="no UTF-8 text"):
        read_cube(path)
