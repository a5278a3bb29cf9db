"""What review, label, watermark, metadata, signature and record cost: the command against the same shot without them.

    python benchmarks/governance.py --runs 5

Both run as processes of their own, one after the other in turn, so that what disturbs one disturbs the other. The bare
one reads the same command line, asks the same engine for the same request and writes the same frames into the same
format; nothing is reviewed, marked, signed or recorded. Goal: all of it together under 15 % of a shot's time. What
`tianmu inspect` takes stands beside it.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

PROMPT = "a red fox walks across a snowfield at dusk, slow pan left"
BARE = """
import sys
from fractions import Fraction
from pathlib import Path
from tianmu.cli.parser import build_parser
build_parser().parse_args(sys.argv[5:])
from tianmu.engines.protocol import plan_request
from tianmu.engines.registry import get_engine, require
from tianmu.film.shot import Shot, parse_size
from tianmu.media.digest import FrameDigest
from tianmu.media.video import write_video
name, seconds, size, output = sys.argv[1:5]
engine = get_engine(name)
shot = Shot(prompt=%r, seconds=Fraction(seconds), pixels=parse_size(size) if size else None)
request = plan_request(shot, engine.capabilities, seed=1)
require(engine, request)
footage, digest = engine.generate(request, lambda fraction, what, preview=None: None), FrameDigest()
def frames():
    for chunk in footage.chunks:
        for frame in chunk:
            digest.update(frame)
            yield frame
write_video(Path(output), frames(), footage.fps)
"""
CASES = (("native", "4", "", "native, 4 s, its own size"), ("animatic", "10", "1280x720", "animatic, 10 s, 1280 x 720"))


def run(command: list[str], home: Path) -> float:
    """Seconds that a command takes, as a process."""
    started = time.perf_counter()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, check=True, capture_output=True, env={**environment, "TIANMU_HOME": str(home)})
    return time.perf_counter() - started


def main() -> None:
    """Print one row a case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; {runs} runs each\n")
    print("| shot | bare, s | whole command, s | share | inspect, s |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for engine, seconds, size, name in CASES:
            whole: list[float] = []
            bare: list[float] = []
            shot = [sys.executable, "-m", "tianmu", "shot", PROMPT, "--engine", engine, "--seconds", seconds]
            shot += [*(["--size", size] if size else []), "--seed", "1", "--overwrite", "-o", str(place / "whole.mp4")]
            plain = [sys.executable, "-c", BARE % PROMPT, engine, seconds, size, str(place / "bare.mp4"), *shot[3:]]
            for number in range(runs + 1):  # the first of each makes the keys and warms the disk's cache
                times = run(plain, place / "home"), run(shot, place / "home")
                if number:
                    bare.append(times[0])
                    whole.append(times[1])
            read = [run([sys.executable, "-m", "tianmu", "inspect", shot[-1]], place / "home") for _ in range(runs)]
            low, high = median(bare), median(whole)
            spread = f"{high:.2f} ({min(whole):.2f} to {max(whole):.2f})"
            plainly = f"{low:.2f} ({min(bare):.2f} to {max(bare):.2f})"
            print(f"| {name} | {plainly} | {spread} | {high / low - 1:+.1%} | {median(read):.2f} |")


if __name__ == "__main__":
    main()
