"""Headings and action as they are said."""

from __future__ import annotations

import pytest

from tianmu.film.screenplay import Screenplay
from tianmu.film.sound import SpokenLanguage
from tianmu.studio.drama.narration import Names, find_names, group, name_heading, say_action, say_heading
from tianmu.studio.importers import parse_fountain
from tianmu.studio.importers.headings import read_heading

NAMES = Names(frozenset({"mara", "paris", "ember"}))


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("EXT. LIGHTHOUSE - NIGHT", "Outside. The lighthouse. Night."),
        ("INT. LIGHTHOUSE - LAMP ROOM - CONTINUOUS", "Inside. The lighthouse, the lamp room. Without a pause."),
        ("INT./EXT. MARA'S CAR - DAY", "Inside and outside. Mara's car. Day."),
        ("EXT. PARIS - DAWN", "Outside. Paris. Dawn."),
        ("EXT. BAKER STREET - DAY", "Outside. Baker street. Day."),
        ("INT. ROOM 12", "Inside. Room 12."),
        ("EXT. A FIELD OF SNOW - EARLY MORNING", "Outside. A field of snow. Early morning."),
        ("INT. The Old Mill - Night", "Inside. The Old Mill. Night."),
        ("外景. 灯塔 - 夜", "外面，灯塔，夜里。"),
        ("内景 咖啡馆 日", "里面，咖啡馆，白天。"),
        ("外景. 城市 十七路车站 - 清晨", "外面，城市，十七路车站，清晨。"),
    ],
)
def test_a_heading_says_where_what_and_when(heading: str, said: str) -> None:
    assert say_heading(read_heading(heading), NAMES, "en") == said


@pytest.mark.parametrize(("language", "said", "called"), [
    ("en", "Outside. The moon. Night.", "The moon, night"),
    ("zh", "外面，月球，夜里。", "月球，夜里"),
])  # fmt: skip
def test_a_heading_in_two_languages_is_said_in_one(language: SpokenLanguage, said: str, called: str) -> None:
    heading = read_heading("EXT. MOON 月球 - NIGHT 夜")
    assert say_heading(heading, NAMES, language) == said
    assert name_heading(heading, NAMES, language) == called


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("EMBER (a fox) runs. *CRASH!*", ["Ember, a fox, runs.", "Crash!"]),
        ("CLOSE ON: a KEY, w/ rust & dust", ["A key, with rust and dust."]),
        ("A TV in the b.g. -- nobody looks", ["A TV in the background, nobody looks."]),
        ("First row\nSecond row.", ["First row.", "Second row."]),
        ("阿墨（一只黑猫）走过来——停下。下雨了", ["阿墨，一只黑猫，走过来，停下。", "下雨了。"]),
        ("...", []),
    ],
)
def test_action_is_said_without_what_is_only_read(action: str, said: list[str]) -> None:
    assert say_action(action, NAMES, "en", both=False) == said


@pytest.mark.parametrize(("language", "said"), [("en", ["It rains."]), ("zh", ["下雨了。"])])
def test_action_in_two_languages_is_said_in_one(language: SpokenLanguage, said: list[str]) -> None:
    assert say_action("It rains.\n下雨了。", NAMES, language, both=True) == said
    assert say_action("It rains. 下雨了。", NAMES, language, both=True) == said
    assert say_action("It rains.", NAMES, "zh", both=True) == ["It rains."]


def test_names_are_words_that_are_never_written_small() -> None:
    script = "EXT. A\n\nOLD MARA waits for Ben in the old house.\n\nMARA\nIs Paris far? Ben knows.\n"
    names = find_names(parse_fountain(script))
    assert {"mara", "ben"} <= names.proper
    assert "old" not in names.proper
    assert find_names(Screenplay()).proper == frozenset()


def test_short_sentences_are_said_in_one_breath_up_to_what_is_heard() -> None:
    said = ["One.", "A bell rings.", "Two.", "Three."]
    assert group(said, apart=[False, True, False, False]) == [("One. A bell rings.", True), ("Two. Three.", False)]
    assert group(["一。", "二。"], apart=[False, False]) == [("一。二。", False)]
    assert len(group(["word " * 40 + "."] * 3, apart=[False] * 3)) == 3
    assert group([], apart=[]) == []
