"""A lease: one process at a time is at work on something, and a dead one does not stand in the way."""

from __future__ import annotations

import secrets
import threading
from datetime import datetime
from types import TracebackType
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from tianmu.core.errors import StoreBusy, TianmuError
from tianmu.core.text import say
from tianmu.studio.store.database import Database
from tianmu.studio.store.process import Process
from tianmu.studio.store.tables import leases

HEARTBEAT = 20
"""Seconds between two signs of life."""
SILENCE = 120
"""Seconds without one, after which a holder on another host counts as dead. On this host the process itself tells."""


class Lease:
    """Held while its block runs; a quiet thread gives the signs of life."""

    def __init__(self, database: Database, project: int, name: str, purpose: str) -> None:
        self._database = database
        self._project = project
        self._name = name
        self._purpose = purpose
        self._token = secrets.token_hex(8)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease of {name}", daemon=True)

    def __enter__(self) -> None:
        """Take it.

        Raises:
            StoreBusy: a living process holds it.
        """
        process = Process.this()
        with self._database.writing(exclusive=True) as connection:
            now = self._database.now(connection)
            holder = connection.execute(select(leases).where(*self._slot())).one_or_none()
            if holder is not None and not is_stale(holder, now):
                raise self._busy(holder)
            connection.execute(delete(leases).where(*self._slot()))
            connection.execute(
                insert(leases).values(
                    project=self._project,
                    purpose=self._purpose,
                    token=self._token,
                    host=process.host,
                    pid=process.pid,
                    born=process.born,
                    started=now,
                    heartbeat=now,
                )
            )
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give it back; a lease that another has taken over meanwhile is theirs."""
        self._ended.set()
        self._thread.join()
        try:
            with self._database.writing() as connection:
                connection.execute(delete(leases).where(*self._slot(), leases.c.token == self._token))
        except TianmuError:
            if error is None:
                raise

    def renew(self) -> bool:
        """Give a sign of life; False where another has taken it over."""
        with self._database.writing() as connection:
            beat = update(leases).where(*self._slot(), leases.c.token == self._token)
            return connection.execute(beat.values(heartbeat=self._database.now(connection))).rowcount == 1

    def _beat(self) -> None:
        while not self._ended.wait(HEARTBEAT):
            try:
                if not self.renew():
                    return
            except TianmuError:
                continue  # the database is away for a moment: the next sign of life may come through

    def _slot(self) -> tuple[ColumnElement[bool], ...]:
        return leases.c.project == self._project, leases.c.purpose == self._purpose

    def _busy(self, holder: Row[Any]) -> StoreBusy:
        since = datetime.fromtimestamp(holder.started).astimezone().isoformat(" ", "seconds")
        return StoreBusy(
            say(
                f"Process {holder.pid} on {holder.host} is at work on {self._name!r} ({self._purpose}) since {since}; "
                "wait until it is done, or end it.",
                f"{holder.host} 上的进程 {holder.pid} 自 {since} 起正在处理 {self._name!r}（{self._purpose}）；"
                "请等它完成，或结束它。",
            )
        )


def is_stale(holder: Row[Any], now: float) -> bool:
    """Whether the process that took a lease is dead; `now` is in seconds since 1970 by the database's clock."""
    alive = Process(host=holder.host, pid=holder.pid, born=holder.born).alive()
    return not alive if alive is not None else now - holder.heartbeat > SILENCE


def stale_leases(connection: Connection, now: float) -> list[Row[Any]]:
    """The leases that dead processes have left."""
    return [row for row in connection.execute(select(leases)) if is_stale(row, now)]
