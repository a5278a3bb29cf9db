"""Scenes drawn from the whole vocabulary, for laws of the captions and the parser that must hold of any scene."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from tianmu.world import scene as world
from tianmu.world.scene import Actor, Scene, cast


def random_scene(rng: random.Random) -> Scene:
    """Any scene at all: none to three actors, one in five the same subject twice, and a relation half of the time."""
    members = list(cast())
    num_actors = rng.choice((0, 1, 1, 1, 2, 2, 3))
    subjects = [rng.choice(members) for _ in range(num_actors)]
    if num_actors > 1 and rng.random() < 0.2:
        subjects[1] = subjects[0]
    return Scene(
        setting=rng.choice(world.SETTINGS),
        time=rng.choice(world.TIMES),
        weather=rng.choice(world.WEATHERS),
        camera=rng.choice(world.CAMERAS),
        look=rng.choice(world.LOOKS),
        framing=rng.choice(world.FRAMINGS),
        actors=tuple(
            Actor(subject=subject, action=rng.choice(world.ACTIONS), direction=rng.choice(world.DIRECTIONS))
            for subject in subjects
        ),
        relation=rng.choice(world.RELATIONS) if num_actors > 1 and rng.random() < 0.5 else None,
    )


@pytest.fixture
def random_scenes() -> Callable[[int, int], Iterator[tuple[Scene, random.Random]]]:
    """Called with a seed and a count: scenes, each with the generator that drew it, to draw its captions."""

    def draw(seed: int, count: int) -> Iterator[tuple[Scene, random.Random]]:
        rng = random.Random(seed)
        for _ in range(count):
            yield random_scene(rng), rng

    return draw
