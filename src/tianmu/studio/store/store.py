"""The store: every project of a studio, and the media that they share."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, text

from tianmu.core.errors import InputError, StoreBusy
from tianmu.core.text import listed, say
from tianmu.studio.store.config import CACHE, MEDIA, read_config
from tianmu.studio.store.database import Database
from tianmu.studio.store.issued import INSERT, NOTE_SIZE, Issued, checked, columns, hexadecimal, read_body
from tianmu.studio.store.lease import is_stale
from tianmu.studio.store.media import Media
from tianmu.studio.store.project import Project
from tianmu.studio.store.shelves import open_shelf
from tianmu.studio.store.sweep import mentioned_in, sweep
from tianmu.studio.store.tables import documents, issued, leases, media, projects, takes

LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class ProjectInfo:
    """A project in a list."""

    name: str
    num_documents: int
    num_takes: int


class Store:
    """An open store; a context manager, which closes it."""

    def __init__(self, database: Database, media: Media) -> None:
        """Most callers want `Store.open`."""
        self.database = database
        self.media = media

    @staticmethod
    def open(home: Path | None = None, *, url: str | None = None, media_url: str | None = None) -> Store:
        """Open the store of a studio home, and make it where there is none.

        `url` moves the database elsewhere and `media_url` the media; by default `TIANMU_STORE` and `TIANMU_MEDIA`
        say whether, and `TIANMU_HOME` where the home is.

        Raises:
            InputError: a URL cannot be used, or the store is of a newer Tianmu.
            MediaError: the database is damaged, or does not answer.
            OutputError: the home cannot be written.
            StoreBusy: others keep it locked.
        """
        config = read_config(home, url, media_url)
        shelf = open_shelf(config.media_url, config.home / MEDIA)
        database = Database(config)

        def known_size(digest: str) -> int | None:
            with database.reading() as connection:
                return connection.scalar(select(media.c.bytes).where(media.c.digest == digest))

        return Store(database, Media(shelf, config.home / CACHE, known_size))

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def create_project(self, name: str) -> Project:
        """A new project.

        Raises:
            InputError: the name is taken, or is none.
        """
        name = checked_name(name)
        with self.database.writing(exclusive=True) as connection:
            return self.project_in(connection, name)

    def project_in(self, connection: Connection, name: str) -> Project:
        """Make a project within a transaction that is exclusive; see `create_project`."""
        if _project_id(connection, name) is not None:
            raise InputError(
                say(
                    f"There is a project called {name!r} already; choose another name.",
                    f"已有名为 {name!r} 的项目；请换一个名称。",
                )
            )
        made = connection.scalar(insert(projects).values(name=name, clock=0).returning(projects.c.id))
        assert made is not None
        return Project(self.database, self.media, name, made)

    def project(self, name: str) -> Project:
        """A project that is there.

        Raises:
            InputError: there is none of that name.
        """
        name = checked_name(name)
        with self.database.reading() as connection:
            found = _project_id(connection, name)
            if found is None:
                names = list(connection.scalars(select(projects.c.name).order_by(projects.c.name).limit(10)))
                raise InputError(
                    say(
                        f"There is no project called {name!r}; there are: {listed(names)}.",
                        f"没有名为 {name!r} 的项目；现有：{listed(names)}。",
                    )
                )
        return Project(self.database, self.media, name, found)

    def ensure_project(self, name: str) -> Project:
        """The project of that name, made where it is missing."""
        name = checked_name(name)
        with self.database.reading() as connection:
            found = _project_id(connection, name)
        if found is None:
            with self.database.writing(exclusive=True) as connection:
                found = _project_id(connection, name)
                if found is None:
                    return self.project_in(connection, name)
        return Project(self.database, self.media, name, found)

    def projects(self) -> tuple[ProjectInfo, ...]:
        """All projects by name."""
        counts = [
            select(func.count()).where(table.c.project == projects.c.id).scalar_subquery()
            for table in (documents, takes)
        ]
        with self.database.reading() as connection:
            rows = connection.execute(select(projects.c.name, counts[0], counts[1])).all()
        return tuple(ProjectInfo(name=row[0], num_documents=row[1], num_takes=row[2]) for row in sorted(rows))

    def delete_project(self, name: str) -> None:
        """Delete a project with its documents and takes, and the media that nothing else needs.

        What was issued from it stays on record, with its manifests.

        Raises:
            InputError: there is none of that name.
            StoreBusy: a living process is at work on it.
        """
        project = self.project(name)
        with self.database.writing(exclusive=True) as connection:
            found = _project_id(connection, project.name)
            now = self.database.now(connection)
            for holder in connection.execute(select(leases).where(leases.c.project == found)):
                if not is_stale(holder, now):
                    raise StoreBusy(
                        say(
                            f"Process {holder.pid} on {holder.host} is at work on {project.name!r}; end it first.",
                            f"{holder.host} 上的进程 {holder.pid} 正在处理 {project.name!r}；请先结束它。",
                        )
                    )
            was = mentioned_in(connection, found)
            connection.execute(delete(projects).where(projects.c.id == found))
        self.sweep(was)  # after the commit: a crash between the two leaves files too many, never files too few

    def sweep(self, candidates: Iterable[str]) -> tuple[str, ...]:
        """Remove those of the media that nothing in the store mentions, and give their digests."""
        return sweep(self.database, self.media, candidates)

    def issue(self, work: Issued, manifest: bytes) -> Issued:
        """Record a work that leaves, with its signed manifest, for good; gives the record as it is kept.

        Raises:
            InputError: the record is none that could be, or nobody says to whom and why it leaves without a label.
            OutputError: the disk is full; nothing is recorded.
        """
        kept = checked(work, manifest)
        with self.database.writing() as connection:  # no sweep is at work until it ends
            self.media.put_bytes(manifest)
            connection.execute(text(NOTE_SIZE), {"digest": kept.manifest, "bytes": len(manifest)})
            connection.execute(text(INSERT), columns(kept))
        return kept

    def issued(self) -> tuple[Issued, ...]:
        """Every work that has left, the newest first.

        Raises:
            MediaError: a record cannot be read.
        """
        return self._issued()

    def find_mark(self, mark: int) -> tuple[Issued, ...]:
        """The works that bear a mark, the newest first: one that left twice, or for two audiences, is there twice.

        Raises:
            InputError: it is no number of 64 bits.
        """
        return self._issued(issued.c.mark == hexadecimal(mark))

    def find_file(self, sha256: str) -> tuple[Issued, ...]:
        """The works that left as this very file, the newest first."""
        return self._issued(issued.c.file_sha256 == sha256)

    def _issued(self, *where: ColumnElement[bool]) -> tuple[Issued, ...]:
        wanted = select(issued.c.body).where(*where).order_by(issued.c.position.desc())
        with self.database.reading() as connection:
            return tuple(read_body(body) for body in connection.scalars(wanted))


def checked_name(name: str) -> str:
    """The name of a project, in one form of Unicode.

    Raises:
        InputError: it is empty, too long, or has what no file name should have.
    """
    plain = unicodedata.normalize("NFC", name).strip()
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable() or set(plain) & set('/\\:*?"<>|'):
        raise InputError(
            say(
                f'A project has a name of 1 to {LONGEST_NAME} visible characters without / \\ : * ? " < > |, and '
                f"{name[:LONGEST_NAME]!r} is none.",
                f'项目名称应为 1 到 {LONGEST_NAME} 个可见字符，且不含 / \\ : * ? " < > |，'
                f"而 {name[:LONGEST_NAME]!r} 不是。",
            )
        )
    return plain


def _project_id(connection: Connection, name: str) -> int | None:
    return connection.scalar(select(projects.c.id).where(projects.c.name == name))
