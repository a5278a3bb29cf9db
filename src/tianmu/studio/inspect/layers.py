"""One function a layer: what it says of a file, as JSON values. They run in the worker's process, one after another.

    row = LAYERS["watermark"](Task(path, kind, ...))      None: the file has nothing of the kind

What a foreign file says goes through `shown` before it leaves here, and lists have an end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tianmu.core.errors import MediaError
from tianmu.core.text import say
from tianmu.governance.provenance.schemas import Said
from tianmu.studio.inspect.kinds import Kind
from tianmu.studio.inspect.shown import shown

if TYPE_CHECKING:
    from tianmu.governance.provenance import Node, Provenance

SECONDS_OF_LOOKING = 3.0
_MOST = 100
"""Entries of a list, and children of a node, that are passed on."""
_DEEPEST = 20
_FOLDERS = ("sequence", "stream")

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Task:
    """A file to be read, and what is needed for it."""

    path: Path
    kind: Kind
    own: tuple[bytes, ...] = ()
    """Roots of this studio, as PEM."""
    trusted: tuple[bytes, ...] = ()
    """Roots of others that it trusts."""
    keys: tuple[bytes, ...] = ()
    """Of the watermark; the public one is always tried too."""
    manifest: bytes | None = None
    """A manifest from elsewhere, to be held against the file."""


def digest(task: Task) -> Row:
    """The SHA-256 of the file, or of the folder."""
    from tianmu.media.digest import file_sha256, folder_sha256

    read = folder_sha256 if task.kind.sort in _FOLDERS else file_sha256
    return {"sha256": read(task.path)}


def provenance(task: Task) -> Row | None:
    """What its C2PA manifest says, and whether that holds: the file's own, one beside it, or the task's."""
    from tianmu.governance.provenance import read_provenance

    found = read_provenance(task.path, anchors=task.own, manifest=task.manifest)
    if found is None:
        return None
    whose = "this studio" if found.signer.trusted and task.own else "unknown"
    if whose == "unknown" and task.trusted:
        again = read_provenance(task.path, anchors=task.own + task.trusted, manifest=task.manifest)
        if again is not None and again.signer.trusted:
            found, whose = again, "trusted"
    return provenance_row(found, whose)


def provenance_row(found: Provenance, whose: str) -> Row:
    """A `Provenance` as JSON values."""
    return {
        "state": found.state,
        "title": shown(found.title),
        "signer": {**_signer(found.signer), "whose": whose},
        "made_by_ai": found.made_by_ai,
        "actions": plain(found.actions),
        "source_types": plain(found.source_types),
        "training_mining": plain(found.training_mining),
        "footprint": plain(found.footprint),
        "mark": None if found.mark is None else f"{found.mark:016x}",
        "problems": _problems(found.problems),
        "tree": _tree(found.root, 0),
    }


def aigc(task: Task) -> Row | None:
    """The label that China's GB 45438-2025 asks for."""
    from tianmu.governance.aigc import find_aigc

    found = find_aigc(task.path)
    if found.state == "absent":
        return None
    said = {"label": None} if found.aigc is None else asdict(found.aigc)
    return {**plain(said), "where": plain(found.where), "state": found.state, "problems": plain(found.problems)}


def source_type(task: Task) -> Row | None:
    """What its XMP says of its origin."""
    from tianmu.studio.inspect.xmp import read_source

    found = None if task.kind.sort in _FOLDERS else read_source(task.path)
    return None if found is None else {"types": plain(found.types), "tool": shown(found.tool), "ai": found.ai}


def content(task: Task) -> Row:
    """Whether it can be decoded, and what it looks like.

    Raises:
        MediaError: nothing in it can be decoded.
    """
    from tianmu.studio.inspect import frames

    if task.kind.sort == "sound":
        return {"seconds": frames.hear(task.path, task.kind), "damaged": False}
    if task.kind.sort == "document":
        check = {"epub": _holds, "pdf": _ends}.get(task.kind.container)
        return {"damaged": check is not None and not check(task.path)}  # of a text, every byte is read as it is
    seen = frames.look(task.path, task.kind, SECONDS_OF_LOOKING)
    return {
        "width": seen.width,
        "height": seen.height,
        "num_frames": seen.num_frames,
        "fingerprint": seen.fingerprint.to_text(),
        "damaged": seen.damaged,
    }


