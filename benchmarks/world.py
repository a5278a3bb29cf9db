"""How fast the world is drawn: training clips, and an HD animatic with its encoding.

Clips are timed as training draws them, each from its scene to [-1, 1] floats, planes and sprites already painted; the
animatic is timed from the scene to the finished file, painting included, for a common shot and for the most costly one.

    python benchmarks/world.py
"""

from __future__ import annotations

import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import cv2
import torch

from tianmu.media.video import write_video
from tianmu.world.render import render_batch, render_frames
from tianmu.world.scene import ACTIONS, CAMERAS, LOOKS, SETTINGS, TIMES, WEATHERS, Actor, Scene, cast

RUNS = 5
BATCH = 16
FPS, SECONDS, WIDTH, HEIGHT = 24, 10, 1280, 720
PROMPT = "a red fox walks across a snowfield at dusk, slow pan left"
SHOTS = {
    "static, clear": Scene(setting="snowfield", time="dusk", actors=(Actor(subject="fox", action="walks"),)),
    "pan, clear": Scene(
        setting="snowfield", time="dusk", camera="pan_left", actors=(Actor(subject="fox", action="walks"),)
    ),
    "push in, rain, 3 actors": Scene(
        setting="city",
        time="night",
        weather="rain",
        camera="push_in",
        actors=tuple(Actor(subject=key, action="runs") for key in ("fox", "dog", "horse")),
    ),
}


def scenes(count: int) -> list[Scene]:
    """Scenes of every kind, the same in every run."""
    rng = random.Random(1)
    return [
        Scene(
            setting=rng.choice(SETTINGS),
            time=rng.choice(TIMES),
            weather=rng.choice(WEATHERS),
            camera=rng.choice(CAMERAS),
            look=rng.choice(LOOKS),
            actors=(Actor(subject=rng.choice(list(cast())), action=rng.choice(ACTIONS)),),
            seed=rng.randrange(1000),
        )
        for _ in range(count)
    ]


def clips(run: int) -> None:
    """Draw the batch once."""
    del run
    batch = render_batch(scenes(BATCH), num_frames=32, fps=8, height=128, width=128)
    assert batch.shape == (BATCH, 3, 32, 128, 128), batch.shape


def animatic(scene: Scene, path: Path, *, encoded: bool) -> None:
    """Draw one shot and write it."""
    chunks = render_frames(scene, num_frames=FPS * SECONDS, fps=FPS, height=HEIGHT, width=WIDTH)
    frames = (frame for chunk in chunks for frame in chunk)
    drawn = write_video(path, frames, Fraction(FPS)).num_frames if encoded else sum(1 for _ in frames)
    assert drawn == FPS * SECONDS, drawn


def command(folder: Path) -> None:
    """The whole command in a process of its own."""
    words = ["shot", PROMPT, "--engine", "animatic", "--seconds", str(SECONDS), "--size", f"{WIDTH}x{HEIGHT}"]
    words += ["--fps", str(FPS), "--overwrite", "--json", "-o", str(folder / "command.mp4")]
    subprocess.run([sys.executable, "-m", "tianmu", *words], check=True, stdout=subprocess.DEVNULL)


@dataclass(frozen=True)
class Taken:
    """What each run took, in seconds: on the clock, and of all cores together."""

    wall: list[float]
    cpu: list[float]


def seconds(work: Callable[[int], None], *, warm: bool) -> Taken:
    """Time every run; `warm` leaves a first one out."""
    if warm:
        work(0)
    taken = Taken([], [])
    for run in range(RUNS):
        start, busy = time.perf_counter(), sum(os.times()[:4])
        work(run)
        taken.wall.append(time.perf_counter() - start)
        taken.cpu.append(sum(os.times()[:4]) - busy)
    return taken


def line(name: str, taken: Taken, amount: float, unit: str, wanted: str) -> None:
    """Print one row: seconds as median (least to most), CPU seconds, and what the median is in a second."""
    median = statistics.median(taken.wall)
    spread = f"{median:6.2f} ({min(taken.wall):.2f} to {max(taken.wall):.2f})"
    rate = f"{amount / median:7.1f} {unit}"
    cpu = statistics.median(taken.cpu)
    print(f"| {name:45} | {len(taken.wall):4} | {spread:24} | {cpu:5.2f} | {rate:16} | {wanted:19} |", flush=True)


def main() -> None:
    """Print the machine and the table."""
    torch.set_num_threads(os.cpu_count() or 1)
    load = f", load {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else ""
    print(
        f"The world: {BATCH} clips of 32 x 128 x 128, and {SECONDS} s of {WIDTH} x {HEIGHT} at {FPS} frames a second."
    )
    print(
        f"Machine: {platform.machine()}, {os.cpu_count()} cores{load}; Python {platform.python_version()}, "
        f"torch {torch.__version__} ({torch.get_num_threads()} threads), OpenCV {cv2.__version__}"
    )
    print(f"| {'what':45} | runs | {'seconds, median (range)':24} | {'CPU s':5} | {'a second':16} | {'wanted':19} |")
    print(f"|{'-' * 47}|{'-' * 6}|{'-' * 26}|{'-' * 7}|{'-' * 18}|{'-' * 21}|")
    line("training clips", seconds(clips, warm=True), BATCH, "clips", "25 clips a second")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shot.mp4"
        for name, scene in SHOTS.items():
            for encoded in (False, True):

                def work(run: int, scene: Scene = scene, encoded: bool = encoded) -> None:
                    animatic(replace(scene, seed=run), path, encoded=encoded)  # another seed is painted anew

                what = "drawn and encoded" if encoded else "drawn"
                wanted = "less than 10 s" if encoded else ""
                line(f"HD {name}, {what}", seconds(work, warm=False), FPS * SECONDS, "frames", wanted)
        whole = seconds(lambda run: command(Path(folder)), warm=False)
        line("HD pan, clear, whole command", whole, FPS * SECONDS, "frames", "less than 10 s")


if __name__ == "__main__":
    main()
