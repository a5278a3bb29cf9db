"""What the breakdown finds in English and Chinese, and where it quotes it from."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from tests.unit.studio.planner.scripts import CAFE, LAMP, does, heading, says, scene, screenplays

from tianmu.film.breakdown import Category
from tianmu.film.schema import from_row, to_row
from tianmu.film.screenplay import Screenplay
from tianmu.studio.planner import break_down, cast_assets, link_assets
from tianmu.studio.planner.breakdown import Breakdown


def names(breakdown: Breakdown, category: Category) -> list[str]:
    return [item.name for item in breakdown.items if item.category == category]


def of(*paragraphs: str) -> Breakdown:
    return break_down(Screenplay(scenes=(scene(1, heading("EXT", "STREET", "DAY"), *map(does, paragraphs)),)))


def test_the_english_example() -> None:
    breakdown = break_down(LAMP)
    assert names(breakdown, "cast") == ["MARA", "ATLAS", "TOM"]
    assert names(breakdown, "set") == ["LIGHTHOUSE", "LIGHTHOUSE - LAMP ROOM", "BEACH"]
    assert names(breakdown, "props") == ["red lantern", "lamp", "table"]
    assert names(breakdown, "vehicles") == ["BOAT"]
    assert names(breakdown, "animals") == ["fox"]
    assert names(breakdown, "effects") == ["Rain"]
    assert names(breakdown, "sound") == ["Thunder", "phone rings"]
    assert names(breakdown, "extras") == []  # the young sailor is Tom
    mara = breakdown.items[0]
    assert mara.scenes == ("1", "2", "3")
    assert mara.quote == "MARA, an old lighthouse keeper, climbs the stairs with a red lantern."


def test_the_chinese_example() -> None:
    breakdown = break_down(CAFE)
    assert names(breakdown, "cast") == ["老周", "阿铁", "小红"]
    assert names(breakdown, "set") == ["咖啡馆", "街道"]
    assert names(breakdown, "props") == ["灯笼"]
    assert names(breakdown, "vehicles") == ["出租车"]
    assert names(breakdown, "effects") == ["雨"]


@pytest.mark.parametrize(
    ("text", "category", "found"),
    [
        ("A crowd gathers. A waiter brings coffee.", "atmosphere", ["crowd"]),
        ("A crowd gathers. A waiter brings coffee.", "extras", ["waiter"]),
        ("She wears a raincoat and boots.", "wardrobe", ["raincoat", "boots"]),
        ("他穿着雨衣，戴着帽子。", "wardrobe", ["雨衣", "帽子"]),
        ("The bell tolls. A gunshot. 雷声。", "sound", ["bell", "gunshot", "雷声"]),
        ("Smoke and fog. 浓雾。", "effects", ["Smoke", "fog", "浓雾"]),
        ("They fight on the roof.", "stunts", ["fight"]),
        ("一只猫跑过。A CAT sleeps.", "animals", ["猫"]),
        ("There is no rain.", "effects", []),
        ("没有雨。", "effects", []),
        ("She can't bear it. They duck.", "animals", []),
        ("A bear and a duck.", "animals", ["bear", "duck"]),
        ("Two balloons. A balloon.", "props", ["balloons"]),
    ],
)
def test_words_by_category(text: str, category: Category, found: list[str]) -> None:
    assert names(of(text), category) == found


def test_names_in_capitals_are_cast_though_they_never_speak() -> None:
    breakdown = of("IVAN (40s), a tired man, stops. The door SLAMS. A SIGN reads CLOSED.", "小梅（八岁）跑过。")
    assert names(breakdown, "cast") == ["IVAN", "小梅"]


def test_items_know_their_assets() -> None:
    breakdown = break_down(LAMP)
    assets, _ = cast_assets(LAMP, breakdown)
    linked = {item.name: item.asset for item in link_assets(breakdown, assets).items}
    assert linked["MARA"] == "character-mara"
    assert linked["red lantern"] == "prop-red-lantern"
    assert linked["BEACH"] == "set-beach"
    assert linked["table"] is None


@given(screenplays())
@settings(max_examples=25)
def test_every_speaker_and_place_is_in_it_with_its_scenes(screenplay: Screenplay) -> None:
    breakdown = break_down(screenplay)
    assert from_row(Breakdown, to_row(breakdown)) == breakdown
    for each in screenplay.scenes:
        cast = {item.name for item in breakdown.of(each.number, "cast")}
        assert cast >= {speech.character for speech in each.speeches}
        assert len(breakdown.of(each.number, "set")) == 1
    assert all(item.quote and item.scenes for item in breakdown.items)


def test_a_speech_names_nothing_but_its_speaker() -> None:
    screenplay = Screenplay(scenes=(scene(1, heading("INT", "CAFE", "DAY"), says("MARA", "A gun! A fox! Rain!")),))
    assert {item.category for item in break_down(screenplay).items} == {"cast", "set"}
