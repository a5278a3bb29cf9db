"""Clips, rendered and encoded once and kept: the transformer trains on them many times, and the CPU is its own again.

Shard k is a function of (recipe, codec, k). It is made when a step first needs it and kept on disk, so a run that is
resumed finds its shards, and one whose cache is gone makes the same ones again.
"""

from __future__ import annotations

import json
import os
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from einops import rearrange
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from tianmu.model.codec import SLAB, Codec, Pixels
from tianmu.training.data import NATIVE_FPS, draw_scene
from tianmu.training.recipe import TrainRecipe
from tianmu.world.render import render_clip
from tianmu.world.scene import Actor, Scene
from tianmu.world.truth import clip_masks

CLIP_FRAMES = 32
"""Frames of a rendered clip: four seconds."""


class LatentShards:
    """A growing pool of encoded clips."""

    def __init__(self, codec: Codec | Pixels, recipe: TrainRecipe, folder: Path) -> None:
        self.codec, self.recipe, self.folder = codec.eval().requires_grad_(False), recipe, folder
        self._shards: dict[tuple[str, int], tuple[Tensor, Tensor, list[Scene]]] = {}

    def draw(
        self, rng: random.Random, aspect: str, step: int, size: int, slabs: int
    ) -> tuple[Tensor, Tensor, list[Scene]]:
        """`size` windows of `slabs` slabs: latents [b c s y x], masks [b s y x], scenes. Half of them begin a clip."""
        recipe = self.recipe
        count = min(recipe.max_shards, 2 + step // recipe.shard_every)
        count = max(1, round(count * recipe.aspects[aspect]))
        latents, masks, scenes = [], [], []
        for _ in range(size):
            clips, covers, known = self.shard(aspect, rng.randrange(count))
            row = rng.randrange(len(known))
            last = clips.shape[2] - slabs
            start = 0 if rng.random() < 0.5 else rng.randint(0, last)
            latents.append(clips[row, :, start : start + slabs])
            masks.append(covers[row, start : start + slabs])
            scenes.append(known[row])
        return torch.stack(latents).float(), torch.stack(masks).float() / 255, scenes

    def shard(self, aspect: str, number: int) -> tuple[Tensor, Tensor, list[Scene]]:
        """One shard: latents [n c s y x] float16, masks [n s y x] uint8, scenes."""
        key = (aspect, number)
        if key not in self._shards:
            path = self.folder / f"{aspect.replace(':', 'x')}-{number:05d}.safetensors"
            self._shards[key] = _read(path) if path.exists() else self._make(path, aspect, number)
        return self._shards[key]

    def _make(self, path: Path, aspect: str, number: int) -> tuple[Tensor, Tensor, list[Scene]]:
        recipe = self.recipe
        rng = random.Random(f"{recipe.seed}/shard/{aspect}/{number}")
        height, width = recipe.size(aspect)
        device = next((p.device for p in self.codec.parameters()), torch.device("cpu"))
        scenes = [draw_scene(rng, recipe.subjects, crowd=recipe.crowd) for _ in range(recipe.shard_clips)]
        latents, masks = [], []
        shape: dict[str, Any] = {"num_frames": CLIP_FRAMES, "fps": NATIVE_FPS, "height": height, "width": width}
        for scene in scenes:
            with torch.no_grad():
                latents.append(self.codec.encode(render_clip(scene, **shape, device=device)[None])[0].half().cpu())
            masks.append((mask_latents(clip_masks(scene, **shape)) * 255).byte())
        shard = torch.stack(latents), torch.stack(masks), scenes
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.partial")  # processes of one run may make the same shard
        facts = {"scenes": json.dumps([asdict(scene) for scene in scenes])}
        save_file({"latents": shard[0], "masks": shard[1]}, partial, metadata=facts)
        partial.replace(path)
        return shard


def mask_latents(masks: Tensor) -> Tensor:
    """Masks of a clip [a f h w] at the latents' grid [s y x]: how much any actor covers of it during the slab."""
    if not len(masks):
        return F.avg_pool2d(masks.new_zeros(masks.shape[1] // SLAB, *masks.shape[2:]), 8)
    seen = rearrange(masks.amax(0), "(s t) h w -> s t h w", t=SLAB).amax(1)
    return F.avg_pool2d(seen, 8)


def _read(path: Path) -> tuple[Tensor, Tensor, list[Scene]]:
    with safe_open(path, "pt") as file:
        rows = json.loads(file.metadata()["scenes"])
        return file.get_tensor("latents"), file.get_tensor("masks"), [scene_of(row) for row in rows]


def scene_of(row: dict[str, object]) -> Scene:
    """A scene from its plain form (`dataclasses.asdict`)."""
    actors = tuple(Actor(**actor) for actor in row["actors"])  # type: ignore[attr-defined, arg-type]
    return Scene(**{**row, "actors": actors})  # type: ignore[arg-type]
