"""What a model is trained on: scenes drawn by a seed, rendered as clips, with the facts held out that test it.

Everything here is a function of (seed, number), so a resumed run sees what an unbroken one would have seen.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence

from tianmu.world.light import INDOORS
from tianmu.world.scene import (
    ACTIONS,
    CAMERAS,
    DIRECTIONS,
    FRAMINGS,
    LOOKS,
    RELATIONS,
    SETTINGS,
    TIMES,
    WEATHERS,
    Actor,
    Scene,
    cast,
)

NATIVE_FPS = 8.0
HELD_OUT = 20
"""One in so many combinations of subject, action and set is never trained on."""

ASPECTS = {"16:9": (64, 112), "9:16": (112, 64), "1:1": (64, 64), "4:3": (64, 80), "2.39:1": (48, 112)}
"""Native height and width of each aspect, in pixels; about the same number of tokens each."""


def is_held_out(scene: Scene) -> bool:
    """Whether the scene shows a combination that training never sees."""
    return any(_bucket(actor.subject, actor.action, scene.setting) == 0 for actor in scene.actors)


def _bucket(*words: str) -> int:
    return int.from_bytes(hashlib.sha256("/".join(words).encode()).digest()[:4], "big") % HELD_OUT


def draw_scene(
    rng: random.Random, subjects: Sequence[str] | None = None, *, held_out: bool = False, crowd: float = 0.1
) -> Scene:
    """One scene; `crowd` of them hold two actors. Only combinations of the asked side of the split are drawn."""
    subjects = subjects or tuple(cast())
    while True:
        scene = _draw(rng, subjects, crowd)
        if is_held_out(scene) == held_out:
            return scene


def _draw(rng: random.Random, subjects: Sequence[str], crowd: float) -> Scene:
    setting = rng.choice(SETTINGS)
    weather = "clear"
    if setting not in (*INDOORS, "moon"):
        weather = rng.choices(WEATHERS, (45, 9, 15, 15, 8, 8))[0]
    actors = [_actor(rng, subjects)]
    relation = None
    if rng.random() < crowd:
        relation = rng.choice(RELATIONS)
        actors.append(_actor(rng, [s for s in subjects if s != actors[0].subject] or subjects))
        if relation in ("follows", "meets"):
            going = rng.choice(("walks", "runs", "rolls", "flies"))
            other = {"left": "right", "right": "left"}[actors[0].direction]
            direction = actors[0].direction if relation == "follows" else other
            actors = [
                Actor(subject=actors[0].subject, action=going, direction=actors[0].direction),
                Actor(subject=actors[1].subject, action=going, direction=direction),
            ]
    return Scene(
        setting=setting,
        time=rng.choice(TIMES),
        weather=weather,
        camera=rng.choices(CAMERAS, (40, *[10] * 6))[0],
        look=rng.choices(LOOKS, (70, *[6] * 5))[0],
        framing=rng.choices(FRAMINGS, (15, 60, 25))[0],
        actors=tuple(actors),
        relation=relation,
        seed=rng.randrange(1 << 30),
    )


def _actor(rng: random.Random, subjects: Sequence[str]) -> Actor:
    return Actor(subject=rng.choice(subjects), action=rng.choice(ACTIONS), direction=rng.choice(DIRECTIONS))
