"""The laws of titles: ink stays in the safe area at every size, and the same words give the same pixels."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import features

import tianmu.media.letters as letters
from tianmu.core.errors import InputError, MediaError
from tianmu.media.image import Frame
from tianmu.media.letters import break_lines, clean, draw_mask, undrawn, units_of, width_of
from tianmu.media.titles import SAFE, CreditsRoll, Lettering, Words, credits_seconds, draw_card, draw_lower_third

SIZES = [(199, 112), (112, 199), (112, 112), (640, 360), (360, 640), (1920, 1080), (1080, 1080), (1260, 540)]
ENGLISH = "The Lighthouse Keeper's Daughter and the Storm that Never Came"
CHINESE = "三天以后，风暴终于停了下来；渔船一艘接着一艘回到了港口（而她仍然站在那里）。"
PIECES = ["a ", "lighthouse ", "灯", "塔，", "“风暴” ", "（海）", "sea-side ", "x" * 30]
CARD = [Words(text=ENGLISH, role="title"), Words(text="编剧：天幕", role="subtitle"), Words(text=CHINESE)]


def ink_bounds(lettering: Lettering) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is bright, in pixels of the frame."""
    rows, columns = np.nonzero(lettering.ink.max(axis=2))
    return (
        lettering.left + int(columns.min()),
        lettering.top + int(rows.min()),
        lettering.left + int(columns.max()) + 1,
        lettering.top + int(rows.max()) + 1,
    )


def assert_safe(lettering: Lettering, width: int, height: int) -> None:
    left, top, right, bottom = ink_bounds(lettering)
    assert left >= width * SAFE - 1
    assert right <= width * (1 - SAFE) + 1
    assert top >= height * SAFE - 1
    assert bottom <= height * (1 - SAFE) + 1
    # What is drawn lies in the frame as a whole, its shadow too.
    assert 0 <= lettering.left <= lettering.left + lettering.ink.shape[1] <= width
    assert 0 <= lettering.top <= lettering.top + lettering.ink.shape[0] <= height
    assert lettering.ink.shape == lettering.veil.shape
    # Light is never made: ink and what shines through are one at most.
    assert (lettering.ink.astype(int) + lettering.veil).max() <= 256


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_ink_stays_in_the_safe_area(width: int, height: int) -> None:
    assert_safe(draw_card(CARD, width, height), width, height)
    assert_safe(draw_lower_third([*CARD[1:2], Words(text=ENGLISH)], width, height), width, height)


@hypothesis_settings(max_examples=30)
@given(
    text=st.text(alphabet=st.sampled_from("abcWM jy. ,-/—Ä灯塔，。（）“”…カ한\u0301\t\n🎬"), min_size=1, max_size=80),
    role=st.sampled_from(["title", "subtitle", "heading", "body"]),
    size=st.sampled_from([(199, 112), (112, 199), (320, 180), (64, 48)]),
    style=st.sampled_from([draw_card, draw_lower_third]),
)
def test_any_words_fit_or_are_refused(text: str, role: str, size: tuple[int, int], style: object) -> None:
    assert style in (draw_card, draw_lower_third)
    draw = draw_card if style is draw_card else draw_lower_third
    try:
        lettering = draw([Words(text=text, role=role)], *size)  # type: ignore[arg-type]
    except InputError:
        return
    if lettering.ink.any():  # a space that is as wide as a letter has no ink
        assert_safe(lettering, *size)


def test_the_same_words_give_the_same_pixels() -> None:
    one, two = draw_card(CARD, 640, 360), draw_card(CARD, 640, 360)
    assert np.array_equal(one.ink, two.ink)
    assert np.array_equal(one.veil, two.veil)


@hypothesis_settings(max_examples=60)
@given(
    text=st.lists(st.sampled_from(PIECES), min_size=1),
    width=st.integers(40, 400),
)
def test_breaking_lines_loses_nothing(text: list[str], width: int) -> None:
    whole = clean("".join(text))
    lines = break_lines(whole, 20, width)
    assert "".join(lines).replace(" ", "") == whole.replace(" ", "")
    assert all(width_of(line, 20) <= width + 1 for line in lines if len(units_of(line)) > 1)


def test_marks_keep_to_their_side_of_a_line() -> None:
    for width in range(60, 400, 7):
        lines = break_lines(CHINESE, 20, width)
        assert not any(line[0] in "，。；）" for line in lines)
        assert not any(line[-1] in "（" for line in lines)


def test_lines_are_about_equally_long() -> None:
    lines = break_lines(ENGLISH, 20, 500)
    widths = [width_of(line, 20) for line in lines]
    assert len(lines) == 2
    assert max(widths) / min(widths) < 1.5


