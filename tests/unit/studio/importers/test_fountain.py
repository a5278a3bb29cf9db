"""Fountain as people write it: every element of the format, its oddities, and Chinese."""

from __future__ import annotations

import pytest

from tianmu.core.errors import InputError
from tianmu.film.screenplay import (
    Action,
    Element,
    Heading,
    Line,
    Note,
    PageBreak,
    Screenplay,
    ScriptScene,
    Section,
    Speech,
    Synopsis,
    Transition,
)
from tianmu.studio.importers import parse_fountain, write_fountain


def elements(body: str) -> tuple[Element, ...]:
    """Of one scene with that body."""
    (scene,) = parse_fountain(f"INT. X\n\n{body}").scenes
    return scene.elements


def speech(name: str, *lines: str, extensions: tuple[str, ...] = (), dual: bool = False) -> Speech:
    return Speech(character=name, extensions=extensions, lines=tuple(Line(text=line) for line in lines), dual=dual)


CASES: list[tuple[str, tuple[Element, ...]]] = [
    ("He walks.\nShe waits.\n\nRain.", (Action(text="He walks.\nShe waits."), Action(text="Rain."))),
    ("    Indented\n\tTab", (Action(text="    Indented\n    Tab"),)),
    ("!MARA\n!@x", (Action(text="MARA\n@x"),)),
    ("...and so on", (Action(text="...and so on"),)),
    ("One.\n  \nTwo.", (Action(text="One.\n\nTwo."),)),
    ("> THE END <", (Action(text="THE END", centered=True),)),
    (">A<\n> B <", (Action(text="A\nB", centered=True),)),
    ("CUT TO:", (Transition(text="CUT TO:"),)),
    ("FADE OUT.", (Transition(text="FADE OUT."),)),
    ("SMASH-CUT TO:", (Transition(text="SMASH-CUT TO:"),)),
    ("> Burn to white.", (Transition(text="Burn to white."),)),
    ("淡出", (Transition(text="淡出"),)),
    ("切至：", (Transition(text="切至："),)),
    ("叠化：", (Transition(text="叠化："),)),
    ("===", (PageBreak(),)),
    (
        "# Act\n## Part\n= What happens",
        (Section(text="Act"), Section(text="Part", level=2), Synopsis(text="What happens")),
    ),
    ("MARA\nHello.", (speech("MARA", "Hello."),)),
    ("MARA (V.O.) (CONT'D)\nHello.", (speech("MARA", "Hello.", extensions=("V.O.", "CONT'D")),)),
    ("MARA (on the radio)\nHello.", (speech("MARA", "Hello.", extensions=("on the radio",)),)),
    ("DR. WU #2\nHello.", (speech("DR. WU #2", "Hello."),)),
    ("MARA:\nHello.", (speech("MARA", "Hello."),)),
    ("@McAvoy ^\nHello.", (speech("McAvoy", "Hello.", dual=True),)),
    ("MARA\nOne\ntwo.\n  \nThree.", (speech("MARA", "One\ntwo.", "Three."),)),
    ("MARA\n\nHello.", (Action(text="MARA"), Action(text="Hello."))),
    ("BANG!\nThe door opens.", (Action(text="BANG!\nThe door opens."),)),
    ("42\nis no name.", (Action(text="42\nis no name."),)),
    ("He *runs* [[why?]] away.", (Action(text="He *runs* away."), Note(text="why?"))),
    ("He runs [[why\nso\n  \nfast?]] away.\nFar.", (Action(text="He runs away.\nFar."), Note(text="why\nso\n\nfast?"))),
    ("[[alone]]", (Note(text="alone"),)),
    ("MARA\nHello. [[x]]\n[[y]]\nAgain.", (speech("MARA", "Hello.\nAgain."), Note(text="x"), Note(text="y"))),
    ("[[never closed\n\nHello", (Action(text="[[never closed"), Action(text="Hello"))),
    ("One /* gone\n\nMARA\ngone */ two.", (Action(text="One two."),)),
    ("/* [[x */ Two. [[/* */]]", (Action(text="Two."), Note(text="/* */"))),
    ("/* never closed", (Action(text="/* never closed"),)),
    (r"\[[plain]] and \*stars\*", (Action(text=r"[[plain]] and \*stars\*"),)),
    ("~la la", (Action(text="~la la"),)),
    ("@老周\n你好", (speech("老周", "你好"),)),
    ("老周（画外音）\n你好", (speech("老周", "你好", extensions=("画外音",)),)),
    ("老周：\n你好", (speech("老周", "你好"),)),
    ("老周走进来\n他很累", (Action(text="老周走进来\n他很累"),)),
    ("老周：你好。\n小美：再见。", (speech("老周", "你好。"), speech("小美", "再见。"))),
    ("字幕：三年后", (Action(text="字幕：三年后"),)),
    ("他说：你好", (Action(text="他说：你好"),)),
    ("@老周\n你好\n\n老周\n再见", (speech("老周", "你好"), speech("老周", "再见"))),
    ("她停下。\n老周：你好。", (Action(text="她停下。"), speech("老周", "你好。"))),
]


