"""Every canonical caption falls into phrases that do not overlap, and each says its fact in the caption's own words."""

import random
from dataclasses import asdict

from tianmu.studio.explain.phrases import phrases_of
from tianmu.studio.explain.reading import read_words
from tianmu.world.captions import long_caption, words
from tianmu.world.expand import expand
from tianmu.world.scene import ACTIONS, CAMERAS, LOOKS, RELATIONS, SETTINGS, TIMES, WEATHERS, Actor, Scene, cast


def test_phrases_are_words_of_the_caption_and_do_not_overlap() -> None:
    draw = random.Random(1)
    for count in (0, 1, 2, 3) * 25:
        actors = tuple(Actor(subject=draw.choice(list(cast())), action=draw.choice(ACTIONS)) for _ in range(count))
        scene = Scene(
            setting=draw.choice(SETTINGS),
            time=draw.choice(TIMES),
            weather=draw.choice(WEATHERS),
            camera=draw.choice(CAMERAS),
            look=draw.choice(LOOKS),
            actors=actors,
            relation=draw.choice(RELATIONS) if count > 1 and draw.random() < 0.5 else None,
        )
        said = words(long_caption(scene))
        found = phrases_of(long_caption(scene), asdict(scene))
        places = [place for phrase in found for place in phrase.places]
        assert len(places) == len(set(places))
        for phrase in found:
            assert " ".join(said[place] for place in phrase.places) == phrase.text
        facts = [phrase.fact for phrase in found]
        assert {"subject", "setting", "time", "weather", "framing", "camera", "look"} <= set(facts)
        assert facts.count("action") == count


def test_another_caption_falls_into_its_clauses() -> None:
    scene = asdict(Scene(setting="moon"))
    found = phrases_of("two lions quarrel, under water. slowly", scene)
    assert [phrase.text for phrase in found] == ["two lions quarrel", "under water", "slowly"]
    assert [phrase.places for phrase in found] == [(0, 1, 2), (3, 4), (5,)]


def test_a_word_decides_what_changes_without_it() -> None:
    prompt = "a blue fox runs in a forest at night"
    reading = expand(prompt).reading
    understood = {"unknown": reading.unknown, "ignored": reading.ignored, "replaced": ()}
    read = {word.word: word for word in read_words(prompt, understood)}
    assert "setting" in read["forest"].decides
    assert read["night"].decides == ("time",)
    assert "subject" in read["fox"].decides
    assert read["blue"].how == "unshowable"
    assert read["a"].how == "no effect"
