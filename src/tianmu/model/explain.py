"""A look inside a generation: what every patch of the film took from every word, and what it would be without some.

    look_inside(prompt, ...)              the frames, what they were after each step, attention
    generate_without(prompt, {2, 3}, ...)  the same seed and noise with words masked out; all others keep their places

Both go through `generate` as it is: the first listens to the attention layers, the second hides words from the network
as padding is hidden, so nothing is drawn by other rules than a take. Attention says where a layer looked, not what it
did with it (Jain & Wallace 2019, arXiv:1902.10186); that is why `generate_without` stands beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Float32, Int, UInt8
from torch import Tensor, nn

from tianmu.model.flow import guide
from tianmu.model.generate import WINDOW, NativeModel, choose, generate
from tianmu.model.layers import Attention, Rotation
from tianmu.model.text import MAX_WORDS, PAD, Tokenizer
from tianmu.model.transformer import Transformer
from tianmu.world.captions import words

KNOCKED_STEPS = 2
"""Of how many first steps words are knocked out, one step at a time."""

Frames = UInt8[np.ndarray, "f h w c"]


@dataclass(frozen=True, kw_only=True)
class Inside:
    """What was seen of one generation; every array is outside torch."""

    words: tuple[str, ...]
    """Of the caption, as the network gets them, one a token."""
    frames: Frames
    """Before upscaling."""
    steps: tuple[Frames, ...]
    """The clean film as it was predicted at every sampling step."""
    looked: Float32[np.ndarray, "t b n s y x"]
    """Attention of every patch to every word, by step and block, the mean over heads."""
    took: Float32[np.ndarray, "t b n s y x"]
    """The same, each head's share times the length of what it carries from the word into the patch (Kobayashi et al.
    2020, arXiv:2004.10102)."""
    knocked: Float32[np.ndarray, "k g s y x"]
    """How far the clean latents that a step foresees move (mean absolute, their own units) when a group of words is
    masked out of that step's attention alone; the first `KNOCKED_STEPS` steps, every group that was asked for."""


@torch.inference_mode()
def look_inside(prompt: str, *, model: NativeModel, groups: Sequence[Collection[int]] = (), **settings: Any) -> Inside:
    """Generate with `settings` of `generate`, and keep what was seen on the way. The frames are not upscaled.

    `groups` are places of words that are knocked out of single steps.
    """
    asked = settings.get("num_steps"), settings.get("guidance_scale"), settings.get("sampler")
    network, steps, scale, _ = choose(model, *asked, bool(settings.get("negative_prompt")))
    with _listening(network, scale) as heard:
        frames = generate(prompt, model=model, **_small(settings))
    shape, early = (heard.rows, heard.cols), min(KNOCKED_STEPS, steps)
    turns = [range(step, len(heard.asked), steps) for step in range(early)]
    knocked = [_joined([_knocked(network, heard, call, groups) for call in calls])[0] for calls in turns]
    return Inside(
        words=tuple(words(prompt)[:MAX_WORDS]),
        frames=frames,
        steps=tuple(
            _film(model, _joined([heard.clean[turn] for turn in range(step, len(heard.clean), steps)]), len(frames))
            for step in range(steps)
        ),
        looked=_by_step(heard.looked, steps, shape),
        took=_by_step(heard.took, steps, shape),
        knocked=torch.stack(knocked).float().numpy(),
    )


def generate_without(prompt: str, hidden: Collection[int], *, model: NativeModel, **settings: Any) -> Frames:
    """The film of the same noise with the words at places `hidden` masked out where they stand; not upscaled."""
    blind = replace(model, tokenizer=_Hiding(model.tokenizer, prompt, hidden))
    return generate(prompt, model=blind, **_small(settings))


def _small(settings: dict[str, Any]) -> dict[str, Any]:
    return {**settings, "upscale": False}


class _Hiding(Tokenizer):
    """A tokenizer that pads some places of one caption; the network's mask leaves padding out of every attention."""

    def __init__(self, tokenizer: Tokenizer, prompt: str, hidden: Collection[int]) -> None:
        super().__init__(tokenizer.vocabulary)
        self._prompt, self._hidden = prompt, sorted(hidden)

    def encode(self, captions: Sequence[str]) -> Int[Tensor, "b t"]:
        ids = super().encode(captions)
        ids[0, [place for place in self._hidden if place < ids.shape[1]]] = PAD
        return ids


