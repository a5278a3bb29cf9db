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
        default="micro",
        help=say("its size: micro, small or base (default: micro)", "模型规模：micro、small 或 base（默认 micro）"),
    )
    add("--out", type=Path, required=True, help=say("the folder of the run", "训练输出文件夹"))
    add(
        "--stages",
        default="",
        help=say(
            "only these, by name and comma (default: all, in order)", "只运行这些阶段，以逗号分隔（默认依次全部运行）"
        ),
    )
    add(
        "--minutes",
        type=real("--minutes", 0, 100_000),
        help=say(
            "save and stop a stage after so long (default: when it is finished)", "每个阶段最长运行时间（默认直到完成）"
        ),
    )
    add("--resume", action="store_true", help=say("go on with the run in the folder", "继续该文件夹中的训练"))
    add("--device", choices=("cpu", "cuda"), default="cpu", help=say("default: cpu", "默认 cpu"))
    add("--seed", type=whole("--seed", 0, 2**31 - 1), default=0, help=say("default: 0", "默认 0"))
    add(
        "--batch",
        type=whole("--batch", 1, 10**7),
        metavar="TOKENS",
        help=say("video tokens a step (default: the preset's)", "每步的视频 token 数（默认由规模决定）"),
    )
    add(
        "--compile",
        dest="compiled",
        action="store_true",
        help=say(
            "compile the network first: faster steps after a few minutes; needs a C++ compiler",
            "先编译网络：几分钟后每步更快；需要 C++ 编译器",
        ),
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train; the run's folder holds its checkpoints, its log, and the packed weights."""
    from dataclasses import replace

    from tianmu.core.errors import InputError, OutputError
    from tianmu.training.recipe import preset
    from tianmu.training.stages import STAGES, first_process, train_model

    recipe = replace(preset(arguments.preset), seed=arguments.seed)
    if arguments.batch is not None:
        recipe = replace(recipe, tokens=arguments.batch)
    stages = tuple(stage for stage in arguments.stages.split(",") if stage) or STAGES
    if unknown := [stage for stage in stages if stage not in STAGES]:
        raise InputError(
            say(
                f"There is no stage {unknown[0]!r}; the stages are {', '.join(STAGES)}.",
                f"没有阶段 {unknown[0]!r}；阶段有 {'、'.join(STAGES)}。",
            )
        )
    begun = (arguments.out / "recipe.json").exists()
    if begun != arguments.resume and first_process():
        raise OutputError(
            say(
                f"{arguments.out} holds a run already; go on with --resume, or choose another folder.",
                f"{arguments.out} 中已有训练；请用 --resume 继续，或另选文件夹。",
            )
            if begun
            else say(
                f"There is no run to resume in {arguments.out}; leave --resume out to begin one.",
                f"{arguments.out} 中没有可继续的训练；去掉 --resume 即可开始。",
            )
        )
    packed = train_model(
        recipe,
        arguments.out,
        stages=stages,
        minutes=arguments.minutes,
        device=arguments.device,
        compiled=arguments.compiled,
    )
    if packed is not None:
        print(say(f"The weights lie in {packed}.", f"权重位于 {packed}。"))
    elif first_process():
        print(say("Stopped before there are weights; go on with --resume.", "尚未得到权重；请用 --resume 继续。"))
    return 0
