"""`tianmu protect`: works that nothing made here should come too near."""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.cli.parser import Verbs
from tianmu.core.text import say

NEAR = 1


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `protect` and what it can do."""
    parser = verbs.add_parser("protect", help=say("a registry of protected works", "受保护作品登记"))
    actions = parser.add_subparsers(metavar=say("ACTION", "操作"), required=True)
    adding = actions.add_parser(
        "add", help=say("register pictures, films, screenplays, texts", "登记图片、影片、剧本、文本")
    )
    adding.add_argument("files", nargs="+", type=Path, metavar="FILE")
    adding.add_argument("--title", required=True, help=say("what the work is called", "作品名称"))
    adding.add_argument("--owner", required=True, help=say("whose it is", "权利人"))
    adding.add_argument("--because", required=True, metavar="TEXT", help=say("why it is protected", "保护理由"))
    adding.set_defaults(run=run_add)
    showing = actions.add_parser("list", help=say("what is registered", "列出已登记作品"))
    showing.set_defaults(run=run_list)
    remove = actions.add_parser("remove", help=say("take one out", "移除一件"))
    remove.add_argument("id", metavar="ID")
    remove.set_defaults(run=run_remove)
    checking = actions.add_parser("check", help=say("which of them a file is near", "检查文件接近哪些作品"))
    checking.add_argument("file", type=Path, metavar="FILE")
    checking.set_defaults(run=run_check)
    for each in (adding, showing, remove, checking):
        each.add_argument("--json", action="store_true", help=say("print JSON", "输出 JSON"))


def run_add(arguments: argparse.Namespace) -> int:
    """Register each file."""
    from tianmu.core.settings import settings
    from tianmu.studio.protected import add_work

    facts = {"title": arguments.title, "owner": arguments.owner, "because": arguments.because}
    return _show(arguments, [add_work(settings().home, path, **facts) for path in arguments.files])


def run_list(arguments: argparse.Namespace) -> int:
    """One line a work."""
    from tianmu.core.settings import settings
    from tianmu.studio.protected import read_works

    works = read_works(settings().home)
    if not works and not arguments.json:
        print(say("Nothing is registered yet.", "尚未登记任何作品。"))
    return _show(arguments, works, numbered=True)


def run_remove(arguments: argparse.Namespace) -> int:
    """Take one out."""
    from tianmu.core.settings import settings
    from tianmu.studio.protected import remove_work

    return _show(arguments, [remove_work(settings().home, arguments.id)])


def run_check(arguments: argparse.Namespace) -> int:
    """What a file is near; 1 where it is near something."""
    import json
    from dataclasses import asdict

    from tianmu.core.settings import settings
    from tianmu.studio.protected import check_file

    found = check_file(settings().home, arguments.file)
    if arguments.json:
        print(json.dumps([asdict(each) for each in found], ensure_ascii=False))
    else:
        for each in found:
            print(f"{each.score:.2f}  {each.title}  {each.owner}  {each.detail}")
        nothing = say("It is near no registered work.", "与已登记作品均不接近。")
        more = say(
            "A person should look at both; tianmu learn copying says more.", "请由人比对；详见 tianmu learn copying。"
        )
        print(more if found else nothing)
    return NEAR if found else 0


def _show(arguments: argparse.Namespace, works: object, *, numbered: bool = False) -> int:
    import json

    from tianmu.film.schema import to_row
    from tianmu.governance.registry import Work

    assert isinstance(works, list | tuple)
    found = [work for work in works if isinstance(work, Work)]
    if arguments.json:
        rows = [{name: value for name, value in to_row(work).items() if name != "pieces"} for work in found]
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for number, work in enumerate(found, 1):
        at = f"{number:3}  " if numbered else ""
        print(f"{at}{work.id}  {work.kind:7}  {work.title}  {work.owner}  {work.because}")
    return 0
