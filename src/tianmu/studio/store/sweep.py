"""Media that nothing mentions any more: found, and removed."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select

from tianmu.studio.store.database import Database
from tianmu.studio.store.media import Media
from tianmu.studio.store.references import mentioned
from tianmu.studio.store.tables import documents, issued, takes
from tianmu.studio.store.tables import media as sizes


def sweep(database: Database, media: Media, candidates: Iterable[str]) -> tuple[str, ...]:
    """Remove those of the media that nothing in the store mentions, and give their digests.

    No writer is at work meanwhile, and one that comes after finds them missing and puts them again.
    """
    wanted = set(candidates)
    if not wanted:
        return ()
    with database.writing(exclusive=True) as connection:
        left = sorted(wanted - mentioned_in(connection))
        for digest in left:
            media.remove(digest)
            connection.execute(delete(sizes).where(sizes.c.digest == digest))
    return tuple(left)


def mentioned_in(connection: Connection, project: int | None = None) -> set[str]:
    """Every digest that the rows of a project mention, or of all, with the manifests of all that was issued."""
    digests: set[str] = set()
    for table in (documents, takes):
        rows = select(table.c.body)
        for body in connection.scalars(rows if project is None else rows.where(table.c.project == project)):
            digests |= mentioned(body)
    if project is None:
        digests |= set(connection.scalars(select(issued.c.manifest)))
    return digests
