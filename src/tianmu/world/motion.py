"""How the cast moves: exact states over time, in frame heights and seconds.

An actor's state says where its feet are (x to the right, y downwards, 0 in the middle of the frame), how large and how
tilted it is, how much it is turned, and which drawing of its loop shows. Falls and bounces follow gravity.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from tianmu.world.blocking import CROWD, GROUND, SPEED, Blocking, Mark
from tianmu.world.light import HORIZON
from tianmu.world.scene import Actor, Scene, cast
from tianmu.world.sprites import NUM_FRAMES, SPRITE_FPS

GRAVITY = 1.6
"""Frame heights per second squared; a stage of some six metres."""


@dataclass(frozen=True, kw_only=True)
class ActorState:
    """One actor over time; every field is [f]."""

    x: Float[Tensor, "f"]
    y: Float[Tensor, "f"]
    """Of the feet, as drawn."""
    height: Float[Tensor, "f"]
    angle: Float[Tensor, "f"]
    """Radians, clockwise on the screen."""
    turn: Float[Tensor, "f"]
    """1 looks to the right, -1 to the left, 0 is edge on."""
    drawing: Tensor
    """Index into the sprite's loop, int64."""
    floor: Float[Tensor, "f"]
    """Where its shadow lies; infinite when it has none."""
    depth: float
    """0 is the nearest place on the stage, 1 the horizon: larger is farther."""


def actor_states(
    scene: Scene, times: Float[Tensor, "f"], duration: float, aspect: float, blocking: Blocking | None = None
) -> list[ActorState]:
    """The state of every actor of the scene at `times` (seconds) in a shot of `duration` seconds."""
    marks = blocking.marks if blocking else [_mark(place) for place in own_places(scene, aspect)]
    return [
        _move(
            actor, scene, mark, times, duration, aspect, random.Random(f"{scene.seed}/{i}"), held=blocking is not None
        )
        for i, (actor, mark) in enumerate(zip(scene.actors, marks, strict=True))
    ]


def _mark(place: tuple[float, float]) -> Mark:
    return Mark(x=place[0], depth=place[1])


def own_places(scene: Scene, aspect: float) -> list[tuple[float, float]]:
    """Where each actor has its centre (x) and how far back it stands (depth 0 to 1), as the world stages it."""
    rng = random.Random(f"{scene.seed}/places")
    reach = min(aspect, 1.9) / 2
    jitter = rng.uniform(-0.12, 0.12) * reach
    if len(scene.actors) == 1:
        return [(jitter, rng.uniform(0.0, 0.25))]
    left, right = -0.46 * reach + jitter, 0.46 * reach + jitter
    places = [(left, 0.05), (right, 0.15), (0.0 + jitter, 0.5)]
    if scene.relation == "behind":
        places[:2] = [(left * 0.35, 0.6), (right * 0.35, 0.0)]
    elif scene.relation == "follows":
        going = 1 if scene.actors[1].direction == "right" else -1
        places[:2] = [(-going * 0.46 * reach, 0.05), (going * 0.46 * reach, 0.05)]
    elif scene.relation == "meets":
        signs = [1 if actor.direction == "right" else -1 for actor in scene.actors[:2]]
        places[:2] = [(-sign * 0.36 * reach, place[1]) for sign, place in zip(signs, places, strict=False)]
    elif scene.relation is None and rng.random() < 0.5:
        places[:2] = [places[1], places[0]]
    return places[: len(scene.actors)]


