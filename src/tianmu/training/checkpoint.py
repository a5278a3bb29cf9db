"""Training state on disk: shards of safetensors that are small enough to travel, whole or not there at all.

<run>/<stage>/step-00001200/   index.json  shard-0000.safetensors  ...
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from tianmu.core.errors import CheckpointError

SHARD_BYTES = 15 * 2**20
KEEP = 2


def save_state(folder: Path, step: int, tensors: dict[str, Tensor], facts: dict[str, Any]) -> Path:
    """Write a checkpoint beside the earlier ones, then drop all but the last KEEP. A crash leaves the earlier ones."""
    target = folder / f"step-{step:08d}"
    partial = folder / f".{target.name}.{os.getpid()}"
    partial.mkdir(parents=True, exist_ok=True)
    index: dict[str, str] = {}
    for number, shard in enumerate(_shards(tensors)):
        name = f"shard-{number:04d}.safetensors"
        save_file({key: value.detach().cpu().contiguous() for key, value in shard.items()}, partial / name)
        index |= dict.fromkeys(shard, name)
    (partial / "index.json").write_text(json.dumps({"step": step, "facts": facts, "tensors": index}, indent=1))
    if target.exists():
        shutil.rmtree(target)
    partial.rename(target)
    for old in sorted(folder.glob("step-*"))[:-KEEP]:
        shutil.rmtree(old)
    return target


def load_state(folder: Path) -> tuple[int, dict[str, Tensor], dict[str, Any]] | None:
    """The newest whole checkpoint of a stage: step, tensors, facts; None when there is none yet."""
    found = sorted(folder.glob("step-*/index.json"))
    if not found:
        return None
    try:
        index = json.loads(found[-1].read_text())
        tensors: dict[str, Tensor] = {}
        for name in sorted(set(index["tensors"].values())):
            tensors |= load_file(found[-1].parent / name)
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise CheckpointError(
            f"The checkpoint {found[-1].parent} cannot be read ({error}): "
            "delete that folder to go on from the one before."
        ) from error
    return index["step"], tensors, index["facts"]


def pack_optimizer(prefix: str, optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """An optimizer's moments as named tensors."""
    packed: dict[str, Tensor] = {}
    for number, state in optimizer.state_dict()["state"].items():
        for key, value in state.items():
            packed[f"{prefix}.{number}.{key}"] = torch.as_tensor(value)
    return packed


def unpack_optimizer(prefix: str, optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Put the moments back."""
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith(prefix + "."):
            number, key = name[len(prefix) + 1 :].split(".", 1)
            state.setdefault(int(number), {})[key] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


def _shards(tensors: dict[str, Tensor]) -> list[dict[str, Tensor]]:
    shards: list[dict[str, Tensor]] = [{}]
    size = 0
    for key in sorted(tensors):
        length = tensors[key].numel() * tensors[key].element_size()
        if shards[-1] and size + length > SHARD_BYTES:
            shards.append({})
            size = 0
        shards[-1][key] = tensors[key]
        size += length
    return shards
