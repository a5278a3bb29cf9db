"""The learned upscaler: decoded frames, twice as large, cleaner than the codec drew them.

It sees three frames at a time (before, this, after), so that what it invents does not flicker, and adds what it knows
to a bicubic enlargement, so that an untrained one is the enlargement.
"""

from __future__ import annotations

import torch
import torch.nn as nn
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Float
from torch import Tensor

from tianmu.model.codec import Conv, ResBlock


class Upscaler(nn.Module):
    """Frames [b 3 f h w] in [-1, 1] to [b 3 f 2h 2w]. Works at half resolution: it is mostly there to repair."""

    def __init__(self, width: int = 64, blocks: int = 4) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.PixelUnshuffle(2),
            Conv(9 * 4, width),
            *(ResBlock(width) for _ in range(blocks)),
            Conv(width, width),
        )
        self.out = Conv(width, 3 * 16)
        nn.init.zeros_(self.out.weight)

    def forward(self, frames: Float[Tensor, "b 3 f h w"]) -> Float[Tensor, "b 3 f y x"]:
        """Every frame with its neighbours; the first and the last are their own."""
        count = frames.shape[2]
        before, after = frames[:, :, [0, *range(count - 1)]], frames[:, :, [*range(1, count), count - 1]]
        stack = rearrange(torch.cat([before, frames, after], 1), "b c f h w -> (b f) c h w")
        flat = rearrange(frames, "b c f h w -> (b f) c h w")
        plain = F.interpolate(flat, scale_factor=2, mode="bicubic", align_corners=False)
        detail = F.pixel_shuffle(self.out(F.silu(self.body(stack))), 4)
        return rearrange(plain + detail, "(b f) c h w -> b c f h w", f=count)
