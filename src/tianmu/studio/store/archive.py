"""A project in one file: a zip with its documents, its takes and all their media, the same bytes for the same content.

    tianmu.json       what this is: schema, name of the project, every medium with its size
    documents.json    by kind and key
    takes.json        in the order in which they were kept
    media/ab/abcd...  as they lie in a store

Nothing is compressed: films and pictures are already, and compressors differ between machines.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import select

from tianmu.core.errors import MediaError, OutputError
from tianmu.core.files import whole_file, writing
from tianmu.core.text import say
from tianmu.film.schema import canonical, to_row
from tianmu.studio.store.project import Project
from tianmu.studio.store.references import mentioned, needed
from tianmu.studio.store.shelves import shelved
from tianmu.studio.store.tables import documents, takes

MANIFEST, DOCUMENTS, TAKES = "tianmu.json", "documents.json", "takes.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip can have: the real one would make two exports differ."""
_UNIX, _PLAIN_FILE = 3, 0o100644 << 16


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What an archive says that it holds."""

    SCHEMA: ClassVar[str] = "tianmu.archive.1"

    name: str
    """Of the project."""
    media: tuple[tuple[str, int], ...]
    """Digest and size in bytes of each, in order."""


def export_project(project: Project, path: Path, *, overwrite: bool = False) -> None:
    """Write everything of a project into one file, whole or not at all.

    Raises:
        MediaError: media that it needs are missing or damaged.
        OutputError: the file is there already, or cannot be written.
    """
    if path.exists() and not overwrite:
        raise OutputError(
            say(
                f"{path} is there already; choose another name, or allow it with --overwrite.",
                f"{path} 已经存在；请换个名字，或用 --overwrite 允许覆盖。",
            )
        )
    document_rows, take_rows = read_rows(project)
    media = project.media
    digests = needed(document_rows) | needed(take_rows)
    digests |= {digest for digest in mentioned(canonical([document_rows, take_rows])) if media.has(digest)}
    sizes: dict[str, int] = {}
    for digest in sorted(digests):
        size = media.size(digest)
        if size is None:
            raise MediaError(
                say(
                    f"The project {project.name!r} lacks the file {digest[:12]}; see `tianmu store check`.",
                    f"项目 {project.name!r} 缺少文件 {digest[:12]}；请运行 `tianmu store check`。",
                )
            )
        sizes[digest] = size
    manifest = Manifest(name=project.name, media=tuple(sizes.items()))
    with whole_file(path) as part, writing(path), zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        for name, content in ((MANIFEST, to_row(manifest)), (DOCUMENTS, document_rows), (TAKES, take_rows)):
            data = canonical(content).encode()
            _add(archive, name, len(data), (data,))
        for digest, size in sizes.items():
            _add(archive, f"media/{shelved(digest)}", size, media.chunks(digest))


def read_rows(project: Project) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The documents and the takes of a project, as one moment has them."""
    with project.database.reading() as connection:
        rows = connection.execute(
            select(documents.c.kind, documents.c.key, documents.c.body).where(documents.c.project == project.id)
        ).all()
        bodies = connection.scalars(
            select(takes.c.body).where(takes.c.project == project.id).order_by(takes.c.position)
        ).all()
    in_order = sorted(rows, key=lambda row: (row.kind, row.key))  # not the database's order: each has its own
    return (
        [{"kind": row.kind, "key": row.key, "body": json.loads(row.body)} for row in in_order],
        [json.loads(body) for body in bodies],
    )


def _add(archive: zipfile.ZipFile, name: str, size: int, chunks: Iterable[bytes]) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.create_system, info.external_attr, info.file_size = _UNIX, _PLAIN_FILE, size
    with archive.open(info, "w") as entry:
        for chunk in chunks:
            entry.write(chunk)
