"""Vendi scores: the effective number of different things in a collection, from how alike each two of them are.

**Vendi** (Friedman and Dieng, "The Vendi Score: A Diversity Evaluation Metric for Machine Learning", TMLR 2023): with a
positive semidefinite K of similarities whose diagonal is 1, and the eigenvalues l of K/n,

    H(K) = -sum l log l,   VS(K) = exp H(K)

1 when all n are the same, n when no two have anything in common. It knows nothing of quality, and it is worth only
what the similarity is worth: `alike` says which one is used here.

**Conditional Vendi** (Jalali, Ospanov, Gohari and Farnia, "Conditional Vendi Score: An Information-Theoretic Approach
to Diversity Evaluation of Prompt-based Generative Models", arXiv 2411.02817, 2024): of pictures X made from prompts T,
with the elementwise product of their matrices as the joint one,

    conditional = exp(H(X o T) - H(T))        what the model varies of its own accord under one prompt
    information = exp(H(X) + H(T) - H(X o T)) what the prompts account for

so that conditional x information = VS(X). With 1 <= conditional <= VS(X), after the inequalities for such entropies of
Sanchez Giraldo, Rao and Principe ("Measures of Entropy From Data Using Infinitely Divisible Kernels", IEEE
Transactions on Information Theory 61, 2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tianmu.core.errors import InputError
from tianmu.core.text import say

Matrix = NDArray[np.float64]

TEXT_WIDTH = 0.5
"""Of `alike` for sentence vectors of unit length: prompts that differ in one word come out at 0.7 to 0.9, of scenes
with nothing in common at 0.2. `benchmarks/diversity.py` prints the distances."""
_SLACK = 1e-6


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two of a collection, by their places, and how alike they are, 0 to 1."""

    first: int
    second: int
    similarity: float


@dataclass(frozen=True, kw_only=True)
class Given:
    """The diversity of pictures, divided into what their prompts account for and what they do not."""

    pictures: float
    """Vendi of the pictures."""
    prompts: float
    """Vendi of the prompts."""
    conditional: float
    """1: under one prompt the model always makes the same; n: each is as unlike as can be."""
    information: float
    """1: prompts make no difference to the pictures."""


def alike(vectors: NDArray[Any], width: float) -> Matrix:
    """How alike each two of `vectors` `[n d]` are: `exp(-|a - b|^2 / (2 width^2))`, `[n n]`.

    The Gaussian makes two that are `width` apart 0.61 alike, and its matrix is positive semidefinite.

    Raises:
        InputError: the vectors are no table of finite numbers, or the width is not above zero.
    """
    rows = np.asarray(vectors, dtype=np.float64)
    if rows.ndim != 2 or not len(rows) or not np.isfinite(rows).all() or not width > 0:
        raise InputError(
            say(
                f"Vectors are a table [n d] of finite numbers and a width above 0; {list(rows.shape)} came.",
                f"向量应为 [n d] 的有限数表，宽度须大于 0；而得到 {list(rows.shape)}。",
            )
        )
    squares = (rows**2).sum(1)
    apart = np.maximum(squares[:, None] + squares[None, :] - 2 * rows @ rows.T, 0.0)
    np.fill_diagonal(apart, 0.0)
    return np.exp(-(apart + apart.T) / (4 * width**2))


def vendi(similarity: Matrix) -> float:
    """The effective number of different things, from how alike each two are `[n n]`: 1 to n.

    Raises:
        InputError: it is no symmetric matrix with ones on its diagonal, or it has negative eigenvalues.
    """
    return float(np.clip(np.exp(_entropy(similarity)), 1.0, len(similarity)))


def conditional(pictures: Matrix, prompts: Matrix) -> Given:
    """Divide the diversity of `pictures` `[n n]` into what their `prompts` `[n n]` say and what they leave open.

    Row i of both is picture i and the prompt that it was made from; a prompt that was used four times is there four
    times.

    Raises:
        InputError: see `vendi`; or they are not of one size.
    """
    if np.shape(pictures) != np.shape(prompts):
        raise InputError(
            say(
                f"Every picture needs its prompt: {np.shape(pictures)} and {np.shape(prompts)} came.",
                f"每幅画面都要有对应的提示词：而得到 {np.shape(pictures)} 与 {np.shape(prompts)}。",
            )
        )
    shown, said, both = _entropy(pictures), _entropy(prompts), _entropy(np.asarray(pictures) * np.asarray(prompts))
    own = float(np.clip(both - said, 0.0, shown))  # beyond these bounds lies only rounding
    return Given(
        pictures=float(np.exp(shown)),
        prompts=float(np.exp(said)),
        conditional=float(np.exp(own)),
        information=float(np.exp(shown - own)),
    )


def nearest_pairs(similarity: Matrix, most: int) -> tuple[Pair, ...]:
    """The `most` pairs that are most alike, the nearest first; ties in the order of their places."""
    first, second = np.triu_indices(len(similarity), 1)
    values = np.asarray(similarity)[first, second]
    order = np.argsort(-np.round(values, 9), kind="stable")[:most]
    return tuple(Pair(first=int(first[i]), second=int(second[i]), similarity=float(values[i])) for i in order)


def _entropy(similarity: Matrix) -> float:
    """Of the eigenvalues of K/n, in nats."""
    matrix = np.asarray(similarity, dtype=np.float64)
    size = len(matrix) if matrix.ndim == 2 else 0
    fits = size > 0 and matrix.shape == (size, size) and bool(np.isfinite(matrix).all())
    if not fits or np.abs(matrix - matrix.T).max() > _SLACK or np.abs(np.diagonal(matrix) - 1).max() > _SLACK:
        raise _not_similar()
    values = np.linalg.eigvalsh((matrix + matrix.T) / (2 * size))
    if values[0] < -_SLACK:
        raise _not_similar()
    kept = values[values > 1e-12]
    return float(max(0.0, -(kept * np.log(kept)).sum()))


def _not_similar() -> InputError:
    return InputError(
        say(
            "Similarities are a symmetric matrix [n n] with ones on its diagonal and no negative eigenvalue.",
            "相似度应为对角线为 1、没有负特征值的对称矩阵 [n n]。",
        )
    )
