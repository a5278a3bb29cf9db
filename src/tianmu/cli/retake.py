"""`tianmu retake`: another take of a shot, as a note asks for it."""

from __future__ import annotations

import argparse

from tianmu.cli.parser import Verbs, add_project_option, whole
from tianmu.cli.policy import add_override_options
from tianmu.core.text import say


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `retake` and its options."""
    parser = verbs.add_parser("retake", help=say("make another take of a shot", "为一个镜头再拍一条"))
    add = parser.add_argument
    add("shot", metavar="SHOT", help=say("its slate, such as 2B", "镜号，例如 2B"))
    add(
        "--note",
        default="",
        help=say('what to change: "slower", "closer, at night"', "要改什么：“慢一点”“近一些，改成夜晚”"),
    )
    add(
        "--variations",
        type=whole("--variations", 1, 20),
        default=1,
        metavar="N",
        help=say("make N takes, each from another seed", "拍 N 条，各用不同的种子"),
    )
    add(
        "--forget",
        action="store_true",
        help=say("take back every note about the shot, and make no take", "收回对此镜头的全部批注，不再拍摄"),
    )
    add_project_option(add)
    add_override_options(add)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Understand the note, keep what was decided, make the takes, and say which they are."""
    from tianmu.cli.progress import progress_bar
    from tianmu.cli.take import line
    from tianmu.studio.plan import choose_project
    from tianmu.studio.retake import forget_notes, retake
    from tianmu.studio.store import Store

    with Store.open() as store:
        project = choose_project(store, arguments.project)
        if arguments.forget:
            shot = forget_notes(project, arguments.shot)
            print(say(f"Shot {shot.slate} is again as it was planned.", f"镜头 {shot.slate} 已恢复为原先的规划。"))
            return 0
        with project.lease("film"), progress_bar() as progress:
            made = retake(project, arguments.shot, arguments.note, arguments.variations, progress)
    if made.read is not None:
        understood = "; ".join(made.read.understood) or say("nothing", "无")
        print(say(f"understood: {understood}", f"已理解：{understood}"))
        if made.read.rest:
            print(say(f"not understood: {made.read.rest}", f"未理解：{made.read.rest}"))
    for take in made.takes:
        print(line(take))
    if made.circled is not None:
        name = f"{made.circled.slate}/{made.circled.number}"
        print(say(f"{name} is circled and stays in the cut.", f"{name} 已被选定，仍用于剪辑。"))
    else:
        print(say("The next `tianmu film` puts it into the cut.", "下一次运行 `tianmu film` 时将剪入影片。"))
    return 0
