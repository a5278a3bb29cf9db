"""A work that is a folder of many files, such as a stream: a list of them all, by digest, and that list is signed.

    contents.json         every other file of the folder, in order of name, with its size and SHA-256
    contents.json.c2pa    the manifest, bound to every byte of the list

C2PA's way for fragmented MP4 signs one rendition, and not the playlists, subtitles and page around it; its library for
Python does not offer it either. With the list, a file that was changed, removed, added, renamed or put in another's
place is found and named, whatever it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from tianmu.core.errors import InputError
from tianmu.core.files import write_text
from tianmu.core.text import say
from tianmu.governance.identity import Identity
from tianmu.governance.provenance.claims import Claim
from tianmu.governance.provenance.containers import sidecar
from tianmu.governance.provenance.signing import Signed, sign_beside
from tianmu.governance.provenance.verdict import Problem, Provenance, problem, worst
from tianmu.media.digest import file_sha256, folder_sha256

CONTENTS: Final = "contents.json"
_MISMATCH: Final = "org.tianmu.sequence.mismatch"
_LARGEST: Final = 64 * 2**20
_MOST_TOLD: Final = 100


@dataclass(frozen=True)
class _Listed:
    bytes: int
    sha256: str


def is_listed(folder: Path) -> bool:
    """Whether a folder is a work with a list of what is in it."""
    return (folder / CONTENTS).is_file()


def sign_folder(folder: Path, claim: Claim, identity: Identity) -> Signed:
    """List every file that lies directly in a folder, and sign the list.

    Raises:
        InputError: there is no file in it, or another folder is.
        OutputError: the list or its manifest cannot be written.
    """
    files = sorted(entry for entry in folder.iterdir() if entry.name not in (CONTENTS, sidecar(Path(CONTENTS)).name))
    if not files or not all(entry.is_file() for entry in files):
        raise InputError(
            say(
                f"{folder} is signed as one work when it holds files and no folders; move the others elsewhere.",
                f"{folder} 只含文件、不含文件夹时才能作为一部作品签名；请将其他内容移到别处。",
            )
        )
    listed = [{"name": each.name, "bytes": each.stat().st_size, "sha256": file_sha256(each)} for each in files]
    contents = folder / CONTENTS
    write_text(contents, json.dumps({"files": listed}, indent=1, ensure_ascii=False) + "\n")
    manifest = sign_beside(contents, claim, identity)
    return Signed(manifest=manifest, sha256=folder_sha256(folder))


def read_folder(folder: Path, anchors: Sequence[bytes]) -> Provenance | None:
    """What the list's manifest says, and whether the folder is as the list has it.

    Returns:
        None where the list has no manifest.
    """
    from tianmu.governance.provenance.reading import read_provenance

    found = read_provenance(folder / CONTENTS, anchors=anchors)
    if found is None:
        return None
    if found.root.state == "intact":
        problems = tuple(_differences(folder))
    else:  # then what it lists says nothing
        problems = (problem(CONTENTS, _MISMATCH, say("changed after it was signed", "在签名之后被改动过")),)
    if not problems:
        return found
    root = replace(
        found.root, state=worst((found.root.state, "changed")), problems=(*found.root.problems, *problems[:_MOST_TOLD])
    )
    return replace(
        found, state=worst((found.state, "changed")), root=root, problems=(*problems[:_MOST_TOLD], *found.problems)
    )


def _differences(folder: Path) -> Iterator[Problem]:
    """Every file that is not as it was signed, and every one that was not signed."""
    listed = _listed(folder)
    if listed is None:
        yield problem(CONTENTS, _MISMATCH, say("it cannot be read as a list of files", "无法读作文件列表"))
        return
    names = {each.sha256: name for name, each in listed.items()}
    for name, was in listed.items():
        path = folder / name
        if path.is_symlink() or not path.is_file():
            yield problem(name, _MISMATCH, say("missing from the folder", "文件夹中缺失"))
            continue
        digest = file_sha256(path) if path.stat().st_size == was.bytes or path.stat().st_size < _LARGEST else ""
        if digest == was.sha256:
            continue
        other = names.get(digest)
        told = say("changed after it was signed", "在签名之后被改动过")
        if other is not None:
            told = say(f"{other} stands in its place", f"它的位置上是 {other}")
        yield problem(name, _MISMATCH, told)
    known = {*listed, CONTENTS, sidecar(Path(CONTENTS)).name}
    for entry in sorted(folder.iterdir()):
        if entry.name not in known:
            yield problem(entry.name, _MISMATCH, say("not a part of the work", "不属于该作品"))


def _listed(folder: Path) -> Mapping[str, _Listed] | None:
    """The list, as it stands there; None where it is none. A name is a file's in this folder and nowhere else."""
    path = folder / CONTENTS
    try:
        if path.stat().st_size > _LARGEST:
            return None
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["files"]
        found = {str(row["name"]): _Listed(int(row["bytes"]), str(row["sha256"])) for row in rows}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if all(name == Path(name).name and "\0" not in name for name in found) else None
