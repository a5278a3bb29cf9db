"""Laws of the caption grammar: enough wordings, a closed vocabulary, a canonical caption that is short and fixed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from tianmu.world import scene as world
from tianmu.world.captions import caption, long_caption, vocabulary, words
from tianmu.world.lexicon import LANGUAGES, Language, wordings
from tianmu.world.scene import Actor, Scene, cast

Draw = Callable[[int, int], Iterator[tuple[Scene, random.Random]]]
SECTIONS = {
    "settings": world.SETTINGS,
    "times": world.TIMES,
    "weathers": world.WEATHERS,
    "actions": world.ACTIONS,
    "moves": world.DIRECTIONS,
    "faces": world.DIRECTIONS,
    "cameras": world.CAMERAS,
    "looks": world.LOOKS,
    "framings": world.FRAMINGS,
    "relations": world.RELATIONS,
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_has_a_dozen_wordings(language: Language) -> None:
    lexicon = wordings(language)
    for section, keys in SECTIONS.items():
        assert tuple(lexicon[section]) == keys
        for key in keys:
            forms = {form for phrase in lexicon[section][key] for form in phrase.split("|")}
            assert len(forms) >= 12, (section, key)
    assert set(lexicon["subjects"]) == set(cast())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wording_means_one_thing_only(language: Language) -> None:
    lexicon = wordings(language)
    for section in SECTIONS:
        said = [phrase for listed in lexicon[section].values() for phrase in set(listed)]
        assert len(said) == len(set(said)), section
    names = [name for listed in lexicon["subjects"].values() for name in listed]
    assert len(names) == len(set(names))


def test_the_first_name_is_the_casts_own() -> None:
    for key, subject in cast().items():
        assert wordings("en")["subjects"][key][0] == subject.en
        assert wordings("zh")["subjects"][key][0] == subject.zh


@pytest.mark.parametrize("language", LANGUAGES)
def test_captions_hold_no_word_outside_the_vocabulary(language: Language, random_scenes: Draw) -> None:
    known = set(vocabulary(language))
    for scene, rng in random_scenes(1, 300):
        for said in (
            long_caption(scene, language),
            caption(scene, language=language, length="long", rng=rng),
            caption(scene, language=language, length="short", rng=rng),
        ):
            assert set(words(said)) <= known, said


def test_the_vocabulary_is_small_sorted_and_whole_words() -> None:
    for language, most in (("en", 900), ("zh", 900)):
        known = vocabulary(language)
        assert list(known) == sorted(set(known))
        assert len(known) < most
        assert all(words(word) == [word] for word in known)


def test_words_are_lower_case_and_chinese_comes_in_characters() -> None:
    assert words("A T-Rex, the jack-o'-lantern!") == ["a", "t", "rex", "the", "jack", "o", "lantern"]
    assert words("一只fox在雪地里。") == ["一", "只", "fox", "在", "雪", "地", "里"]
    assert words(" \x00 🦊 …") == []


def test_the_canonical_caption_stays_as_the_weights_learnt_it() -> None:
    fox = Scene(
        setting="snowfield",
        time="dusk",
        weather="snow",
        camera="pan_left",
        actors=(Actor(subject="fox", action="walks", direction="left"),),
    )
    assert long_caption(fox) == (
        "a fox walks left in a snowfield, dusk, snow, medium shot, the camera pans left, natural colour"
    )
    assert long_caption(fox, "zh") == "一只狐狸向左走，在雪地里，黄昏，小雪，中景，镜头左摇，自然色彩"
    two = Scene(
        setting="sea",
        actors=(Actor(subject="owl", action="flies"), Actor(subject="owl", direction="left")),
        relation="behind",
    )
    assert long_caption(two) == (
        "an owl flies right and another owl stands facing left at sea, the first owl behind the second owl, "
        "noon, clear sky, medium shot, static camera, natural colour"
    )
    assert long_caption(Scene(setting="moon")) == (
        "an empty scene on the moon, noon, clear sky, medium shot, static camera, natural colour"
    )


def test_the_canonical_caption_of_one_actor_is_short() -> None:
    scenes = (
        Scene(setting=setting, weather="leaves", camera="pan_left", look="black_and_white", actors=(actor,))
        for setting in world.SETTINGS
        for subject in cast()
        for actor in (Actor(subject=subject, action="turns"),)
    )
    assert max(len(words(long_caption(scene))) for scene in scenes) <= 24


def test_different_scenes_have_different_canonical_captions(random_scenes: Draw) -> None:
    scenes = {scene for scene, _ in random_scenes(2, 500)}
    for language in LANGUAGES:
        assert len({long_caption(scene, language) for scene in scenes}) == len(scenes)


def test_the_same_generator_draws_the_same_caption(random_scenes: Draw) -> None:
    for scene, rng in random_scenes(3, 50):
        seed = rng.getrandbits(32)
        drawn = {caption(scene, language="en", length="long", rng=random.Random(seed)) for _ in range(3)}
        assert len(drawn) == 1
