"""`tianmu inspect`: what a picture, a film or a sound says of its origin, and whether that holds."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tianmu.cli.parser import Verbs
from tianmu.core.text import say

if TYPE_CHECKING:
    from contextlib import ExitStack

    from tianmu.studio.inspect import Report
    from tianmu.studio.store import Store

_MARKS = {"intact": "✓", "changed": "✗", "broken": "✗"}


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `inspect` and its options."""
    parser = verbs.add_parser(
        "inspect",
        help=say("what a file says of its origin, and whether that holds", "查看文件的来源说明及其是否成立"),
        epilog=say(
            "Exit codes: 0 signed and intact with all its ingredients, 1 unmarked or not known, 2 changed or broken, "
            "3 not readable; of several files, the worst.",
            "退出码：0 有签名且完好（含全部素材），1 无标识或不清楚，2 被改动或损坏，3 无法读取；多个文件取最差者。",
        ),
    )
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help=say("a picture, film, sound, PDF, or folder of a PNG sequence", "图片、影片、声音、PDF 或 PNG 序列文件夹"),
    )
    parser.add_argument(
        "--json", action="store_true", help=say("print one JSON object a file", "每个文件输出一个 JSON 对象")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Inspect each file; the worst exit code of them."""
    import json
    from contextlib import ExitStack

    from tianmu.core.settings import settings
    from tianmu.studio.inspect import Reader, inspect_file

    home = settings().home
    worst = 0
    with ExitStack() as stack:
        store = _store(stack, home)
        reader = stack.enter_context(Reader())
        for number, path in enumerate(arguments.files):
            report = inspect_file(path, store=store, home=home, reader=reader)
            worst = max(worst, report.exit_code)
            if arguments.json:
                print(json.dumps(report.as_row(), ensure_ascii=False), flush=True)
                continue
            if number:
                print()
            for line in lines(report):
                print(line)
    return worst


def lines(report: Report) -> list[str]:
    """The report as a person reads it: the sentence, a line a layer, the tree."""
    told = [f"{report.file}: {report.sentence}"]
    told += [f"  {_heading(layer.name):<12}  {layer.sentence}" for layer in report.layers]
    if report.tree is not None:
        told += _branch(report.tree, "  ")
    return told


def _heading(name: str) -> str:
    return {
        "provenance": "C2PA",
        "aigc": "AIGC",
        "source_type": "XMP",
        "watermark": say("watermark", "水印"),
        "store": say("store", "存储"),
        "similar": say("similar", "相像"),
        "content": say("content", "内容"),
    }[name]


def _branch(tree: dict[str, Any], margin: str) -> list[str]:
    signer = f" ({tree['signer']})" if tree["signer"] else ""
    unsigned = tree["signer"] is None and tree["state"] == "intact"
    mark = "?" if unsigned else _MARKS[tree["state"]]
    told = [f"{margin}{mark} {tree['title'] or '?'}{signer}"]
    told += [f"{margin}    {each['sentence']}" for each in tree["problems"]]
    for child in tree["ingredients"]:
        told += _branch(child, margin + "  ")
    if tree["left_out"]:
        told.append(margin + say(f"  and {tree['left_out']} more", f"  另有 {tree['left_out']} 项"))
    return told


def _store(stack: ExitStack, home: Path) -> Store | None:
    """The store, where there is one that can be read: looking at a file makes none."""
    import os
    import sys

    from tianmu.core.errors import TianmuError
    from tianmu.studio.store import Store
    from tianmu.studio.store.config import DATABASE

    if not (home / DATABASE).exists() and not os.environ.get("TIANMU_STORE"):
        return None
    try:
        return stack.enter_context(Store.open(home))
    except TianmuError as error:
        print(f"tianmu: {error.explain()}", file=sys.stderr)
        return None
