"""A file is written whole or not at all, whatever happens on the way."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tianmu.core.errors import OutputError
from tianmu.core.files import whole_file, whole_folder, write_text, writing


def test_a_text_comes_back_as_it_was(tmp_path: Path) -> None:
    write_text(tmp_path / "a.json", "天幕\nline\n")
    assert (tmp_path / "a.json").read_bytes() == "天幕\nline\n".encode()
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]


def half_a_file(place: Path, failure: type[BaseException]) -> None:
    with whole_file(place) as part:
        part.write_bytes(b"half")
        part.with_name(part.name + ".scratch").write_bytes(b"more")
        raise failure


def half_a_folder(place: Path, failure: type[BaseException]) -> None:
    with whole_folder(place) as part:
        (part / "1.png").write_bytes(b"half")
        raise failure


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_failure_leaves_what_was_there(tmp_path: Path, failure: type[BaseException]) -> None:
    place = tmp_path / "a.bin"
    place.write_bytes(b"before")
    with pytest.raises(failure):
        half_a_file(place, failure)
    assert place.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
def test_a_failure_leaves_no_folder(tmp_path: Path, failure: type[BaseException]) -> None:
    with pytest.raises(failure):
        half_a_folder(tmp_path / "frames", failure)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match="holds other files"), whole_folder(tmp_path / "frames"):
        pass
    assert (tmp_path / "frames" / "thesis.txt").read_text() == "years of work"


def test_an_empty_folder_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "frames").mkdir()
    with whole_folder(tmp_path / "frames") as part:
        (part / "1").write_text("x")
    assert [entry.name for entry in (tmp_path / "frames").iterdir()] == ["1"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match=r"The folder .*nowhere does not exist"),
        whole_file(tmp_path / "nowhere" / "a"),
    ):
        pass


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").mkdir()
    with pytest.raises(OutputError, match="is a folder"), whole_file(tmp_path / "a.mp4"):
        pass


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, "The disk is full"), (errno.EDQUOT, "The disk is full"), (errno.EACCES, "Permission denied")],
)
def test_what_the_system_says_becomes_one_sentence(tmp_path: Path, number: int, sentence: str) -> None:
    with pytest.raises(OutputError, match=sentence) as caught, writing(tmp_path / "a"):
        raise OSError(number, os.strerror(number))
    assert "\n" not in caught.value.explain()
