"""Stores to test on: SQLite always; PostgreSQL where TIANMU_TEST_POSTGRES names a database of its own that may be
emptied, or where the server's programs are installed, so that the tests can start a cluster of their own."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from tianmu.film.take import Take
from tianmu.studio.store import Store


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a database in PostgreSQL, which every test empties."""
    given = os.environ.get("TIANMU_TEST_POSTGRES")
    if find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed")
    if given:
        yield given
        return
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed, and TIANMU_TEST_POSTGRES is not set")
    folder = Path(tempfile.mkdtemp(prefix="tm-pg-", dir="/tmp"))  # a socket's path must be short
    user = "postgres" if os.getuid() == 0 else None  # the server refuses to run as root
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)

    def run(*command: str) -> None:
        subprocess.run([programs / command[0], *command[1:]], check=True, user=user, cwd=folder, capture_output=True)

    data = str(folder / "data")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c max_connections=40"
    try:
        run("initdb", "-D", data, "-U", "tianmu", "-A", "trust", "-N", "--no-instructions", "-E", "UTF8", "--locale=C")
        run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://tianmu@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _programs() -> Path | None:
    """The folder of initdb and pg_ctl."""
    found = [Path(path).resolve().parent for path in (shutil.which("pg_ctl"),) if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in found if (folder / "pg_ctl").exists() and (folder / "initdb").exists()), None)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'database' / 'studio.db'}"
    found: str = request.getfixturevalue("postgres")
    engine = create_engine(found)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return found


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[Store]:
    """An empty store, once of each kind."""
    with Store.open(tmp_path / "home", url=url) as opened:
        yield opened


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Store]:
    """An empty store with SQLite, where the kind of database changes nothing."""
    with Store.open(tmp_path / "home") as opened:
        yield opened


MakeTake = Callable[..., tuple[Take, dict[str, Path]]]


@pytest.fixture
def make_take(tmp_path: Path) -> MakeTake:
    """Makes a take with the small files that it needs."""
    folder = tmp_path / "made"
    folder.mkdir()

    def make(
        seed: int = 1, *, slate: str = "3B", key: str = "fox", content: str | None = None
    ) -> tuple[Take, dict[str, Path]]:
        files: dict[str, Path] = {}
        digests: list[str] = []
        for part in ("film", "recipe", "thumbnail"):
            data = f"{part} of {content or f'{key} {seed}'}".encode()
            digests.append(hashlib.sha256(data).hexdigest())
            files[digests[-1]] = folder / digests[-1]
            files[digests[-1]].write_bytes(data)
        take = Take(
            id=hashlib.sha256(f"{key} {seed}".encode()).hexdigest(),
            key=hashlib.sha256(key.encode()).hexdigest(),
            seed=seed,
            engine="fake",
            slate=slate,
            number=0,
            film=digests[0],
            recipe=digests[1],
            thumbnail=digests[2],
            num_frames=24,
            fps=Fraction(24000, 1001),
            width=64,
            height=36,
            bytes=files[digests[0]].stat().st_size,
            seconds_taken=0.25,
        )
        return take, files

    return make
