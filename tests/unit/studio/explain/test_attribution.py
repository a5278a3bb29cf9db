"""Agreement of maps with ablation: exact on maps made by hand, and plain about maps that are wrong."""

from fractions import Fraction

import numpy as np
import pytest

from tianmu.engines.protocol import Insight
from tianmu.studio.explain.attribution import Lens, agree, change, fitted, fitted_for, maps_through
from tianmu.studio.explain.phrases import Phrase


def maps(*rows: list[float]) -> np.ndarray:
    return np.array(rows, np.float32)[:, None, None, :]


def test_a_map_agrees_with_itself_whatever_its_scale() -> None:
    changes = np.random.default_rng(0).uniform(5, 50, (4, 3, 2, 5)).astype(np.float32)
    told = agree(changes * 0.01, changes)
    assert (told.share, told.regions, told.holds) == (1.0, 30, True)


def test_a_wrong_map_does_not_hold_and_one_phrase_everywhere_is_told() -> None:
    changes = maps([9, 9, 9, 1, 0], [5, 5, 5, 8, 1])
    told = agree(maps([0, 0, 0, 1, 1], [1, 1, 1, 0, 0]), changes)
    assert (told.share, told.regions, told.holds) == (0.0, 4, False)  # the last region hangs on nothing
    assert told.constant == pytest.approx(0.75)


def test_where_nothing_changes_nothing_is_claimed() -> None:
    told = agree(maps([1, 1]), maps([0, 0]))
    assert (told.share, told.regions, told.holds) == (None, 0, False)


def test_a_change_is_found_in_its_own_region() -> None:
    before = np.zeros((10, 8, 12, 3), np.uint8)
    after = before.copy()
    after[8:, 4:, 8:] = 30
    apart = change(before, after, 2, 3)
    assert apart.shape == (3, 2, 3)
    assert apart[2, 1, 2] == 30
    assert apart.sum() == 30


def test_a_lens_weighs_steps_blocks_and_kinds() -> None:
    took = np.zeros((2, 1, 3, 1, 1, 2), np.float32)
    took[0, 0, :, 0, 0, 0], took[1, 0, :, 0, 0, 1] = (1, 2, 4), (1, 2, 4)
    knocked = np.ones((2, 2, 1, 1, 2), np.float32)
    film = np.zeros((4, 2, 2, 3), np.uint8)
    insight = Insight(
        caption="a fox runs",
        words=("a", "fox", "runs"),
        fps=Fraction(8),
        frames=film,
        steps=(),
        looked=took,
        took=took,
        knocked=knocked,
        without=(),
    )
    phrases = [Phrase(fact="subject", text="a fox", places=(0, 1)), Phrase(fact="action", text="runs", places=(2,))]
    seen = maps_through(Lens(measure="took", weights=((1.0,), (10.0,)), gains={"action": 0.5}), insight, phrases)
    assert seen[:, 0, 0].tolist() == [[3.0, 30.0], [2.0, 20.0]]
    assert maps_through(Lens(measure="knocked"), insight, phrases).tolist() == knocked[0].tolist()
    assert fitted_for("other weights", insight) is None


def test_what_ships_was_fitted_for_the_weights_that_ship() -> None:
    from tianmu.model.generate import native_model

    found = fitted()
    if found is None or found.digest != native_model().digest:
        pytest.skip("no fit ships for these weights; the page says so")
    assert found.prompts >= 6
    assert 0 < (found.attention.share or 0) <= 1
