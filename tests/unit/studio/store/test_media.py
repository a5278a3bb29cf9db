"""Media are named by their bytes, come in whole or not at all, and are read where they lie."""

from __future__ import annotations

import hashlib
import os
import resource
import sys
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.core.errors import InputError, MediaError, OutputError
from tianmu.studio.store import Media, Store
from tianmu.studio.store.shelves import RemoteShelf, open_shelf

MEMORY = "memory://tianmu-test"


@pytest.fixture(params=["folder", "file", "memory", "moved"])
def media(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Media]:
    """In a folder, at a file URL, in fsspec's memory, and on a file system where whole files are moved into place."""
    folder = tmp_path / "with space"
    folder.mkdir()
    url = {"folder": None, "file": folder.as_uri(), "memory": MEMORY, "moved": MEMORY}[request.param]
    if request.param == "moved":
        monkeypatch.setattr("tianmu.studio.store.shelves._WHOLE_AT_ONCE", set[str]())
    yield Media(open_shelf(url, folder), tmp_path / "cache")
    if url == MEMORY:
        from fsspec.implementations.memory import MemoryFileSystem

        with suppress(FileNotFoundError):
            MemoryFileSystem().rm(MEMORY, recursive=True)


@contextmanager
def small_disk(limit: int) -> Generator[None]:
    """No file may grow beyond `limit` bytes: the kernel says so in the middle of a write, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def no_partial_files(folder: Path) -> bool:
    return not [path for path in folder.rglob("*") if path.is_file() and ".partial" in path.parts]


def test_what_was_put_comes_back(media: Media, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film" * 1000)
    digest = media.put(film)
    assert digest == hashlib.sha256(film.read_bytes()).hexdigest() == media.put_bytes(film.read_bytes())
    assert media.has(digest)
    assert media.size(digest) == 4000
    assert media.read(digest) == film.read_bytes()
    assert b"".join(media.chunks(digest)) == film.read_bytes()
    assert media.path(digest, ".mp4").suffix == ".mp4"
    assert media.path(digest, ".mp4").read_bytes() == film.read_bytes()
    assert dict(media.files()) == {f"{digest[:2]}/{digest}": 4000}
    assert media.intact(digest)
    assert list(media.bad_copies()) == []
    assert no_partial_files(tmp_path)
    media.remove(digest)
    assert not media.has(digest)
    media.remove(digest)
    with pytest.raises(MediaError, match="missing"):
        media.path(digest)
    assert list(media.files()) == []


@settings(max_examples=30)
@given(data=st.binary(max_size=3000))
def test_any_bytes_come_back_by_their_digest(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp() / "any-bytes"
    media = Media(open_shelf(None, folder), folder / ".cache")
    digest = media.put_bytes(data)
    assert digest == hashlib.sha256(data).hexdigest()
    assert media.read(digest) == data


def test_a_local_file_is_read_where_it_lies(tmp_path: Path) -> None:
    media = Media(open_shelf(None, tmp_path / "media"), tmp_path / "cache")
    digest = media.put_bytes(b"film")
    assert media.path(digest) == tmp_path / "media" / digest[:2] / digest
    named = media.path(digest, ".mp4")
    assert named.samefile(media.path(digest))
    assert media.path(digest, ".mp4") == named
    media.put_bytes(b"film")  # comes in anew: the second name follows
    assert media.path(digest, ".mp4").samefile(media.path(digest))


def test_many_who_put_the_same_put_it_once(media: Media) -> None:
    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(media.put_bytes, [b"the same film" * 500] * 12))) == 1
    assert len(list(media.files())) == 1


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(os.urandom(3_000_000))
    media = Media(open_shelf(None, tmp_path / "media"), tmp_path / "cache")
    kept = media.put_bytes(b"before")
    with small_disk(2_000_000), pytest.raises(OutputError, match="disk is full"):
        media.put(film)
    assert [path.name for path in (tmp_path / "media").rglob("*") if path.is_file()] == [kept]
    assert media.put(film)


def test_a_full_disk_keeps_the_database_whole(local: Store) -> None:
    project = local.create_project("film")

    def fill() -> None:
        for number in range(100):
            local.create_project(f"project {number} " + "x" * 80)

    with small_disk(200_000), pytest.raises(OutputError, match=r"disk is full|cannot be opened for writing"):
        fill()
    assert local.database.complaints() == []
    assert local.project(project.name)
    local.create_project("afterwards")


def test_a_file_that_cannot_be_read_is_said(media: Media, tmp_path: Path) -> None:
    for path in (tmp_path / "missing.mp4", tmp_path):
        with pytest.raises(MediaError, match="cannot be read"):
            media.put(path)
    assert no_partial_files(tmp_path)


@pytest.mark.parametrize("name", ["", "x", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_a_digest_names_a_file(media: Media, name: str) -> None:
    for call in (media.has, media.path, media.read, media.remove, media.intact):
        with pytest.raises(InputError, match="SHA-256"):
            call(name)


def test_other_bytes_than_were_promised_are_not_kept(media: Media, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="damaged"):
        media.put_chunks([b"a", b"b"], expected="0" * 64)
    assert list(media.files()) == []
    assert no_partial_files(tmp_path)


def test_damage_is_found_when_it_is_read(tmp_path: Path) -> None:
    media = Media(open_shelf(None, tmp_path / "media"), tmp_path / "cache", lambda digest: 4)
    digest = media.put_bytes(b"film")
    media.path(digest).write_bytes(b"fil?")
    assert not media.intact(digest)
    with pytest.raises(MediaError, match="damaged"):
        media.read(digest)
    with pytest.raises(MediaError, match="damaged"):
        list(media.chunks(digest))
    media.path(digest).write_bytes(b"fi")
    with pytest.raises(MediaError, match="damaged"):
        media.path(digest)
    media.put_bytes(b"film")
    assert media.read(digest) == b"film"


def test_a_damaged_remote_file_is_never_taken_for_the_film(tmp_path: Path) -> None:
    shelf = open_shelf(MEMORY, tmp_path)
    assert isinstance(shelf, RemoteShelf)
    media = Media(shelf, tmp_path / "cache")
    digest = media.put_bytes(b"film")
    shelf._system.pipe_file(f"{shelf._root}/{digest[:2]}/{digest}", b"fil?")
    with pytest.raises(MediaError, match="damaged"):
        media.path(digest)
    assert not media.intact(digest)
    media.put_bytes(b"film")
    copy = media.path(digest)
    copy.write_bytes(b"fil?")
    assert list(media.bad_copies()) == [copy]
    media.remove(digest)
    assert not copy.exists()


def test_a_place_that_nothing_can_reach_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="TIANMU_MEDIA"):
        open_shelf("nowhere://bucket", tmp_path)
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(InputError, match=r"tianmu\[s3\]"):
        open_shelf("s3://bucket/films", tmp_path)
