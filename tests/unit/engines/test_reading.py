"""What an engine makes of a prompt, and what it tells the person who wrote it."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from tianmu.core.errors import InputError
from tianmu.engines.protocol import ShotRequest
from tianmu.engines.reading import understand
from tianmu.world.captions import long_caption
from tianmu.world.parser import parse
from tianmu.world.scene import cast

REQUEST = ShotRequest(
    prompt="a red fox walks across a snowfield at dusk, slow pan left",
    num_frames=8,
    fps=Fraction(8),
    width=64,
    height=64,
    seed=5,
)


def test_a_prompt_becomes_a_scene_and_its_caption() -> None:
    read = understand(REQUEST)
    (actor,) = read.scene.actors
    assert (actor.subject, actor.action) == ("fox", "walks")
    assert (read.scene.setting, read.scene.time, read.scene.camera) == ("snowfield", "dusk", "pan_left")
    assert read.scene.seed == REQUEST.seed
    assert read.caption == long_caption(read.scene)


def test_chinese_is_read_as_well() -> None:
    read = understand(replace(REQUEST, prompt="黄昏，一只狐狸走过雪原，镜头缓缓左移"))
    assert read.scene == understand(REQUEST).scene


def test_the_facts_are_json_and_hold_the_whole_scene() -> None:
    facts = understand(REQUEST).facts
    assert json.loads(json.dumps(facts))["scene"]["actors"][0]["subject"] == "fox"
    assert facts["caption"] == understand(REQUEST).caption
    assert set(facts["stated"]) >= {"subject", "action", "setting", "time", "camera"}


def test_an_actor_that_the_model_has_not_learnt_is_played_by_one_that_it_has() -> None:
    known = ("dog", "car", "whale")
    read = understand(REQUEST, known=known)
    assert read.scene.actors[0].subject == "dog"
    assert any("fox" in note and "dog" in note for note in read.notes)
    assert ["fox", "dog"] in read.facts["replaced"]
    assert "dog" in read.caption
    assert "fox" not in read.caption


@pytest.mark.parametrize("key", ["fox", "dog"])
def test_an_actor_that_it_has_learnt_plays_itself(key: str) -> None:
    read = understand(replace(REQUEST, prompt=f"a {cast()[key].en} runs in a meadow at noon"), known=("fox", "dog"))
    assert read.scene.actors[0].subject == key
    assert read.notes == ()


def test_verbatim_leaves_the_words_as_they_are() -> None:
    prompt = "a vermilion fox pirouettes"
    read = understand(replace(REQUEST, prompt=prompt, verbatim=True), known=("dog",))
    assert read.caption == prompt
    assert read.scene == replace(parse(prompt).scene, seed=REQUEST.seed)
    assert read.scene.actors[0].subject == "fox"


def test_words_without_meaning_are_named() -> None:
    read = understand(replace(REQUEST, prompt="a fox runs past a glorbnak in a meadow", verbatim=True))
    assert any("glorbnak" in note for note in read.notes)


def test_a_prompt_with_nothing_to_show_is_refused() -> None:
    with pytest.raises(InputError):
        understand(replace(REQUEST, prompt="?!?"))
