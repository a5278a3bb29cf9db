"""The compression network: four frames become one slab of latents, eight times smaller each way, and back.

    video [b 3 (4 s) (8 h) (8 w)] in [-1, 1]   <->   latents [b c s h w], about unit variance

The encoder is learnt, or it only shrinks: then the latents are a small film, smooth as films are, which a small
transformer learns far sooner than a learnt encoder's latents (docs/adr/0002), and the decoder draws the large one.
Every slab is coded by itself, so a decoder draws any length and any size, and a single slab can be a still.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn as nn
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Float
from torch import Tensor

SLAB = 4
"""Frames in a slab."""
STRIDE = 8
"""Pixels to a latent, each way."""
SHRINK = 4
"""How many times smaller the film is, each way, that an encoder which only shrinks makes."""
SHRUNK_CHANNELS = 3 * SLAB * (STRIDE // SHRINK) ** 2


@dataclass(frozen=True, kw_only=True)
class CodecConfig:
    """Shape of the codec."""

    encoder: Literal["learnt", "shrink"] = "learnt"
    channels: int = 32
    """Of the latents; an encoder that shrinks has 48."""
    width: int = 192
    """At the latents' resolution; half of it at twice the resolution."""
    blocks: int = 3


class Conv(nn.Module):
    """A square convolution that keeps the size. Its weight is one matrix, so that Muon can train it."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3) -> None:
        super().__init__()
        self.shape = (outputs, inputs, kernel, kernel)
        self.weight = nn.Parameter(torch.empty(outputs, inputs * kernel**2))
        self.bias = nn.Parameter(torch.zeros(outputs))
        nn.init.kaiming_uniform_(self.weight, a=5**0.5)

    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b d h w"]:
        return F.conv2d(x, self.weight.view(self.shape), self.bias, padding=self.shape[-1] // 2)


class ResBlock(nn.Module):
    """Two 3 x 3 convolutions around a norm over channels."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(8, width)
        self.conv1 = Conv(width, width)
        self.conv2 = Conv(width, width)
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b c h w"]:
        return x + self.conv2(F.silu(self.conv1(F.silu(self.norm(x)))))


class Codec(nn.Module):
    """Encoder and decoder of one slab; both see it as one picture of twelve channels."""

    shift: Tensor
    scale: Tensor

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.config = config
        width, half = config.width, config.width // 2
        pixels = 3 * SLAB
        if config.encoder == "shrink" and config.channels != SHRUNK_CHANNELS:
            raise ValueError(f"An encoder that shrinks has {SHRUNK_CHANNELS} channels, not {config.channels}.")
        learnt = nn.Sequential(
            nn.PixelUnshuffle(4),
            Conv(pixels * 16, half),
            ResBlock(half),
            nn.PixelUnshuffle(2),
            Conv(half * 4, width, 1),
            *(ResBlock(width) for _ in range(config.blocks - 1)),
            Conv(width, config.channels, 1),
        )
        shrinking = nn.Sequential(nn.AvgPool2d(SHRINK), nn.PixelUnshuffle(STRIDE // SHRINK))
        self.encoder = learnt if config.encoder == "learnt" else shrinking
        self.decoder = nn.Sequential(
            Conv(config.channels, width),
            *(ResBlock(width) for _ in range(config.blocks)),
            Conv(width, half * 4, 1),
            nn.PixelShuffle(2),
            *(ResBlock(half) for _ in range(config.blocks - 1)),
            Conv(half, 24 * 16, 1),
            nn.PixelShuffle(4),
            nn.SiLU(),
            Conv(24, pixels),
        )
        # Statistics of the raw latents, set once the codec is trained (see `normalise`).
        self.register_buffer("shift", torch.zeros(config.channels))
        self.register_buffer("scale", torch.ones(config.channels))

    def encode(self, video: Float[Tensor, "b 3 f h w"]) -> Float[Tensor, "b c s y x"]:
        """Frames in [-1, 1] to latents; the number of frames is a multiple of four, sizes of eight."""
        slabs = video.shape[2] // SLAB
        raw = self.encoder(rearrange(video, "b c (s t) h w -> (b s) (t c) h w", t=SLAB))
        latents = (raw - self.shift.view(-1, 1, 1)) / self.scale.view(-1, 1, 1)
        return rearrange(latents, "(b s) c h w -> b c s h w", s=slabs)

    def decode(self, latents: Float[Tensor, "b c s y x"]) -> Float[Tensor, "b 3 f h w"]:
        """Latents to frames, about in [-1, 1]."""
        slabs = latents.shape[2]
        raw = rearrange(latents, "b c s h w -> (b s) c h w") * self.scale.view(-1, 1, 1) + self.shift.view(-1, 1, 1)
        drawn = self.decoder(raw)
        if self.config.encoder == "shrink":  # what is drawn is what the enlarged small film lacks
            small = F.pixel_shuffle(raw, STRIDE // SHRINK)
            drawn = drawn + F.interpolate(small, scale_factor=SHRINK, mode="bilinear", align_corners=False)
        return rearrange(drawn, "(b s) (t c) h w -> b c (s t) h w", s=slabs, t=SLAB)

    @torch.no_grad()
    def normalise(self, video: Float[Tensor, "b 3 f h w"]) -> None:
        """Measure the latents of these frames, so that from now on they have zero mean and unit variance."""
        self.shift.zero_()
        self.scale.fill_(1)
        latents = self.encode(video)
        self.shift.copy_(latents.mean((0, 2, 3, 4)))
        self.scale.copy_(latents.std((0, 2, 3, 4)))


class Pixels(nn.Module):
    """No compression at all: a slab's pixels, rearranged. The codec's rival in the ablation (docs/adr)."""

    channels = 3 * SLAB * STRIDE * STRIDE

    def encode(self, video: Float[Tensor, "b 3 f h w"]) -> Float[Tensor, "b c s y x"]:
        return rearrange(video, "b c (s t) (h p) (w q) -> b (c t p q) s h w", t=SLAB, p=STRIDE, q=STRIDE)

    def decode(self, latents: Float[Tensor, "b c s y x"]) -> Float[Tensor, "b 3 f h w"]:
        return rearrange(latents, "b (c t p q) s h w -> b c (s t) (h p) (w q)", c=3, t=SLAB, p=STRIDE, q=STRIDE)
