"""Looking over a store: what is left over, what is missing, what is damaged; and mending what can be mended safely."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Literal

from sqlalchemy import delete, select

from tianmu.core.errors import MediaError, TianmuError
from tianmu.core.files import writing
from tianmu.core.text import listed, say
from tianmu.film.schema import from_row
from tianmu.film.take import Take
from tianmu.studio.store.issued import read_body
from tianmu.studio.store.lease import is_stale
from tianmu.studio.store.project import note_size
from tianmu.studio.store.references import mentioned, needed
from tianmu.studio.store.shelves import is_digest, shelved
from tianmu.studio.store.store import Store
from tianmu.studio.store.tables import documents, issued, leases, media, projects, takes

Kind = Literal["orphan", "partial", "copy", "lease", "missing", "damaged", "unreadable", "stranger", "database"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is not as it should be."""

    kind: Kind
    what: str
    """A file, a lease, a take or a document, by name."""
    text: str
    """What it means and what to do, in a sentence."""
    mendable: bool
    """Whether mending it loses nothing that could be saved."""
    mended: bool = False


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was looked at, and what was found."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    """What was left out, and why."""
    num_projects: int
    num_takes: int
    num_issued: int
    """Works that have left."""
    num_files: int
    bytes: int

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong, or nothing is wrong any more."""
        return all(finding.mended for finding in self.findings)


@dataclass(kw_only=True)
class _Rows:
    """What the database says."""

    num_projects: int = 0
    num_takes: int = 0
    num_issued: int = 0
    mentioned: set[str] = field(default_factory=set[str])
    needed_by_documents: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    needed_by_takes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    needed_by_issued: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    films: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    """Of each film its takes, by project and id."""
    unreadable: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def check(store: Store, *, mend: bool = False) -> Report:
    """Look over a whole store; every byte of its media is read.

    1. The database looks at itself, and at who left a lease behind.
    2. Every document, take and issued work is read, with what it needs.
    3. Every file is read: its name is its digest.
    4. What is left over goes, if it is to be mended: hidden files of dead processes, stale leases, copies, and media
       that nothing mentions (not while somebody is at work, whose newest files nothing mentions yet).
    5. A take whose film is gone or damaged is nothing but a record; mending removes it, so that the next run of its
       film makes it again; unless most files are missing, which means a wrong place. What a person brought in (a
       reference picture, a look) is never touched.
    """
    findings = [
        Finding(kind="database", what=store.database.name, text=line, mendable=False)
        for line in store.database.complaints()
    ]
    lease_findings, notes = _look_at_leases(store, mend=mend)
    findings += lease_findings
    rows = _read_rows(store)
    findings += [Finding(kind="unreadable", what=what, text=reason, mendable=False) for what, reason in rows.unreadable]
    files = dict(store.media.files())
    findings += _strangers(files)
    there = {name[3:]: size for name, size in files.items() if _is_ours(name)}
    damaged = {digest for digest in sorted(there) if not _intact(store, digest)}
    findings += _look_at_partials(store, mend=mend)
    if rows.unreadable:
        notes.append(
            say(
                "Left-over media were not looked for, since not all that may need them can be read.",
                "有内容无法读取，它们可能需要某些媒体，因此未查找多余的媒体文件。",
            )
        )
    if not notes:
        findings += _look_at_orphans(store, set(there) - rows.mentioned, mend=mend)
    findings += _look_at_needed(store, rows, damaged, mend=mend)
    findings += _look_at_copies(store, mend=mend)
    if mend:
        _learn_sizes(store, rows, {digest: size for digest, size in there.items() if digest not in damaged})
    return Report(
        findings=tuple(findings),
        notes=tuple(notes),
        num_projects=rows.num_projects,
        num_takes=rows.num_takes,
        num_issued=rows.num_issued,
        num_files=len(there),
        bytes=sum(there.values()),
    )


