"""Patches: the round trip loses nothing, and a token holds just its own patch."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.model.patches import patchify, unpatchify


@settings(deadline=None, max_examples=25)
@given(slabs=st.integers(1, 5), rows=st.integers(1, 6), cols=st.integers(1, 7), patch=st.sampled_from([1, 2, 4]))
def test_unpatchify_undoes_patchify(slabs: int, rows: int, cols: int, patch: int) -> None:
    latents = torch.randn(2, 3, slabs, rows * patch, cols * patch)
    tokens = patchify(latents, patch)
    assert tokens.shape == (2, slabs * rows * cols, 3 * patch**2)
    assert torch.equal(unpatchify(tokens, patch, slabs, rows, cols), latents)


def test_a_token_is_one_patch_of_one_slab() -> None:
    latents = torch.zeros(1, 1, 2, 4, 6)
    latents[0, 0, 1, 2:4, 4:6] = 1  # slab 1, row 1, column 2
    tokens = patchify(latents, 2)
    assert tokens.sum() == 4
    assert torch.equal(tokens[0, 1 * 6 + 1 * 3 + 2], torch.ones(4))
