"""What the vectors behind the diversity scores can tell apart, and how long the scores of a film take.

    python benchmarks/diversity.py [--scenes 120]

Scenes of the animated stage are drawn at random. Of each, one fact is changed (another set, another hour, ...), and
for comparison none but the seed, which lays out hills and clouds anew. The share of pairs in the right order, where the
changed one is farther than the one with another seed, says whether a vector sees that fact: 0.5 is chance, 1 always.
Words do not know of seeds; for them the distance itself is printed.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import time
from dataclasses import replace
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

from tianmu.governance.diversity import PICTURE_WIDTH, TEXT_WIDTH, alike, conditional, describe_picture, vendi
from tianmu.world.captions import long_caption
from tianmu.world.embedding import embed
from tianmu.world.hd import render_frames
from tianmu.world.scene import ACTIONS, CAMERAS, FRAMINGS, LOOKS, SETTINGS, TIMES, WEATHERS, Actor, Scene, cast

VOCABULARY: dict[str, tuple[str, ...]] = {
    "setting": SETTINGS,
    "time": TIMES,
    "weather": WEATHERS,
    "look": LOOKS,
    "framing": FRAMINGS,
    "camera": CAMERAS,
    "subject": tuple(sorted(cast())[:40]),
    "action": ACTIONS,
}
Vectors = NDArray[np.float32]


def draw_scene(draw: random.Random, seed: int) -> Scene:
    """A scene of one actor with any facts of the world."""
    facts: dict[str, Any] = {fact: draw.choice(words) for fact, words in VOCABULARY.items()}
    actor = Actor(subject=facts.pop("subject"), action=facts.pop("action"), direction=draw.choice(("left", "right")))
    return Scene(**facts, actors=(actor,), seed=seed)


def changed(scene: Scene, fact: str, draw: random.Random) -> Scene:
    """The same scene with another word for one fact, and another seed."""
    if fact in ("subject", "action"):
        actor = scene.actors[0]
        other = draw.choice([word for word in VOCABULARY[fact] if word != getattr(actor, fact)])
        return replace(scene, actors=(replace(actor, **{fact: other}),), seed=scene.seed + 1)
    others = [word for word in VOCABULARY[fact] if word != getattr(scene, fact)]
    return replace(scene, seed=scene.seed + 1, **{fact: draw.choice(others)})


def picture_of(scene: Scene) -> NDArray[np.uint8]:
    """The frame in the middle of a shot of a second, 160 x 90."""
    frames = [frame for chunk in render_frames(scene, num_frames=9, fps=8.0, width=160, height=90) for frame in chunk]
    return np.asarray(frames[len(frames) // 2], np.uint8)


def separation(near: NDArray[np.float64], far: NDArray[np.float64]) -> float:
    """The share of pairs (one of each) in which `near` is less than `far`; ties count half."""
    near = np.sort(near)
    below = np.searchsorted(near, far, side="left") + np.searchsorted(near, far, side="right")
    return float(below.sum() / (2 * len(near) * len(far)))


def apart(a: Vectors, b: Vectors) -> NDArray[np.float64]:
    """The distance of each row to the same row."""
    return np.linalg.norm(a.astype(np.float64) - b, axis=1)


def seen(scenes: list[Scene]) -> Vectors:
    """Their pictures as vectors."""
    return np.stack([describe_picture(picture_of(scene)) for scene in scenes])


def said(scenes: list[Scene]) -> Vectors:
    """Their captions as vectors."""
    return embed([long_caption(scene) for scene in scenes])


def main() -> None:
    """Draw, change, compare, time."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenes", type=int, default=120)
    arguments = parser.parse_args()
    draw = random.Random(7)
    scenes = [draw_scene(draw, 10 * number) for number in range(arguments.scenes)]
    pictures, words = seen(scenes), said(scenes)
    near = apart(pictures, seen([replace(scene, seed=scene.seed + 1) for scene in scenes]))
    print(f"{len(scenes)} scenes; {platform.machine()}, Python {platform.python_version()}\n")
    print(f"{'changed':<22}{'pictures: seen':>16}{'distance':>10}{'alike':>8}{'words: distance':>18}{'alike':>8}")

    def line(what: str, share: str, far: NDArray[np.float64], read: NDArray[np.float64]) -> None:
        picture, prompt = float(np.median(far)), float(np.median(read))
        print(
            f"{what:<22}{share:>16}{picture:>10.3f}{np.exp(-(picture**2) / 2 / PICTURE_WIDTH**2):>8.2f}"
            f"{prompt:>18.3f}{np.exp(-(prompt**2) / 2 / TEXT_WIDTH**2):>8.2f}"
        )

    line("nothing but the seed", "", near, np.zeros(1))
    for fact in VOCABULARY:
        others = [changed(scene, fact, draw) for scene in scenes]
        far = apart(pictures, seen(others))
        line(f"the {fact}", f"{separation(near, far):.3f}", far, apart(words, said(others)))
    rolled = np.roll(np.arange(len(scenes)), 1)
    far = apart(pictures, pictures[rolled])
    line("everything", f"{separation(near, far):.3f}", far, apart(words, words[rolled]))
    timed(scenes)


def timed(scenes: list[Scene]) -> None:
    """How long a film of sixty shots takes once its frames are there."""
    frames, prompts = [picture_of(scene) for scene in scenes[:60]], [long_caption(scene) for scene in scenes[:60]]
    begun = time.perf_counter()
    pictures = np.stack([describe_picture(frame) for frame in frames])
    looked = time.perf_counter()
    words = embed(prompts)
    read = time.perf_counter()
    matrix = alike(pictures, PICTURE_WIDTH)
    given = conditional(matrix, alike(words, TEXT_WIDTH))
    done = time.perf_counter()
    print(
        f"\n{len(frames)} shots: Vendi of pictures {vendi(matrix):.1f}, of prompts {given.prompts:.1f}\n"
        f"pictures {1000 * (looked - begun):.0f} ms, prompts {1000 * (read - looked):.0f} ms, scores "
        f"{1000 * (done - read):.1f} ms"
    )


if __name__ == "__main__":
    main()
