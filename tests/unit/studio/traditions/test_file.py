"""Files of entries: what is right is read and kept, and each fault is told in one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tianmu.core.errors import InputError, MediaError
from tianmu.studio.traditions import add_file, find_entry, open_library, read_entries, read_library
from tianmu.studio.traditions.file import LARGEST, SCHEMA


def entry(**changes: Any) -> dict[str, Any]:
    both = {key: {"en": f"{key} in words", "zh": f"{key} 文字"} for key in ("name", "origin", "about", "here", "care")}
    row = {"id": "tile-work", "kind": "look", **both, "sources": ["A. Writer, On Tiles, 1990"], **changes}
    return {key: value for key, value in row.items() if value is not None}


def written(folder: Path, *entries: Any, name: str = "own.yaml", **more: Any) -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump({"schema": SCHEMA, "entries": list(entries), **more}, allow_unicode=True), "utf-8")
    return path


def test_a_file_is_read_added_and_found_again(tmp_path: Path) -> None:
    path = written(tmp_path, entry(), entry(id="tile-talk", kind="form", skeleton="EXT. SEA - DAWN\n\nA whale.\n"))
    assert [one.id for one in read_entries(path)] == ["tile-work", "tile-talk"]
    home = tmp_path / "home"
    assert [one.id for one in add_file(path, home)] == ["tile-work", "tile-talk"]
    assert [one.id for one in add_file(path, home)] == ["tile-work", "tile-talk"]  # twice is once
    assert find_entry("tile-work", home).file == str(home / "library" / "own.yaml")
    assert len(read_library(home)) == len(read_library(tmp_path / "none")) + 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (entry(flavour="sour"), "has no 'flavour'"),
        (entry(sources=None), "names no source"),
        (entry(sources=[]), "names no source"),
        (entry(sources="a book"), "no list of lines"),
        (entry(sources=[3]), "no list of lines"),
        (entry(id="Tile Work"), "its id is not"),
        (entry(id=None), "its id is not"),
        (entry(kind="song"), "its kind is neither"),
        (entry(about={"en": "only this"}), "not there in both languages"),
        (entry(care="careful"), "not there in both languages"),
        (entry(here={"en": "x" * 5000, "zh": "字"}), "over 4000 characters"),
        (entry(commands=["rm -rf ~"]), "no command of tianmu"),
        (entry(commands=["tianmu shot; rm -rf ~"]), "no command of tianmu"),
        (entry(name={"en": "Tiles (zellij", "zh": "砖", "girih)": None}), "has 'girih\\)' beside"),
        (entry(skeleton=["EXT."]), "no screenplay"),
        (entry(ask_first="yes"), "neither true nor false"),
        ("tile-work", "it is no entry"),
    ],
)
def test_each_fault_of_an_entry_has_its_sentence(tmp_path: Path, row: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_entries(written(tmp_path, row))


def test_each_fault_of_a_file_has_its_sentence(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    for text, said in (
        ("", "is empty"),
        ("a: [", "no YAML"),
        ("a: 1", "does not say"),
        (f"schema: {SCHEMA}\n", "no list of"),
        (f"schema: {SCHEMA}\nentries: []\n", "no list of"),
        (f"schema: {SCHEMA}\nentries: [1]\nmore: 2\n", "has no 'more'"),
    ):
        path.write_text(text)
        with pytest.raises(InputError, match=said):
            read_entries(path)
    with pytest.raises(InputError, match="two entries have this id"):
        read_entries(written(tmp_path, entry(), entry()))
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(MediaError, match="cannot be read"):
        read_entries(path)
    path.write_text("x" * (LARGEST + 1))
    with pytest.raises(MediaError, match="more than"):
        read_entries(path)
    with pytest.raises(MediaError, match="cannot be read"):
        read_entries(tmp_path / "missing.yaml")


def test_an_id_that_is_taken_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with pytest.raises(InputError, match="taken by one that is shipped"):
        add_file(written(tmp_path, entry(id="ink-wash")), home)
    add_file(written(tmp_path, entry()), home)
    with pytest.raises(InputError, match=r"taken by .*own\.yaml"):
        add_file(written(tmp_path, entry(), name="other.yaml"), home)
    with pytest.raises(InputError, match="there already with other entries"):
        add_file(written(tmp_path, entry(id="brick-work")), home)
    assert [one.id for one in read_library(home) if one.file] == ["tile-work"]


def test_a_file_that_is_damaged_is_named_and_all_others_are_used(tmp_path: Path) -> None:
    home = tmp_path / "home"
    folder = home / "library"
    add_file(written(tmp_path, entry()), home)
    (folder / "broken.yaml").write_text("schema: [", "utf-8")
    (folder / "folder.yaml").mkdir()
    (folder / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    written(folder, entry(id="brick-work"), entry(id="ink-wash"), name="taken.yaml")
    library = open_library(home)
    assert [one.id for one in library.entries if one.file] == ["tile-work"]
    assert len(library.warnings) == 4
    for name in ("broken.yaml", "folder.yaml", "bytes.yaml", "taken.yaml"):
        (warning,) = [each for each in library.warnings if each.startswith(f"The file {folder / name} is left out")]
        assert "\n" not in warning
    assert find_entry("tile-work", home).id == "tile-work"
    assert [one.id for one in add_file(written(tmp_path, entry(id="brick-work"), name="more.yaml"), home)]
