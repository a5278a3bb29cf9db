"""The diffusion transformer: noisy latents, a noise level for every slab and a caption in; clean latents out.

Text tokens stand before the video tokens and go through the same layers; they count as clean (sigma 0). Every slab of
four frames has a noise level of its own (diffusion forcing, Chen et al. 2024, arXiv:2407.01392), which is all that
image-to-video, extension, connection and loops need. The answer is clean latents; flow.py turns them into a velocity.
What the layers compute is what is left to say once the noisy input has said what it can (Karras et al. 2022,
arXiv:2206.00364, table 1): almost everything at high noise, almost nothing at low noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn as nn
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor

from tianmu.model.flow import per_slab
from tianmu.model.layers import Attention, Rotation, SigmaEmbedding, SwiGLU, rotary
from tianmu.model.patches import patchify, unpatchify


@dataclass(frozen=True, kw_only=True)
class TransformerConfig:
    """Shape of the transformer."""

    num_words: int
    """Of the tokenizer, specials included."""
    channels: int = 16
    """Of the latents."""
    patch: int = 2
    """Latents to a token, each way."""
    width: int = 256
    depth: int = 8
    heads: int = 4
    text_depth: int = 2
    """Layers that only the text goes through, before it meets the video."""
    predicts: Literal["residual", "clean"] = "residual"
    """What the layers say: what the noisy input leaves to say, or the clean latents themselves. The latter asks for no
    noise to be carried through a narrow network, and needs latents that are smooth (Li & He 2025, arXiv:2511.13720)."""
    bottleneck: int | None = None
    """Width of a linear bottleneck at the input, for patches much wider than a token (pixels)."""


class Block(nn.Module):
    """Attention and feed-forward, each shifted, scaled and gated by the noise level (adaLN-single, PixArt)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1 = nn.RMSNorm(width, elementwise_affine=False)
        self.attention = Attention(width, heads)
        self.norm2 = nn.RMSNorm(width, elementwise_affine=False)
        self.feed_forward = SwiGLU(width, width * 8 // 3 // 32 * 32)
        self.table = nn.Parameter(torch.zeros(6, width))

    def forward(
        self,
        x: Float[Tensor, "b n d"],
        modulation: Float[Tensor, "b groups 6 d"],
        num_words: int,
        rotation: Rotation,
        mask: Bool[Tensor, "b 1 1 n"],
    ) -> Float[Tensor, "b n d"]:
        """`modulation` is one row for the words, then one a slab."""
        shift1, scale1, gate1, shift2, scale2, gate2 = (modulation + self.table).unbind(-2)
        mixed = self.attention(modulate(self.norm1(x), 1 + scale1, shift1, num_words), rotation, mask)
        x = x + modulate(mixed, gate1, None, num_words)
        mapped = self.feed_forward(modulate(self.norm2(x), 1 + scale2, shift2, num_words))
        return x + modulate(mapped, gate2, None, num_words)


def modulate(
    x: Float[Tensor, "b n d"],
    scale: Float[Tensor, "b groups d"],
    shift: Float[Tensor, "b groups d"] | None,
    num_words: int,
) -> Float[Tensor, "b n d"]:
    """scale * x + shift, the same for all words and for all patches of a slab.

    Written group by group: a row for every token would be most of what a small model moves through memory.
    """
    if scale.shape[1] == 1:
        return x * scale if shift is None else torch.addcmul(shift, x, scale)
    words, patches = x[:, :num_words], x[:, num_words:].unflatten(1, (scale.shape[1] - 1, -1))
    if shift is None:
        words, patches = words * scale[:, :1], patches * scale[:, 1:, None]
    else:
        words = torch.addcmul(shift[:, :1], words, scale[:, :1])
        patches = torch.addcmul(shift[:, 1:, None], patches, scale[:, 1:, None])
    return torch.cat([words, patches.flatten(1, 2)], 1)


class Transformer(nn.Module):
    """Predicts clean latents."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        width, tokens_in = config.width, config.channels * config.patch**2
        self.words = nn.Embedding(config.num_words, width)
        self.text_blocks = nn.ModuleList(Block(width, config.heads) for _ in range(config.text_depth))
        if config.bottleneck:
            self.inward = nn.Sequential(nn.Linear(tokens_in, config.bottleneck), nn.Linear(config.bottleneck, width))
        else:
            self.inward = nn.Linear(tokens_in, width)
        self.place = nn.Linear(2 * _PLACE_BANDS * 2, width)
        self.sigma = SigmaEmbedding(width)
        self.modulation = nn.Linear(width, 6 * width)
        self.blocks = nn.ModuleList(Block(width, config.heads) for _ in range(config.depth))
        self.norm = nn.RMSNorm(width)
        self.outward = nn.Linear(width, tokens_in)
        self._initialise()

    def _initialise(self) -> None:
        nn.init.normal_(self.words.weight, std=1.0)
        nn.init.zeros_(self.outward.weight)
        nn.init.zeros_(self.outward.bias)
        nn.init.zeros_(self.modulation.weight)
        bias = torch.zeros(6, self.config.width)
        bias[2], bias[5] = 0.5, 0.5  # the gates start half open, so that the text is read from the first step
        with torch.no_grad():
            self.modulation.bias.copy_(bias.flatten())

    def forward(
        self,
        noisy: Float[Tensor, "b c s h w"],
        sigma: Float[Tensor, "b s"],
        text: Int[Tensor, "b t"],
        frames: Float[Tensor, "b s"] | None = None,
        words: Float[Tensor, "b t d"] | None = None,
    ) -> Float[Tensor, "b c s h w"]:
        """Clean latents from noisy ones.

        `text` holds word ids, 0 where there is none; `words` are those, read, where a sampler has read them before.
        `frames` are the slabs' places in time (0, 1, 2, ... unless something else is said, as for a window of a longer
        take).
        """
        batch, _, slabs, height, width = noisy.shape
        rows, cols = height // self.config.patch, width // self.config.patch
        if frames is None:
            frames = torch.arange(slabs, device=noisy.device, dtype=torch.float32).expand(batch, slabs)
        places, position = _places(frames, rows, cols)
        # Words are at the origin of space and time: how a patch is turned against them tells it where it is.
        word_places = torch.zeros(batch, text.shape[1], 3, device=noisy.device)
        head = self.config.width // self.config.heads

        words, num_words = self.read(text) if words is None else words, text.shape[1]
        present = (text != 0)[:, None, None]  # (b, 1, 1, t)
        patches = self.inward(patchify(noisy, self.config.patch)) + self.place(position)  # (b, n, d)
        modulation = self.modulation(F.silu(self.sigma(sigma))).unflatten(-1, (6, -1))  # (b, s, 6, d)
        modulation = torch.cat([self._clean(batch), modulation], 1)  # (b, 1 + s, 6, d)
        rotation = rotary(torch.cat([word_places, places.expand(batch, -1, -1)], 1), head)
        mask = torch.cat([present, present.new_ones(batch, 1, 1, patches.shape[1])], -1)
        x = torch.cat([words, patches], 1)
        for block in self.blocks:
            x = block(x, modulation, num_words, rotation, mask)
        rest = unpatchify(self.outward(self.norm(x[:, num_words:])), self.config.patch, slabs, rows, cols)
        if self.config.predicts == "clean":
            return rest
        kept, said = precondition(sigma)
        return per_slab(kept) * noisy + per_slab(said) * rest

    def read(self, text: Int[Tensor, "b t"]) -> Float[Tensor, "b t d"]:
        """What the words say before they meet the video: the same at every noise level."""
        words, present = self.words(text), (text != 0)[:, None, None]
        order = torch.arange(text.shape[1], device=text.device, dtype=torch.float32)[None, :, None]
        rotation = rotary(order, self.config.width // self.config.heads)
        for block in self.text_blocks:
            words = block(words, self._clean(len(text)), text.shape[1], rotation, present)
        return words

    def _clean(self, batch: int) -> Float[Tensor, "b 1 6 d"]:
        """The modulation of what counts as clean."""
        sigma = torch.zeros(batch, 1, device=self.words.weight.device)
        return self.modulation(F.silu(self.sigma(sigma))).unflatten(-1, (6, -1))


def precondition(sigma: Float[Tensor, "b s"]) -> tuple[Float[Tensor, "b s"], Float[Tensor, "b s"]]:
    """How much of the noisy latents the answer keeps, and how much the layers add (clean ones have unit variance)."""
    power = (1 - sigma) ** 2 + sigma**2
    return (1 - sigma) / power, sigma / power.sqrt()


_PLACE_BANDS = 4


def _places(
    frames: Float[Tensor, "b s"], rows: int, cols: int
) -> tuple[Float[Tensor, "b n 3"], Float[Tensor, "n bands"]]:
    """Every patch's (frame, row, column), from the middle of the picture, and its place in the frame as waves."""
    device = frames.device
    y = torch.arange(rows, device=device) - (rows - 1) / 2
    x = torch.arange(cols, device=device) - (cols - 1) / 2
    grid = torch.stack(torch.meshgrid(y, x, indexing="ij"), -1).flatten(0, 1)  # (r c, 2)
    slabs = frames.shape[1]
    space = grid.repeat(slabs, 1).expand(frames.shape[0], -1, -1)
    time = frames.repeat_interleave(rows * cols, 1)[..., None]
    angles = grid[:, :, None] / rows * torch.pi * 2.0 ** torch.arange(_PLACE_BANDS, device=device)
    waves = torch.cat([angles.sin(), angles.cos()], -1).flatten(1)
    return torch.cat([time, space], -1), waves.repeat(slabs, 1)