def watermark(task: Task) -> Row | None:
    """The mark in its pictures."""
    from tianmu.governance.watermark import PUBLIC_KEY, detect
    from tianmu.studio.inspect.frames import frames_for_mark

    if task.kind.sort in ("sound", "document"):
        return None
    seen = frames_for_mark(task.path, task.kind, SECONDS_OF_LOOKING)
    keys = (PUBLIC_KEY, *task.keys)
    found = detect(seen, keys=keys, most_seconds_of_work=SECONDS_OF_LOOKING)
    if found is None:
        return None
    return {
        "mark": f"{found.payload:016x}",
        "key": "public" if found.key_index == 0 else "this studio",
        "score": round(float(found.score), 2),
        "num_frames": found.num_frames,
        "scale": round(float(found.scale), 3),
        "rotation": round(float(found.rotation), 2),
        "mirrored": bool(found.mirrored),
    }


LAYERS: Mapping[str, Callable[[Task], Row | None]] = {
    "digest": digest,
    "provenance": provenance,
    "aigc": aigc,
    "source_type": source_type,
    "content": content,
    "watermark": watermark,
}


def plain(value: Any, depth: int = 0) -> Any:
    """JSON values of `value`: text shown, lists and depth bounded."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth > 6:
        return "…"
    if isinstance(value, Mapping):
        return {shown(str(key)): plain(each, depth + 1) for key, each in list(value.items())[:_MOST]}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [plain(each, depth + 1) for each in value[:_MOST]]
    if isinstance(value, Said):
        return plain(value.to_json(), depth)
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value), depth)
    return shown(str(value))


def _signer(signer: Any) -> Row:
    return {
        "name": shown(signer.name),
        "issuer": shown(signer.issuer),
        "fingerprint": shown(signer.fingerprint),
        "expired": bool(signer.expired),
    }


def _problems(problems: Sequence[Any]) -> list[Row]:
    return [
        {"where": shown(each.where), "code": shown(each.code), "sentence": shown(each.sentence, 400)}
        for each in problems[:_MOST]
    ]


def _tree(node: Node, depth: int) -> Row:
    children = node.ingredients[:_MOST] if depth < _DEEPEST else ()
    return {
        "title": shown(node.title),
        "relationship": shown(node.relationship),
        "signer": shown(node.signer.name) if node.signer is not None else None,
        "state": node.state,
        "problems": _problems(node.problems),
        "ingredients": [_tree(child, depth + 1) for child in children],
        "left_out": len(node.ingredients) - len(children),
    }


def _holds(path: Path) -> bool:
    """Whether the directory at the end of an EPUB is there, and every file that it names begins where it says.

    Raises:
        MediaError: there is no such directory.
    """
    from tianmu.media.metadata.epub import directory
    from tianmu.media.metadata.source import Malformed, Source

    with path.open("rb") as file:
        source = Source(file, path.stat().st_size)
        try:
            places = [source.unpack("<I", entry + 42)[0] for _, entry in directory(source)]
        except Malformed as error:
            raise MediaError(say("Nothing in it can be read.", "其中没有可读的内容。")) from error
        try:
            return all(source.take(place, 4) == b"PK\x03\x04" for place in places)
        except Malformed:
            return False


def _ends(path: Path) -> bool:
    """Whether a PDF has the end that it should have.

    Raises:
        MediaError: it has no such end at all, and nothing that could be a page.
    """
    with path.open("rb") as file:
        head = file.read(1 << 20)
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 2048))
        tail = file.read()
    if b"%%EOF" in tail and b"startxref" in tail:
        return True
    if not re.search(rb"\d+ \d+ obj", head):
        raise MediaError(say("Nothing in it can be read.", "其中没有可读的内容。"))
    return False
