"""A folder that is one work: its list is signed, and what is not as the list has it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tianmu.core.errors import InputError

from .conftest import Studio


def filled(studio: Studio) -> Path:
    folder = studio.folder / "site"
    folder.mkdir()
    for name in ("a.txt", "b.txt", "灯.txt"):
        (folder / name).write_text(f"the words of {name}", encoding="utf-8")
    return folder


def test_a_folder_is_signed_and_reads_intact(studio: Studio) -> None:
    folder = filled(studio)
    signed = studio.sign(folder, kind="document")
    found = studio.read(folder)
    assert (found.state, found.problems, found.signer.trusted) == ("intact", (), True)
    again = studio.sign(folder, kind="document")  # the old list and manifest are not a part of the work
    assert studio.read(folder).state == "intact"
    assert signed.sha256 != again.sha256  # the signature is another


def test_every_difference_is_named(studio: Studio) -> None:
    folder = filled(studio)
    studio.sign(folder, kind="document")
    (folder / "a.txt").write_text("other words", encoding="utf-8")
    (folder / "b.txt").write_text("the words of 灯.txt", encoding="utf-8")
    (folder / "灯.txt").unlink()
    (folder / "new.txt").write_text("more", encoding="utf-8")
    found = studio.read(folder)
    assert found.state == "changed"
    assert [each.sentence for each in found.problems] == [
        "a.txt: changed after it was signed.",
        "b.txt: 灯.txt stands in its place.",
        "灯.txt: missing from the folder.",
        "new.txt: not a part of the work.",
    ]


def test_a_link_in_place_of_a_file_is_no_file(studio: Studio) -> None:
    folder = filled(studio)
    studio.sign(folder, kind="document")
    outside = studio.folder / "a.txt"
    (folder / "a.txt").replace(outside)
    (folder / "a.txt").symlink_to(outside)
    assert [each.sentence for each in studio.read(folder).problems] == ["a.txt: missing from the folder."]


def test_a_folder_in_it_is_refused(studio: Studio) -> None:
    folder = filled(studio)
    (folder / "more").mkdir()
    with pytest.raises(InputError, match="holds files and no folders"):
        studio.sign(folder, kind="document")
