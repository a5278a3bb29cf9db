"""From nothing to weights that ship: codec, flow, distillation, upscaler, each a stage that resumes.

<out>/recipe.json   codec/  flow/  distill/  upscale/  latents/   native.safetensors
"""

from __future__ import annotations

import json
import os
import random
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from tianmu.core.errors import CheckpointError, InputError
from tianmu.model.codec import Codec
from tianmu.model.text import Tokenizer
from tianmu.model.transformer import Block, Transformer, TransformerConfig
from tianmu.model.upscale import Upscaler
from tianmu.model.weights import NativeModel, save_model
from tianmu.training.checkpoint import load_state
from tianmu.training.data import ASPECTS, NATIVE_FPS, draw_scene
from tianmu.training.distill import DistillTask
from tianmu.training.enlarge import UpscaleTask
from tianmu.training.latents import CLIP_FRAMES
from tianmu.training.loop import LoopSettings, Task, Trained, train
from tianmu.training.recipe import TrainRecipe
from tianmu.training.tasks import CodecTask, FlowTask
from tianmu.world.captions import vocabulary
from tianmu.world.render import render_clip

M = TypeVar("M", bound=nn.Module)
STAGES = ("codec", "flow", "distill", "upscale")


def train_model(
    recipe: TrainRecipe,
    out: Path,
    *,
    stages: tuple[str, ...] = STAGES,
    minutes: float | None = None,
    device: str = "cpu",
    compiled: bool = False,
) -> Path | None:
    """Run the stages that are not finished, then pack what there is; returns the packed weights, or None before flow.

    `minutes` bounds each stage that still has work. A stage starts when the one before it is finished; flow may be cut
    short by naming the later stages alone, and then they start from where it stands. `compiled` runs the transformer's
    blocks through torch.compile: the same arithmetic in fewer passes over memory, after a minute or two.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise InputError("There is no CUDA device on this machine: train with --device cpu.")
    if compiled and not any(shutil.which(name) for name in (os.environ.get("CXX", "g++"), "g++", "clang++")):
        raise InputError("Compiling needs a C++ compiler: install g++, or train without --compile.")
    out.mkdir(parents=True, exist_ok=True)
    _keep_recipe(recipe, out)
    for stage in STAGES:
        if stage in stages:
            trained = _run(stage, recipe, out, minutes, device, compiled)
            if trained.interrupted or (not trained.finished and stages == STAGES):
                break
    if not first_process():
        return None
    return pack(recipe, out) if load_state(out / "flow") else None


def first_process() -> bool:
    """Whether this is the process that writes: the only one, or the first that torchrun started."""
    return os.environ.get("RANK", "0") == "0"


def pack(recipe: TrainRecipe, out: Path) -> Path:
    """Put the averages of all stages that have run into one file, `native.safetensors`."""
    tokenizer = new_tokenizer()
    codec = _codec(recipe, out)
    transformer = _averaged(new_transformer(recipe, tokenizer), out / "flow", "transformer.")
    distilled, upscaler = None, None
    if load_state(out / "distill"):
        distilled = _averaged(new_transformer(recipe, tokenizer), out / "distill", "transformer.")
    if load_state(out / "upscale"):
        upscaler = _averaged(Upscaler(), out / "upscale", "upscaler.")
    path = out / "native.safetensors"
    model = NativeModel(
        transformer=transformer,
        distilled=distilled,
        codec=codec,
        tokenizer=tokenizer,
        upscaler=upscaler,
        info=_info(recipe, out),
    )
    save_model(path, model)
    return path


def new_tokenizer() -> Tokenizer:
    """The words of every caption that the world can write, in both languages."""
    return Tokenizer([*vocabulary("en"), *vocabulary("zh")])


def new_transformer(recipe: TrainRecipe, tokenizer: Tokenizer) -> Transformer:
    """An untrained transformer, the same for the same recipe."""
    torch.manual_seed(recipe.seed)
    return Transformer(
        TransformerConfig(
            num_words=len(tokenizer),
            channels=recipe.codec.channels,
            patch=recipe.patch,
            width=recipe.width,
            depth=recipe.depth,
            heads=recipe.heads,
            bottleneck=recipe.bottleneck,
            predicts=recipe.predicts,
        )
    )


def _run(stage: str, recipe: TrainRecipe, out: Path, minutes: float | None, device: str, compiled: bool) -> Trained:
    settings = LoopSettings(
        num_steps=recipe.num_steps,
        learning_rate=recipe.learning_rate,
        warmup=recipe.warmup,
        cooldown=recipe.cooldown,
        ema=recipe.ema,
        checkpoint_minutes=recipe.checkpoint_minutes,
    )
    task: Task
    match stage:
        case "codec":
            task = CodecTask(_new_codec(recipe), recipe)
            settings = replace(
                settings,
                num_steps=recipe.codec_steps,
                learning_rate=recipe.codec_rate,
                ema=0.99,
                warmup=100,
                cooldown=0.4,
            )
        case "flow":
            tokenizer = new_tokenizer()
            codec = _codec(recipe, out).to(device)
            task = FlowTask(new_transformer(recipe, tokenizer), codec, tokenizer, recipe, out / "latents")
        case "distill":
            tokenizer = new_tokenizer()
            teacher, student = (
                _averaged(new_transformer(recipe, tokenizer), out / "flow", "transformer.") for _ in range(2)
            )
            codec = _codec(recipe, out).to(device)
            flow = load_state(out / "flow")
            task = DistillTask(student, teacher, codec, tokenizer, recipe, out / "latents", flow[0] if flow else 0)
            settings = replace(
                settings,
                num_steps=recipe.distill_steps,
                learning_rate=recipe.distill_rate,
                ema=0.99,
                warmup=50,
                cooldown=0.5,
            )
        case _:
            torch.manual_seed(recipe.seed)
            task = UpscaleTask(Upscaler(), _codec(recipe, out).to(device), recipe)
            settings = replace(
                settings, num_steps=recipe.upscale_steps, learning_rate=1e-3, ema=0.99, warmup=50, cooldown=0.5
            )
    if compiled:
        for block in (module for module in task.modules() if isinstance(module, Block)):
            block.compile(dynamic=True)  # one graph for all of them, whatever the clips' sizes
    return train(task, settings, out, minutes=minutes, device=device)


def _new_codec(recipe: TrainRecipe) -> Codec:
    torch.manual_seed(recipe.seed)
    codec: nn.Module = Codec(recipe.codec)
    return codec.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def _codec(recipe: TrainRecipe, out: Path) -> Codec:
    """The trained codec, its latents normalised on clips that the seed decides."""
    codec = _averaged(_new_codec(recipe), out / "codec", "codec.").eval()
    rng = random.Random(f"{recipe.seed}/normalise")
    height, width = recipe.size("16:9")
    shape: dict[str, Any] = {"num_frames": 8, "fps": NATIVE_FPS, "height": height, "width": width, "of": CLIP_FRAMES}
    clips = [render_clip(draw_scene(rng, recipe.subjects), start=rng.randrange(24), **shape) for _ in range(48)]
    codec.normalise(torch.stack(clips))
    return codec


def _averaged(module: M, folder: Path, prefix: str) -> M:
    """A module with the moving average of a stage's newest checkpoint."""
    state = load_state(folder)
    if state is None:
        raise CheckpointError(f"The stage {folder.name} has no checkpoint in {folder.parent}: run it first.")
    wanted: dict[str, Tensor] = {}
    for name, value in state[1].items():
        if name.startswith(f"average.{prefix}"):
            wanted[name[len(f"average.{prefix}") :]] = value
    module.load_state_dict(wanted, strict=False)
    return module.eval()


def _info(recipe: TrainRecipe, out: Path) -> dict[str, Any]:
    steps = {stage: state[0] for stage in STAGES if (state := load_state(out / stage))}
    return {
        "name": recipe.name,
        "cast": list(recipe.subjects),
        "sizes": {aspect: recipe.size(aspect) for aspect in ASPECTS},
        "steps": 24,
        "guidance": recipe.guidance_scale,
        "sampler": "euler_ancestral",
        "few_steps": recipe.few_steps,
        "few_sampler": recipe.few_sampler,
        "shift": recipe.shift,
        "trained": steps,
    }


def _keep_recipe(recipe: TrainRecipe, out: Path) -> None:
    """Write the recipe down, or make sure that it is the one that the run began with."""
    if not first_process():
        return
    path, text = out / "recipe.json", json.dumps(asdict(recipe), indent=1)
    if path.exists() and json.loads(path.read_text()) != json.loads(text):
        raise InputError(
            f"The run in {out} was begun with another recipe ({path}): choose another folder for this one."
        )
    path.write_text(text)
