"""Train what measures a model, for its cast and its codec: the probe, then the tracker.

    python -m tianmu.training.instruments FOLDER --model native.safetensors  -> probe.safetensors  tracker.safetensors

A call that is cut short by --minutes goes on at the next one. The pair for the model that ships is in the package.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.model.weights import load_model
from tianmu.training.probe import ProbeRecipe, train_probe
from tianmu.training.tracker import train_tracker
from tianmu.world.scene import cast


def main(arguments: list[str] | None = None) -> None:
    """Train both."""
    parser = argparse.ArgumentParser(
        prog="python -m tianmu.training.instruments", description="train what measures a model"
    )
    parser.add_argument("folder", type=Path, help="where the clips, the checkpoints and the two files go")
    parser.add_argument("--model", type=Path, help="whose codec and cast to use (default: the model that ships)")
    parser.add_argument("--minutes", type=float, help="stop each after so long; the next call goes on")
    parser.add_argument("--device", default="cpu", help="cpu, or cuda (default: cpu)")
    chosen = parser.parse_args(arguments)
    model = load_model(chosen.model)
    recipe = ProbeRecipe(subjects=tuple(model.info["cast"] or cast()))
    for train in (train_probe, train_tracker):
        train(recipe, model.codec, chosen.folder, minutes=chosen.minutes, device=chosen.device)


if __name__ == "__main__":
    main()