def _look_at_leases(store: Store, *, mend: bool) -> tuple[list[Finding], list[str]]:
    findings: list[Finding] = []
    notes: list[str] = []
    with store.database.writing(exclusive=True) if mend else store.database.reading() as connection:
        now = store.database.now(connection)
        for row in connection.execute(
            select(projects.c.name, leases).join_from(leases, projects, leases.c.project == projects.c.id)
        ).all():
            holder = f"{row.name}: {row.purpose}, {row.host} {row.pid}"
            if not is_stale(row, now):
                notes.append(
                    say(
                        f"Left-over media were not looked for, since somebody is at work ({holder}).",
                        f"有人正在工作（{holder}），因此未查找多余的媒体文件。",
                    )
                )
                continue
            text = say("the process that held this lease is dead", "持有此租约的进程已不存在")
            findings.append(Finding(kind="lease", what=holder, text=text, mendable=True, mended=mend))
            if mend:
                connection.execute(delete(leases).where(leases.c.token == row.token))
    return findings, notes


def _read_rows(store: Store) -> _Rows:
    rows = _Rows()
    with store.database.reading() as connection:
        names = {row.id: row.name for row in connection.execute(select(projects.c.id, projects.c.name))}
        rows.num_projects = len(names)
        for row in connection.execute(select(documents.c.project, documents.c.kind, documents.c.key, documents.c.body)):
            what = f"{names[row.project]}: {row.kind.partition('.')[2]} {row.key}".rstrip()
            rows.mentioned |= mentioned(row.body)
            try:
                body = json.loads(row.body)
            except (ValueError, RecursionError) as error:
                rows.unreadable.append((what, str(error)))
                continue
            for digest in needed(body):
                rows.needed_by_documents[digest].append(what)
        for row in connection.execute(select(takes.c.project, takes.c.id, takes.c.slate, takes.c.number, takes.c.body)):
            what = f"{names[row.project]}: {row.slate}/{row.number}"
            rows.num_takes += 1
            rows.mentioned |= mentioned(row.body)
            try:
                take = from_row(Take, json.loads(row.body))
            except (ValueError, RecursionError, MediaError) as error:
                rows.unreadable.append((what, str(error)))
                continue
            rows.films[take.film].append((row.project, row.id))
            for digest in {take.film, take.recipe, take.thumbnail}:
                rows.needed_by_takes[digest].append(what)
        for row in connection.execute(select(issued.c.mark, issued.c.manifest, issued.c.body)):
            rows.num_issued += 1
            rows.mentioned.add(row.manifest)
            rows.needed_by_issued[row.manifest].append(say(f"the issued work {row.mark}", f"已发出的作品 {row.mark}"))
            try:
                read_body(row.body)
            except MediaError as error:
                rows.unreadable.append((row.mark, str(error)))
    return rows


def _is_ours(name: str) -> bool:
    digest = PurePosixPath(name).name
    return is_digest(digest) and shelved(digest) == name


def _strangers(files: dict[str, int]) -> list[Finding]:
    text = say("is no file of a store; move it elsewhere", "不是存储中的文件；请移到别处")
    return [
        Finding(kind="stranger", what=name, text=text, mendable=False) for name in sorted(files) if not _is_ours(name)
    ]


def _intact(store: Store, digest: str) -> bool:
    try:
        return store.media.intact(digest)
    except MediaError:
        return not store.media.has(digest)  # gone since we listed it: the search for what is missing will tell


def _look_at_partials(store: Store, *, mend: bool) -> Iterator[Finding]:
    for path in store.media.partial_files():
        if mend:
            with writing(path):
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
        text = say("was being written by a process that is dead", "写入它的进程已不存在")
        yield Finding(kind="partial", what=path.name, text=text, mendable=True, mended=mend)


