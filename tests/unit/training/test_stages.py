"""Stages: a tiny recipe from nothing to weights that load and draw; a run is only ever one recipe's."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tianmu.core.errors import CheckpointError, InputError
from tianmu.model.codec import CodecConfig
from tianmu.model.generate import generate
from tianmu.model.weights import load_model
from tianmu.training.latents import LatentShards
from tianmu.training.recipe import TrainRecipe, preset
from tianmu.training.stages import pack, train_model

TINY = TrainRecipe(
    name="tiny", subjects=("fox", "dog"), codec=CodecConfig(channels=4, width=16, blocks=1), width=32, depth=1, heads=1,
    aspects={"1:1": 1.0}, tokens=64, num_steps=3, codec_steps=2, codec_clips=2, distill_steps=2, upscale_steps=2,
    upscale_clips=1, shard_clips=2, lengths=((1, 0.5, 0.5), (2, 0.5, 0.5)),
)  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run")
    assert train_model(TINY, out) == out / "native.safetensors"
    return out


def test_all_stages_end_in_weights_that_draw(run: Path) -> None:
    model = load_model(run / "native.safetensors")
    assert model.distilled is not None
    assert model.upscaler is not None
    assert model.info["cast"] == ["fox", "dog"]
    assert model.info["trained"] == {"codec": 2, "flow": 3, "distill": 2, "upscale": 2}
    frames = generate("a fox", num_frames=5, height=32, width=48, seed=1, model=model)
    assert frames.shape == (5, 64, 96, 3)


def test_a_finished_run_is_only_packed_again_and_to_the_same_bytes(run: Path) -> None:
    before = (run / "native.safetensors").read_bytes()
    assert train_model(TINY, run) == run / "native.safetensors"
    assert (run / "native.safetensors").read_bytes() == before


def test_a_run_belongs_to_one_recipe(run: Path) -> None:
    with pytest.raises(InputError, match="another recipe"):
        train_model(replace(TINY, width=64), run)


def test_shards_are_the_same_from_disk_and_anew(run: Path, tmp_path: Path) -> None:
    codec = load_model(run / "native.safetensors").codec
    made = LatentShards(codec, TINY, tmp_path).shard("1:1", 0)
    read = LatentShards(codec, TINY, tmp_path).shard("1:1", 0)
    again = LatentShards(codec, TINY, tmp_path / "elsewhere").shard("1:1", 0)
    for one in (read, again):
        assert torch.equal(made[0], one[0])
        assert torch.equal(made[1], one[1])
        assert made[2] == one[2]
    assert made[0].shape == (2, 4, 8, 8, 8)
    assert made[1].max() > 100


def test_packing_before_there_is_anything_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="run it first"):
        pack(TINY, tmp_path)


def test_an_unknown_preset_names_those_that_are() -> None:
    with pytest.raises(InputError, match="micro, small, base"):
        preset("huge")


def test_no_graphics_card_is_said(tmp_path: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has one")
    with pytest.raises(InputError, match="--device cpu"):
        train_model(TINY, tmp_path, device="cuda")
    assert np.array(list(tmp_path.iterdir())).size == 0


def test_compiling_without_a_compiler_is_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    with pytest.raises(InputError, match="install g\\+\\+"):
        train_model(TINY, tmp_path / "run", compiled=True)
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_compiled_blocks_learn_the_same(run: Path, tmp_path: Path) -> None:
    if not any(shutil.which(name) for name in ("g++", "clang++")):
        pytest.skip("there is no C++ compiler")
    # In a process of its own: the checks of shapes that tests wrap around every function cannot be compiled.
    program = (
        "from pathlib import Path\n"
        "from tianmu.model.codec import CodecConfig\n"
        "from tianmu.training.recipe import TrainRecipe\n"
        "from tianmu.training.stages import train_model\n"
        f"train_model({TINY!r}, Path({str(tmp_path)!r}), compiled=True)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    plain, compiled = (load_model(folder / "native.safetensors").transformer for folder in (run, tmp_path))
    for name, value in plain.state_dict().items():
        assert torch.allclose(value, compiled.state_dict()[name], atol=2e-3), name
