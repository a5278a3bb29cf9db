"""Losses: zero at the truth, deaf to what was given, and the subject counts more."""

import torch

from tianmu.training.loss import codec_loss, draw_sigma, flow_loss


def test_the_truth_costs_nothing() -> None:
    clean = torch.randn(2, 4, 3, 2, 2)
    assert flow_loss(clean, clean, torch.rand(2, 3), torch.ones(2, 1, 3, 2, 2)) == 0


def test_given_slabs_cost_nothing() -> None:
    clean, wrong = torch.zeros(1, 4, 2, 2, 2), torch.zeros(1, 4, 2, 2, 2)
    wrong[:, :, 0] = 5.0
    sigma, weight = torch.tensor([[0.0, 0.7]]), torch.ones(1, 1, 2, 2, 2)
    assert flow_loss(wrong, clean, sigma, weight) == 0
    assert flow_loss(wrong, clean, torch.tensor([[0.7, 0.0]]), weight) > 1


def test_an_error_on_the_subject_costs_more() -> None:
    clean, weight = torch.zeros(1, 4, 1, 2, 2), torch.ones(1, 1, 1, 2, 2)
    weight[..., 0, 0] = 6
    costs = []
    for row, col in ((0, 0), (1, 1)):
        wrong = clean.clone()
        wrong[..., row, col] = 1
        costs.append(float(flow_loss(wrong, clean, torch.ones(1, 1), weight)))
    assert abs(costs[0] / costs[1] - 6) < 1e-4


def test_at_full_noise_the_flow_loss_is_the_velocity_s_squared_error() -> None:
    clean, denoised, noise = torch.randn(3, 2, 4, 2, 2, 2).unbind(0)
    loss = flow_loss(denoised, clean, torch.ones(2, 2), torch.ones(2, 1, 2, 2, 2))
    velocity_error = ((noise - denoised) - (noise - clean)).square().mean()
    assert torch.allclose(loss, velocity_error)


def test_noise_levels_have_all_three_patterns() -> None:
    sigma = draw_sigma(600, 6, torch.Generator().manual_seed(0))
    assert sigma.min() == 0
    assert 0.9 < sigma.max() < 1
    shared = (sigma == sigma[:, :1]).all(1).float().mean()
    given = (sigma == 0).any(1).float().mean()
    assert 0.4 < shared < 0.6
    assert 0.18 < given < 0.32
    assert (sigma > 0).any(1).all()  # something is always left to learn
    assert torch.equal(sigma, draw_sigma(600, 6, torch.Generator().manual_seed(0)))


def test_a_perfect_codec_pays_only_for_the_size_of_its_latents() -> None:
    video, weight = torch.rand(1, 3, 4, 8, 8), torch.ones(1, 1, 4, 8, 8)
    floor = codec_loss(video, video, torch.zeros(1, 4, 1, 1, 1), weight)
    assert abs(float(floor) - 0.01) < 1e-4
    assert codec_loss(video + 0.1, video, torch.zeros(1, 4, 1, 1, 1), weight) > floor
