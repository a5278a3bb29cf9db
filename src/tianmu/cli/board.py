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
    add(
        "--version",
        default="",
        metavar="ASPECT",
        help=say(
            "of a version that was made, such as 9:16, as it was made: its frame, engine and takes",
            "已制作的某一画幅版本（如 9:16）的故事板：沿用它的画幅、引擎与素材",
        ),
    )
    add_leave_options(add)
    add_override_options(add)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Plan, sketch what has no take, and write the papers."""
    from tianmu.cli.film import checked_versions
    from tianmu.cli.progress import progress_bar
    from tianmu.studio.importers import read_screenplay
    from tianmu.studio.output import make_folder
    from tianmu.studio.plan import find_version, plan_film, plan_version, read_settings
    from tianmu.studio.planner import language_planner
    from tianmu.studio.store import Store
    from tianmu.studio.storyboard import sketch_papers

    script: Path = arguments.screenplay
    folder: Path = arguments.output or Path(script.stem)
    planner = language_planner(arguments.planner)
    _require_one_way(arguments)
    versions, leave = checked_versions(arguments), leave_of(arguments)
    screenplay = read_screenplay(script)
    with Store.open() as store:
        project = store.ensure_project(script.stem if arguments.project is None else arguments.project)
        with project.lease("film"):
            named = find_version(project, arguments.version)
            if arguments.version:
                versions = (read_settings(project, named),)
            plan = plan_film(screenplay, project, versions[0], planner)
            make_folder(folder)
            papers: list[Path] = []
            with progress_bar() as progress:
                for settings in versions:
                    first = settings is versions[0]
                    of_it = plan if first else plan_version(plan, project, settings.aspect)
                    version = named if first else settings.aspect
                    papers += sketch_papers(of_it, project, settings, folder, leave, progress, version=version)
    print("\n".join(str(path) for path in papers))
    for note in plan.notes:
        print(f"  {note}")
    return 0


def _require_one_way(arguments: argparse.Namespace) -> None:
    """Refuse a frame beside a version, which has one.

    Raises:
        InputError: both were given.
    """
    from tianmu.core.errors import InputError

    if arguments.version and arguments.aspect != "16:9":
        raise InputError(
            say(
                "--version takes the frame of what was made, and --aspect names another; leave one of the two out.",
                "--version 沿用已制作版本的画幅，而 --aspect 又指定了一个；请去掉其中之一。",
            )
        )
