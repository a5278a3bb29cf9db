"""Recipes: everything that decides how a model is trained. A preset is a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from tianmu.core.errors import InputError
from tianmu.model.codec import SHRUNK_CHANNELS, CodecConfig
from tianmu.training.data import ASPECTS

MICRO_CAST = (
    "fox", "dog", "cat", "rabbit", "horse", "elephant", "penguin", "duck", "whale", "astronaut", "robot", "car",
    "sailboat", "rocket", "balloon", "football",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TrainRecipe:
    """How one model is made, from its codec to its last distilled step."""

    name: str
    seed: int = 0
    subjects: tuple[str, ...] = ()
    """The cast that the transformer learns; empty is everyone. A smaller cast is learnt sooner."""
    crowd: float = 0.1
    """The part of the scenes with two actors."""
    scale: int = 1
    """Native sizes are this many times those of data.ASPECTS."""
    aspects: dict[str, float] = field(
        default_factory=lambda: {"16:9": 0.55, "1:1": 0.2, "9:16": 0.09, "4:3": 0.08, "2.39:1": 0.08}
    )
    """How often each aspect is drawn."""
    codec: CodecConfig = field(default_factory=lambda: CodecConfig(encoder="shrink", channels=SHRUNK_CHANNELS))
    patch: int = 2
    width: int = 192
    depth: int = 8
    heads: int = 3
    bottleneck: int | None = None
    predicts: Literal["residual", "clean"] = "clean"

    tokens: int = 4096
    """Video tokens a step and process, whatever the length: 18 clips of 8 slabs, or 146 single slabs, at 16:9."""
    lengths: tuple[tuple[int, float, float], ...] = ((1, 0.65, 0.06), (4, 0.33, 0.34), (8, 0.02, 0.6))
    """Slabs of a sample, and how often at the beginning and from step `lengths_from` on."""
    lengths_from: int = 3_000
    num_steps: int = 20_000
    warmup: int = 200
    cooldown: float = 0.2
    """The last part of the steps, over which the learning rate falls to nothing."""
    learning_rate: float = 2e-3
    muon: bool = True
    """Whether Muon trains the transformer's matrices; otherwise AdamW trains them too."""
    ema: float = 0.999
    subject_weight: float = 5.0
    """How much more a latent that shows an actor counts than one that shows the set."""
    motion_weight: float = 8.0
    """How much more a latent counts that changes by its own spread from slab to slab. What a pan moves are a few trees
    and windows: without it a set that stands still costs a small network next to nothing."""
    shard_clips: int = 128
    shard_every: int = 40
    """A new shard of clips is rendered every so many steps, until there are max_shards."""
    max_shards: int = 400
    codec_clips: int = 16
    codec_steps: int = 2000
    codec_rate: float = 3e-3
    codec_noise: float = 0.3
    """The most noise that the decoder learns to see through, in parts of the latents' own spread. With next to none
    (0.05) pictures are sharper from an encoder and much worse from a flow."""
    distill_steps: int = 1500
    distill_rate: float = 3e-4
    few_steps: int = 10
    """Steps of the distilled transformer."""
    few_sampler: str = "euler"
    """How it takes them."""
    teacher_steps: int = 1
    """Guided steps of the teacher for one of the student's."""
    guidance_scale: float = 2.5
    shift: float = 8.0
    """How far the samplers' steps lean towards noise (model/flow.py::schedule). A small film is so smooth that its
    places and shapes are decided while nine tenths of it are noise."""
    upscale_steps: int = 900
    upscale_clips: int = 4
    checkpoint_minutes: float = 9.0

    def size(self, aspect: str) -> tuple[int, int]:
        """Native height and width of an aspect, in pixels."""
        height, width = ASPECTS[aspect]
        return height * self.scale, width * self.scale


def micro() -> TrainRecipe:
    """5 M parameters at 64 pixels: hours on a laptop's CPU. More steps are better: this is what was affordable."""
    return TrainRecipe(name="micro", subjects=MICRO_CAST, num_steps=16_300, cooldown=0.1, distill_steps=460)


def small() -> TrainRecipe:
    """26 M parameters at 128 pixels: half an hour of one H200-class card."""
    return TrainRecipe(
        name="small", scale=2, width=384, depth=12, heads=6, tokens=65_536, crowd=0.2, codec_clips=256,
        shard_clips=512, shard_every=2, learning_rate=1e-3,
    )  # fmt: skip


def base() -> TrainRecipe:
    """46 M parameters at 128 pixels."""
    return TrainRecipe(
        name="base", scale=2, width=512, depth=12, heads=8, tokens=65_536, crowd=0.25, codec_clips=256,
        shard_clips=512, shard_every=2, learning_rate=8e-4, num_steps=60_000,
    )  # fmt: skip


PRESETS: dict[str, Callable[[], TrainRecipe]] = {"micro": micro, "small": small, "base": base}


def preset(name: str) -> TrainRecipe:
    """The recipe of that name; InputError says which there are."""
    if name not in PRESETS:
        raise InputError(f"There is no preset {name!r}: choose one of {', '.join(PRESETS)}.")
    return PRESETS[name]()
