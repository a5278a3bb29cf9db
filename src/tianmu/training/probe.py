"""The probe: a small network that reads the facts of a scene back from a clip, so that pictures can be scored.

    clip [b 3 16 64 112], 4 frames a second   ->   one row of logits a fact

It is trained on renders, half of them through the codec, so that the codec's blur is not held against a model. What
it cannot read from a render it cannot ask of a generated clip: every score stands beside the score on renders.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Float
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from tianmu.core.errors import CheckpointError
from tianmu.model.codec import Codec, Conv, ResBlock
from tianmu.model.layers import Attention, SwiGLU, rotary
from tianmu.training.data import NATIVE_FPS, draw_scene
from tianmu.training.latents import CLIP_FRAMES, scene_of
from tianmu.training.loop import Batch, LoopSettings, Task, Trained, train
from tianmu.training.recipe import MICRO_CAST
from tianmu.world.render import render_clip
from tianmu.world.scene import ACTIONS, CAMERAS, DIRECTIONS, LOOKS, SETTINGS, TIMES, WEATHERS, Scene

FRAMES = 16
"""Frames that the probe sees: every second one of a clip of four seconds."""
SIZE = (64, 112)
"""Height and width that it sees; other sizes are scaled to it."""
FACTS = ("subject", "action", "direction", "setting", "time", "weather", "camera", "look")
FORMAT = 1

_WORDS = {
    "action": ACTIONS, "direction": DIRECTIONS, "setting": SETTINGS, "time": TIMES, "weather": WEATHERS,
    "camera": CAMERAS, "look": LOOKS,
}  # fmt: skip
_MIRRORED = {
    "direction": {"left": "right", "right": "left"},
    "camera": {"pan_left": "pan_right", "pan_right": "pan_left"},
}


def fact_of(scene: Scene, fact: str) -> str:
    """What a scene of one actor holds for a fact."""
    return getattr(scene.actors[0] if fact in ("subject", "action", "direction") else scene, fact)


class Probe(nn.Module):
    """Convolutions a frame and a pair of frames, then attention over the whole clip, then one reader a fact."""

    def __init__(self, subjects: Sequence[str], width: int = 128) -> None:
        super().__init__()
        self.words = {"subject": tuple(subjects), **_WORDS}
        self.width = width
        self._absent = torch.zeros(len(subjects), dtype=torch.bool)
        # Every frame comes with its difference to the one before: motion of less than a patch shows there.
        self.stem = nn.Sequential(Unshuffle(4), Conv(6 * 16, 24), nn.SiLU())
        self.pairs = nn.Sequential(Unshuffle(2), Conv(2 * 24 * 4, 96, 1), ResBlock(96))
        self.inward = nn.Sequential(nn.SiLU(), Unshuffle(2), Conv(96 * 4, width, 1))
        self.place = nn.Parameter(torch.zeros(width, SIZE[0] // 16, SIZE[1] // 16))
        self.blocks = nn.ModuleList(_Block(width) for _ in range(2))
        self.norm = nn.RMSNorm(width)
        self.queries = nn.Linear(width, len(FACTS))
        self.readers = nn.ModuleDict({fact: nn.Linear(2 * width, len(self.words[fact])) for fact in FACTS})

    def features(self, video: Float[Tensor, "b 3 f h w"]) -> Float[Tensor, "b n d"]:
        """One vector for every place and pair of frames."""
        before = torch.cat([video[:, :, :1], video[:, :, :-1]], 2)
        frames = rearrange(torch.cat([video, 3 * (video - before)], 1), "b c f h w -> (b f) c h w")
        frames = self.stem(frames)
        pairs = rearrange(frames, "(b p two) c h w -> (b p) (two c) h w", b=len(video), two=2)
        grid = self.inward(self.pairs(pairs)) + self.place
        rows, cols = grid.shape[-2:]
        x = rearrange(grid, "(b p) c h w -> b (p h w) c", b=len(video))
        steps = (torch.arange(count, device=x.device) for count in (x.shape[1] // (rows * cols), rows, cols))
        places = torch.stack(torch.meshgrid(*steps, indexing="ij"), -1).flatten(0, 2)[None]
        rotation = rotary(places.float(), 32)
        for block in self.blocks:
            x = block(x, rotation)
        return self.norm(x)

    def forward(self, video: Float[Tensor, "b 3 f h w"]) -> dict[str, Tensor]:
        """Logits of every fact [b words]."""
        return self.readings(self.features(video))

    def readings(self, x: Float[Tensor, "b n d"]) -> dict[str, Tensor]:
        """Logits from features; each reader looks where it wants to, and at the whole."""
        focus = self.queries(x).softmax(1).transpose(1, 2) @ x  # (b, facts, d)
        whole = x.mean(1)
        return {fact: self.readers[fact](torch.cat([focus[:, i], whole], -1)) for i, fact in enumerate(FACTS)}

    def among(self, subjects: Sequence[str]) -> Probe:
        """Read only these subjects from now on: a model's cast may be a part of the cast that the probe knows."""
        self._absent = torch.tensor([subject not in subjects for subject in self.words["subject"]])
        return self

    @torch.inference_mode()
    def read(self, video: Float[Tensor, "b 3 f h w"]) -> tuple[list[dict[str, str]], Float[Tensor, "b d"]]:
        """The facts of clips that `look` has prepared, and one vector a clip for the Frechet distance."""
        features = self.features(video)
        logits = self.readings(features)
        logits["subject"] = logits["subject"].masked_fill(self._absent, -torch.inf)
        best = {fact: rows.argmax(-1).tolist() for fact, rows in logits.items()}
        facts = [{fact: self.words[fact][best[fact][i]] for fact in FACTS} for i in range(len(video))]
        return facts, features.mean(1)


