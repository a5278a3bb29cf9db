"""How many cuts of a film `tianmu pace` finds in its pictures, and how fast it watches.

    python benchmarks/pace.py [SCREENPLAY ...]

Each screenplay (those of examples/ by default) is made into a film by the animatic engine, 160 x 90 at 12 frames a
second, in a home of its own; the cuts of its edit are compared with those that are found in the finished file. A fade
counts as found within its length.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from fractions import Fraction
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from tianmu.film.cut import Cut
from tianmu.studio.film import make_film
from tianmu.studio.importers import read_screenplay
from tianmu.studio.pace import Rhythm, measure_file, measure_project
from tianmu.studio.plan import plan_film
from tianmu.studio.store import Store
from tianmu.studio.takes import FilmSettings

EXAMPLES = Path(__file__).parents[1] / "examples"
SETTINGS = FilmSettings(engine="animatic", pixels=(160, 90), fps=Fraction(12), sound=False, subtitles=False)


def compare(known: Rhythm, found: Rhythm, cut: Cut) -> tuple[int, int, int]:
    """Cuts of the edit, how many of them were found, and how many were found that are none."""
    fades = {
        known.pieces[join.at].first: join.num_frames
        for track in cut.tracks
        for join in track.joins
        if join.style == "fade" and 0 < join.at < len(known.pieces)
    }
    left = [piece.first for piece in found.pieces[1:]]
    hits = 0
    for piece in known.pieces[1:]:
        near = [frame for frame in left if abs(frame - piece.first) <= fades.get(piece.first, 0)]
        if near:
            hits += 1
            left.remove(min(near, key=lambda frame: abs(frame - piece.first)))
    return len(known.pieces) - 1, hits, len(left)


def main() -> None:
    """Make, find, count."""
    parser = argparse.ArgumentParser()
    parser.add_argument("screenplays", type=Path, nargs="*", default=sorted(EXAMPLES.glob("*.fountain")))
    arguments = parser.parse_args()
    print(f"{platform.machine()}, Python {platform.python_version()}\n")
    print(f"{'film':<20}{'cuts':>6}{'found':>7}{'false':>7}{'frames/s':>10}")
    total = [0, 0, 0]
    with tempfile.TemporaryDirectory() as home, Store.open(Path(home)) as store:
        for script in arguments.screenplays:
            project = store.create_project(script.stem)
            film = Path(home) / f"{script.stem}.mp4"
            made = make_film(plan_film(read_screenplay(script), project, SETTINGS), project, SETTINGS, film)
            started = time.perf_counter()
            found = measure_file(film)
            taken = time.perf_counter() - started
            counts = compare(measure_project(project), found, made.cut)
            total = [a + b for a, b in zip(total, counts, strict=True)]
            print(f"{script.stem:<20}{counts[0]:>6}{counts[1]:>7}{counts[2]:>7}{found.num_frames / taken:>10.0f}")
    print(f"{'all':<20}{total[0]:>6}{total[1]:>7}{total[2]:>7}")


if __name__ == "__main__":
    main()
