"""The looks: the two ways to grade a frame agree, and each look is what its name says."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from tianmu.world.cels import FULL
from tianmu.world.look import grade, graded
from tianmu.world.scene import LOOKS


@pytest.fixture(scope="module")
def colours() -> Tensor:
    """A frame [1 3 64 64] with colours from everywhere in the cube, its corners among them."""
    axis = torch.linspace(0, 1, 16)
    cube = torch.stack(torch.meshgrid(axis, axis, axis, indexing="ij")).reshape(3, 64, 64)
    return cube[None]


def in_hd(frame: Tensor, look: str) -> np.ndarray:
    rgba = torch.cat([frame[0], torch.ones(1, 64, 64)]).mul(FULL).round().permute(1, 2, 0).numpy().astype(np.uint16)
    out = np.empty((64, 64, 3), np.uint8)
    grade(look)(rgba, out)
    return out


@pytest.mark.parametrize("look", LOOKS)
def test_both_ways_to_grade_agree_on_every_colour(look: str, colours: Tensor) -> None:
    wanted = graded(colours, look).clamp(0, 1)[0].permute(1, 2, 0).numpy() * 255
    away = np.abs(in_hd(colours, look) - wanted)
    if look == "poster":  # a colour on the very edge of a step may fall to either side
        assert (away > 1).mean() < 0.002
    else:
        assert away.max() < (1.6 if look == "ink" else 0.6)


@pytest.mark.parametrize("look", LOOKS)
def test_a_grade_does_not_touch_what_it_reads(look: str, colours: Tensor) -> None:
    before = colours.clone()
    graded(colours, look)
    in_hd(colours, look)
    assert torch.equal(before, colours)


def test_natural_is_the_frame_itself(colours: Tensor) -> None:
    assert torch.equal(graded(colours, "natural"), colours)


def test_black_and_white_has_no_colour_and_keeps_grey(colours: Tensor) -> None:
    grey = graded(colours, "black_and_white")
    assert (grey == grey[:, :1]).all()
    torch.testing.assert_close(graded(grey, "black_and_white"), grey)


@pytest.mark.parametrize("look", ["black_and_white", "sepia", "ink"])
def test_toned_looks_keep_the_order_of_brightness(look: str) -> None:
    ramp = torch.linspace(0, 1, 64).expand(1, 3, 64, 64)
    toned = graded(ramp, look)
    assert (toned.diff(dim=3) > 0).all()


def test_a_poster_has_four_steps_of_each_colour(colours: Tensor) -> None:
    steps = graded(colours, "poster").unique()
    torch.testing.assert_close(steps, torch.arange(4) / 3)


def test_sepia_is_warm_and_dusk_is_violet_in_the_shadows() -> None:
    grey = torch.full((1, 3, 2, 2), 0.5)
    red, _, blue = graded(grey, "sepia")[0, :, 0, 0]
    assert red > blue
    red, green, blue = graded(torch.zeros(1, 3, 2, 2), "dusk_grade")[0, :, 0, 0]
    assert blue > red > green
