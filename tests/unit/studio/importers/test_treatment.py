"""Prose that becomes scenes, in plain text and Markdown, in two languages."""

from __future__ import annotations

import pytest

from tianmu.core.errors import InputError
from tianmu.film.screenplay import Action, Section, Speech
from tianmu.studio.importers import parse_treatment


def shown(text: str) -> list[tuple[str, list[str]]]:
    """Headings and elements, a speech as `WHO: words`."""
    return [
        (
            scene.heading.text,
            [
                f"{element.character}: {element.lines[0].text}" if isinstance(element, Speech) else element.text
                for element in scene.elements
                if isinstance(element, Speech | Action)
            ],
        )
        for scene in parse_treatment(text).scenes
    ]


def test_markdown_headings_become_scenes() -> None:
    text = (
        "# The Keeper\n\nA story of a light.\n\n## Act one\n\n### Scene 1: The harbour at night\n\n"
        'Mara walks by the sea in\nthe rain. "Who is there?" said Mara. He said: "No one."\n\n'
        "### INT. LAMP ROOM - DAWN\n\n- A match.\n- Light.\n"
    )
    script = parse_treatment(text)
    assert script.title == "The Keeper"
    assert script.opening == (Action(text="A story of a light."), Section(text="Act one", level=2))
    assert [scene.line for scene in script.scenes] == [7, 12]
    assert (script.scenes[0].heading.place, script.scenes[0].heading.time) == ("The harbour", "night")
    assert shown(text) == [
        (
            "The harbour at night",
            ["Mara walks by the sea in the rain.", "MARA: Who is there?", 'He said: "No one."'],
        ),
        ("INT. LAMP ROOM - DAWN", ["A match.", "Light."]),
    ]


def test_headings_of_one_level_are_all_scenes() -> None:
    script = parse_treatment("# Harbour\n\nRain.\n\n# Lighthouse\n\nLight.\n")
    assert script.title == ""
    assert [scene.heading.text for scene in script.scenes] == ["Harbour", "Lighthouse"]


def test_paragraphs_become_scenes_of_the_place_and_time_they_name() -> None:
    assert shown(
        "A fox walks across a snowy field at dusk.\n\nThe fox sleeps in a house.\n\nNobody knows why, she says."
    ) == [
        ("EXT. SNOWY FIELD - DUSK", ["A fox walks across a snowy field at dusk."]),
        ("INT. HOUSE", ["The fox sleeps in a house."]),
        ("Nobody knows why", ["Nobody knows why, she says."]),
    ]


def test_chinese_paragraphs() -> None:
    text = (
        "雪夜\n\n一只狐狸走在雪地里，\n天快黑时。玛拉说：“你好。”她对他说：“走吧。”\n\n“再见。”玛拉低声说。\n\n"
        "玛拉：回来！\n老周坐在房间里。\n"
    )
    assert parse_treatment(text).title == "雪夜"
    assert shown(text) == [
        (
            "外景. 雪地 - 黄昏",
            ["一只狐狸走在雪地里，天快黑时。", "玛拉: 你好。", "她对他说：“走吧。”", "玛拉: 再见。"],
        ),
        ("内景. 房间", ["玛拉: 回来！", "老周坐在房间里。"]),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('Mara says: "Hello."', ["MARA: Hello."]),
        ('MARA: "Hello."', ["MARA: Hello."]),
        ("MARA: Hello there.", ["MARA: Hello there."]),
        ('"Hello," Mara said. She left.', ["MARA: Hello", "She left."]),
        ("“Hello,” asked Dr. Wu.", ["DR. WU: Hello"]),
        ('He reads "Hello" on the wall.', ['He reads "Hello" on the wall.']),
        ("Note: bring a lamp.", ["Note: bring a lamp."]),
    ],
)
def test_speech_where_it_is_clear(row: str, said: list[str]) -> None:
    assert shown(f"# X\n\n## A\n\n{row}\n") == [("A", said)]


def test_a_title_line_and_an_author() -> None:
    script = parse_treatment("Title: The Fox\nAuthor: Mara\n\nA fox.\n")
    assert (script.title, script.author) == ("The Fox", "Mara")


@pytest.mark.parametrize("text", ["", "\n \n", "---\n", "Title: X\n"])
def test_nothing_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no scene"):
        parse_treatment(text)
