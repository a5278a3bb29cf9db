"""The ledger in the store: entries are added at its end, each with a signed head over all that stands before it.

record(entry, ...)                      add to the ledger of a studio home
read_ledger(store)                      every row, in order
verify_ledger(rows, trusted, heads)     what was changed, removed, reordered or cut off
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tianmu.core.errors import MediaError
from tianmu.core.settings import settings
from tianmu.core.text import say
from tianmu.film.schema import canonical
from tianmu.governance.identity import Identity, open_identity
from tianmu.governance.ledger import Actor, Entry, Head, SignedHead, grow, leaf_hash, root_of, sign_head, verify_head
from tianmu.governance.ledger.entry import now
from tianmu.governance.ledger.merkle import Peaks
from tianmu.studio.store.config import DATABASE, PATIENCE, StoreConfig, read_config
from tianmu.studio.store.migrations import HEAD, VERSION_TABLE

if TYPE_CHECKING:
    from tianmu.studio.store.store import Store

_LAST = "SELECT position, peaks, head FROM ledger ORDER BY position DESC LIMIT 1"
_FIRST = "SELECT body FROM ledger WHERE position = 0"
_INSERT = "INSERT INTO ledger (position, body, peaks, head) VALUES (:position, :body, :peaks, :head)"
"""As every database of a store understands them."""

Execute = Callable[[str, Mapping[str, Any]], Any]
"""Runs a statement with its values, and gives what has `fetchone`."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """An entry as it is kept."""

    position: int
    body: str
    peaks: tuple[str, ...]
    head: SignedHead

    @property
    def entry(self) -> Entry:
        """What was written down.

        Raises:
            ValueError: it is damaged.
        """
        return Entry.decode(self.body)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that is not as it was written."""

    kind: Literal["changed", "gap", "signature", "untrusted", "key", "head", "shorter", "other"]
    position: int
    """Of the first entry that shows it; for a head of a second party, its size."""
    text: str


def record(*entries: Entry, home: Path | None = None) -> None:
    """Add entries to the ledger of a studio home, in order, all or none.

    Raises:
        TianmuError: as `Store.open`; an entry is none that can be written.
    """
    home = home or settings().home
    bodies = _encoded(entries)
    identity = open_identity(home)
    if _record_shortly(read_config(home), bodies, identity):
        return
    from tianmu.studio.store.store import Store

    with Store.open(home) as store:
        record_in(store, *entries)


def record_in(store: Store, *entries: Entry) -> None:
    """The same, for a store that is open."""
    from sqlalchemy import text

    bodies = _encoded(entries)
    with store.database.writing() as connection:
        if not store.database.is_sqlite:
            connection.execute(text("LOCK TABLE ledger IN SHARE ROW EXCLUSIVE MODE"))
        _append(
            lambda statement, values: connection.execute(text(statement), dict(values)),
            bodies,
            open_identity(settings().home),
        )


def read_ledger(store: Store) -> Iterator[Row]:
    """Every row, in order; memory does not grow with the ledger.

    Raises:
        MediaError: a row cannot be read at all.
    """
    from sqlalchemy import select

    from tianmu.studio.store.tables import ledger

    wanted = select(ledger).order_by(ledger.c.position)
    with store.database.reading() as connection:
        for row in connection.execution_options(yield_per=500).execute(wanted):
            try:
                yield Row(
                    position=row.position,
                    body=row.body,
                    peaks=tuple(json.loads(row.peaks)),
                    head=SignedHead.from_row(json.loads(row.head)),
                )
            except (ValueError, TypeError, MediaError) as error:
                raise MediaError(
                    say(
                        f"Entry {row.position} of the ledger cannot be read; somebody changed it. Restore the store "
                        "from a backup.",
                        f"账本第 {row.position} 条无法读取，已被改动；请从备份恢复存储。",
                    )
                ) from error


def verify_ledger(
    rows: Iterable[Row], trusted: Sequence[bytes] = (), heads: Sequence[SignedHead] = ()
) -> tuple[Fault, ...]:
    """What is wrong with a ledger; nothing where all is as it was written.

    Every hash is computed anew and every head checked. `heads` are those that a second party kept: a ledger that was
    cut off, or written anew from the beginning, is shorter than one of them or has another root there.
    """
    faults: list[Fault] = []
    peaks: Peaks = ()
    chains: dict[str, bytes] = {}
    distrusted: set[str] = set()
    log, size = "", 0
    roots = {head.head.size: "" for head in heads}
    for size, row in enumerate(rows, start=1):
        index = size - 1
        if row.position != index:
            faults.append(_fault("gap", index))
            break
        peaks = grow(peaks, index, leaf_hash(row.body.encode()))
        root = root_of(peaks).hex()
        log = log or leaf_hash(row.body.encode()).hex()
        if row.peaks != tuple(peak.hex() for peak in peaks) or (row.head.head.size, row.head.head.root) != (size, root):
            faults.append(_fault("changed", index))
            break
        if row.head.head.log != log:
            faults.append(_fault("other", index))
            break
        try:
            entry = row.entry
        except ValueError:
            faults.append(_fault("changed", index))
            break
        if entry.kind == "key":
            chains[str(entry.facts.get("fingerprint"))] = str(entry.facts.get("chain")).encode()
        chain = chains.get(row.head.fingerprint)
        wrong = "key" if chain is None else verify_head(row.head, chain, trusted)
        if wrong == "untrusted":
            if row.head.fingerprint not in distrusted:
                faults.append(_fault("untrusted", index))
            distrusted.add(row.head.fingerprint)
        elif wrong is not None:
            faults.append(_fault("key" if wrong == "key" else "signature", index))
            break
        if size in roots:
            roots[size] = root
    else:
        faults += _against(heads, roots, log, size)
    return tuple(faults)


