"""The laws of the rules: `all` is as strict as each, every wording is lawful, and `none` has a reason."""

from __future__ import annotations

import pytest

from tianmu.core.errors import InputError
from tianmu.governance.rules import AUDIENCES, DEFAULT, KEPT, LabelStyle, require_reason, rules_for

PLACES = [audience for audience in AUDIENCES if audience not in ("all", "none")]


def style_of(audience: str) -> LabelStyle:
    style = rules_for(audience).label
    assert style is not None
    return style


@pytest.mark.parametrize("place", PLACES)
def test_all_is_as_strict_as_each(place: str) -> None:
    every, one = style_of("all"), style_of(place)
    assert every.letter_height >= one.letter_height
    assert every.seconds >= one.seconds
    assert every.contrast >= one.contrast
    assert every.legible >= one.legible
    assert set(every.languages) >= set(one.languages)
    assert set(rules_for("all").latent) >= set(rules_for(place).latent)


@pytest.mark.parametrize("audience", ["all", "cn"])
def test_every_chinese_wording_holds_the_words_that_the_standard_asks_for(audience: str) -> None:
    for wording in style_of(audience).wordings:
        words = "".join(wording)
        assert "人工智能" in words or "AI" in words
        assert "生成" in words or "合成" in words


@pytest.mark.parametrize("audience", ["all", *PLACES])
def test_a_wording_has_a_phrase_a_language_and_they_get_shorter(audience: str) -> None:
    style = style_of(audience)
    assert len(style.wordings[0]) == len(style.languages)
    lengths = [len("".join(wording)) for wording in style.wordings]
    assert lengths == sorted(lengths, reverse=True)
    assert all("AI" in "".join(wording) or "人工智能" in "".join(wording) for wording in style.wordings)


def test_the_numbers_of_gb_45438() -> None:
    assert (style_of("cn").letter_height * 100, style_of("cn").seconds) == (5, 2)


def test_the_default_is_all_and_what_is_kept_stays_clean() -> None:
    assert rules_for() is rules_for(DEFAULT) is rules_for("all")
    assert (KEPT.label, KEPT.watermark) == (None, False)
    assert all(rules_for(audience).watermark for audience in AUDIENCES)
    assert rules_for("none").label is None


def test_an_unknown_audience_is_told_the_choices() -> None:
    with pytest.raises(InputError, match=r"'mars'; choose all, cn, eu, us-ca and none"):
        rules_for("mars")


@pytest.mark.parametrize(
    ("recipient", "reason"), [(None, None), ("Ann", None), (None, "a test"), ("Ann", " "), ("", "x")]
)
def test_none_needs_a_recipient_and_a_reason(recipient: str | None, reason: str | None) -> None:
    with pytest.raises(InputError, match="give --recipient and --reason"):
        require_reason("none", recipient, reason)
    for audience in ("all", *PLACES):
        require_reason(audience, recipient, reason)
    for recipient, reason in (("A" * 201, "x"), ("Ann", "x" * 1001), ("A\nB", "x"), ("Ann", "\x1b[31mx")):
        with pytest.raises(InputError, match="one line"):
            require_reason("none", recipient, reason)
    require_reason("none", "Ann", "the festival labels it itself")
