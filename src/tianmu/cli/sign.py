"""`tianmu sign`: a person signs the film as it stands."""

from __future__ import annotations

import argparse

from tianmu.cli.parser import Verbs, add_project_option
from tianmu.core.text import say


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `sign` and its options."""
    parser = verbs.add_parser("sign", help=say("sign the film as it stands", "签署影片的当前状态"))
    add = parser.add_argument
    add("--as", dest="name", metavar="NAME", help=say("who signs (default: who acts)", "签署人（默认当前操作者）"))
    add("--role", help=say("as what (default: their first role)", "以何职责（默认其首个职责）"))
    add("--note", default="", metavar="TEXT", help=say("what they want to say with it", "附言"))
    add("--version", default="", metavar="ASPECT", help=say("another version, such as 9:16", "其他画幅版本，如 9:16"))
    add("--list", action="store_true", help=say("list signatures, and which still hold", "列出签名及其是否有效"))
    add("--json", action="store_true", help=say("print JSON", "输出 JSON"))
    add_project_option(add)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Sign, then list all signatures with what became of them."""
    import json

    from tianmu.core.settings import settings
    from tianmu.studio.plan import choose_project
    from tianmu.studio.signing import read_register, row_of, sentence, sign_film, standings, state_film
    from tianmu.studio.store import Store

    with Store.open() as store:
        project, version = choose_project(store, arguments.project), arguments.version
        if not arguments.list:
            who = {"name": arguments.name, "role": arguments.role, "note": arguments.note}
            sign_film(project, settings().home, **who, version=version)
        there = standings(project, state_film(project, version), read_register(project))
    if arguments.json:
        print(json.dumps([row_of(each) for each in there], ensure_ascii=False))
        return 0
    for each in there:
        print(sentence(each))
    if not there:
        print(say("Nobody has signed yet.", "尚无人签署。"))
    return 0
