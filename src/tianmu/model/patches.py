"""Latents as tokens, and back."""

from __future__ import annotations

from einops import rearrange
from jaxtyping import Float
from torch import Tensor


def patchify(latents: Float[Tensor, "b c s h w"], patch: int) -> Float[Tensor, "b n d"]:
    """Square patches of every slab, as tokens in the order slab, row, column."""
    return rearrange(latents, "b c s (h p) (w q) -> b (s h w) (c p q)", p=patch, q=patch)


def unpatchify(
    tokens: Float[Tensor, "b n d"], patch: int, slabs: int, rows: int, cols: int
) -> Float[Tensor, "b c s h w"]:
    """The inverse of `patchify`."""
    return rearrange(tokens, "b (s h w) (c p q) -> b c s (h p) (w q)", s=slabs, h=rows, w=cols, p=patch, q=patch)
