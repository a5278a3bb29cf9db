"""Cels: boxes that part the plane, rows that are hidden, and a canvas that blends as the formula says."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch

from tianmu.world import cels
from tianmu.world.cels import FULL, Canvas, Figure, Sheet, Shower
from tianmu.world.scene import Scene
from tianmu.world.stage import Layer, clip_layers
from tianmu.world.weather import falls

EYE = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


@pytest.mark.parametrize("weather", ["rain", "snow", "leaves"])
@pytest.mark.parametrize("resolution", [32, 90, 134, 268, 270, 360])
def test_boxes_hold_every_drop_and_no_texel_twice(weather: str, resolution: int) -> None:
    mask = (falls(weather, resolution)[1].rgba[3] > 0).numpy().astype(np.uint8)
    held = np.zeros_like(mask, dtype=int)
    for (top, left), (bottom, right) in cels._boxes(mask).tolist():
        rows, cols = np.arange(top, bottom) % resolution, np.arange(left, right) % resolution
        held[np.ix_(rows, cols)] += 1
    assert held.max() == 1
    # Two texels around a drop are held with it, because a pixel between two texels shows both.
    around = cv2.dilate(np.tile(mask, (3, 3)), np.ones((5, 5), np.uint8))
    assert (held[around[resolution : 2 * resolution, resolution : 2 * resolution] > 0] == 1).all()


def test_in_hd_a_shower_is_a_small_part_of_the_frame() -> None:
    mask = (falls("snow", 360)[1].rgba[3] > 0).numpy().astype(np.uint8)
    boxes = cels._boxes(mask)
    assert np.prod(boxes[:, 1] - boxes[:, 0], 1).sum() < 0.2 * mask.size


def test_drops_that_leave_no_gap_are_one_tile() -> None:
    assert cels._boxes(np.ones((24, 24), np.uint8)).tolist() == [[[0, 0], [24, 24]]]


@pytest.mark.parametrize("rows", [slice(None), slice(3, 7)])
def test_a_glaze_is_premultiplied_over(rows: slice) -> None:
    rng = np.random.default_rng(0)
    canvas = Canvas(10, 12)
    canvas.frame[:] = rng.integers(0, FULL, canvas.frame.shape)
    before = canvas.frame.astype(np.float64)
    alpha = rng.integers(0, FULL, (10, 12, 1))
    texture = np.concatenate([alpha * rng.random((10, 12, 3)), alpha], 2).astype(np.uint16)
    canvas.glaze(rows, slice(2, 9), texture, EYE, cv2.BORDER_CONSTANT)
    wanted = before.copy()
    part = (rows, slice(2, 9))
    wanted[part] = texture[part] + before[part] * (1 - texture[part][..., 3:] / FULL)
    np.testing.assert_allclose(canvas.frame[..., :3], wanted[..., :3], atol=1)


def test_paint_replaces_only_its_part() -> None:
    canvas = Canvas(6, 8)
    canvas.paint(slice(2, 5), slice(1, 4), np.full((6, 8, 4), 900, np.uint16), EYE, cv2.BORDER_REPLICATE)
    painted = canvas.frame[..., 0] == 900
    assert painted[2:5, 1:4].all()
    assert painted.sum() == 9
    assert (canvas.frame[~painted] == 0).all()


def sheets(scene: Scene, height: int = 60, width: int = 106) -> list[Sheet]:
    layers = clip_layers(scene, num_frames=3, fps=2.0, height=height, width=width)
    return [Sheet(layer, height, width) for layer in layers if layer.kind == "plane"]


@pytest.mark.parametrize("camera", ["static", "pan_left", "push_in", "tilt_up"])
def test_rows_that_a_plane_hides_are_its_own(camera: str) -> None:
    for sheet in sheets(Scene(setting="snowfield", camera=camera)):
        for index in range(3):
            hides = sheet.hides(index, 60)
            black, white = Canvas(60, 106), Canvas(60, 106)
            white.frame[:] = FULL
            for canvas in (black, white):
                sheet.lay(canvas, index, np.ones(60, bool))
            assert (black.frame[hides][..., :3] == white.frame[hides][..., :3]).all()
            empty = sheet.cover(index, 60) == cels.EMPTY
            assert (black.frame[empty] == 0).all()


def test_only_what_the_camera_sees_is_kept() -> None:
    static, panned = (sheets(Scene(setting="meadow", camera=camera))[-1] for camera in ("static", "pan_left"))
    whole = 4 * 60
    assert static._texture.shape[1] < 0.5 * whole < panned._texture.shape[1] < 0.75 * whole
    assert static.still
    assert not panned.still


def test_a_layer_is_laid_only_where_it_is_seen() -> None:
    sheet = sheets(Scene(setting="moon"))[0]
    seen = np.zeros(60, bool)
    seen[10:20] = True
    canvas = Canvas(60, 106)
    sheet.lay(canvas, 0, seen)
    assert canvas.frame[seen].any()
    assert not canvas.frame[~seen].any()


def test_a_figure_beyond_the_frame_leaves_it_alone() -> None:
    window = torch.tensor([[[4.0, 0.0, 30.0], [0.0, 4.0, 0.0]]])
    layer = Layer(texture=torch.ones(1, 4, 8, 8), window=window, kind="shadow")
    canvas = Canvas(20, 20)
    Figure(layer, 20, 20).lay(canvas, 0, np.ones(20, bool))
    assert not canvas.frame.any()


def test_a_shower_behind_a_wall_is_not_drawn() -> None:
    layers = clip_layers(Scene(setting="stage", weather="rain"), num_frames=1, fps=2.0, height=60, width=60)
    shower = Shower(next(layer for layer in layers if layer.kind == "fall"), 60, 60)
    canvas = Canvas(60, 60)
    shower.lay(canvas, 0, np.zeros(60, bool))
    assert not canvas.frame.any()
    shower.lay(canvas, 0, np.ones(60, bool))
    assert canvas.frame.any()
