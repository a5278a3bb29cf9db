"""The stages before distillation: the codec, and the flow in its latents."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, cast

import torch
import torch.nn as nn
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from tianmu.model.codec import SLAB, Codec, Conv, Pixels
from tianmu.model.flow import add_noise
from tianmu.model.text import Tokenizer
from tianmu.model.transformer import Transformer
from tianmu.training.data import NATIVE_FPS, draw_scene
from tianmu.training.latents import CLIP_FRAMES, LatentShards
from tianmu.training.loop import Batch, Task
from tianmu.training.loss import codec_loss, draw_sigma, flow_loss
from tianmu.training.recipe import TrainRecipe
from tianmu.world.captions import caption, long_caption
from tianmu.world.render import render_clip
from tianmu.world.scene import Scene
from tianmu.world.truth import clip_masks


class CodecTask(Task):
    """Teach the codec on the whole cast: every picture of the world passes through it."""

    stage = "codec"

    def __init__(self, codec: Codec, recipe: TrainRecipe) -> None:
        super().__init__()
        self.codec, self.recipe = codec, recipe

    def batch(self, step: int, rank: int) -> Batch:
        rng = random.Random(f"{self.recipe.seed}/codec/{step}/{rank}")
        height, width = self.recipe.size(_aspect(rng, self.recipe))
        # Half of the clips show the cast that the transformer will draw, half everyone. One slab a clip: variety.
        casts = (self.recipe.subjects or None, None)
        scenes = [draw_scene(rng, casts[i % 2], crowd=0.15) for i in range(self.recipe.codec_clips)]
        self.samples_per_batch = len(scenes)
        device = next(self.codec.parameters()).device
        videos, masks = [], []
        for scene in scenes:
            start = rng.randrange(CLIP_FRAMES - SLAB + 1)
            shape: dict[str, Any] = {"num_frames": SLAB, "fps": NATIVE_FPS, "height": height, "width": width}
            videos.append(render_clip(scene, **shape, start=start, of=CLIP_FRAMES, device=device))
            masks.append(clip_masks(scene, **shape, start=start, of=CLIP_FRAMES).amax(0, keepdim=True).to(device))
        noise = torch.Generator(device).manual_seed(_seed(self.recipe.seed, step, rank))
        return {"video": torch.stack(videos), "weight": 1 + 2 * torch.stack(masks), "noise": noise}

    def matrices(self) -> list[nn.Parameter]:
        return [m.weight for m in self.codec.modules() if isinstance(m, Conv)] if self.recipe.muon else []

    def forward(self, batch: Batch) -> Tensor:
        video = batch["video"]
        latents = self.codec.encode(video)
        # Noise makes neighbours in latents neighbours in pixels, and leaves the decoder to clean what the flow leaves.
        noise = torch.randn(latents.shape, generator=batch["noise"], device=latents.device)
        level = torch.rand(len(latents), 1, 1, 1, 1, generator=batch["noise"], device=latents.device)
        decoded = self.codec.decode(latents + self.recipe.codec_noise * level * latents.detach().std() * noise)
        return codec_loss(decoded, video, latents, batch["weight"])


class FlowTask(Task):
    """Teach the transformer to find clean latents in noisy ones."""

    stage = "flow"

    def __init__(
        self, transformer: Transformer, codec: Codec | Pixels, tokenizer: Tokenizer, recipe: TrainRecipe, cache: Path
    ) -> None:
        super().__init__()
        self.transformer, self.tokenizer, self.recipe = transformer, tokenizer, recipe
        self.shards = LatentShards(codec, recipe, cache)

    def matrices(self) -> list[nn.Parameter]:
        if not self.recipe.muon:
            return []
        blocks = [*self.transformer.blocks, *self.transformer.text_blocks]
        return [cast(nn.Parameter, m.weight) for block in blocks for m in block.modules() if isinstance(m, nn.Linear)]

    def batch(self, step: int, rank: int) -> Batch:
        recipe = self.recipe
        rng = random.Random(f"{recipe.seed}/flow/{step}/{rank}")
        device = next(self.transformer.parameters()).device
        aspect = _aspect(rng, recipe)
        slabs = _length(rng, recipe, step)
        height, width = recipe.size(aspect)
        tokens = slabs * (height // 8 // recipe.patch) * (width // 8 // recipe.patch)
        size = max(1, recipe.tokens // tokens)
        latents, masks, scenes = self.shards.draw(rng, aspect, step, size, slabs)
        self.samples_per_batch = size
        captions = training_captions(scenes, rng)
        generator = torch.Generator(device).manual_seed(_seed(recipe.seed, step, rank))
        return {
            "clean": latents.to(device),
            "weight": (1 + recipe.subject_weight * masks + recipe.motion_weight * moves(latents))[:, None].to(device),
            "text": self.tokenizer.encode(captions).to(device),
            "sigma": draw_sigma(size, slabs, generator),
            "noise": torch.randn(latents.shape, generator=generator, device=device),
        }

    def forward(self, batch: Batch) -> Tensor:
        clean, sigma = batch["clean"], batch["sigma"]
        denoised = self.transformer(add_noise(clean, batch["noise"], sigma), sigma, batch["text"])
        return flow_loss(denoised.float(), clean, sigma, batch["weight"])


def moves(latents: Float[Tensor, "b c s y x"]) -> Float[Tensor, "b s y x"]:
    """How far each latent is, channel by channel in the mean, from the slab before it or after it (the farther one)."""
    step = F.pad((latents[:, :, 1:] - latents[:, :, :-1]).abs().mean(1), (0, 0, 0, 0, 1, 1))
    return torch.maximum(step[:, :-1], step[:, 1:])


def training_captions(scenes: Sequence[Scene], rng: random.Random) -> list[str]:
    """Captions of a batch: one in ten is empty, for guidance; the others are all short, all long, or all canonical.

    A batch of one kind has captions of about one length, and what is not padded is not computed.
    """
    kind = rng.choices(("short", "long", "canonical"), (0.15, 0.3, 0.55))[0]
    language: Literal["en", "zh"] = "zh" if rng.random() < 0.2 else "en"
    captions = []
    for scene in scenes:
        if rng.random() < 0.1:
            captions.append("")
        elif kind == "canonical":
            captions.append(long_caption(scene, language))
        else:
            length: Literal["short", "long"] = "short" if kind == "short" else "long"
            captions.append(caption(scene, language=language, length=length, rng=rng))
    return captions


def _aspect(rng: random.Random, recipe: TrainRecipe) -> str:
    return rng.choices(list(recipe.aspects), list(recipe.aspects.values()))[0]


def _length(rng: random.Random, recipe: TrainRecipe, step: int) -> int:
    part = min(1.0, step / recipe.lengths_from)
    weights = [early + (late - early) * part for _, early, late in recipe.lengths]
    return rng.choices([slabs for slabs, _, _ in recipe.lengths], weights)[0]


def _seed(*numbers: int) -> int:
    return random.Random(repr(numbers)).getrandbits(62)
