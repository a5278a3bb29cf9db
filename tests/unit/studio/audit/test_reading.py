"""The fate of what a prompt asks for, told from what an engine says that it understood."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from tianmu.studio.audit.prompts import LANGUAGES, Ask, Prompt, read_prompts
from tianmu.studio.audit.reading import alike, read_asks
from tianmu.studio.audit.terms import term
from tianmu.world.scene import Actor, Scene, cast


def understood(*subjects: str, **said: Any) -> dict[str, Any]:
    scene = Scene(actors=tuple(Actor(subject=key) for key in subjects), setting="city")
    return {"scene": asdict(scene), "unknown": [], "ignored": [], "replaced": [], **said}


def prompt(**asks: tuple[str, str | None]) -> Prompt:
    made = tuple(
        Ask(kind=kind, words=(words, words), fact=None if key is None else ("subject", key))
        for kind, (words, key) in asks.items()
    )
    return Prompt(id="one", group="work", text=("", ""), asks=made, pair=None, quick=False)


def fates(one: Prompt, told: dict[str, Any]) -> list[str]:
    return [found.fate for found in read_asks(one, 0, told)]


def test_each_fate() -> None:
    one = prompt(work=("farmer", "farmer"), culture=("Kenyan", None))
    assert fates(one, understood("farmer", unknown=["Kenyan"])) == ["shown", "unknown"]
    assert fates(one, understood("farmer", ignored=["kenyan"])) == ["shown", "left out"]
    assert fates(one, understood("robot")) == ["silent", "silent"]
    told = understood("robot", replaced=[["farmer", "robot"]])
    assert [(found.fate, found.used) for found in read_asks(one, 0, told)] == [("replaced", "robot"), ("silent", "")]


def test_a_stand_in_that_is_itself_played_is_followed() -> None:
    told = understood("astronaut", replaced=[["nurse", "scientist"], ["scientist", "astronaut"]])
    (found,) = read_asks(prompt(work=("nurse", None)), 0, told)
    assert (found.fate, found.used) == ("replaced", "astronaut")


def test_a_figure_that_a_note_names_in_the_other_language_is_the_same() -> None:
    told = understood("astronaut", replaced=[["scientist", "astronaut"]])
    (found,) = read_asks(prompt(work=("科学家", "scientist")), 0, told)
    assert found.fate == "replaced"


def test_one_person_who_became_two_is_shown_by_neither() -> None:
    one = prompt(gender=("woman", "walking_woman"), work=("scientist", "scientist"))
    assert fates(one, understood("walking_woman", "scientist")) == ["split", "split"]
    assert fates(one, understood("scientist")) == ["silent", "shown"]


def test_words_of_which_only_a_part_was_left_out_are_shown() -> None:
    one = prompt(thing=("red lantern", "lantern"))
    assert fates(one, understood("lantern", ignored=["red"])) == ["shown"]
    assert fates(one, understood("lantern", unknown=["red", "lantern"])) == ["unknown"]


@pytest.mark.parametrize(
    ("words", "other", "same"),
    [
        ("skyscrapers", "Skyscraper", True),
        ("Chinese New Year", "year", True),
        ("sea", "season", False),
        ("中秋节", "秋节赏月", True),
        ("汉服", "穿汉服", True),
        ("老", "老厨师", True),
        ("汉服", "服装", False),
    ],
)
def test_which_words_an_engine_means(words: str, other: str, same: bool) -> None:
    assert alike(words, other) is same


def test_the_prompts_that_ship_ask_for_what_they_say_and_what_there_is() -> None:
    prompts = read_prompts()
    assert len(prompts.prompts) >= 60
    assert len({one.id for one in prompts.prompts}) == len(prompts.prompts)
    assert 15 <= len(prompts.short()) <= 30
    assert {one.group for one in prompts.short()} == {one.group for one in prompts.prompts} == set(prompts.groups)
    for one in prompts.prompts:
        for ask in one.asks:
            assert all(ask.words[at] in one.text[at] for at in range(len(LANGUAGES))), one.id
            assert term(ask.kind)
            assert ask.fact is None or ask.fact[0] != "subject" or ask.fact[1] in cast(), one.id
    pairs = [one.pair for one in prompts.prompts if one.pair]
    assert {pairs.count(pair) for pair in pairs} == {2}
