"""All entries together: those that are shipped, and those that a studio has added."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from tianmu.core.errors import InputError, MediaError
from tianmu.core.files import write_text, writing
from tianmu.core.text import listed, say
from tianmu.studio.traditions.entry import Entry
from tianmu.studio.traditions.file import read_entries

SHIPPED: Final = Path(__file__).with_name("entries")


@dataclass(frozen=True, kw_only=True)
class Library:
    """All entries that can be read."""

    entries: tuple[Entry, ...]
    """The shipped ones first, each kind by its id."""
    warnings: tuple[str, ...] = ()
    """A sentence for each file of the studio that was left out, whole: it is damaged, or an id of it is taken."""


def open_library(home: Path) -> Library:
    """Every entry, and what is wrong with the studio's own files that could not be used; they stop nobody."""
    found = {entry.id: entry for entry in _shipped()}
    warnings: list[str] = []
    for path in sorted((home / "library").glob("*.yaml")):
        try:
            entries = read_entries(path)
            for entry in entries:
                _refuse_taken(entry, found)
        except (MediaError, InputError) as error:
            warnings.append(
                say(
                    f"The file {path} is left out, and all others are used: {error.message}",
                    f"文件 {path} 未被采用，其余照常：{error.message}",
                )
            )
        else:
            found.update({entry.id: entry for entry in entries})
    ordered = sorted(found.values(), key=lambda entry: (entry.kind != "look", bool(entry.file), entry.id))
    return Library(entries=tuple(ordered), warnings=tuple(warnings))


def read_library(home: Path) -> tuple[Entry, ...]:
    """Every entry that can be read, as `open_library` has them."""
    return open_library(home).entries


def find_entry(id: str, home: Path) -> Entry:
    """The entry of that id.

    Raises:
        InputError: there is none.
    """
    entries = read_library(home)
    for entry in entries:
        if entry.id == id.strip().lower():
            return entry
    near = [entry.id for entry in entries if id.strip().lower()[:4] and id.strip().lower()[:4] in entry.id]
    hint = (near or [entry.id for entry in entries])[:6]
    raise InputError(
        say(
            f"The library has no entry {id[:40]!r}; it has {listed(hint)}, and more: tianmu library list.",
            f"素材库中没有条目 {id[:40]!r}；有 {listed(hint)} 等：tianmu library list。",
        )
    )


def add_file(path: Path, home: Path) -> tuple[Entry, ...]:
    """Check a file of entries whole, and keep a copy of it in `home/library`; gives its entries.

    Raises:
        MediaError: it cannot be read.
        InputError: it is not as it should be, or an id of it is taken.
        OutputError: the copy cannot be written.
    """
    entries = read_entries(path)
    folder = home / "library"
    place = folder / f"{path.stem}.yaml"
    known = {entry.id: entry for entry in read_library(home) if entry.file != str(place)}
    for entry in entries:
        _refuse_taken(entry, known)
    if place.exists() and place.read_bytes() != path.read_bytes():
        raise InputError(
            say(
                f"{place} is there already with other entries; rename {path.name}, or remove that file.",
                f"{place} 已存在且内容不同；请给 {path.name} 改名，或先删除该文件。",
            )
        )
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    write_text(place, path.read_text("utf-8-sig"))
    return entries


@cache
def _shipped() -> tuple[Entry, ...]:
    found: dict[str, Entry] = {}
    for path in sorted(SHIPPED.glob("*.yaml")):
        for entry in read_entries(path, own=False):
            _refuse_taken(entry, found)
            found[entry.id] = entry
    return tuple(found.values())


def _refuse_taken(entry: Entry, known: dict[str, Entry]) -> None:
    other = known.get(entry.id)
    if other is not None:
        where = (f"by {other.file}", f"（{other.file}）") if other.file else ("by one that is shipped", "（随附条目）")
        raise InputError(
            say(
                f"The id {entry.id} is taken {where[0]}; give the entry another id.",
                f"编号 {entry.id} 已被占用{where[1]}；请为条目另取编号。",
            )
        )
