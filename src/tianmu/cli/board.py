"""`tianmu board`: the storyboard and the shot list of a screenplay, before a film of it is made or after."""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.cli.parser import Verbs, add_film_options, add_leave_options, leave_of
from tianmu.cli.policy import add_override_options
from tianmu.core.text import say


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `board` and its options."""
    parser = verbs.add_parser("board", help=say("storyboard and shot list of a screenplay", "由剧本得到故事板与镜头表"))
    add = parser.add_argument
    add("screenplay", type=Path, help=say("Fountain, FDX, plain text or Markdown", "Fountain、FDX、纯文本或 Markdown"))
    add(
        "-o",
        "--output",
        type=Path,
        help=say("the folder for them (default: named after the screenplay)", "存放的文件夹（默认以剧本命名）"),
    )
    add_film_options(add)
    add_leave_options(add)
    add_override_options(add)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Plan, sketch what has no take, and write the papers."""
    from tianmu.cli.film import checked_settings
    from tianmu.cli.progress import progress_bar
    from tianmu.studio.importers import read_screenplay
    from tianmu.studio.output import make_folder
    from tianmu.studio.plan import plan_film
    from tianmu.studio.planner import language_planner
    from tianmu.studio.store import Store
    from tianmu.studio.storyboard import sketch_papers

    script: Path = arguments.screenplay
    folder: Path = arguments.output or Path(script.stem)
    planner = language_planner(arguments.planner)
    settings, leave = checked_settings(arguments), leave_of(arguments)
    screenplay = read_screenplay(script)
    with Store.open() as store:
        project = store.ensure_project(script.stem if arguments.project is None else arguments.project)
        with project.lease("film"):
            plan = plan_film(screenplay, project, settings, planner)
            make_folder(folder)
            with progress_bar() as progress:
                papers = sketch_papers(plan, project, settings, folder, leave, progress)
    print("\n".join(str(path) for path in papers))
    for note in plan.notes:
        print(f"  {note}")
    return 0
