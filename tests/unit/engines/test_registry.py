"""Engines by name: what is installed, what a broken one does, and how another package brings its own."""

from __future__ import annotations

import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from textwrap import dedent

import pytest

from tianmu.core.errors import EngineError, UnknownEngine, UnsupportedRequest
from tianmu.engines.fake import FakeEngine
from tianmu.engines.protocol import Engine, ShotRequest
from tianmu.engines.registry import engine_names, get_engine, list_engines, require

REQUEST = ShotRequest(prompt="fox", num_frames=8, fps=Fraction(8), width=64, height=64, seed=0)


@pytest.fixture
def third_party(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package as pip would leave it: modules, and a dist-info folder that names its engines."""
    site = tmp_path / "site"
    info = site / "lantern-1.2.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: lantern\nVersion: 1.2\n", "utf-8")
    (info / "entry_points.txt").write_text(
        dedent("""\
            [tianmu.engines]
            lantern = lantern_engine:LanternEngine
            cracked = lantern_engine:Cracked
            hollow = lantern_engine:Hollow
            absent = lantern_nowhere:Engine
            fake = lantern_engine:Cracked
            """),
        "utf-8",
    )
    (site / "lantern_engine.py").write_text(
        dedent("""\
            from dataclasses import replace
            from tianmu.engines.fake import FakeEngine

            class LanternEngine(FakeEngine):
                name = "lantern"
                capabilities = replace(FakeEngine.capabilities, suggested=True)

            class Hollow:
                name = "hollow"

            class Cracked:
                def __init__(self):
                    raise RuntimeError("the glass is broken")
            """),
        "utf-8",
    )
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delitem(sys.modules, "lantern_engine", raising=False)
    return site


def test_the_engines_that_ship_are_installed() -> None:
    assert {"native", "animatic", "fake"} <= set(engine_names())


def test_an_unknown_name_lists_what_is_installed() -> None:
    with pytest.raises(UnknownEngine, match="no engine called 'sora'") as refusal:
        get_engine("sora")
    for name in engine_names():
        assert name in refusal.value.explain()


def test_another_package_brings_an_engine(third_party: Path) -> None:
    assert third_party.is_dir()
    engine = get_engine("lantern")
    assert isinstance(engine, Engine)
    footage = engine.generate(REQUEST, lambda fraction, what, preview=None: None)
    assert sum(len(chunk) for chunk in footage.chunks) == REQUEST.num_frames
    assert next(row.source for row in list_engines() if row.name == "lantern") == "lantern 1.2"


@pytest.mark.usefixtures("third_party")
def test_a_broken_engine_is_listed_with_its_reason_and_breaks_nothing_else() -> None:
    found = {status.name: status for status in list_engines()}
    assert found["cracked"].broken == "RuntimeError: the glass is broken"
    assert "lantern_nowhere" in (found["absent"].broken or "")
    assert "capabilities, model_digest, generate" in (found["hollow"].broken or "")
    assert found["lantern"].engine is not None


@pytest.mark.usefixtures("third_party")
def test_asking_for_a_broken_engine_says_why() -> None:
    with pytest.raises(EngineError, match=r"the glass is broken.*lantern 1\.2"):
        get_engine("cracked")


@pytest.mark.usefixtures("third_party")
def test_no_package_takes_over_a_name_of_tianmu() -> None:
    assert isinstance(get_engine("fake"), FakeEngine)


@pytest.mark.usefixtures("third_party")
def test_a_refusal_names_the_capability_and_who_has_it() -> None:
    class Mute(FakeEngine):
        name = "mute"
        capabilities = replace(FakeEngine.capabilities, controls=frozenset())

    request = ShotRequest(prompt="fox", num_frames=8, fps=Fraction(8), width=64, height=64, seed=0, num_steps=4)
    with pytest.raises(UnsupportedRequest, match="--steps") as refusal:
        require(Mute(), request)
    assert "lantern" in refusal.value.capable
    assert "fake" not in refusal.value.capable
    require(get_engine("lantern"), request)