@dataclass(kw_only=True)
class _Heard:
    """One entry a call of the network; inside, one a block: `[words patches]`."""

    asked: list[tuple[Tensor, Tensor, Tensor]] = field(default_factory=list[tuple[Tensor, Tensor, Tensor]])
    """Noisy latents, noise levels and words of the first film of a batch."""
    said: list[Tensor] = field(default_factory=list[Tensor])
    """What the network answered to that film, before guidance."""
    clean: list[Tensor] = field(default_factory=list[Tensor])
    looked: list[list[Tensor]] = field(default_factory=list[list[Tensor]])
    took: list[list[Tensor]] = field(default_factory=list[list[Tensor]])
    words: int = 0
    patches: int = 0
    rows: int = 0
    cols: int = 0


@contextmanager
def _listening(network: Transformer, scale: float) -> Generator[_Heard]:
    """Hear what the network is asked and what its blocks attend to, while it runs; it computes as ever."""
    heard = _Heard()

    def asked(_: nn.Module, given: tuple[Any, ...]) -> None:
        noisy, sigma, text = given[:3]
        heard.words = text.shape[1] if len(text) == 1 else int((text[0] != PAD).sum())
        heard.rows, heard.cols = (side // network.config.patch for side in noisy.shape[3:])
        heard.patches = noisy.shape[2] * heard.rows * heard.cols
        heard.asked.append((noisy[:1], sigma[:1], text[:1]))
        heard.looked.append([])
        heard.took.append([])

    def attended(layer: nn.Module, given: tuple[Any, ...]) -> None:
        assert isinstance(layer, Attention)
        x, rotation, mask = given
        looked, took = _shares(layer, x, rotation, mask, heard)
        heard.looked[-1].append(looked)
        heard.took[-1].append(took)

    def answered(_: nn.Module, given: tuple[Any, ...], said: Tensor) -> None:
        heard.said.append(said[:1])
        heard.clean.append(said if len(said) == 1 else guide(said[:1], said[1:], scale))

    hooks = [network.register_forward_pre_hook(asked), network.register_forward_hook(answered)]
    hooks += [block.attention.register_forward_pre_hook(attended) for block in network.blocks]  # type: ignore[union-attr]
    try:
        yield heard
    finally:
        for hook in hooks:
            hook.remove()


def _shares(layer: Attention, x: Tensor, rotation: Rotation, mask: Tensor, heard: _Heard) -> tuple[Tensor, Tensor]:
    """Attention of patches to words `[words patches]` of the first film of a batch: the share, and what it carried."""
    x, mask = x[:1], mask[:1]
    rotation = rotation[0][:1], rotation[1][:1]
    q, k, v = layer.project(x, rotation)
    scores = torch.einsum("bqhd,bkhd->bhqk", q[:, -heard.patches :], k) / q.shape[-1] ** 0.5
    share = F.softmax(scores.masked_fill(~mask, -torch.inf), -1)[0, :, :, : heard.words]  # (h, patches, words)
    outward = rearrange(layer.out.weight, "o (h d) -> h d o", h=layer.heads)
    carried = torch.einsum("nhd,hdo->hno", v[0, : heard.words], outward).norm(dim=-1)  # (h, words)
    return share.mean(0).T, (share * carried[:, None]).mean(0).T


def _knocked(network: Transformer, heard: _Heard, call: int, groups: Sequence[Collection[int]]) -> Tensor:
    """How far one call's answer moves by patch `[1 groups slabs rows cols]` without each group of words."""
    noisy, sigma, text = heard.asked[call]
    patch, moved = network.config.patch, list[Tensor]()
    for group in groups:
        fewer = text.clone()
        fewer[0, [place for place in group if place < text.shape[1]]] = PAD
        apart = (network(noisy, sigma, fewer) - heard.said[call]).abs().mean(1)[0]  # (s, h, w)
        moved.append(F.avg_pool2d(apart, patch))
    return torch.stack(moved)[None] if moved else noisy.new_zeros(1, 0, noisy.shape[2], heard.rows, heard.cols)


def _by_step(calls: list[list[Tensor]], steps: int, shape: tuple[int, int]) -> Float32[np.ndarray, "t b n s y x"]:
    """Calls of all windows as one array a step; of a later window only the slabs that it made."""
    by_step = []
    for step in range(steps):
        windows = [torch.stack(calls[turn]) for turn in range(step, len(calls), steps)]  # (b, n, patches)
        by_step.append(_joined([window.unflatten(-1, (-1, *shape)) for window in windows]))  # (b, n, s, r, c)
    return torch.stack(by_step).float().numpy()


def _joined(windows: list[Tensor]) -> Tensor:
    """Windows over each other by half, joined along their slabs (dimension 2)."""
    return torch.cat([windows[0], *(window[:, :, WINDOW // 2 :] for window in windows[1:])], 2)


def _film(model: NativeModel, latents: Tensor, num_frames: int) -> Frames:
    video = model.codec.decode(latents)[0, :, :num_frames].clamp(-1, 1)
    return ((video + 1) * 127.5).round().byte().permute(1, 2, 3, 0).contiguous().numpy()
