"""How long a minute of 1280 x 720 film takes to cut, against decoding and encoding alone, and how much memory.

    python benchmarks/cut.py [--runs 3] [--minutes 30]

1. Four takes are made with the animatic engine, seven seconds each.
2. A minute of film out of them, written as an mp4, each way in a process of its own, one after the other in every run:
   `floor` decodes the same frames and encodes them, and knows no cuts; `plain` is cut_frames with hard cuts; `full` has
   a dissolve at every cut, a 3D look on every clip, a lower third on every other one, a title and rolling credits.
   `frames` is `full` without the encoder.
3. A film of thirty minutes in pieces of two seconds, with dissolves and looks, frame by frame without the encoder.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np

from tianmu.film.cut import Clip, Cut, Gap, Item, Join, Title, TitleLine, Track
from tianmu.media.decoders import decoded_frames
from tianmu.media.image import Frame
from tianmu.media.video import write_video
from tianmu.studio.edit import cut_frames

WIDTH, HEIGHT, FPS = 1280, 720, Fraction(24)
TAKE_SECONDS, HANDLE = 7, 12
PROMPTS = (
    "a fox walks across a snowfield at dusk, slow pan left",
    "a detective stands in a street at night in the rain",
    "a red car drives along a beach, the camera follows",
    "two children dance in a park in the morning",
)
AVAILABLE = TAKE_SECONDS * 24
CASES = ("floor", "plain", "full", "frames")


def cut_of(clip_frames: int, num_clips: int, *, full: bool) -> Cut:
    """A cut of so many clips, and with titles, dissolves and looks where it is `full`."""
    clips = [
        Clip(
            slate=str(index + 1),
            take=f"take{index % 4}",
            film=str(index % 4),
            start=HANDLE + 7 * (index % 3),
            num_frames=clip_frames,
            available=AVAILABLE,
            look=str(index % 2) if full else None,
        )
        for index in range(num_clips)
    ]
    if not full:
        return _cut(Track(name="V1", items=tuple(clips)))
    title = Title(lines=(TitleLine(text="The Lighthouse 灯塔", role="title"),), num_frames=48)
    names = tuple(TitleLine(text=f"Part {index}\tName {index}") for index in range(40))
    ending = Title(lines=(TitleLine(text="Cast 演员", role="heading"), *names), num_frames=240, style="credits")
    joins = tuple(Join(at=at, style="dissolve", num_frames=12) for at in range(1, len(clips) + 2))
    over: list[Item] = [Gap(num_frames=48)]
    for index, clip in enumerate(clips):
        name = Title(
            lines=(TitleLine(text=f"Speaker {index}"), TitleLine(text="灯塔看守人")),
            num_frames=clip.num_frames,
            style="lower_third",
        )
        over.append(name if index % 2 else Gap(num_frames=clip.num_frames))
    return _cut(
        Track(name="V1", items=(title, *clips, ending), joins=joins),
        Track(name="V2", items=tuple(over)),
    )


def _cut(*tracks: Track) -> Cut:
    return Cut(name="benchmark", fps=FPS, width=WIDTH, height=HEIGHT, tracks=tracks)


def floor_frames(cut: Cut, folder: Path) -> Iterator[Frame]:
    """As many frames, decoded from the beginnings of the same takes."""
    for item in cut.tracks[0].items:
        assert isinstance(item, Clip)
        yield from islice(decoded_frames(folder / f"{item.film}.mp4"), item.num_frames)


def run_case(case: str, folder: Path, minutes: int) -> None:
    """One case, in the process that it has for itself; prints a line of JSON."""
    cut = cut_of(120, 10, full=True) if case in ("full", "frames") else cut_of(120, 12, full=False)
    if case == "film":
        cut = cut_of(48, minutes * 30, full=True)
    frames = (
        floor_frames(cut, folder)
        if case == "floor"
        else cut_frames(cut, lambda digest: folder / f"{digest}.mp4", lambda digest: folder / f"{digest}.cube")
    )
    began, cpu = time.perf_counter(), time.process_time()
    if case in ("frames", "film"):
        count = sum(1 for _ in frames)
    else:
        count = write_video(folder / f"{case}.mp4", frames, FPS).num_frames
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(json.dumps({"frames": count, "wall": wall, "cpu": cpu}))


def measure(case: str, folder: Path, minutes: int) -> dict[str, float]:
    """Run a case in a process of its own: frames, seconds per minute of film by the clock and of CPU, peak MB."""
    command = [sys.executable, __file__, "--case", case, "--folder", str(folder), "--minutes", str(minutes)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.read()
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{case} ended with {process.returncode}")
    found = json.loads(said)
    per_minute = 60 * float(FPS) / found["frames"]
    peak = usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    return {
        "frames": found["frames"],
        "wall": found["wall"] * per_minute,
        "cpu": found["cpu"] * per_minute,
        "peak": peak,
    }


def make_takes(folder: Path) -> None:
    """Four takes and two looks of 33 points."""
    for index, prompt in enumerate(PROMPTS):
        shot = [sys.executable, "-m", "tianmu", "shot", prompt, "--engine", "animatic", "--seed", str(index)]
        size = ["--size", f"{WIDTH}x{HEIGHT}", "--seconds", str(TAKE_SECONDS), "--fps", str(FPS)]
        subprocess.run([*shot, *size, "-o", str(folder / f"{index}.mp4")], check=True, stdout=subprocess.DEVNULL)
    line = np.linspace(0, 1, 33)
    for index, warm in enumerate((0.06, -0.06)):
        rows = [
            f"{red + warm * red * (1 - red):.6f} {green:.6f} {blue - warm * blue * (1 - blue):.6f}"
            for blue in line
            for green in line
            for red in line
        ]
        (folder / f"{index}.cube").write_text("\n".join(["LUT_3D_SIZE 33", *rows, ""]), encoding="utf-8")


def told(found: Sequence[dict[str, float]], what: str) -> str:
    """Median, and the least and the most."""
    values = [one[what] for one in found]
    return f"{statistics.median(values):6.1f} ({min(values):.1f} to {max(values):.1f})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="how long a film takes to cut")
    parser.add_argument("--runs", type=int, default=3, help="of each case (default: 3)")
    parser.add_argument("--minutes", type=int, default=30, help="of the long film; 0 leaves it out (default: 30)")
    parser.add_argument("--case", choices=(*CASES, "film"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.case:
        run_case(arguments.case, arguments.folder, arguments.minutes)
        return
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"{platform.machine()}, {cores} cores, Python {platform.python_version()}; {WIDTH} x {HEIGHT} at {FPS}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_takes(folder)
        found: dict[str, list[dict[str, float]]] = {case: [] for case in CASES}
        for _ in range(arguments.runs):
            for case in CASES:
                found[case].append(measure(case, folder, arguments.minutes))
        print(f"a minute of film, median of {arguments.runs} runs (least to most)")
        for case in CASES:
            ratio = statistics.median(
                one["cpu"] / floor["cpu"] for one, floor in zip(found[case], found["floor"], strict=True)
            )
            print(
                f"  {case:7} {told(found[case], 'wall')} s by the clock  {told(found[case], 'cpu')} s of CPU  "
                f"{ratio:.2f} of the floor  {told(found[case], 'peak')} MB"
            )
        if arguments.minutes:
            film = measure("film", folder, arguments.minutes)
            print(
                f"  {film['frames'] / 1440:.1f} minutes in pieces of 2 s: {film['wall']:.1f} s by the clock and "
                f"{film['cpu']:.1f} s of CPU a minute of film; peak {film['peak']:.0f} MB (wanted: under 1024)"
            )


if __name__ == "__main__":
    main()
