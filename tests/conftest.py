"""What every test stands on: shapes are checked, the language is English, and no home but a temporary one is used."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from jaxtyping import install_import_hook

from tianmu.core.settings import settings

# Native runtimes that each take every core stand in each other's way on a small machine.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Every jaxtyping annotation in these packages is checked whenever a test calls through it. The hook must stand before
# their first import, and pytest reads this file first.
install_import_hook(["tianmu.model", "tianmu.world"], "beartype.beartype")

# The same examples every time, so that a failure in one run is a failure in the next; no deadline on a busy machine.
hypothesis_settings.register_profile("tianmu", derandomize=True, deadline=None, database=None)
hypothesis_settings.load_profile("tianmu")


from tianmu.governance.review.frames.picture import Picture, Sight  # noqa: E402 (after the hook)
from tianmu.studio.sound.voices.engine import ToneVoice  # noqa: E402


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("TIANMU_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TIANMU_LANG", "en")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture(autouse=True)
def _quick_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Films of tests hum: a voice of arithmetic in place of the network. What speaks for real has tests of its own."""
    monkeypatch.setattr("tianmu.studio.soundtrack.find_voice", lambda: (ToneVoice(), ""))


@pytest.fixture(autouse=True)
def _quick_eyes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is seen in films of tests, but where a test is marked `eyes`: a look takes longer than their frames do."""
    if request.node.get_closest_marker("eyes") is not None:
        return

    def see_nothing(self: object, frame: Picture) -> Sight:
        return Sight(0.0)

    for finder in ("nudity.NudityFinder", "faces.FaceFinder"):
        monkeypatch.setattr(f"tianmu.governance.review.frames.{finder}.look", see_nothing)
