"""What the tests of the studio stand on: a temporary folder that costs no waiting, and a small film to be."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tianmu.studio.importers import parse_fountain
from tianmu.studio.plan import Plan, plan_film
from tianmu.studio.store import Project, Store
from tianmu.studio.takes import FilmSettings


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """In memory, where the system has such a folder: a store waits for the disk at every step, and tests need not."""
    memory = Path("/dev/shm")
    if not memory.is_dir():
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory, prefix="tianmu-") as folder:
        yield Path(folder)


ICE = """Title: Two on the Ice
Author: A. Writer

EXT. SNOWFIELD - DAWN #1#

EMBER, a fox, walks across the snow.

EMBER
Good morning.

INT. KITCHEN - NIGHT #2#

MOSS, a rabbit, stands alone.

MOSS
It is late.
"""
"""A screenplay of two scenes, each with one part."""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """An empty project, `ice`, in a store of its own."""
    with Store.open(tmp_path / "ice-home") as store:
        yield store.create_project("ice")


@pytest.fixture
def ice(project: Project) -> Plan:
    """The plan of `ICE`, kept in the project."""
    return plan_film(parse_fountain(ICE), project, FilmSettings(engine="fake", pixels=(64, 36), handles=4))
