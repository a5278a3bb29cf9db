"""A small film that was made for real with the fake engine, large enough for a watermark, once for all tests."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import pytest

from tianmu.core.settings import settings
from tianmu.engines.fake import FakeEngine
from tianmu.studio.assembly import Filmed, assemble
from tianmu.studio.documents import keep
from tianmu.studio.edition import Edition, read_edition
from tianmu.studio.inspect import Reader, Report, inspect_file, reading
from tianmu.studio.plan import plan_film
from tianmu.studio.sound.voices.engine import ToneVoice
from tianmu.studio.store import Store
from tianmu.studio.takes import FilmSettings, make_take, request_shot

SCRIPT = """Title: Two on the Ice

EXT. SNOWFIELD - DAWN #1#

EMBER, a fox, walks across the snow.

EMBER
Good morning.
早上好。
"""


@dataclass(frozen=True, kw_only=True)
class House:
    """A studio with one film."""

    home: Path
    store: Store
    edition: Edition
    reader: Reader

    def inspect(self, path: Path) -> Report:
        """What the detector says."""
        return inspect_file(path, store=self.store, home=self.home, reader=self.reader)


@pytest.fixture(scope="session")
def house_made() -> Iterator[House]:
    with pytest.MonkeyPatch.context() as patch:
        memory = Path("/dev/shm")
        with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None, prefix="tianmu-deliver-") as folder:
            home = Path(folder) / "home"
            patch.setenv("TIANMU_HOME", str(home))
            patch.setenv("TIANMU_LANG", "en")
            patch.setattr("tianmu.studio.soundtrack.find_voice", lambda: (ToneVoice(), ""))
            settings.cache_clear()
            script = Path(folder) / "ice.fountain"
            script.write_text(SCRIPT, encoding="utf-8")
            chosen = FilmSettings(engine="fake", pixels=(320, 180), fps=Fraction(12), handles=0)
            with Store.open(home) as store, Reader() as reader:
                project = store.ensure_project("ice")
                plan = plan_film(script, project, chosen)
                keep(project, chosen)
                engine = FakeEngine()
                filmed: list[Filmed] = []
                for shot in plan.shots.shots:
                    request = request_shot(replace(shot, seconds=Fraction(3)), chosen, engine.capabilities, 0)
                    filmed.append(Filmed(shot=shot, take=make_take(project, shot, request, engine)))
                decisions = replace(plan.decisions, title=False, credits=False)
                keep(project, assemble(filmed, plan.screenplay, decisions, fps=chosen.fps, handles=0))
                yield House(home=home, store=store, edition=read_edition(project), reader=reader)
    settings.cache_clear()


@pytest.fixture
def house(house_made: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The studio, as this test's home."""
    monkeypatch.setenv("TIANMU_HOME", str(house_made.home))
    # What the detector finds is tried here, not how soon it does on a machine that others share.
    monkeypatch.setattr(reading, "SECONDS", dict.fromkeys(reading.SECONDS, 60.0))
    monkeypatch.setattr(reading, "SECONDS_IN_ALL", 120.0)
    settings.cache_clear()
    return house_made


@pytest.fixture
def out(tmp_path: Path) -> Iterator[Path]:
    """Where forms are written."""
    folder = tmp_path / "out"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
