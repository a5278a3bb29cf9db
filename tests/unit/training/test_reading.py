"""A clip is read back by the probe that ships: a render's set and time are found."""

from __future__ import annotations

import numpy as np

from tianmu.training.reading import open_reader
from tianmu.world.render import render_frames
from tianmu.world.scene import Actor, Scene


def test_a_render_is_read_as_what_it_is() -> None:
    scene = Scene(setting="snowfield", time="night", look="natural", actors=(Actor(subject="fox"),), seed=3)
    frames = np.concatenate(list(render_frames(scene, num_frames=32, fps=8.0, width=112, height=64)))
    read = open_reader(("fox", "dog"))(frames)
    assert (read["subject"], read["setting"], read["time"]) == ("fox", "snowfield", "night")
