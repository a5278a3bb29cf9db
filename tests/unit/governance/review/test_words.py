"""Words as a reader sees them: what hides a word is undone, and every letter keeps its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.governance.review.prompt import LONGEST, find_in_words
from tianmu.governance.review.words import read_views

KNOWN = {"kill", "shoots", "man", "porn"}


@given(st.text(max_size=60))
def test_every_letter_of_a_view_has_its_place_in_the_text(text: str) -> None:
    for view in read_views(text, KNOWN, {"zi sha": "自杀"}):
        assert len(view.text) == len(view.origins)
        assert all(0 <= place < len(text) for place in view.origins)
        assert list(view.origins) == sorted(view.origins)


@given(st.text(alphabet="abcdefgh ,.", max_size=40).filter(lambda text: not any(c * 3 in text for c in "abcdefgh")))
def test_a_finding_repeats_the_words_as_they_stand(text: str) -> None:
    written = f"{text} а mаn kіlls him"
    for finding in find_in_words(written):
        assert finding.start is not None
        assert finding.words == written[finding.start : finding.start + len(finding.words or "")]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("k i l l the man", "kill the man"),
        ("k.i.l.l", "kill"),
        ("k i l l m a n", "kill man"),
        ("ＫＩＬＬ", "kill"),
        ("kіll", "kill"),
        ("ki\u200bll", "kill"),
        ("k1ll", "kill"),
        ("sh00ts", "shoots"),
        ("p*rn", "porn"),
        ("kiiiill", "kill"),
        ("杀 . 人", "杀人"),
        ("殺人", "杀人"),
        ("zi sha 的", "自杀 的"),
        ("zisha", "自杀"),
        ("4k view of a 3d p0nd", "4k view of a 3d p0nd"),
    ],
)
def test_what_hides_a_word_is_undone(text: str, read: str) -> None:
    assert read in [view.text for view in read_views(text, KNOWN, {"zi sha": "自杀"})]


def test_look_alikes_hide_nothing_that_stands_beside_them() -> None:
    found = {one.category for one in find_in_words("we shoot the scene at noon, then he kills the guard")}
    assert found == {"violence/depicted"}
    assert find_in_words("we shoot the scene at noon and kill the lights") == ()


def test_a_long_text_is_read_to_its_end() -> None:
    text = "a fox walks on. " * (3 * LONGEST // 16) + "he kills the guard"
    (finding,) = find_in_words(text)
    assert finding.start == text.index("kills")
