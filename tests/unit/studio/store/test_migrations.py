"""A store of any age is brought up to date with all that it holds, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, insert, inspect, text

from tianmu.film.schema import canonical, to_row
from tianmu.film.take import Take
from tianmu.studio.store import Store, check, migrations
from tianmu.studio.store.migrations import HEAD, REVISIONS, VERSION_TABLE, upgrade
from tianmu.studio.store.tables import documents, metadata, projects, takes

MakeTake = Callable[..., tuple[Take, dict[str, Path]]]


@pytest.fixture
def engine(url: str, tmp_path: Path) -> Engine:
    (tmp_path / "database").mkdir()
    return create_engine(url)


def test_the_scripts_are_the_revisions_that_the_code_knows() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "newline")
    scripts = list(ScriptDirectory.from_config(config).walk_revisions())
    assert tuple(script.revision for script in reversed(scripts)) == REVISIONS


def test_the_scripts_make_the_tables_that_the_code_uses(store: Store) -> None:
    with store.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_store_of_the_first_revision_keeps_all_that_it_holds(
    engine: Engine, url: str, tmp_path: Path, make_take: MakeTake
) -> None:
    take, files = make_take()
    with engine.begin() as connection:
        upgrade(connection, REVISIONS[0])
        assert "leases" not in inspect(connection).get_table_names()
        connection.execute(insert(projects).values(id=7, name="灯塔", clock=2))
        connection.execute(
            insert(documents).values(
                project=7, kind="tianmu.shots", key="", version=1, schema="tianmu.shots.1", body='{"shots":[]}'
            )
        )
        row = {"id": take.id, "position": 2, "slate": take.slate, "key": take.key, "number": 1}
        connection.execute(insert(takes).values(project=7, **row, body=canonical(to_row(take))))
    engine.dispose()
    with Store.open(tmp_path / "home", url=url) as store:
        for path in files.values():
            store.media.put(path)
        project = store.project("灯塔")
        assert project.takes() == (take,)
        assert check(store, mend=True).clean
        assert store.media._sizes(take.film) == take.bytes  # learned while it was looked over
        with project.lease("film"):
            assert project.mark_take(take.id, circled=True).circled
    with Store.open(tmp_path / "home", url=url) as store:
        assert store.project("灯塔").takes()[0].circled


def test_a_migration_that_fails_changes_nothing(
    engine: Engine, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine.begin() as connection:
        upgrade(connection, REVISIONS[0])
    before = _tables(engine)

    def fail_in_the_end(connection: object, revision: str = HEAD) -> None:
        upgrade(connection, revision)  # pyright: ignore[reportArgumentType]
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("tianmu.studio.store.database.upgrade", fail_in_the_end)
        with pytest.raises(KeyboardInterrupt):
            Store.open(tmp_path / "home", url=url)
    assert _tables(engine) == before
    with Store.open(tmp_path / "home", url=url) as store:
        store.create_project("film")
    assert "leases" in _tables(engine)[0]
    engine.dispose()


def test_a_store_that_is_up_to_date_is_asked_one_question(local: Store, tmp_path: Path) -> None:
    local.close()

    def never(*_: object) -> None:
        raise AssertionError

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tianmu.studio.store.database.upgrade", never)
        patched.setattr("tianmu.studio.store.database._read_revision", never)
        Store.open(tmp_path / "home").close()


def _tables(engine: Engine) -> tuple[list[str], str | None]:
    with engine.connect() as connection:
        return sorted(inspect(connection).get_table_names()), connection.scalar(
            text(f"SELECT version_num FROM {VERSION_TABLE}")
        )
