"""What the review of frames costs, and what it says of ordinary shots.

Each detector alone and the whole over 10 s of 1280 x 720 at 24 frames a second; then its share of a shot of each engine
that draws or makes pictures; then the scores of nakedness, faces and text in ten ordinary shots of each, and notes.

    python benchmarks/frames.py [--quick]
"""

from __future__ import annotations

import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from tianmu.engines.protocol import ShotRequest, plan_request
from tianmu.engines.registry import get_engine
from tianmu.film.shot import Shot
from tianmu.governance.review.frames import (
    FaceFinder,
    FlashFinder,
    FrameReview,
    LetteringFinder,
    NudityFinder,
    StillnessFinder,
)
from tianmu.governance.review.frames.lettering import LEAST as SURE_OF_TEXT
from tianmu.governance.review.frames.picture import Picture, reduce
from tianmu.media.video import read_video
from tianmu.studio.screening import Screening

FPS = Fraction(24)
SECONDS = 10
RUNS = 3
PROMPTS = (
    "a red fox walks across a snowfield at dusk, slow pan left",
    "an astronaut stands on the moon",
    "a lighthouse in a storm over the sea",
    "a woman reads a letter by a candle at night",
    "a blue car drives through a desert, tracking shot",
    "一只白鹤飞过湖面，清晨薄雾",
    "a lamp in an empty room",
    "a robot dances on a stage",
    "a ghost in a dark forest, static shot",
    "two children fly a kite on a windy beach",
)


def frames_720p() -> Iterator[Picture]:
    """A landscape of noise that a camera pans over, so that every frame is new and has detail."""
    wide = np.random.default_rng(1).integers(0, 256, (90, 260, 3), np.uint8).repeat(8, 0).repeat(8, 1)
    for index in range(int(SECONDS * FPS)):
        yield np.ascontiguousarray(wide[:, index * 3 : index * 3 + 1280])


def timed(work: Callable[[], object]) -> float:
    """Seconds of one core, the median of some runs after one that loads; what else runs here is not counted."""
    work()
    taken: list[float] = []
    for _ in range(RUNS):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return statistics.median(taken)


def cost() -> None:
    """The table of detectors."""
    frames = list(frames_720p())
    small = [reduce(frame) for frame in frames]
    count = len(frames)
    flashes, stillness = FlashFinder(FPS), StillnessFinder(FPS)

    def every(add: Callable[[int, Picture], None]) -> Callable[[], object]:
        return lambda: [add(index, picture) for index, picture in enumerate(small)]

    def whole(*finders: NudityFinder | FaceFinder | LetteringFinder) -> Callable[[], object]:
        def work() -> object:
            review = FrameReview(count, FPS, finders)
            for index, frame in enumerate(frames):
                review.add(index, frame)
            return review.findings()

        return work

    rows = [
        ("the small picture", timed(lambda: [reduce(frame) for frame in frames]) / count, count),
        ("flashes", timed(every(flashes.add)) / count, count),
        ("black and frozen", timed(every(stillness.add)) / count, count),
        ("nakedness", timed(lambda: NudityFinder().look(frames[0])), SECONDS),
        ("faces", timed(lambda: FaceFinder().look(frames[0])), SECONDS),
        ("text", timed(lambda: LetteringFinder().look(frames[0])), LetteringFinder.most_looks),
    ]
    print(f"10 s of 1280x720 at 24 fps, {count} frames; CPU time, median of {RUNS} runs, {platform.machine()}")
    print(f"{'':24}{'ms each':>10}{'times':>8}{'s a shot':>10}")
    for name, each, times in rows:
        print(f"{name:24}{each * 1000:>10.2f}{times:>8}{each * times:>10.2f}")
    print(f"{'all but text':24}{'':>18}{timed(whole(NudityFinder(), FaceFinder())):>10.2f}")
    print(f"{'all of it':24}{'':>18}{timed(whole(NudityFinder(), FaceFinder(), LetteringFinder())):>10.2f}")


def share(engine_name: str, folder: Path) -> None:
    """How much of a shot's time the review takes: seconds within `Screening`, of a whole `render_take`."""
    from tianmu.studio.render import render_take

    spent = [0.0]
    see = Screening.see

    def counted(self: Screening, index: int, frame: Picture) -> None:
        started = time.perf_counter()
        see(self, index, frame)
        spent[0] += time.perf_counter() - started

    request = plan(engine_name, PROMPTS[0], 0, seconds=5)
    Screening.see = counted
    try:
        render_take(request, engine_name, folder / f"warm-{engine_name}.mp4", format="mp4", leave=None)
        spent[0], started = 0.0, time.perf_counter()
        render_take(request, engine_name, folder / f"{engine_name}.mp4", format="mp4", leave=None)
        taken = time.perf_counter() - started
    finally:
        Screening.see = see
    size = f"{request.width}x{request.height}"
    print(f"{engine_name:10}{size:>10}, 5 s: {taken:6.2f} s, of which review {spent[0]:.2f} s, {spent[0] / taken:.1%}")


def plan(engine_name: str, prompt: str, seed: int, seconds: int) -> ShotRequest:
    """What is asked of an engine at its own size."""
    wanted = Shot(prompt=prompt, seconds=Fraction(seconds))
    return plan_request(wanted, get_engine(engine_name).capabilities, seed=seed)


def ordinary(engine_name: str, folder: Path) -> None:
    """The highest score of each finder in ordinary shots, and the notes of the rules in force."""
    from tianmu.studio.render import render_take

    print(f"\n{engine_name}: the highest scores in three frames of a shot, and notes of rules")
    finders = (NudityFinder(), FaceFinder(), LetteringFinder())
    for number, prompt in enumerate(PROMPTS):
        path = folder / f"{engine_name}-{number}.mp4"
        take = render_take(plan(engine_name, prompt, number, 3), engine_name, path, format="mp4", leave=None)
        frames = [frame for index, frame in enumerate(read_video(path)[1]) if index % 24 == 12]
        best = [max(finder.look(frame).score for frame in frames) for finder in finders]
        notes = [note for note in take.recipe.notes if note.startswith(("Rule", "规则"))]
        found = sorted({finding["category"] for finding in take.recipe.verdict["findings"]})
        text = "text" if best[2] >= SURE_OF_TEXT else "no text"
        scores = f"nakedness {best[0]:.2f}  face {best[1]:.2f}  {text}"
        print(f"  {scores}  found {found or '-'}  notes {notes or '-'}  {prompt}")


def main() -> None:
    """Print it all."""
    cost()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for engine_name in ("animatic", "native"):
            share(engine_name, folder)
        if "--quick" not in sys.argv:
            for engine_name in ("animatic", "native"):
                ordinary(engine_name, folder)


if __name__ == "__main__":
    main()
