"""What is known of a machine is looked up once, kept, and looked up anew when it may be another."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tianmu.core.errors import InputError
from tianmu.governance import machine as looked
from tianmu.governance.machine import FILE, Machine, look_up, processor_name, this_machine


@pytest.fixture(autouse=True)
def _forget() -> None:
    this_machine.cache_clear()


def test_codecarbon_knows_this_machine() -> None:
    found = look_up()
    assert found.processor == processor_name()
    assert found.num_threads >= 1
    assert found.processor_watts > 0
    assert found.memory_watts >= 3
    assert found.thread_watts * found.num_threads + looked.IDLE_SHARE * found.processor_watts == pytest.approx(
        found.processor_watts
    )
    assert found.idle_watts > found.memory_watts
    assert found.world == 475
    assert found.grams("chn ") == found.countries["CHN"] > found.grams("NOR") > 0
    assert found.grams(None) == found.world


@pytest.mark.parametrize(
    ("name", "watts"),
    [
        ("Intel(R) Core(TM) i7-8565U CPU @ 1.80GHz", 15),
        ("AMD EPYC 7763 64-Core Processor", 280),
        ("Apple M2", 22),
        ("a processor of tomorrow", None),
        ("", None),
    ],
)
def test_processors_are_found_as_their_systems_write_them(name: str, watts: float | None) -> None:
    assert looked._tabled_watts(name) == watts


@pytest.mark.parametrize(
    ("name", "virtual", "sockets", "watts", "known"),
    [
        ("AMD EPYC 7763 64-Core Processor", False, 2, 560, True),
        ("AMD EPYC 7763 64-Core Processor", True, 1, 16, False),  # four threads of it are not the whole chip
        ("Apple M2", True, 1, 16, False),
        ("Apple M1", True, 1, 10, True),
        ("a processor of tomorrow", False, 1, 16, False),
    ],
)
def test_a_part_of_a_chip_is_not_counted_as_all_of_it(
    monkeypatch: pytest.MonkeyPatch, name: str, virtual: bool, sockets: int, watts: float, known: bool
) -> None:
    monkeypatch.setattr(looked, "processor_name", lambda: name)
    monkeypatch.setattr(looked, "_is_virtual", lambda: virtual)
    monkeypatch.setattr(looked, "_num_sockets", lambda: sockets)
    monkeypatch.setattr(looked, "_num_threads", lambda: 4)
    found = look_up.__wrapped__()
    assert (found.processor_watts, found.processor_known) == (watts, known)


def test_what_was_found_is_kept_in_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = this_machine(tmp_path / "home")
    this_machine.cache_clear()

    def never() -> Machine:
        raise AssertionError

    monkeypatch.setattr(looked, "look_up", never)
    assert this_machine(tmp_path / "home") == first


def _changed(**fields: Any) -> Callable[[str], str]:
    return lambda text: json.dumps({**json.loads(text), **fields})


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-200],
        lambda text: "",
        lambda text: "[]",
        lambda text: "[" * 100_000,
        lambda text: "null",
        _changed(schema="tianmu.machine.9"),
        _changed(codecarbon="1.0"),
        _changed(processor="another"),
        _changed(num_threads=4096),
        _changed(processor_watts="many"),
        _changed(processor_watts=-1.0),
        _changed(memory_watts=float("nan")),
        _changed(world=None),
        _changed(countries={}),
        _changed(countries=[1.0, 2.0]),
        _changed(unknown=1),
    ],
)
def test_a_damaged_file_or_one_of_another_machine_is_looked_up_anew(
    tmp_path: Path, damage: Callable[[str], str]
) -> None:
    first = this_machine(tmp_path)
    whole = (tmp_path / FILE).read_text("utf-8")
    (tmp_path / FILE).write_text(damage(whole), "utf-8")
    this_machine.cache_clear()
    assert this_machine(tmp_path) == first
    assert (tmp_path / FILE).read_text("utf-8") == whole


def test_a_home_that_cannot_be_written_costs_only_a_look(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert this_machine(tmp_path / "file" / "home") == look_up()


@pytest.mark.parametrize(
    ("written", "near"),
    [("GER", "DEU (Germany)"), ("Germny", "DEU"), ("china", "CHN"), ("XX", "such as"), ("", "such as")],
)
def test_an_unknown_country_is_refused_with_those_near_it(written: str, near: str) -> None:
    with pytest.raises(InputError, match="three letters") as caught:
        look_up().grams(written)
    assert near in caught.value.explain()
