"""`tianmu store`: looks over what is kept, and mends what a crash has left."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tianmu.cli.parser import Verbs
from tianmu.core.text import say

if TYPE_CHECKING:
    from tianmu.studio.store import Finding, Report

UNWELL = 1


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `store` and what it can do."""
    parser = verbs.add_parser("store", help=say("look over what is kept", "检查保存的内容"))
    actions = parser.add_subparsers(metavar=say("ACTION", "操作"), required=True)
    checking = actions.add_parser(
        "check", help=say("find what is left over, missing or damaged", "查找多余、缺失或损坏的内容")
    )
    checking.add_argument(
        "--mend", action="store_true", help=say("mend what can be mended without loss", "修复可以无损修复的内容")
    )
    checking.add_argument("--json", action="store_true", help=say("print one JSON object", "输出一个 JSON 对象"))
    checking.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Look over the store; 1 when something is wrong and was not mended."""
    import json
    from dataclasses import asdict

    from tianmu.studio.store import Store, check

    with Store.open() as store:
        report = check(store, mend=arguments.mend)
    if arguments.json:
        print(json.dumps({**asdict(report), "clean": report.clean}, ensure_ascii=False))
    else:
        for finding in report.findings:
            print(line(finding))
        for note in report.notes:
            print(note)
        print(summary(report))
    return 0 if report.clean else UNWELL


def line(finding: Finding) -> str:
    """`orphan     abcdef012345: what it means`, and whether it was or can be mended."""
    from tianmu.studio.store.shelves import is_digest

    state = ""
    if finding.mended:
        state = say(" (mended)", "（已修复）")
    elif finding.mendable:
        state = say(" (mend it with --mend)", "（可用 --mend 修复）")
    what = finding.what[:12] if is_digest(finding.what) else finding.what
    return f"{finding.kind:10} {what}: {finding.text}{state}"


def summary(report: Report) -> str:
    """What was looked at, and how many things are still wrong."""
    from tianmu.cli.shot import readable_bytes

    wrong = sum(not finding.mended for finding in report.findings)
    size = readable_bytes(report.bytes)
    return say(
        f"{report.num_projects} projects, {report.num_takes} takes, {report.num_files} files ({size}), "
        f"{report.num_issued} works on record: " + (f"{wrong} wrong" if wrong else "all well"),
        f"{report.num_projects} 个项目，{report.num_takes} 个镜次，{report.num_files} 个文件（{size}），"
        f"{report.num_issued} 件作品在案：" + (f"{wrong} 处有问题" if wrong else "一切正常"),
    )
