"""Entries of the library that are far from a film: never one that must be asked for, and others for another film."""

from __future__ import annotations

from pathlib import Path

import pytest

from tianmu.studio.importers import parse_fountain
from tianmu.studio.traditions import read_library
from tianmu.studio.traditions.file import SCHEMA
from tianmu.studio.variety.changes import _PLACES
from tianmu.studio.variety.scripts import nearness, scene_vectors
from tianmu.studio.variety.widening import _looks, widen
from tianmu.world.scene import SETTINGS

NOWHERE = Path("/nowhere")


def test_two_looks_and_a_form_are_offered_and_none_that_must_be_asked_for() -> None:
    form = next(entry for entry in read_library(NOWHERE) if entry.id == "kishotenketsu")
    scripts = [parse_fountain(form.skeleton)]
    found = widen(
        ["a fox walks in a snowfield at dawn", "a fox stands in a snowfield at dawn"], scripts, read_library(NOWHERE)
    )
    assert [each.entry.kind for each in found] == ["look", "look", "form"]
    assert all(each.value > 0 for each in found[:2])
    assert not any(each.entry.ask_first for each in found)
    assert found[2].entry.id != "kishotenketsu"
    assert all(each.entry.id in each.sentence() for each in found)


def test_a_look_that_the_film_has_already_adds_less(tmp_path: Path) -> None:
    ink = next(entry for entry in read_library(NOWHERE) if entry.id == "ink-wash")
    prompt = ink.commands[0].split('"')[1]
    assert ink.id not in {each.entry.id for each in widen([prompt, prompt], [], read_library(NOWHERE))}


def test_a_file_of_the_studio_is_offered_too(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    both = "{en: words, zh: 文字}"
    (tmp_path / "library" / "own.yaml").write_text(
        f"schema: {SCHEMA}\nentries:\n  - id: night-trains\n    kind: look\n    name: {both}\n    origin: {both}\n"
        f"    about: {both}\n    here: {both}\n    care: {both}\n    sources: [A. Writer 1990]\n"
        "    commands: ['tianmu shot \"seventeen violins argue about the price of bread in a submarine\"']\n",
        "utf-8",
    )
    found = {each.entry.id: each.value for each in _looks(["a fox in a snowfield"] * 2, read_library(tmp_path))}
    assert found["night-trains"] > 0.5
    assert "dogme-95" not in found  # no prompt makes it


def test_a_script_is_nearest_to_itself() -> None:
    forms = [parse_fountain(entry.skeleton) for entry in read_library(NOWHERE) if entry.skeleton][:5]
    vectors = [scene_vectors(form) for form in forms]
    for number, own in enumerate(vectors):
        near = [nearness(own, other) for other in vectors]
        assert near[number] == pytest.approx(1, abs=1e-3)
        assert max(near) == near[number]
        assert nearness(own, vectors[0]) == pytest.approx(nearness(vectors[0], own))


def test_every_set_of_the_world_has_a_chinese_name_here() -> None:
    assert set(_PLACES) == set(SETTINGS)
