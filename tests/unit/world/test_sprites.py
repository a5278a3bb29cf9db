"""The atlas holds the cast, says where each comes from, and comes out of the same packages as the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from tianmu.core.errors import InputError
from tianmu.world.scene import Subject, cast
from tianmu.world.sprites import NUM_FRAMES, SIZE, atlas_index, atlas_path, build_atlas, load_sprite

TWO = [cast()["fox"], cast()["dog"]]


def test_the_atlas_is_small_enough_to_ship() -> None:
    assert atlas_path().stat().st_size < 25_000_000


def test_the_atlas_holds_the_cast_and_nobody_else() -> None:
    with zipfile.ZipFile(atlas_path()) as archive:
        names = archive.namelist()
    assert names == ["index.json", *(f"{key}.webp" for key in cast())]
    assert list(atlas_index()["subjects"]) == list(cast())


def test_the_atlas_says_of_everyone_what_the_cards_say() -> None:
    for key, subject in cast().items():
        entry = dict(atlas_index()["subjects"][key])
        width, height = entry.pop("extent")
        assert 0 < width <= 1, key
        assert 0 < height <= 1, key
        assert max(width, height) == (SIZE - 4) / SIZE, key
        assert re.fullmatch(r"[0-9a-f]{64}", entry.pop("source_sha256")), key
        assert entry == asdict(subject)
        assert all((subject.license, subject.source, subject.package, subject.version, subject.file)), key


def test_every_entry_holds_its_drawings() -> None:
    with zipfile.ZipFile(atlas_path()) as archive:
        for key in cast():
            strip = Image.open(io.BytesIO(archive.read(f"{key}.webp")))
            assert (strip.format, strip.size) == ("WEBP", (NUM_FRAMES * SIZE, SIZE)), key


@pytest.mark.parametrize("key", ["fox", "car", "astronaut"])
def test_a_sprite_stands_centred_on_its_bottom_edge_as_large_as_its_extent(key: str) -> None:
    sprite = load_sprite(key)
    drawings = sprite.mips[0]
    assert drawings.shape == (NUM_FRAMES, 4, SIZE, SIZE)
    assert (drawings[:, :3] <= drawings[:, 3:] + 1e-6).all(), "premultiplied"
    seen = drawings[:, 3].amax(0) > 0.1
    rows, cols = seen.any(1).nonzero().flatten(), seen.any(0).nonzero().flatten()
    width, height = (round(SIZE * part) for part in sprite.extent)
    assert int(rows[-1]) == pytest.approx(SIZE - 3, abs=1)
    assert int(rows[-1] - rows[0]) + 1 == pytest.approx(height, abs=3)
    assert int(cols[-1] - cols[0]) + 1 == pytest.approx(width, abs=3)
    assert int(cols[0] + cols[-1]) == pytest.approx(SIZE - 1, abs=3)


def test_every_mip_level_is_the_mean_of_the_one_before() -> None:
    sprite = load_sprite("fox")
    assert [level.shape[-1] for level in sprite.mips] == [256, 128, 64, 32, 16]
    for fine, coarse in zip(sprite.mips, sprite.mips[1:], strict=False):
        torch.testing.assert_close(coarse, fine.unflatten(-1, (-1, 2)).unflatten(-3, (-1, 2)).mean((-1, -3)))


def test_a_smaller_sprite_is_the_large_ones_lower_levels() -> None:
    for small, level in zip(load_sprite("fox", 64).mips, load_sprite("fox").mips[2:], strict=True):
        torch.testing.assert_close(small, level)


@pytest.mark.parametrize("pixels", [1.0, 16.0, 16.5, 31.0, 32.0, 32.1, 100.0, 128.0, 129.0, 256.0, 900.0])
def test_a_level_has_a_texel_for_every_pixel_and_is_the_smallest_that_has(pixels: float) -> None:
    sprite = load_sprite("fox")
    chosen = sprite.level(pixels).shape[-1]
    able = [level.shape[-1] for level in sprite.mips if level.shape[-1] >= pixels]
    assert chosen == (min(able) if able else SIZE)


def unpacked(folder: Path, subjects: list[Subject], *, rest: int = 0) -> Path:
    """Packages as `npm pack` and `tar` leave them, with drawings that move for six frames and then rest."""
    for number, subject in enumerate(subjects):
        path = folder / subject.package.split("/")[-1] / "package" / subject.file
        path.parent.mkdir(parents=True, exist_ok=True)
        drawings: list[Image.Image] = []
        for step in range(6 + rest):
            left = 2 + 2 * min(step, 5)
            picture = np.zeros((32, 32, 4), np.uint8)
            picture[10:24, left : left + 10] = (200, 40 * number, 30, 255)
            picture[12, 22] = (0, 0, 0, 250 + step % 2)  # or the encoder would drop the rest
            drawings.append(Image.fromarray(picture))
        whole: dict[str, Any] = {"lossless": True, "kmin": 1, "kmax": 1}
        drawings[0].save(path, save_all=True, append_images=drawings[1:], duration=40, **whole)
    return folder


def test_the_same_packages_give_the_same_bytes(tmp_path: Path) -> None:
    packages = unpacked(tmp_path / "packages", TWO)
    one, other = (build_atlas(packages, tmp_path / f"{i}.zip", TWO).read_bytes() for i in range(2))
    assert one == other
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        index = json.loads(archive.read("index.json"))
        assert list(index["subjects"]) == ["fox", "dog"]
        for subject in TWO:
            entry = index["subjects"][subject.key]
            drawing = next(packages.rglob(Path(subject.file).name))
            assert entry["source_sha256"] == hashlib.sha256(drawing.read_bytes()).hexdigest()
            assert (entry["license"], entry["source"]) == (subject.license, subject.source)
            strip = np.asarray(Image.open(io.BytesIO(archive.read(f"{subject.key}.webp"))))
            assert strip.shape == (SIZE, NUM_FRAMES * SIZE, 4)


def test_a_loops_rest_is_left_out(tmp_path: Path) -> None:
    fox = TWO[:1]
    moving = build_atlas(unpacked(tmp_path / "moving", fox), tmp_path / "moving.zip", fox)
    resting = build_atlas(unpacked(tmp_path / "resting", fox, rest=40), tmp_path / "resting.zip", fox)
    strips: list[np.ndarray] = []
    for path in (moving, resting):
        with zipfile.ZipFile(path) as archive:
            strips.append(np.asarray(Image.open(io.BytesIO(archive.read("fox.webp"))))[..., 3].astype(int))
    # Evenly picked from all 46 drawings, 24 would show four of the six that move; from those that move, all six.
    different = [
        sum(bool((np.abs(a - b) > 40).any()) for a, b in pairwise(drawings))
        for drawings in (np.split(strip, NUM_FRAMES, 1) for strip in strips)
    ]
    assert different == [5, 5]


def test_a_drawing_that_is_missing_is_named_with_its_package(tmp_path: Path) -> None:
    packages = unpacked(tmp_path / "packages", TWO[:1])
    with pytest.raises(InputError, match=re.escape(f"{TWO[1].file} of {TWO[1].package} {TWO[1].version}")):
        build_atlas(packages, tmp_path / "atlas.zip", TWO)
    assert not (tmp_path / "atlas.zip").exists()


def test_a_drawing_of_the_same_name_in_another_package_is_not_taken(tmp_path: Path) -> None:
    packages = unpacked(tmp_path / "packages", TWO[:1])
    stray = packages / "other-emoji" / TWO[1].file
    stray.parent.mkdir(parents=True)
    stray.write_bytes(next(packages.rglob(Path(TWO[0].file).name)).read_bytes())
    with pytest.raises(InputError, match=re.escape(TWO[1].package)):
        build_atlas(packages, tmp_path / "atlas.zip", TWO)
