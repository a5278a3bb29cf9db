"""Memory between steps: what is kept for speed is let go of when it is asked for, and only then."""

from __future__ import annotations

from functools import lru_cache

import pytest

from tianmu.core import memory


def test_what_is_kept_for_speed_is_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_LET_GO", [])
    made: list[int] = []

    @lru_cache(4)
    def paint(number: int) -> bytes:
        made.append(number)
        return bytes(number)

    memory.let_go_by(paint.cache_clear)
    assert len(paint(1 << 20)) == len(paint(1 << 20))
    assert made == [1 << 20]
    memory.give_back_memory()
    assert paint.cache_info().currsize == 0
    paint(1 << 20)
    assert made == [1 << 20] * 2


def test_large_paintings_are_let_go_of_and_small_ones_stay() -> None:
    from tianmu.world.paint import paint_once

    painted: list[int] = []

    def paint(resolution: int) -> int:
        painted.append(resolution)
        return resolution

    for _ in range(2):
        paint_once(64, paint)(64)
        paint_once(720, paint)(720)
    assert painted == [64, 720]
    memory.give_back_memory()
    paint_once(64, paint)(64)
    paint_once(720, paint)(720)
    assert painted == [64, 720, 720]
