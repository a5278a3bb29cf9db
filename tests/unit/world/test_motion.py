"""Motion obeys its physics: gravity, rebounds, rolling; and actors stand to each other as the scene says."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from tianmu.world.motion import GRAVITY, ActorState, actor_states
from tianmu.world.scene import ACTIONS, DIRECTIONS, RELATIONS, SETTINGS, Actor, Scene
from tianmu.world.sprites import NUM_FRAMES, SPRITE_FPS

RATE = 400
DURATION = 4.0
TIMES = torch.arange(int(DURATION * RATE), dtype=torch.float64) / RATE
ASPECT = 16 / 9


def states(*actors: Actor, relation: str | None = None, seed: int = 0, setting: str = "meadow") -> list[ActorState]:
    scene = Scene(setting=setting, actors=actors, relation=relation, seed=seed)
    return actor_states(scene, TIMES.to(torch.float32), DURATION, ASPECT)


def one(
    action: str, direction: str = "right", subject: str = "basketball", *, seed: int = 0, setting: str = "meadow"
) -> ActorState:
    return states(Actor(subject=subject, action=action, direction=direction), seed=seed, setting=setting)[0]


def acceleration(y: Tensor) -> Tensor:
    # Ten steps apart, because positions are single precision.
    y = y.double()
    return (y[20:] - 2 * y[10:-10] + y[:-20]) * (RATE / 10) ** 2


@pytest.mark.parametrize("seed", range(4))
def test_what_falls_accelerates_with_gravity_until_it_lands(seed: int) -> None:
    state = one("falls", seed=seed)
    landing = math.sqrt(2 * float(state.floor[0] - state.y[0]) / GRAVITY)
    in_the_air = TIMES[20:] < landing
    assert in_the_air.sum() > 100
    torch.testing.assert_close(
        acceleration(state.y)[in_the_air], torch.full((int(in_the_air.sum()),), GRAVITY).double(), atol=0.02, rtol=0
    )


def test_a_fall_rebounds_lower_and_comes_to_rest_on_the_floor() -> None:
    state = one("falls")
    height = (state.floor - state.y).double()
    landing = int(math.sqrt(2 * float(height[0]) / GRAVITY) * RATE) + 1
    rebound = height[landing:]
    assert 0.1 * height[0] < rebound.max() < 0.15 * height[0]
    assert (height[-RATE:] == 0).all()


@pytest.mark.parametrize("action", ["jumps", "bounces"])
@pytest.mark.parametrize("seed", range(3))
def test_in_the_air_energy_is_kept(action: str, seed: int) -> None:
    height = (one(action, seed=seed).floor - one(action, seed=seed).y).double()
    apex = float(height.max())
    speed = (height[20:] - height[:-20]) * RATE / 20
    middle = height[10:-10]
    # A window that touches the floor straddles two arcs.
    lowest = torch.stack([height[k : k + len(middle)] for k in range(21)]).amin(0)
    free = lowest > 0.05 * apex
    energy = middle[free] + speed[free] ** 2 / (2 * GRAVITY)
    assert free.float().mean() > 0.3
    torch.testing.assert_close(energy, torch.full_like(energy, apex), atol=0.01 * apex, rtol=0)


def test_bounces_reach_the_same_height_every_time() -> None:
    height = one("bounces").floor - one("bounces").y
    apexes = height[1:-1][(height[1:-1] > height[:-2]) & (height[1:-1] >= height[2:])]
    tall = apexes[apexes > 0.9 * height.max()]
    assert len(tall) >= 4
    assert float(tall.max() - tall.min()) < 1e-3 * float(height.max())


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("setting", SETTINGS)
def test_nobody_sinks_below_the_floor(action: str, setting: str) -> None:
    for subject in ("fox", "eagle", "dolphin", "car"):
        for seed in range(2):
            state = one(action, subject=subject, setting=setting, seed=seed)
            assert (state.y <= state.floor + 1e-6).all(), subject


@pytest.mark.parametrize("action", ["walks", "runs", "flies", "rolls", "floats"])
def test_who_goes_goes_the_way_it_looks_at_an_even_pace(action: str) -> None:
    right, left = (one(action, direction) for direction in ("right", "left"))
    assert (right.x.diff() > 0).all()
    assert (left.x.diff() < 0).all()
    torch.testing.assert_close(right.x.diff(), -left.x.diff(), atol=1e-6, rtol=0)
    assert (right.turn == 1).all()
    assert (left.turn == -1).all()
    speed = (right.x[-1] - right.x[0]) / (TIMES[-1] - TIMES[0])
    torch.testing.assert_close(right.x[RATE] - right.x[0], speed.float(), atol=1e-4, rtol=0)


@pytest.mark.parametrize("action", ["stands", "jumps", "bounces", "falls", "spins", "grows", "turns"])
def test_who_does_not_go_stays(action: str) -> None:
    x = one(action).x
    assert (x == x[0]).all()


def test_running_is_faster_than_walking() -> None:
    walked, ran = (state.x[-1] - state.x[0] for state in (one("walks"), one("runs")))
    assert ran > 1.2 * walked


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_rolling_does_not_slip(direction: str) -> None:
    state = one("rolls", direction)
    way, turned = state.x[-1] - state.x[0], state.angle[-1] - state.angle[0]
    torch.testing.assert_close(turned * state.height[0] / 2, way, atol=1e-5, rtol=1e-4)


def test_spinning_is_even_and_follows_the_direction() -> None:
    right, left = (one("spins", direction).angle.diff() for direction in DIRECTIONS[::-1])
    assert (right > 0).all()
    torch.testing.assert_close(right, right.mean().expand_as(right), atol=1e-5, rtol=0)
    torch.testing.assert_close(right, -left)


def test_growing_triples_and_nothing_else_grows() -> None:
    growing = one("grows").height
    assert (growing.diff() > 0).all()
    assert float(growing[-1] / growing[0]) == pytest.approx(3, rel=0.01)
    for action in set(ACTIONS) - {"grows", "bounces"}:
        height = one(action).height
        assert (height == height[0]).all(), action


def test_turning_looks_both_ways() -> None:
    turn = one("turns").turn
    assert float(turn.max()) > 0.99
    assert float(turn.min()) < -0.99


def test_a_loop_shows_its_drawings_in_order_at_its_own_rate() -> None:
    drawing = one("stands").drawing
    steps = drawing.diff() % NUM_FRAMES
    assert set(steps.tolist()) == {0, 1}
    assert int(steps.sum()) == pytest.approx(DURATION * SPRITE_FPS, abs=1)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_moment_does_not_depend_on_the_others(action: str) -> None:
    scene = Scene(setting="meadow", actors=(Actor(subject="fox", action=action),), seed=5)
    times = torch.arange(16, dtype=torch.float32) / 8
    whole = actor_states(scene, times, 2.0, ASPECT)[0]
    part = actor_states(scene, times[5:7], 2.0, ASPECT)[0]
    for name in ("x", "y", "height", "angle", "turn", "drawing", "floor"):
        assert (getattr(whole, name)[5:7] == getattr(part, name)).all(), name


def pair(
    relation: str, action: str, directions: tuple[str, str] = ("right", "right"), seed: int = 0
) -> list[ActorState]:
    actors = [Actor(subject=s, action=action, direction=d) for s, d in zip(("fox", "dog"), directions, strict=True)]
    return states(*actors, relation=relation, seed=seed)


@pytest.mark.parametrize("seed", range(6))
def test_left_of_and_behind_hold_at_every_moment(seed: int) -> None:
    first, second = pair("left_of", "walks", seed=seed)
    assert (first.x < second.x).all()
    first, second = pair("behind", "walks", seed=seed)
    assert first.depth > second.depth
    assert first.height[0] < second.height[0] * 1.05


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_who_follows_stays_behind_at_the_same_distance(seed: int, direction: str) -> None:
    first, second = pair("follows", "runs", (direction, direction), seed)
    ahead = (second.x - first.x) * (1 if direction == "right" else -1)
    assert (ahead > 0.1).all()
    assert float(ahead.max() - ahead.min()) < 1e-5


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("directions", [("right", "left"), ("left", "right")])
def test_who_meets_comes_nearer_and_does_not_pass(seed: int, directions: tuple[str, str]) -> None:
    first, second = pair("meets", "walks", directions, seed)
    apart = (second.x - first.x) * (1 if directions[0] == "right" else -1)
    assert (apart.diff() < 0).all()
    assert (apart > 0).all()


@pytest.mark.parametrize("relation", [None, *RELATIONS])
def test_three_are_smaller_than_two_and_two_than_one(relation: str | None) -> None:
    fox = Actor(subject="fox")
    heights = [states(fox, *others, relation=relation)[0].height[0] for others in ([fox], [fox, fox])]
    assert heights[1] < heights[0]
