"""The tracker: where in every frame the actor is, so that falls, bounces and permanence can be measured.

    frames [b 3 f h w]   ->   cover [b f h/4 w/4] in [0, 1]   ->   centre (x, y) in frame heights, and size

A generated clip has no truth beside it: its hills are its own, so no re-render can be subtracted from it. A small
network that has learnt on renders, whose masks are exact, finds the actor instead. Every measure that rests on it is
taken on renders too, so its own error is seen.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Bool, Float
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from tianmu.core.errors import CheckpointError
from tianmu.model.codec import Codec, Conv, ResBlock
from tianmu.training.data import NATIVE_FPS
from tianmu.training.loop import Batch, LoopSettings, Task, train
from tianmu.training.probe import FRAMES, SIZE, Probe, ProbeRecipe, ProbeTask
from tianmu.world.scene import Scene
from tianmu.world.truth import clip_masks

FORMAT = 1
CELL = 4
"""Pixels to a cell of the cover, each way."""
_KEPT = 4
"""Frames of a training clip that the tracker learns from."""


@dataclass(frozen=True, kw_only=True)
class Track:
    """One actor through a clip; every field is [f], lengths in frame heights, (0, 0) is the middle, y downwards."""

    x: Float[Tensor, "f"]
    y: Float[Tensor, "f"]
    size: Float[Tensor, "f"]
    """Square root of the area that it covers."""
    seen: Bool[Tensor, "f"]
    """Whether there is an actor at all; where not, the place means nothing."""


class Tracker(nn.Module):
    """Finds the actor in single frames; the mean of the clip beside each frame tells it what stands still."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.width = width
        self.fine = nn.Sequential(nn.PixelUnshuffle(CELL), Conv(6 * CELL**2, width), ResBlock(width))
        self.coarse = nn.Sequential(
            nn.PixelUnshuffle(2),
            Conv(4 * width, 2 * width, 1),
            ResBlock(2 * width),
            ResBlock(2 * width),
            Conv(2 * width, 4 * width, 1),
            nn.PixelShuffle(2),
        )
        self.out = nn.Sequential(ResBlock(width), nn.SiLU(), Conv(width, 1))

    def forward(self, video: Float[Tensor, "b 3 f h w"], mean: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b f y x"]:
        """Logits of the cover; `mean` is the mean frame of the whole clip."""
        stack = torch.cat([video, mean[:, :, None].expand_as(video)], 1)
        fine = self.fine(rearrange(stack, "b c f h w -> (b f) c h w").contiguous(memory_format=torch.channels_last))
        cover = self.out(fine + self.coarse(fine))
        return rearrange(cover, "(b f) 1 y x -> b f y x", b=len(video))

    @torch.inference_mode()
    def cover(self, video: Float[Tensor, "3 f h w"], chunk: int = 32) -> Float[Tensor, "f y x"]:
        """How much of every cell the actor covers, [0, 1]; frames of other sizes are scaled to the native height."""
        _, _, height, width = video.shape
        frames = video.transpose(0, 1)
        if height != SIZE[0]:
            size = (SIZE[0], max(8, round(width * SIZE[0] / height / 8) * 8))
            frames = F.interpolate(frames, size=size, mode="bilinear", antialias=True, align_corners=False)
        mean = frames.mean(0)[None]
        parts = [self(part.transpose(0, 1)[None], mean)[0] for part in frames.split(chunk)]
        return torch.cat(parts).sigmoid()


def follow(cover: Float[Tensor, "f y x"], aspect: float) -> Track:
    """The actor's place in every frame, from its cover; cells that are more likely empty do not pull."""
    rows, cols = cover.shape[1:]
    weight = (cover - 0.5).clamp(min=0) * 2
    mass = weight.sum((1, 2))
    x = ((torch.arange(cols) + 0.5) / cols - 0.5) * aspect
    y = (torch.arange(rows) + 0.5) / rows - 0.5
    total = mass.clamp(min=1e-6)
    return Track(
        x=(weight.sum(1) * x).sum(1) / total,
        y=(weight.sum(2) * y).sum(1) / total,
        size=(cover > 0.5).sum((1, 2)).float().mul(aspect / rows / cols).sqrt(),
        seen=mass > 0.5,
    )


class TrackerTask(Task):
    """Teach the tracker on the probe's clips: the same frames, and the masks that the renderer knows."""

    stage = "tracker"

    def __init__(self, tracker: Tracker, codec: Codec | None, recipe: ProbeRecipe, cache: Path) -> None:
        super().__init__()
        self.tracker, self.recipe = tracker, recipe
        # In a list, so that the probe is no part of this module: only its pool of clips is used.
        self._pool = [ProbeTask(Probe(recipe.subjects), codec, recipe, cache)]

    def batch(self, step: int, rank: int) -> Batch:
        recipe = self.recipe
        rng = random.Random(f"{recipe.seed}/tracker/{step}/{rank}")
        count = min(recipe.max_shards, 2 + step // recipe.shard_every)
        videos, means, covers = [], [], []
        for _ in range(recipe.batch):
            clips, scenes = self._pool[0].shard(rng.randrange(count))
            row = rng.randrange(len(scenes))
            kept = sorted(rng.sample(range(FRAMES), _KEPT))
            clip, cover = clips[row].float() / 127.5 - 1, _cover(scenes[row])[kept]
            if rng.random() < 0.5:
                clip, cover = clip.flip(-1), cover.flip(-1)
            videos.append(clip[:, kept])
            means.append(clip.mean(1))
            covers.append(cover)
        self.samples_per_batch = recipe.batch
        generator = torch.Generator().manual_seed(rng.getrandbits(62))
        video = torch.stack(videos)
        video = video + 0.06 * torch.rand(len(video), 1, 1, 1, 1, generator=generator) * torch.randn(
            video.shape, generator=generator
        )
        device = next(self.tracker.parameters()).device
        named = {"video": video, "mean": torch.stack(means), "cover": torch.stack(covers)}
        return {name: value.to(device) for name, value in named.items()}

    def forward(self, batch: Batch) -> Tensor:
        logits, cover = self.tracker(batch["video"], batch["mean"]), batch["cover"]
        cross = F.binary_cross_entropy_with_logits(logits, cover)
        # Overlap (Dice), clip by clip: a small actor counts as much as a large one.
        found = logits.sigmoid()
        both, either = (found * cover).sum((1, 2, 3)), (found + cover).sum((1, 2, 3))
        return cross + (1 - (2 * both + 1) / (either + 1)).mean()

    def matrices(self) -> list[nn.Parameter]:
        return [m.weight for m in self.tracker.modules() if isinstance(m, Conv)]


@lru_cache(maxsize=8192)
def _cover(scene: Scene) -> Float[Tensor, "f y x"]:
    masks = clip_masks(scene, num_frames=FRAMES, fps=NATIVE_FPS / 2, height=SIZE[0], width=SIZE[1])
    return F.avg_pool2d(masks.amax(0), CELL)


def train_tracker(
    recipe: ProbeRecipe, codec: Codec | None, folder: Path, *, minutes: float | None = None, device: str = "cpu"
) -> Tracker:
    """Train a tracker, or go on with one; what it has learnt so far is in <folder>/tracker.safetensors."""
    torch.manual_seed(recipe.seed)
    task = TrackerTask(Tracker(), codec, recipe, folder / "clips")
    settings = LoopSettings(
        num_steps=recipe.tracker_steps, learning_rate=recipe.learning_rate, warmup=40, cooldown=0.5, ema=0.98
    )
    trained = train(task, settings, folder, minutes=minutes, device=device)
    task.tracker.load_state_dict({name.removeprefix("tracker."): value for name, value in trained.average.items()})
    tracker = task.tracker.cpu().eval()
    save_tracker(folder / "tracker.safetensors", tracker)
    return tracker


def save_tracker(path: Path, tracker: Tracker) -> None:
    """Write a tracker as float16, whole or not at all."""
    tensors = {
        name: value.detach().to("cpu", torch.float16).contiguous() for name, value in tracker.state_dict().items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    save_file(tensors, partial, metadata={"tianmu.tracker": json.dumps({"format": FORMAT, "width": tracker.width})})
    partial.replace(path)


def default_tracker_path() -> Path:
    """Where the tracker that ships lies."""
    return Path(str(files("tianmu.training").joinpath("weights/tracker.safetensors")))


def load_tracker(path: Path | None = None) -> Tracker:
    """Read a tracker; CheckpointError when it cannot be read."""
    path = path or default_tracker_path()
    how = "train one with `python -m tianmu.training.instruments`, or name another file"
    if not path.exists():
        raise CheckpointError(f"The tracker {path} is not there: {how}.")
    try:
        with safe_open(path, "pt") as file:
            facts = json.loads((file.metadata() or {})["tianmu.tracker"])
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        if facts["format"] != FORMAT:
            raise CheckpointError(
                f"The tracker {path} has format {facts['format']}, this Tianmu reads {FORMAT}: {how}."
            )
        tracker = Tracker(facts["width"])
        tracker.load_state_dict(tensors)
    except (SafetensorError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise CheckpointError(f"The file {path} does not hold a tracker ({error}): {how}.") from error
    return tracker.eval().requires_grad_(False)
