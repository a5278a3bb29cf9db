"""Samplers: exact where the way is straight, of their order where it is not, and deaf to what is pinned."""

import math

import pytest
import torch

from tianmu.model.flow import schedule
from tianmu.model.sampler import SAMPLERS, sample_dpmpp_2m, sample_euler, sample_euler_ancestral


def _noise() -> torch.Tensor:
    return torch.randn(1, 4, 3, 2, 2, generator=torch.Generator().manual_seed(3), dtype=torch.float64)


@pytest.mark.parametrize("name", SAMPLERS)
@pytest.mark.parametrize("num_steps", [1, 4, 9])
def test_exact_when_the_clean_end_stands_still(name: str, num_steps: int) -> None:
    clean = torch.full_like(_noise(), 0.7)
    made = SAMPLERS[name](lambda noisy, sigma: clean, _noise(), schedule(num_steps))
    assert torch.allclose(made, clean, atol=1e-9)


def _gaussian(noisy: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
    """The best prediction for data of variance 0.25 around 1: the flow's answer is known in closed form."""
    level = sigma[:, None, :, None, None].double()
    variance = 0.25 * (1 - level) ** 2 + level**2
    return 1 + 0.25 * (1 - level) / variance * (noisy - (1 - level))


def _error(sampler: object, num_steps: int) -> float:
    made = sampler(_gaussian, _noise(), schedule(num_steps).double())  # type: ignore[operator]
    return float((made - (1 + 0.5 * _noise())).abs().max())


def test_euler_is_of_first_order_and_dpmpp_of_second() -> None:
    euler = math.log2(_error(sample_euler, 40) / _error(sample_euler, 80))
    second = math.log2(_error(sample_dpmpp_2m, 40) / _error(sample_dpmpp_2m, 80))
    assert 0.8 < euler < 1.3
    assert second > 1.6


def test_the_second_order_solver_is_nearer_with_the_same_steps() -> None:
    assert _error(sample_dpmpp_2m, 12) < 0.5 * _error(sample_euler, 12)


@pytest.mark.parametrize("name", SAMPLERS)
def test_pinned_slabs_are_given_clean_and_stay(name: str) -> None:
    known = torch.full_like(_noise(), 2.0)
    pinned = torch.tensor([True, False, False])
    seen: list[torch.Tensor] = []

    def denoise(noisy: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
        seen.append(sigma.clone())
        assert torch.equal(noisy[:, :, 0], known[:, :, 0])
        return torch.zeros_like(noisy)

    made = SAMPLERS[name](denoise, _noise(), schedule(5), known=known, pinned=pinned)
    assert torch.equal(made[:, :, 0], known[:, :, 0])
    assert torch.allclose(made[:, :, 1:], torch.zeros_like(made[:, :, 1:]), atol=1e-9)
    assert all(level[0, 0] == 0 and level[0, 1] == level[0, 2] > 0 for level in seen)


@pytest.mark.parametrize("name", SAMPLERS)
def test_the_callback_hears_every_step(name: str) -> None:
    steps: list[int] = []
    SAMPLERS[name](lambda n, s: torch.zeros_like(n), _noise(), schedule(6), callback=lambda i, _: steps.append(i))
    assert steps == [0, 1, 2, 3, 4, 5]


def test_ancestral_steps_end_in_the_distribution_of_the_data() -> None:
    noise = torch.randn(1, 4, 50, 10, 10, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    sigmas = schedule(200, 4.0).double()
    generator = torch.Generator().manual_seed(6)
    made = sample_euler_ancestral(_gaussian, noise, sigmas, generator=generator)
    assert abs(float(made.mean()) - 1) < 0.02
    assert abs(float(made.std()) - 0.5) < 0.03
    again = sample_euler_ancestral(_gaussian, noise, sigmas, generator=torch.Generator().manual_seed(6))
    other = sample_euler_ancestral(_gaussian, noise, sigmas, generator=torch.Generator().manual_seed(7))
    assert torch.equal(made, again)
    assert float((made - other).abs().mean()) > 0.1, "where it ends is the noise's choice, not the start's"
