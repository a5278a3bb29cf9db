"""Other frames than 16:9 are staged anew: whoever is in the scene is in the picture, and 16:9 stays as it is learnt."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor

from tianmu.world.blocking import Blocking, block
from tianmu.world.camera import camera_path
from tianmu.world.hd import render_frames
from tianmu.world.motion import actor_states, own_places
from tianmu.world.scene import FRAMINGS, SETTINGS, Actor, Scene, cast
from tianmu.world.sprites import atlas_index

OTHERS = {"9:16": 9 / 16, "4:5": 0.8, "1:1": 1.0, "4:3": 4 / 3, "2.39:1": 2.39}
SECONDS = 4.0
PLAYERS = [key for key, subject in cast().items() if subject.group in ("animal", "person", "vehicle")]


def scenes(count: int, num_actors: int, *, action: str = "stands", **facts: str) -> Iterator[Scene]:
    """Scenes that a film's planner may ask for: people in a row, the first on the left."""
    rng = random.Random(f"{count}/{num_actors}/{action}")
    for number in range(count):
        actors = tuple(
            Actor(subject=rng.choice(PLAYERS), action=action, direction=("right", "left", "left")[at])
            for at in range(num_actors)
        )
        relation = facts.get("relation") or ("left_of" if num_actors > 1 else None)
        yield Scene(
            setting=rng.choice(SETTINGS),
            framing=facts.get("framing") or rng.choice(FRAMINGS),
            camera=facts.get("camera", "static"),
            actors=actors,
            relation=relation,
            seed=number,
        )


def seen(scene: Scene, aspect: float, blocking: Blocking | None = None) -> list[tuple[Tensor, Tensor, Tensor]]:
    """Of each actor, over the shot: its left, its right and its top on the screen, in frame heights from the middle."""
    times = torch.linspace(0, SECONDS, 25)
    blocking = blocking or block(scene, own_places(scene, aspect), aspect=aspect, duration=SECONDS)
    camera = camera_path(scene, times, SECONDS, blocking)
    boxes: list[tuple[Tensor, Tensor, Tensor]] = []
    for actor, state in zip(scene.actors, actor_states(scene, times, SECONDS, aspect, blocking), strict=True):
        across, up = atlas_index()["subjects"][actor.subject]["extent"]
        half = state.height * across / up / 2
        left, right = ((state.x + side * half - camera.x) * camera.zoom for side in (-1, 1))
        boxes.append((left, right, (state.y - state.height - camera.y) * camera.zoom))
    return boxes


@pytest.mark.parametrize("num_actors", [1, 2, 3])
@pytest.mark.parametrize("aspect", OTHERS.values(), ids=OTHERS)
def test_everybody_is_whole_and_their_heads_are_in_the_frame(aspect: float, num_actors: int) -> None:
    for scene in scenes(15, num_actors):
        for left, right, top in seen(scene, aspect):
            assert left.min() >= -aspect / 2, scene
            assert right.max() <= aspect / 2, scene
            assert top.min() >= -0.5, scene


@pytest.mark.parametrize("aspect", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize("num_actors", [2, 3])
def test_nobody_hides_more_than_a_fifth_of_anybody(aspect: float, num_actors: int) -> None:
    for scene in scenes(15, num_actors):
        row = sorted(seen(scene, aspect), key=lambda box: float(box[0][0]))
        for (_, right, _), (left, end, _) in pairwise(row):
            assert float((right - left).max()) <= 0.3 * float((end - left).max()), scene


@pytest.mark.parametrize("aspect", OTHERS.values(), ids=OTHERS)
def test_sides_stay_as_the_line_has_them(aspect: float) -> None:
    for scene in scenes(10, 2):
        (first, _, _), (second, _, _) = seen(scene, aspect)
        assert float(first.max()) < float(second.min()), scene


@pytest.mark.parametrize("aspect", OTHERS.values(), ids=OTHERS)
def test_over_the_shoulder_the_speaker_is_clear_and_the_listener_leaves_the_frame(aspect: float) -> None:
    for scene in scenes(15, 2, relation="behind", framing="medium"):
        (left, right, top), (near, end, _) = seen(scene, aspect)
        assert left.min() >= -aspect / 2 - 0.001, scene
        assert top.min() >= -0.5, scene
        assert float((right - near).max()) <= 0.25 * float((right - left).max()), scene
        assert float(end.max()) > aspect / 2 > float(near.max()), scene


@pytest.mark.parametrize("camera", ["static", "pan_right"])
@pytest.mark.parametrize("aspect", OTHERS.values(), ids=OTHERS)
def test_who_walks_stays_in_the_picture(aspect: float, camera: str) -> None:
    for scene in scenes(15, 1, action="runs", camera=camera, framing="wide"):
        ((left, right, _),) = seen(scene, aspect)
        assert left.min() >= -aspect / 2, scene
        assert right.max() <= aspect / 2, scene
        assert float(right[-1]) > float(right[0]), "they come forward in the frame"


@pytest.mark.parametrize("aspect", OTHERS.values(), ids=OTHERS)
def test_who_comes_to_somebody_ends_beside_them(aspect: float) -> None:
    for scene in scenes(10, 2, framing="wide"):
        comes = replace(scene, actors=(scene.actors[0], replace(scene.actors[1], action="walks")))
        (_, stands, _), (left, right, _) = seen(comes, aspect)
        assert float(left[0]) > float(left[-1])
        assert float(right[-1]) <= aspect / 2
        assert float(stands[-1] - left[-1]) <= 0.3 * float(right[-1] - left[-1]), scene
        assert float(left[0]) < aspect / 2, "some of them is seen from the first frame on"


@pytest.mark.parametrize("camera", ["push_in", "pull_out"])
@pytest.mark.parametrize("aspect", OTHERS.values(), ids=OTHERS)
def test_a_camera_that_comes_near_keeps_them_in_the_frame(aspect: float, camera: str) -> None:
    for scene in scenes(10, 1, camera=camera):
        ((left, right, top),) = seen(scene, aspect)
        assert left.min() >= -aspect / 2, scene
        assert right.max() <= aspect / 2, scene
        assert top.min() >= -0.5, scene


def test_in_16_to_9_nothing_is_staged_anew() -> None:
    scene = next(scenes(1, 2))
    for width, height in ((1280, 720), (64, 36), (112, 64), (1366, 768)):
        aspect = width / height
        assert block(scene, own_places(scene, aspect), aspect=aspect, duration=SECONDS) is None
    plain, restaged = (
        np.concatenate(list(render_frames(scene, num_frames=3, fps=2.0, height=72, width=128, restaged=restaged)))
        for restaged in (False, True)
    )
    assert np.array_equal(plain, restaged)


def test_the_model_learns_the_worlds_own_places_and_the_stage_draws_the_others() -> None:
    scene = next(scenes(1, 2))
    plain, again, restaged = (
        np.concatenate(list(render_frames(scene, num_frames=2, fps=1.0, height=128, width=72, restaged=restaged)))
        for restaged in (False, False, True)
    )
    assert np.array_equal(plain, again)
    assert not np.array_equal(plain, restaged)


def test_a_place_without_people_shows_more_of_itself_in_a_tall_frame() -> None:
    scene = Scene(setting="forest", framing="wide")
    tall, wide = (block(scene, (), aspect=aspect, duration=SECONDS) for aspect in (9 / 16, 2.39))
    assert tall
    assert wide
    assert tall.zoom < wide.zoom
