"""Words on a screen: laws of lines, then which language a line is in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.film.wording import count_characters, lay_out, split_languages

WORDS = st.sampled_from(
    ["the", "fox", "walks", "home,", "and", "nobody", "sees", "it.", "Why?", "extraordinarily", "“No,”", "I", "to", "a"]
)
HAN = st.text("狐狸走过雪原天亮了没有人看见它和但，。！？", min_size=1, max_size=70)
ENGLISH = st.lists(WORDS, min_size=1, max_size=50).map(" ".join)


@settings(max_examples=50)
@given(ENGLISH)
def test_english_lines_keep_to_their_width_and_together_are_the_text(text: str) -> None:
    cues = lay_out(text, "en")
    assert " ".join(line for lines in cues for line in lines) == text
    assert all(len(lines) in (1, 2) and all(len(line) <= 42 for line in lines) for lines in cues)


@settings(max_examples=50)
@given(HAN)
def test_chinese_lines_keep_to_their_width_and_never_begin_with_a_mark_that_closes(text: str) -> None:
    cues = lay_out(text, "zh")
    lines = [line for each in cues for line in each]
    assert "".join(lines) == text
    for line in lines:
        longest = max(len(run) for run in _runs(line))
        assert count_characters(line, "zh") <= 18 or longest > 17  # marks in a row cling to their character
    assert all(line[0] not in "，。！？" for line in lines[1:])


def _runs(line: str) -> list[str]:
    """Characters with the marks that cling to them."""
    runs = [""]
    for character in line:
        if character in "，。！？":
            runs[-1] += character
        else:
            runs.append(character)
    return runs


@given(st.text(max_size=120))
def test_any_text_at_all_comes_through_whole(text: str) -> None:
    for language, part in split_languages(text):
        laid = "".join(line for lines in lay_out(part, language) for line in lines)
        assert "".join(laid.split()) == "".join(part.split())


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Good morning.", [("en", "Good morning.")]),
        ("名单上没有你。", [("zh", "名单上没有你。")]),
        ("You're not on the list. 名单上没有你。", [("en", "You're not on the list."), ("zh", "名单上没有你。")]),
        ("来了！ Coming!", [("zh", "来了！"), ("en", "Coming!")]),
        ("我用 Python 写的。", [("zh", "我用 Python 写的。")]),
        ("Li Wei 来了。", [("zh", "Li Wei 来了。")]),
        ("  ", []),
    ],
)
def test_a_line_in_two_languages_is_two_lines(text: str, parts: list[tuple[str, str]]) -> None:
    assert list(split_languages(text)) == parts
