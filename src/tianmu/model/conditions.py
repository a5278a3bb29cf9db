"""What is known before sampling begins: frames pinned in time, as clean slabs among noisy ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, UInt8
from torch import Tensor

from tianmu.core.errors import InputError
from tianmu.model.codec import SLAB, Codec


@dataclass(frozen=True, kw_only=True)
class Pinned:
    """Slabs that are given."""

    known: Float[Tensor, "1 c s y x"]
    slabs: Bool[Tensor, "s"]


def pin_frames(
    codec: Codec, frames: UInt8[np.ndarray, "f h w c"], *, at: int, num_slabs: int, height: int, width: int
) -> Pinned:
    """Pin frames from frame `at` on. A single picture is held for one slab, as a film opens on a still.

    The picture is scaled to fill the frame and cropped in the middle.
    """
    if at % SLAB or at // SLAB >= num_slabs:
        raise InputError(
            f"Frames can be pinned at frame 0, {SLAB}, {2 * SLAB}, ... of the shot, but {at} was asked for."
        )
    video = torch.from_numpy(np.ascontiguousarray(frames)).permute(3, 0, 1, 2).float() / 127.5 - 1
    scale = max(height / video.shape[2], width / video.shape[3])
    size = (max(height, round(video.shape[2] * scale)), max(width, round(video.shape[3] * scale)))
    video = F.interpolate(video.transpose(0, 1), size=size, mode="bilinear", antialias=True, align_corners=False)
    top, left = (size[0] - height) // 2, (size[1] - width) // 2
    video = video[:, :, top : top + height, left : left + width].transpose(0, 1)
    missing = -video.shape[1] % SLAB
    video = torch.cat([video, video[:, -1:].expand(-1, missing, -1, -1)], 1)
    latents = codec.encode(video[None])[:, :, : num_slabs - at // SLAB]
    known = latents.new_zeros(1, latents.shape[1], num_slabs, *latents.shape[3:])
    slabs = torch.zeros(num_slabs, dtype=torch.bool)
    first = at // SLAB
    known[:, :, first : first + latents.shape[2]] = latents
    slabs[first : first + latents.shape[2]] = True
    return Pinned(known=known, slabs=slabs)
