"""The transformer's parts: rotary positions in three dimensions, attention with normed queries and keys, SwiGLU."""

from __future__ import annotations

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Float
from torch import Tensor

Rotation = tuple[Float[Tensor, "*batch n pairs"], Float[Tensor, "*batch n pairs"]]
"""Cosine and sine of every token's angles, half a head of them."""


def rotary(places: Float[Tensor, "*b n axes"], head_width: int, base: float = 100.0) -> Rotation:
    """Angles of tokens at `places` (frame, row, column, in tokens): each axis has its share of a head's pairs.

    RoPE (Su et al. 2021, arXiv:2104.09864), one band of frequencies an axis.
    """
    axes = places.shape[-1]
    pairs = head_width // 2
    shares = [pairs // axes + (1 if axis >= axes - pairs % axes else 0) for axis in range(axes)]
    bands = []
    for axis, share in enumerate(shares):
        frequencies = base ** -(torch.arange(share, device=places.device) / share)
        bands.append(places[..., axis, None] * frequencies * (math.pi / 4))
    angles = torch.cat(bands, -1)
    return angles.cos(), angles.sin()


def rotate(x: Float[Tensor, "b n *heads d"], rotation: Rotation) -> Float[Tensor, "b n *heads d"]:
    """Turn every pair (i, i + d/2) of a head by its token's angle."""
    cos, sin = (part.unflatten(-1, (*[1] * (x.ndim - 3), -1)) for part in rotation)
    left, right = x.chunk(2, -1)
    return torch.cat([left * cos - right * sin, right * cos + left * sin], -1)


class Attention(nn.Module):
    """Self-attention over all tokens, text and video alike."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.norm_q = nn.RMSNorm(width // heads)
        self.norm_k = nn.RMSNorm(width // heads)

    def forward(
        self, x: Float[Tensor, "b n d"], rotation: Rotation, mask: Tensor | None = None
    ) -> Float[Tensor, "b n d"]:
        q, k, v = self.project(x, rotation)
        mixed = F.scaled_dot_product_attention(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), attn_mask=mask)
        return self.out(rearrange(mixed, "b h n d -> b n (h d)"))

    def project(
        self, x: Float[Tensor, "b n d"], rotation: Rotation
    ) -> tuple[Float[Tensor, "b n h e"], Float[Tensor, "b n h e"], Float[Tensor, "b n h e"]]:
        """Queries and keys, normed and turned in one go, which halves the passes over them; and values."""
        qk, v = self.qkv(x).unflatten(-1, (3, self.heads, -1)).split((2, 1), 2)
        weight = torch.stack([self.norm_q.weight, self.norm_k.weight])[:, None]
        q, k = rotate(F.rms_norm(qk, qk.shape[-1:]) * weight, rotation).unbind(2)
        return q, k, v.squeeze(2)


class SwiGLU(nn.Module):
    """A gated feed-forward layer (Shazeer 2020, arXiv:2002.05202)."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.up = nn.Linear(width, 2 * hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)

    def forward(self, x: Float[Tensor, "b n d"]) -> Float[Tensor, "b n d"]:
        gate, value = self.up(x).chunk(2, -1)
        return self.down(F.silu(gate) * value)


class SigmaEmbedding(nn.Module):
    """A noise level in [0, 1] as a vector."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(128, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, sigma: Float[Tensor, "*b"]) -> Float[Tensor, "*b d"]:
        frequencies = torch.exp(torch.linspace(0, math.log(300.0), 64, device=sigma.device))
        angles = sigma[..., None] * frequencies
        return self.mlp(torch.cat([angles.cos(), angles.sin()], -1))
