"""Lines fit and lose nothing; the embedded font has the letters that were asked for, the same bytes every time."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from tianmu.media.letters import clean, font_path
from tianmu.studio.boards.lettering import draw_line, fill_lines, one_line, shorten, truetype_subset

TEXT = st.text(st.sampled_from("ab I.,!?-“”（）《》，。！？…—十七路阿墨车\n 12é한か"), max_size=80)


def read(data: bytes) -> Any:
    """The library's fonts are untyped."""
    return TTFont(BytesIO(data))


def measure(text: str) -> float:
    """Chinese is twice as wide as Latin."""
    return sum(2 if character > "\u2e7f" else 1 for character in text)


@given(TEXT, st.integers(1, 40))
def test_every_line_fits_and_nothing_but_spaces_is_lost(text: str, width: int) -> None:
    lines = fill_lines(text, width, measure)
    assert all(measure(line) <= width or len(line) == 1 for line in lines)
    assert "".join("".join(lines).split()) == "".join(clean(text).split())
    assert len(lines) >= text.count("\n") + 1


@given(TEXT, st.integers(4, 40), st.integers(1, 5))
def test_what_is_left_out_is_shown_to_be(text: str, width: int, most: int) -> None:
    lines = fill_lines(text, width, measure)
    shown = shorten(lines, most, width, measure)
    assert len(shown) == min(most, len(lines))
    assert (shown == lines) == (len(lines) <= most)
    assert all(measure(line) <= width for line in shown)
    if len(lines) > most:
        assert shown[-1].endswith(("…", "..."))


def test_words_stay_whole_and_chinese_breaks_anywhere_but_before_a_full_stop() -> None:
    assert fill_lines("the fox runs", 8, measure) == ("the fox", "runs")
    assert fill_lines("阿墨站着没动。", 12, measure) == ("阿墨站着没", "动。")


def test_one_line_is_one_line() -> None:
    assert one_line("short", 20, 500) == "short"
    assert one_line("long " * 100, 20, 200).endswith("...")


@settings(max_examples=5, phases=[Phase.generate])
@given(st.text(st.sampled_from("aZ9 éß灯有骨。“𠮷"), min_size=1, max_size=12))
def test_the_embedded_font_has_every_letter_and_only_those(text: str) -> None:
    data = truetype_subset(text, "Law")
    assert data == truetype_subset("".join(reversed(text)), "Law")
    with read(data) as font:
        assert set(font.getBestCmap()) == set(map(ord, text))
        assert "glyf" in font
        assert font["head"].created == font["head"].modified == 2_082_844_800


def test_a_letter_that_the_font_lacks_is_left_to_its_empty_box() -> None:
    with read(truetype_subset("a\U0001f98a", "Fox")) as font:
        assert set(font.getBestCmap()) == {ord("a")}


def test_chinese_is_printed_in_its_simplified_forms() -> None:
    source: Any
    with read(truetype_subset("骨一", "Forms")) as font, TTFont(font_path(), lazy=True) as source:
        drawn, given_first = font.getBestCmap(), source.getBestCmap()
    assert drawn[ord("骨")] != given_first[ord("骨")]
    assert drawn[ord("一")] == given_first[ord("一")]


def test_a_line_is_drawn_where_it_was_asked_for() -> None:
    image = Image.new("RGB", (200, 60))
    draw_line(image, 20, 40, "灯 Light", 20, (255, 255, 255))
    inked = np.argwhere(np.asarray(image)[..., 0] > 128)
    assert inked.size
    assert inked[:, 0].min() >= 20
    assert inked[:, 0].max() <= 46
    assert inked[:, 1].min() == pytest.approx(20, abs=4)
