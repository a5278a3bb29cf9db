"""`tianmu evaluate`: measure a checkpoint, and write its scores, a contact sheet and its model card."""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.cli.parser import Verbs, whole
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
        type=whole("--clips", 1, 100_000),
        default=256,
        help=say("how many clips to make (default: 256)", "生成多少片段（默认 256）"),
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Evaluate, and print the table."""
    from tianmu.training.evaluate import evaluate

    evaluate(arguments.checkpoint, arguments.out, clips=arguments.clips)
    return 0
