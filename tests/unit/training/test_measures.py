"""Laws of the measures: known distances, a fall and a bounce that were made with known numbers, stillness."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tianmu.training.measures import (
    fit_bounce,
    fit_fall,
    flicker,
    frechet_distance,
    median,
    sameness,
    sharpness,
)

# Training turns denormal numbers off for the whole process, and Hypothesis must not count on them after that.
coordinate, spread = st.floats(-3, 3, allow_subnormal=False), st.floats(0.1, 3, allow_subnormal=False)


def gaussian(count: int, mean: torch.Tensor, root: torch.Tensor, seed: int = 0) -> torch.Tensor:
    """Samples whose mean and covariance are exactly `mean` and `root @ root.T`."""
    raw = torch.randn(count, len(mean), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    raw = raw - raw.mean(0)
    raw = raw @ torch.linalg.inv(torch.linalg.cholesky(torch.cov(raw.T).reshape(len(mean), len(mean)))).T
    return mean + raw @ root.T


def test_a_set_is_at_no_distance_from_itself() -> None:
    features = torch.randn(50, 16, generator=torch.Generator().manual_seed(1))
    assert frechet_distance(features, features) == pytest.approx(0, abs=1e-6)
    assert frechet_distance(features, features + 1) == pytest.approx(16, rel=1e-6)


@given(
    means=st.tuples(coordinate, coordinate),
    spreads=st.tuples(spread, spread),
)
def test_the_distance_of_two_gaussians_on_a_line(means: tuple[float, float], spreads: tuple[float, float]) -> None:
    first, second = (
        gaussian(40, torch.tensor([mean], dtype=torch.float64), torch.tensor([[spread]], dtype=torch.float64), seed)
        for seed, (mean, spread) in enumerate(zip(means, spreads, strict=True))
    )
    expected = (means[0] - means[1]) ** 2 + (spreads[0] - spreads[1]) ** 2
    assert frechet_distance(first, second) == pytest.approx(expected, abs=1e-6)


def test_the_distance_of_two_gaussians_in_a_plane_whose_axes_are_turned() -> None:
    turn = math.radians(30)
    rotation = torch.tensor([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]], dtype=torch.float64)
    # With the same axes the covariances commute, so the distance is that of each axis's spreads.
    first = gaussian(60, torch.zeros(2, dtype=torch.float64), rotation @ torch.diag(torch.tensor([2.0, 0.5])).double())
    second = gaussian(
        60, torch.ones(2, dtype=torch.float64), rotation @ torch.diag(torch.tensor([1.0, 1.5])).double(), 1
    )
    assert frechet_distance(first, second) == pytest.approx(2 + 1 + 1, abs=1e-6)
    assert frechet_distance(second, first) == pytest.approx(4, abs=1e-6)


def test_one_sample_is_no_set() -> None:
    with pytest.raises(ValueError, match="two samples"):
        frechet_distance(torch.zeros(1, 3), torch.zeros(5, 3))


@given(gravity=st.floats(0.8, 3.0, allow_subnormal=False), start=st.floats(-0.45, -0.2, allow_subnormal=False))
def test_a_fall_gives_its_gravity_back(gravity: float, start: float) -> None:
    times = torch.arange(32) / 8
    y = (start + 0.5 * gravity * times**2).clamp(max=0.3)
    fall = fit_fall(y, 8)
    assert fall is not None
    assert fall.gravity == pytest.approx(gravity, rel=1e-4)
    assert fall.fit == pytest.approx(1, abs=1e-6)


def test_a_fall_at_steady_speed_has_no_gravity() -> None:
    fall = fit_fall((-0.4 + 0.5 * torch.arange(32) / 8).clamp(max=0.3), 8)
    assert fall is not None
    assert fall.gravity == pytest.approx(0, abs=1e-4)


def test_what_lies_still_or_is_not_seen_does_not_fall() -> None:
    assert fit_fall(torch.full((32,), 0.3), 8) is None
    assert fit_fall(torch.linspace(-0.4, 0.4, 32), 8, torch.zeros(32, dtype=torch.bool)) is None


@pytest.mark.parametrize("phase", [0.0, 0.1, 0.37])
@pytest.mark.parametrize("period", [0.8, 1.0])
def test_a_bounce_gives_its_period_and_its_height_back(period: float, phase: float) -> None:
    within = torch.remainder(torch.arange(32) / 8 + phase, period)
    y = 0.3 - 0.5 * 1.6 * within * (period - within)
    bounce = fit_bounce(y, 8)
    assert bounce is not None
    assert bounce.period == pytest.approx(period, abs=0.02)
    assert bounce.height == pytest.approx(0.2 * period**2, rel=0.05)
    assert bounce.fit > 0.99
    assert bounce.rebound > 0.9


def test_a_bounce_that_dies_rebounds_less() -> None:
    times = torch.arange(48) / 8
    within = torch.remainder(times, 1.0)
    y = 0.3 - 0.8 * within * (1 - within) * 0.6 ** times.floor()
    bounce = fit_bounce(y, 8)
    assert bounce is not None
    assert bounce.rebound < 0.6


def test_what_stands_does_not_bounce() -> None:
    assert fit_bounce(torch.full((32,), 0.3), 8) is None


def test_a_still_clip_does_not_flicker() -> None:
    picture = torch.rand(3, 1, 16, 16, generator=torch.Generator().manual_seed(0))
    assert flicker(picture.expand(3, 8, 16, 16), torch.ones(16, 16)) == 0


def test_flicker_counts_only_what_should_be_still() -> None:
    clip = torch.zeros(3, 6, 8, 8)
    clip[:, ::2, :, :4] = 2 / 255
    still = torch.zeros(8, 8)
    still[:, 4:] = 1
    assert flicker(clip, still) == 0
    assert flicker(clip, 1 - still) == pytest.approx(1, rel=1e-5)
    assert math.isnan(flicker(clip, torch.zeros(8, 8)))


def test_blur_is_less_sharp() -> None:
    clip = torch.rand(3, 2, 16, 16, generator=torch.Generator().manual_seed(0))
    blurred = torch.nn.functional.avg_pool2d(clip, 3, 1, 1)
    assert sharpness(blurred) < 0.6 * sharpness(clip)
    assert sharpness(torch.zeros(3, 2, 8, 8)) == 0


def test_an_actor_that_keeps_its_colours_is_the_same_wherever_it_goes() -> None:
    clip, cover = torch.zeros(3, 8, 16, 32), torch.zeros(8, 16, 32)
    red = torch.tensor([0.9, -0.8, -0.8])[:, None, None]
    for frame in range(8):
        clip[:, frame, 4:10, 3 * frame : 3 * frame + 6] = red
        cover[frame, 4:10, 3 * frame : 3 * frame + 6] = 1
    assert sameness(clip, cover) == pytest.approx(1)
    clip[:, 4:] = -clip[:, 4:]
    assert (sameness(clip, cover) or 0) < 0.2
    assert sameness(clip, torch.zeros_like(cover)) is None


def test_the_median_of_nothing_is_nothing() -> None:
    assert median([]) is None
    assert median([math.nan]) is None
    assert median([3.0, 1.0, 2.0]) == 2
    assert median([4.0, 1.0]) == 2.5
