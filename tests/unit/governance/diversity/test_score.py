"""Laws of the scores: what any collection of things must give, whatever the things are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tianmu.core.errors import InputError
from tianmu.governance.diversity import alike, conditional, nearest_pairs, vendi

sizes = st.integers(1, 12)
seeds = st.integers(0, 2**31)


def cloud(size: int, seed: int) -> NDArray[np.float64]:
    """Points `[size 5]`, at random."""
    return np.random.default_rng(seed).normal(size=(size, 5))


def groups(size: int, seed: int) -> NDArray[np.float64]:
    """Ones where two of `size` are in the same group of at most four, else nothing: `[size size]`."""
    labels = np.random.default_rng(seed).integers(0, 4, size)
    return (labels[:, None] == labels[None, :]).astype(np.float64)


@given(sizes)
def test_the_same_thing_any_number_of_times_is_one(size: int) -> None:
    assert vendi(alike(np.ones((size, 3)), 0.5)) == pytest.approx(1)


@given(sizes)
def test_things_with_nothing_in_common_are_as_many_as_they_are(size: int) -> None:
    assert vendi(np.eye(size)) == pytest.approx(size)


@given(sizes, seeds)
def test_the_score_lies_between_one_and_their_number(size: int, seed: int) -> None:
    assert 1 <= vendi(alike(cloud(size, seed), 1.0)) <= size


@given(sizes, seeds)
def test_their_order_does_not_matter(size: int, seed: int) -> None:
    points = cloud(size, seed)
    order = np.random.default_rng(seed + 1).permutation(size)
    assert vendi(alike(points, 1.0)) == pytest.approx(vendi(alike(points[order], 1.0)))


@given(sizes, seeds, st.integers(2, 4))
def test_all_of_them_several_times_are_no_more(size: int, seed: int, times: int) -> None:
    points = cloud(size, seed)
    assert vendi(alike(np.tile(points, (times, 1)), 1.0)) == pytest.approx(vendi(alike(points, 1.0)))


@given(st.integers(1, 4), st.integers(2, 9))
def test_more_of_one_kind_do_not_raise_it(kinds: int, more: int) -> None:
    rows = np.concatenate([np.eye(kinds), np.repeat(np.eye(kinds)[:1], more, 0)])
    assert vendi(rows @ rows.T) <= kinds + 1e-9


@given(sizes, seeds)
def test_a_wider_kernel_sees_less(size: int, seed: int) -> None:
    points = cloud(size, seed)
    assert vendi(alike(points, 4.0)) <= vendi(alike(points, 1.0)) + 1e-9


@given(sizes, seeds)
def test_conditional_and_information_make_up_the_whole(size: int, seed: int) -> None:
    pictures, prompts = alike(cloud(size, seed), 1.5), alike(cloud(size, seed + 1), 1.5)
    found = conditional(pictures, prompts)
    assert found.conditional * found.information == pytest.approx(found.pictures)
    assert 1 <= found.conditional <= found.pictures + 1e-9
    assert found.information >= 1 - 1e-9
    assert found.pictures == pytest.approx(vendi(pictures))


@given(sizes, seeds)
def test_under_one_prompt_all_diversity_is_the_models(size: int, seed: int) -> None:
    pictures = alike(cloud(size, seed), 1.0)
    assert conditional(pictures, np.ones((size, size), np.float64)).conditional == pytest.approx(vendi(pictures))


@given(sizes, seeds)
def test_a_model_that_makes_one_picture_a_prompt_adds_nothing(size: int, seed: int) -> None:
    same = groups(size, seed)
    found = conditional(same, same)
    assert found.conditional == pytest.approx(1)
    assert found.information == pytest.approx(found.pictures)


def test_four_takes_of_each_of_two_prompts() -> None:
    prompts = np.asarray(np.kron(np.eye(2), np.ones((4, 4))), np.float64)
    every_take_differs = conditional(np.eye(8), prompts)
    assert every_take_differs.conditional == pytest.approx(4)
    assert every_take_differs.information == pytest.approx(2)
    assert every_take_differs.prompts == pytest.approx(2)


@given(st.integers(2, 9), seeds)
def test_the_nearest_pairs_are_the_nearest(size: int, seed: int) -> None:
    matrix = alike(cloud(size, seed), 1.0)
    pairs = nearest_pairs(matrix, 3)
    rest = np.sort(matrix[np.triu_indices(size, 1)])[::-1]
    assert [pair.similarity for pair in pairs] == pytest.approx(list(rest[: len(pairs)]), abs=1e-8)
    assert all(pair.first < pair.second for pair in pairs)


@pytest.mark.parametrize(
    "matrix",
    [np.zeros((2, 2)), np.ones((2, 3)), np.array([[1.0, 2], [2, 1]]), np.array([[1.0, np.nan], [np.nan, 1]])],
    ids=["no ones", "not square", "negative eigenvalue", "not a number"],
)
def test_what_are_no_similarities_is_refused(matrix: NDArray[np.float64]) -> None:
    with pytest.raises(InputError, match="symmetric"):
        vendi(matrix)


def test_a_picture_without_its_prompt_is_refused() -> None:
    with pytest.raises(InputError, match="needs its prompt"):
        conditional(np.eye(3), np.eye(2))


def test_vectors_that_are_none_are_refused() -> None:
    with pytest.raises(InputError, match="finite"):
        alike(np.full((2, 2), np.inf), 1.0)
