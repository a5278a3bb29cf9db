"""`tianmu take`: the takes of a film: list them, circle one, reject one, write a note, compare two, copy one out."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.cli.parser import Verbs, add_leave_options, add_project_option, leave_of
from tianmu.cli.policy import add_override_options
from tianmu.core.text import say

if TYPE_CHECKING:
    from tianmu.film.take import Take

_NAMED = ("by slate and number (3B/2), or by the first letters of its id", "镜号/次数（如 3B/2），或编号的前几位")


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `take` and its own verbs."""
    parser = verbs.add_parser("take", help=say("look at takes and choose among them", "查看并挑选素材"))
    what = parser.add_subparsers(metavar=say("WHAT", "操作"), required=True)

    def verb(name: str, help: str, *named: str) -> argparse.ArgumentParser:
        made = what.add_parser(name, help=help)
        for each in named:
            made.add_argument(each, metavar=each.upper(), help=say(*_NAMED))
        add_project_option(made.add_argument)
        return made

    shown = verb("list", say("all takes, or those of one shot", "列出全部素材，或某个镜头的素材"))
    shown.add_argument("--shot", help=say("a slate, such as 2B", "镜号，例如 2B"))
    shown.add_argument(
        "--version",
        metavar="ASPECT",
        help=say("only those of a version, such as 9:16", "只列出某画幅版本（如 9:16）的素材"),
    )
    shown.add_argument("--json", action="store_true", help=say("print a JSON list", "输出 JSON 列表"))
    shown.set_defaults(run=run_list)
    circle = verb("circle", say("choose this take for the cut", "选定此条用于剪辑"), "take")
    circle.set_defaults(run=run_mark, marks={"circled": True, "rejected": False})
    reject = verb("reject", say("keep this take out of the cut", "剪辑时不用此条"), "take")
    reject.set_defaults(run=run_mark, marks={"circled": False, "rejected": True})
    clear = verb("clear", say("neither circled nor rejected", "取消选定或弃用"), "take")
    clear.set_defaults(run=run_mark, marks={"circled": False, "rejected": False})
    for made in (circle, reject, clear):
        why = say("why, in your words; the ledger keeps it", "理由，由账本保存")
        made.add_argument("--because", default="", metavar="WHY", help=why)
    note = verb("note", say("write a note to a take", "为素材写批注"), "take")
    note.add_argument("text", help=say("the note", "批注内容"))
    note.set_defaults(run=run_mark, marks={})
    copy = verb("copy", say("copy the film of a take out of the store", "把素材的影片复制出来"), "take")
    copy.add_argument("-o", "--output", type=Path, help=say("the file (default: SLATE-NUMBER.mp4)", "输出文件"))
    copy.add_argument("--overwrite", action="store_true", help=say("replace a file that is there", "允许覆盖已有文件"))
    add_leave_options(copy.add_argument)
    add_override_options(copy.add_argument)
    copy.set_defaults(run=run_copy)
    compare = verb("compare", say("two takes side by side", "并排比较两条素材"), "first", "second")
    compare.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        help=say("a .png picture, or a split-screen .mp4", ".png 图片或分屏 .mp4"),
    )
    add_leave_options(compare.add_argument)
    compare.set_defaults(run=run_compare)


def run_list(arguments: argparse.Namespace) -> int:
    """Print one line a take, or a JSON list."""
    import json

    from tianmu.film.schema import to_row
    from tianmu.studio.edition import read_kept_cut
    from tianmu.studio.plan import choose_project
    from tianmu.studio.store import Store

    with Store.open() as store:
        project = choose_project(store, arguments.project)
        takes = project.takes(slate=arguments.shot)
        if arguments.version:
            cut = read_kept_cut(project, arguments.version)
            takes = tuple(take for take in takes if (take.width, take.height) == (cut.width, cut.height))
    if arguments.json:
        print(json.dumps([to_row(take) for take in takes], ensure_ascii=False))
        return 0
    for take in takes:
        print(line(take))
    if not takes:
        shot = arguments.shot or ""
        print(say(f"There is no take{f' of {shot!r}' if shot else ''}.", f"{shot or '这里'}还没有素材。"))
    return 0


def run_mark(arguments: argparse.Namespace) -> int:
    """Circle, reject, clear or annotate a take."""
    from tianmu.studio.plan import choose_project
    from tianmu.studio.record import record_choice
    from tianmu.studio.store import Store

    with Store.open() as store:
        project = choose_project(store, arguments.project)
        note = arguments.text if "text" in arguments else None
        before = project.take(arguments.take)
        take = project.mark_take(before.id, note=note, **arguments.marks)
        if note is not None:
            record_choice(project, take, "noted", words=note)
        elif take != before or arguments.because:
            choice = "circled" if take.circled else "rejected" if take.rejected else "cleared"
            record_choice(project, take, choice, because=arguments.because)
        print(line(take))
    return 0


def run_copy(arguments: argparse.Namespace) -> int:
    """Copy a take out of the store, labelled and signed."""
    from tianmu.studio.copies import copy_take
    from tianmu.studio.plan import choose_project
    from tianmu.studio.store import Store

    with Store.open() as store:
        project = choose_project(store, arguments.project)
        take = project.take(arguments.take)
        output: Path = arguments.output or Path(f"{take.slate}-{take.number}.mp4")
        copy_take(project, take, output, leave=leave_of(arguments), overwrite=arguments.overwrite)
    print(output)
    return 0


def run_compare(arguments: argparse.Namespace) -> int:
    """Write the comparison of two takes."""
    from tianmu.studio.comparison import compare
    from tianmu.studio.plan import choose_project
    from tianmu.studio.store import Store

    with Store.open() as store:
        project = choose_project(store, arguments.project)
        first, second = project.take(arguments.first), project.take(arguments.second)
        compare(project, first, second, arguments.output, leave=leave_of(arguments))
    print(arguments.output)
    return 0


def line(take: Take) -> str:
    """One line: which it is, whether it is chosen, how long, how it was made, its notes."""
    mark = "●" if take.circled else "✗" if take.rejected else " "
    seconds = float(take.num_frames / take.fps)
    notes = f"  “{'” “'.join(take.notes)}”" if take.notes else ""
    facts = say(
        f"{seconds:.1f} s, {take.engine}, seed {take.seed}, took {take.seconds_taken:.1f} s",
        f"{seconds:.1f} 秒，{take.engine}，种子 {take.seed}，用时 {take.seconds_taken:.1f} 秒",
    )
    return f"{mark} {take.slate}/{take.number}  {take.id[:8]}  {take.width}x{take.height}  {facts}{notes}"
