"""Evaluation: how good a checkpoint is, measured without any downloaded network.

Every number of a generated clip stands beside the same number of a render, because the instruments (probe.py,
tracker.py) err too, and because a render is the best that a model of this world can do.

    <out>/scores.json   table.md   table.txt   sheet.png   model-card.md
"""

from __future__ import annotations

import json
import os
import platform
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from tianmu.core.errors import InputError
from tianmu.core.files import whole_file, writing
from tianmu.media.image import write_png
from tianmu.model.codec import SLAB
from tianmu.model.generate import choose, generate
from tianmu.model.weights import NativeModel, load_model
from tianmu.training.card import model_card
from tianmu.training.data import NATIVE_FPS, draw_scene, is_held_out
from tianmu.training.latents import CLIP_FRAMES
from tianmu.training.measures import fit_bounce, fit_fall, flicker, frechet_distance, median, sameness, sharpness
from tianmu.training.probe import FACTS, Probe, fact_of, load_probe, look
from tianmu.training.report import captioned_sheet, table
from tianmu.training.tracker import Track, Tracker, follow, load_tracker
from tianmu.world.captions import long_caption
from tianmu.world.render import render_clip
from tianmu.world.scene import ACTIONS, CAMERAS, DIRECTIONS, LOOKS, SETTINGS, TIMES, Actor, Scene, cast

Progress = Callable[[float, str], None]
SCHEMA = 1
FPS = int(NATIVE_FPS)
_HOLDS_STILL = ("stands", "bounces", "turns", "spins", "jumps")
"""What can go on for a minute without leaving the stage."""


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A model, the instruments and the way in which clips are made: all that a measure needs."""

    model: NativeModel
    probe: Probe
    tracker: Tracker
    height: int
    width: int
    num_frames: int
    steps: int | None
    guidance: float | None
    seed: int
    spent: list[float]
    """Seconds of every generated clip of `num_frames` frames."""

    def generated(self, scene: Scene, number: int, num_frames: int | None = None) -> Float[Tensor, "3 f h w"]:
        """What the model makes of the scene's canonical caption, in [-1, 1]."""
        began = time.perf_counter()
        frames = generate(
            long_caption(scene),
            num_frames=num_frames or self.num_frames,
            height=self.height,
            width=self.width,
            seed=random.Random(f"{self.seed}/clip/{number}").getrandbits(32),
            model=self.model,
            num_steps=self.steps,
            guidance_scale=self.guidance,
            upscale=False,
        )
        if num_frames is None:
            self.spent.append(time.perf_counter() - began)
        return torch.from_numpy(frames).permute(3, 0, 1, 2).float() / 127.5 - 1

    def rendered(self, scene: Scene, num_frames: int | None = None) -> Float[Tensor, "3 f h w"]:
        """What the world draws of the scene."""
        count = num_frames or self.num_frames
        return render_clip(scene, num_frames=count, fps=float(FPS), height=self.height, width=self.width)

    def cover(self, clip: Float[Tensor, "3 f h w"]) -> Float[Tensor, "f y x"]:
        """Where the tracker finds the actor."""
        return self.tracker.cover(clip)

    def track(self, clip: Float[Tensor, "3 f h w"]) -> Track:
        """The actor's centre and size."""
        return follow(self.cover(clip), clip.shape[3] / clip.shape[2])


