"""The upscaler: untrained it is the bicubic enlargement, and it looks one frame to each side and no farther."""

import torch
import torch.nn.functional as F

from tianmu.model.generate import _upscaled
from tianmu.model.upscale import Upscaler


def test_untrained_it_enlarges() -> None:
    torch.manual_seed(0)
    frames = torch.rand(1, 3, 5, 16, 24)
    made = Upscaler()(frames)
    assert made.shape == (1, 3, 5, 32, 48)
    plain = F.interpolate(frames[:, :, 2], scale_factor=2, mode="bicubic", align_corners=False)
    assert torch.allclose(made[:, :, 2], plain, atol=1e-5)


def test_stretches_with_neighbours_equal_the_whole() -> None:
    torch.manual_seed(0)
    upscaler = Upscaler(width=16, blocks=1)
    torch.nn.init.normal_(upscaler.out.weight, std=0.05)
    video = torch.rand(1, 3, 11, 16, 16)
    with torch.no_grad():
        assert torch.allclose(_upscaled(upscaler, video, chunk=4), upscaler(video), atol=1e-5)
