"""`tianmu diversity`: how varied a film is, or a model, and what would widen it."""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.cli.parser import Verbs, add_project_option, whole
from tianmu.core.text import say


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `diversity` and its options."""
    parser = verbs.add_parser(
        "diversity",
        help=say("how varied a film or a model is, and what would widen it", "影片或模型的多样程度，及如何拓宽"),
    )
    add = parser.add_argument
    add_project_option(add)
    add("--version", default="", metavar="ASPECT", help=say("of the film, such as 9:16", "影片的版本，如 9:16"))
    add(
        "--prompts",
        type=Path,
        metavar="FILE",
        help=say("measure an engine instead, on prompts, one a line", "改为测量引擎：提示词文件，每行一条"),
    )
    add(
        "--engine", help=say("with --prompts: which engine (default: native)", "与 --prompts 同用：引擎（默认 native）")
    )
    add(
        "--per-prompt",
        type=whole("--per-prompt", 1, 16),
        default=4,
        metavar="N",
        help=say("with --prompts: shots of each (default: 4)", "与 --prompts 同用：每条拍几个（默认 4）"),
    )
    add(
        "--seconds",
        default="1",
        help=say("with --prompts: their length (default: 1)", "与 --prompts 同用：时长（默认 1）"),
    )
    add(
        "--seed",
        type=whole("--seed", 0, 2**31),
        default=0,
        help=say("with --prompts: the first seed (default: 0)", "与 --prompts 同用：首个种子（默认 0）"),
    )
    add(
        "-o",
        "--output",
        type=Path,
        help=say("write a page: a file that ends in .html", "写成网页：以 .html 结尾的文件"),
    )
    add("--overwrite", action="store_true", help=say("replace a file that is there", "允许覆盖已有文件"))
    add(
        "--json", action="store_true", help=say("print one JSON object, for programs", "输出一个 JSON 对象，供程序读取")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Measure a film or an engine, and say it."""
    from tianmu.core.errors import InputError
    from tianmu.studio.output import refuse_existing

    output: Path | None = arguments.output
    if output is not None and output.suffix.lower() != ".html":
        raise InputError(
            say(
                f"The page is a file that ends in .html, and {output.name} does not.",
                f"网页应以 .html 结尾，而 {output.name} 不是。",
            )
        )
    if output is not None:
        refuse_existing(output, overwrite=arguments.overwrite)  # before minutes of work
    if arguments.prompts is None and arguments.engine is not None:
        raise InputError(
            say("--engine goes with --prompts; give both.", "--engine 须与 --prompts 一起使用；请同时给出。")
        )
    if arguments.prompts is not None and (arguments.project is not None or arguments.version):
        raise InputError(say("Give --prompts or a project, not both.", "请给出 --prompts 或项目，二者选一。"))
    return _film(arguments, output) if arguments.prompts is None else _model(arguments, output)


def _film(arguments: argparse.Namespace, output: Path | None) -> int:
    import json
    import sys

    from tianmu.cli.progress import progress_bar
    from tianmu.core.files import write_text
    from tianmu.core.settings import settings
    from tianmu.studio.plan import choose_project
    from tianmu.studio.store import Store
    from tianmu.studio.variety import as_row, measure_variety
    from tianmu.studio.variety.page import draw_matrix, html, in_words, sections

    with Store.open() as store, progress_bar() as progress:
        project = choose_project(store, arguments.project)
        found = measure_variety(project, store, settings().home, arguments.version, progress=progress)
    if output is not None:
        title = say(f"Variety of {found.title}", f"《{found.title}》的多样性")
        write_text(output, html(title, sections(found), draw_matrix(found).svg()))
    if arguments.json:
        print(json.dumps({**as_row(found), "page": str(output) if output else None}, ensure_ascii=False))
        return 0
    for warning in found.warnings:
        print(warning, file=sys.stderr)
    print(found.title if output is None else output)
    print(in_words(sections(found)))
    return 0


def _model(arguments: argparse.Namespace, output: Path | None) -> int:
    import json
    import tempfile

    from tianmu.cli.progress import progress_bar
    from tianmu.core.files import write_text
    from tianmu.engines.registry import DEFAULT_ENGINE
    from tianmu.film.time import parse_seconds
    from tianmu.studio.variety import read_prompts, try_engine
    from tianmu.studio.variety.page import html, in_words, model_sections

    prompts, engine = read_prompts(arguments.prompts), arguments.engine or DEFAULT_ENGINE
    seconds = parse_seconds(arguments.seconds)
    with tempfile.TemporaryDirectory(prefix="tianmu-") as folder, progress_bar() as progress:
        found = try_engine(
            prompts,
            engine,
            Path(folder),
            each=arguments.per_prompt,
            seconds=seconds,
            seed=arguments.seed,
            progress=progress,
        )
    if output is not None:
        write_text(output, html(say(f"Variety of {engine}", f"引擎 {engine} 的多样性"), model_sections(found)))
    if arguments.json:
        given = found.given
        row = {
            "engine": engine,
            "num_pictures": found.num_pictures,
            "conditional_vendi": round(given.conditional, 4),
            "information_vendi": round(given.information, 4),
            "vendi_pictures": round(given.pictures, 4),
            "vendi_prompts": round(given.prompts, 4),
            "each": [
                {"prompt": prompt, "num_pictures": count, "vendi": round(score, 4)}
                for prompt, count, score in found.each
            ],
            "page": str(output) if output else None,
        }
        print(json.dumps(row, ensure_ascii=False))
        return 0
    print(engine if output is None else output)
    print(in_words(model_sections(found)))
    return 0
