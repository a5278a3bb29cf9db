"""The truth agrees with the frames: masks, order and flow say what the pixels do."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from tianmu.world.render import compose
from tianmu.world.scene import ACTIONS, CAMERAS, SETTINGS, WEATHERS, Actor, Scene
from tianmu.world.stage import clip_layers
from tianmu.world.truth import clip_masks, clip_truth

HEIGHT, WIDTH, FPS = 72, 128, 8.0
CPU = torch.device("cpu")
FOX = Actor(subject="fox", action="walks")
ELEPHANT = Actor(subject="elephant", action="stands")
TWO = Scene(setting="meadow", actors=(FOX, ELEPHANT), relation="behind")


def frames(
    scene: Scene, num_frames: int = 3, *, fps: float = FPS, without: int | None = None, alone: int | None = None
) -> Tensor:
    """Frames [f 3 h w] in [0, 1] before the look; without an actor and its shadow, or with nothing but one."""
    layers = clip_layers(scene, num_frames=num_frames, fps=fps, height=HEIGHT, width=WIDTH)
    if without is not None:
        place = next(i for i, layer in enumerate(layers) if layer.actor == without)
        layers = [layer for i, layer in enumerate(layers) if i not in (place - 1, place)]
    if alone is not None:
        layers = [layer for layer in layers if layer.actor == alone]
    return compose(layers, num_frames, HEIGHT, WIDTH, CPU)


def masks(scene: Scene, num_frames: int = 3) -> Tensor:
    return clip_masks(scene, num_frames=num_frames, fps=FPS, height=HEIGHT, width=WIDTH)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("index", [0, 1])
def test_a_masked_pixel_is_the_subjects(action: str, index: int) -> None:
    scene = replace(TWO, actors=(Actor(subject="fox", action=action), ELEPHANT), relation=None, seed=4)
    mine = masks(scene)[index] > 0.99
    assert mine.sum() > 30
    shown, drawn = (video.movedim(1, -1)[mine] for video in (frames(scene), frames(scene, alone=index)))
    # Less than a hundredth of what lies behind shines through.
    torch.testing.assert_close(shown, drawn, atol=0.0101, rtol=0)


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("weather", WEATHERS)
def test_without_the_subject_only_its_mask_and_its_shadow_change(setting: str, weather: str) -> None:
    scene = Scene(setting=setting, weather=weather, actors=(FOX, ELEPHANT), seed=1)
    with_both = frames(scene)
    layers = clip_layers(scene, num_frames=3, fps=FPS, height=HEIGHT, width=WIDTH)
    mask = masks(scene)[0]
    changed = (with_both - frames(scene, without=0)).abs().amax(1)
    shadows = [layer for layer in layers if layer.kind == "shadow"]
    shade = torch.zeros(3, HEIGHT, WIDTH)
    for layer in shadows:
        opaque = replace(layer, texture=layer.texture[:, 3:].expand(-1, 4, -1, -1))
        shade += compose([opaque], 3, HEIGHT, WIDTH, CPU)[:, 0]
    assert changed[(mask == 0) & (shade == 0)].max() < 1e-5
    # What changes is at most what covered it.
    assert (changed <= mask + shade + 1e-4).all()


@pytest.mark.parametrize("relation", [None, "behind", "left_of"])
def test_masks_share_a_pixel_and_never_more(relation: str | None) -> None:
    crowd = Scene(setting="city", actors=(FOX, ELEPHANT, Actor(subject="car", action="rolls")), relation=relation)
    covered = masks(crowd, 8)
    assert covered.shape == (3, 8, HEIGHT, WIDTH)
    assert float(covered.min()) >= 0
    assert float(covered.sum(0).max()) <= 1 + 1e-5
    assert (covered.amax((1, 2, 3)) > 0.9).all(), "everyone is seen"


def test_who_is_behind_is_masked_where_the_nearer_one_stands() -> None:
    truth = clip_truth(TWO, num_frames=1, fps=FPS, height=HEIGHT, width=WIDTH)
    fox_alone = frames(TWO, 1, alone=0)[0].amax(0) > 0.2
    hidden = fox_alone & (truth.masks[1, 0] > 0.99)
    assert hidden.sum() > 10
    assert (truth.masks[0, 0][hidden] < 0.01).all()


def test_the_order_of_a_pixel_is_its_nearest_layer() -> None:
    truth = clip_truth(TWO, num_frames=3, fps=FPS, height=HEIGHT, width=WIDTH)
    fox, elephant = (truth.order[truth.masks[index] > 0.6] for index in (0, 1))
    assert (fox == fox[0]).all()
    assert (elephant == elephant[0]).all()
    assert elephant[0] > fox[0] > truth.order[:, 0].max()
    assert (truth.order[:, -1, :2] > truth.order[:, 0, :2]).all(), "the ground is before the sky"


def test_no_actors_no_masks() -> None:
    truth = clip_truth(Scene(setting="sea"), num_frames=2, fps=FPS, height=HEIGHT, width=WIDTH)
    assert truth.masks.shape == (0, 2, HEIGHT, WIDTH)
    assert truth.states == ()


@pytest.mark.parametrize("camera", CAMERAS)
def test_masks_of_a_part_are_the_slice_of_the_whole(camera: str) -> None:
    scene = replace(TWO, camera=camera, actors=(Actor(subject="fox", action="grows"), ELEPHANT))
    whole = masks(scene, 9)
    part = clip_masks(scene, num_frames=4, fps=FPS, height=HEIGHT, width=WIDTH, start=3, of=9)
    assert torch.equal(part, whole[:, 3:7])


def test_masks_of_the_truth_are_the_masks() -> None:
    truth = clip_truth(TWO, num_frames=3, fps=FPS, height=HEIGHT, width=WIDTH)
    assert torch.equal(truth.masks, masks(TWO))
    assert len(truth.states) == 2


def fetched(frame: Tensor, flow: Tensor) -> Tensor:
    """What a frame [c h w] shows where each pixel has gone by the flow [2 h w]."""
    x, y = torch.arange(WIDTH) + flow[0], torch.arange(HEIGHT)[:, None] + flow[1]
    grid = torch.stack([(2 * x + 1) / WIDTH - 1, (2 * y + 1) / HEIGHT - 1], -1)
    return F.grid_sample(frame[None], grid[None], align_corners=False, padding_mode="border")[0]


def shown_twice(order: Tensor, flow: Tensor) -> Tensor:
    """Pixels whose surroundings show one layer, in this frame and, where they have gone, in the next."""

    def inside(where: Tensor) -> Tensor:
        layer = where.float()[None, None]
        return (F.max_pool2d(layer, 3, 1, 1) == -F.max_pool2d(-layer, 3, 1, 1))[0, 0].float()

    gone = fetched(torch.stack([order[1].float(), inside(order[1])]), flow)
    stays = (gone[0] == order[0]) & (gone[1] == 1) & (inside(order[0]) == 1)
    x, y = torch.arange(WIDTH) + flow[0], torch.arange(HEIGHT)[:, None] + flow[1]
    return stays & (x > 1) & (x < WIDTH - 2) & (y > 1) & (y < HEIGHT - 2)


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize("action", ["walks", "flies", "falls", "rolls", "spins", "grows"])
def test_the_next_frame_fetched_along_the_flow_is_this_frame(camera: str, action: str) -> None:
    scene = Scene(setting="desert", camera=camera, actors=(Actor(subject="basketball", action=action),), seed=3)
    fps = 24.0  # two frames of one drawing
    truth = clip_truth(scene, num_frames=2, fps=fps, height=HEIGHT, width=WIDTH)
    drawing = truth.states[0].drawing
    now, then = frames(scene, 2, fps=fps)
    same = shown_twice(truth.order, truth.flow[0])
    if drawing[0] != drawing[1]:
        same &= truth.masks[0, 0] < 0.01
    assert same.float().mean() > 0.6
    away = (fetched(then, truth.flow[0]) - now).square().mean(0)[same].mean()
    assert -10 * torch.log10(away) > 32
    assert (truth.flow[-1] == 0).all()


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_still_camera_over_dry_land_has_no_flow(setting: str) -> None:
    truth = clip_truth(Scene(setting=setting), num_frames=3, fps=FPS, height=HEIGHT, width=WIDTH)
    flows = truth.flow[:-1]
    if setting in ("sea", "lake"):
        water = truth.order[:-1, None].expand_as(flows) == truth.order.max()
        assert (flows[:, 0][water[:, 0]] < -0.1).all()
        flows = flows[~water]
    assert float(flows.abs().max()) < 1e-3


def test_a_pan_to_the_left_flows_to_the_right_and_faster_nearby() -> None:
    truth = clip_truth(Scene(setting="desert", camera="pan_left"), num_frames=3, fps=FPS, height=HEIGHT, width=WIDTH)
    speeds = [float(truth.flow[0, 0][truth.order[0] == layer].mean()) for layer in truth.order[0].unique()]
    assert speeds[0] > 0
    assert speeds == sorted(speeds)
