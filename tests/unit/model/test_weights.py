"""Weights: what is saved is what is loaded (to half precision), and a broken file says so."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from tianmu.core.errors import CheckpointError
from tianmu.model.codec import Codec, CodecConfig
from tianmu.model.text import Tokenizer
from tianmu.model.transformer import Transformer, TransformerConfig
from tianmu.model.upscale import Upscaler
from tianmu.model.weights import NativeModel, load_model, save_model


def _model(distilled: bool) -> NativeModel:
    torch.manual_seed(0)
    tokenizer = Tokenizer(["a", "狐"])
    config = TransformerConfig(num_words=len(tokenizer), channels=4, width=32, depth=1, heads=1, text_depth=1)
    return NativeModel(
        transformer=Transformer(config),
        distilled=Transformer(config) if distilled else None,
        codec=Codec(CodecConfig(channels=4, width=16, blocks=1)),
        tokenizer=tokenizer,
        upscaler=Upscaler() if distilled else None,
        info={"name": "tiny", "steps": 3},
    )


@pytest.mark.parametrize("distilled", [True, False])
def test_round_trip(tmp_path: Path, distilled: bool) -> None:
    model = _model(distilled)
    save_model(tmp_path / "m.safetensors", model)
    loaded = load_model(tmp_path / "m.safetensors")
    assert loaded.info == model.info
    assert loaded.tokenizer.vocabulary == ("a", "狐")
    assert (loaded.distilled is not None) == distilled == (loaded.upscaler is not None)
    for (name, value), other in zip(
        model.transformer.state_dict().items(), loaded.transformer.state_dict().values(), strict=True
    ):
        assert torch.equal(value.half().float(), other), name
    assert len(loaded.digest) == 64
    assert [path.name for path in tmp_path.iterdir()] == ["m.safetensors"]


def test_missing_broken_and_foreign_files(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="not there"):
        load_model(tmp_path / "none.safetensors")
    broken, foreign = tmp_path / "broken.safetensors", tmp_path / "foreign.safetensors"
    broken.write_bytes(b"not a model")
    save_file({"x": torch.ones(2)}, foreign)
    for path in (broken, foreign):
        with pytest.raises(CheckpointError, match="does not hold a Tianmu model"):
            load_model(path)


def test_a_file_with_a_missing_part_is_refused(tmp_path: Path) -> None:
    from safetensors import safe_open

    save_model(tmp_path / "m.safetensors", _model(False))
    with safe_open(tmp_path / "m.safetensors", "pt") as file:
        tensors = {name: file.get_tensor(name) for name in list(file.keys()) if name != "transformer.outward.bias"}
        facts = file.metadata()
    save_file(tensors, tmp_path / "less.safetensors", metadata=facts)
    with pytest.raises(CheckpointError, match="does not hold a Tianmu model"):
        load_model(tmp_path / "less.safetensors")
