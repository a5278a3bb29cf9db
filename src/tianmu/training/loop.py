"""One training loop for every stage: resumable to the bit, one JSON line a moment, checkpoints by the clock.

A stage is a Task: a module whose forward is its loss, and whose batch is a function of (step, rank). The loop owns the
optimisers, the moving average, the checkpoints and the log, and nothing else. Under torchrun it averages gradients
over processes (DistributedDataParallel); process 0 writes.
"""

from __future__ import annotations

import json
import math
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
import torch.nn as nn
from torch import Tensor
from torch.nn.parallel import DistributedDataParallel

from tianmu.training.checkpoint import load_state, pack_optimizer, save_state, unpack_optimizer

Batch = dict[str, Any]


class Task(nn.Module):
    """One stage of training. Its parameters that require gradients are what is trained."""

    stage: str
    samples_per_batch: int = 0
    """Of the last batch drawn, for the speed in the log."""

    def batch(self, step: int, rank: int) -> Batch:
        """The batch of one step on one process; nothing but (step, rank) and the recipe decides it."""
        raise TypeError(f"{type(self).__name__} draws no batches")

    def matrices(self) -> list[nn.Parameter]:
        """Parameters that Muon trains; AdamW trains the rest."""
        return []


@dataclass(frozen=True, kw_only=True)
class LoopSettings:
    """How a stage is optimised."""

    num_steps: int
    learning_rate: float = 1e-3
    warmup: int = 100
    cooldown: float = 0.2
    """The last part of num_steps, over which the rate falls to nothing in a straight line."""
    ema: float = 0.999
    clip: float = 1.0
    weight_decay: float = 0.01
    checkpoint_minutes: float = 9.0
    log_seconds: float = 10.0


@dataclass(frozen=True, kw_only=True)
class Trained:
    """Where a run stands when the loop returns."""

    step: int
    finished: bool
    interrupted: bool
    """Whether Ctrl-C or SIGTERM ended it."""
    average: dict[str, Tensor]
    """The moving average of the trained parameters, by name."""


def train(
    task: Task, settings: LoopSettings, folder: Path, *, minutes: float | None = None, device: str = "cpu"
) -> Trained:
    """Train until `num_steps` or until `minutes` are over, whichever comes first; goes on from the last checkpoint."""
    rank, world = _join(device)
    torch.set_flush_denormal(True)
    task.to(device)
    named = {name: p for name, p in task.named_parameters() if p.requires_grad}
    optimizers = _optimizers(task, named, settings)
    average = {name: p.detach().clone() for name, p in named.items()}
    stage = folder / task.stage
    start = 0
    resumed = load_state(stage)
    if resumed:
        start, tensors, _ = resumed
        with torch.no_grad():
            for name, parameter in named.items():
                parameter.copy_(tensors[f"model.{name}"])
                average[name].copy_(tensors[f"average.{name}"])
        for number, optimizer in enumerate(optimizers):
            unpack_optimizer(f"optimizer{number}", optimizer, tensors)
    model: nn.Module = DistributedDataParallel(task) if world > 1 else task
    log = _Log(stage / "log.jsonl", settings, start, quiet=rank > 0)
    began = saved = time.monotonic()
    step = start
    with _Stop() as stop:
        while step < settings.num_steps and not _over(began, minutes, stop.asked, world, device):
            rate = settings.learning_rate * schedule(step, settings)
            for optimizer in optimizers:
                for group in optimizer.param_groups:
                    group["lr"] = rate
            batch = task.batch(step, rank)
            with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
                loss = model(batch)
            loss.backward()
            nn.utils.clip_grad_norm_(named.values(), settings.clip)
            for optimizer in optimizers:
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
            step += 1
            keep = min(settings.ema, step / (step + 10))
            torch._foreach_lerp_(list(average.values()), [p.detach() for p in named.values()], 1 - keep)
            log.add(step, loss.detach(), rate, task.samples_per_batch * world)
            if rank == 0 and time.monotonic() - saved > settings.checkpoint_minutes * 60:
                _save(stage, step, named, average, optimizers)
                saved = time.monotonic()
    if rank == 0 and step > start:
        _save(stage, step, named, average, optimizers)
    log.close()
    torch.set_flush_denormal(False)  # it is the whole process's, not ours
    if world > 1:
        dist.barrier()  # what the first process has saved is there for all
    return Trained(step=step, finished=step >= settings.num_steps, interrupted=stop.asked, average=average)


