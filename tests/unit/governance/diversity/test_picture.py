"""Vectors of pictures: near for one scene, far for two; measured on the animated stage."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tianmu.governance.diversity import PICTURE_WIDTH, alike, describe_picture, vendi
from tianmu.world.hd import render_frames
from tianmu.world.scene import Actor, Scene


def drawn(setting: str, time: str, seed: int, subject: str = "fox") -> NDArray[np.uint8]:
    """The first frame of a scene, 160 x 90."""
    scene = Scene(setting=setting, time=time, actors=(Actor(subject=subject),), seed=seed)
    return np.asarray(next(iter(render_frames(scene, num_frames=1, fps=1.0, width=160, height=90)))[0], np.uint8)


def apart(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    return float(np.linalg.norm(describe_picture(a) - describe_picture(b)))


def test_a_picture_is_nearer_to_itself_in_another_size_than_to_another_scene() -> None:
    frame = drawn("forest", "noon", 1)
    smaller = np.asarray(cv2.resize(frame, (120, 68), interpolation=cv2.INTER_AREA), np.uint8)
    assert apart(frame, frame) == 0
    assert apart(frame, smaller) < 0.2 * apart(frame, drawn("desert", "night", 1))


def test_scenes_of_one_set_and_hour_are_nearer_than_scenes_of_two() -> None:
    places = [
        ("meadow", "noon"),
        ("desert", "sunset"),
        ("snowfield", "dawn"),
        ("city", "night"),
        ("sea", "dusk"),
        ("room", "noon"),
    ]
    pictures = [drawn(setting, time, seed) for setting, time in places for seed in (1, 2)]
    vectors = np.stack([describe_picture(picture) for picture in pictures])
    distance = np.linalg.norm(vectors[:, None] - vectors[None], axis=-1)
    same = [distance[2 * n, 2 * n + 1] for n in range(len(places))]
    other = distance[np.triu(np.arange(12)[:, None] // 2 != np.arange(12)[None] // 2)]
    assert max(same) < min(other)
    assert 5 < vendi(alike(vectors, PICTURE_WIDTH)) < 9  # of twelve pictures of six places


def test_pictures_without_anything_in_them_have_a_vector() -> None:
    black, white = np.zeros((36, 64, 3), np.uint8), np.full((36, 64, 3), 255, np.uint8)
    assert np.isfinite(describe_picture(black)).all()
    assert apart(black, white) > 0.5
