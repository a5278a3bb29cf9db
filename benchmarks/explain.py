"""Whether the maps of `tianmu explain` can be believed: is the phrase that a map names for a region of the film the
one whose removal changes that region most?

    python benchmarks/explain.py [--prompts 24] [--write]

Two lists of scenes are drawn at random, each with a fixed seed: on the first the maps' weights are fitted (which step
and block counts how much, and each kind of phrase), on the second they are tested. Every phrase of a caption is left
out once, with the same noise. A region is a patch of a slab that changes by 4 of 255 without some phrase. `--write`
keeps the fit, its share and the weights' digest in the package, where the page of `tianmu explain` reads it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch
from numpy.typing import NDArray

from tianmu.engines.native import NativeEngine
from tianmu.engines.protocol import ShotRequest
from tianmu.model.generate import native_model, native_size
from tianmu.studio.explain.attribution import LEAST_CHANGE, change_maps
from tianmu.studio.explain.phrases import Phrase, phrases_of
from tianmu.studio.render import silent
from tianmu.world.captions import long_caption
from tianmu.world.scene import ACTIONS, CAMERAS, DIRECTIONS, FRAMINGS, LOOKS, SETTINGS, TIMES, WEATHERS, Actor, Scene

DEV, TEST = 1000, 9000
KINDS = ("subject", "action", "direction", "relation", "setting", "time", "weather", "framing", "camera", "look")
LENS = Path(__file__).parents[1] / "src/tianmu/studio/explain/lens.json"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One prompt: what each measure says, and what leaving out says; p phrases, n regions."""

    facts: tuple[str, ...]
    took: NDArray[np.float32]
    """`[steps * blocks, p, n]`."""
    knocked: NDArray[np.float32]
    """`[steps, p, n]`."""
    changes: NDArray[np.float32]
    """`[p, n]`."""
    shape: tuple[int, int]
    """Steps and blocks."""


def draw_scenes(cast: Sequence[str], seed: int, count: int) -> list[Scene]:
    """Scenes with any facts of the world; half of the looks are natural, a quarter has two actors."""
    draw = random.Random(seed)
    scenes: list[Scene] = []
    for number in range(count):
        actors = tuple(
            Actor(subject=draw.choice(cast), action=draw.choice(ACTIONS), direction=draw.choice(DIRECTIONS))
            for _ in range(draw.choice([1, 1, 1, 2]))
        )
        scenes.append(
            Scene(
                setting=draw.choice(SETTINGS),
                time=draw.choice(TIMES),
                weather=draw.choice(WEATHERS),
                camera=draw.choice(CAMERAS),
                look=draw.choice(LOOKS) if draw.random() < 0.5 else "natural",
                framing=draw.choice(FRAMINGS),
                actors=actors,
                seed=number,
            )
        )
    return scenes


def open_scene(engine: NativeEngine, scene: Scene, seed: int) -> Case:
    """Four seconds of a scene at the network's own size, opened."""
    height, width = native_size("16:9")
    request = ShotRequest(
        prompt=long_caption(scene), verbatim=True, num_frames=32, fps=Fraction(8), width=width, height=height, seed=seed
    )
    phrases: tuple[Phrase, ...] = phrases_of(request.prompt, asdict(scene))
    insight = engine.explain(request, lambda caption, facts: [phrase.places for phrase in phrases], silent)
    took = np.stack([insight.took[:, :, list(phrase.places)].sum(2) for phrase in phrases], 2)  # (t, b, p, s, r, c)
    count = len(phrases)
    return Case(
        facts=tuple(phrase.fact for phrase in phrases),
        took=took.reshape(took.shape[0] * took.shape[1], count, -1),
        knocked=insight.knocked.reshape(len(insight.knocked), count, -1),
        changes=change_maps(insight).reshape(count, -1),
        shape=took.shape[:2],
    )


