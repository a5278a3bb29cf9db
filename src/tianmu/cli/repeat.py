"""`tianmu repeat`: make a film again from its recipe, and say whether it is the same but for its signature."""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.cli.parser import Verbs, add_leave_options
from tianmu.cli.policy import add_override_options
from tianmu.core.text import say

DIFFERENT = 1


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `repeat` and its options."""
    parser = verbs.add_parser(
        "repeat", help=say("make a film again from its recipe and compare", "按配方重做影片并比较")
    )
    add = parser.add_argument
    add("recipe", type=Path, help=say("the .recipe.json that lies beside a film", "影片旁的 .recipe.json 文件"))
    add("-o", "--output", type=Path, help=say("the new film (default: NAME-repeat)", "新影片（默认为 原名-repeat）"))
    add_leave_options(add)
    add_override_options(add)
    add("--overwrite", action="store_true", help=say("replace files that are there", "允许覆盖已有文件"))
    add(
        "--json", action="store_true", help=say("print one JSON object, for programs", "输出一个 JSON 对象，供程序读取")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make it again; 0 when it is the same, 1 when it is not."""
    import json

    from tianmu.cli.progress import progress_bar
    from tianmu.cli.shot import as_row
    from tianmu.studio.marking import Leave, settle
    from tianmu.studio.output import choose_output
    from tianmu.studio.recipe import read_recipe
    from tianmu.studio.repeat import repeat_path, repeat_take

    recipe = read_recipe(arguments.recipe)
    output, _ = choose_output(arguments.output or repeat_path(arguments.recipe), recipe.format, recipe.request.prompt)
    marked_for = recipe.marks.audience if recipe.marks and arguments.audience is None else arguments.audience
    leave = settle(Leave(audience=marked_for, recipient=arguments.recipient, reason=arguments.reason))
    with progress_bar() as progress:
        made = repeat_take(recipe, output, leave=leave, overwrite=arguments.overwrite, progress=progress)
    if arguments.json:
        row = {"same": made.same, "same_frames": made.same_frames, "differences": made.differences}
        print(json.dumps({**row, "take": as_row(made.take)}, ensure_ascii=False))
    elif made.same:
        print(say(f"{output}: the same, byte by byte but for its signature.", f"{output}：除签名外逐字节相同。"))
    else:
        what = (
            say("the file differs, its frames are the same", "文件不同，画面相同")
            if made.same_frames
            else say("it differs", "不相同")
        )
        print(say(f"{output}: {what}. ", f"{output}：{what}。") + "; ".join(made.differences))
    return 0 if made.same else DIFFERENT
