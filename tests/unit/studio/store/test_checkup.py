"""A store is looked over and mended; a process that is killed at any moment loses nothing that was kept."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tianmu.film.asset import Asset, AssetVersion
from tianmu.film.take import Take
from tianmu.studio.store import Store, check
from tianmu.studio.store.process import Process

MakeTake = Callable[..., tuple[Take, dict[str, Path]]]
WORKER = Path(__file__).with_name("worker.py")
KILLS = 50


def kinds(store: Store, *, mend: bool = False) -> list[str]:
    return sorted(finding.kind for finding in check(store, mend=mend).findings)


@pytest.fixture
def kennel() -> Iterator[subprocess.Popen[str]]:
    """A process that forks a keeper of takes for every line, and kills it."""
    with subprocess.Popen(
        [sys.executable, str(WORKER), "kennel"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(30) == 0


def kill_after(
    kennel: subprocess.Popen[str], takes: int, moment: float, url: str, home: Path, *, seed: int = 0
) -> list[str]:
    """Let a keeper keep so many takes and work on for `moment` seconds, kill it, and give the ids that it told."""
    assert kennel.stdin is not None
    assert kennel.stdout is not None
    kennel.stdin.write(f"{url} {home} {seed} {takes} {moment:.4f}\n")
    told: list[str] = []
    while len(line := kennel.stdout.readline().strip()) == 64:
        told.append(line)
    assert line == "killed"
    return told


def test_kill_at_fifty_moments_loses_no_take_and_leaves_nothing_that_is_not_mended(
    kennel: subprocess.Popen[str], tmp_path: Path, url: str
) -> None:
    chance = random.Random(3)
    found: Counter[str] = Counter()
    told: set[str] = set()
    home = tmp_path / "home"
    num_kills = KILLS if url.startswith("sqlite") else KILLS // 5  # there the server is not killed, only its client
    for _ in range(num_kills):
        told.update(kill_after(kennel, chance.randrange(3), chance.uniform(0, 0.04), url, home, seed=len(told)))
        with Store.open(home, url=url) as store:
            report = check(store, mend=True)
            found.update(finding.kind for finding in report.findings)
            assert {finding.kind for finding in report.findings} <= {"orphan", "partial", "lease"}
            assert report.clean
            assert check(store).findings == ()
            kept = [take.id for take in store.ensure_project("film").takes()]
            assert told <= set(kept)
            assert len(kept) == len(set(kept))
    assert len(told) >= num_kills / 2
    assert found["lease"]  # or else the moments were not where it matters
    assert found["orphan"] or found["partial"]


def test_kill_while_a_store_is_being_made_leaves_one_that_opens(kennel: subprocess.Popen[str], tmp_path: Path) -> None:
    chance = random.Random(5)
    for number in range(6):
        home = tmp_path / str(number)
        kill_after(kennel, 0, chance.uniform(0.01, 0.2), f"sqlite:///{home / 'studio.db'}", home)
        with Store.open(home) as store:
            assert check(store, mend=True).clean
            store.ensure_project("film")


def test_a_sound_store_has_no_findings(store: Store, make_take: MakeTake) -> None:
    project = store.create_project("film")
    project.keep_take(*make_take(1))
    project.keep_take(*make_take(2))
    report = check(store)
    assert report.clean
    assert (report.num_projects, report.num_takes, report.num_files) == (1, 2, 6)
    assert report.bytes == sum(size for _, size in store.media.files())


def test_what_is_left_over_is_found_and_mended(local: Store, make_take: MakeTake, tmp_path: Path) -> None:
    take = local.create_project("film").keep_take(*make_take())
    orphan = local.media.put_bytes(b"nobody wants me")
    folder = tmp_path / "home" / "media"
    with subprocess.Popen(["true"]) as dead:
        dead.wait()
    mine, theirs = Process.this(), replace(Process.this(), pid=dead.pid)
    for name in (f"{mine}.aa", f"{theirs}.bb", "strange"):
        (folder / ".partial" / name).write_bytes(b"half")
    stale = local.media.path(take.film, ".mp4")
    stale.unlink()
    stale.write_bytes(b"an old copy")
    assert kinds(local) == ["copy", "orphan", "partial", "partial"]
    assert not check(local).clean
    assert check(local, mend=True).clean
    assert kinds(local) == []
    assert not local.media.has(orphan)
    assert [path.name for path in (folder / ".partial").iterdir()] == [f"{mine}.aa"]  # I may still be writing it
    assert len(list(local.media.files())) == 3


def test_nothing_is_swept_from_under_somebody_at_work(local: Store) -> None:
    project = local.create_project("film")
    picture = local.media.put_bytes(b"a picture whose asset is written in a moment")
    with project.lease("film"):
        report = check(local, mend=True)
        assert report.clean
        assert "somebody is at work" in report.notes[0]
        assert local.media.has(picture)
    assert kinds(local, mend=True) == ["orphan"]


def test_a_take_that_has_lost_its_film_is_found_and_made_again(store: Store, make_take: MakeTake) -> None:
    project = store.create_project("film")
    lost, broken, sound = (make_take(seed) for seed in (1, 2, 3))
    for take in (lost, broken, sound):
        project.keep_take(*take)
    store.media.path(lost[0].film).unlink()
    store.media.path(broken[0].film).write_bytes(b"x" * broken[0].bytes)
    report = check(store)
    assert sorted((finding.kind, finding.mendable) for finding in report.findings) == [
        ("damaged", True),
        ("missing", True),
    ]
    assert all("film: 3B/" in finding.text for finding in report.findings)
    assert check(store, mend=True).clean
    assert kinds(store) == []
    assert [take.seed for take in project.takes()] == [3]
    assert project.keep_take(*lost).seed == 1
    assert check(store).clean


def test_a_film_is_never_given_up_for_its_thumbnail(local: Store, make_take: MakeTake) -> None:
    project = local.create_project("film")
    take, files = make_take()
    project.keep_take(take, files)
    local.media.path(take.thumbnail).unlink()
    report = check(local, mend=True)
    assert [(finding.kind, finding.mended) for finding in report.findings] == [("missing", False)]
    assert not report.clean
    assert project.takes()
    project.keep_take(take, files)
    assert check(local).clean


def test_what_a_person_brought_in_is_never_touched(local: Store) -> None:
    project = local.create_project("film")
    picture = local.media.put_bytes(b"picture")
    version = AssetVersion(number=1, words="a robot", pictures=(picture,))
    project.write(Asset(id="mara", kind="character", name="MARA", versions=(version,)), "mara", expected=None)
    local.media.path(picture).write_bytes(b"p1cture")
    (finding,) = check(local, mend=True).findings
    assert (finding.kind, finding.mended) == ("damaged", False)
    assert "film: asset mara" in finding.text
    assert local.media.path(picture).read_bytes() == b"p1cture"
    local.media.put_bytes(b"picture")
    assert check(local).clean


def test_a_wrong_place_costs_no_take(local: Store, make_take: MakeTake, tmp_path: Path) -> None:
    project = local.create_project("film")
    take = project.keep_take(*make_take())
    with Store.open(tmp_path / "home", media_url=str(tmp_path / "not mounted")) as elsewhere:
        (finding,) = check(elsewhere, mend=True).findings
        assert (finding.kind, finding.mended) == ("missing", False)
        assert "TIANMU_MEDIA" in finding.text
    assert project.takes() == (take,)
    assert check(local).clean


def test_strange_files_and_unreadable_rows_are_told(local: Store, make_take: MakeTake, tmp_path: Path) -> None:
    take = local.create_project("film").keep_take(*make_take())
    (tmp_path / "home" / "media" / "notes.txt").write_text("hello", "utf-8")
    with local.database.writing() as connection:
        connection.exec_driver_sql('UPDATE takes SET body = \'{"schema": "tianmu.take.9"}\'')
    report = check(local)
    assert not report.clean
    assert sorted(finding.kind for finding in report.findings) == ["stranger", "unreadable"]
    assert local.media.has(take.film)


def test_a_damaged_database_is_told(local: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local.database, "complaints", lambda: ["row 3 missing from index"])
    (finding,) = check(local, mend=True).findings
    assert (finding.kind, finding.mended) == ("database", False)


def test_nothing_is_orphaned_by_a_row_that_cannot_be_read(local: Store, make_take: MakeTake) -> None:
    take = local.create_project("film").keep_take(*make_take())
    with local.database.writing() as connection:
        connection.exec_driver_sql("UPDATE takes SET body = 'no json'")
    report = check(local, mend=True)
    assert [finding.kind for finding in report.findings] == ["unreadable"]
    assert "can be read" in report.notes[0]
    assert local.media.has(take.film)
