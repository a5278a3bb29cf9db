"""Samplers: from noise to clean latents, one function a published method.

`denoise(noisy, sigma)` predicts clean latents at noise levels [b s]. `sigmas` run from 1 to 0. Slabs that are pinned
(`known` is their clean latents, `pinned` says which) stay at sigma 0 all the way, whatever the solver does. Only those
that add noise on the way need a `generator`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from tianmu.model.flow import velocity

Denoise = Callable[[Tensor, Tensor], Tensor]
Callback = Callable[[int, Tensor], None]
"""Called after every step with its number and the clean latents predicted there."""


def sample_euler(
    denoise: Denoise,
    noise: Float[Tensor, "b c s h w"],
    sigmas: Float[Tensor, "n"],
    *,
    known: Float[Tensor, "b c s h w"] | None = None,
    pinned: Bool[Tensor, "s"] | None = None,
    callback: Callback | None = None,
    generator: torch.Generator | None = None,
) -> Float[Tensor, "b c s h w"]:
    """Euler's method: follow the velocity in straight steps."""
    noisy = _pin(noise, known, pinned)
    for i, (here, there) in enumerate(itertools.pairwise(sigmas)):
        level = _levels(noisy, here, pinned)
        denoised = denoise(noisy, level)
        noisy = noisy + (there - here) * velocity(noisy, denoised, level)
        noisy = _pin(noisy, known, pinned)
        if callback:
            callback(i, denoised)
    return noisy


def sample_euler_ancestral(
    denoise: Denoise,
    noise: Float[Tensor, "b c s h w"],
    sigmas: Float[Tensor, "n"],
    *,
    known: Float[Tensor, "b c s h w"] | None = None,
    pinned: Bool[Tensor, "s"] | None = None,
    callback: Callback | None = None,
    generator: torch.Generator | None = None,
) -> Float[Tensor, "b c s h w"]:
    """Ancestral steps (Ho et al. 2020, arXiv:2006.11239; Song et al. 2021, arXiv:2011.13456): part of a step's noise
    is new, so that a later step can put right what an earlier one got wrong. `generator` decides it.
    """
    noisy = _pin(noise, known, pinned)
    ratio = sigmas / (1 - sigmas)  # of noise to what is clean: inf at noise, 0 at clean
    for i, (here, there) in enumerate(itertools.pairwise(sigmas)):
        denoised = denoise(noisy, _levels(noisy, here, pinned))
        kept = ratio[i + 1] / ratio[i] if here < 1 else torch.zeros_like(here)
        fresh = torch.randn(noisy.shape, generator=generator, dtype=noisy.dtype, device=noisy.device)
        old = (noisy - (1 - here) * denoised) / here
        noisy = _pin((1 - there) * denoised + there * (kept * old + (1 - kept**2).sqrt() * fresh), known, pinned)
        if callback:
            callback(i, denoised)
    return noisy


def sample_dpmpp_2m(
    denoise: Denoise,
    noise: Float[Tensor, "b c s h w"],
    sigmas: Float[Tensor, "n"],
    *,
    known: Float[Tensor, "b c s h w"] | None = None,
    pinned: Bool[Tensor, "s"] | None = None,
    callback: Callback | None = None,
    generator: torch.Generator | None = None,
) -> Float[Tensor, "b c s h w"]:
    """DPM-Solver++(2M) (Lu et al. 2022, arXiv:2211.01095): the last two predictions, extrapolated; second order."""
    noisy = _pin(noise, known, pinned)
    log_snr = torch.log((1 - sigmas) / sigmas)  # -inf at noise, inf at clean
    before: Tensor | None = None
    for i, (here, there) in enumerate(itertools.pairwise(sigmas)):
        denoised = denoise(noisy, _levels(noisy, here, pinned))
        target = denoised
        if before is not None and there > 0:
            ratio = (log_snr[i + 1] - log_snr[i]) / (log_snr[i] - log_snr[i - 1])
            target = denoised + (denoised - before) * ratio / 2
        # If the clean end stood still, the flow would be solved exactly: the rest of the noise fades as there / here.
        noisy = _pin(target + (there / here) * (noisy - target), known, pinned)
        before = denoised
        if callback:
            callback(i, denoised)
    return noisy


SAMPLERS = {"euler": sample_euler, "euler_ancestral": sample_euler_ancestral, "dpmpp_2m": sample_dpmpp_2m}


def _levels(noisy: Float[Tensor, "b c s h w"], sigma: Float[Tensor, ""], pinned: Tensor | None) -> Float[Tensor, "b s"]:
    level = sigma.expand(noisy.shape[0], noisy.shape[2])
    return level if pinned is None else torch.where(pinned, torch.zeros_like(level), level)


def _pin(noisy: Float[Tensor, "b c s h w"], known: Tensor | None, pinned: Tensor | None) -> Float[Tensor, "b c s h w"]:
    if known is None or pinned is None:
        return noisy
    return torch.where(pinned[None, None, :, None, None], known, noisy)
