"""A scene staged anew for another frame, in the words that a trained model knows: size, relation, who is seen when.

The model has learnt the world's own staging in every frame, and in a tall one that puts two in front of each other.
What it would draw is worked out here by the world's geometry before it is asked, and the caption is changed where the
frame breaks what 16:9 shows:

1. Who hides another is put beside them, where the frame has room for both.
2. Who cannot be seen together is seen one after the other: the shot goes from one to the next, nobody is left out.
3. The size is the one of the model's three that is nearest to the animated stage's own for this frame (`blocking.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from itertools import combinations
from math import log
from statistics import fmean
from typing import Any

import torch

from tianmu.core.text import listed, say
from tianmu.engines.protocol import ShotRequest
from tianmu.engines.reading import Understanding
from tianmu.world.blocking import FRAMING_ZOOM, block
from tianmu.world.camera import camera_path
from tianmu.world.captions import long_caption
from tianmu.world.motion import actor_states, own_places
from tianmu.world.scene import FRAMINGS, Scene, cast
from tianmu.world.sprites import atlas_index

HIDDEN = 0.25
"""Of the smaller of two, how much the other may hide over a shot."""
WORSE = 0.1
"""How much more than in 16:9 it must be before the scene is staged otherwise: what 16:9 hides was meant."""
SEEN = 0.8
"""Of what 16:9 shows of somebody between its sides, how much this frame must."""
LEAST = Fraction(1)
"""Seconds that each of a sequence is seen at least; a shorter shot shows them together."""

_HOME = 16 / 9
_NEAR = 0.03
"""Frames this near to 16:9 are 16:9 (the model's own is 7:4)."""
_DRAWS = range(6)
"""Seeds of the world over which the geometry is averaged, for the model has learnt them all."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """What is seen through a stretch of a shot."""

    scene: Scene
    caption: str
    num_frames: int


@dataclass(frozen=True, kw_only=True)
class Restaging:
    """A shot as it is drawn in its frame: its parts in order, and why it is not as it was read."""

    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()

    def facts(self, read: Understanding) -> dict[str, Any]:
        """The facts of the recipe: as read, with what was staged otherwise and the captions that the engine got."""
        if not self.notes:
            return read.facts
        one = self.parts[0].scene if len(self.parts) == 1 else read.scene
        staged = [{"caption": p.caption, "scene": asdict(p.scene), "num_frames": p.num_frames} for p in self.parts]
        return {
            **read.facts,
            "caption": " / ".join(part.caption for part in self.parts),
            "scene": asdict(one),
            "restaged": {"read": read.caption, "parts": staged, "notes": list(self.notes)},
        }


def restage(read: Understanding, request: ShotRequest, aspect: float) -> Restaging:
    """The shot as it is staged in a frame of `aspect`, its width over its height as the engine draws it.

    As it was read in 16:9, word for word (`verbatim`), and where a first picture says how it is staged.
    """
    scene = read.scene
    if request.verbatim or request.conditions or abs(aspect / _HOME - 1) < _NEAR:
        return Restaging(parts=(Part(scene=scene, caption=read.caption, num_frames=request.num_frames),))
    seconds, notes = float(request.seconds), list[str]()
    scene = _side_by_side(scene, aspect, seconds, notes)
    scenes = [scene]
    if _merges(scene, aspect, seconds) and request.seconds >= LEAST * len(scene.actors):
        scenes = _one_by_one(scene)
        notes.append(_said_one_by_one(scenes))
    fitted = [_fitted(each, aspect, seconds / len(scenes)) for each in scenes]
    notes += _said_sizes(scene.framing, fitted)
    ends = [round(number * request.num_frames / len(fitted)) for number in range(len(fitted) + 1)]
    parts = (
        Part(scene=each, caption=long_caption(each), num_frames=end - start)
        for each, start, end in zip(fitted, ends, ends[1:], strict=False)
    )
    return Restaging(parts=tuple(parts), notes=tuple(notes))


def hidden(scene: Scene, aspect: float, seconds: float) -> float:
    """How much of the smaller of two is hidden, at most, as the world stages the scene in a frame: 0 to 1.

    The mean over the shot, and over the places that the world may draw.
    """
    pairs = list(combinations(range(len(scene.actors)), 2))
    shares: list[list[float]] = [[] for _ in pairs]
    for boxes in _boxes(scene, aspect, seconds):
        for share, (first, second) in zip(shares, pairs, strict=True):
            share.append(float(_covered(boxes[first], boxes[second]).mean()))
    return max((fmean(share) for share in shares), default=0.0)


def seen(scene: Scene, aspect: float, seconds: float) -> float:
    """How much of the one seen least lies between the sides of the frame, over the shot and the draws: 0 to 1."""
    camera = camera_path(scene, _times(seconds), seconds)
    shares: list[list[float]] = [[] for _ in scene.actors]
    for boxes in _boxes(scene, aspect, seconds):
        for share, (left, right, _, _) in zip(shares, boxes, strict=True):
            half = aspect / 2 / camera.zoom
            inside = torch.minimum(right, camera.x + half) - torch.maximum(left, camera.x - half)
            share.append(float((inside.clamp(min=0) / (right - left)).mean()))
    return min((fmean(share) for share in shares), default=1.0)


Box = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]
"""Left, right, top and foot of an actor over time, each [f], in frame heights."""


def _times(seconds: float) -> torch.Tensor:
    return torch.tensor([0.0, seconds / 2, seconds])


def _boxes(scene: Scene, aspect: float, seconds: float) -> Iterator[list[Box]]:
    """Where everybody is at the beginning, in the middle and at the end, for every draw."""
    for seed in _DRAWS:
        states = actor_states(replace(scene, seed=seed), _times(seconds), seconds, aspect)
        boxes: list[Box] = []
        for actor, state in zip(scene.actors, states, strict=True):
            across, up = atlas_index()["subjects"][actor.subject]["extent"]
            half = state.height * across / up / 2
            boxes.append((state.x - half, state.x + half, state.y - state.height, state.y))
        yield boxes


def _covered(one: Box, other: Box) -> torch.Tensor:
    """The share of the smaller box that lies in both, [f]."""
    (left, right, top, foot), (left2, right2, top2, foot2) = one, other
    wide = (torch.minimum(right, right2) - torch.maximum(left, left2)).clamp(min=0)
    high = (torch.minimum(foot, foot2) - torch.maximum(top, top2)).clamp(min=0)
    return wide * high / torch.minimum((right - left) * (foot - top), (right2 - left2) * (foot2 - top2))


def _merges(scene: Scene, aspect: float, seconds: float) -> bool:
    """Whether this frame hides somebody whom 16:9 shows."""
    if len(scene.actors) < 2:
        return False
    return hidden(scene, aspect, seconds) > max(HIDDEN, hidden(scene, _HOME, seconds) + WORSE)


def _side_by_side(scene: Scene, aspect: float, seconds: float, notes: list[str]) -> Scene:
    """With the one behind another beside them, on the same side, where the frame then shows both."""
    if scene.relation != "behind" or not _merges(scene, aspect, seconds):
        return scene
    beside = replace(scene, relation="left_of")
    if hidden(beside, aspect, seconds) > HIDDEN:
        return scene
    first, second = _names(scene)[:2]
    notes.append(
        say(
            f"In this frame the {second} would hide the {first}: they are side by side.",
            f"在此画幅中，{second}会挡住{first}：改为并排。",
        )
    )
    return beside


def _one_by_one(scene: Scene) -> list[Scene]:
    """Each alone; who is followed comes before who follows."""
    order = list(scene.actors)
    if scene.relation == "follows":
        order[:2] = order[1], order[0]
    return [replace(scene, actors=(actor,), relation=None) for actor in order]


def _fitted(scene: Scene, aspect: float, seconds: float) -> Scene:
    """In the size that is nearest to the one in which the animated stage would show it here; never closer.

    Wider yet where it would walk through the frame's sides, which 16:9 keeps it from.
    """
    blocking = block(scene, own_places(scene, aspect), aspect=aspect, duration=seconds)
    if blocking is None or not scene.actors:
        return scene
    sizes = [size for size in FRAMINGS if FRAMING_ZOOM[size] <= FRAMING_ZOOM[scene.framing]]
    nearest = min(sizes, key=lambda size: abs(log(FRAMING_ZOOM[size] / blocking.zoom)))
    fitted = replace(scene, framing=nearest)
    least = SEEN * seen(scene, _HOME, seconds)
    for wider in reversed(sizes[: sizes.index(nearest)]):
        if seen(fitted, aspect, seconds) >= least:
            break
        fitted = replace(scene, framing=wider)
    return fitted


def _names(scene: Scene) -> list[str]:
    return [say(cast()[actor.subject].en, cast()[actor.subject].zh) for actor in scene.actors]


def _listed_names(scenes: Sequence[Scene]) -> str:
    names = [name for scene in scenes for name in _names(scene)]
    return say(listed(tuple(f"the {name}" for name in names)), "、".join(names))


def _said_one_by_one(scenes: Sequence[Scene]) -> str:
    each = _listed_names(scenes)
    return say(
        f"In this frame {each} would hide each other: they are seen one after the other, each for an equal part of the "
        "shot.",
        f"在此画幅中{each}会互相遮挡：改为依次出现，时长均分。",
    )


def _said_sizes(before: str, fitted: Sequence[Scene]) -> list[str]:
    """A sentence for every size that is not the one that was asked for, with whom it is for."""
    zh = {"wide": "全景", "medium": "中景", "close": "近景"}
    said: list[str] = []
    for size in FRAMINGS:
        if size != before and (those := [scene for scene in fitted if scene.framing == size]):
            who = _listed_names(those)
            said.append(
                say(
                    f"The camera steps back for this frame, from {before} to {size}, so that {who} can be seen.",
                    f"为此画幅镜头退后，由{zh[before]}改为{zh[size]}，以容下{who}。",
                )
            )
    return said