def evaluate(
    checkpoint: Path | None,
    out: Path,
    *,
    clips: int = 128,
    seed: int = 0,
    steps: int | None = None,
    guidance: float | None = None,
    num_frames: int = CLIP_FRAMES,
    take_seconds: int = 20,
    probe: Path | None = None,
    tracker: Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Measure a checkpoint (None: the weights that ship) on `clips` clips, half of them of held-out combinations.

    1. probe accuracy on trained and on held-out combinations; Frechet distance; permanence
    2. physics: falls and bounces          3. flicker where nothing moves
    4. drift along takes of `take_seconds` 5. a contact sheet of fixed prompts

    Writes scores.json, table.md, table.txt, sheet.png and model-card.md into `out`, and returns the scores. Raises
    CheckpointError when the weights, the probe or the tracker cannot be used, InputError for sizes that cannot be.
    """
    if clips < 4 or num_frames < 16 or num_frames % SLAB or take_seconds * FPS < num_frames:
        raise InputError(
            f"An evaluation needs at least 4 clips, shots of 16 frames or more in fours, and takes no shorter than a "
            f"shot, but {clips} clips, {num_frames} frames and {take_seconds} s came."
        )
    model = load_model(checkpoint)
    subjects = tuple(model.info["cast"]) or tuple(cast())
    height, width = model.info["sizes"].get("16:9") or next(iter(model.info["sizes"].values()))
    bench = Bench(
        model=model,
        probe=load_probe(probe, subjects),
        tracker=load_tracker(tracker),
        height=height,
        width=width,
        num_frames=num_frames,
        steps=steps,
        guidance=guidance,
        seed=seed,
        spent=[],
    )
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
    say = progress or (lambda part, what: None)
    few = max(2, clips // 16)
    scores = _head(bench, clips, take_seconds)
    scores |= _clips(bench, subjects, clips // 2, lambda part: say(0.65 * part, "clips"))
    scores["physics"] = _physics(bench, subjects, few, lambda part: say(0.65 + 0.13 * part, "physics"))
    scores["flicker"] = _flicker(bench, subjects, few, lambda part: say(0.78 + 0.06 * part, "flicker"))
    takes = max(2, clips // 40)
    scores["drift"] = _drift(bench, subjects, takes, take_seconds, lambda part: say(0.84 + 0.1 * part, "long takes"))
    scenes = fixed_scenes(subjects)
    shots = [bench.generated(scene, 7000 + i) for i, scene in enumerate(scenes)]
    say(0.99, "contact sheet")
    scores["seconds_per_clip"] = median(bench.spent)
    write_png(out / "sheet.png", captioned_sheet(shots, [long_caption(scene) for scene in scenes]))
    texts = {
        "scores.json": json.dumps(scores, indent=1, ensure_ascii=False) + "\n",
        "table.md": table(scores, markdown=True),
        "table.txt": table(scores, markdown=False),
        "model-card.md": model_card(scores),
    }
    for name, text in texts.items():
        with whole_file(out / name) as part:
            part.write_text(text, "utf-8")
    say(1.0, "done")
    return scores


def fixed_scenes(subjects: Sequence[str], count: int = len(ACTIONS)) -> list[Scene]:
    """The scenes of the contact sheet: every action and every set once or more, the cast from end to end."""
    scenes = []
    for i in range(count):
        actor = Actor(
            subject=subjects[i * len(subjects) // count % len(subjects)],
            action=ACTIONS[i % len(ACTIONS)],
            direction=DIRECTIONS[i % 2],
        )
        camera = CAMERAS[(i // 2) % len(CAMERAS)] if i % 2 else "static"
        chosen = LOOKS[(i // 5) % len(LOOKS)] if i % 5 == 4 else "natural"
        setting, hour = SETTINGS[i * 3 % len(SETTINGS)], TIMES[i % len(TIMES)]
        scenes.append(Scene(setting=setting, time=hour, camera=camera, look=chosen, actors=(actor,), seed=i))
    return scenes


def _head(bench: Bench, clips: int, take_seconds: int) -> dict[str, Any]:
    from tianmu import __version__

    network, steps, guidance, sampler = choose(bench.model, bench.steps, bench.guidance, None)
    info = bench.model.info
    return {
        "schema": SCHEMA,
        "tianmu": __version__,
        "model": {
            "name": info.get("name", "native"),
            "digest": bench.model.digest,
            "parameters": sum(p.numel() for p in network.parameters()),
            "codec_parameters": sum(p.numel() for p in bench.model.codec.parameters()),
            "info": info,
        },
        "settings": {
            "clips": clips,
            "seed": bench.seed,
            "frames": bench.num_frames,
            "height": bench.height,
            "width": bench.width,
            "steps": steps,
            "guidance": guidance,
            "sampler": sampler,
            "distilled": network is bench.model.distilled,
            "take_seconds": take_seconds,
        },
        "machine": {
            "processor": platform.processor() or platform.machine(),
            "cores": os.cpu_count(),
            "threads": torch.get_num_threads(),
            "torch": torch.__version__,
        },
    }


def _clips(bench: Bench, subjects: Sequence[str], count: int, say: Callable[[float], None]) -> dict[str, Any]:
    """Accuracy on both sides of the split, the Frechet distance and permanence, all from the same clips."""
    accuracy: dict[str, Any] = {}
    features: dict[str, list[Tensor]] = {"generated": [], "renders": [], "others": []}
    kept: dict[str, list[float]] = {"generated": [], "renders": []}
    seen: dict[str, list[float]] = {"generated": [], "renders": []}
    for turn, side in enumerate(("trained", "held_out")):
        rng = random.Random(f"{bench.seed}/{side}")
        right = {kind: dict.fromkeys(FACTS, 0) for kind in ("generated", "renders")}
        for i in range(count):
            scene = draw_scene(rng, subjects, held_out=side == "held_out", crowd=0)
            made = {"generated": bench.generated(scene, count * turn + i), "renders": bench.rendered(scene)}
            for kind, clip in made.items():
                facts, vectors = bench.probe.read(look(clip[None]))
                features[kind].append(vectors)
                for fact in FACTS:
                    right[kind][fact] += facts[0][fact] == fact_of(scene, fact)
                cover = bench.cover(clip)
                seen[kind].append(float(follow(cover, bench.width / bench.height).seen.float().mean()))
                alike = sameness(clip, _enlarged(cover, clip))
                if alike is not None:
                    kept[kind].append(alike)
            other = draw_scene(rng, subjects, held_out=side == "held_out", crowd=0)
            features["others"].append(bench.probe.read(look(bench.rendered(other)[None]))[1])
            say((turn + (i + 1) / count) / 2)
        accuracy[side] = {
            fact: _ratio(right["generated"][fact] / count, right["renders"][fact] / count) for fact in FACTS
        }
    sets = {kind: torch.cat(rows) for kind, rows in features.items()}
    return {
        "accuracy": accuracy,
        "frechet": {
            "generated": frechet_distance(sets["generated"], sets["others"]),
            "floor": frechet_distance(sets["renders"], sets["others"]),
            "samples": 2 * count,
        },
        "permanence": {
            kind: {"sameness": median(kept[kind]), "seen": sum(seen[kind]) / len(seen[kind]), "clips": len(kept[kind])}
            for kind in kept
        },
    }


def _physics(bench: Bench, subjects: Sequence[str], count: int, say: Callable[[float], None]) -> dict[str, Any]:
    """Falls and bounces before a camera that stands still, where a frame height on the stage is one on the screen."""
    result: dict[str, Any] = {}
    for turn, action in enumerate(("falls", "bounces")):
        found: dict[str, list[Any]] = {"generated": [], "renders": []}
        for i, scene in enumerate(_plain_scenes(bench, subjects, count, (action,))):
            made = {"generated": bench.generated(scene, 3000 + 500 * turn + i), "renders": bench.rendered(scene)}
            for kind, clip in made.items():
                track = bench.track(clip)
                found[kind].append((fit_fall if turn == 0 else fit_bounce)(track.y, FPS, track.seen))
            say((turn + (i + 1) / count) / 2)
        names = ("gravity", "fit") if turn == 0 else ("period", "height", "fit", "rebound")
        result[action] = {
            kind: {
                **{name: median([getattr(fit, name) for fit in fits if fit is not None]) for name in names},
                "found": sum(fit is not None for fit in fits),
                "of": len(fits),
            }
            for kind, fits in found.items()
        }
    return result


def _flicker(
    bench: Bench, subjects: Sequence[str], count: int, say: Callable[[float], None]
) -> dict[str, float | None]:
    """Change from frame to frame around an actor that stands, before a camera that stands still."""
    found: dict[str, list[float]] = {"generated": [], "renders": []}
    for i, scene in enumerate(_plain_scenes(bench, subjects, count, ("stands",))):
        made = {"generated": bench.generated(scene, 4000 + i), "renders": bench.rendered(scene)}
        for kind, clip in made.items():
            around = F.max_pool2d(bench.cover(clip).amax(0)[None, None], 5, 1, 2)[0]
            still = 1 - _enlarged(around, clip)[0].clamp(0, 1)
            found[kind].append(flicker(clip, (still > 0.8).float()))
        say((i + 1) / count)
    return {kind: median(values) for kind, values in found.items()}


def _drift(
    bench: Bench, subjects: Sequence[str], count: int, seconds: int, say: Callable[[float], None]
) -> dict[str, Any]:
    """What is left of the prompt, and of the picture's detail, along long takes: one row a second."""
    window, total = bench.num_frames, seconds * FPS
    starts = range(0, total - window + 1, FPS)
    told = ("subject", "setting", "time", "look")
    rows: dict[str, list[dict[str, float]]] = {
        kind: [dict.fromkeys((*told, "sharpness"), 0.0) for _ in starts] for kind in ("generated", "renders")
    }
    for i, scene in enumerate(_plain_scenes(bench, subjects, count, _HOLDS_STILL)):
        made = {"generated": bench.generated(scene, 5000 + i, total), "renders": bench.rendered(scene, total)}
        for kind, take in made.items():
            first = max(sharpness(take[:, :FPS]), 1e-6)
            for row, start in zip(rows[kind], starts, strict=True):
                clip = take[:, start : start + window]
                facts = bench.probe.read(look(clip[None]))[0][0]
                for fact in told:
                    row[fact] += (facts[fact] == fact_of(scene, fact)) / count
                row["sharpness"] += sharpness(clip) / first / count
        say((i + 1) / count)
    return {"seconds": [start // FPS for start in starts], "takes": count, **rows}


def _plain_scenes(bench: Bench, subjects: Sequence[str], count: int, actions: Sequence[str]) -> list[Scene]:
    """Trained combinations with one of these actions, seen plainly: nothing moves but the actor."""
    rng = random.Random(f"{bench.seed}/plain/{'/'.join(actions)}")
    scenes: list[Scene] = []
    while len(scenes) < count:
        scene = draw_scene(rng, subjects, crowd=0)
        actor = replace(scene.actors[0], action=rng.choice(actions))
        plain = {"weather": "clear", "camera": "static", "look": "natural", "framing": "medium"}
        scene = replace(scene, actors=(actor,), **plain)
        if not is_held_out(scene):
            scenes.append(scene)
    return scenes


def _enlarged(cover: Float[Tensor, "f y x"], clip: Float[Tensor, "3 f h w"]) -> Float[Tensor, "f h w"]:
    return F.interpolate(cover[:, None], size=clip.shape[-2:], mode="nearest")[:, 0]


def _ratio(generated: float, renders: float) -> dict[str, float]:
    return {"generated": generated, "renders": renders, "ratio": generated / renders if renders else 0.0}