def test_no_words_and_too_many_are_refused() -> None:
    for draw in (draw_card, draw_lower_third, CreditsRoll):
        with pytest.raises(InputError, match="no words"):
            draw([Words(text=" \t"), Words(text="\x00")], 320, 180)
    with pytest.raises(InputError, match="too long for its frame"):
        draw_card([Words(text=ENGLISH * 60)], 320, 180)
    with pytest.raises(InputError, match="too long for its frame"):
        draw_lower_third([Words(text=ENGLISH)] * 30, 320, 180)


@pytest.mark.skipif(not features.check("raqm"), reason="Pillow without Raqm cannot be told the language")
def test_simplified_forms_are_drawn() -> None:
    """The mark in 返 differs between the mainland's form and Taiwan's, at the same code point."""
    simplified = np.array(draw_mask("返", 80)[0])
    traditional = np.array(letters.font(320).getmask("返", mode="L", language="zh-Hant"))
    mainland = np.array(letters.font(320).getmask("返", mode="L", language="zh-Hans"))
    assert not np.array_equal(traditional, mainland)
    assert abs(simplified.mean() - mainland.mean()) < 12


CREDITS = [
    Words(text="灯塔", role="title"),
    Words(text="Cast", role="heading"),
    *[Words(text=f"Character {index} with a rather long name\t演员 {index}") for index in range(40)],
    Words(text=""),
    Words(text="Made with Tianmu"),
]


@pytest.mark.parametrize(("width", "height"), [(199, 112), (112, 199), (320, 180)])
def test_credits_roll_from_below_to_above(width: int, height: int) -> None:
    roll = CreditsRoll(CREDITS, width, height)
    assert roll.draw(Fraction(0)) is None
    assert roll.draw(Fraction(1)) is None
    centers: list[float] = []
    for step in range(1, 60):
        lettering = roll.draw(Fraction(step, 60))
        assert lettering is not None
        left, _, right, _ = ink_bounds(lettering)
        assert left >= width * SAFE - 1
        assert right <= width * (1 - SAFE) + 1
        if step < 4:  # while the title comes in
            centers.append(ink_bounds(lettering)[1])
    assert centers == sorted(centers, reverse=True)
    assert len(roll._masks) < 40  # only what is in sight is kept


def test_credits_move_evenly() -> None:
    roll = CreditsRoll([Words(text="Tianmu", role="title")], 320, 180)
    heights = [_center(roll.draw(Fraction(40 + step, 200))) for step in range(40)]
    steps = -np.diff(heights)
    assert steps.min() > 0.5 * steps.mean()
    assert steps.max() < 1.5 * steps.mean()


def _center(lettering: Lettering | None) -> float:
    assert lettering is not None
    weight = lettering.ink.astype(float).sum(axis=(1, 2))
    return lettering.top + float((weight * np.arange(len(weight))).sum() / weight.sum())


def test_credits_say_how_long_they_want() -> None:
    short, long = credits_seconds(CREDITS[:2], 320, 180), credits_seconds(CREDITS, 320, 180)
    assert 6 <= short < long < 120


def test_words_read_over_white() -> None:
    """On white, letters stand against their shadow; the frame they are laid on changes nowhere else."""
    card = draw_card([Words(text="HH", role="title")], 320, 180)
    white: Frame = np.full((180, 320, 3), 255, dtype=np.uint8)
    region = white[card.top : card.top + card.ink.shape[0], card.left : card.left + card.ink.shape[1]]
    region[:] = card.ink + (region.astype(int) * card.veil // 255).astype(np.uint8)
    assert white.min() < 120
    assert white[:20].min() == 255


def test_a_missing_or_damaged_font_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    letters.font_path.cache_clear()
    try:
        monkeypatch.setattr(letters, "_SHA256", "0" * 64)
        with pytest.raises(MediaError, match="damaged or another version"):
            letters.font_path()
        monkeypatch.setattr(letters, "_PACKAGE", "no_such_font_package")
        with pytest.raises(MediaError, match="pip install cvttf-notosanscjk-regular"):
            letters.font_path()
    finally:
        letters.font_path.cache_clear()


def test_what_the_font_lacks_is_named_and_nothing_else() -> None:
    drawn = "First Light – 黎明，“之光”… Ærøskøbing Привет ΕΛΛΑΣ こんにちは 안녕 ①½€ e\u0301"
    assert undrawn(drawn) == ""
    assert undrawn("Dawn 🦊 and 🦊, 🌙\ufe0f") == "🦊🌙"
    assert undrawn("सुप्रभात")[0] == "स"
    assert undrawn("صباح")[0] == "ص"