def _look_at_orphans(store: Store, orphans: set[str], *, mend: bool) -> Iterator[Finding]:
    gone = set(store.sweep(orphans)) if mend else set[str]()
    text = say("nothing that is kept mentions this file", "没有任何内容提及此文件")
    for digest in sorted(orphans):
        if mend and digest not in gone:
            continue  # a writer came in between, and needs it
        yield Finding(kind="orphan", what=digest, text=text, mendable=True, mended=mend)


def _look_at_needed(store: Store, rows: _Rows, damaged: set[str], *, mend: bool) -> Iterator[Finding]:
    every = sorted(rows.needed_by_documents.keys() | rows.needed_by_takes.keys() | rows.needed_by_issued.keys())
    missing = {digest for digest in every if not store.media.has(digest)}
    if len(missing) > len(every) / 2:  # a folder that is not mounted, a wrong URL: no reason to give anything up
        text = say(
            f"{len(missing)} of {len(every)} files that are needed are not here; is this the right place? See "
            "TIANMU_HOME and TIANMU_MEDIA. Nothing that needs them was changed",
            f"所需的 {len(every)} 个文件中有 {len(missing)} 个不在此处；位置是否正确？请查看 TIANMU_HOME 和 "
            "TIANMU_MEDIA。未改动任何需要它们的内容",
        )
        yield Finding(kind="missing", what=store.media.place, text=text, mendable=False)
        return
    for digest in every:
        if digest not in missing | damaged:
            continue
        by_documents, by_takes = rows.needed_by_documents.get(digest, []), rows.needed_by_takes.get(digest, [])
        by_issued = rows.needed_by_issued.get(digest, [])
        who = listed(sorted({*by_documents, *by_takes, *by_issued})[:5])
        remade = digest in rows.films
        finding = Finding(
            kind="missing" if digest in missing else "damaged",
            what=digest,
            text=_consequence(who, remade, signed=bool(by_issued)),
            mendable=remade,
        )
        if mend and remade:
            try:
                _forget_takes(store, digest, rows)
                finding = replace(finding, mended=not by_documents)
            except TianmuError as error:
                finding = replace(finding, text=error.explain())
        yield finding


def _consequence(who: str, remade: bool, signed: bool) -> str:
    if signed:
        return say(
            f"is the signed manifest of {who}, to which copies lead back; put it in again from a backup",
            f"是 {who} 的签名清单，副本凭它追溯；请从备份中重新放入",
        )
    if remade:
        return say(
            f"is the film of {who}; mending removes the records of such takes, and the next run of the film makes "
            "them again",
            f"是 {who} 的影片；修复会删除这些镜次的记录，下次制作影片时会重新生成",
        )
    return say(
        f"is needed by {who}; put the same file in again, or make the shot again",
        f"{who} 需要它；请重新放入同一文件，或重做该镜头",
    )


def _forget_takes(store: Store, film: str, rows: _Rows) -> None:
    """Remove the records of takes that have lost their film, and what is left of it."""
    with store.database.writing(exclusive=True) as connection:
        if store.media.has(film) and store.media.intact(film):
            return  # somebody made it again in the meantime
        for project, id in rows.films[film]:
            connection.execute(delete(takes).where(takes.c.project == project, takes.c.id == id))
        store.media.remove(film)
    store.sweep(rows.needed_by_takes)


def _look_at_copies(store: Store, *, mend: bool) -> Iterator[Finding]:
    for path in list(store.media.bad_copies()):
        if mend:
            with writing(path):
                path.unlink(missing_ok=True)
        text = say("is a copy of a file that is gone or other", "是已不存在或已不同的文件的副本")
        yield Finding(kind="copy", what=path.name, text=text, mendable=True, mended=mend)


def _learn_sizes(store: Store, rows: _Rows, sizes: dict[str, int]) -> None:
    """Note the sizes of files that came in before sizes were noted."""
    with store.database.writing() as connection:
        known = set(connection.scalars(select(media.c.digest)))
        for digest in sorted((rows.needed_by_documents.keys() | rows.needed_by_takes.keys()) & sizes.keys() - known):
            note_size(connection, digest, sizes[digest])
