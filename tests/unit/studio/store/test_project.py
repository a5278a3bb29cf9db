"""Documents lose no update, whoever writes; takes are kept once, with all their files."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tianmu.core.errors import InputError, MediaError
from tianmu.film.asset import Asset, AssetVersion
from tianmu.film.cut import Clip, Cut, Track
from tianmu.film.take import Take
from tianmu.studio.store import Conflict, Project, Store

MakeTake = Callable[..., tuple[Take, dict[str, Path]]]
WORKER = Path(__file__).with_name("worker.py")


@dataclass(frozen=True, kw_only=True)
class Counter:
    """A document that many writers change."""

    SCHEMA: ClassVar[str] = "tianmu.counter.1"

    value: int = 0


def add_one(project: Project) -> None:
    while True:
        stored = project.read(Counter)
        assert stored is not None
        try:
            project.write(Counter(value=stored.value.value + 1), expected=stored.version)
        except Conflict:
            continue
        return


def test_many_processes_lose_no_update(store: Store, url: str, tmp_path: Path) -> None:
    command = [sys.executable, str(WORKER), "count", url, str(tmp_path / "home"), "15"]
    running = [subprocess.Popen(command) for _ in range(4)]
    assert [process.wait(120) for process in running] == [0] * 4
    stored = store.project("shared").read(Counter)
    assert stored is not None
    assert stored.value.value == 60


def test_many_threads_lose_no_update(store: Store) -> None:
    project = store.create_project("shared")
    project.write(Counter(), expected=None)
    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(lambda: [add_one(project) for _ in range(10)]) for _ in range(6)]:
            done.result()
    stored = project.read(Counter)
    assert stored is not None
    assert stored.value.value == 60


KEYS = st.sampled_from(["", "a", "片头"])
STEPS = st.lists(st.tuples(st.sampled_from(["write", "remove", "stale", "new"]), KEYS, st.integers(0, 9)), max_size=20)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_documents_are_a_dictionary_with_versions(tmp_path: Path, steps: list[tuple[str, str, int]]) -> None:
    expected: dict[str, tuple[int, int]] = {}
    versions: set[int] = set()
    with tempfile.TemporaryDirectory(dir=tmp_path) as home, Store.open(Path(home)) as store:
        project = store.create_project("film")
        for step, key, value in steps:
            version = expected[key][1] if key in expected else None
            if step == "write" or (step == "new" and version is None):
                written = project.write(Counter(value=value), key, expected=version)
                assert written not in versions  # not even where a document was removed: nobody mistakes one for another
                versions.add(written)
                expected[key] = (value, written)
            elif step == "remove" and version is not None:
                project.remove(Counter, key, expected=version)
                del expected[key]
            else:
                wrong = None if step == "new" else (version or 0) + 1
                with pytest.raises(Conflict):
                    project.write(Counter(value=value), key, expected=wrong)
            assert project.keys(Counter) == tuple(sorted(expected))
        for key, (value, version) in expected.items():
            stored = project.read(Counter, key)
            assert stored is not None
            assert (stored.value.value, stored.version) == (value, version)


def test_a_conflict_says_what_was_expected_and_what_is_there(store: Store) -> None:
    project = store.create_project("film")
    first = project.write(Counter(value=1), "x", expected=None)
    second = project.write(Counter(value=2), "x", expected=first)
    with pytest.raises(Conflict, match="read it again") as caught:
        project.write(Counter(value=3), "x", expected=first)
    assert (caught.value.expected, caught.value.found) == (first, second)
    with pytest.raises(Conflict):
        project.remove(Counter, "x", expected=first)
    with pytest.raises(Conflict):
        project.write(Counter(), "x", expected=None)


def test_a_document_of_a_newer_schema_is_refused_and_not_misread(local: Store) -> None:
    @dataclass(frozen=True, kw_only=True)
    class NewerCounter:
        SCHEMA: ClassVar[str] = "tianmu.counter.2"

        value: int = 0

    project = local.create_project("film")
    project.write(NewerCounter(), expected=None)
    with pytest.raises(MediaError, match=r"tianmu\.counter\.2"):
        project.read(Counter)


def test_what_is_no_text_is_refused(store: Store) -> None:
    project = store.create_project("film")
    with pytest.raises(InputError, match="UTF-8"):
        project.write(Counter(), "\ud800", expected=None)
    assert project.keys(Counter) == ()


def test_nouns_of_the_film_come_back_equal(store: Store, make_take: MakeTake) -> None:
    project = store.create_project("灯塔")
    take = project.keep_take(*make_take())
    clip = Clip(slate="3B", take=take.id, film=take.film, start=2, num_frames=9, available=24, speed=Fraction(-1, 2))
    cut = Cut(name="灯塔", fps=Fraction(24), width=64, height=36, tracks=(Track(name="V1", items=(clip,)),))
    project.write(cut, expected=None)
    stored = project.read(Cut)
    assert stored is not None
    assert stored.value == cut
    assert project.read(Cut, "other") is None


def test_a_document_cannot_name_media_that_are_not_there(store: Store) -> None:
    project = store.create_project("film")
    version = AssetVersion(number=1, words="a robot", pictures=("0" * 64,))
    asset = Asset(id="character-mara", kind="character", name="MARA", versions=(version,))
    with pytest.raises(MediaError, match="000000000000 is not in the store"):
        project.write(asset, asset.id, expected=None)
    picture = store.media.put_bytes(b"picture")
    asset = replace(asset, versions=(replace(version, pictures=(picture,)),))
    project.write(asset, asset.id, expected=None)
    assert project.keys(Asset) == ("character-mara",)


def test_a_take_is_kept_once_and_counted(store: Store, make_take: MakeTake) -> None:
    project = store.create_project("film")
    first = project.keep_take(*make_take(1))
    again = project.keep_take(*make_take(1, slate="9Z", content="another film"))
    second = project.keep_take(*make_take(2))
    other = project.keep_take(*make_take(1, slate="4A", key="crow"))
    assert again == first
    assert [take.number for take in (first, second, other)] == [1, 2, 1]
    assert project.takes() == (first, second, other)
    assert project.takes(slate="3B") == (first, second)
    assert project.takes(key=other.key) == (other,)
    assert project.takes(slate="3B", key=other.key) == ()
    assert len(list(store.media.files())) == 9  # the other film of the same take was not kept


def test_threads_that_keep_the_same_takes_keep_each_once(store: Store, make_take: MakeTake) -> None:
    project = store.create_project("film")
    made = [make_take(seed) for seed in range(6)]
    with ThreadPoolExecutor(4) as pool:
        kept = [[pool.submit(project.keep_take, *take) for take in made] for _ in range(4)]
        results = [{done.result() for done in row} for row in kept]
    assert all(row == results[0] for row in results)
    assert sorted(take.number for take in project.takes()) == [1, 2, 3, 4, 5, 6]


def test_a_take_without_its_files_is_refused(store: Store, make_take: MakeTake) -> None:
    project = store.create_project("film")
    take, files = make_take()
    with pytest.raises(MediaError, match="not in the store"):
        project.keep_take(take, {})
    files[take.film].write_bytes(b"another film")
    with pytest.raises(MediaError, match="damaged"):
        project.keep_take(take, files)
    assert project.takes() == ()


def test_to_keep_a_take_again_heals_it(store: Store, make_take: MakeTake) -> None:
    project = store.create_project("film")
    take, files = make_take()
    project.keep_take(take, files)
    store.media.path(take.film).unlink()
    project.keep_take(take, files)
    assert store.media.read(take.film) == files[take.film].read_bytes()


def test_media_that_were_swept_in_between_are_put_again(
    store: Store, make_take: MakeTake, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = store.create_project("film")
    insert_take = Project._insert_take
    swept: list[str] = []

    def sweep_first(self: Project, take: Take) -> Take:
        if not swept:
            swept.extend(store.sweep([take.film, take.recipe, take.thumbnail]))
        return insert_take(self, take)

    monkeypatch.setattr(Project, "_insert_take", sweep_first)
    take, files = make_take()
    kept = project.keep_take(take, files)
    assert len(swept) == 3
    assert store.media.read(kept.film) == files[take.film].read_bytes()


def test_a_take_is_found_by_id_prefix_and_slate(store: Store, make_take: MakeTake) -> None:
    project = store.create_project("film")
    takes = [project.keep_take(*make_take(seed)) for seed in range(40)]
    changed = project.keep_take(*make_take(1, key="the shot as it is now"))
    assert project.take(takes[7].id) == takes[7]
    assert project.take(takes[7].id[:20]) == takes[7]
    assert project.take("3B/8") == takes[7]
    assert project.take("3B/1") == takes[0]
    assert project.take("3B/41") == changed  # a shot that was changed goes on counting: a name means one take for good
    with pytest.raises(InputError, match="More than one take"):
        project.take(next(prefix for prefix in "0123456789abcdef" if sum(t.id[0] == prefix for t in takes) > 1))
    for nothing in ("", "/", "3B/", "3B/0", "3B/99", "3B/-1", "3B/²", "%", "_", "zz", "3B/" + "9" * 40):
        with pytest.raises(InputError, match="has no take"):
            project.take(nothing)


def test_one_take_of_a_slate_is_circled_whatever_it_was_made_from(store: Store, make_take: MakeTake) -> None:
    project = store.create_project("film")
    first, second = (project.keep_take(*make_take(seed)) for seed in (1, 2))
    other = project.keep_take(*make_take(1, key="crow"))
    project.mark_take(first.id, circled=True)
    project.mark_take(other.id, circled=True, note="warm")
    assert project.mark_take("3B/2", circled=True, note="slower").notes == ("slower",)
    assert [take.circled for take in project.takes()] == [False, True, False]
    elsewhere = project.keep_take(*make_take(1, key="sea", slate="4A"))
    project.mark_take(elsewhere.id, circled=True)
    assert project.take(second.id).circled
    project.mark_take(second.id, circled=False, rejected=True, note="too slow")
    assert project.take(second.id) == replace(second, rejected=True, notes=("slower", "too slow"))
    with pytest.raises(InputError):
        project.mark_take("nothing", note="x")


def test_what_is_marked_at_once_is_all_kept(store: Store, make_take: MakeTake) -> None:
    project = store.create_project("film")
    take = project.keep_take(*make_take())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda note: project.mark_take(take.id, note=note), [str(n) for n in range(20)]))
    assert sorted(project.take(take.id).notes, key=int) == [str(n) for n in range(20)]


def test_media_that_are_let_go_of_stay_while_something_mentions_them(store: Store, make_take: MakeTake) -> None:
    project = store.create_project("film")
    take = project.keep_take(*make_take())
    loose = store.media.put_bytes(b"an older print")
    assert project.release([take.film, loose]) == (loose,)
    assert store.media.has(take.film)
    assert not store.media.has(loose)
    assert project.release(()) == ()
