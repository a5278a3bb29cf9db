"""The database under a store: connections, transactions, and what its errors mean to a person."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tianmu.core.errors import InputError, MediaError, OutputError, StoreBusy, TianmuError
from tianmu.core.files import writing
from tianmu.core.text import say
from tianmu.studio.store.config import DATABASE, PATIENCE, StoreConfig
from tianmu.studio.store.migrations import HEAD, REVISIONS, VERSION_TABLE, upgrade

_LOCK = 0x7469616E6D75
"""The advisory lock of PostgreSQL: shared by writers, exclusive for what must see no writer at work."""


class Database:
    """A database that is open and up to date."""

    def __init__(self, config: StoreConfig) -> None:
        """Open it; make it, or bring it up to date, where that is due.

        Raises:
            InputError: the URL is none of a database that a store can use, or the store is of a newer Tianmu.
            MediaError: the file is no store, or is damaged.
            OutputError: its folder cannot be made or written.
            StoreBusy: others keep it locked.
        """
        self.url = _url(config)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.name = self.url.render_as_string(hide_password=True)
        if self.is_sqlite:
            folder = Path(self.url.database or "").parent
            with writing(folder):
                folder.mkdir(parents=True, exist_ok=True)
        self.engine = _engine(self.url)
        try:
            with self._explained():
                self._bring_up_to_date()
        except BaseException:
            self.engine.dispose()
            raise

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """A connection that sees one unchanging state of the store."""
        engine = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")
        with self._explained(), engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, *, exclusive: bool = False) -> Generator[Connection]:
        """A connection in a transaction that is kept, durably, when the block ends well, and else undone.

        With SQLite there is one writer at a time. With PostgreSQL an `exclusive` one waits for all others to end.
        """
        engine = self.engine.execution_options(tianmu_write=True)
        with self._explained(), engine.connect() as connection, connection.begin():
            if not self.is_sqlite:
                lock = "pg_advisory_xact_lock" if exclusive else "pg_advisory_xact_lock_shared"
                connection.execute(text(f"SELECT {lock}({_LOCK})"))
            yield connection

    def now(self, connection: Connection) -> float:
        """Seconds since 1970, by one clock for all who share the database."""
        if self.is_sqlite:
            return time.time()
        return float(connection.scalar(text("SELECT extract(epoch FROM clock_timestamp())")) or 0)

    def complaints(self) -> list[str]:
        """What the database itself finds wrong with its file; nothing where that is not ours to look at."""
        if not self.is_sqlite:
            return []
        with self.reading() as connection:
            found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
            broken = [f"{row[0]} -> {row[2]}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
        return [line for line in found if line != "ok"] + broken

    def _bring_up_to_date(self) -> None:
        found = self._revision()
        if found == HEAD:
            return
        self._refuse_newer(found)
        if self.is_sqlite:
            self._use_wal()
        with self.writing(exclusive=True) as connection:
            found = _read_revision(connection)  # again: another process may have been here first
            self._refuse_newer(found)
            if found != HEAD:
                upgrade(connection)

    def _revision(self) -> str | None:
        try:
            with self.engine.connect() as connection:
                return connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))
        except (OperationalError, ProgrammingError) as error:
            if "no such table" in str(error.orig) or "does not exist" in str(error.orig).partition("\n")[0]:
                with self.engine.connect() as connection:
                    return _read_revision(connection)
            raise

    def _refuse_newer(self, found: str | None) -> None:
        if found is not None and found not in REVISIONS:
            raise InputError(
                say(
                    f"The store {self.name} was last used by a newer Tianmu (its tables are of revision {found}, and "
                    f"this one knows up to {HEAD}); install that newer version. Nothing was changed.",
                    f"存储 {self.name} 由更新版本的 Tianmu 使用过（表结构为 {found}，此版本最高支持 {HEAD}）；"
                    "请安装更新的版本。未作任何改动。",
                )
            )

    def _use_wal(self) -> None:
        """Switch the file to write-ahead logging, which lasts; others who do so at the same moment make it wait."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with self.engine.connect() as connection:
                    raw: Any = connection.connection.dbapi_connection
                    raw.execute("PRAGMA journal_mode=WAL")
                return
            except Exception as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    @contextmanager
    def _explained(self) -> Generator[None]:
        """Turn what the driver says into a sentence."""
        try:
            yield
        except TianmuError:
            raise
        except UnicodeEncodeError as error:
            raise InputError(
                say(
                    "A text holds bytes that are no text, so it was not kept; write it in UTF-8.",
                    "文字中有不是文字的字节，未予保存；请使用 UTF-8。",
                )
            ) from error
        except PoolTimeout as error:  # more threads at once than there are connections
            raise explain(self.name, "locked") from error
        except DBAPIError as error:
            raise explain(self.name, (str(error.orig) or str(error)).splitlines()[0]) from error


