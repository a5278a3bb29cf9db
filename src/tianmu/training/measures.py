"""What is measured, as functions of numbers: distances between sets, falls, bounces, flicker, sameness.

Nothing here knows a network or a file, so every measure is tested against cases whose answer is known.
"""

from __future__ import annotations

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
    """The rhythm of something that bounces: parabolas in a row, all alike."""

    period: float
    """Seconds from floor to floor."""
    height: float
    """Frame heights from floor to top."""
    fit: float
    """Part of the heights' variance that the parabolas explain."""
    rebound: float
    """The lowest hop's height over the highest's: 1 when it comes up the same each time."""


def fit_bounce(y: Float[Tensor, "f"], fps: float, seen: Bool[Tensor, "f"] | None = None) -> Bounce | None:
    """The bounce in place that explains a clip best, with a period of 0.4 to 1.6 s; y points downwards.

    None where a quarter of the frames shows nothing, or where what is seen moves up and down less than 0.04.
    """
    usable = torch.ones_like(y, dtype=torch.bool) if seen is None else seen
    if int(usable.sum()) < max(8, 3 * len(y) // 4):
        return None
    times, up = torch.arange(len(y), dtype=torch.float64)[usable] / fps, -y[usable].double()
    if float(up.max() - up.min()) < 0.04:
        return None
    # Every period and phase at once; floor and height of each follow from a straight line's least squares.
    period = torch.arange(0.4, min(1.6, len(y) / fps / 2) + 1e-9, 0.01, dtype=torch.float64)[:, None, None]
    phase = torch.arange(0, 1, 1 / 40, dtype=torch.float64)[None, :, None] * period
    within = torch.remainder(times + phase, period)
    hop = 4 * within * (period - within) / period**2  # 0 on the floor, 1 at the top
    centred, rise = hop - hop.mean(-1, keepdim=True), up - up.mean()
    height = (centred * rise).sum(-1) / centred.square().sum(-1).clamp(min=1e-9)
    rest = (rise - height[..., None] * centred).square().sum(-1)
    best = int(rest.argmin())
    row, column = divmod(best, rest.shape[1])
    tall, floor = float(height[row, column]), float(up.mean() - height[row, column] * hop[row, column].mean())
    number = ((times + phase[row, column]) / period[row, 0]).floor()
    hops = []
    for which in number.unique():
        shape = hop[row, column][number == which]
        if float(shape.max()) > 0.7:  # its top is seen, so that its height is more than a guess
            hops.append(float((shape * (up[number == which] - floor)).sum() / shape.square().sum()))
    return Bounce(
        period=float(period[row, 0, 0]),
        height=tall,
        fit=float(1 - rest[row, column] / rise.square().sum().clamp(min=1e-12)),
        rebound=max(0.0, min(hops)) / max(*hops, 1e-6) if hops else 0.0,
    )


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
