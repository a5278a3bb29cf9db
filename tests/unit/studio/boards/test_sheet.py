"""A contact sheet has one picture a shot, in order, in the shape of the film, however many there are."""

from __future__ import annotations

import numpy as np
import pytest

from tianmu.film.shot import ASPECTS, Aspect, Shot
from tianmu.media.image import Frame
from tianmu.studio.boards.board import Board, Cell
from tianmu.studio.boards.sheet import WIDTH, draw_sheet

COLOURS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 0, 255))


def flat(colour: tuple[int, int, int], ratio: float) -> Frame:
    return np.full((round(360 / ratio), 360, 3), colour, dtype=np.uint8)


def places(sheet: Frame, colour: tuple[int, int, int]) -> np.ndarray:
    """Top, left, bottom, right of a colour."""
    rows, columns = np.nonzero((np.abs(sheet[::2, ::2].astype(np.int16) - np.array(colour, np.int16)) < 8).all(-1))
    return 2 * np.array([rows.min(), columns.min(), rows.max(), columns.max()])


@pytest.mark.parametrize("aspect", ASPECTS)
def test_every_frame_is_there_in_order_and_in_shape(aspect: Aspect) -> None:
    ratio = float(Board(title="", cells=(Cell(shot=Shot(prompt="x")),), aspect=aspect).ratio)
    cells = [Cell(shot=Shot(prompt="x", slate=str(at)), frame=flat(colour, ratio)) for at, colour in enumerate(COLOURS)]
    sheet = draw_sheet(Board(title="Colours", cells=tuple(cells), aspect=aspect))
    boxes = [places(sheet, colour) for colour in COLOURS]
    for top, left, bottom, right in boxes:
        assert (right - left + 1) / (bottom - top + 1) == pytest.approx(ratio, rel=0.03)
    order = sorted(range(5), key=lambda at: (round(boxes[at][0] / 20), boxes[at][1]))
    assert order == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("count", [1, 7, 300])
def test_a_sheet_stays_one_picture(count: int) -> None:
    cell = Cell(shot=Shot(prompt="x", slate="12C", move="tilt_down", angle="over_shoulder"))
    sheet = draw_sheet(Board(title="长片 " * 100, author="A" * 200, cells=(cell,) * count))
    assert sheet.shape[1] == WIDTH
    assert sheet.shape[0] < 9000
    assert sheet.max() > 200


def test_the_same_board_gives_the_same_pixels() -> None:
    board = Board(title="末班车", cells=(Cell(shot=Shot(prompt="x")),))
    assert np.array_equal(draw_sheet(board), draw_sheet(board))
    assert not np.array_equal(draw_sheet(board, language="zh"), draw_sheet(board, language="en"))