def explain(name: str, reason: str) -> TianmuError:
    """The error of ours that a complaint of a driver stands for."""
    lower = reason.lower()
    if "locked" in lower or "lock timeout" in lower:
        return StoreBusy(
            say(
                f"Others have kept the store {name} busy for {PATIENCE} s; try again when they are done.",
                f"存储 {name} 已被他人占用 {PATIENCE} 秒；请稍后再试。",
            )
        )
    if "disk is full" in lower or "disk full" in lower or "no space" in lower:
        return OutputError(
            say(
                f"The disk is full, so the store {name} could not be written; free some space. "
                "What was kept before is safe.",
                f"磁盘空间不足，无法写入存储 {name}；请清理空间。此前保存的内容都在。",
            )
        )
    if "readonly" in lower or "read-only" in lower or "unable to open" in lower or "disk i/o" in lower:
        return OutputError(
            say(
                f"The store {name} cannot be opened for writing ({reason}); check the folder and its permissions.",
                f"无法写入存储 {name}（{reason}）；请检查文件夹及其权限。",
            )
        )
    if "not a database" in lower or "malformed" in lower:
        return MediaError(
            say(
                f"{name} is no store, or is damaged ({reason}); restore it from a backup, or set TIANMU_HOME to "
                "another folder.",
                f"{name} 不是存储，或已损坏（{reason}）；请从备份恢复，或把 TIANMU_HOME 设为其他文件夹。",
            )
        )
    return MediaError(
        say(
            f"The database {name} failed ({reason}); check that it runs, and TIANMU_STORE.",
            f"数据库 {name} 出错（{reason}）；请检查它是否在运行，以及 TIANMU_STORE 的设置。",
        )
    )


def _read_revision(connection: Connection) -> str | None:
    """The revision of a database that may not have any table yet."""
    from sqlalchemy import inspect

    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))


def _url(config: StoreConfig) -> URL:
    if config.url is None:
        return URL.create("sqlite", database=str(config.home / DATABASE))
    try:
        url = make_url(config.url)
    except ArgumentError:
        raise _refuse_url(config.url.partition(":")[0]) from None
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in ("sqlite", "sqlite+pysqlite") and url.database and url.database != ":memory:":
        return url.set(drivername="sqlite", database=str(Path(url.database).expanduser().absolute()))
    raise _refuse_url(url.render_as_string(hide_password=True))


def _refuse_url(shown: str) -> InputError:
    return InputError(
        say(
            "A store is at a URL such as postgresql+psycopg://user@host/tianmu or sqlite:////folder/studio.db, and "
            f"{shown[:80]!r} is none; correct TIANMU_STORE.",
            "存储的 URL 应形如 postgresql+psycopg://user@host/tianmu 或 sqlite:////folder/studio.db，"
            f"而 {shown[:80]!r} 不是；请改正 TIANMU_STORE。",
        )
    )


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        try:
            import psycopg  # noqa: F401  # pyright: ignore[reportUnusedImport]
        except ImportError:
            raise InputError(
                say(
                    "A store in PostgreSQL needs the extra [postgres]: pip install 'tianmu[postgres]'.",
                    "使用 PostgreSQL 存储需要附加组件 [postgres]：pip install 'tianmu[postgres]'。",
                )
            ) from None
        return create_engine(url, isolation_level="READ COMMITTED", connect_args={"connect_timeout": PATIENCE})
    engine = create_engine(url, connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says, not where the driver guesses
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")  # a commit is on the disk when it returns


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once: one that began by reading could not wait for another without losing its view."""
    write = connection.get_execution_options().get("tianmu_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
