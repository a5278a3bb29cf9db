"""How long a shot takes, from the command to the file, and against the same network written plainly.

    python benchmarks/shot.py [--runs 5] [--clips 48]

1. Whole commands, each in a process of its own: wall time and peak memory of `tianmu shot`, `--help`, the HD animatic.
2. The reference: the same weights in plain torch modules, every step of a full schedule, guided by two passes. Both
   sides make the same clips from the same noise, and the probe reads both.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

from tianmu.core.errors import TianmuError
from tianmu.model.flow import schedule
from tianmu.model.generate import choose, generate
from tianmu.model.transformer import Transformer, TransformerConfig
from tianmu.model.weights import NativeModel, load_model
from tianmu.training.data import draw_scene
from tianmu.training.latents import CLIP_FRAMES
from tianmu.training.probe import fact_of, load_probe, look
from tianmu.training.report import ISSUE_FACTS
from tianmu.world.captions import long_caption
from tianmu.world.scene import cast

PROMPT = "a fox walks across a snowfield at dusk, slow pan left"
REFERENCE_STEPS = 30


class PlainAttention(nn.Module):
    """Attention as a textbook has it: scores, softmax, values."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.norm_q, self.norm_k = nn.RMSNorm(width // heads), nn.RMSNorm(width // heads)

    def forward(self, x: Tensor, angles: Tensor, mask: Tensor) -> Tensor:
        batch, count, width = x.shape
        q, k, v = self.qkv(x).view(batch, count, 3, self.heads, width // self.heads).unbind(2)
        q, k, v = (part.transpose(1, 2) for part in (self.norm_q(q), self.norm_k(k), v))
        q, k = turned(q, angles), turned(k, angles)
        scores = q @ k.transpose(-1, -2) / math.sqrt(width // self.heads)
        weights = scores.masked_fill(~mask, -math.inf).softmax(-1)
        return self.out((weights @ v).transpose(1, 2).reshape(batch, count, width))


class PlainFeedForward(nn.Module):
    """A gated feed-forward layer."""

    def __init__(self, width: int) -> None:
        super().__init__()
        hidden = width * 8 // 3 // 32 * 32
        self.up = nn.Linear(width, 2 * hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        gate, value = self.up(x).chunk(2, -1)
        return self.down(F.silu(gate) * value)


class PlainBlock(nn.Module):
    """One layer, with a row of shifts, scales and gates for every token."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = (nn.RMSNorm(width, elementwise_affine=False) for _ in range(2))
        self.attention = PlainAttention(width, heads)
        self.feed_forward = PlainFeedForward(width)
        self.table = nn.Parameter(torch.zeros(6, width))

    def forward(self, x: Tensor, modulation: Tensor, angles: Tensor, mask: Tensor) -> Tensor:
        shift1, scale1, gate1, shift2, scale2, gate2 = (modulation + self.table).unbind(-2)
        x = x + gate1 * self.attention(self.norm1(x) * (1 + scale1) + shift1, angles, mask)
        return x + gate2 * self.feed_forward(self.norm2(x) * (1 + scale2) + shift2)


class PlainSigma(nn.Module):
    """The noise level as waves, through two layers."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(128, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, sigma: Tensor) -> Tensor:
        angles = sigma[..., None] * torch.exp(torch.linspace(0, math.log(300.0), 64))
        return self.mlp(torch.cat([angles.cos(), angles.sin()], -1))


class PlainTransformer(nn.Module):
    """The same network as `tianmu.model.transformer`, from torch's modules alone; the same weights load."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        width, channels = config.width, config.channels * config.patch**2
        self.words = nn.Embedding(config.num_words, width)
        self.text_blocks = nn.ModuleList(PlainBlock(width, config.heads) for _ in range(config.text_depth))
        self.inward: nn.Module = nn.Linear(channels, width)
        if config.bottleneck:
            self.inward = nn.Sequential(nn.Linear(channels, config.bottleneck), nn.Linear(config.bottleneck, width))
        self.place = nn.Linear(16, width)
        self.sigma = PlainSigma(width)
        self.modulation = nn.Linear(width, 6 * width)
        self.blocks = nn.ModuleList(PlainBlock(width, config.heads) for _ in range(config.depth))
        self.norm = nn.RMSNorm(width)
        self.outward = nn.Linear(width, channels)

    def forward(self, noisy: Tensor, sigma: Tensor, text: Tensor) -> Tensor:
        """Latents [b c s h w], noise levels [b s] and word ids [b t] to clean latents."""
        batch, channels, slabs, height, width = noisy.shape
        p, head = self.config.patch, self.config.width // self.config.heads
        rows, cols, count = height // p, width // p, text.shape[1]
        present = (text != 0)[:, None, None]

        words = self.words(text)
        still = self.modulation(F.silu(self.sigma(torch.zeros(batch, count)))).unflatten(-1, (6, -1))
        order = angles_of(torch.arange(count).float()[:, None], head)
        for block in self.text_blocks:
            words = block(words, still, order, present)

        patches = noisy.view(batch, channels, slabs, rows, p, cols, p).permute(0, 2, 3, 5, 1, 4, 6)
        patches = patches.reshape(batch, slabs * rows * cols, channels * p * p)
        y, x = torch.arange(rows) - (rows - 1) / 2, torch.arange(cols) - (cols - 1) / 2
        grid = torch.stack(torch.meshgrid(y, x, indexing="ij"), -1).flatten(0, 1)
        waves = grid[..., None] / rows * torch.pi * 2.0 ** torch.arange(4)
        position = torch.cat([waves.sin(), waves.cos()], -1).flatten(1).repeat(slabs, 1)
        tokens = torch.cat([words, self.inward(patches) + self.place(position)], 1)

        time = torch.arange(slabs).repeat_interleave(rows * cols).float()[:, None]
        places = torch.cat([torch.zeros(count, 3), torch.cat([time, grid.repeat(slabs, 1)], 1)])
        angles = angles_of(places, head)
        levels = torch.cat([torch.zeros(batch, count), sigma.repeat_interleave(rows * cols, 1)], 1)
        modulation = self.modulation(F.silu(self.sigma(levels))).unflatten(-1, (6, -1))
        mask = torch.cat([present, torch.ones(batch, 1, 1, patches.shape[1], dtype=torch.bool)], -1)
        for block in self.blocks:
            tokens = block(tokens, modulation, angles, mask)
        out = self.outward(self.norm(tokens[:, count:])).view(batch, slabs, rows, cols, channels, p, p)
        rest = out.permute(0, 4, 1, 2, 5, 3, 6).reshape(noisy.shape)
        if self.config.predicts == "clean":
            return rest
        level = sigma[:, None, :, None, None]
        power = (1 - level) ** 2 + level**2
        return (1 - level) / power * noisy + level / power.sqrt() * rest


def angles_of(places: Tensor, head: int) -> Tensor:
    """Rotary angles [n head/2] of tokens at places [n axes]."""
    axes, pairs = places.shape[1], head // 2
    shares = [pairs // axes + (1 if axis >= axes - pairs % axes else 0) for axis in range(axes)]
    return torch.cat(
        [
            places[:, axis, None] * 100.0 ** -(torch.arange(share) / share) * (math.pi / 4)
            for axis, share in enumerate(shares)
        ],
        -1,
    )


def turned(x: Tensor, angles: Tensor) -> Tensor:
    """Every pair of a head, turned by its token's angle."""
    left, right = x.chunk(2, -1)
    cos, sin = angles.cos(), angles.sin()
    return torch.cat([left * cos - right * sin, right * cos + left * sin], -1)


def plain_copy(network: Transformer, tolerance: float = 1e-3) -> PlainTransformer:
    """The plain network with these weights; stops when it does not give the same latents."""
    plain = PlainTransformer(network.config).eval().requires_grad_(False)
    plain.load_state_dict(network.state_dict())
    generator = torch.Generator().manual_seed(0)
    noisy = torch.randn(2, network.config.channels, 4, 8, 12, generator=generator)
    sigma = torch.rand(2, 4, generator=generator)
    text = torch.tensor([[3, 4, 5, 6], [4, 5, 0, 0]])
    with torch.inference_mode():
        error = float((plain(noisy, sigma, text) - network(noisy, sigma, text)).abs().max())
    if not error < tolerance:
        raise SystemExit(f"The plain network differs from the model by {error:.1e}: they are not the same network.")
    print(f"plain network: the same weights, latents equal within {error:.1e}")
    return plain


@torch.inference_mode()
def reference_shot(model: NativeModel, plain: PlainTransformer, caption: str, seed: int, size: Sequence[int]) -> Tensor:
    """A clip [3 f h w] as a textbook makes it: Euler's method, in each step a pass with the words and one without."""
    height, width = size
    text, nothing = model.tokenizer.encode([caption]), model.tokenizer.encode([""])
    shape = (1, model.codec.config.channels, CLIP_FRAMES // 4, height // 8, width // 8)
    noisy = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
    levels = schedule(REFERENCE_STEPS, float(model.info.get("shift", 1.0)))
    scale = float(model.info["guidance"])
    for here, there in pairwise(levels):
        sigma = here.expand(1, shape[2])
        without = plain(noisy, sigma, nothing)
        clean = without + scale * (plain(noisy, sigma, text) - without)
        noisy = noisy + (there - here) * (noisy - clean) / here
    return model.codec.decode(noisy).clamp(-1, 1)[0]


def against_reference(model: NativeModel, clips: int) -> None:
    """The default path against the reference: time of a shot, and what the probe reads in the same scenes."""
    plain, probe = plain_copy(model.transformer), load_probe(subjects=tuple(model.info["cast"]))
    size = model.info["sizes"]["16:9"]
    rng = random.Random(0)
    scenes = [draw_scene(rng, tuple(model.info["cast"]) or tuple(cast()), crowd=0) for _ in range(clips)]

    def default(caption: str, seed: int) -> Tensor:
        frames = generate(
            caption, num_frames=CLIP_FRAMES, height=size[0], width=size[1], seed=seed, model=model, upscale=False
        )
        return torch.from_numpy(frames).permute(3, 0, 1, 2) / 127.5 - 1

    def reference(caption: str, seed: int) -> Tensor:
        return reference_shot(model, plain, caption, seed, size)

    accuracy: dict[str, float] = {}
    seconds: dict[str, float] = {}
    sides: dict[str, Callable[[str, int], Tensor]] = {"default": default, "reference": reference}
    network, steps, guidance, sampler = choose(model, None, None, None)
    kind = "distilled" if network is model.distilled else "whole"
    print(f"default path: the {kind} transformer, {steps} steps of {sampler}, guidance {guidance:g}")
    print(f"reference: {REFERENCE_STEPS} steps of euler, guidance {model.info['guidance']:g}; {clips} clips each")
    for name, make in sides.items():
        make(PROMPT, 0)  # the first is slower on both sides
        right, spent = dict.fromkeys(ISSUE_FACTS, 0), []
        for seed, scene in enumerate(scenes):
            began = time.perf_counter()
            clip = make(long_caption(scene), seed)
            spent.append(time.perf_counter() - began)
            facts = probe.read(look(clip[None]))[0][0]
            for fact in ISSUE_FACTS:
                right[fact] += facts[fact] == fact_of(scene, fact)
        accuracy[name] = sum(right.values()) / clips / len(ISSUE_FACTS)
        seconds[name] = statistics.median(spent)
        told = "  ".join(f"{fact} {right[fact] / clips:.2f}" for fact in ISSUE_FACTS)
        print(f"  {name:9}  {told_time(spent)}   probe accuracy {accuracy[name]:.3f}   {told}")
    ratio, gap = seconds["reference"] / seconds["default"], accuracy["default"] - accuracy["reference"]
    held = "yes" if ratio >= 5 and gap >= -0.03 else "no"
    print(f"  {ratio:.1f} times faster, accuracy {gap:+.3f}   (wanted: 5 times at no more than 0.03 less: {held})")


def command(arguments: Sequence[str], runs: int) -> tuple[list[float], float]:
    """Wall seconds of `tianmu ...` in processes of their own, and the largest peak memory in MB."""
    spent, peak = [], 0.0
    for run in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            whole = [part.replace("@", str(Path(folder) / f"{run}.mp4")) for part in arguments]
            began = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, "-m", "tianmu", *whole], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
            _, status, usage = os.wait4(process.pid, 0)
            spent.append(time.perf_counter() - began)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                said = process.stderr.read().decode() if process.stderr else ""
                raise SystemExit(f"`tianmu {' '.join(whole)}` ended with {process.returncode}: {said}")
            if process.stderr:
                process.stderr.close()
        unit = 1024**2 if sys.platform == "darwin" else 1024
        peak = max(peak, usage.ru_maxrss / unit)
    return spent, peak


def told_time(spent: Sequence[float]) -> str:
    """Median, and the fastest and the slowest."""
    return f"{statistics.median(spent):6.2f} s ({min(spent):.2f} to {max(spent):.2f})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="how long a shot takes")
    parser.add_argument("--runs", type=int, default=5, help="of each command (default: 5)")
    parser.add_argument("--clips", type=int, default=48, help="for the probe, a side (default: 48)")
    parser.add_argument("--only", choices=("commands", "reference"))
    arguments = parser.parse_args()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"{platform.machine()}, {cores} cores, Python {platform.python_version()}, torch {torch.__version__}")
    if arguments.only != "reference":
        shot = ["shot", PROMPT, "-o", "@", "--seed", "1"]
        commands = {
            "4 s shot, native size and rate": [*shot, "--no-upscale", "--no-interpolate", "--fps", "8"],
            "4 s shot, as the command is typed": shot,
            "tianmu --help": ["--help"],
            "HD animatic, 1280 x 720, 10 s": [*shot, "--engine", "animatic", "--size", "1280x720", "--seconds", "10"],
        }
        print(f"whole commands from cold, median of {arguments.runs} runs (fastest to slowest), peak memory")
        for name, parts in commands.items():
            spent, peak = command(parts, arguments.runs)
            print(f"  {name:34} {told_time(spent)}   {peak:5.0f} MB")
    if arguments.only != "commands":
        try:
            model = load_model()
        except TianmuError as error:
            raise SystemExit(str(error)) from error
        against_reference(model, arguments.clips)


if __name__ == "__main__":
    main()
