"""Clips: finite, repeatable, the same in parts and at every size, and true to depth."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from tianmu.world.render import compose, render_batch, render_clip
from tianmu.world.scene import ACTIONS, CAMERAS, FRAMINGS, LOOKS, SETTINGS, TIMES, WEATHERS, Actor, Scene, cast
from tianmu.world.stage import clip_layers

FOX, DOG = Actor(subject="fox", action="walks"), Actor(subject="dog", action="stands")
SHAPE: dict[str, Any] = {"height": 64, "width": 112}
SCENE = Scene(setting="meadow", camera="pan_left", weather="rain", actors=(FOX, DOG), seed=2)


def clip(scene: Scene, num_frames: int = 4, *, fps: float = 8.0, size: tuple[int, int] = (64, 112)) -> Tensor:
    return render_clip(scene, num_frames=num_frames, fps=fps, height=size[0], width=size[1])


def psnr(one: Tensor, two: Tensor) -> float:
    """In dB, of pictures in [-1, 1]."""
    return float(-10 * torch.log10(((one - two) / 2).square().mean().clamp(min=1e-12)))


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_combination_renders_in_range(setting: str) -> None:
    subjects = list(cast())[:12]
    for n, (time, weather) in enumerate(itertools.product(TIMES, WEATHERS), SETTINGS.index(setting)):
        scene = Scene(
            setting=setting,
            time=time,
            weather=weather,
            look=LOOKS[(n + n // 6) % 6],
            camera=CAMERAS[n % 7],
            framing=FRAMINGS[n // 7 % 3],
            actors=(Actor(subject=subjects[n % len(subjects)], action=ACTIONS[(n + n // 12) % 12]),),
            seed=n,
        )
        video = clip(scene, 2, fps=1.0, size=(24, 40))
        assert video.shape == (3, 2, 24, 40)
        assert video.isfinite().all(), scene
        assert float(video.min()) >= -1, scene
        assert float(video.max()) <= 1, scene


@pytest.mark.parametrize(("camera", "action"), list(itertools.product(CAMERAS, ACTIONS)))
def test_every_action_under_every_camera_is_seen_to_happen(camera: str, action: str) -> None:
    scene = Scene(setting="stage", camera=camera, actors=(Actor(subject="fox", action=action),))
    video = clip(scene, 6, size=(32, 56))
    assert video.isfinite().all()
    assert (video.diff(dim=1).abs().amax((0, 2, 3)) > 0.02).all()


@pytest.mark.parametrize("look", LOOKS)
def test_the_same_scene_gives_the_same_bytes(look: str) -> None:
    scene = replace(SCENE, look=look)
    assert torch.equal(clip(scene), clip(scene))


@pytest.mark.parametrize("seed", range(3))
def test_another_seed_gives_another_picture(seed: int) -> None:
    assert not torch.equal(clip(replace(SCENE, seed=seed)), clip(replace(SCENE, seed=seed + 1)))


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize("action", ["walks", "grows", "falls", "turns"])
def test_a_part_of_a_shot_is_the_slice_of_the_whole(camera: str, action: str) -> None:
    scene = Scene(setting="lake", camera=camera, weather="snow", actors=(Actor(subject="fox", action=action), DOG))
    whole = clip(scene, 12)
    for start, count in ((0, 4), (4, 4), (7, 5), (11, 1)):
        part = render_clip(scene, num_frames=count, fps=8.0, height=64, width=112, start=start, of=12)
        torch.testing.assert_close(part, whole[:, start : start + count], atol=1e-6, rtol=0)


def test_a_batch_is_its_clips() -> None:
    scenes = [SCENE, replace(SCENE, time="night"), replace(SCENE, setting="moon")]
    batch = render_batch(scenes, num_frames=3, fps=8.0, height=32, width=32)
    assert torch.equal(batch, torch.stack([clip(scene, 3, size=(32, 32)) for scene in scenes]))


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("weather", ["clear", "leaves"])
def test_twice_the_size_reduced_is_the_same_picture(setting: str, weather: str) -> None:
    scene = Scene(setting=setting, weather=weather, camera="pan_right", actors=(FOX, DOG))
    small, large = clip(scene, 2, size=(96, 160)), clip(scene, 2, size=(192, 320))
    assert psnr(small, F.avg_pool2d(large, 2)) > 24


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_aspect_shows_the_same_middle(setting: str) -> None:
    scene = Scene(setting=setting, camera="tilt_up")
    square, wide = clip(scene, 2, size=(64, 64)), clip(scene, 2, size=(64, 112))
    torch.testing.assert_close(square, wide[..., 24:88], atol=1e-3, rtol=0)


def test_who_is_nearer_hides_who_is_behind() -> None:
    scene = Scene(setting="stage", actors=(FOX, Actor(subject="elephant", action="stands")), relation="behind")
    layers = clip_layers(scene, num_frames=1, fps=8.0, height=96, width=168)
    device = torch.device("cpu")
    fox, elephant = (next(layer for layer in layers if layer.actor == index) for index in (0, 1))
    alphas = [replace(one, texture=one.texture[:, 3:].expand(-1, 4, -1, -1)) for one in (fox, elephant)]
    both = torch.stack([compose([alpha], 1, 96, 168, device)[0, 0] for alpha in alphas]).amin(0) > 0.99
    assert both.sum() > 20, "they stand before each other"
    frame = compose(layers, 1, 96, 168, device)[0][:, both]
    alone = compose([elephant], 1, 96, 168, device)[0][:, both]
    torch.testing.assert_close(frame, alone, atol=0.011, rtol=0)


def test_the_ground_reaches_the_bottom_however_far_the_camera_is() -> None:
    scene = Scene(setting="meadow", camera="pull_out", framing="wide")
    last = render_clip(scene, num_frames=1, fps=8.0, height=64, width=112, start=79, of=80)
    red, green, blue = last[:, 0, -1].mean(-1)
    assert green > red
    assert green > blue
    whole = render_clip(scene, num_frames=80, fps=8.0, height=64, width=112)
    torch.testing.assert_close(last, whole[:, 79:], atol=1e-6, rtol=0)


def test_light_reaches_the_cast_and_leaves_it_readable() -> None:
    means: list[float] = []
    for time in ("night", "dusk", "noon"):
        layers = clip_layers(Scene(setting="city", time=time, actors=(FOX,)), num_frames=1, fps=8.0, **SHAPE)
        cast_only = [layer for layer in layers if layer.kind == "actor"]
        means.append(float(compose(cast_only, 1, 64, 112, torch.device("cpu")).mean()))
    assert means == sorted(means)
    assert means[0] > 0.5 * means[2]
