"""How long a screenplay of 300 pages takes to break down, cast and plan by rules.

    python benchmarks/planning.py [--runs 5]

The screenplay is made by a fixed seed: 200 scenes with 18 speeches each and action between them (3,600 speeches; at
55 lines a page some 300 pages), half of it in English and half in Chinese. Reading the file is measured in
benchmarks/screenplay.py; no prompt is parsed here, as none is when a film is planned. One run before is not counted:
it builds the vocabulary.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import time
from itertools import pairwise

os.environ.setdefault("OMP_NUM_THREADS", "1")

from tianmu.film.screenplay import Action, Element, Heading, Line, Screenplay, ScriptScene, Speech
from tianmu.studio.planner import break_down, cast_assets, plan_shots

SCENES, SPEECHES = 200, 18
STEPS = ("break down", "cast", "plan", "all")
NAMES = (
    ["MARA", "TOM", "ATLAS", "JUNE", "OTTO", "RITA", "SAUL", "VERA", "IVAN", "NELL"],
    ["老周", "阿铁", "小红", "林夏", "陈默", "何苗", "许晴", "大刚", "方圆", "秋白"],
)
PLACES = (
    ("LIGHTHOUSE", "CAFE", "BEACH", "KITCHEN", "STREET", "FOREST"),
    ("灯塔", "咖啡馆", "海边", "厨房", "街道", "树林"),
)
WORDS = ("I never", "wanted", "to come back here", "but the light", "kept calling", "every night", "until dawn")
PHRASES = ("我从来没想过要回来，", "可是那盏灯每天夜里都亮着。", "你听见海浪了吗？", "走吧，", "天快亮了。")


def screenplay() -> Screenplay:
    """The same 300 pages every time."""
    rng = random.Random(3)
    return Screenplay(scenes=tuple(_scene(rng, number) for number in range(1, SCENES + 1)))


def _scene(rng: random.Random, number: int) -> ScriptScene:
    chinese = number % 2
    who = rng.sample(NAMES[chinese], 3)
    place = rng.choice(PLACES[chinese])
    elements: list[Element] = []
    for index in range(SPEECHES):
        if index % 3 == 0:
            told = (
                f"{who[0]}拿着灯笼走到窗前。{who[1]}回头看着大海。远处传来雷声。"
                if chinese
                else f"{who[0].title()} walks to the window with a lantern. {who[1].title()} looks back at the sea and "
                "waits. Thunder rolls over the roofs."
            )
            elements.append(Action(text=told))
        elements.append(Speech(character=rng.choice(who), lines=(Line(text=_said(rng, chinese)),)))
    interior = rng.choice(("INT", "EXT"))
    heading = Heading(text=f"{interior}. {place} - DAY", interior=interior, place=place, time="DAY")
    return ScriptScene(number=str(number), heading=heading, elements=tuple(elements))


def _said(rng: random.Random, chinese: int) -> str:
    if chinese:
        return "".join(rng.choice(PHRASES) for _ in range(rng.randint(1, 5)))
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(2, 28))) + "."


def _clocks() -> tuple[float, float]:
    """Seconds by the clock and of CPU; on a machine that others share, the second is the fairer."""
    return time.perf_counter(), time.process_time()


def _spread(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):5.2f} s ({min(seconds):.2f} to {max(seconds):.2f})"


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description="Time the planning of 300 pages.")
    parser.add_argument("--runs", type=int, default=5)
    runs: int = parser.parse_args().runs
    script = screenplay()
    wall: dict[str, list[float]] = {name: [] for name in STEPS}
    cpu: dict[str, list[float]] = {name: [] for name in STEPS}
    count = 0
    for run in range(runs + 1):
        marks = [_clocks()]
        breakdown = break_down(script)
        marks.append(_clocks())
        assets, _ = cast_assets(script, breakdown)
        marks.append(_clocks())
        count = len(plan_shots(script, assets).shots)
        marks.append(_clocks())
        if run:
            spans = [*pairwise(marks), (marks[0], marks[-1])]
            for name, (before, after) in zip(STEPS, spans, strict=True):
                wall[name].append(after[0] - before[0])
                cpu[name].append(after[1] - before[1])
    print(f"{SCENES} scenes, {SCENES * SPEECHES} speeches -> {count} shots; median of {runs} runs (least to most)")
    for name in STEPS:
        print(f"{name:>12}  {_spread(wall[name])} by the clock, {_spread(cpu[name])} of CPU")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, one thread")


if __name__ == "__main__":
    main()
