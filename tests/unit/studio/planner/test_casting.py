"""Who plays whom: laws of casting, and what descriptions mean in English and Chinese."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from tests.unit.studio.planner.scripts import CAFE, LAMP, does, heading, says, scene, screenplays

from tianmu.film.asset import Asset, AssetVersion
from tianmu.film.screenplay import Screenplay
from tianmu.studio.planner import break_down, cast_assets
from tianmu.studio.planner.casting import SET_WORDS
from tianmu.studio.planner.places import find_place
from tianmu.world.expand import expand
from tianmu.world.lexicon import article, wordings
from tianmu.world.scene import SETTINGS, cast


def casting(*elements: str, speakers: tuple[str, ...] = ("MARA",)) -> dict[str, Asset]:
    screenplay = Screenplay(
        scenes=(
            scene(1, heading("EXT", "STREET", "DAY"), *map(does, elements), *(says(name, "Hm.") for name in speakers)),
        )
    )
    assets, _ = cast_assets(screenplay, break_down(screenplay))
    return {asset.name: asset for asset in assets}


@pytest.mark.parametrize("key", sorted(cast()))
def test_the_parser_reads_every_members_words_exactly(key: str) -> None:
    noun = wordings("en")["subjects"][key][0]
    actors = expand(f"{article(noun)} {noun} standing in a room at noon").scene.actors
    assert [actor.subject for actor in actors] == [key]


def test_every_painted_set_has_its_words() -> None:
    assert set(SET_WORDS) == set(SETTINGS)


@pytest.mark.parametrize(
    ("text", "name", "subject"),
    [
        ("MARA, a detective, walks in.", "MARA", "detective"),
        ("MARA (50s), a retired doctor, waits.", "MARA", "scientist"),
        ("MARA is a robot.", "MARA", "robot"),
        ("An astronaut, MARA, floats by.", "MARA", "astronaut"),
        ("MARA, a fox in a coat, runs.", "MARA", "fox"),
        ("Rain. MARA, a young woman, waits by a taxi.", "MARA", "walking_woman"),
        ("MARA waits. He has an umbrella.", "MARA", "walking_man"),
        ("机器人阿铁走进来。", "阿铁", "robot"),
        ("阿铁，一名宇航员，走进来。", "阿铁", "astronaut"),
        ("阿铁（六十岁的渔夫）坐着。", "阿铁", "farmer"),
        ("阿铁是一只狐狸。", "阿铁", "fox"),
        ("阿铁，一辆公共汽车，停着。", "阿铁", "bus"),
        ("MARA, a woman with a lantern, waits.", "MARA", "walking_woman"),
    ],
)
def test_a_description_chooses_the_player(text: str, name: str, subject: str) -> None:
    assert casting(text, speakers=(name,))[name].now.subject == subject


@pytest.mark.parametrize(
    ("name", "subject"),
    [("ROBOT", "robot"), ("OLD WOMAN", "walking_woman"), ("老渔夫", "farmer"), ("POLICE OFFICER", "police_officer")],
)
def test_a_name_can_say_it_too(name: str, subject: str) -> None:
    assert casting(speakers=(name,))[name].now.subject == subject


def test_who_is_described_comes_before_who_is_not() -> None:
    found = casting("TOM, a wizard, waits.", speakers=("MARA", "JUNE", "TOM"))
    assert found["TOM"].now.subject == "wizard"


def test_notes_name_who_is_never_described_and_who_lost_the_part() -> None:
    screenplay = Screenplay(
        scenes=(
            scene(
                1,
                heading("INT", "CAFE", "DAY"),
                does("ATLAS, a robot, and BEEP, a robot, wait."),
                says("ATLAS", "Hm."),
                says("BEEP", "Hm."),
                says("ZED", "Hm."),
            ),
        )
    )
    assets, notes = cast_assets(screenplay, break_down(screenplay))
    players = {asset.name: asset.now.subject for asset in assets}
    assert players["ATLAS"] == "robot"
    assert players["BEEP"] != "robot"
    assert any("BEEP would be a robot, but ATLAS is played so already" in note for note in notes)
    assert any("ZED is never described" in note for note in notes)
    assert not any("ATLAS is never" in note for note in notes)


def test_no_two_share_a_player_while_another_is_free() -> None:
    free = [key for key, subject in cast().items() if subject.group in ("person", "animal")]
    names = tuple(f"{chr(65 + n // 26)}{chr(65 + n % 26)}XQ" for n in range(len(free) + 3))
    found = casting(speakers=names)
    players = [found[name].now.subject for name in names]
    assert set(players) == set(free)
    assert set(players[:20]) == {key for key in free if cast()[key].group == "person"}
    assert len(players) == len(free) + 3


@given(screenplays())
@settings(max_examples=25)
def test_everybody_and_every_place_is_cast_once_and_always_alike(screenplay: Screenplay) -> None:
    breakdown = break_down(screenplay)
    assets, notes = cast_assets(screenplay, breakdown)
    assert cast_assets(screenplay, breakdown) == (assets, notes)
    assert len({asset.id for asset in assets}) == len(assets)
    by_name = {(asset.kind, asset.name): asset for asset in assets}
    for name in screenplay.characters:
        asset = by_name["character", name]
        assert asset.now.subject in cast()
        assert asset.now.voice is None
        assert asset.now.en
        assert asset.now.zh
        assert asset.now.reason
    players = [asset.now.subject for asset in assets if asset.kind == "character"]
    assert len(set(players)) == len(players)
    for asset in assets:
        assert all(letter.isalnum() or letter == "-" for letter in asset.id)


def test_known_assets_stay_as_they_are() -> None:
    mine = Asset(
        id="character-mara-of-mine",
        kind="character",
        name="Mara",
        versions=(AssetVersion(number=1, words="a robot", subject="robot"),),
    )
    assets, _ = cast_assets(LAMP, break_down(LAMP), (mine,))
    assert assets[0] is mine
    assert [asset.name for asset in assets if asset.kind == "character"] == ["Mara", "ATLAS", "TOM"]
    assert next(asset for asset in assets if asset.name == "ATLAS").now.subject != "robot"


def test_a_bilingual_name_is_one_character_with_two_names() -> None:
    found = casting("Mara walks in. 玛拉回头。", speakers=("MARA 玛拉",))
    assert found["MARA 玛拉"].aliases == ("MARA", "玛拉")


def test_the_title_page_asks_for_a_style() -> None:
    styles = [asset for asset in cast_assets(LAMP, break_down(LAMP))[0] if asset.kind == "style"]
    assert [style.now.words for style in styles] == ["in ink"]
    assert not any(asset.kind == "style" for asset in cast_assets(CAFE, break_down(CAFE))[0])


@pytest.mark.parametrize(
    ("interior", "place", "setting"),
    [
        ("INT", "LIGHTHOUSE - LAMP ROOM", "room"),
        ("EXT", "LIGHTHOUSE", "sea"),
        ("INT", "FOREST CABIN", "room"),
        ("INT", "THEATRE", "stage"),
        ("INT", "CAR - MOVING", "city"),
        ("INT", "ZIGGURAT", "room"),
        ("EXT", "CAFE", "city"),
        ("EXT", "HOSPITAL ROOFTOP", "city"),
        ("EXT", "HARBOUR", "sea"),
        ("EXT", "MOUNTAIN LAKE", "lake"),
        ("EXT", "FROZEN GLACIER", "snowfield"),
        ("EXT", "SURFACE OF THE MOON", "moon"),
        ("INT", "咖啡馆", "room"),
        ("EXT", "灯塔", "sea"),
        ("EXT", "咖啡馆门口", "city"),
        ("EXT", "竹林", "forest"),
        ("", "沙漠", "desert"),
        ("EXT", "公园", "meadow"),
    ],
)
def test_places_are_painted(interior: str, place: str, setting: str) -> None:
    found = find_place(heading(interior, place, "DAY"))  # type: ignore[arg-type]
    assert found.setting == setting
    assert found.en
    assert found.zh


def test_an_unknown_place_is_painted_as_what_is_nearest_in_meaning() -> None:
    assert find_place(heading("EXT", "SAND BANK", "DAY")).setting == "desert"


def test_a_place_of_which_nothing_is_known_is_noted() -> None:
    screenplay = Screenplay(scenes=(scene(1, heading("EXT", "QWXZ", "DAY"), does("Rain.")),))
    assets, notes = cast_assets(screenplay, break_down(screenplay))
    assert [asset.now.setting for asset in assets] == ["city"]
    assert notes == ("Nothing is known of the place QWXZ: it is painted as a city street.",)
