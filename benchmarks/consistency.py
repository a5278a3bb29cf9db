"""Whether a character stays the same over a film: what the probe reads in each of twelve shots of one character.

    python benchmarks/consistency.py [--engines animatic,native] [--characters fox,robot]

For every character a screenplay of twelve shots of it alone, in changing places and light, is made into a film by the
studio. For every take two questions: which sprite its recipe says was drawn, and which subject the probe (the
evaluation's, `training/probe.py`) reads in the pictures. The shares are of the twelve.
"""

from __future__ import annotations

import argparse
import platform
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import torch

from tianmu.film.shot import Shot
from tianmu.media.video import read_video
from tianmu.studio.film import make_film
from tianmu.studio.plan import plan_film
from tianmu.studio.recipe import Recipe
from tianmu.studio.store import Project, Store
from tianmu.studio.takes import FilmSettings
from tianmu.training.probe import Probe, load_probe, look
from tianmu.training.recipe import MICRO_CAST
from tianmu.world.scene import cast

NUM_SHOTS = 12
PLACES = ("SNOWFIELD - DAWN", "MEADOW - DAY", "DESERT - DUSK", "BEACH - NIGHT")
ACTIONS = ("walks.", "stands.", "jumps.", "runs.", "turns around.")


def script(subject: str) -> str:
    """Scenes of one character, without a word spoken."""
    noun = cast()[subject].en
    scenes = [f"EXT. {place}\n\nONE, a {noun}, {ACTIONS[0]}\n" for place in PLACES[:1]]
    scenes += [f"EXT. {place}\n" for place in PLACES[1:]]
    return "\n".join(
        scene + "".join(f"\nOne {ACTIONS[(number + beat) % len(ACTIONS)]}\n" for beat in range(3))
        for number, scene in enumerate(scenes)
    )


def read_subjects(probe: Probe, project: Project, shots: list[tuple[Shot, Recipe, str]]) -> list[str]:
    """What the probe reads in each take."""
    found: list[str] = []
    for _, _, film in shots:
        info, frames = read_video(project.media.path(film))
        every = np.stack(list(frames))
        picked = every[np.linspace(0, info.num_frames - 1, 32).round().astype(int)]
        video = torch.from_numpy(picked).permute(3, 0, 1, 2)[None].float() / 127.5 - 1
        found.append(probe.read(look(video))[0][0]["subject"])
    return found


def measure(engine: str, subject: str, probe: Probe) -> tuple[int, int, int, int]:
    """Shots, and of those: drawn with the character's sprite, read as it, read as the subject read most often."""
    settings = FilmSettings(engine=engine, handles=0)
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "home") as store:
        path = Path(folder) / "one.fountain"
        path.write_text(script(subject), "utf-8")
        project = store.ensure_project("one")
        result = make_film(plan_film(path, project, settings), project, settings, Path(folder) / "one.mp4")
        shots = [
            (each.shot, Recipe.from_json(project.media.read(each.take.recipe).decode()), each.take.film)
            for each in result.filmed
            if each.shot.performers
        ][:NUM_SHOTS]
        drawn = sum(recipe.understood["scene"]["actors"][0]["subject"] == subject for _, recipe, _ in shots)
        read = read_subjects(probe, project, shots)
    most = Counter(read).most_common(1)[0][1]
    return len(shots), drawn, sum(word == subject for word in read), most


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Whether a character stays the same over a film.")
    parser.add_argument("--engines", default="animatic,native")
    parser.add_argument("--characters", default="fox,robot,penguin")
    chosen = parser.parse_args()
    probe = load_probe(subjects=MICRO_CAST)
    print(f"{platform.machine()}, Python {platform.python_version()}, torch {torch.__version__}")
    print(f"{'engine':10} {'character':12} {'shots':>6} {'sprite':>8} {'read as it':>11} {'read alike':>11}")
    for engine in chosen.engines.split(","):
        for subject in chosen.characters.split(","):
            shots, drawn, read, most = measure(engine, subject, probe)
            shares = [f"{part / shots:.0%}" for part in (drawn, read, most)]
            print(f"{engine:10} {subject:12} {shots:6} {shares[0]:>8} {shares[1]:>11} {shares[2]:>11}")


if __name__ == "__main__":
    main()
