"""`tianmu import-cut`: an editor's changed cut comes back as decisions of the film."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.cli.parser import Verbs, add_project_option
from tianmu.core.text import say

if TYPE_CHECKING:
    from tianmu.studio.export import Comeback


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `import-cut` and its options."""
    parser = verbs.add_parser("import-cut", help=say("take an editor's changed cut back", "取回剪辑师改过的剪辑"))
    add = parser.add_argument
    add("timeline", type=Path, metavar="FILE.otio", help=say("the editor's timeline", "剪辑师的时间线"))
    add_project_option(add)
    add(
        "--version",
        metavar="ASPECT",
        help=say(
            "the version it is of, such as 9:16 (default: what it says); all versions share one cut",
            "它属于哪一画幅版本，如 9:16（默认由时间线判断）；所有版本共用一套剪辑",
        ),
    )
    add("--check", action="store_true", help=say("say what would change, and change nothing", "只说明改动，不采用"))
    add(
        "--json", action="store_true", help=say("print one JSON object, for programs", "输出一个 JSON 对象，供程序读取")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read the timeline, decide what it changed, and say what could not be held."""
    import json

    from tianmu.film.schema import to_row
    from tianmu.studio.export import import_cut
    from tianmu.studio.plan import choose_project
    from tianmu.studio.store import Store

    with Store.open() as store:
        project = choose_project(store, arguments.project)
        back = import_cut(project, arguments.timeline, version=arguments.version, apply=not arguments.check)
    if arguments.json:
        row = {"changed": back.changed, "applied": back.changed and not arguments.check, "version": back.version}
        row |= {"notes": list(back.notes), "decisions": to_row(back.decisions)}
        print(json.dumps(row, ensure_ascii=False))
        return 0
    print(summary(back, applied=not arguments.check))
    return 0


def summary(back: Comeback, *, applied: bool) -> str:
    """What has changed, and below it what could not be held."""
    if not back.changed:
        line = say("The cut is as it was; nothing changed.", "剪辑与原来相同，没有改动。")
    elif applied:
        line = say("Decided; the next `tianmu film` cuts it so.", "已记录；下一次运行 `tianmu film` 时生效。")
        if back.versions > 1:
            line = say(
                f"Decided, from the {back.version} version for all of them; the next `tianmu film` cuts them so.",
                f"已由 {back.version} 版本记录，适用于所有画幅版本；下一次运行 `tianmu film` 时生效。",
            )
    else:
        line = say("It would change the cut; nothing was decided.", "剪辑将有改动；尚未采用。")
    return "\n".join((line, *(f"  {note}" for note in back.notes)))
