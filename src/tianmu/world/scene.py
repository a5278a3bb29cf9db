"""A scene is data: everything that one shot of the animated stage holds, and nothing of how it is drawn.

The words below are the whole vocabulary of the world. Captions speak them, the renderer draws them, the probe reads
them back, and a prompt is understood when it has been mapped to them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from tianmu.core.errors import InputError

SETTINGS = ("meadow", "desert", "snowfield", "sea", "city", "forest", "lake", "room", "stage", "moon")
TIMES = ("dawn", "noon", "sunset", "dusk", "night")
WEATHERS = ("clear", "cloudy", "rain", "snow", "fog", "leaves")
ACTIONS = (
    "walks",
    "runs",
    "jumps",
    "bounces",
    "flies",
    "floats",
    "falls",
    "rolls",
    "spins",
    "grows",
    "turns",
    "stands",
)
DIRECTIONS = ("left", "right")
CAMERAS = ("static", "pan_left", "pan_right", "tilt_up", "tilt_down", "push_in", "pull_out")
LOOKS = ("natural", "black_and_white", "sepia", "ink", "dusk_grade", "poster")
FRAMINGS = ("wide", "medium", "close")
RELATIONS = ("left_of", "behind", "follows", "meets")
MAX_ACTORS = 3


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One member of the cast: a sprite with a name in two languages and a place it comes from."""

    key: str
    hexcode: str
    en: str
    zh: str
    group: Literal["animal", "person", "vehicle", "thing"]
    facing: Literal["left", "right", "front"]
    """Which way the drawing looks before it is mirrored."""
    medium: Literal["ground", "air", "water"]
    """Where it is at home; it decides the height at which it stands, flies or swims."""
    height: float
    """Of the frame's height, in a medium shot."""
    package: str
    version: str
    file: str
    license: str
    source: str


@cache
def cast() -> dict[str, Subject]:
    """The whole cast by key, in the atlas's order."""
    text = files("tianmu.world").joinpath("data/cast.json").read_text("utf-8")
    return {row["key"]: Subject(**row) for row in json.loads(text)}


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A subject, what it does, and which way it looks or goes."""

    subject: str
    action: str = "stands"
    direction: str = "right"

    def __post_init__(self) -> None:
        _known("subject", self.subject, cast())
        _known("action", self.action, ACTIONS)
        _known("direction", self.direction, DIRECTIONS)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One shot: a set, its light and weather, a cast of none to three, a camera move, a look.

    `relation` is how the first actor stands to the second ("left_of": the first is left of the second; "behind":
    farther from the camera; "follows": the same way, at a distance; "meets": they come towards each other).
    `seed` decides what the words leave open: the shape of the hills, the place on the ground, the clouds.
    """

    setting: str
    time: str = "noon"
    weather: str = "clear"
    camera: str = "static"
    look: str = "natural"
    framing: str = "medium"
    actors: tuple[Actor, ...] = ()
    relation: str | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        _known("setting", self.setting, SETTINGS)
        _known("time", self.time, TIMES)
        _known("weather", self.weather, WEATHERS)
        _known("camera", self.camera, CAMERAS)
        _known("look", self.look, LOOKS)
        _known("framing", self.framing, FRAMINGS)
        if len(self.actors) > MAX_ACTORS:
            raise InputError(f"A scene holds at most {MAX_ACTORS} actors, but {len(self.actors)} came: leave some out.")
        if self.relation is not None:
            _known("relation", self.relation, RELATIONS)
            if len(self.actors) < 2:
                raise InputError(f"The relation {self.relation!r} needs two actors, but {len(self.actors)} came.")


def _known(what: str, word: str, vocabulary: tuple[str, ...] | dict[str, Subject]) -> None:
    if word not in vocabulary:
        raise InputError(f"The {what} {word!r} is not in this world: choose one of {', '.join(vocabulary)}.")
