"""What each stage minimises."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from tianmu.model.flow import per_slab

SMALLEST_SIGMA = 0.2
"""Below it a noise level weighs no more: there the decoder cleans by itself."""


def flow_loss(
    denoised: Float[Tensor, "b c s h w"],
    clean: Float[Tensor, "b c s h w"],
    sigma: Float[Tensor, "b s"],
    weight: Float[Tensor, "b 1 s h w"],
) -> Float[Tensor, ""]:
    """Squared error of the velocity, weighted by place. Slabs that were given count nothing."""
    factor = (sigma > 0).float() / sigma.clamp(min=SMALLEST_SIGMA) ** 2
    weighted = weight * per_slab(factor)
    total = (weight * per_slab((sigma > 0).float())).sum().clamp(min=1) * clean.shape[1]
    return (weighted * (denoised - clean).square()).sum() / total


def codec_loss(
    decoded: Float[Tensor, "b c f h w"],
    video: Float[Tensor, "b c f h w"],
    latents: Float[Tensor, "b k s y x"],
    weight: Float[Tensor, "b 1 f h w"],
) -> Float[Tensor, ""]:
    """Error of pixels and of their differences in space and time (which is what an eye sees), and small latents."""
    error = (decoded - video) * weight
    pixels = (error.square() + 1e-4).sqrt().mean() + 2 * error.square().mean()
    edges = (error[..., 1:] - error[..., :-1]).abs().mean() + (error[..., 1:, :] - error[..., :-1, :]).abs().mean()
    motion = (error[:, :, 1:] - error[:, :, :-1]).abs().mean()
    return pixels + 0.5 * edges + 0.25 * motion + 1e-3 * latents.square().mean()


def draw_sigma(batch: int, slabs: int, generator: torch.Generator) -> Float[Tensor, "b s"]:
    """Noise levels of a training batch: half of the samples share one level over their slabs, a quarter has one a slab,
    and a quarter begins or ends with clean slabs, as extension does. Half of the levels are above 0.9: neighbours of a
    small film say so much about each other that at 0.8 nothing is left to decide (docs/adr/0003).
    """
    device = generator.device

    def levels(*size: int) -> Tensor:
        return torch.sigmoid(2.2 + 1.3 * torch.randn(size, generator=generator, device=device))

    sigma = levels(batch, 1).expand(batch, slabs).clone()
    if slabs == 1:
        return sigma
    kind = torch.rand(batch, generator=generator, device=device)
    free = (kind >= 0.5) & (kind < 0.75)
    sigma[free] = levels(batch, slabs)[free]
    count = torch.randint(1, slabs, (batch, 1), generator=generator, device=device)
    place = torch.arange(slabs, device=device).expand(batch, slabs)
    backwards = torch.rand(batch, 1, generator=generator, device=device) < 0.2
    given = torch.where(backwards, place >= count, place < count) & (kind >= 0.75)[:, None]
    return sigma.masked_fill(given, 0.0)
