"""What is heard where: by set, weather and time, by who walks, by what the action names."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import pytest

from tianmu.film.asset import Asset
from tianmu.film.shot import Shot
from tianmu.studio.sound.cues import ambience_and_effects
from tianmu.studio.sound.score import score
from tianmu.studio.sound.words import sounds_in

from .conftest import cut_of, place, shot


def test_a_scene_lies_on_its_set_and_its_weather_and_what_is_named_is_heard(
    shots: list[Shot], assets: Mapping[str, Asset]
) -> None:
    cut = cut_of(shots, [])
    cues = ambience_and_effects(cut, shots, assets)
    beds = {cue.sound: cue for cue in cues if cue.kind == "ambience"}
    assert set(beds) == {"sea", "rain", "room"}
    assert (beds["sea"].start, beds["sea"].num_frames) == (12, 7 * 24 + 24)
    assert beds["room"].start + beds["room"].num_frames == cut.num_frames
    effects = {cue.sound: cue for cue in cues if cue.kind == "effect"}
    assert set(effects) == {"footsteps-sand", "thunder"}, "a bell that does not ring is not heard"
    assert (effects["footsteps-sand"].start, effects["footsteps-sand"].num_frames) == (24, 96)
    assert 120 <= effects["thunder"].start < 192
    assert cues == ambience_and_effects(cut, shots, assets)


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("Lightning over the roof.", "thunder"),
        ("远处传来雷声。", "thunder"),
        ("She opens the door.", "door"),
        ("他推门而入。", "door"),
        ("有人敲门。", "knock"),
        ("The crowd cheers.", "crowd"),
        ("大雨倾盆。", "rain"),
        ("火箭起飞。", "rocket"),
    ],
)
def test_words_of_both_languages_are_heard(text: str, sound: str) -> None:
    assert sound in {sense.key for hit, _ in sounds_in(text) for sense in hit.value}


@pytest.mark.parametrize("text", ["There is no thunder.", "没有雷声", "Mara sits."])
def test_what_is_not_there_is_not_heard(text: str) -> None:
    assert sounds_in(text) == []


def test_nothing_is_heard_on_the_moon_but_the_suit() -> None:
    shots = [shot("1A", "1", 3, set="moon", action="A crowd in the wind.")]
    cues = ambience_and_effects(cut_of(shots, []), shots, {"moon": place("moon", "moon")})
    assert [cue.sound for cue in cues] == ["hum"]


def test_birds_by_day_and_crickets_by_night() -> None:
    for time, sound in (("noon", "birds"), ("night", "crickets")):
        shots = [shot("1A", "1", 3, set="wood", time=time)]
        heard = {cue.sound for cue in ambience_and_effects(cut_of(shots, []), shots, {"wood": place("wood", "forest")})}
        assert sound in heard


def test_music_covers_the_film_from_title_to_end(shots: list[Shot]) -> None:
    cut = cut_of(shots, [])
    cues = score(cut, shots)
    assert cues[0].start == 0
    assert all(one.start + one.num_frames == other.start for one, other in pairwise(cues))
    assert cues[-1].start + cues[-1].num_frames == cut.num_frames


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("They laugh and dance. A party!", "joyful"),
        ("她哭了，流泪告别。", "sad"),
        ("A chase! He has a gun.", "tense"),
    ],
)
def test_the_words_choose_the_mood(text: str, mood: str) -> None:
    shots = [shot("1A", "1", 8, time="noon", action=text)]
    assert score(cut_of(shots, [], title=1), shots)[0].mood == mood
