"""Who gets which voice: one that suits, one's own, and always the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tianmu.core.errors import InputError
from tianmu.film.asset import Asset, AssetVersion
from tianmu.studio.sound.voices.roster import ROSTER, cast_voices, traits, voice_named


def someone(id: str, en: str = "", zh: str = "") -> Asset:
    return Asset(id=id, kind="character", name=id, versions=(AssetVersion(number=1, words="", en=en, zh=zh),))


def test_weights_of_every_voice_add_up() -> None:
    assert len({voice.name for voice in ROSTER}) == len(ROSTER)
    for voice in ROSTER:
        assert sum(weight for _, weight in voice.blend) == pytest.approx(1)


@pytest.mark.parametrize(
    ("words", "gender", "age"),
    [
        ("an old woman with a lamp", "female", "old"),
        ("a boy of ten", "male", "child"),
        ("老汉，七十岁", "male", "old"),
        ("小女孩", "female", "child"),
        ("一位年轻的母亲", "female", "adult"),
        ("a robot", "neutral", "adult"),
    ],
)
def test_age_and_gender_are_read_in_both_languages(words: str, gender: str, age: str) -> None:
    assert traits(words) == (gender, age)


def test_voices_suit_and_differ_while_there_are_enough() -> None:
    cast = [
        someone("a", "an old man"),
        someone("b", "a woman"),
        someone("c", "a little girl, a child"),
        someone("d", "a man"),
    ]
    voices = cast_voices(cast)
    facts = {id: voice_named(name) for id, name in voices.items()}
    assert (facts["a"].gender, facts["a"].age) == ("male", "old")
    assert facts["b"].gender == "female"
    assert facts["c"].age == "child"
    assert facts["d"].gender == "male"
    assert len(set(voices.values())) == 4


def test_a_new_character_changes_nobody_and_a_decision_stands() -> None:
    cast = [someone(id) for id in "abcdef"]
    before = cast_voices(cast)
    after = cast_voices([*cast, someone("z")])
    assert {id: after[id] for id in before} == before
    decided = replace(cast[0], versions=(replace(cast[0].versions[0], voice="moss"),))
    assert cast_voices([decided, *cast[1:]])["a"] == "moss"


def test_more_characters_than_voices_share() -> None:
    assert len(cast_voices([someone(f"c{n}") for n in range(40)])) == 40


def test_a_voice_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(InputError, match=r"nobody.*alpha"):
        voice_named("nobody")