def _move(
    actor: Actor,
    scene: Scene,
    mark: Mark,
    times: Float[Tensor, "f"],
    duration: float,
    aspect: float,
    rng: random.Random,
    *,
    held: bool,
) -> ActorState:
    """One actor; where its mark was `held` for the frame, that says how far it goes."""
    subject = cast()[actor.subject]
    x0, depth = mark.x, mark.depth
    size = 1.2 * subject.height * (1 - 0.45 * depth) * CROWD[len(scene.actors)] * mark.size
    going = 1.0 if actor.direction == "right" else -1.0
    phase = rng.random()
    zero = torch.zeros_like(times)
    t = times - duration / 2
    floor = GROUND - (GROUND - HORIZON - 0.05) * depth
    wet = scene.setting in ("sea", "lake") and subject.medium == "water"
    high = subject.medium == "air" and actor.action not in ("stands", "rolls", "bounces", "grows", "turns")
    # A drawing that looks at us leans the way it goes, or its direction could not be told.
    lean = 0.14 * going if subject.facing == "front" else 0.0
    x, y, angle, turn = zero + x0, zero + floor, zero, zero + going
    height = zero + size
    airborne = False

    speed = min(SPEED.get(actor.action, 0.0), 0.9 * aspect / max(duration, 1e-6))
    if held:
        speed = mark.travel / max(duration, 1e-6)
    elif scene.relation == "meets" and speed:
        speed = 0.3 * min(aspect, 1.9) / 2 / max(duration, 1e-6)
    x = x + going * speed * t

    match actor.action:
        case "walks":
            y = y - 0.05 * size * torch.sin(math.tau * (1.5 * times + phase)).abs()
            angle = 0.06 * torch.sin(math.tau * (1.5 * times + phase))
        case "runs":
            y = y - 0.16 * size * torch.sin(math.tau * (1.6 * times + phase)).abs()
            angle = going * 0.1 + 0.08 * torch.cos(math.tau * (1.6 * times + phase))
        case "jumps":
            y = y - _hops(times + phase, period=1.0, rest=0.3)
        case "bounces":
            y = y - _hops(times + phase, period=0.8, rest=0.0)
            squash = (1 - 6 * (floor - y)).clamp(min=0)
            height = height * (1 - 0.18 * squash)
        case "flies":
            airborne = True
            y = zero - 0.02 + 0.05 * torch.sin(math.tau * (0.8 * times + phase))
            angle = going * 0.08 + 0.05 * torch.cos(math.tau * (0.8 * times + phase))
        case "floats":
            airborne = not wet
            base = floor if wet else 0.12
            y = zero + base + 0.025 * torch.sin(math.tau * (0.5 * times + phase))
            angle = 0.07 * torch.sin(math.tau * (0.4 * times + phase))
        case "falls":
            y = _drop(times, start=-0.38, floor=floor)
            angle = going * 0.7 * ((floor - y) / (floor + 0.38)).clamp(0, 1)
        case "rolls":
            angle = going * speed * t / (size / 2)
        case "spins":
            angle = going * math.tau * 0.6 * times
        case "grows":
            height = size * (0.45 + 0.9 * (times / max(duration, 1e-6)).clamp(0, 1))
        case "turns":
            turn = going * torch.cos(math.pi * times / 1.6)
        case _:
            pass
    if high and actor.action not in ("flies", "floats", "falls"):
        y, airborne = y - (floor - 0.1), True
    angle = angle + (0.0 if actor.action in ("spins", "rolls") else lean)
    drawing = ((times * SPRITE_FPS + phase * NUM_FRAMES).floor().long()) % NUM_FRAMES
    shadow = zero + (math.inf if wet or (airborne and scene.setting in ("sea", "lake")) else floor)
    return ActorState(x=x, y=y, height=height, angle=angle, turn=turn, drawing=drawing, floor=shadow, depth=depth)


def _hops(times: Tensor, *, period: float, rest: float) -> Tensor:
    """Height above the floor of something that leaves it every `period` seconds and rests for a part of it."""
    air = period * (1 - rest)
    within = torch.remainder(times, period).clamp(max=air)
    return 0.5 * GRAVITY * within * (air - within)


def _drop(times: Tensor, *, start: float, floor: float) -> Tensor:
    """A fall from rest at `start` to `floor`, one rebound at a third of its speed, then rest."""
    landing = math.sqrt(2 * (floor - start) / GRAVITY)
    falling = start + 0.5 * GRAVITY * times.clamp(max=landing) ** 2
    air = 2 * 0.35 * landing
    after = (times - landing).clamp(0, air)
    return falling.clamp(max=floor) - 0.5 * GRAVITY * after * (air - after)
