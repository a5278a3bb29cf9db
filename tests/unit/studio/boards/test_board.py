"""A board refuses what it cannot show, and knows how long it runs."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.core.errors import InputError
from tianmu.film.shot import Shot
from tianmu.studio.boards.board import Board, Cell, fit

SHOT = Shot(prompt="a fox runs", seconds=Fraction(5, 2))
SIDES = st.floats(0.5, 5000)


@given(SIDES, SIDES, SIDES, SIDES)
def test_what_is_fitted_keeps_its_shape_and_touches_an_edge(
    width: float, height: float, wide: float, high: float
) -> None:
    shown = fit(width, height, wide, high)
    assert shown[0] * height == pytest.approx(shown[1] * width)
    assert shown[0] <= wide * 1.000001
    assert shown[1] <= high * 1.000001
    assert shown[0] == pytest.approx(wide) or shown[1] == pytest.approx(high)


def test_a_board_runs_as_long_as_its_shots() -> None:
    board = Board(title="", cells=(Cell(shot=SHOT), Cell(shot=SHOT)), aspect="2.39:1")
    assert board.seconds == 5
    assert board.ratio == Fraction(239, 100)


def test_a_board_without_shots_is_refused() -> None:
    with pytest.raises(InputError, match="at least one shot"):
        Board(title="Nothing", cells=())


def test_an_unknown_aspect_is_refused() -> None:
    aspect: Any = "3:2"
    with pytest.raises(InputError, match="16:9"):
        Board(title="", cells=(Cell(shot=SHOT),), aspect=aspect)


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 4), (0, 4, 3)])
def test_what_is_no_picture_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="uint8"):
        Cell(shot=SHOT, frame=np.zeros(shape, np.uint8))
    floats: Any = np.zeros((4, 4, 3))
    with pytest.raises(InputError, match="float64"):
        Cell(shot=SHOT, frame=floats)
