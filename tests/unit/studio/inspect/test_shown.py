"""Foreign text is shown on one line, harmless and short."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from tianmu.studio.inspect.shown import LONGEST, shown


@given(st.text(max_size=400))
def test_what_is_shown_is_printable_and_bounded(text: str) -> None:
    seen = shown(text)
    assert seen.isprintable()
    assert len(seen) <= LONGEST * 6


def test_plain_text_stays_and_the_rest_is_numbers() -> None:
    assert shown("雪原上的狐狸 fox.mp4") == "雪原上的狐狸 fox.mp4"
    assert shown("a\x1b[31mb\nc\u202ed") == "a\\x1b[31mb\\x0ac\\u202ed"
    assert shown(os.fsdecode(b"fox\xff.png")) == "fox\\xff.png"
    assert shown("x" * 500) == "x" * (LONGEST - 1) + "…"
    assert shown(None) == ""
