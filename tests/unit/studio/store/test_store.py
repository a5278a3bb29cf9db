"""Projects of a store: names, lists, deletion, and what opening refuses."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import pytest

from tianmu.core.errors import InputError, MediaError, OutputError
from tianmu.film.take import Take
from tianmu.studio import store as rooms_of_the_store
from tianmu.studio.store import ProjectInfo, Store, StoreBusy, check
from tianmu.studio.store.config import read_config
from tianmu.studio.store.database import explain

MakeTake = Callable[..., tuple[Take, dict[str, Path]]]


def test_every_name_of_the_store_is_there_whatever_was_imported_before() -> None:
    rooms = {path.stem for path in Path(rooms_of_the_store.__file__).parent.iterdir()}
    assert not rooms & set(rooms_of_the_store.__all__)  # or the import of the room would take the place of the name
    for room in rooms_of_the_store._ROOMS.values():
        import_module(f"tianmu.studio.store.{room}")
    for name in rooms_of_the_store.__all__:
        assert getattr(rooms_of_the_store, name).__name__ == name
    with pytest.raises(AttributeError, match="nonsense"):
        getattr(rooms_of_the_store, "nonsense")  # noqa: B009


def test_projects_are_made_found_and_listed(store: Store, make_take: MakeTake) -> None:
    store.create_project("灯塔")
    store.ensure_project(" 灯塔 ").keep_take(*make_take())
    store.ensure_project("crow")
    assert store.projects() == (
        ProjectInfo(name="crow", num_documents=0, num_takes=0),
        ProjectInfo(name="灯塔", num_documents=0, num_takes=1),
    )
    assert store.project("灯塔").name == "灯塔"
    with pytest.raises(InputError, match="already"):
        store.create_project("crow")
    with pytest.raises(InputError, match="there are: crow and 灯塔"):
        store.project("fox")


@pytest.mark.parametrize("name", ["", "  ", "a/b", "..\\x", "a\nb", "x" * 101, "C:x", "\u202e"])
def test_names_that_no_file_could_have_are_refused(local: Store, name: str) -> None:
    with pytest.raises(InputError, match="visible characters"):
        local.create_project(name)


def test_many_who_open_a_new_store_at_once_find_one(url: str, tmp_path: Path) -> None:
    def make(_: int) -> str:
        with Store.open(tmp_path / "home", url=url) as store:
            return store.ensure_project("film").name

    with ThreadPoolExecutor(5) as pool:
        assert set(pool.map(make, range(5))) == {"film"}


def test_a_deleted_project_takes_its_media_with_it_and_no_others(store: Store, make_take: MakeTake) -> None:
    gone, stays = store.create_project("gone"), store.create_project("stays")
    shared = make_take(1)
    gone.keep_take(*shared)
    gone.keep_take(*make_take(2))
    stays.keep_take(*shared)
    store.delete_project("gone")
    assert len(list(store.media.files())) == 3
    assert check(store).clean
    with pytest.raises(InputError, match="deleted"):
        gone.keep_take(*make_take(3))
    with pytest.raises(InputError, match="no project"):
        store.delete_project("gone")


def test_a_project_at_work_is_not_deleted(store: Store) -> None:
    project = store.create_project("film")
    with project.lease("film"), pytest.raises(StoreBusy, match="at work"):
        store.delete_project("film")
    store.delete_project("film")
    assert store.projects() == ()


def test_a_store_from_a_newer_tianmu_is_left_alone(local: Store, tmp_path: Path) -> None:
    local.create_project("film")
    local.close()
    path = tmp_path / "home" / "studio.db"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE tianmu_schema SET version_num = '9999'")
    connection.close()
    before = hashlib.sha256(path.read_bytes()).digest()
    with pytest.raises(InputError, match=r"newer Tianmu.*revision 9999.*Nothing was changed"):
        Store.open(tmp_path / "home")
    assert hashlib.sha256(path.read_bytes()).digest() == before


def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "studio.db").write_bytes(b"a letter to my aunt " * 500)
    with pytest.raises(MediaError, match="is no store, or is damaged"):
        Store.open(tmp_path)
    assert (tmp_path / "studio.db").read_bytes() == b"a letter to my aunt " * 500


def test_a_home_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="could not be written"):
        Store.open(tmp_path / "file" / "home")


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "nonsense", "sqlite:///:memory:", "://"])
def test_a_url_of_no_store_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(InputError, match="TIANMU_STORE"):
        Store.open(tmp_path, url=url)


def test_a_password_is_never_shown(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(MediaError, match="TIANMU_STORE") as caught:
        Store.open(tmp_path, url="postgresql://me:secret@127.0.0.1:1/tianmu")
    assert "secret" not in caught.value.explain()


def test_the_environment_says_where_a_store_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"TIANMU_STORE": "postgresql://x/y", "TIANMU_MEDIA": " s3://bucket "}
    config = read_config(tmp_path, environment=environment)
    assert (config.url, config.media_url) == ("postgresql://x/y", "s3://bucket")
    assert read_config(tmp_path, "sqlite:///x.db", environment=environment).url == "sqlite:///x.db"
    monkeypatch.setenv("TIANMU_STORE", f"sqlite:///{tmp_path}/elsewhere.db")
    with Store.open() as store:
        store.create_project("film")
    assert (tmp_path / "elsewhere.db").exists()


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("database is locked", StoreBusy),
        ("database or disk is full", OutputError),
        ("could not extend file: No space left on device", OutputError),
        ("attempt to write a readonly database", OutputError),
        ("database disk image is malformed", MediaError),
        ("connection refused", MediaError),
    ],
)
def test_what_a_driver_complains_of_becomes_a_sentence(reason: str, kind: type[Exception]) -> None:
    assert isinstance(explain("studio.db", reason), kind)
