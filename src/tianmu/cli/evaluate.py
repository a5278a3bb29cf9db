"""`tianmu evaluate`: measure a checkpoint, and write its scores, a contact sheet and its model card."""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.cli.parser import Verbs, real, whole
from tianmu.core.text import say


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `evaluate` and its options."""
    parser = verbs.add_parser("evaluate", help=say("measure a checkpoint", "评估一个检查点"))
    add = parser.add_argument
    add(
        "checkpoint",
        type=Path,
        nargs="?",
        help=say("the weights (default: those that ship)", "权重文件（默认为随包附带的）"),
    )
    add("--out", type=Path, required=True, help=say("the folder for scores and pictures", "存放分数与图片的文件夹"))
    add(
        "--clips",
        type=whole("--clips", 4, 100_000),
        default=128,
        help=say("how many clips to make (default: 128)", "生成多少片段（默认 128）"),
    )
    add("--seed", type=whole("--seed", 0, 2**31 - 1), default=0, help=say("default: 0", "默认 0"))
    add(
        "--steps",
        type=whole("--steps", 1, 1000),
        help=say("denoising steps (default: the model's own)", "去噪步数（默认由模型决定）"),
    )
    add(
        "--guidance",
        type=real("--guidance", 0, 100),
        help=say("default: the model's own; 1 is off", "默认由模型决定；1 为关闭"),
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Evaluate, and print the table."""
    from tianmu.cli.progress import progress_bar
    from tianmu.studio.copies import mark_sheet
    from tianmu.training.evaluate import evaluate

    with progress_bar() as progress:
        evaluate(
            arguments.checkpoint,
            arguments.out,
            clips=arguments.clips,
            seed=arguments.seed,
            steps=arguments.steps,
            guidance=arguments.guidance,
            progress=progress,
        )
    mark_sheet(arguments.out / "sheet.png", say("Shots of an evaluation", "评估镜头"), engine="native")
    print((arguments.out / "table.txt").read_text("utf-8"), end="")
    return 0
