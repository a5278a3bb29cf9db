"""Where commands are tried."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tianmu.core.settings import settings


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder to work in, with a home of its own; in memory where the system has such a folder."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else tmp_path, prefix="tianmu-") as folder:
        monkeypatch.setenv("TIANMU_HOME", str(Path(folder) / "home"))
        settings.cache_clear()
        monkeypatch.chdir(folder)
        yield Path(folder)
