"""Layers: what rotation must keep, and what attention must not see."""

import torch

from tianmu.model.layers import Attention, SigmaEmbedding, rotary, rotate


def test_rotation_keeps_lengths_and_sees_only_distances() -> None:
    generator = torch.Generator().manual_seed(0)
    q, k = (torch.randn(1, 5, 2, 64, generator=generator) for _ in range(2))
    places = torch.randn(1, 5, 3, generator=generator) * 4
    moved = places + torch.tensor([2.0, -1.0, 5.0])
    here, there = rotary(places, 64), rotary(moved, 64)
    assert torch.allclose(rotate(q, here).norm(dim=-1), q.norm(dim=-1), atol=1e-4)
    near = torch.einsum("bnhd,bmhd->bhnm", rotate(q, here), rotate(k, here))
    far = torch.einsum("bnhd,bmhd->bhnm", rotate(q, there), rotate(k, there))
    assert torch.allclose(near, far, atol=1e-3)


def test_at_the_origin_nothing_turns() -> None:
    x = torch.randn(1, 3, 2, 32)
    assert torch.allclose(rotate(x, rotary(torch.zeros(1, 3, 3), 32)), x)


def test_every_axis_has_its_share_of_a_head() -> None:
    for axis in range(3):
        places = torch.zeros(1, 1, 3)
        places[..., axis] = 1
        cos, _ = rotary(places, 64)
        assert 8 <= int((cos < 1).sum()) <= 12


def test_masked_tokens_change_nothing() -> None:
    torch.manual_seed(0)
    attention = Attention(64, 2)
    x = torch.randn(2, 6, 64)
    rotation = rotary(torch.zeros(2, 6, 3), 32)
    mask = torch.tensor([1, 1, 1, 1, 0, 0], dtype=torch.bool).expand(2, 1, 1, 6)
    before = attention(x, rotation, mask)
    x[:, 4:] = 99.0
    assert torch.allclose(attention(x, rotation, mask)[:, :4], before[:, :4], atol=1e-5)


def test_noise_levels_are_told_apart() -> None:
    torch.manual_seed(0)
    embed = SigmaEmbedding(32)
    made = embed(torch.linspace(0, 1, 21)).detach()
    distances = torch.cdist(made, made) + torch.eye(21) * 9
    assert float(distances.min()) > 1e-3
