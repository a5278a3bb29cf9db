"""Rectified flow: sigma 1 is noise, sigma 0 is clean, and the way between is straight.

    noisy = (1 - sigma) clean + sigma noise          velocity = noise - clean

(Liu et al. 2022, arXiv:2209.03003; Lipman et al. 2022, arXiv:2210.02747.) Sigma is a number or one a slab, [b s].
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor


def add_noise(
    clean: Float[Tensor, "b c s h w"], noise: Float[Tensor, "b c s h w"], sigma: Float[Tensor, "b s"]
) -> Float[Tensor, "b c s h w"]:
    """The point at sigma on the straight way from clean to noise."""
    level = per_slab(sigma)
    return (1 - level) * clean + level * noise


def velocity(
    noisy: Float[Tensor, "b c s h w"],
    denoised: Float[Tensor, "b c s h w"],
    sigma: Float[Tensor, "b s"],
    smallest: float = 0.02,
) -> Float[Tensor, "b c s h w"]:
    """Where the way leads at this point: noise - clean, from a prediction of the clean end."""
    return (noisy - denoised) / per_slab(sigma).clamp(min=smallest)


def per_slab(sigma: Float[Tensor, "b s"]) -> Float[Tensor, "b 1 s 1 1"]:
    """Sigma, shaped to meet latents."""
    return sigma[:, None, :, None, None]


def guide(
    conditional: Float[Tensor, "*shape"], unconditional: Float[Tensor, "*shape"], guidance_scale: float
) -> Float[Tensor, "*shape"]:
    """Classifier-free guidance (Ho & Salimans 2022, arXiv:2207.12598); 1.0 is the conditional prediction itself."""
    return unconditional + guidance_scale * (conditional - unconditional)


def schedule(num_steps: int, shift: float = 1.0) -> Float[Tensor, "n"]:
    """Noise levels from 1 down to 0, `num_steps` + 1 of them; a shift above 1 spends more steps at high noise."""
    sigma = torch.linspace(1, 0, num_steps + 1)
    return shift * sigma / (1 + (shift - 1) * sigma)
