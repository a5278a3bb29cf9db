"""The ledger only grows, and whatever is done to it otherwise is found."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from tianmu.core.errors import InputError, MediaError, TianmuError
from tianmu.core.settings import settings
from tianmu.governance.identity import anchors, renew_identity
from tianmu.governance.ledger import Actor, Entry, SignedHead, consistency_proof, leaf_hash, verify_consistency
from tianmu.studio.store import Store
from tianmu.studio.store.ledger import Row, read_ledger, record, record_in, verify_ledger

LI = Actor(name="Li Wei", role="director")


def note(number: int) -> Entry:
    return Entry(kind="note", actor=LI, project="ice", subject="1A", facts={"words": f"慢一点 {number}"})


def rows_of(store: Store) -> list[Row]:
    return list(read_ledger(store))


def kinds(rows: list[Row], heads: tuple[SignedHead, ...] = ()) -> list[str]:
    return [fault.kind for fault in verify_ledger(rows, anchors(settings().home), heads)]


def test_what_is_recorded_is_there_in_order_under_signed_heads(store: Store) -> None:
    record_in(store, note(1))
    record_in(store, note(2), note(3))
    rows = rows_of(store)
    assert [row.entry.kind for row in rows] == ["key", "note", "note", "note"]
    assert [row.entry.facts["words"] for row in rows[1:]] == ["慢一点 1", "慢一点 2", "慢一点 3"]
    assert rows[1].entry.actor == LI
    assert kinds(rows) == []
    assert [fault.kind for fault in verify_ledger(rows)] == ["untrusted"]


def test_the_database_refuses_to_change_a_row(store: Store) -> None:
    record_in(store, note(1))
    for statement in ("UPDATE ledger SET body = ''", "DELETE FROM ledger"):
        with pytest.raises(TianmuError), store.database.writing() as connection:
            connection.execute(text(statement))
    assert kinds(rows_of(store)) == []


def tampered(store: Store, *statements: str) -> list[Row]:
    """The rows after somebody with the file in hand has had their way with it."""
    path = store.database.engine.url.database
    assert path is not None
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER ledger_is_kept_from_update")
        connection.execute("DROP TRIGGER ledger_is_kept_from_delete")
        for statement in statements:
            connection.execute(statement)
    return rows_of(store)


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE ledger SET body = replace(body, '慢一点 2', '快一点 2')"], "changed"),
        (["DELETE FROM ledger WHERE position = 2"], "gap"),
        (["DELETE FROM ledger WHERE position = 0"], "gap"),
        (
            [
                "UPDATE ledger SET position = 99 WHERE position = 2",
                "UPDATE ledger SET position = 2 WHERE position = 1",
                "UPDATE ledger SET position = 1 WHERE position = 99",
            ],
            "changed",
        ),
        (["UPDATE ledger SET body = (SELECT body FROM ledger WHERE position = 1) WHERE position = 3"], "changed"),
        (["UPDATE ledger SET head = replace(head, '\"size\":3', '\"size\":4')"], "changed"),
    ],
)
def test_an_entry_that_was_changed_removed_or_moved_is_found(local: Store, statements: list[str], found: str) -> None:
    record_in(local, *(note(number) for number in range(1, 5)))
    assert kinds(tampered(local, *statements)) == [found]


def test_a_signature_of_another_head_is_found(local: Store) -> None:
    record_in(local, note(1), note(2))
    rows = rows_of(local)
    stolen = json.dumps(rows[1].head.as_row() | {"size": 3, "root": rows[2].head.head.root})
    with sqlite3.connect(str(local.database.engine.url.database)) as connection:
        connection.execute("DROP TRIGGER ledger_is_kept_from_update")
        connection.execute("UPDATE ledger SET head = ? WHERE position = 2", (stolen,))
    assert kinds(rows_of(local)) == ["signature"]


def test_cutting_off_the_end_is_found_by_who_kept_a_head(local: Store) -> None:
    record_in(local, *(note(number) for number in range(4)))
    kept = rows_of(local)[-1].head
    rows = tampered(local, "DELETE FROM ledger WHERE position > 2")
    assert kinds(rows) == []
    assert kinds(rows, (kept,)) == ["shorter"]


def test_a_ledger_written_anew_is_found_by_who_kept_a_head(local: Store, tmp_path: Path) -> None:
    record_in(local, note(1), note(2))
    kept = rows_of(local)[-1].head
    with Store.open(tmp_path / "other") as other:
        record_in(other, note(1), note(7), note(8))
        assert kinds(rows_of(other)) == []
        assert kinds(rows_of(other), (kept,)) == ["other"]
    tampered(local, "DELETE FROM ledger WHERE position > 1")
    record_in(local, note(9), note(10))
    assert kinds(rows_of(local)) == []
    assert kinds(rows_of(local), (kept,)) == ["head"]


def test_heads_prove_offline_that_the_ledger_only_grew(local: Store) -> None:
    record_in(local, note(1), note(2))
    old = rows_of(local)[-1].head
    record_in(local, note(3))
    rows = rows_of(local)
    leaves = [leaf_hash(row.body.encode()) for row in rows]
    new = rows[-1].head
    proof = consistency_proof(leaves, old.head.size)
    roots = bytes.fromhex(old.head.root), bytes.fromhex(new.head.root)
    assert verify_consistency(old.head.size, new.head.size, *roots, proof)


def test_a_new_key_is_entered_before_it_signs(local: Store) -> None:
    record_in(local, note(1))
    renew_identity(settings().home, name="Tianmu studio")
    record_in(local, note(2))
    rows = rows_of(local)
    assert [row.entry.kind for row in rows] == ["key", "note", "key", "note"]
    assert rows[1].head.fingerprint != rows[3].head.fingerprint
    assert kinds(rows) == []


def test_the_short_way_and_the_long_way_write_one_ledger() -> None:
    record(note(1))
    with Store.open() as store:
        record_in(store, note(2))
        record(note(3))
        rows = rows_of(store)
    assert [row.entry.facts.get("words") for row in rows] == [None, "慢一点 1", "慢一点 2", "慢一点 3"]
    assert kinds(rows) == []


def test_writers_at_once_stand_in_one_order(store: Store) -> None:
    record_in(store, note(0))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: record_in(store, note(number)), range(1, 21)))
    rows = rows_of(store)
    assert sorted(row.entry.facts["words"] for row in rows[1:]) == sorted(f"慢一点 {n}" for n in range(21))
    assert kinds(rows) == []


def test_what_cannot_be_written_leaves_the_ledger_as_it_was(store: Store) -> None:
    record_in(store, note(1))
    for bad in (Entry(kind="rumour", actor=LI), Entry(kind="note", actor=LI, facts={"x": float("nan")})):
        with pytest.raises(InputError):
            record_in(store, note(2), bad)
    assert len(rows_of(store)) == 2


@pytest.mark.parametrize("row", [None, [], {}, {"schema": "tianmu.head.1"}, {"schema": "tianmu.head.9", "size": 1}])
def test_what_is_no_head_is_refused(row: object) -> None:
    with pytest.raises(MediaError, match="no head"):
        SignedHead.from_row(row)