@pytest.mark.parametrize(("body", "expected"), CASES)
def test_elements(body: str, expected: tuple[Element, ...]) -> None:
    assert elements(body) == expected
    assert elements(body.replace("\n", "\r\n")) == expected


def test_a_speech_keeps_its_parentheticals_and_lyrics() -> None:
    (said,) = elements("老周\n（低声）\n你好\n~啦啦\n(beat)\n再见")
    assert isinstance(said, Speech)
    assert [(line.text, line.manner) for line in said.lines] == [
        ("低声", "parenthetical"),
        ("你好", "dialogue"),
        ("啦啦", "lyrics"),
        ("beat", "parenthetical"),
        ("再见", "dialogue"),
    ]


def test_words_and_manner_on_one_row() -> None:
    (said,) = elements("老周（笑）：（停）你好")
    assert isinstance(said, Speech)
    assert [(line.text, line.manner) for line in said.lines] == [
        ("笑", "parenthetical"),
        ("停", "parenthetical"),
        ("你好", "dialogue"),
    ]
    (other,) = elements("老周（画外音）：你好")
    assert isinstance(other, Speech)
    assert other.off_screen


HEADINGS = [
    ("INT. CAFE - NIGHT", ("INT", "CAFE", "NIGHT")),
    ("int. cafe - night", ("INT", "cafe", "night")),
    ("EXT LIGHTHOUSE - LAMP ROOM - DAWN", ("EXT", "LIGHTHOUSE - LAMP ROOM", "DAWN")),
    ("INT./EXT. CAR - MOMENTS LATER", ("INT/EXT", "CAR", "MOMENTS LATER")),
    ("I/E CAR - CONTINUOUS", ("INT/EXT", "CAR", "CONTINUOUS")),
    ("EST. HARBOUR", ("EXT", "HARBOUR", "")),
    ("INT. HOUSE - DAY ROOM", ("INT", "HOUSE - DAY ROOM", "")),
    ("INT. HOUSE - NIGHT - FLASHBACK", ("INT", "HOUSE", "NIGHT")),
    ("INT. KITCHEN, LATE AFTERNOON", ("INT", "KITCHEN", "LATE AFTERNOON")),
    ("EXT. SEA – NEXT MORNING", ("EXT", "SEA", "NEXT MORNING")),
    ("内景. 咖啡馆 - 夜", ("INT", "咖啡馆", "夜")),
    ("外景 街道 日", ("EXT", "街道", "日")),
    ("外景 街道", ("EXT", "街道", "")),
    ("内/外景 车里 - 清晨", ("INT/EXT", "车里", "清晨")),
    ("内景：咖啡馆，次日早晨", ("INT", "咖啡馆", "次日早晨")),
    ("外景 生日会", ("EXT", "生日会", "")),
    ("INT. CAFE 咖啡馆 - NIGHT 夜", ("INT", "CAFE 咖啡馆", "NIGHT")),
    ("INT. 内景 CAFE 咖啡馆 - 夜", ("INT", "CAFE 咖啡馆", "夜")),
    (".THE MOON", ("", "THE MOON", "")),
    (".外景 街道", ("EXT", "街道", "")),
]


@pytest.mark.parametrize(("line", "expected"), HEADINGS)
def test_headings(line: str, expected: tuple[str, str, str]) -> None:
    (scene,) = parse_fountain(f"{line}\n").scenes
    assert (scene.heading.interior, scene.heading.place, scene.heading.time) == expected
    assert scene.heading.text == line.removeprefix(".")