def schedule(step: int, settings: LoopSettings) -> float:
    """The part of the learning rate at a step: a ramp up, a plain, a ramp down."""
    up = (step + 1) / max(settings.warmup, 1)
    down = (settings.num_steps - step) / max(settings.cooldown * settings.num_steps, 1)
    return min(1.0, up, down)


def _optimizers(task: Task, named: dict[str, nn.Parameter], settings: LoopSettings) -> list[torch.optim.Optimizer]:
    matrices = task.matrices()
    chosen = {id(p) for p in matrices}
    rest = [p for p in named.values() if id(p) not in chosen]
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(rest, lr=settings.learning_rate, betas=(0.9, 0.99), weight_decay=settings.weight_decay)
    ]
    if matrices:
        # With this adjustment a Muon step is as long as an AdamW step, so that one rate serves both (Liu et al. 2025).
        muon = torch.optim.Muon(
            matrices, lr=settings.learning_rate, weight_decay=settings.weight_decay, adjust_lr_fn="match_rms_adamw"
        )
        optimizers.append(muon)
    return optimizers


def _save(
    stage: Path,
    step: int,
    named: dict[str, nn.Parameter],
    average: dict[str, Tensor],
    optimizers: list[torch.optim.Optimizer],
) -> None:
    tensors = {f"model.{name}": p.detach() for name, p in named.items()}
    tensors |= {f"average.{name}": value for name, value in average.items()}
    for number, optimizer in enumerate(optimizers):
        tensors |= pack_optimizer(f"optimizer{number}", optimizer)
    save_state(stage, step, tensors, {"torch": torch.__version__})


def _join(device: str) -> tuple[int, int]:
    """Rank and number of processes; joins the others when torchrun started us."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if world > 1 and not dist.is_initialized():
        dist.init_process_group("nccl" if device == "cuda" else "gloo")
        if device == "cuda":
            torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    return int(os.environ.get("RANK", "0")), world


class _Stop:
    """Ctrl-C and SIGTERM end a run after the step in hand, so that no step is lost."""

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> _Stop:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask(self, number: int, frame: object) -> None:
        del number, frame
        self.asked = True


def _over(began: float, minutes: float | None, asked: bool, world: int, device: str) -> bool:
    """Whether the run has to end now; all processes agree, or one would wait for ever."""
    late = asked or (minutes is not None and time.monotonic() - began > minutes * 60)
    if world > 1:
        flag = torch.tensor(float(late), device=device)
        dist.all_reduce(flag, op=dist.ReduceOp.MAX)
        late = bool(flag.item())
    return late


class _Log:
    """JSON lines in a file, and one live line for a person at a terminal."""

    def __init__(self, path: Path, settings: LoopSettings, start: int, *, quiet: bool) -> None:
        self.settings, self.path, self.quiet = settings, path, quiet
        self.losses: list[Tensor] = []
        self.samples = 0
        self.began = self.last = time.monotonic()
        self.start = start
        if not quiet:
            path.parent.mkdir(parents=True, exist_ok=True)

    def add(self, step: int, loss: Tensor, rate: float, samples: int) -> None:
        self.losses.append(loss)
        self.samples += samples
        now = time.monotonic()
        if self.quiet or (now - self.last < self.settings.log_seconds and step < self.settings.num_steps):
            return
        mean = float(torch.stack(self.losses).mean())
        per_second = self.samples / max(now - self.last, 1e-9)
        left = (self.settings.num_steps - step) * (now - self.began) / max(step - self.start, 1)
        row = {"step": step, "loss": round(mean, 5), "rate": rate, "samples_per_second": round(per_second, 1)}
        row |= {"elapsed": round(now - self.began, 1), "eta": round(left)}
        with self.path.open("a") as file:
            file.write(json.dumps(row) + "\n")
        if sys.stderr.isatty():
            line = f"{self.path.parent.name}  step {step}/{self.settings.num_steps}  loss {mean:.4f}"
            print(f"\r{line}  {per_second:.0f} clips/s  ETA {_clock(left)}   ", end="", file=sys.stderr, flush=True)
        if not math.isfinite(mean):
            raise FloatingPointError(f"the loss became {mean} at step {step}")
        self.losses, self.samples, self.last = [], 0, now

    def close(self) -> None:
        if not self.quiet and sys.stderr.isatty():
            print(file=sys.stderr)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 3600}:{int(seconds) // 60 % 60:02d}:{int(seconds) % 60:02d}"