def fit(cases: Sequence[Case], measure: str, steps: int = 250) -> tuple[NDArray[np.float32], dict[str, float]]:
    """Weights of the measure's parts and gains of the kinds, so that the phrase that is named is the right one.

    Softmax regression on the logarithm of the weighed sum; the gains are held near 1.
    """
    torch.manual_seed(0)
    seen = [torch.tensor(getattr(case, measure)) for case in cases]
    scale = torch.stack([one.mean((1, 2)) for one in seen]).mean(0)
    seen = [one / scale[:, None, None] for one in seen]
    kinds = [torch.tensor([KINDS.index(fact) for fact in case.facts]) for case in cases]
    changes = [torch.tensor(case.changes) for case in cases]
    weights = torch.zeros(len(scale), requires_grad=True)
    gains = torch.zeros(len(KINDS), requires_grad=True)
    sharpness = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.Adam([weights, gains, sharpness], lr=0.05)
    for _ in range(steps):
        losses = [1e-3 * (gains**2).sum()]
        for one, kind, change in zip(seen, kinds, changes, strict=True):
            asked = change.max(0).values >= LEAST_CHANGE
            if asked.any():
                weighed = torch.einsum("f,fpn->pn", torch.softmax(weights, 0), one).clamp_min(1e-6)
                score = (weighed.log() + gains[kind][:, None]) * sharpness.exp() * 3
                right = change.argmax(0)[asked]
                losses.append(torch.nn.functional.cross_entropy(score[:, asked].T, right) / len(cases))
        loss = torch.stack(losses).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    found = (torch.softmax(weights, 0) / scale).detach().numpy()
    return found, dict(zip(KINDS, gains.detach().exp().tolist(), strict=True))


def measure_share(cases: Sequence[Case], measure: str, weights: Any, gains: dict[str, float]) -> tuple[float, int]:
    """The share of regions for which the map names the right phrase, and how many regions were asked."""
    right = asked = 0
    for case in cases:
        map_ = np.einsum("f,fpn->pn", weights, getattr(case, measure))
        map_ *= np.array([gains.get(fact, 1.0) for fact in case.facts])[:, None]
        ask = case.changes.max(0) >= LEAST_CHANGE
        right += int((map_.argmax(0) == case.changes.argmax(0))[ask].sum())
        asked += int(ask.sum())
    return right / max(asked, 1), asked


def constant_share(cases: Sequence[Case]) -> float:
    """What naming one phrase a take everywhere would reach, if it were the best one."""
    right = asked = 0
    for case in cases:
        ask = case.changes.max(0) >= LEAST_CHANGE
        if ask.any():
            right += int(np.bincount(case.changes.argmax(0)[ask]).max())
            asked += int(ask.sum())
    return right / max(asked, 1)


def report(dev: Sequence[Case], test: Sequence[Case], digest: str) -> dict[str, Any]:
    """Print the table, and give what is kept."""
    kept: dict[str, Any] = {"digest": digest, "prompts": len(test), "constant": round(constant_share(test), 4)}
    print(f"{'':28}  dev   test")
    print(f"{'one phrase everywhere (best)':28}  {constant_share(dev):.3f} {kept['constant']:.3f}")
    for name, measure in (("attention", "took"), ("knocked", "knocked")):
        even = np.full(len(getattr(dev[0], measure)), 1.0)
        weights, gains = fit(dev, measure)
        for label, used in ((f"{name}, all alike", (even, {})), (f"{name}, fitted", (weights, gains))):
            shares = [measure_share(cases, measure, *used) for cases in (dev, test)]
            print(f"{label:28}  {shares[0][0]:.3f} {shares[1][0]:.3f}   of {shares[1][1]} regions")
        grid = weights.reshape(dev[0].shape) if measure == "took" else weights
        print(np.round(grid / grid.sum(), 2))
        share, kept["regions"] = measure_share(test, measure, weights, gains)
        kept[name] = {
            "measure": measure,
            "weights": [[float(f"{w:.4g}") for w in row] for row in grid]
            if measure == "took"
            else [float(f"{w:.4g}") for w in grid],
            "gains": {kind: round(gain, 3) for kind, gain in gains.items()},
            "share": round(share, 4),
        }
    return kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=int, default=24, help="of each list")
    parser.add_argument("--write", action="store_true", help="keep the fit in the package")
    arguments = parser.parse_args()
    engine, model = NativeEngine(), native_model()
    print(f"{platform.machine()}, torch {torch.__version__}, {torch.get_num_threads()} thread(s)")
    started = time.process_time()
    dev, test = (
        [
            open_scene(engine, scene, seed + number)
            for number, scene in enumerate(draw_scenes(model.info["cast"], seed, arguments.prompts))
        ]
        for seed in (DEV, TEST)
    )
    print(f"{(time.process_time() - started) / (2 * arguments.prompts):.1f} s of processor a prompt")
    kept = report(dev, test, model.digest)
    if arguments.write:
        LENS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