class Unshuffle(nn.Module):
    """As nn.PixelUnshuffle, which on a CPU takes longer than the convolution after it."""

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Float[Tensor, "b c h w"]) -> Float[Tensor, "b d y x"]:
        x = rearrange(x, "b c (h p) (w q) -> b h w (c p q)", p=self.factor, q=self.factor)
        return x.permute(0, 3, 1, 2)  # channels last, as convolutions on a CPU like it


class _Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.RMSNorm(width), nn.RMSNorm(width)
        self.attention = Attention(width, width // 32)
        self.feed_forward = SwiGLU(width, 2 * width)

    def forward(self, x: Tensor, rotation: tuple[Tensor, Tensor]) -> Tensor:
        x = x + self.attention(self.norm1(x), rotation)
        return x + self.feed_forward(self.norm2(x))


def look(video: Float[Tensor, "b 3 f h w"]) -> Float[Tensor, "b 3 g y x"]:
    """Clips at 8 frames a second, of any size, as the probe sees them: half the frames, and its own size."""
    video = video[:, :, ::2]
    if tuple(video.shape[-2:]) == SIZE:
        return video
    flat = rearrange(video, "b c f h w -> (b f) c h w")
    flat = F.interpolate(flat, size=SIZE, mode="bilinear", antialias=True, align_corners=False)
    return rearrange(flat, "(b f) c h w -> b c f h w", b=len(video))


@dataclass(frozen=True, kw_only=True)
class ProbeRecipe:
    """How a probe is trained."""

    seed: int = 0
    subjects: tuple[str, ...] = MICRO_CAST
    num_steps: int = 2600
    tracker_steps: int = 400
    batch: int = 24
    learning_rate: float = 2e-3
    shard_clips: int = 100
    shard_every: int = 12
    """A new shard is rendered every so many steps, until there are max_shards."""
    max_shards: int = 120


class ProbeTask(Task):
    """Teach the probe on a growing pool of renders; every second one has been through the codec."""

    stage = "probe"

    def __init__(self, probe: Probe, codec: Codec | None, recipe: ProbeRecipe, cache: Path) -> None:
        super().__init__()
        self.probe, self.recipe, self.cache = probe, recipe, cache
        # In a list, so that the codec is no part of this module: it is not trained here.
        self._codec = [codec.eval().requires_grad_(False)] if codec is not None else []
        self._shards: dict[int, tuple[Tensor, list[Scene]]] = {}

    def batch(self, step: int, rank: int) -> Batch:
        recipe = self.recipe
        rng = random.Random(f"{recipe.seed}/probe/{step}/{rank}")
        count = min(recipe.max_shards, 2 + step // recipe.shard_every)
        clips, labels = [], []
        for _ in range(recipe.batch):
            shard, scenes = self.shard(rng.randrange(count))
            row, mirror = rng.randrange(len(scenes)), rng.random() < 0.5
            clip = shard[row].float() / 127.5 - 1
            clips.append(clip.flip(-1) if mirror else clip)
            labels.append([self._label(scenes[row], fact, mirror) for fact in FACTS])
        self.samples_per_batch = recipe.batch
        device = next(self.probe.parameters()).device
        generator = torch.Generator().manual_seed(rng.getrandbits(62))
        video = torch.stack(clips)
        grain = 0.06 * torch.rand(len(clips), 1, 1, 1, 1, generator=generator)
        # One field of grain for all clips of the batch: drawing one each would take as long as reading them.
        video = video + grain * torch.randn(video.shape[1:], generator=generator)
        return {"video": video.to(device), "labels": torch.tensor(labels).to(device)}

    def forward(self, batch: Batch) -> Tensor:
        logits = self.probe(batch["video"])
        losses = [F.cross_entropy(logits[fact], batch["labels"][:, i]) for i, fact in enumerate(FACTS)]
        return torch.stack(losses).mean()

    def matrices(self) -> list[nn.Parameter]:
        probe = self.probe
        trunk = (probe.stem, probe.pairs, probe.inward, probe.blocks)
        return [p for part in trunk for p in part.parameters() if p.ndim == 2]

    def shard(self, number: int) -> tuple[Tensor, list[Scene]]:
        """One shard: clips [n 3 16 64 112] uint8 and their scenes, from the disk if it has been made before."""
        if number not in self._shards:
            path = self.cache / f"probe-{number:05d}.safetensors"
            if not path.exists():
                self._make(path, number)
            with safe_open(path, "pt") as file:
                rows = json.loads(file.metadata()["scenes"])
                self._shards[number] = file.get_tensor("clips"), [scene_of(row) for row in rows]
        return self._shards[number]

    def _make(self, path: Path, number: int) -> None:
        recipe = self.recipe
        rng = random.Random(f"{recipe.seed}/probe-shard/{number}")
        # The probe is an instrument: it sees the combinations that the model does not, so that it reads them as well.
        scenes = [
            draw_scene(rng, recipe.subjects, held_out=rng.random() < 0.1, crowd=0) for _ in range(recipe.shard_clips)
        ]
        clips = [_bytes(self._clip(scene, coded=i % 2 == 1)) for i, scene in enumerate(scenes)]
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        facts = {"scenes": json.dumps([asdict(scene) for scene in scenes])}
        save_file({"clips": torch.stack(clips)}, partial, metadata=facts)
        partial.replace(path)

    def _clip(self, scene: Scene, *, coded: bool) -> Tensor:
        if not coded or not self._codec:
            return render_look(scene)
        codec = self._codec[0]
        clip = render_clip(scene, num_frames=CLIP_FRAMES, fps=float(NATIVE_FPS), height=SIZE[0], width=SIZE[1])
        with torch.no_grad():
            return look(codec.decode(codec.encode(clip[None])))[0]

    def _label(self, scene: Scene, fact: str, mirror: bool) -> int:
        word = fact_of(scene, fact)
        if mirror:
            word = _MIRRORED.get(fact, {}).get(word, word)
        return self.probe.words[fact].index(word)


def render_look(scene: Scene, num_frames: int = CLIP_FRAMES) -> Float[Tensor, "3 g 64 112"]:
    """A scene's clip as `look` would show it, at half the cost: the frames between are not drawn."""
    return render_clip(scene, num_frames=num_frames // 2, fps=NATIVE_FPS / 2, height=SIZE[0], width=SIZE[1])


def _bytes(clip: Tensor) -> Tensor:
    return ((clip + 1) * 127.5).round().clamp(0, 255).byte()


def train_probe(
    recipe: ProbeRecipe, codec: Codec | None, folder: Path, *, minutes: float | None = None, device: str = "cpu"
) -> Probe:
    """Train a probe, or go on with one; what it has learnt so far is in <folder>/probe.safetensors."""
    torch.manual_seed(recipe.seed)
    task = ProbeTask(Probe(recipe.subjects), codec, recipe, folder / "clips")
    settings = LoopSettings(
        num_steps=recipe.num_steps, learning_rate=recipe.learning_rate, warmup=40, cooldown=0.5, ema=0.98
    )
    trained = train(task, settings, folder, minutes=minutes, device=device)
    probe = averaged(task, trained)
    save_probe(folder / "probe.safetensors", probe)
    return probe


def averaged(task: ProbeTask, trained: Trained) -> Probe:
    """The probe with the moving average of its weights."""
    own = {name.removeprefix("probe."): value for name, value in trained.average.items()}
    task.probe.load_state_dict(own)
    return task.probe.cpu().eval()


def save_probe(path: Path, probe: Probe) -> None:
    """Write a probe as float16 with the words that it knows, whole or not at all."""
    tensors = {name: value.detach().to("cpu", torch.float16).contiguous() for name, value in probe.state_dict().items()}
    facts = {"format": FORMAT, "subjects": probe.words["subject"], "width": probe.width}
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    save_file(tensors, partial, metadata={"tianmu.probe": json.dumps(facts)})
    partial.replace(path)


def default_probe_path() -> Path:
    """Where the probe that ships lies."""
    return Path(str(files("tianmu.training").joinpath("weights/probe.safetensors")))


def load_probe(path: Path | None = None, subjects: Sequence[str] = ()) -> Probe:
    """Read a probe; CheckpointError when it cannot be read, or does not know one of `subjects`."""
    path = path or default_probe_path()
    how = "train one with `python -m tianmu.training.instruments`, or name another file"
    if not path.exists():
        raise CheckpointError(f"The probe {path} is not there: {how}.")
    try:
        with safe_open(path, "pt") as file:
            facts = json.loads((file.metadata() or {})["tianmu.probe"])
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        if facts["format"] != FORMAT:
            raise CheckpointError(
                f"The probe {path} has format {facts['format']}, but this Tianmu reads {FORMAT}: {how}."
            )
        probe = Probe(facts["subjects"], facts["width"])
        probe.load_state_dict(tensors)
    except (SafetensorError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise CheckpointError(f"The file {path} does not hold a probe ({error}): {how}.") from error
    strangers = [subject for subject in subjects if subject not in probe.words["subject"]]
    if strangers:
        raise CheckpointError(f"The probe {path} does not know {', '.join(strangers)}, which the model draws: {how}.")
    return probe.among(subjects or probe.words["subject"]).eval().requires_grad_(False)
