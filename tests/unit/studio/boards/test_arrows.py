"""Every move has its mark, which lies on the panel and points the right way."""

from __future__ import annotations

from typing import get_args

import pytest

from tianmu.film.shot import Move
from tianmu.studio.boards.arrows import mark_of, outline

MOVES: tuple[Move, ...] = get_args(Move)


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("size", [(246.0, 138.0), (80.0, 142.0), (246.0, 103.0)])
def test_every_mark_lies_on_its_panel(move: Move, size: tuple[float, float]) -> None:
    mark = mark_of(move)
    assert bool(mark.arrows) == (move != "static")
    for tail, tip in mark.arrows:
        for x, y in outline(tail, tip, *size):
            assert 0 <= x <= size[0]
            assert 0 <= y <= size[1]


def test_arrows_point_where_the_camera_goes() -> None:
    directions = {
        move: (tip[0] - tail[0], tip[1] - tail[1]) for move in MOVES for tail, tip in mark_of(move).arrows[:1]
    }
    assert directions["pan_left"][0] < 0 < directions["pan_right"][0]
    assert directions["tilt_up"][1] < 0 < directions["tilt_down"][1]
    assert directions["push_in"][0] > 0 > directions["pull_out"][0]
    assert mark_of("push_in").inner == mark_of("pull_out").inner is not None


def test_the_tip_is_the_fourth_point() -> None:
    assert outline((0.2, 0.5), (0.8, 0.5), 100, 50)[3] == (80, 25)
