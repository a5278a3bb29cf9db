"""An audit counts what an engine says, reads back what it draws, and leaves a signed page that opens offline."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tianmu.core.errors import InputError, OutputError
from tianmu.core.settings import settings
from tianmu.engines.fake import FakeEngine
from tianmu.engines.protocol import Engine, Footage, Frames, Progress, ShotRequest
from tianmu.governance.review.verdict import Finding, Ruling, Verdict
from tianmu.studio.audit import NUMBERS, PAGE, Audit, audit_engine
from tianmu.studio.audit.prompts import read_prompts
from tianmu.studio.inspect import inspect_file
from tianmu.world.scene import Actor, Scene


class _Reads(FakeEngine):
    """Says what it understood: in English everything is a farmer in a meadow, in Chinese a robot in a city."""

    name = "reads"
    capabilities = replace(FakeEngine.capabilities, trained=True)
    model_digest = "ab" * 32

    def generate(self, request: ShotRequest, progress: Progress) -> Footage:
        """A test picture, and the scene."""
        if request.prompt == "a baby lies in a room":
            raise InputError("None of this can be shown.")
        english = request.prompt.isascii()
        scene = Scene(
            actors=(Actor(subject="farmer" if english else "robot"),), setting="meadow" if english else "city"
        )
        played = [["nurse", "farmer"]] if "nurse" in request.prompt or not english else []
        told = {"scene": asdict(scene), "stated": ["subject"], "unknown": [], "ignored": [], "replaced": played}
        return replace(super().generate(request, progress), understood=told)


def engine_of(name: str) -> Engine:
    return _Reads() if name == "reads" else FakeEngine()


@pytest.fixture(autouse=True)
def _engines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tianmu.studio.audit.audit.get_engine", engine_of)
    # What the rules make of prompts is tested where they are; here they let everything be made.
    monkeypatch.setattr("tianmu.studio.audit.survey.review_prompt", lambda prompt, **options: Verdict())


def opened(subjects: Sequence[str]) -> Any:
    """Reads a meadow in everything."""

    def read(frames: Frames) -> Mapping[str, str]:
        assert frames.shape[0] == 32
        return {"setting": "meadow", "subject": "farmer"}

    return read


@pytest.fixture
def audited(tmp_path: Path) -> tuple[Audit, Path]:
    return audit_engine("reads", tmp_path / "out", quick=True, open_reader=opened), tmp_path / "out"


def test_what_is_counted(audited: tuple[Audit, Path]) -> None:
    report = audited[0].report
    quick = read_prompts().short()
    places = [ask for one in quick for ask in one.asks if ask.kind == "place"]
    kinds = report["coverage"]["kinds"]["place"]
    assert kinds["en"]["of"] == kinds["zh"]["of"] == len(places)
    assert kinds["en"]["count"] == sum(ask.fact == ("setting", "meadow") for ask in places)
    assert kinds["zh"]["count"] == sum(ask.fact == ("setting", "city") for ask in places)
    asked = sum(len(one.asks) for one in quick)
    assert all(sum(report["coverage"]["fates"][tag].values()) == asked for tag in ("en", "zh"))
    assert report["skew"]["defaults"]["setting"] == {"meadow": len(quick), "city": len(quick)}
    assert set(report["skew"]["figures"]["zh"]["figures"]) == {"robot"}
    assert report["skew"]["pairs"]["same"]["share"] == 1.0
    assert report["replaced"] == [{"words": "nurse", "used": "farmer", "times": {"en": 1, "zh": len(quick)}}]
    assert report["read_back"]["setting"]["share"] == 0.5
    assert report["diversity"]["en"]["pictures"] == len(quick)
    assert 1 < report["diversity"]["en"]["vendi"] <= len(quick)
    more, less = (report["languages"][f"more_in_{tag}"] for tag in ("en", "zh"))
    assert "farmer-kenyan" in more
    assert "diwali" not in more + less


def test_the_page_and_its_numbers_are_signed_labelled_and_whole(audited: tuple[Audit, Path]) -> None:
    folder = audited[1]
    assert {path.name for path in folder.iterdir()} == {PAGE, NUMBERS, f"{PAGE}.c2pa"}
    page, numbers = (folder / PAGE).read_text("utf-8"), (folder / NUMBERS).read_bytes()
    assert "AI GENERATED" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert page.count("<figure") == page.count("<img") == 2 * len(read_prompts().short())
    assert json.loads(numbers)["engine"] == "reads"
    assert len(json.loads(numbers)["does_not_know"]) == 5
    found = inspect_file(folder / PAGE, store=None, home=settings().home)
    assert (found.verdict, found.made_by_ai) == ("intact", True)
    assert found.signer is not None
    assert found.signer["whose"] == "this studio"
    assert sha256(numbers).hexdigest().encode() in (folder / f"{PAGE}.c2pa").read_bytes()


def test_what_a_rule_stops_is_not_made_and_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = Finding(category="violence/graphic", score=1.0, by="test", words="dumplings")
    ruling = Ruling(
        policy="test 1", rule="dumplings", decision="refuse", reason=("", ""), allowed=("", ""), source="", findings=()
    )

    def strict(prompt: str, **options: Any) -> Verdict:
        return Verdict(rulings=(ruling,) if "dumplings" in prompt else (), findings=(finding,))

    monkeypatch.setattr("tianmu.studio.audit.survey.review_prompt", strict)
    audit = audit_engine("reads", tmp_path / "out", quick=True)
    assert audit.report["reviewed"] == [
        {"prompt": "dumplings", "language": "en", "decision": "refuse", "rules": ["dumplings"]}
    ]
    assert audit.report["coverage"]["nothing_made"] == [{"prompt": "dumplings", "language": "en"}]
    assert audit.report["coverage"]["fates"]["en"]["stopped"] == 3
    assert audit.report["coverage"]["fates"]["zh"]["stopped"] == 0
    assert "What the rules in force did" in audit.text
    assert (tmp_path / "out" / PAGE).read_text("utf-8").count("<img") == 2 * len(read_prompts().short()) - 1


def test_a_second_audit_gives_the_same_numbers_and_asks_before_it_replaces(
    audited: tuple[Audit, Path], tmp_path: Path
) -> None:
    before = (audited[1] / NUMBERS).read_bytes()
    with pytest.raises(OutputError):
        audit_engine("reads", audited[1], quick=True, open_reader=opened)
    audit_engine("reads", audited[1], quick=True, open_reader=opened, overwrite=True)
    assert (audited[1] / NUMBERS).read_bytes() == before


def test_what_stops_half_way_leaves_nothing(tmp_path: Path) -> None:
    def stop(fraction: float, what: str, preview: Frames | None = None) -> None:
        if fraction > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audit_engine("reads", tmp_path / "out", quick=True, progress=stop)
    assert not [path for path in tmp_path.iterdir() if path.name != "home"]


def test_an_engine_that_does_not_say_what_it_understood_cannot_be_audited(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not say what it understood"):
        audit_engine("fake", tmp_path / "out", quick=True)


def test_the_tables_say_it_in_both_languages(audited: tuple[Audit, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    from tianmu.studio.audit.summary import unknowable
    from tianmu.studio.audit.table import as_text

    assert "Missing in silence" in audited[0].text
    monkeypatch.setenv("TIANMU_LANG", "zh")
    settings.cache_clear()
    text = as_text(audited[0].report, unknowable())
    assert "缺失且未说明" in text
    assert "Missing" not in text


def test_the_real_stage_says_of_a_festival_that_it_does_not_know_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tianmu.engines.animatic import AnimaticEngine
    from tianmu.studio.audit.survey import survey

    wanted = [one for one in read_prompts().prompts if one.id == "diwali"]
    (sight, other) = survey(AnimaticEngine(), wanted, seed=0, home=tmp_path)
    assert [found.fate for found in sight.found] == ["unknown", "shown", "shown"]
    assert [found.words for found in other.found] == ["排灯节", "女人", "夜晚"]
    assert sight.frame is not None
    assert np.ptp(sight.frame) > 50
