"""Whatever two texts share over ten words is found, wherever it stands; short echoes are not enough for a match."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.core.errors import InputError
from tianmu.governance.passages import RUN, WINDOW, Passages, passages, share, shared, tokens

WORDS = st.lists(st.sampled_from([f"w{number}" for number in range(2000)]), max_size=60)
COMMON = st.lists(st.sampled_from([f"c{number}" for number in range(2000)]), min_size=RUN + WINDOW - 1, max_size=40)


@given(a=WORDS, b=WORDS, c=WORDS, d=WORDS, common=COMMON)
def test_a_shared_run_is_found_wherever_it_stands(
    a: list[str], b: list[str], c: list[str], d: list[str], common: list[str]
) -> None:
    assert shared(passages(" ".join([*a, *common, *b])), passages(" ".join([*c, *common, *d]))) >= 1


@given(a=st.text(max_size=200))
def test_a_text_is_all_of_itself_and_its_row_reads_back(a: str) -> None:
    found = passages(a)
    assert Passages.from_text(found.to_text()) == found
    assert share(found, found) == (1.0 if found.hashes else 0.0)
    assert bool(found.hashes) == (len(tokens(a)) >= RUN)


def test_letters_case_and_marks_do_not_count() -> None:
    assert passages("The sea, the SEA! It called him out at night.") == passages(
        "the sea the sea it called him out at night"
    )
    assert passages("海上生明月，天涯共此时。") == passages("海上生明月天涯共此时")
    assert tokens("Ａ海b") == ["a", "海", "b"]


@pytest.mark.parametrize("text", ["", "words2", "words1:", "words1:12", "words1:" + "G" * 16])
def test_what_is_no_row_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="words1 and 16"):
        Passages.from_text(text)
