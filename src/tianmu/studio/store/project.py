"""A project: its documents, each guarded by a version, and its takes, each kept once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from tianmu.core.errors import Conflict, InputError, MediaError
from tianmu.core.text import say
from tianmu.film.schema import N, Noun, canonical, from_row, to_row
from tianmu.film.take import Take
from tianmu.studio.store.database import Database
from tianmu.studio.store.lease import Lease
from tianmu.studio.store.media import Media, file_chunks
from tianmu.studio.store.references import needed
from tianmu.studio.store.sweep import sweep
from tianmu.studio.store.tables import documents, media, projects, takes


@dataclass(frozen=True, kw_only=True)
class Stored(Generic[N]):
    """A document as it was read."""

    value: N
    version: int
    """What `write` and `remove` want to be told. It grows with every write; no number comes twice in a project."""


class Project:
    """A handle on a project of a store; `Store.project` gives it."""

    def __init__(self, database: Database, media: Media, name: str, id: int) -> None:
        self.name = name
        self.database = database
        self.media = media
        """The media of its store."""
        self.id = id

    def read(self, kind: type[N], key: str = "") -> Stored[N] | None:
        """A document, or None where there is none.

        Raises:
            MediaError: it was written by a newer Tianmu, or is damaged.
        """
        with self.database.reading() as connection:
            row = connection.execute(
                select(documents.c.version, documents.c.body).where(*self._slot(kind, key))
            ).one_or_none()
        return None if row is None else Stored(value=from_row(kind, json.loads(row.body)), version=row.version)

    def write(self, noun: Noun, key: str = "", *, expected: int | None) -> int:
        """Write a document and give its new version; `expected` is the version that was read, None for a new one.

        Raises:
            Conflict: somebody else wrote, or removed, it first; nothing is changed.
            MediaError: it names media that the store does not have.
            InputError: the project is gone.
        """
        row = to_row(noun)
        where = self._slot(type(noun), key)
        with self.database.writing() as connection:
            version = self._tick(connection)
            self._expect(connection, type(noun), key, expected)
            self.require_media(connection, needed(row))
            values = {"version": version, "schema": noun.SCHEMA, "body": canonical(row)}
            if expected is None:
                place = {"project": self.id, "kind": family(noun.SCHEMA), "key": key}
                connection.execute(insert(documents).values(**place, **values))
            else:
                connection.execute(update(documents).where(*where).values(**values))
        return version

    def remove(self, kind: type[Noun], key: str = "", *, expected: int) -> None:
        """Remove a document.

        Raises:
            Conflict: somebody else wrote, or removed, it first.
        """
        with self.database.writing() as connection:
            self._tick(connection)
            self._expect(connection, kind, key, expected)
            connection.execute(delete(documents).where(*self._slot(kind, key)))

    def keys(self, kind: type[Noun]) -> tuple[str, ...]:
        """The keys of all documents of a kind, in order."""
        with self.database.reading() as connection:
            found = connection.scalars(
                select(documents.c.key).where(documents.c.project == self.id, documents.c.kind == family(kind.SCHEMA))
            )
            return tuple(sorted(found))

    def keep_take(self, take: Take, files: Mapping[str, Path]) -> Take:
        """Keep a take with its files, by digest, and give it as it is kept: with its number.

        The files come first, durably, then one transaction; so a take that is there has all its files. A take with
        that id that is there already is given back as it is, after any file that it has lost was put back.

        Raises:
            InputError: a file of the take is neither given nor in the store, or the project is gone.
            MediaError: a file is not what its digest says.
            OutputError: the disk is full; nothing half-kept stays.
        """
        kept = self._find(take.id)
        wanted = {take.film, take.recipe, take.thumbnail} if kept is None else needed(to_row(kept))
        for digest in sorted(wanted & files.keys()):
            if kept is None or not self.media.has(digest):
                self._put(files[digest], digest)
        if kept is not None:
            return kept
        for _ in range(3):
            try:
                return self._insert_take(take)
            except _Swept:  # somebody mended the store between our two steps, and saw files that nobody needed yet
                for digest in sorted(wanted & files.keys()):
                    self._put(files[digest], digest)
        return self._insert_take(take)

    def takes(self, *, slate: str | None = None, key: str | None = None) -> tuple[Take, ...]:
        """The takes of a slate, of a key, of both or of the whole project, in the order in which they were kept."""
        chosen = self._takes()
        if slate is not None:
            chosen = chosen.where(takes.c.slate == slate)
        if key is not None:
            chosen = chosen.where(takes.c.key == key)
        with self.database.reading() as connection:
            return tuple(_take(body) for body in connection.scalars(chosen))

    def take(self, id: str) -> Take:
        """One take, by its id, by the first letters of its id, or as `3B/2`: take 2 of slate 3B.

        Raises:
            InputError: there is none, or more than one.
        """
        with self.database.reading() as connection:
            return self._choose(connection, id)

    def mark_take(
        self, id: str, *, circled: bool | None = None, rejected: bool | None = None, note: str | None = None
    ) -> Take:
        """Circle, reject or annotate a take; to circle it takes the circle from the others of its slate and frame.

        Raises:
            InputError: there is no such take, or more than one.
        """
        with self.database.writing() as connection:
            self._tick(connection)
            take = self._choose(connection, id)
            if circled:
                others = self._takes().where(takes.c.slate == take.slate)
                for other in [_take(body) for body in connection.scalars(others)]:
                    if other.circled and other.id != take.id and _same_frame(other, take):
                        self._rewrite(connection, replace(other, circled=False))
            take = replace(
                take,
                circled=take.circled if circled is None else circled,
                rejected=take.rejected if rejected is None else rejected,
                notes=take.notes if note is None else (*take.notes, note),
            )
            self._rewrite(connection, take)
        return take

    def lease(self, purpose: str) -> AbstractContextManager[None]:
        """While the block runs, no other process has the lease of that purpose on this project.

        Raises:
            StoreBusy: a living process has it; the sentence names it.
        """
        return Lease(self.database, self.id, self.name, purpose)

    def release(self, digests: Iterable[str]) -> tuple[str, ...]:
        """Remove media that a document has let go of, unless something else in the store mentions them."""
        return sweep(self.database, self.media, digests)

    def require_media(self, connection: Connection, digests: Iterable[str]) -> None:
        """Note the sizes of media that a row of this transaction needs; raise `_Swept` where one is missing."""
        for digest in sorted(digests):
            size = self.media.size(digest)
            if size is None:
                raise _Swept(
                    say(
                        f"The file {digest[:12]} is not in the store; put it there before what needs it.",
                        f"存储中没有文件 {digest[:12]}；请先存入它，再写入引用它的内容。",
                    )
                )
            note_size(connection, digest, size)

    def _put(self, path: Path, digest: str) -> None:
        self.media.put_chunks(file_chunks(path), expected=digest)

    def _insert_take(self, take: Take) -> Take:
        with self.database.writing() as connection:
            position = self._tick(connection)
            there = connection.scalar(self._takes().where(takes.c.id == take.id))
            if there is not None:
                return _take(there)
            self.require_media(connection, (take.film, take.recipe, take.thumbnail))
            last = connection.scalar(
                select(func.max(takes.c.number)).where(takes.c.project == self.id, takes.c.slate == take.slate)
            )
            kept = replace(take, number=(last or 0) + 1)
            connection.execute(insert(takes).values(**take_values(self.id, kept, position)))
        return kept

    def _find(self, id: str) -> Take | None:
        with self.database.reading() as connection:
            body = connection.scalar(self._takes().where(takes.c.id == id))
        return None if body is None else _take(body)

    def _choose(self, connection: Connection, id: str) -> Take:
        slate, slash, number = id.rpartition("/")
        if slash:
            digits = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
            found = connection.scalars(
                self._takes().where(func.upper(takes.c.slate) == slate.strip().upper(), takes.c.number == digits)
            ).all()[-1:]
        else:
            found = connection.scalars(self._takes().where(takes.c.id == id)).all() or (
                connection.scalars(self._takes().where(takes.c.id.startswith(id, autoescape=True)).limit(2)).all()
                if id
                else []
            )
        if len(found) == 1:
            return _take(found[0])
        if found:
            raise InputError(
                say(
                    f"More than one take of {self.name!r} begins with {id!r}; write more of its id, or SLATE/NUMBER.",
                    f"{self.name!r} 中有多个镜次以 {id!r} 开头；请写得更长，或写 镜号/次数。",
                )
            )
        raise InputError(
            say(
                f"{self.name!r} has no take {id[:80]!r}; name one by its id or as SLATE/NUMBER, such as 3B/2.",
                f"{self.name!r} 中没有镜次 {id[:80]!r}；请用编号或 镜号/次数（例如 3B/2）指定。",
            )
        )

    def _takes(self) -> Select[str]:
        return select(takes.c.body).where(takes.c.project == self.id).order_by(takes.c.position)

    def _rewrite(self, connection: Connection, take: Take) -> None:
        connection.execute(
            update(takes).where(takes.c.project == self.id, takes.c.id == take.id).values(body=canonical(to_row(take)))
        )

    def _slot(self, kind: type[Noun], key: str) -> tuple[Any, ...]:
        return documents.c.project == self.id, documents.c.kind == family(kind.SCHEMA), documents.c.key == key

    def _expect(self, connection: Connection, kind: type[Noun], key: str, expected: int | None) -> None:
        found = connection.scalar(select(documents.c.version).where(*self._slot(kind, key)))
        if found != expected:
            what = family(kind.SCHEMA).partition(".")[2] + (f" {key}" if key else "")
            raise Conflict(f"{self.name}: {what}", expected, found)

    def _tick(self, connection: Connection) -> int:
        """Lock the project for this transaction, and count one up."""
        tick = update(projects).where(projects.c.id == self.id).values(clock=projects.c.clock + 1)
        clock = connection.scalar(tick.returning(projects.c.clock))
        if clock is None:
            raise InputError(
                say(
                    f"The project {self.name!r} was deleted in the meantime; nothing was written.",
                    f"项目 {self.name!r} 已被删除；未写入任何内容。",
                )
            )
        return clock


def _same_frame(first: Take, second: Take) -> bool:
    """Whether two takes have the same shape, so that one film may use either."""
    return first.width * second.height == second.width * first.height


class _Swept(MediaError):
    """Media that a row needs are not there."""


def family(schema: str) -> str:
    """A schema without its number: `tianmu.cut` of `tianmu.cut.1`, so that a newer one takes the place of the old."""
    return schema.rpartition(".")[0]


def note_size(connection: Connection, digest: str, size: int) -> None:
    """Remember how large a file of the media is, in bytes."""
    from sqlalchemy.dialects import postgresql, sqlite

    upsert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert
    row = upsert(media).values(digest=digest, bytes=size)
    connection.execute(row.on_conflict_do_update(index_elements=[media.c.digest], set_={"bytes": size}))


def take_values(project: int, take: Take, position: int) -> dict[str, Any]:
    """The columns of a take."""
    return {
        "project": project,
        "id": take.id,
        "position": position,
        "slate": take.slate,
        "key": take.key,
        "number": take.number,
        "body": canonical(to_row(take)),
    }


def _take(body: str) -> Take:
    return from_row(Take, json.loads(body))
