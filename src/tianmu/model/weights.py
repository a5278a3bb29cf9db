"""The shipped model: one safetensors file that holds the weights, what they are, and the words that they know."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from tianmu.core.errors import CheckpointError
from tianmu.model.codec import Codec, CodecConfig
from tianmu.model.text import Tokenizer
from tianmu.model.transformer import Transformer, TransformerConfig
from tianmu.model.upscale import Upscaler

FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class NativeModel:
    """Everything that turns a caption into frames."""

    transformer: Transformer
    """Takes any number of steps, guided."""
    distilled: Transformer | None
    """Takes `info["few_steps"]` steps, unguided."""
    codec: Codec
    tokenizer: Tokenizer
    upscaler: Upscaler | None
    info: dict[str, Any]
    """What the model is: name, cast, sizes, default steps and guidance, how long it was trained."""
    digest: str = ""
    """sha256 of the file it was read from."""


def default_path() -> Path:
    """Where the weights that ship lie."""
    return Path(str(files("tianmu.model").joinpath("weights/native.safetensors")))


def save_model(path: Path, model: NativeModel) -> None:
    """Write a model as float16, whole or not at all."""
    parts: dict[str, torch.nn.Module] = {"transformer": model.transformer, "codec": model.codec}
    more = {"distilled": model.distilled, "upscaler": model.upscaler}
    parts |= {part: module for part, module in more.items() if module is not None}
    tensors = {
        f"{part}.{name}": value.detach().to("cpu", torch.float16).contiguous()
        for part, module in parts.items()
        for name, value in module.state_dict().items()
    }
    facts = {
        "format": FORMAT,
        "transformer": asdict(model.transformer.config),
        "codec": asdict(model.codec.config),
        "parts": sorted(parts),
        "vocabulary": list(model.tokenizer.vocabulary),
        "info": model.info,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    save_file(tensors, partial, metadata={"tianmu": json.dumps(facts, ensure_ascii=False)})
    partial.replace(path)


def load_model(path: Path | None = None) -> NativeModel:
    """Read a model; CheckpointError says what is wrong with the file and what to do."""
    path = path or default_path()
    if not path.exists():
        raise CheckpointError(
            f"The weights {path} are not there: install the package again, or train with `tianmu train`."
        )
    try:
        with safe_open(path, "pt") as file:
            facts = json.loads((file.metadata() or {})["tianmu"])
            names = file.keys()  # a safe_open is no mapping: it cannot be walked
            tensors = {name: file.get_tensor(name).float() for name in names}
        if facts["format"] != FORMAT:
            raise CheckpointError(f"The weights {path} have format {facts['format']}, but this Tianmu reads {FORMAT}.")
        modules: dict[str, torch.nn.Module] = {}
        for part in facts["parts"]:
            modules[part] = _empty(part, facts)
            prefix = f"{part}."
            own = {name[len(prefix) :]: value for name, value in tensors.items() if name.startswith(prefix)}
            modules[part].load_state_dict(own)
            modules[part].eval().requires_grad_(False)
    except (SafetensorError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise CheckpointError(
            f"The file {path} does not hold a Tianmu model ({error}): install the package again, or name another file."
        ) from error
    return NativeModel(
        tokenizer=Tokenizer(facts["vocabulary"]),
        info=facts["info"],
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        **{part: modules.get(part) for part in ("transformer", "distilled", "codec", "upscaler")},  # type: ignore[arg-type]
    )


def _empty(part: str, facts: dict[str, Any]) -> torch.nn.Module:
    match part:
        case "codec":
            return Codec(CodecConfig(**facts["codec"]))
        case "upscaler":
            return Upscaler()
        case _:
            return Transformer(TransformerConfig(**facts["transformer"]))
