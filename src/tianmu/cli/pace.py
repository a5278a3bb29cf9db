"""`tianmu pace`: the rhythm of a film: shots, cuts a minute, motion, flashes, loudness; reported and not judged."""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.cli.parser import Verbs, add_project_option
from tianmu.core.text import say


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `pace` and its options."""
    parser = verbs.add_parser("pace", help=say("the rhythm of a film, measured", "测量影片的节奏"))
    add = parser.add_argument
    add(
        "film",
        nargs="?",
        type=Path,
        help=say("any film file (default: the film of the project)", "任意影片文件（默认为项目的影片）"),
    )
    add_project_option(add)
    add(
        "--version",
        default="",
        metavar="ASPECT",
        help=say("of the project's film, such as 9:16", "项目影片的版本，如 9:16"),
    )
    add(
        "-o",
        "--output",
        type=Path,
        help=say("draw it: a file that ends in .svg, .png or .html", "画成图：以 .svg、.png 或 .html 结尾的文件"),
    )
    add("--overwrite", action="store_true", help=say("replace a file that is there", "允许覆盖已有文件"))
    add(
        "--json", action="store_true", help=say("print one JSON object, for programs", "输出一个 JSON 对象，供程序读取")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure, say it in sentences, and draw it where that was asked for."""
    import json

    from tianmu.cli.progress import progress_bar
    from tianmu.core.errors import InputError
    from tianmu.studio.pace import as_row, in_words, measure_file, measure_project
    from tianmu.studio.pace.page import check_picture, write_rhythm
    from tianmu.studio.plan import choose_project
    from tianmu.studio.store import Store

    film: Path | None = arguments.film
    output: Path | None = arguments.output
    if film is not None and (arguments.project is not None or arguments.version):
        raise InputError(say("Give a film file or a project, not both.", "请给出影片文件或项目，二者选一。"))
    if output is not None:
        check_picture(output, overwrite=arguments.overwrite)  # before minutes of watching
    with progress_bar() as progress:
        if film is not None:
            rhythm = measure_file(film, progress=progress)
        else:
            with Store.open() as store:
                project = choose_project(store, arguments.project)
                rhythm = measure_project(project, arguments.version, progress)
    if output is not None:
        write_rhythm(rhythm, output, overwrite=arguments.overwrite)
    if arguments.json:
        print(json.dumps({**as_row(rhythm), "picture": str(output) if output else None}, ensure_ascii=False))
        return 0
    if output is not None:
        print(output)
    print(f"{rhythm.title}: " if not output else "", end="")
    print("\n  ".join(in_words(rhythm)))
    return 0