def _against(heads: Sequence[SignedHead], roots: Mapping[int, str], log: str, size: int) -> Iterator[Fault]:
    """What the heads of a second party say."""
    for kept in heads:
        if kept.head.log != log:
            yield _fault("other", kept.head.size)
        elif kept.head.size > size:
            yield _fault("shorter", kept.head.size)
        elif kept.head.root != roots[kept.head.size]:
            yield _fault("head", kept.head.size)


def _encoded(entries: Iterable[Entry]) -> list[Entry]:
    """The entries with their time, after each was found to be writable."""
    stamped = [replace(entry, at=entry.at or now()) for entry in entries]
    for entry in stamped:
        entry.encode()
    return stamped


def _append(execute: Execute, entries: Sequence[Entry], identity: Identity) -> None:
    """Add to the end within a transaction that no other writer of the ledger shares."""
    last = execute(_LAST, {}).fetchone()
    size, peaks, log = 0, (), ""
    if last is not None:
        size = last[0] + 1
        peaks = tuple(bytes.fromhex(peak) for peak in json.loads(last[1]))
        log = SignedHead.from_row(json.loads(last[2])).head.log
    if last is None or SignedHead.from_row(json.loads(last[2])).fingerprint != identity.fingerprint:
        facts = {"fingerprint": identity.fingerprint, "producer": identity.producer, "chain": identity.chain.decode()}
        key = Entry(kind="key", actor=Actor(name=identity.name), facts=facts, at=now())
        entries = (key, *entries)
    for entry in entries:
        body = entry.encode()
        leaf = leaf_hash(body.encode())
        peaks = grow(peaks, size, leaf)
        log = log or leaf.hex()
        size += 1
        head = sign_head(Head(log=log, size=size, root=root_of(peaks).hex(), at=entry.at), identity)
        values = {
            "position": size - 1,
            "body": body,
            "peaks": json.dumps([peak.hex() for peak in peaks]),
            "head": canonical(head.as_row()),
        }
        execute(_INSERT, values)


def _record_shortly(config: StoreConfig, entries: Sequence[Entry], identity: Identity) -> bool:
    """Whether a local store that is up to date took them, without what the rest of a store takes to load."""
    path = config.home / DATABASE
    if config.url is not None or not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchall() != [(HEAD,)]:
                return False
            _append(connection.execute, entries, identity)
            connection.execute("COMMIT")
    except sqlite3.Error:
        return False  # nothing was kept; the long way meets the same, and has a sentence for it
    return True


def _fault(
    kind: Literal["changed", "gap", "signature", "untrusted", "key", "head", "shorter", "other"], at: int
) -> Fault:
    sentences = {
        "changed": (
            f"Entry {at} is not what was written: it, or one before it, was changed.",
            f"第 {at} 条与写入时不符：它或更早的条目被改动。",
        ),
        "gap": (f"Entry {at} is missing, or stands elsewhere.", f"第 {at} 条缺失，或被移动。"),
        "signature": (f"The head after entry {at} was not signed by its key.", f"第 {at} 条之后的树头签名无效。"),
        "untrusted": (
            f"From entry {at} on a key signs that nobody here trusts; put its root into the folder `trusted`.",
            f"自第 {at} 条起由不受信任的密钥签名；请把其根证书放入 trusted 文件夹。",
        ),
        "key": (f"The key that signed entry {at} was never entered.", f"签署第 {at} 条的密钥从未登记。"),
        "head": (
            f"The head of {at} entries that was kept elsewhere has another root: the ledger was written anew.",
            f"他处保存的第 {at} 条树头根值不同：账本已被重写。",
        ),
        "shorter": (
            f"The head that was kept elsewhere knows of {at} entries, and there are fewer now: the end is cut off.",
            f"他处保存的树头有 {at} 条，而现在更少：账本末尾被截去。",
        ),
        "other": ("This is another ledger than the one that the head was given for.", "这不是该树头所属的账本。"),
    }
    return Fault(kind=kind, position=at, text=say(*sentences[kind]))
