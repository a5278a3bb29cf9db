"""Tasks: what counts in a batch."""

import torch

from tianmu.training.tasks import moves


def test_what_stands_still_does_not_move_and_a_still_cannot() -> None:
    assert torch.equal(moves(torch.rand(2, 4, 1, 3, 5).expand(-1, -1, 6, -1, -1)), torch.zeros(2, 6, 3, 5))
    assert torch.equal(moves(torch.rand(2, 4, 1, 3, 5)), torch.zeros(2, 1, 3, 5))


def test_a_place_moves_in_the_slabs_before_and_after_its_change() -> None:
    latents = torch.zeros(1, 4, 5, 2, 2)
    latents[0, :, 3:, 1, 0] = 0.5
    latents[0, :2, 3:, 0, 1] = -1.0
    found = moves(latents)[0]
    assert found[:, 1, 0].tolist() == [0.0, 0.0, 0.5, 0.5, 0.0]
    assert found[:, 0, 1].tolist() == [0.0, 0.0, 0.5, 0.5, 0.0], "half of the channels change by one"
    assert not found[:, 0, 0].any()
