"""Whatever is done to a signed work afterwards shows: nothing that was touched reads intact."""

from __future__ import annotations

import random
import shutil
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tianmu.governance.provenance import read_provenance
from tianmu.media.video import FORMATS

from .conftest import CLAIM, Studio

FLIPS = 200
EMBEDDED = (*(each for each in FORMATS if each != "png"), "png")

Change = Callable[[Path, int], None]


def positions(size: int) -> list[int]:
    """Positions spread over a file: one at chance in each of equal parts."""
    chance = random.Random(20_250_901)
    edges = [size * part // FLIPS for part in range(FLIPS + 1)]
    return [chance.randrange(low, high) for low, high in pairwise(edges) if low < high]


@pytest.mark.parametrize("format", EMBEDDED)
def test_a_byte_flipped_anywhere_is_caught(studio: Studio, format: str) -> None:
    path = studio.signed(format)
    whole = path.read_bytes()
    missed: list[int] = []
    for at in positions(len(whole)):
        content = bytearray(whole)
        content[at] ^= 1 << (at % 8)
        path.write_bytes(content)
        found = read_provenance(path, anchors=studio.anchors)
        if found is None or found.state == "intact":
            missed.append(at)
    assert missed == []  # not one position is left to be explained: padding and wrappers are checked too


@pytest.mark.parametrize("format", ["mp4", "png"])
def test_a_byte_of_the_manifest_flipped_is_caught_at_every_place(studio: Studio, format: str) -> None:
    """Where C2PA's hash does not look: the manifest itself, its padding, and the wrapper around it."""
    path = studio.make(format)
    manifest = studio.sign(path, footprint=None, facts={}, model_name=None).manifest
    whole = path.read_bytes()
    start = whole.index(manifest) - 60
    for at in range(max(0, start), start + len(manifest) + 80, 9):
        content = bytearray(whole)
        content[at] ^= 0xFF
        path.write_bytes(content)
        found = read_provenance(path)
        assert found is not None, at
        assert found.state != "intact", at


def test_what_the_hash_of_an_mp4_leaves_out_is_caught(studio: Studio) -> None:
    """C2PA's hash passes over the brand of an MP4 and over free space, where anything could be put."""
    path = studio.signed("mp4")
    whole = path.read_bytes()
    for content in (whole.replace(b"isom", b"iso2", 1), whole + b"\0\0\0\x0cfreemore"):
        path.write_bytes(content)
        found = studio.read(path)
        assert (found.state, [each.code for each in found.problems]) == ("changed", ["org.tianmu.unbound.mismatch"])


@pytest.mark.parametrize("format", ["pdf", "webm"])
def test_a_byte_flipped_in_a_document_or_its_sidecar_is_caught(studio: Studio, format: str) -> None:
    path = studio.signed(format)
    beside = path.with_name(path.name + ".c2pa")
    for touched in (path, beside):
        whole = touched.read_bytes()
        for at in positions(len(whole)):
            content = bytearray(whole)
            content[at] ^= 1 << (at % 8)
            touched.write_bytes(content)
            assert studio.read(path).state != "intact", (touched, at)
        touched.write_bytes(whole)
    assert studio.read(path).state == "intact"
    beside.unlink()
    assert read_provenance(path) is None


def test_a_byte_flipped_in_a_sequence_is_caught(studio: Studio) -> None:
    folder = studio.signed("sequence")
    bytes_of = [(file, at) for file in sorted(folder.iterdir()) for at in range(file.stat().st_size)]
    for position in positions(len(bytes_of)):
        file, at = bytes_of[position]
        whole = file.read_bytes()
        content = bytearray(whole)
        content[at] ^= 1 << (at % 8)
        file.write_bytes(content)
        found = studio.read(folder)
        assert found.state != "intact", (file.name, at)
        assert any(file.name in each.where for each in found.problems), (file.name, at)
        file.write_bytes(whole)
    assert studio.read(folder).state == "intact"


@pytest.mark.parametrize("format", EMBEDDED)
def test_cut_short_or_made_longer_is_never_intact(studio: Studio, format: str) -> None:
    path, other = studio.signed(format), studio.signed(format, "other", title="Another")
    whole, tail = path.read_bytes(), other.read_bytes()[-400:]
    for content in (*(whole[: len(whole) * part // 8] for part in range(1, 8)), whole[:-1], whole[:-400] + tail):
        path.write_bytes(content)
        found = read_provenance(path, anchors=studio.anchors)
        assert found is None or found.state != "intact"
    path.write_bytes(whole + b"more")
    assert studio.read(path).state != "intact"


@pytest.mark.parametrize("format", EMBEDDED)
def test_another_name_changes_nothing(studio: Studio, format: str) -> None:
    path = studio.signed(format)
    for name in ("film.txt", "film.jpg", "film"):
        assert studio.read(path.rename(path.with_name(name))).state == "intact"
        path = path.with_name(name)


def test_a_manifest_that_was_moved_from_another_file(studio: Studio) -> None:
    first, second = studio.make("png", "first"), studio.make("sequence", "second") / "000002.png"
    manifest = studio.sign(first).manifest
    studio.sign(second, title="Another")
    theirs = studio.read(second).root.title
    content, mine = second.read_bytes(), manifest
    own = content.index(b"caBX") - 4
    end = own + 12 + int.from_bytes(content[own : own + 4], "big")
    chunk = len(mine).to_bytes(4, "big") + b"caBX" + mine + zlib.crc32(b"caBX" + mine).to_bytes(4, "big")
    second.write_bytes(content[:own] + chunk + content[end:])
    found = studio.read(second)
    assert (theirs, found.title) == ("Another", CLAIM.title)
    assert found.state == "changed"


def test_a_stripped_film_is_unmarked_and_a_torn_out_manifest_is_not(studio: Studio) -> None:
    path = studio.signed("mp4")
    whole = path.read_bytes()
    at = whole.index(b"uuid")
    path.write_bytes(whole[:at] + b"free" + whole[at + 4 :])
    found = studio.read(path)
    assert (found.state, [each.code for each in found.problems]) == ("broken", ["org.tianmu.manifest.unreadable"])


def test_a_film_of_a_shot_that_was_changed_before_the_cut(studio: Studio, changed: Change) -> None:
    """Traps: the film itself reads as trusted, and so does a copy of a film of a film of it."""
    good, bad = studio.signed("mp4", "good"), studio.signed("mp4", "bad")
    changed(bad, bad.stat().st_size - 20)
    film = studio.cut("film", good, bad)
    longer = studio.cut("longer", studio.signed("gif", "title"), film)
    for work, where in ((film, "film / bad.mp4"), (longer, "longer / film.mp4 / bad.mp4")):
        found = studio.read(work)
        assert found.signer.trusted
        assert found.root.state == "intact"
        assert found.state == "changed"
        assert [each.where for each in found.problems] == [where]
        states = {each.title: each.state for each in found.root.walk()}
        assert {title for title, state in states.items() if state != "intact"} == {"bad.mp4"}


def test_every_broken_ingredient_is_named(studio: Studio, changed: Change) -> None:
    shots = [studio.signed("mp4", f"shot{index}") for index in range(6)]
    for bad in shots[1::2]:
        changed(bad, bad.stat().st_size - 20)
    found = studio.read(studio.cut("film", *shots))
    assert [each.where for each in found.problems] == [f"film / shot{index}.mp4" for index in (1, 3, 5)]


def test_what_is_done_to_the_pictures_of_a_sequence(studio: Studio) -> None:
    signed = studio.signed("sequence", "signed")
    other = studio.make("sequence", "other")
    studio.sign(other, title="Another", recipe_sha256=None)
    (other / "extra.txt").write_text("x")

    def tried(name: str, *expected: str) -> Path:
        folder = studio.folder / name
        shutil.copytree(signed, folder)
        wanted[folder] = expected
        return folder

    wanted: dict[Path, tuple[str, ...]] = {}
    (tried("removed", "000002.png") / "000002.png").unlink()
    (tried("removed_last", "000003.png") / "000003.png").unlink()
    shutil.copy(signed / "000001.png", tried("added", "000004.png") / "000004.png")
    swapped = tried("swapped", "000001.png", "000002.png")
    (swapped / "000001.png").rename(swapped / "x")
    (swapped / "000002.png").rename(swapped / "000001.png")
    (swapped / "x").rename(swapped / "000002.png")
    renamed = tried("renamed", "000009.png", "000003.png")
    (renamed / "000003.png").rename(renamed / "000009.png")
    (tried("faster", "sequence.json") / "sequence.json").write_text('{"fps": "48", "num_frames": 3}')
    (tried("no_facts", "sequence.json") / "sequence.json").unlink()
    (tried("strange", "note.txt") / "note.txt").write_text("x")
    shutil.copy(studio.make("png", "bare"), tried("bare_one", "000002.png") / "000002.png")
    for folder, names in wanted.items():
        found = studio.read(folder)
        assert found.state == "changed", folder.name
        assert {each.where for each in found.problems} == set(names), folder.name
    assert studio.read(signed).state == "intact"


def test_a_picture_of_another_sequence_does_not_fit(studio: Studio) -> None:
    mine, other = studio.make("sequence", "mine"), studio.make("sequence", "other")
    studio.sign(mine)
    studio.sign(other)
    shutil.copy(other / "000002.png", mine / "000002.png")
    found = studio.read(mine)
    assert (found.state, [each.where for each in found.problems]) == ("changed", ["000002.png"])
