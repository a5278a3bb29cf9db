"""The model card: written from the scores and from what the weights say of themselves, never by hand.

    python -m tianmu.training.card scores.json docs/model-card.md

The scores of the weights that ship lie beside them, for programs: how well each attribute is shown.
"""

from __future__ import annotations

import argparse
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from tianmu.core.errors import InputError
from tianmu.core.files import whole_file
from tianmu.training.probe import FACTS
from tianmu.training.report import ISSUE_FACTS, number, table
from tianmu.world.scene import ACTIONS, CAMERAS, LOOKS, SETTINGS, TIMES, WEATHERS, cast

PROMISED = {"setting": 0.90, "time": 0.90, "camera": 0.90, "subject": 0.75, "action": 0.75}
"""Scores on trained combinations that the project has set itself for a model of the `micro` size."""
_SAID = {"setting": "set", "time": "time of day"}


def shipped_scores() -> dict[str, Any]:
    """What `tianmu evaluate` found of the weights that ship."""
    return json.loads(files("tianmu.model").joinpath("weights/native.scores.json").read_text("utf-8"))


def model_card(scores: dict[str, Any]) -> str:
    """The card as Markdown, from the scores that `evaluate` returns and writes."""
    model, settings = scores["model"], scores["settings"]
    info = model["info"]
    drawn = list(info["cast"]) or list(cast())
    guided = f"guidance {settings['guidance']:g}" if settings["guidance"] != 1 else "no guidance"
    network = "the distilled transformer" if settings["distilled"] else "the transformer"
    names = ", ".join(cast()[subject].en for subject in drawn)
    parts = [
        f"# Model card: Tianmu native `{model['name']}`",
        "This page is generated from the scores of `tianmu evaluate`; change the model, not the page.",
        "## What it is",
        f"A text-to-video diffusion transformer of {model['parameters'] / 1e6:.1f} M parameters over the latents of a "
        f"convolutional codec of {model['codec_parameters'] / 1e6:.1f} M. It draws one narrow world, an animated "
        f"cut-out stage, at {settings['width']} x {settings['height']} pixels and 8 frames a second. Its prompts are "
        "the world's captions in English and Chinese; `tianmu shot` writes other prompts out as such captions first.",
        _bullets(
            f"Weights: sha256 `{model['digest']}`",
            f"Cast of {len(drawn)}: {names}",
            f"{len(SETTINGS)} sets, {len(TIMES)} times of day, {len(WEATHERS)} kinds of weather, {len(ACTIONS)} "
            f"actions, {len(CAMERAS)} camera moves, {len(LOOKS)} looks",
            f"Sizes: {', '.join(f'{a} ({w} x {h})' for a, (h, w) in info['sizes'].items())}",
            "Licence: Apache-2.0, code and weights",
        ),
        "## Data",
        "Every clip that it has seen was drawn by this repository's own renderer (`src/tianmu/world`) from scenes that "
        "a seed decides. The painted sets are code; the cast is animated sprites whose source and licence stand, one "
        "by one, in `src/tianmu/world/data/cast.json`. No photograph and no film was used. One in twenty "
        "combinations of subject, action and set was held out of training.",
        "## How it was trained",
        _bullets(*_training(info)),
        "## Scores",
        f"Measured on {settings['clips']} clips of {settings['frames']} frames, half of them of held-out combinations, "
        f"by {network} with {settings['steps']} steps of `{settings['sampler']}`, {guided}, seed {settings['seed']}, "
        f"on {scores['machine']['cores']} cores ({scores['machine']['threads']} threads, torch "
        f"{scores['machine']['torch']}). No downloaded network measures: a small probe and a tracker, both trained on "
        "renders, do. A score is the accuracy on generated clips over the accuracy on renders of the same scenes.",
        table(scores, markdown=True).replace("\n## ", "\n### ").replace("## ", "### ", 1).rstrip(),
        "## What it cannot do",
        _bullets(*_limits(scores)),
    ]
    return "\n\n".join(parts) + "\n"


def _training(info: dict[str, Any]) -> list[str]:
    steps = info.get("trained", {})
    said = [f"`{stage}`: {count:,} steps" for stage, count in steps.items()] or ["Steps: not recorded in the weights"]
    for key, name in (("clips_seen", "Clips seen"), ("hours", "Hours"), ("hardware", "Hardware")):
        if key in info:
            said.append(f"{name}: {info[key]}")
    where = "the README says where weights that ship departed from it"
    return [*said, f"The recipe is `src/tianmu/training/recipe.py`; {where}."]


def _limits(scores: dict[str, Any]) -> list[str]:
    accuracy = scores["accuracy"]
    short = [
        f"{_SAID.get(fact, fact)} {number(accuracy['trained'][fact]['ratio'])} (wanted: {number(PROMISED[fact])})"
        for fact in ISSUE_FACTS
        if accuracy["trained"][fact]["ratio"] < PROMISED[fact]
    ]
    weak = [
        _SAID.get(fact, fact)
        for fact in FACTS
        if accuracy["held_out"][fact]["ratio"] < accuracy["trained"][fact]["ratio"] - 0.1
    ]
    said = ["It knows nothing outside its world: no photographs, no faces, no writing, no sound."]
    said.append(f"Below what was wanted: {'; '.join(short)}." if short else "All wanted scores are reached.")
    if weak:
        said.append(f"On combinations that it never saw it is clearly worse at: {', '.join(weak)}.")
    last = scores["drift"]["generated"][-1]
    said.append(
        f"Long takes drift: from second {scores['drift']['seconds'][-1]} on, the subject is still read in "
        f"{last['subject']:.0%} of the takes and the set in {last['setting']:.0%}."
    )
    said.append("Not measured: scenes of two and three actors, and whether one that passes behind another comes back.")
    return said


def _bullets(*lines: str) -> str:
    return "\n".join(f"- {line}" for line in lines)


def main(arguments: list[str] | None = None) -> None:
    """Write a card from scores that were measured before."""
    parser = argparse.ArgumentParser(
        prog="python -m tianmu.training.card", description="write a model card from scores"
    )
    parser.add_argument("scores", type=Path)
    parser.add_argument("card", type=Path)
    chosen = parser.parse_args(arguments)
    try:
        text = model_card(json.loads(chosen.scores.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{chosen.scores} does not hold scores ({error}): name the scores.json that `tianmu evaluate` has written."
        ) from error
    with whole_file(chosen.card) as part:
        part.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
