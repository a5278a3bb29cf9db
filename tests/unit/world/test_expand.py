"""Prompt expansion: any language, stand-ins that are named, plain refusals, one answer each time, a floor."""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from tianmu.core.errors import InputError
from tianmu.world.captions import long_caption
from tianmu.world.expand import expand
from tianmu.world.parser import parse

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


def test_a_german_prompt_becomes_the_canonical_caption() -> None:
    expansion = expand("ein roter Fuchs läuft nachts durch den Schnee, Kamera schwenkt nach links")
    assert expansion.language == "de"
    assert expansion.caption == (
        "a fox runs right in a snowfield, night, clear sky, medium shot, the camera pans left, natural colour"
    )
    assert "Cannot be shown and was left out: “roter”." in expansion.notes


def test_a_caption_expands_to_itself() -> None:
    said = "an owl flies left in a forest, night, fog, wide shot, the camera tilts up, sepia"
    assert expand(said).caption == said
    assert expand(said).notes == ()


@pytest.mark.parametrize(
    ("prompt", "word", "used"),
    [
        ("a moose in the rain", "moose", "deer"),
        ("a samurai walks", "samurai", "ninja"),
        ("a submarine", "submarine", "sailboat"),
        ("ein Elch rennt", "Elch", "deer"),
        ("一只松鼠", "松鼠", "mouse"),
        ("a tugboat at sea", "tugboat", "sailboat"),
    ],
)
def test_what_the_world_lacks_is_played_by_the_nearest(prompt: str, word: str, used: str) -> None:
    expansion = expand(prompt)
    assert expansion.replaced[0] == (word, used)
    assert expansion.scene.actors
    assert f"“{word}” became “{used}”." in expansion.notes


def test_the_embedding_reads_languages_without_a_phrasebook() -> None:
    expansion = expand("un gatto nero cammina nella neve di notte")
    assert expansion.scene.actors[0].subject == "black_cat"
    assert expansion.scene.actors[0].action == "walks"
    assert expansion.scene.time == "night"
    assert ("notte", "night") in expansion.replaced


def test_the_action_of_an_unknown_actor_is_kept() -> None:
    expansion = expand("a toaster flies left over the sea")
    assert expansion.scene.setting == "sea"
    assert [(actor.action, actor.direction) for actor in expansion.scene.actors] == [("flies", "left")]


@pytest.mark.parametrize(
    ("prompt", "setting"), [("a robot on Mars", "moon"), ("eine Katze im Museum", "room"), ("机场的一只狗", "city")]
)
def test_a_place_that_the_world_lacks_is_named(prompt: str, setting: str) -> None:
    expansion = expand(prompt)
    assert expansion.scene.setting == setting
    assert len(expansion.replaced) == 1
    assert expansion.replaced[0][0] in prompt


def test_a_passing_word_plays_nobody() -> None:
    expansion = expand("yellow flowers in the wind at dawn")
    assert expansion.scene.actors == ()
    assert "No actor was named: the scene is empty." in expansion.notes


def test_emoji_are_read() -> None:
    expansion = expand("🦊❄️🌙")
    assert [actor.subject for actor in expansion.scene.actors] == ["fox"]
    assert (expansion.scene.setting, expansion.scene.time) == ("snowfield", "night")
    assert [actor.subject for actor in expand("👩🏽‍🚀🌕").scene.actors] == ["astronaut"]
    assert expand("🐶 🌧️ 🏙️").scene.weather == "rain"


def test_right_to_left_text_is_read() -> None:
    scene = expand("ثعلب أحمر يمشي في الثلج عند الغروب").scene
    assert (scene.actors[0].subject, scene.actors[0].action) == ("fox", "walks")
    assert (scene.setting, scene.time) == ("snowfield", "sunset")


def test_traditional_characters_are_read() -> None:
    assert expand("一隻黑貓在樹林裡飛").scene == expand("一只黑猫在树林里飞").scene


@pytest.mark.parametrize(
    ("prompt", "sentence"),
    [("", "empty"), (" \t\n ", "empty"), ("\x00\x07\x1b", "empty"), ("?!… --- ;;", "no words"), ("٪٪ ()", "no words")],
)
def test_nothing_to_read_is_said_plainly(prompt: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        expand(prompt)


def test_words_that_mean_nothing_are_refused_by_name() -> None:
    with pytest.raises(InputError, match="sdfgsdfg"):
        expand("sdfgsdfg")


@pytest.mark.parametrize(
    "prompt",
    [
        "'; DROP TABLE shots; -- a fox runs",
        "<script>alert('a fox runs')</script>",
        "a fox runs\x00\x1b[31m",
        "%s %d {0} $HOME ../../a fox runs",
    ],
)
def test_junk_around_a_sentence_does_no_harm(prompt: str) -> None:
    scene = expand(prompt).scene
    assert [(actor.subject, actor.action) for actor in scene.actors] == [("fox", "runs")]


@pytest.mark.parametrize("sentence", ["A fox runs across the snow. ", "狐狸在雪地里跑。", "qwzx blorp fnord ", "fox"])
def test_ten_thousand_characters_are_answered_fast_and_cut_openly(sentence: str) -> None:
    expand("a tugboat")
    prompt = ("a fox runs in the snow. " + sentence * (10_000 // len(sentence))).strip()
    started = time.perf_counter()
    expansion = expand(prompt)
    assert time.perf_counter() - started < 1
    assert expansion.scene.actors[0].subject == "fox"
    assert expansion.notes[0].startswith(f"The prompt has {len(prompt)} characters: only the first ")


def test_what_is_assumed_is_said_and_suits_the_actor() -> None:
    expansion = expand("a whale")
    assert expansion.scene.setting == "sea"
    assert expansion.notes == ("No place was said: chose “at sea”.", "No time of day was said: chose “noon”.")
    assert "No actor was named: the scene is empty." in expand("rain over the sea").notes


def test_notes_come_in_chinese_for_who_reads_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIANMU_LANG", "zh")
    assert "“moose”换成了“deer”。" in expand("a moose").notes


def test_the_same_prompt_gives_the_same_expansion() -> None:
    for prompt in ("a walrus glides past some icebergs", "un gatto nero cammina nella neve di notte", "🚀"):
        assert expand(prompt) == expand(prompt)
        assert expand(prompt).caption == long_caption(expand(prompt).scene)
        assert parse(expand(prompt).caption).scene == expand(prompt).scene


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", BENCHMARKS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_held_out_list_keeps_its_floor() -> None:
    benchmark = load("expansion")
    rows = json.loads(benchmark.HELD_OUT.read_text("utf-8"))
    assert len(rows) >= 220
    assert len({row["language"] for row in rows}) >= 6
    assert len({row["prompt"] for row in rows}) == len(rows)
    score = benchmark.measure(rows)
    for fact in benchmark.FACTS:
        assert score.accuracy(fact) >= 0.93, (fact, score.misses)
