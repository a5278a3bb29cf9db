"""How often the registry of protected works is wrong: own works taken for copies, and copies that pass.

    python benchmarks/protected.py [--scenes N]

Pictures: N different scenes of the animated stage, each against all others (none is a copy), and altered copies of
some. Texts: the example scripts and texts and the pages of docs/, each against all others of another title, and
passages of several lengths taken out of each and set among other words. It prints how many pairs were minded.
"""

from __future__ import annotations

import argparse
import random
from itertools import combinations
from pathlib import Path

import numpy as np

from tianmu.governance.passages import COPIED, passages, shared, tokens
from tianmu.governance.registry import PART
from tianmu.governance.similarity import MATCH, Fingerprint, distance, fingerprint, loose_distance
from tianmu.media.image import Frame
from tianmu.world.hd import render_frames
from tianmu.world.scene import ACTIONS, CAMERAS, FRAMINGS, SETTINGS, TIMES, WEATHERS, Actor, Scene, cast

ROOT = Path(__file__).parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the registry of protected works.")
    parser.add_argument("--scenes", type=int, default=60)
    arguments = parser.parse_args()
    pictures(arguments.scenes)
    texts()


def pictures(num_scenes: int) -> None:
    """Pairs of different scenes, and altered copies."""
    clips = [drawn(seed) for seed in range(num_scenes)]
    seen = [fingerprint(clip) for clip in clips]
    pairs = list(combinations(seen, 2))
    whole = sum(distance(a, b) <= MATCH for a, b in pairs)
    part = sum(distance(a, b) > MATCH and loose_distance(a, b) <= PART for a, b in pairs)
    print(f"different scenes: {len(pairs)} pairs, {whole} minded as the same, {part} more as a part")
    for name, size, x in (
        ("as it is", 1.0, 0.0),
        ("middle 0.9", 0.9, 0.5),
        ("corner 0.9", 0.9, 0.1),
        ("corner 0.8", 0.8, 0.1),
    ):
        copies = [fingerprint([cropped(frame, size, x) for frame in clip]) for clip in clips[:20]]
        print(f"copies, {name:10}: {sum(map(minded, seen, copies))} of {len(copies)} found")


def minded(a: Fingerprint, b: Fingerprint) -> bool:
    return distance(a, b) <= MATCH or loose_distance(a, b) <= PART


def texts() -> None:
    """Pairs of different texts, and passages taken out of them."""
    paths = [*ROOT.glob("examples/*.fountain"), *ROOT.glob("examples/texts/*.txt"), *ROOT.glob("docs/*.md")]
    read = {path.name: path.read_text("utf-8") for path in sorted(paths)}
    kept = {name: passages(text) for name, text in read.items()}
    pairs = [(a, b) for a, b in combinations(kept, 2) if a.split(".")[0] != b.split(".")[0]]
    counts = sorted(((shared(kept[a], kept[b]), a, b) for a, b in pairs), reverse=True)
    wrong = sum(count >= COPIED for count, _, _ in counts)
    print(f"different texts: {len(pairs)} pairs of {len(kept)}, {wrong} minded; most shared: {counts[:3]}")
    chance = random.Random(0)
    for length in (15, 20, 28, 40, 60, 100):
        found = tried = 0
        for name, text in read.items():
            words = tokens(text)
            for _ in range(20):
                if len(words) <= length:
                    continue
                at = chance.randrange(len(words) - length)
                around = [f"o{chance.randrange(10**9)}" for _ in range(100)]
                taken = " ".join([*around, *words[at : at + length], *around])
                found += shared(passages(taken), kept[name]) >= COPIED
                tried += 1
        print(f"passages of {length:3} words or characters: {found} of {tried} found")


def cropped(frame: Frame, size: float, x: float) -> Frame:
    height, width = frame.shape[:2]
    high, wide = int(height * size), int(width * size)
    top, left = round((height - high) * x), round((width - wide) * x)
    return np.ascontiguousarray(frame[top : top + high, left : left + wide])


def drawn(seed: int) -> list[Frame]:
    """Three frames of some scene, 320 x 180."""
    chance = random.Random(seed)
    scene = Scene(
        setting=chance.choice(SETTINGS),
        time=chance.choice(TIMES),
        weather=chance.choice(WEATHERS),
        camera=chance.choice(CAMERAS),
        framing=chance.choice(FRAMINGS),
        actors=tuple(
            Actor(subject=each, action=chance.choice(ACTIONS))
            for each in chance.sample(sorted(cast()), chance.choice([0, 1, 1, 2]))
        ),
        seed=seed,
    )
    return [frame for chunk in render_frames(scene, num_frames=3, fps=2.0, width=320, height=180) for frame in chunk]


if __name__ == "__main__":
    main()
