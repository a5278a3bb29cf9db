"""A panel shows its frame whole, in its own shape, and hatches what is not there."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tianmu.studio.boards.panels import draw_panel

SIDES = st.integers(1, 60)


@given(SIDES, SIDES, SIDES, SIDES)
def test_a_panel_has_its_size_and_all_of_the_frame(width: int, height: int, wide: int, high: int) -> None:
    panel = np.asarray(draw_panel(np.full((height, width, 3), 200, np.uint8), wide, high))
    assert panel.shape == (high, wide, 3)
    shown = np.argwhere(panel[..., 0] > 0)
    size = shown.max(0) - shown.min(0) + 1
    assert size[0] == high or size[1] == wide
    assert abs(size[1] * height - size[0] * width) <= max(width, height)


def test_a_frame_of_the_right_size_is_not_touched() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (9, 16, 3), dtype=np.uint8)
    assert np.array_equal(np.asarray(draw_panel(frame, 16, 9)), frame)


def test_no_frame_is_hatched_with_a_word_where_it_has_room() -> None:
    bare = np.asarray(draw_panel(None, 200, 100))
    assert len(np.unique(bare.reshape(-1, 3), axis=0)) == 2
    assert np.asarray(draw_panel(None, 200, 100, label="not yet")).max() > bare.max()
    assert np.array_equal(
        np.asarray(draw_panel(None, 30, 100, label="not rendered yet")), np.asarray(draw_panel(None, 30, 100))
    )
