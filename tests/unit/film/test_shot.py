"""What a shot may be, and what is refused before any engine is asked."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from tianmu.core.errors import InputError
from tianmu.film.shot import LONGEST_PROMPT, Shot, parse_size


@pytest.mark.parametrize("prompt", ["", "   ", "\n\t", "\u200b\u200e", "\u3000"])
def test_a_prompt_that_shows_nothing_is_refused(prompt: str) -> None:
    with pytest.raises(InputError, match="empty"):
        Shot(prompt=prompt)


@pytest.mark.parametrize(
    "prompt", ["🦊", "一只红狐走过雪原", "ثعلب أحمر يمشي في الثلج", "שועל", "x" * LONGEST_PROMPT, "fox\u200f", "é"]
)
def test_any_script_and_any_length_up_to_the_limit_is_a_prompt(prompt: str) -> None:
    assert Shot(prompt=prompt).prompt == prompt


def test_a_longer_prompt_is_refused_and_not_repeated() -> None:
    with pytest.raises(InputError, match="10001") as refusal:
        Shot(prompt="x" * (LONGEST_PROMPT + 1))
    assert len(refusal.value.explain()) < 200


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(InputError, match="UTF-8"):
        Shot(prompt=b"fox \xff".decode("utf-8", "surrogateescape"))


def test_an_unknown_aspect_names_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"16:9.*2\.39:1"):
        Shot(prompt="fox", aspect="3:2")  # pyright: ignore[reportArgumentType]


def test_a_shot_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Shot(prompt="fox").prompt = "hen"  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(("text", "size"), [("1280x720", (1280, 720)), ("64X48", (64, 48)), (" 16x16 ", (16, 16))])
def test_sizes_as_people_write_them(text: str, size: tuple[int, int]) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "1280", "0x0", "10x10", "axb", "-64x64", "99999x64", "64x64x64", "64.5x64"])
def test_a_size_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="pixels"):
        parse_size(text)
