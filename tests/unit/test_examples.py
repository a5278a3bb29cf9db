"""The films that come with the studio are real pieces: they parse whole, and the world can play every part."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tianmu.film.screenplay import Note, Screenplay, ScriptScene, Transition
from tianmu.studio.importers import parse_fountain, read_screenplay, write_fountain
from tianmu.world.parser import parse
from tianmu.world.scene import cast

EXAMPLES = Path(__file__).parents[2] / "examples"
NATIVE = {
    *("fox", "dog", "cat", "rabbit", "horse", "elephant", "penguin", "duck", "whale"),
    *("astronaut", "robot", "car", "sailboat", "rocket", "balloon", "football"),
}
"""What the native model has learnt to draw."""

PIECES = {
    # file: number of scenes, who speaks, who is in it, the sets it plays on
    "first-light": (1, ("MOSS", "EMBER"), {"fox", "rabbit"}, ["snowfield"]),
    "lighthouse": (
        4,
        ("PIP", "TIN", "WREN"),
        {"robot", "penguin", "sailboat", "whale"},
        ["room", "sea", "room", "sea"],
    ),
    "guest": (3, ("SUI", "JU"), {"astronaut", "fox", "rocket"}, ["moon", "moon", "meadow"]),
    "mobanche": (4, ("十七路", "阿墨"), {"bus", "black_cat", "bird"}, ["city", "city", "lake", "meadow"]),
}
_CHINESE = re.compile("[\u4e00-\u9fff]")
_LATIN = re.compile("[A-Za-z]{2}")
_INTRODUCTION = r"{}(?:, (an? [^,.]+)|，(一[^，。]+))"
"""`TIN, a robot with salt ...`, `阿墨，一只黑猫，...`."""


def read(name: str) -> Screenplay:
    return read_screenplay(EXAMPLES / f"{name}.fountain")


def spoken(scene: ScriptScene) -> list[str]:
    return [line.text for speech in scene.speeches for line in speech.lines if line.manner == "dialogue"]


def test_every_example_is_looked_at() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.fountain")} == set(PIECES)


@pytest.mark.parametrize("name", PIECES)
def test_a_piece_parses_whole(name: str) -> None:
    screenplay = read(name)
    scenes, speakers, _, _ = PIECES[name]
    assert screenplay.title
    assert screenplay.author == "The Tianmu authors"
    assert len(screenplay.scenes) == scenes
    assert [scene.number for scene in screenplay.scenes] == [str(number) for number in range(1, scenes + 1)]
    assert screenplay.characters == speakers
    assert not screenplay.opening
    for scene in screenplay.scenes:
        assert scene.heading.interior
        assert scene.heading.place
        assert scene.heading.time
        assert scene.actions
        assert scene.speeches
    again = parse_fountain(write_fountain(screenplay))
    assert [scene.elements for scene in again.scenes] == [scene.elements for scene in screenplay.scenes]


@pytest.mark.parametrize("name", PIECES)
def test_nothing_that_is_said_or_marked_was_read_as_action(name: str) -> None:
    for scene in read(name).scenes:
        for action in scene.actions:
            assert not re.match(r"[>@(（\[]|.*TO:$", action.text), action.text
        for speech in scene.speeches:
            assert any(line.manner == "dialogue" for line in speech.lines)
            for line in speech.lines:
                assert not line.text.startswith(("(", "（"))


@pytest.mark.parametrize("name", PIECES)
def test_every_part_is_introduced_with_a_member_of_the_cast(name: str) -> None:
    _, speakers, subjects, _ = PIECES[name]
    text = "\n".join(action.text for scene in read(name).scenes for action in scene.actions)
    played: dict[str, str] = {}
    for speaker in speakers:
        found = re.search(_INTRODUCTION.format(speaker), text)
        assert found, f"{speaker} is never described"
        (actor,) = parse(found[1] or found[2], stand_ins=False).scene.actors
        played[speaker] = actor.subject
    assert len(set(played.values())) == len(speakers)
    assert set(played.values()) <= subjects <= set(cast())


@pytest.mark.parametrize("name", ["first-light", "lighthouse", "guest"])
def test_three_pieces_need_only_what_the_native_model_draws(name: str) -> None:
    assert PIECES[name][2] <= NATIVE


@pytest.mark.parametrize("name", PIECES)
def test_every_scene_plays_on_a_painted_set(name: str) -> None:
    for scene, wanted in zip(read(name).scenes, PIECES[name][3], strict=True):
        assert parse(scene.heading.text.split("LIGHTHOUSE - LAMP")[-1], stand_ins=False).scene.setting == wanted


@pytest.mark.parametrize("name", PIECES)
def test_every_piece_is_in_its_language(name: str) -> None:
    lines = [line for scene in read(name).scenes for text in spoken(scene) for line in text.splitlines()]
    chinese = [bool(_CHINESE.search(line)) for line in lines]
    latin = [bool(_LATIN.search(line)) for line in lines]
    match name:
        case "mobanche":
            assert all(chinese)
            assert not any(latin)
        case "guest":
            assert chinese == [False, True] * (len(lines) // 2)
            assert latin == [True, False] * (len(lines) // 2)
        case _:
            assert not any(chinese)


def test_the_pieces_use_what_a_script_has() -> None:
    elements = [element for name in PIECES for scene in read(name).scenes for element in scene.elements]
    transitions = [element.text for element in elements if isinstance(element, Transition)]
    assert {"DISSOLVE TO:", "CUT TO:", "FADE OUT.", "淡出", "叠化"} <= set(transitions)
    assert sum(isinstance(element, Note) for element in elements) >= 3
    assert {
        line.manner for name in PIECES for scene in read(name).scenes for s in scene.speeches for line in s.lines
    } == {
        "dialogue",
        "parenthetical",
    }
