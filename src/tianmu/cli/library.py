"""`tianmu library`: looks and story forms from many cultures, with sources; anyone adds to it by a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.cli.parser import Verbs
from tianmu.core.text import say


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `library` and its actions."""
    parser = verbs.add_parser(
        "library",
        help=say("looks and story forms from many cultures, with sources", "多种文化的影像风格与叙事形式，附出处"),
    )
    what = parser.add_subparsers(metavar=say("ACTION", "操作"), required=True)
    shown = what.add_parser("list", help=say("everything there is", "全部条目"))
    shown.add_argument(
        "--kind", choices=("look", "form"), help=say("only looks, or only forms", "只列影像风格或叙事形式")
    )
    one = what.add_parser(
        "show", help=say("one entry: what it is, how to use it, its sources", "一个条目：内容、用法、出处")
    )
    one.add_argument("id", help=say("its id, such as ink-wash", "编号，例如 ink-wash"))
    one.add_argument("--skeleton", action="store_true", help=say("only the screenplay to begin from", "只输出剧本骨架"))
    added = what.add_parser("add", help=say("check a file of entries, and keep it", "检查条目文件并收入"))
    added.add_argument("file", type=Path, help=say("YAML, as in the guide", "YAML，格式见手册"))
    for each, run in ((shown, run_list), (one, run_show), (added, run_add)):
        each.add_argument(
            "--json",
            action="store_true",
            help=say("print one JSON object, for programs", "输出一个 JSON 对象，供程序读取"),
        )
        each.set_defaults(run=run)


def run_list(arguments: argparse.Namespace) -> int:
    """One line an entry."""
    import json

    from tianmu.core.settings import settings
    from tianmu.studio.traditions import as_row, open_library

    library = open_library(settings().home)
    entries = [entry for entry in library.entries if arguments.kind in (None, entry.kind)]
    if arguments.json:
        row = {"entries": [as_row(entry) for entry in entries], "warnings": list(library.warnings)}
        print(json.dumps(row, ensure_ascii=False))
        return 0
    _warn(library.warnings)
    names = {"look": say("Looks", "影像风格"), "form": say("Story forms", "叙事形式")}
    for kind, name in names.items():
        chosen = [entry for entry in entries if entry.kind == kind]
        if chosen:
            print(f"{name} ({len(chosen)})")
        for entry in chosen:
            mine = say(" (yours)", "（自有）") if entry.file else ""
            print(f"  {entry.id:<22} {say(*entry.name)}{mine} · {say(*entry.origin)}")
    print(say("One of them whole: tianmu library show ID", "查看全文：tianmu library show 编号"))
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """One entry whole."""
    import json

    from tianmu.core.errors import InputError
    from tianmu.core.settings import settings
    from tianmu.studio.traditions import as_row, find_entry, open_library
    from tianmu.studio.traditions.entry import in_words

    home = settings().home
    warnings = open_library(home).warnings
    if not arguments.json:
        _warn(warnings)
    entry = find_entry(arguments.id, home)
    if arguments.skeleton and not entry.skeleton:
        raise InputError(
            say(
                f"{entry.id} is a {entry.kind} without a screenplay to begin from; leave --skeleton out.",
                f"{entry.id} 没有剧本骨架；请去掉 --skeleton。",
            )
        )
    if arguments.json:
        print(json.dumps({**as_row(entry), "warnings": list(warnings)}, ensure_ascii=False))
    else:
        print(entry.skeleton.strip() if arguments.skeleton else in_words(entry))
    return 0


def run_add(arguments: argparse.Namespace) -> int:
    """Keep a file, and say what is in it."""
    import json

    from tianmu.core.settings import settings
    from tianmu.core.text import listed
    from tianmu.studio.traditions import add_file, open_library

    entries = add_file(arguments.file, settings().home)
    ids = [entry.id for entry in entries]
    warnings = open_library(settings().home).warnings
    if arguments.json:
        print(json.dumps({"added": ids, "warnings": list(warnings)}, ensure_ascii=False))
        return 0
    _warn(warnings)
    print(
        say(
            f"Added to the library: {listed(ids)}. Look at one: tianmu library show {ids[0]}",
            f"已收入素材库：{listed(ids)}。查看：tianmu library show {ids[0]}",
        )
    )
    return 0


def _warn(warnings: tuple[str, ...]) -> None:
    import sys

    for warning in warnings:
        print(warning, file=sys.stderr)
