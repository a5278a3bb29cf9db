"""Scenes of the world in which the model was trained that look most like a take.

The training clips are drawn at random from the generator of the animated stage and are not stored, so none of these
is a clip that the model has seen; they are drawn now, from the facts of the take's caption and from neighbours that
differ in one fact. Likeness is colour and motion at the size of a thumbnail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tianmu.engines.protocol import Frames, ShotRequest
from tianmu.engines.registry import get_engine
from tianmu.studio.render import silent
from tianmu.world.captions import long_caption
from tianmu.world.scene import SETTINGS, TIMES, WEATHERS, Actor, Scene

NUM_FRAMES = 6
SEEDS = 6
"""How many scenes of the very same facts are drawn."""
SHOWN = 4
_GRID = (8, 14)


@dataclass(frozen=True, kw_only=True, eq=False)
class Neighbour:
    """A scene, and how far its frames are from the take's (root mean square of colour and motion, 0 to 255)."""

    caption: str
    seed: int
    distance: float
    frames: Frames


def nearest_scenes(frames: Frames, scene: Mapping[str, Any], seconds: Fraction, seed: int) -> tuple[Neighbour, ...]:
    """The `SHOWN` nearest of some twenty scenes; `frames` `[f h w 3]` are the take's at the engine's own size."""
    engine = get_engine("animatic")
    wanted = _features(_picked(frames))
    height, width = frames.shape[1:3]
    found: list[Neighbour] = []
    for number, candidate in enumerate(_candidates(read_scene(scene))):
        request = ShotRequest(
            prompt=long_caption(candidate),
            verbatim=True,
            num_frames=NUM_FRAMES,
            fps=NUM_FRAMES / seconds,
            width=width,
            height=height,
            seed=(seed + number) % 2**31,
        )
        drawn = np.concatenate([chunk.copy() for chunk in engine.generate(request, silent).chunks])
        distance = float(np.sqrt(np.mean((_features(drawn) - wanted) ** 2)))
        found.append(Neighbour(caption=request.prompt, seed=request.seed, distance=distance, frames=drawn))
    return tuple(sorted(found, key=lambda each: (each.distance, each.seed))[:SHOWN])


def read_scene(row: Mapping[str, Any]) -> Scene:
    """A scene as a recipe keeps it."""
    facts: dict[str, Any] = {**row, "actors": tuple(Actor(**actor) for actor in row["actors"])}
    return Scene(**facts)


def _candidates(scene: Scene) -> list[Scene]:
    """The same facts several times, then every other place, time and weather once."""
    others = [
        *(replace(scene, setting=key) for key in SETTINGS if key != scene.setting),
        *(replace(scene, time=key) for key in TIMES if key != scene.time),
        *(replace(scene, weather=key) for key in WEATHERS if key != scene.weather),
    ]
    return [scene] * SEEDS + others


def _picked(frames: Frames) -> Frames:
    places = np.linspace(0, len(frames), NUM_FRAMES, endpoint=False).astype(int)
    return frames[places]


def _features(frames: Frames) -> NDArray[np.float32]:
    """Colour of every cell of a coarse grid, and how it changes from frame to frame."""
    height, width = frames.shape[1:3]
    rows = np.linspace(0, height, _GRID[0], endpoint=False).astype(int)
    cols = np.linspace(0, width, _GRID[1], endpoint=False).astype(int)
    summed = np.add.reduceat(np.add.reduceat(frames.astype(np.float32), rows, 1), cols, 2)
    counts = np.outer(np.diff([*rows, height]), np.diff([*cols, width]))[..., None]
    colour = summed / counts
    return np.concatenate([colour.ravel(), np.diff(colour, axis=0).ravel()]).astype(np.float32)
