"""The stage: layers in their order, and a part of a shot cut from the whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tianmu.world.scene import ACTIONS, CAMERAS, SETTINGS, Actor, Scene
from tianmu.world.stage import Layer, clip_layers, stage

FOX, DOG = Actor(subject="fox", action="walks"), Actor(subject="dog", action="walks")
SCENE = Scene(setting="meadow", actors=(FOX,))
SHAPE = {"height": 64, "width": 112}


def layers(scene: Scene, num_frames: int = 8, start: int = 0, of: int | None = None) -> list[Layer]:
    return clip_layers(scene, num_frames=num_frames, fps=8.0, start=start, of=of, height=64, width=112)


def seen_at(layer: Layer, u: float, v: float) -> torch.Tensor:
    """Where a point of the texture is on the screen, [f 2]."""
    away = torch.tensor([u, v]) - layer.window[:, :, 2]
    return torch.linalg.solve(layer.window[:, :, :2], away)


@pytest.mark.parametrize("setting", SETTINGS)
def test_planes_then_the_cast_far_to_near_with_shadows_below_their_owners(setting: str) -> None:
    scene = Scene(setting=setting, actors=(FOX, DOG), relation="behind")
    kinds = [layer.kind for layer in layers(scene)]
    assert kinds == ["plane"] * (len(kinds) - 4) + ["shadow", "actor"] * 2
    people = [layer for layer in layers(scene) if layer.kind == "actor"]
    assert [layer.actor for layer in people] == [0, 1], "the fox is behind"
    assert people[0].depth > people[1].depth


def test_fog_is_before_everything() -> None:
    assert layers(replace(SCENE, weather="fog"))[-1].kind == "veil"


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_part_of_a_shot_is_cut_from_the_whole(camera: str, action: str) -> None:
    scene = Scene(setting="sea", weather="snow", camera=camera, actors=(Actor(subject="fox", action=action),))
    whole, part = layers(scene, 16), layers(scene, 5, start=6, of=16)
    for entire, cut in zip(whole, part, strict=True):
        assert cut.window.shape[0] == 5
        assert torch.equal(entire.window[6:11], cut.window)
        assert torch.equal(entire.texture, cut.texture)
        if entire.drawing is not None and cut.drawing is not None:
            assert torch.equal(entire.drawing[6:11], cut.drawing)


def test_panning_left_moves_every_plane_to_the_right_and_the_near_ones_farther() -> None:
    planes = [layer for layer in layers(replace(SCENE, camera="pan_left")) if layer.kind == "plane"]
    ways = [float((seen_at(plane, 0, 0)[-1] - seen_at(plane, 0, 0)[0])[0]) for plane in planes]
    assert ways[0] > 0
    assert ways == sorted(ways)
    assert ways[-1] > 5 * ways[0]


@pytest.mark.parametrize("setting", [s for s in SETTINGS if s not in ("sea", "lake")])
def test_a_static_camera_shows_identical_planes(setting: str) -> None:
    for layer in layers(Scene(setting=setting)):
        assert (layer.window == layer.window[:1]).all()


@pytest.mark.parametrize("setting", ["sea", "lake"])
def test_water_drifts_to_the_left_by_itself(setting: str) -> None:
    *still, water = layers(Scene(setting=setting))
    assert all((layer.window == layer.window[:1]).all() for layer in still)
    assert (seen_at(water, 0, 0)[:, 0].diff() < 0).all()


@pytest.mark.parametrize(("subject", "way"), [("dog", "left"), ("whale", "left"), ("racing_car", "left")])
def test_a_drawing_is_mirrored_to_look_where_its_actor_does(subject: str, way: str) -> None:
    for direction in ("left", "right"):
        scene = Scene(setting="meadow", actors=(Actor(subject=subject, direction=direction),))
        actor = layers(scene, 1)[-1]
        upright = seen_at(actor, 0.5, 0)[0, 0] > seen_at(actor, -0.5, 0)[0, 0]
        assert bool(upright) == (direction == way)


def test_the_feet_stand_on_the_shadow() -> None:
    *_, shadow, actor = layers(Scene(setting="meadow", actors=(Actor(subject="dog"),)))
    feet = seen_at(actor, 0, 1)[:, 1]
    torch.testing.assert_close(feet, seen_at(shadow, 0, 0)[:, 1], atol=0.02, rtol=0)


def test_the_camera_follows_no_one() -> None:
    still, panned = (layers(replace(SCENE, camera=camera))[-1] for camera in ("static", "pan_right"))
    way = seen_at(panned, 0, 0)[:, 0] - seen_at(still, 0, 0)[:, 0]
    assert (way.diff() < 0).all()


def test_a_small_actor_is_drawn_from_small_drawings() -> None:
    small, large = (
        stage(SCENE, torch.zeros(1), duration=1.0, height=height, width=2 * height)[-1].texture.shape[-1]
        for height in (64, 720)
    )
    assert small < large == 256
