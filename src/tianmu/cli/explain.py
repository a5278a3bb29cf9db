"""`tianmu explain`: open a take: where each word acts, whether that holds, and whether the take can be made again."""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.cli.parser import Verbs, add_leave_options, add_project_option, leave_of
from tianmu.core.text import say


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `explain` and its options."""
    parser = verbs.add_parser(
        "explain", help=say("open a take: which word made what, measured", "打开素材：哪个词造成了什么，并加以实测")
    )
    add = parser.add_argument
    add(
        "take",
        help=say("a .recipe.json, a film with its recipe beside it, or 3B/2", ".recipe.json、旁有配方的影片，或 3B/2"),
    )
    add("-o", "--output", type=Path, help=say("the folder (default: NAME-explained)", "文件夹（默认 名称-explained）"))
    add_project_option(add)
    add_leave_options(add)
    add("--overwrite", action="store_true", help=say("replace an earlier explanation", "允许覆盖先前的说明"))
    add("--json", action="store_true", help=say("print all numbers as one JSON object", "以一个 JSON 对象输出全部数字"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Explain, and say where the page lies and whether its map of attention holds."""
    import json

    from tianmu.cli.progress import progress_bar
    from tianmu.studio.explain import PAGE, explain_take, find_target, verdicts
    from tianmu.studio.output import make_folder
    from tianmu.studio.store import Store

    leave = leave_of(arguments)
    if Path(arguments.take).exists():
        target = find_target(arguments.take, None, None)
    else:
        with Store.open() as store:
            target = find_target(arguments.take, store, arguments.project)
    folder: Path = arguments.output or Path(f"{target.name}-explained")
    make_folder(folder.parent)
    with progress_bar() as progress:
        told = explain_take(
            target.name, target.recipe, folder, leave=leave, overwrite=arguments.overwrite, progress=progress
        )
    if arguments.json:
        print(json.dumps(told.as_row(), ensure_ascii=False))
        return 0
    print(folder / PAGE)
    for said in verdicts(told):
        print(f"  {said}")
    return 0
