"""What is measured, as functions of numbers: distances between sets, falls, bounces, flicker, sameness.

Nothing here knows a network or a file, so every measure is tested against cases whose answer is known.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor


def frechet_distance(first: Float[Tensor, "n d"], second: Float[Tensor, "m d"]) -> float:
    """Squared Frechet distance of two sets, each taken for a Gaussian (Dowson & Landau 1982; as in FID).

        |mean1 - mean2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))

    With few samples it does not vanish even for two draws of one set: give the floor beside it, from as many.
    Raises ValueError for fewer than two samples in either set.
    """
    if len(first) < 2 or len(second) < 2:
        raise ValueError(f"A Frechet distance needs two samples in each set, but {len(first)} and {len(second)} came.")
    first, second = first.double(), second.double()
    mean = (first.mean(0) - second.mean(0)).square().sum()
    cov1, cov2 = torch.cov(first.T).reshape(2 * (first.shape[1],)), torch.cov(second.T).reshape(2 * (first.shape[1],))
    # tr (C1 C2)^(1/2) = tr (R C2 R)^(1/2) with R = C1^(1/2): symmetric, so that its roots are real.
    values, vectors = torch.linalg.eigh(cov1)
    root = vectors * values.clamp(min=0).sqrt() @ vectors.T
    cross = torch.linalg.eigvalsh(root @ cov2 @ root).clamp(min=0).sqrt().sum()
    return float((mean + cov1.trace() + cov2.trace() - 2 * cross).clamp(min=0))


@dataclass(frozen=True, kw_only=True)
class Fall:
    """A parabola through the heights of a falling thing."""

    gravity: float
    """Frame heights per second squared."""
    fit: float
    """Part of the heights' variance that the parabola explains; 1 is a perfect fall."""


def fit_fall(y: Float[Tensor, "f"], fps: float, seen: Bool[Tensor, "f"] | None = None) -> Fall | None:
    """The fall at the beginning of a clip, until the thing is first at its lowest; y points downwards.

    None when there is no fall: fewer than four frames of it, or less than a tenth of the frame's height.
    """
    usable = torch.ones_like(y, dtype=torch.bool) if seen is None else seen
    times = torch.arange(len(y), dtype=torch.float64) / fps
    y = y.double()
    lowest = float(y[usable].max()) if usable.any() else 0.0
    # "Lowest" within a hundredth: a tracked centre is never exactly still once it lies.
    landed = next((i for i in range(len(y)) if usable[i] and y[i] > lowest - 0.01), 0)
    before = usable & (torch.arange(len(y)) < landed)
    if int(before.sum()) < 4 or lowest - float(y[before].min()) < 0.1:
        return None
    t, heights = times[before], y[before]
    design = torch.stack([torch.ones_like(t), t, 0.5 * t**2], 1)
    solution = torch.linalg.lstsq(design, heights[:, None]).solution[:, 0]
    rest = (heights - design @ solution).square().sum()
    spread = (heights - heights.mean()).square().sum().clamp(min=1e-12)
    return Fall(gravity=float(solution[2]), fit=float(1 - rest / spread))


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """The rhythm of something that bounces."""

    period: float
    """Seconds from floor to floor."""
    height: float
    """Frame heights from floor to top."""
    rebound: float
    """Lowest of its tops over the highest: 1 when it comes up to the same height each time."""


def fit_bounce(y: Float[Tensor, "f"], fps: float, seen: Bool[Tensor, "f"] | None = None) -> Bounce | None:
    """Period, height and rebound of a bounce in place; None when what moves less than 0.04 or has no two tops."""
    usable = torch.ones_like(y, dtype=torch.bool) if seen is None else seen
    if int(usable.sum()) < max(8, 3 * len(y) // 4):
        return None
    up = -_filled(y.double(), usable)
    if float(up.quantile(0.95) - up.quantile(0.05)) < 0.04:
        return None
    # Shortest period 0.4 s: a top is higher than everything half of that before and after.
    reach = max(1, round(0.2 * fps))
    tops: list[tuple[float, float]] = []
    for i in range(1, len(up) - 1):
        near = up[max(0, i - reach) : i + reach + 1]
        if up[i] == near.max() and up[i] > up.median() and (not tops or i / fps - tops[-1][0] > 0.2):
            left, here, right = (float(up[j]) for j in (i - 1, i, i + 1))
            bend = left - 2 * here + right
            shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
            tops.append(((i + shift) / fps, here - 0.25 * (left - right) * shift))
    if len(tops) < 2:
        return None
    floor = float(up.quantile(0.1))
    heights = [top - floor for _, top in tops]
    gaps = torch.tensor([later[0] - sooner[0] for sooner, later in itertools.pairwise(tops)])
    return Bounce(
        period=float(gaps.median()),
        height=float(torch.tensor(heights).median()),
        rebound=max(0.0, min(heights)) / max(*heights, 1e-6),
    )


def _filled(y: Tensor, seen: Tensor) -> Tensor:
    """The last place that was seen, wherever there is none."""
    known = seen.nonzero()[:, 0]
    place = torch.searchsorted(known, torch.arange(len(y)), right=True) - 1
    return y[known[place.clamp(min=0)]]


def flicker(video: Float[Tensor, "3 f h w"], still: Float[Tensor, "h w"]) -> float:
    """Mean change from frame to frame where nothing moves, in grey levels of 255; `still` weighs the pixels.

    NaN when nothing is still.
    """
    change = (video[:, 1:] - video[:, :-1]).abs().mean((0, 1)) * 127.5
    total = still.sum()
    return float((change * still).sum() / total) if total > 0 else math.nan


def sharpness(video: Float[Tensor, "3 f h w"]) -> float:
    """Mean difference of neighbouring pixels, in grey levels of 255; blur lowers it, grain raises it."""
    across, down = (
        (video[..., 1:] - video[..., :-1]).abs().mean(),
        (video[..., 1:, :] - video[..., :-1, :]).abs().mean(),
    )
    return float((across + down) / 2 * 127.5)


def sameness(video: Float[Tensor, "3 f h w"], cover: Float[Tensor, "f h w"]) -> float | None:
    """How alike the actor's colours are in the first and the last quarter of a clip: 1 is the same, 0 is another.

    Overlap of two histograms over 4 x 4 x 4 colours, weighed by the cover. None when the actor is not there in either.
    """
    quarter = max(1, video.shape[1] // 4)
    parts = []
    for part in (slice(0, quarter), slice(-quarter, None)):
        weight = (cover[part] > 0.5).float().flatten()
        if float(weight.sum()) < 4:
            return None
        level = ((video[:, part].clamp(-1, 1) + 1) * 1.9999).long().flatten(1)
        place = level[0] * 16 + level[1] * 4 + level[2]
        cells = torch.zeros(64).index_add_(0, place, weight).view(1, 1, 4, 4, 4)
        # Neighbouring colours count a little: a shade that crosses a border is not another colour.
        parts.append(F.avg_pool3d(cells, 3, 1, 1, count_include_pad=False).flatten() / weight.sum())
    first, last = (part / part.sum() for part in parts)
    return float(torch.minimum(first, last).sum())


def median(values: Sequence[float]) -> float | None:
    """The middle value, or the mean of the two in the middle; None of nothing, which a table shows as a dash."""
    known = sorted(value for value in values if math.isfinite(value))
    if not known:
        return None
    middle = len(known) // 2
    return known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) / 2
