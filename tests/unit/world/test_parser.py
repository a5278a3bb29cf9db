"""Laws of the parser: every caption reads back as its scene; direction, negation, relation and language."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from tianmu.world.captions import Length, caption, long_caption
from tianmu.world.lexicon import LANGUAGES, Language, wordings
from tianmu.world.parser import parse
from tianmu.world.phrasebook import detect
from tianmu.world.scene import Scene

Draw = Callable[[int, int], Iterator[tuple[Scene, random.Random]]]
ALL = {"subject", "action", "direction", "setting", "time", "weather", "camera", "look", "framing"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("length", ["long", "short"])
def test_a_caption_reads_back_as_its_scene(language: Language, length: Length, random_scenes: Draw) -> None:
    for scene, rng in random_scenes(11, 300):
        said = caption(scene, language=language, length=length, rng=rng)
        reading = parse(said)
        assert reading.scene == scene, said
        assert reading.language == language, said
        assert reading.unknown == (), said
        if length == "long":
            assert reading.found == ALL | ({"relation"} if scene.relation else set()), said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_canonical_caption_states_everything(language: Language, random_scenes: Draw) -> None:
    for scene, _ in random_scenes(12, 300):
        reading = parse(long_caption(scene, language))
        assert reading.scene == scene
        assert reading.found >= ALL


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_single_wording_is_read_as_its_key(language: Language) -> None:
    lexicon = wordings(language)
    for section, fact in (("times", "time"), ("weathers", "weather"), ("looks", "look"), ("framings", "framing")):
        for key, listed in lexicon[section].items():
            for phrase in listed:
                assert getattr(parse(phrase, language=language).scene, fact) == key, phrase
    for key, listed in lexicon["cameras"].items():
        for phrase in listed:
            assert parse(phrase, language=language).scene.camera == key, phrase
    for key, listed in lexicon["settings"].items():
        for phrase in listed:
            assert parse(phrase, language=language).scene.setting == key, phrase


def acts(text: str) -> list[tuple[str, str, str]]:
    return [(actor.subject, actor.action, actor.direction) for actor in parse(text).scene.actors]


def test_inflections_are_read() -> None:
    for said in ("a fox walks", "the fox walked", "a walking fox", "fox walking", "one fox, it strolled"):
        assert acts(said) == [("fox", "walks", "right")], said
    assert [subject for subject, _, _ in acts("two wolves run left")] == ["wolf", "wolf"]
    for plural, key in (
        ("foxes", "fox"),
        ("buses", "bus"),
        ("motorcycles", "motorcycle"),
        ("butterflies", "butterfly"),
    ):
        assert parse(plural).scene.actors[0].subject == key
    assert acts("two wolves run left")[0] == acts("two wolves run left")[1] == ("wolf", "runs", "left")


def test_left_and_right_go_to_whom_they_are_said_of() -> None:
    reading = parse("a dragon flies right, the camera pans left")
    assert (reading.scene.actors[0].direction, reading.scene.camera) == ("right", "pan_left")
    reading = parse("the camera slowly pans over to the right as a dog runs left")
    assert (reading.scene.actors[0].direction, reading.scene.camera) == ("left", "pan_right")
    reading = parse("a cat to the left of a dog, pan right")
    assert (reading.scene.relation, reading.scene.camera) == ("left_of", "pan_right")
    assert reading.found.isdisjoint({"direction"})


@pytest.mark.parametrize(
    ("said", "subjects", "relation"),
    [
        ("a cat left of a dog", ["cat", "dog"], "left_of"),
        ("a cat to the right of a dog", ["dog", "cat"], "left_of"),
        ("a bear in front of an owl", ["owl", "bear"], "behind"),
        ("a dog follows a cat", ["dog", "cat"], "follows"),
        ("a dog is chased by a cat", ["cat", "dog"], "follows"),
        ("a wizard and a dragon meet", ["wizard", "dragon"], "meets"),
        ("一只猫在狗的左边", ["cat", "dog"], "left_of"),
        ("狗的右边有一只猫", ["dog", "cat"], "left_of"),
        ("熊在猫头鹰前面", ["owl", "bear"], "behind"),
        ("老虎跟在大象后面", ["tiger", "elephant"], "follows"),
        ("eine Katze links von einem Hund", ["cat", "dog"], "left_of"),
        ("un chien suit un chat", ["dog", "cat"], "follows"),
        ("猫が犬の後ろにいる", ["cat", "dog"], "behind"),
    ],
)
def test_relations_order_the_actors(said: str, subjects: list[str], relation: str) -> None:
    scene = parse(said).scene
    assert [actor.subject for actor in scene.actors] == subjects
    assert scene.relation == relation


@pytest.mark.parametrize(
    "said",
    [
        "a fox in a meadow, no rain",
        "a fox without any rain",
        "狐狸在草地上，没有雨",
        "ein Fuchs ohne Regen",
        "雨のない草原のキツネ",
    ],
)
def test_what_is_negated_is_not_shown(said: str) -> None:
    reading = parse(said)
    assert reading.scene.weather == "clear"
    assert "weather" in reading.found


def test_a_negated_actor_stays_away_and_a_likeness_is_none() -> None:
    assert acts("a fox and no dog") == [("fox", "stands", "right")]
    assert acts("a robot that runs like a horse") == [("robot", "runs", "right")]


def test_what_is_not_said_suits_the_actor() -> None:
    assert acts("a bird") == [("bird", "flies", "right")]
    assert acts("a tropical fish") == [("fish", "floats", "right")]
    assert acts("a car") == [("car", "stands", "right")]
    assert parse("a shark").scene.setting == "sea"
    assert parse("an astronaut").scene.setting == "moon"
    assert parse("").scene.actors == ()
    assert parse("").found == frozenset()


def test_unknown_words_are_named_and_small_words_are_not() -> None:
    reading = parse("the fox with a blorptastic xylophone in the forest")
    assert reading.unknown == ("blorptastic", "xylophone")
    assert parse("a green fox in a red scarf").ignored == ("green", "red", "scarf")
    assert parse("a moose").unknown == ("moose",)
    assert parse("a moose", stand_ins=True).replaced == (("moose", "deer"),)


def test_a_fourth_actor_is_left_out_and_named() -> None:
    reading = parse("a dog, a cat, a fox and a bear")
    assert [actor.subject for actor in reading.scene.actors] == ["dog", "cat", "fox"]
    assert reading.ignored == ("bear",)


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("ein roter Fuchs läuft durch den Schnee", "de"),
        ("le chat dort", "fr"),
        ("el perro corre por la playa", "es"),
        ("o gato dorme na sala", "pt"),
        ("лиса бежит", "ru"),
        ("ثعلب يمشي", "ar"),
        ("キツネが歩く", "ja"),
        ("여우가 걷는다", "ko"),
        ("เสือวิ่งในป่า", "th"),
        ("狐狸在走", "zh"),
        ("fox", "en"),
        ("🦊", "en"),
    ],
)
def test_the_language_is_told_by_script_and_small_words(said: str, language: str) -> None:
    assert detect(said) == language
