"""What has left is on record for good: found by its mark and its file, with its manifest."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tianmu.core.errors import InputError, MediaError, TianmuError
from tianmu.film.take import Take
from tianmu.governance.footprint import Footprint
from tianmu.studio.store import Issued, Store, check, export_project, import_project, issue
from tianmu.studio.store import issued as room
from tianmu.studio.store.shelves import shelved

MakeTake = Callable[..., tuple[Take, dict[str, Path]]]
MANIFEST = b"a signed manifest"
WORK = Issued(
    mark=0x00FF_1234_5678_9ABC,
    kind="film",
    title="灯塔",
    file_sha256="a" * 64,
    audience="all",
    project="lighthouse",
    footprint=Footprint(energy_kwh=4e-4, carbon_kg=2e-4, method="estimate: m"),
    at="2025-11-02T10:00:00+00:00",
)


def _other(mark: int) -> Issued:
    return replace(WORK, mark=mark, file_sha256=hashlib.sha256(bytes([mark])).hexdigest())


def test_what_left_is_found_by_its_mark_and_its_file(store: Store) -> None:
    kept = store.issue(WORK, MANIFEST)
    assert kept == replace(WORK, manifest=hashlib.sha256(MANIFEST).hexdigest())
    later = store.issue(replace(WORK, file_sha256="b" * 64, at="2025-11-03T10:00:00+00:00"), b"another manifest")
    other = store.issue(_other(7), MANIFEST)
    assert store.find_mark(WORK.mark) == (later, kept)
    assert store.find_file("a" * 64) == (kept,)
    assert store.find_mark(2**64 - 1) == store.find_file("c" * 64) == ()
    assert store.issued() == (other, later, kept)
    assert store.media.read(kept.manifest) == MANIFEST
    report = check(store, mend=True)
    assert report.clean
    assert report.num_issued == 3
    assert store.media.read(kept.manifest) == MANIFEST


@pytest.mark.parametrize("mark", [0, 1, 2**63, 2**64 - 1])
def test_every_number_of_64_bits_is_a_mark(local: Store, mark: int) -> None:
    assert local.issue(replace(WORK, mark=mark), MANIFEST).mark == mark
    assert [found.mark for found in local.find_mark(mark)] == [mark]


def test_what_leaves_without_a_label_keeps_to_whom_and_why(store: Store) -> None:
    bare = replace(WORK, audience="none", recipient="the archive", reason="a copy to keep")
    for missing in ({"recipient": None}, {"reason": None}, {"recipient": "  "}, {"reason": ""}):
        with pytest.raises(InputError, match="recipient and a reason"):
            store.issue(replace(bare, **missing), MANIFEST)
    assert store.issued() == ()
    store.issue(bare, MANIFEST)
    (found,) = store.find_mark(WORK.mark)
    assert (found.audience, found.recipient, found.reason) == ("none", "the archive", "a copy to keep")


@pytest.mark.parametrize(
    "fields", [{"mark": -1}, {"mark": 2**64}, {"kind": "song"}, {"file_sha256": "x"}, {"manifest": "a" * 64}]
)
def test_a_record_of_anything_else_is_refused(local: Store, tmp_path: Path, fields: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        local.issue(replace(WORK, **fields), MANIFEST)
    with pytest.raises(InputError):
        issue(replace(WORK, **fields), MANIFEST, tmp_path / "home")
    with pytest.raises(InputError, match="64 bits"):
        local.find_mark(-1)
    assert local.issued() == ()
    assert list(local.media.files()) == []


@pytest.mark.parametrize("statement", ["UPDATE issued SET body = '{}'", "DELETE FROM issued"])
def test_the_database_refuses_to_change_or_remove_a_record(store: Store, statement: str) -> None:
    kept = store.issue(WORK, MANIFEST)
    statements = [statement] if store.database.is_sqlite else [statement, "TRUNCATE issued"]
    for forbidden in statements:
        with pytest.raises(TianmuError, match="kept for good"), store.database.writing() as connection:
            connection.execute(text(forbidden))
    assert store.issued() == (kept,)


def test_a_deleted_project_leaves_what_was_issued_of_it(store: Store, make_take: MakeTake) -> None:
    project = store.create_project("lighthouse")
    take, files = make_take()
    project.keep_take(take, files)
    kept = store.issue(replace(WORK, take=take.id, file_sha256=take.film), MANIFEST)
    assert project.release([kept.manifest]) == ()
    store.delete_project("lighthouse")
    assert store.find_mark(WORK.mark) == (kept,)
    assert store.media.read(kept.manifest) == MANIFEST
    assert [name[3:] for name, _ in store.media.files()] == [kept.manifest]  # and the film itself is gone
    assert check(store, mend=True).clean


def test_a_lost_manifest_is_named_and_the_record_stays(local: Store) -> None:
    kept = local.issue(WORK, MANIFEST)
    for number in (1, 2):
        local.issue(_other(number), b"manifest %d" % number)
    local.media.remove(kept.manifest)
    report = check(local, mend=True)
    assert [(finding.kind, finding.what, finding.mended) for finding in report.findings] == [
        ("missing", kept.manifest, False)
    ]
    assert "00ff123456789abc" in report.findings[0].text
    assert kept in local.issued()
    local.media.put_bytes(MANIFEST)
    assert check(local).clean


def test_an_export_of_a_project_knows_nothing_of_what_was_issued(
    local: Store, tmp_path: Path, make_take: MakeTake
) -> None:
    project = local.create_project("film")
    project.keep_take(*make_take())
    kept = local.issue(replace(WORK, project="film"), MANIFEST)
    export_project(project, tmp_path / "film.zip")
    assert MANIFEST not in (tmp_path / "film.zip").read_bytes()
    import_project(local, tmp_path / "film.zip", "again")
    assert local.issued() == (kept,)


def test_a_damaged_record_is_said_and_its_manifest_kept(local: Store) -> None:
    kept = local.issue(WORK, MANIFEST)
    with local.database.writing() as connection:
        row = {"mark": "0" * 16, "file_sha256": "b" * 64, "manifest": kept.manifest, "body": "{"}
        connection.execute(text(room.INSERT), row)
    with pytest.raises(MediaError, match="cannot be read"):
        local.issued()
    assert local.find_mark(WORK.mark) == (kept,)
    report = check(local, mend=True)
    assert [finding.kind for finding in report.findings] == ["unreadable"]
    assert local.media.has(kept.manifest)


def test_a_row_is_read_as_it_was_written() -> None:
    row = WORK.as_row()
    assert row["schema"] == "tianmu.issued.1"
    assert row["mark"] == "00ff123456789abc"
    assert Issued.from_row(json.loads(json.dumps(row))) == WORK
    bare = replace(WORK, footprint=None)
    assert Issued.from_row(bare.as_row()) == bare


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "tianmu.issued.2"}, {"mark": "FF"}, {"mark": 5}, {"mark": "00FF123456789ABC"}, {"title": None},
        {"recipient": 3}, {"at": 5}, {"footprint": {}}, {"footprint": "x"}, {"unknown": "x"},
    ],
)  # fmt: skip
def test_a_row_of_anything_else_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(MediaError):
        Issued.from_row({**WORK.as_row(), **change})
    with pytest.raises(MediaError):
        Issued.from_row([])


def test_the_short_way_leaves_what_the_long_way_leaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = issue(WORK, MANIFEST, tmp_path)  # a new store: the long way

    def never(*_: object, **__: object) -> Store:
        raise AssertionError

    with monkeypatch.context() as patched:
        patched.setattr(Store, "open", never)
        second = issue(_other(1), b"second", tmp_path)
    with Store.open(tmp_path) as store:
        third = store.issue(_other(2), b"third")
        assert store.issued() == (third, second, first)
        assert store.media.read(second.manifest) == b"second"
        assert store.media._sizes(second.manifest) == len(b"second")
        assert check(store).clean


def test_the_short_way_is_taken_by_the_local_store_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("TIANMU_STORE", url)
    monkeypatch.setenv("TIANMU_MEDIA", str(tmp_path / "elsewhere"))
    kept = issue(WORK, MANIFEST, tmp_path / "home")
    assert (tmp_path / "elsewhere" / shelved(kept.manifest)).read_bytes() == MANIFEST
    with Store.open(tmp_path / "home") as store:
        assert store.issued() == (kept,)


def test_the_short_way_leaves_a_newer_store_alone_and_says_what_is_wrong(tmp_path: Path) -> None:
    issue(WORK, MANIFEST, tmp_path)
    with sqlite3.connect(tmp_path / "studio.db") as connection:
        connection.execute("UPDATE tianmu_schema SET version_num = '9999'")
    connection.close()
    with pytest.raises(InputError, match="newer Tianmu"):
        issue(_other(1), MANIFEST, tmp_path)
    (tmp_path / "studio.db").write_bytes(b"a letter to my aunt " * 500)
    for hidden in ("studio.db-wal", "studio.db-shm"):
        (tmp_path / hidden).unlink(missing_ok=True)
    with pytest.raises(MediaError, match="is no store, or is damaged"):
        issue(_other(1), MANIFEST, tmp_path)


def test_a_text_that_is_none_is_refused_on_both_ways(tmp_path: Path) -> None:
    issue(WORK, MANIFEST, tmp_path)
    with pytest.raises(InputError, match="UTF-8"):
        issue(replace(_other(1), title="\udcff"), MANIFEST, tmp_path)
    with Store.open(tmp_path) as store:
        assert len(store.issued()) == 1


def test_many_who_issue_at_once_into_a_new_home_are_all_on_record(tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda mark: issue(_other(mark), b"manifest %d" % mark, tmp_path / "home"), range(12)))
    with Store.open(tmp_path / "home") as store:
        assert sorted(found.mark for found in store.issued()) == list(range(12))
        assert check(store).clean


def test_the_short_way_loads_nothing_of_the_rest_of_a_store(tmp_path: Path) -> None:
    issue(WORK, MANIFEST, tmp_path)
    code = (
        "import sys; from pathlib import Path; from tianmu.studio.store import Issued, issue;"
        f"issue(Issued(mark=5, kind='shot', title='x', file_sha256='b' * 64, audience='all', at='now'), b'm',"
        f" Path({str(tmp_path)!r}));"
        "print(*sorted({'sqlalchemy', 'alembic', 'fsspec'} & sys.modules.keys()))"
    )
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert printed.stdout.strip() == ""
    with Store.open(tmp_path) as store:
        assert [found.mark for found in store.issued()] == [5, WORK.mark]