@pytest.mark.parametrize(
    "line", ["International waters.", "外景地很美。", "Interior design", "intone", "内心独白", "外面下雨"]
)
def test_prose_is_no_heading(line: str) -> None:
    assert elements(line) == (Action(text=line),)


@pytest.mark.parametrize(
    ("line", "number", "text"),
    [
        ("INT. X - DAY #12A#", "12A", "INT. X - DAY"),
        ("INT. FLAT #3 - DAY #I-1.b#", "I-1.b", "INT. FLAT #3 - DAY"),
        ("12A INT. X - DAY 12A", "12A", "INT. X - DAY"),
        ("3. 内景 家 日", "3", "内景 家 日"),
        ("第3场 内景 家 日", "3", "内景 家 日"),
        ("第十二场 外景 海边 夜", "十二", "外景 海边 夜"),
    ],
)
def test_scene_numbers(line: str, number: str, text: str) -> None:
    (scene,) = parse_fountain(line).scenes
    assert (scene.number, scene.numbered, scene.heading.text) == (number, True, text)


def test_scenes_without_a_number_are_counted_around_those_that_have_one() -> None:
    script = parse_fountain("INT. A\n\nINT. B #1#\n\nINT. C\n\nINT. D #3#\n\nINT. E\n")
    assert [scene.number for scene in script.scenes] == ["2", "1", "4", "3", "5"]
    assert [scene.line for scene in script.scenes] == [1, 3, 5, 7, 9]


def test_two_scenes_with_one_number_are_refused_with_both_lines() -> None:
    with pytest.raises(InputError, match=r"number 7, in lines 1 and 5: 'INT. A' and 'INT. B'.*7A"):
        parse_fountain("INT. A #7#\n\nx\n\nINT. B #7#\n")


@pytest.mark.parametrize("text", ["", "\n\n", "Just words.", "# A section", "Title: X\n", "/* INT. X */"])
def test_no_scene_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match=r"INT\. LIGHTHOUSE - NIGHT"):
        parse_fountain(text)


def test_a_scene_with_nothing_in_it_is_kept() -> None:
    script = parse_fountain("INT. A\nINT. B\n\nMARA\nHi.\n")
    assert [len(scene.elements) for scene in script.scenes] == [0, 1]


def test_a_script_without_blank_lines_is_understood() -> None:
    script = parse_fountain("内景 家 日\n老周坐着。\n老周：谁？\n外景 街 夜\n下雨。\n")
    assert [len(scene.elements) for scene in script.scenes] == [2, 1]


def test_the_title_page() -> None:
    script = parse_fountain(
        "\ufeffTitle:\n\t_**THE LIGHT**_\n    A film\nCredit: Written by\nAuthor: Mara: Stone\n作者： 老周\n"
        "Draft date: 1/2\n\nFADE IN:\n\nINT. X\n"
    )
    assert script.title_page == (
        ("Title", "_**THE LIGHT**_\nA film"),
        ("Credit", "Written by"),
        ("Author", "Mara: Stone"),
        ("作者", "老周"),
        ("Draft date", "1/2"),
    )
    assert script.title == "THE LIGHT A film"
    assert script.opening == (Transition(text="FADE IN:"),)


@pytest.mark.parametrize("first", ["FADE IN:", "INT. ROOM: NIGHT", "CUT TO:", "> X: y", "老周：你好"])
def test_no_title_page_where_the_script_begins_at_once(first: str) -> None:
    assert parse_fountain(f"{first}\n\nINT. X\n").title_page == ()


def test_the_writer_forces_only_what_must_be() -> None:
    source = (
        "Title: The Light\n\nINT. CAFE - NIGHT #1#\n\nMara waits.\n\n!BANG\nDoor.\n\nMARA (V.O.)\n(low)\nHello.\n\n"
        "@老周 ^\n你好\n\nCUT TO:\n\n> Burn.\n\n> THE END <\n\n[[why]]\n\n.THE MOON\n\n===\n"
    )
    assert write_fountain(parse_fountain(source)) == source


def test_a_screenplay_without_scenes_cannot_be_written() -> None:
    with pytest.raises(InputError, match="no scene"):
        write_fountain(Screenplay())
    with pytest.raises(InputError, match="no heading"):
        write_fountain(Screenplay(scenes=(ScriptScene(number="", heading=Heading(text=" ")),)))
