"""Checkpoints: what is saved comes back, in shards that can travel, and a broken one says so."""

from pathlib import Path

import pytest
import torch

from tianmu.core.errors import CheckpointError
from tianmu.training import checkpoint
from tianmu.training.checkpoint import KEEP, SHARD_BYTES, load_state, save_state


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    tensors = {"a.b": torch.randn(3, 4), "c": torch.arange(5), "scalar": torch.tensor(2.5)}
    save_state(tmp_path, 12, tensors, {"torch": "x"})
    step, loaded, facts = load_state(tmp_path) or pytest.fail("nothing there")
    assert step == 12
    assert facts == {"torch": "x"}
    assert loaded.keys() == tensors.keys()
    assert all(torch.equal(loaded[name], value) for name, value in tensors.items())


def test_shards_are_small_and_old_checkpoints_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "SHARD_BYTES", 1000)
    for step in range(1, 5):
        save_state(tmp_path, step, {str(i): torch.randn(100) for i in range(7)}, {})
    folders = sorted(path.name for path in tmp_path.iterdir())
    assert folders == [f"step-{step:08d}" for step in range(5 - KEEP, 5)]
    assert len(list((tmp_path / folders[-1]).glob("shard-*"))) == 4
    assert len((load_state(tmp_path) or pytest.fail("nothing there"))[1]) == 7
    assert SHARD_BYTES <= 15 * 2**20


def test_nothing_there_is_none_and_a_broken_one_is_an_error(tmp_path: Path) -> None:
    assert load_state(tmp_path) is None
    folder = save_state(tmp_path, 3, {"a": torch.ones(3)}, {})
    (folder / "shard-0000.safetensors").write_bytes(b"no")
    with pytest.raises(CheckpointError, match="delete that folder"):
        load_state(tmp_path)
