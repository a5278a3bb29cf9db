"""Codec or pixels? The same transformer, scenes and minutes, once in the codec's latents, once in patches of pixels.

    python benchmarks/ablation.py [--minutes 5] [--threads 1] [--run FOLDER]

Both see 1:1 clips of 64 x 64 x 32 (eight slabs, 8 x 8 positions a slab, 2 x 2 of them a token), so both have as many
tokens and, but for their first and last layer, do the same arithmetic. The pixel network has a linear bottleneck of 128
at its input and predicts clean patches, as the codec network predicts clean latents. The codec's own training is not in
these minutes: it is done once and serves every transformer after it. Prints the probe's accuracy and the Frechet
distance of clips generated from captions, and writes a contact sheet a candidate.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from tianmu.media.image import contact_sheet, write_png
from tianmu.model.codec import Codec, Pixels
from tianmu.model.flow import guide, schedule
from tianmu.model.sampler import sample_dpmpp_2m
from tianmu.model.text import Tokenizer
from tianmu.model.transformer import Transformer, TransformerConfig
from tianmu.model.weights import load_model
from tianmu.training.data import draw_scene
from tianmu.training.loop import LoopSettings, train
from tianmu.training.measures import frechet_distance
from tianmu.training.probe import fact_of, load_probe, look
from tianmu.training.recipe import TrainRecipe, micro
from tianmu.training.stages import new_tokenizer
from tianmu.training.tasks import FlowTask
from tianmu.world.captions import long_caption
from tianmu.world.render import render_clip

CLIPS = 48
FACTS = ("setting", "time", "camera", "subject", "action")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("out"))
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    model = load_model()
    recipe = replace(
        micro(), aspects={"1:1": 1.0}, lengths=((8, 1.0, 1.0),), tokens=1024, max_shards=6, shard_every=1, cooldown=0.3
    )
    scenes = [draw_scene(random.Random(f"ablation/{i}"), recipe.subjects, crowd=0) for i in range(CLIPS)]
    print(f"{arguments.minutes:g} minutes of {arguments.threads} thread(s) each, torch {torch.__version__}")
    print(
        f"{'candidate':<10} {'steps':>6} {'clips':>7} {'clips/s':>8} {'frechet':>8} "
        + " ".join(f"{f:>8}" for f in FACTS)
    )
    for name, codec in (("codec", model.codec), ("pixels", Pixels())):
        candidate = replace(recipe, bottleneck=128 if name == "pixels" else None)
        line, clips = _try(candidate, codec, scenes, arguments.minutes)
        print(f"{name:<10} {line}", flush=True)
        frames = ((torch.stack(clips[:12])[:, :, 8] + 1) * 127.5).clamp(0, 255).byte().permute(0, 2, 3, 1).numpy()
        arguments.out.mkdir(exist_ok=True)
        write_png(arguments.out / f"ablation-{name}.png", contact_sheet(list(frames), columns=6))


def _try(recipe: TrainRecipe, codec: Codec | Pixels, scenes: list, minutes: float) -> tuple[str, list[torch.Tensor]]:
    tokenizer = new_tokenizer()
    channels = codec.channels if isinstance(codec, Pixels) else codec.config.channels
    torch.manual_seed(0)
    config = TransformerConfig(
        num_words=len(tokenizer), channels=channels, width=recipe.width, depth=recipe.depth, heads=recipe.heads,
        bottleneck=recipe.bottleneck,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        task = FlowTask(Transformer(config), codec, tokenizer, recipe, Path(folder))
        for number in range(recipe.max_shards):
            task.shards.shard("1:1", number)  # rendered and encoded before the clock starts
        settings = LoopSettings(num_steps=10**9, learning_rate=recipe.learning_rate, warmup=100, ema=0.99)
        began = time.perf_counter()
        trained = train(task, settings, Path(folder), minutes=minutes)
        spent = time.perf_counter() - began
        task.load_state_dict(trained.average, strict=False)
        clips = [_draw(task.transformer.eval(), codec, tokenizer, scene, i) for i, scene in enumerate(scenes)]
    probe = load_probe()
    facts, features = probe.read(look(torch.stack(clips)))
    shape: dict[str, Any] = {"num_frames": 32, "fps": 8.0, "height": 64, "width": 64}
    _, wanted = probe.read(look(torch.stack([render_clip(scene, **shape) for scene in scenes])))
    right = [sum(f[fact] == fact_of(s, fact) for f, s in zip(facts, scenes, strict=True)) / CLIPS for fact in FACTS]
    seen = trained.step * task.samples_per_batch
    line = f"{trained.step:>6} {seen:>7} {seen / spent:>8.1f} {frechet_distance(features, wanted):>8.2f} "
    return line + " ".join(f"{value:>8.2f}" for value in right), clips


@torch.inference_mode()
def _draw(network: Transformer, codec: Codec | Pixels, tokenizer: Tokenizer, scene: object, seed: int) -> torch.Tensor:
    text = tokenizer.encode([long_caption(scene), ""])  # type: ignore[arg-type]
    noise = torch.randn(1, network.config.channels, 8, 8, 8, generator=torch.Generator().manual_seed(seed))

    def denoise(noisy: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
        both = network(noisy.repeat(2, 1, 1, 1, 1), sigma.repeat(2, 1), text)
        return guide(both[:1], both[1:], 2.5)

    return codec.decode(sample_dpmpp_2m(denoise, noise, schedule(20)))[0].clamp(-1, 1)


if __name__ == "__main__":
    main()
