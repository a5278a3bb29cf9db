"""`tianmu credits`: who did what in a film, human and machine, as a page and as data that can be checked."""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.cli.parser import Verbs, add_project_option
from tianmu.core.text import say


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `credits` and its options."""
    parser = verbs.add_parser("credits", help=say("who did what in a film, provably", "可证明的创作署名记录"))
    add = parser.add_argument
    add("-o", "--output", type=Path, default=Path(), metavar="FOLDER", help=say("where to write it", "输出文件夹"))
    add("--overwrite", action="store_true", help=say("replace files that are there", "允许覆盖已有文件"))
    add("--json", action="store_true", help=say("print the data, and write nothing", "只输出数据，不写文件"))
    add_project_option(add)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the page and the data, and say where they lie."""
    import json

    from tianmu.core.settings import settings
    from tianmu.studio.authorship import read_authorship
    from tianmu.studio.authorship_page import write_credits
    from tianmu.studio.plan import choose_project
    from tianmu.studio.store import Store

    with Store.open() as store:
        project = choose_project(store, arguments.project)
        if arguments.json:
            print(json.dumps(read_authorship(project, settings().home).as_row(), ensure_ascii=False))
            return 0
        written = write_credits(project, arguments.output, overwrite=arguments.overwrite)
    for path in written:
        print(path)
    return 0
