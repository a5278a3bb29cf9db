"""What is said in which order, after how long a pause."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tianmu.film.sound import SpokenLanguage
from tianmu.studio.drama.script import NOTICE, Part, Script, write_script
from tianmu.studio.importers import parse_fountain
from tianmu.studio.planner import break_down, cast_assets

SCRIPT = """Title: The Bell
Author: A. Writer

EXT. SNOWFIELD - DAWN #1#

EMBER, a fox, walks. A bell rings. She stops.

EMBER
(whispers)
Is anybody—

MOSS
No.

EMBER
(beat)
Well...

MOSS
Go home.

CUT TO:

INT. KITCHEN - NIGHT #2#

[[A note that nobody hears.]]

EMBER
It is late.
"""


def script(
    text: str = SCRIPT,
    scenes: tuple[str, ...] = ("1", "2"),
    wanted: SpokenLanguage | None = None,
    labelled: bool = True,
) -> Script:
    screenplay = parse_fountain(text)
    found, _ = cast_assets(screenplay, break_down(screenplay), ())
    return write_script(screenplay, scenes, {asset.id: asset for asset in found}, wanted, labelled=labelled)


def texts(parts: tuple[Part, ...]) -> list[str]:
    return [part.text for part in parts]


def test_a_script_reads_label_title_headings_action_and_lines_in_order() -> None:
    written = script()
    assert texts(written.parts) == [
        NOTICE["en"],
        "The Bell.",
        "Written by A. Writer.",
        "Outside. The snowfield. Dawn.",
        "Ember, a fox, walks. A bell rings.",
        "She stops.",
        "Is anybody—",
        "No.",
        "Well...",
        "Go home.",
        "Inside. The kitchen. Night.",
        "It is late.",
    ]
    assert [part.kind for part in written.parts[:4]] == ["notice", "title", "title", "heading"]
    assert [(chapter.scene, chapter.title) for chapter in written.chapters] == [
        ("1", "1. The snowfield, dawn"),
        ("2", "2. The kitchen, night"),
    ]
    assert written.parts[4].effects == ("bell",)
    assert written.parts[6].parenthetical == "whispers"
    assert written.parts[6].asset == "character-ember"


def test_pauses_follow_the_text() -> None:
    pauses = {part.text: part.pause for part in script().parts}
    assert pauses["No."] < pauses["Go home."]  # one breaks off, the other trails off
    assert pauses["Well..."] == Fraction(3, 4)  # a beat
    assert pauses["Inside. The kitchen. Night."] > pauses["It is late."] > pauses["Is anybody—"]


def test_only_scenes_of_the_cut_are_heard_in_its_order() -> None:
    assert [chapter.scene for chapter in script(scenes=("2", "1")).chapters] == ["2", "1"]
    written = script(scenes=("2",))
    assert texts(written.parts)[3:] == ["Inside. The kitchen. Night.", "It is late."]


def test_an_audience_without_a_label_hears_none() -> None:
    assert script(labelled=False).parts[0].kind == "title"


BOTH = """Title: The Guest / 客人

EXT. MOON 月球 - NIGHT 夜 #1#

SUI stands alone.

SUI
Who is there?
谁在那儿？
"""


@pytest.mark.parametrize(("wanted", "lines"), [
    (None, ["The Guest.", "Outside. The moon. Night.", "Sui stands alone.", "Who is there?"]),
    ("en", ["The Guest.", "Outside. The moon. Night.", "Sui stands alone.", "Who is there?"]),
    ("zh", ["客人。", "外面，月球，夜里。", "Sui stands alone.", "谁在那儿？"]),
])  # fmt: skip
def test_a_script_in_two_languages_is_heard_in_the_one_asked_for(
    wanted: SpokenLanguage | None, lines: list[str]
) -> None:
    written = script(BOTH, ("1",), wanted)
    assert texts(written.parts)[1:] == lines
    assert written.parts[0].text == NOTICE[wanted or "en"]
    assert "two languages" in written.notes[0]
    assert len(written.notes) == (2 if wanted == "zh" else 1)


def test_a_chinese_script_is_narrated_in_chinese_whatever_was_asked() -> None:
    text = "Title: 末班车\n\n外景. 城市 - 夜 #1#\n\n下着雨。\n\n@阿墨\n那就走吧。\n"
    written = script(text, ("1",), "en")
    assert written.language == "zh"
    assert texts(written.parts)[1:] == ["末班车。", "外面，城市，夜里。", "下着雨。", "那就走吧。"]
    assert "人工智能" in written.parts[0].text
    assert "生成" in written.parts[0].text
