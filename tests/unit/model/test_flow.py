"""Flow: the straight way, its ends, its velocity, guidance and schedules."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.model.flow import add_noise, guide, schedule, velocity


def _pair() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(2, 4, 3, 2, 2, generator=generator), torch.randn(2, 4, 3, 2, 2, generator=generator)


def test_sigma_one_is_noise_and_zero_is_clean() -> None:
    clean, noise = _pair()
    assert torch.equal(add_noise(clean, noise, torch.ones(2, 3)), noise)
    assert torch.equal(add_noise(clean, noise, torch.zeros(2, 3)), clean)


@settings(deadline=None, max_examples=25)
@given(level=st.floats(0.05, 1.0))
def test_velocity_of_the_true_clean_end_is_noise_minus_clean(level: float) -> None:
    clean, noise = _pair()
    sigma = torch.full((2, 3), level)
    assert torch.allclose(velocity(add_noise(clean, noise, sigma), clean, sigma), noise - clean, atol=1e-4)


def test_every_slab_has_its_own_level() -> None:
    clean, noise = _pair()
    sigma = torch.tensor([[0.0, 0.5, 1.0]]).expand(2, 3)
    noisy = add_noise(clean, noise, sigma)
    assert torch.equal(noisy[:, :, 0], clean[:, :, 0])
    assert torch.allclose(noisy[:, :, 1], (clean + noise)[:, :, 1] / 2)
    assert torch.equal(noisy[:, :, 2], noise[:, :, 2])


def test_guidance_one_is_the_conditional_and_zero_the_unconditional() -> None:
    conditional, unconditional = _pair()
    assert torch.allclose(guide(conditional, unconditional, 1.0), conditional, atol=1e-6)
    assert torch.equal(guide(conditional, unconditional, 0.0), unconditional)
    further = guide(conditional, unconditional, 3.0) - unconditional
    assert torch.allclose(further, 3 * (conditional - unconditional), atol=1e-5)


@pytest.mark.parametrize("shift", [0.5, 1.0, 3.0])
def test_schedules_fall_from_one_to_zero(shift: float) -> None:
    sigmas = schedule(7, shift)
    assert sigmas[0] == 1
    assert sigmas[-1] == 0
    assert len(sigmas) == 8
    assert (sigmas[1:] < sigmas[:-1]).all()


def test_a_shift_above_one_stays_longer_in_the_noise() -> None:
    assert (schedule(8, 3.0)[1:-1] > schedule(8)[1:-1]).all()
