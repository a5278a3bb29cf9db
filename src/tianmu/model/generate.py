"""From a caption to frames: the whole native engine in one function.

words -> ids -> noise -> latents (the sampler asks the transformer) -> frames (the codec) -> larger frames
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import torch
from jaxtyping import UInt8
from torch import Tensor

from tianmu.core.errors import InputError
from tianmu.model.codec import SLAB, STRIDE
from tianmu.model.conditions import Pinned, pin_frames
from tianmu.model.flow import guide, schedule
from tianmu.model.sampler import SAMPLERS
from tianmu.model.transformer import Transformer
from tianmu.model.upscale import Upscaler
from tianmu.model.weights import NativeModel, load_model

__all__ = ["NATIVE_FPS", "NativeModel", "generate", "load_model", "native_model", "native_size"]

NATIVE_FPS = 8
WINDOW = 8
"""Slabs that the transformer sees at once: four seconds. A longer take rolls, half a window at a time."""

Progress = Callable[[float, np.ndarray | None], None]


@cache
def native_model() -> NativeModel:
    """The weights that ship, read once a process."""
    return load_model()


def native_size(aspect: str, model: NativeModel | None = None) -> tuple[int, int]:
    """Native height and width of an aspect such as "16:9", before the upscaler doubles them."""
    sizes = (model or native_model()).info["sizes"]
    if aspect not in sizes:
        raise InputError(f"The native engine has no aspect {aspect!r}: choose one of {', '.join(sizes)}.")
    height, width = sizes[aspect]
    return height, width


@torch.inference_mode()
def generate(
    prompt: str,
    *,
    num_frames: int,
    height: int,
    width: int,
    seed: int,
    model: NativeModel | None = None,
    negative_prompt: str = "",
    num_steps: int | None = None,
    guidance_scale: float | None = None,
    sampler: str | None = None,
    first_frame: UInt8[np.ndarray, "h w c"] | None = None,
    upscale: bool = True,
    progress: Progress | None = None,
) -> UInt8[np.ndarray, "f h w c"]:
    """A shot of `num_frames` frames at 8 a second, `height` x `width` pixels (multiples of 16), or twice that upscaled.

    Without `num_steps`, `guidance_scale` and `sampler` the model's own defaults hold (`model.info`). `first_frame` is a
    picture that the shot opens on. `progress` hears the part that is done and a frame of what it will be.
    """
    model = model or native_model()
    if height % 16 or width % 16 or height < 32 or width < 32 or num_frames < 1:
        raise InputError(
            "A native shot has at least one frame, and a height and a width that are multiples of 16 from 32 on, "
            f"but {num_frames} frames of {width} x {height} were asked for."
        )
    network, steps, scale, method = choose(model, num_steps, guidance_scale, sampler, bool(negative_prompt))
    solve, sigmas = SAMPLERS[method], schedule(steps, float(model.info.get("shift", 1.0)))
    slabs = -(-num_frames // SLAB)
    text = model.tokenizer.encode([prompt] if scale == 1.0 else [prompt, negative_prompt])
    words = network.read(text)
    generator = torch.Generator().manual_seed(seed)
    pinned = None
    if first_frame is not None:
        pinned = pin_frames(model.codec, first_frame[None], at=0, num_slabs=slabs, height=height, width=width)
    latents = torch.zeros(1, model.codec.config.channels, 0, height // STRIDE, width // STRIDE)
    starts = list(range(0, max(slabs - WINDOW // 2, 1), WINDOW // 2)) if slabs > WINDOW else [0]
    for turn, start in enumerate(starts):
        count = min(WINDOW, slabs - start)
        given = _window(pinned, latents, start, count)
        noise = torch.randn(1, latents.shape[1], count, *latents.shape[3:], generator=generator)

        def denoise(noisy: Tensor, sigma: Tensor) -> Tensor:
            if scale == 1.0:
                return network(noisy, sigma, text, words=words)
            both = network(noisy.expand(2, -1, -1, -1, -1), sigma.expand(2, -1), text, words=words)
            return guide(both[:1], both[1:], scale)

        def step_done(step: int, denoised: Tensor, turn: int = turn) -> None:
            if progress:
                part = (turn + (step + 1) / steps) / len(starts)
                progress(0.9 * part, _to_frames(model.codec.decode(denoised[:, :, :1]))[0])

        known, slots = (given.known, given.slabs) if given else (None, None)
        window = solve(denoise, noise, sigmas, known=known, pinned=slots, callback=step_done, generator=generator)
        latents = torch.cat([latents[:, :, :start], window], 2)
    video = model.codec.decode(latents)[:, :, :num_frames].clamp(-1, 1)
    if upscale and model.upscaler is not None:
        video = _upscaled(model.upscaler, video)
    return _to_frames(video)


def choose(
    model: NativeModel,
    num_steps: int | None,
    guidance_scale: float | None,
    sampler: str | None,
    negative: bool = False,
) -> tuple[Transformer, int, float, str]:
    """Which transformer, with how many steps, what guidance and which sampler.

    The distilled one when nothing, or just what it was made for, is asked; it knows no guidance, so a negative prompt
    calls the whole one. What is not said is `model.info`'s.
    """
    few, usual = model.info.get("few_steps"), str(model.info.get("few_sampler", "euler"))
    fast = num_steps in (None, few) and guidance_scale in (None, 1.0) and sampler in (None, usual) and not negative
    if model.distilled is not None and fast:
        return model.distilled, int(model.info["few_steps"]), 1.0, usual
    steps = num_steps or int(model.info["steps"])
    scale = float(model.info["guidance"]) if guidance_scale is None else guidance_scale
    method = sampler or str(model.info["sampler"])
    if method not in SAMPLERS:
        raise InputError(f"There is no sampler {method!r}: choose one of {', '.join(SAMPLERS)}.")
    return model.transformer, steps, scale, method


def _window(pinned: Pinned | None, latents: Tensor, start: int, count: int) -> Pinned | None:
    """What is known of a window: what was pinned, and what an earlier window has made."""
    done = latents.shape[2] - start
    if done <= 0 and pinned is None:
        return None
    known = latents.new_zeros(1, latents.shape[1], count, *latents.shape[3:])
    slabs = torch.zeros(count, dtype=torch.bool)
    if pinned is not None:
        slabs |= pinned.slabs[start : start + count]
        known = torch.where(slabs[None, None, :, None, None], pinned.known[:, :, start : start + count], known)
    if done > 0:
        known[:, :, :done], slabs[:done] = latents[:, :, start:], True
    return Pinned(known=known, slabs=slabs)


def _upscaled(upscaler: Upscaler, video: Tensor, chunk: int = 16) -> Tensor:
    """Stretch by stretch, each with the neighbours that the network looks at; memory stays flat for long takes."""
    count, parts = video.shape[2], []
    for start in range(0, count, chunk):
        first, last = max(0, start - 1), min(count, start + chunk + 1)
        part = upscaler(video[:, :, first:last])
        parts.append(part[:, :, start - first : start - first + min(chunk, count - start)])
    return torch.cat(parts, 2)


def _to_frames(video: Tensor) -> UInt8[np.ndarray, "f h w c"]:
    pixels = ((video[0] + 1) * 127.5).round().clamp(0, 255).byte()
    return pixels.permute(1, 2, 3, 0).contiguous().numpy()
