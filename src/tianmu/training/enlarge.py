"""Teach the upscaler: what the codec makes of a clip, against the same scene rendered twice as large."""

from __future__ import annotations

import random

import torch
from torch import Tensor

from tianmu.model.codec import SLAB, Codec
from tianmu.model.upscale import Upscaler
from tianmu.training.data import NATIVE_FPS, draw_scene
from tianmu.training.latents import CLIP_FRAMES
from tianmu.training.loop import Batch, Task
from tianmu.training.recipe import TrainRecipe
from tianmu.world.render import render_clip


class UpscaleTask(Task):
    """Pairs of small, coded frames and large, clean ones."""

    stage = "upscale"

    def __init__(self, upscaler: Upscaler, codec: Codec, recipe: TrainRecipe) -> None:
        super().__init__()
        self.upscaler, self.recipe = upscaler, recipe
        self.codec = codec.eval().requires_grad_(False)

    def batch(self, step: int, rank: int) -> Batch:
        rng = random.Random(f"{self.recipe.seed}/upscale/{step}/{rank}")
        device = next(self.upscaler.parameters()).device
        height, width = self.recipe.size(rng.choice(list(self.recipe.aspects)))
        casts = (self.recipe.subjects or None, None)
        self.samples_per_batch = self.recipe.upscale_clips
        large = [
            render_clip(
                draw_scene(rng, casts[i % 2], crowd=0.15),
                num_frames=SLAB,
                fps=NATIVE_FPS,
                height=2 * height,
                width=2 * width,
                start=rng.randrange(CLIP_FRAMES - SLAB + 1),
                of=CLIP_FRAMES,
                device=device,
            )
            for i in range(self.recipe.upscale_clips)
        ]
        generator = torch.Generator(device).manual_seed(rng.getrandbits(62))
        video = torch.stack(large)
        small = torch.nn.functional.avg_pool3d(video, (1, 2, 2))
        with torch.no_grad():
            latents = self.codec.encode(small)
            noise = torch.randn(latents.shape, generator=generator, device=device)
            small = self.codec.decode(latents + 0.1 * noise).clamp(-1, 1)
        return {"small": small, "large": video}

    def forward(self, batch: Batch) -> Tensor:
        error = self.upscaler(batch["small"]) - batch["large"]
        edges = (error[..., 1:] - error[..., :-1]).abs().mean() + (error[..., 1:, :] - error[..., :-1, :]).abs().mean()
        return (error.square() + 1e-4).sqrt().mean() + 0.5 * edges
