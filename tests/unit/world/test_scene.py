"""The vocabulary: every word of it makes a scene, and every other word is refused with one sentence."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest

from tianmu.core.errors import InputError
from tianmu.world.scene import (
    ACTIONS,
    CAMERAS,
    DIRECTIONS,
    FRAMINGS,
    LOOKS,
    MAX_ACTORS,
    RELATIONS,
    SETTINGS,
    TIMES,
    WEATHERS,
    Actor,
    Scene,
    cast,
)

FOX, DOG = Actor(subject="fox"), Actor(subject="dog")
VOCABULARY = {
    "setting": SETTINGS,
    "time": TIMES,
    "weather": WEATHERS,
    "camera": CAMERAS,
    "look": LOOKS,
    "framing": FRAMINGS,
    "relation": RELATIONS,
}
ACTOR_WORDS = {"action": ACTIONS, "direction": DIRECTIONS, "subject": tuple(cast())}


def make(word: str, value: str) -> Any:
    if word in ACTOR_WORDS:
        return Actor(**({"subject": "fox"} | {word: value}))
    facts: dict[str, Any] = {"setting": "meadow", "actors": (FOX, DOG), word: value}
    return Scene(**facts)


@pytest.mark.parametrize("word", [*VOCABULARY, *ACTOR_WORDS])
def test_every_word_makes_a_scene_that_holds_it(word: str) -> None:
    for value in (VOCABULARY | ACTOR_WORDS)[word]:
        assert getattr(make(word, value), word) == value


@pytest.mark.parametrize("word", [*VOCABULARY, *ACTOR_WORDS])
@pytest.mark.parametrize("value", ["unicorn-7", "", "Meadow ", "雪"])
def test_another_word_is_refused_with_one_sentence_that_names_it(word: str, value: str) -> None:
    with pytest.raises(InputError) as refused:
        make(word, value)
    sentence = str(refused.value)
    assert repr(value) in sentence
    assert word in sentence
    assert all(known in sentence for known in (VOCABULARY | ACTOR_WORDS)[word])
    assert re.fullmatch(r"[^\n.]+\.", sentence)


def test_the_vocabulary_is_as_large_as_was_promised() -> None:
    assert len(cast()) >= 60
    assert len(SETTINGS) >= 8
    assert (len(TIMES), len(CAMERAS), len(LOOKS), len(DIRECTIONS)) >= (5, 7, 6, 2)
    assert len(WEATHERS) >= 5
    assert len(ACTIONS) >= 8
    for words in (VOCABULARY | ACTOR_WORDS).values():
        assert len(set(words)) == len(words)


def test_more_actors_than_the_stage_holds_are_refused() -> None:
    Scene(setting="meadow", actors=(FOX,) * MAX_ACTORS)
    with pytest.raises(InputError, match=f"at most {MAX_ACTORS} actors, but {MAX_ACTORS + 1} came"):
        Scene(setting="meadow", actors=(FOX,) * (MAX_ACTORS + 1))


@pytest.mark.parametrize("actors", [(), (FOX,)])
def test_a_relation_needs_two(actors: tuple[Actor, ...]) -> None:
    with pytest.raises(InputError, match=f"needs two actors, but {len(actors)} came"):
        Scene(setting="meadow", actors=actors, relation="meets")


def test_a_scene_is_a_value() -> None:
    one, other = (Scene(setting="meadow", actors=(FOX,), seed=3) for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert one != dataclasses.replace(one, seed=4)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.seed = 4  # pyright: ignore[reportAttributeAccessIssue]


def test_everyone_in_the_cast_has_a_name_in_both_languages_and_a_home() -> None:
    people = list(cast().values())
    assert all(subject.key == key for key, subject in cast().items())
    assert len({subject.en for subject in people}) == len(people)
    assert len({subject.zh for subject in people}) == len(people)
    for subject in people:
        assert re.fullmatch(r"[A-Za-z][A-Za-z -]*", subject.en), subject
        assert re.fullmatch(r"[\u4e00-\u9fff]+", subject.zh), subject
        assert re.fullmatch(r"[a-z0-9_]+", subject.key), subject
        assert subject.hexcode in subject.file, subject
        assert subject.group in ("animal", "person", "vehicle", "thing"), subject
        assert subject.facing in ("left", "right", "front"), subject
        assert subject.medium in ("ground", "air", "water"), subject
        assert 0.05 <= subject.height <= 0.8, subject
