"""`tianmu train`: train the native model, or go on where it stopped."""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.cli.parser import Verbs, real, whole
from tianmu.core.text import say


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `train` and its options."""
    parser = verbs.add_parser("train", help=say("train the native model", "训练原生模型"))
    add = parser.add_argument
    add(
        "--preset",
        choices=("micro", "small", "base"),
        default="micro",
        help=say("its size (default: micro)", "模型规模（默认 micro）"),
    )
    add("--out", type=Path, required=True, help=say("the folder of the run", "训练输出文件夹"))
    add(
        "--minutes",
        type=real("--minutes", 0.01, 100_000),
        default=9.0,
        help=say("stop and save after so long (default: 9)", "运行多久后保存并停止（默认 9 分钟）"),
    )
    add(
        "--resume",
        action="store_true",
        help=say("go on from the last checkpoint in the folder", "从该文件夹的最近检查点继续"),
    )
    add("--device", default="cpu", help=say("cpu, or cuda (default: cpu)", "cpu 或 cuda（默认 cpu）"))
    add("--seed", type=whole("--seed", 0, 2**31 - 1), default=0, help=say("default: 0", "默认 0"))
    add(
        "--batch",
        type=whole("--batch", 1, 65536),
        help=say("clips a step (default: the preset's)", "每步的片段数（默认由规模决定）"),
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train; the run's folder holds its checkpoints and its log."""
    from tianmu.training.loop import train

    train(
        preset=arguments.preset,
        out=arguments.out,
        minutes=arguments.minutes,
        resume=arguments.resume,
        device=arguments.device,
        seed=arguments.seed,
        batch=arguments.batch,
    )
    return 0
