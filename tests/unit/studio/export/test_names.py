"""Names that every system accepts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.studio.export.cuts import clip, sample, take

from tianmu.film.cut import Cut, Track
from tianmu.studio.export.names import LEGAL, ascii_name, name_parts


@given(st.text(max_size=60))
def test_any_name_is_legal_short_the_same_every_time_and_without_the_separator(text: str) -> None:
    name = ascii_name(text, "film")
    assert LEGAL.fullmatch(name)
    assert "_" not in name
    assert len(name) <= 48
    assert name == ascii_name(text, "film")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("First Light", "first-light"),
        ("月亮上的客人", "yue-liang-shang-de-ke-ren"),
        ("The Guest / 月亮上的客人", "the-guest-yue-liang-shang-de-ke-ren"),
        ("Émile's été", "emiles-ete"),
    ],
)
def test_titles_are_brought_to_plain_letters(text: str, name: str) -> None:
    assert ascii_name(text, "film") == name


def test_what_has_no_letters_is_named_by_a_digest() -> None:
    fox, owl = ascii_name("🦊", "film"), ascii_name("🦉", "film")
    assert fox.startswith("film-")
    assert fox != owl


def test_a_take_is_named_by_its_own_slate_and_number_and_a_shot_that_borrows_it_by_its_own() -> None:
    first = clip("2B")
    borrowed = replace(first, slate="12A")
    cut = Cut(
        name="First Light", fps=sample().fps, width=1, height=1, tracks=(Track(name="V1", items=(first, borrowed)),)
    )
    takes = {first.take: take(first.take, "2B", 72, number=3)}
    names = name_parts(cut, takes, {"2B": "2", "12A": "12"})
    assert names.takes == {first.take: "first-light_002_2B_take_v003"}
    assert names.clips == {
        ("2B", first.take): "first-light_002_2B_take_v003",
        ("12A", first.take): "first-light_012_12A_take_v003",
    }


def test_slates_that_are_spelt_the_same_get_names_of_their_own() -> None:
    clips = (replace(clip("2B"), slate="2-b", take="aaaaaa1"), replace(clip("2B"), slate="2 B", take="bbbbbb2"))
    cut = Cut(name="F", fps=sample().fps, width=1, height=1, tracks=(Track(name="V1", items=clips),))
    takes = {each.take: take(each.take, each.slate, 72) for each in clips}
    names = name_parts(cut, takes, {"2-b": "2", "2 B": "2"})
    assert len(set(names.takes.values())) == 2
    assert all(LEGAL.fullmatch(name) for name in names.takes.values())
