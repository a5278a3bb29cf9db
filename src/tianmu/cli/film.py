"""`tianmu film`: a screenplay becomes a film, with its storyboard and shot list; a second run makes what changed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.cli.parser import Verbs, add_film_options, add_leave_options, film_settings, leave_of, whole
from tianmu.cli.policy import add_override_options
from tianmu.core.text import say

if TYPE_CHECKING:
    from tianmu.film.shot import Aspect
    from tianmu.studio.estimate import Estimate
    from tianmu.studio.film import FilmResult
    from tianmu.studio.takes import FilmSettings


_OF_THE_FILM = ("sound", "music", "subtitles", "loudness", "language", "subtitles_in")
"""Options that only this verb has, each a field of the settings."""


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `film` and its options."""
    parser = verbs.add_parser("film", help=say("make a film out of a screenplay", "用剧本制作一部影片"))
    add = parser.add_argument
    add(
        "screenplay",
        type=Path,
        help=say("Fountain, FDX, plain text or Markdown", "Fountain、FDX、纯文本或 Markdown"),
    )
    add(
        "-o",
        "--output",
        type=Path,
        help=say("the folder for the film and its papers (default: named after the screenplay)", "存放影片的文件夹"),
    )
    add_film_options(add)
    add_leave_options(add)
    add_override_options(add)
    add(
        "--sound",
        action=argparse.BooleanOptionalAction,
        default=True,
        help=say("voices, ambience, effects and music (default: yes)", "人声、环境声、音效与音乐（默认有）"),
    )
    add(
        "--music",
        action=argparse.BooleanOptionalAction,
        default=True,
        help=say("music under it (default: yes)", "配乐（默认有）"),
    )
    add(
        "--subtitles",
        action=argparse.BooleanOptionalAction,
        default=True,
        help=say("subtitles that a player can show (default: yes)", "播放器可显示的字幕（默认有）"),
    )
    add(
        "--subtitles-in",
        choices=("en", "zh"),
        help=say(
            "subtitles in this language too, by the language model of TIANMU_LLM_URL where the script has none",
            "另配这种语言的字幕；剧本没有的由 TIANMU_LLM_URL 的语言模型翻译",
        ),
    )
    add(
        "--loudness",
        choices=("ebu", "web"),
        default="ebu",
        help=say("ebu is -23 LUFS, web -14 (default: ebu)", "ebu 为 -23 LUFS，web 为 -14（默认 ebu）"),
    )
    add(
        "--language",
        choices=("en", "zh"),
        help=say("which is spoken where a script has both (default: its first)", "双语剧本说哪一种（默认先出现者）"),
    )
    add("--steps", type=whole("--steps", 1, 1000), help=say("denoising steps for every shot", "每个镜头的去噪步数"))
    add(
        "--estimate",
        action="store_true",
        help=say("say what it will take, and make nothing", "只估算用时、能耗与空间，不制作"),
    )
    add("--overwrite", action="store_true", help=say("replace files that are there", "允许覆盖已有文件"))
    add(
        "--json", action="store_true", help=say("print one JSON object, for programs", "输出一个 JSON 对象，供程序读取")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Plan, estimate, make, cut, and write the papers beside the film."""
    import json
    import sys

    from tianmu.cli.progress import progress_bar
    from tianmu.studio.importers import read_screenplay
    from tianmu.studio.output import make_folder
    from tianmu.studio.plan import plan_film
    from tianmu.studio.planner import language_planner
    from tianmu.studio.review import require, review_screenplay
    from tianmu.studio.store import Store
    from tianmu.studio.storyboard import film_papers, staged_otherwise
    from tianmu.studio.versions import estimate_versions, make_versions

    script: Path = arguments.screenplay
    folder: Path = arguments.output or Path(script.stem)
    planner = language_planner(arguments.planner)
    versions, leave = checked_versions(arguments), leave_of(arguments)
    settings = versions[0]
    screenplay = read_screenplay(script)  # before the project is made, so that a wrong name leaves none
    require(review_screenplay(screenplay, leave.audience))

    def announce(aspect: Aspect, estimate: Estimate) -> None:
        which = f"{aspect}: " if len(versions) > 1 else ""
        print(f"{which}{estimate.sentence()}", file=sys.stderr if arguments.json else sys.stdout, flush=True)

    with Store.open() as store:
        project = store.ensure_project(script.stem if arguments.project is None else arguments.project)
        with project.lease("film"):
            plan = plan_film(screenplay, project, settings, planner)
            if arguments.estimate:
                for aspect, estimate in estimate_versions(plan, project, versions):
                    announce(aspect, estimate)
                return 0
            make_folder(folder)
            with progress_bar() as progress:
                result, *others = make_versions(
                    plan,
                    project,
                    versions,
                    folder,
                    script.stem,
                    leave=leave,
                    overwrite=arguments.overwrite,
                    progress=progress,
                    announce=announce,
                )
            papers = film_papers(result, project, settings, folder, leave)
            further = [
                film_papers(other, project, its, folder, leave, version=its.aspect)
                for other, its in zip(others, versions[1:], strict=True)
            ]
            staged = [
                staged_otherwise([(each.shot, each.take) for each in one.filmed], project) for one in (result, *others)
            ]
    if arguments.json:
        rows = [
            {**as_row(one), "papers": [str(path) for path in its], "restaged": list(notes)}
            for one, its, notes in zip((result, *others), (papers, *further), staged, strict=True)
        ]
        row = rows[0] | ({"versions": rows[1:]} if others else {})
        print(json.dumps(row, ensure_ascii=False))
        return 0
    print(summary(result, papers, staged[0]))
    for other, its, notes in zip(others, further, staged[1:], strict=True):
        print("\n".join((_line(other), f"  {_beside(its)}", *(f"  {note}" for note in notes))))
    return 0


def checked_versions(arguments: argparse.Namespace) -> tuple[FilmSettings, ...]:
    """The settings of every version that `--aspect` asks for, the main one first.

    Raises:
        InputError: an aspect is none or comes twice, or see `checked_settings`.
    """
    from tianmu.studio.versions import parse_aspects, settings_of

    aspects = parse_aspects(arguments.aspect)
    return settings_of(checked_settings(argparse.Namespace(**{**vars(arguments), "aspect": aspects[0]})), aspects)


def checked_settings(arguments: argparse.Namespace) -> FilmSettings:
    """The settings that were asked for, in one frame.

    Raises:
        InputError: a size, a rate or an aspect is none, or no engine of that name is installed.
    """
    from dataclasses import replace

    from tianmu.core.errors import UnknownEngine
    from tianmu.engines.registry import engine_names

    settings = replace(
        film_settings(arguments),
        **{name: getattr(arguments, name) for name in _OF_THE_FILM if name in arguments},
        num_steps=getattr(arguments, "steps", None),
    )
    if settings.engine not in (installed := engine_names()):
        raise UnknownEngine(settings.engine, installed)
    return settings


def summary(result: FilmResult, papers: tuple[Path, ...], staged: tuple[str, ...] = ()) -> str:
    """What was made, where it lies, what it took; below it what a person should know, `staged` first."""
    line, length = _line(result), float(result.cut.num_frames / result.cut.fps)
    beside = _beside(papers)
    printed = result.print
    if printed.loudness is not None:
        beside += "\n  " + say(
            f"sound: {printed.loudness:g} LUFS, true peak {printed.peak:g} dBTP",
            f"声音：{printed.loudness:g} LUFS，真峰值 {printed.peak:g} dBTP",
        )
    if result.spent is not None:
        energy = result.spent.sentence(length / 60)
        beside += "\n  " + say(f"energy, rejected takes counted: {energy}", f"能耗（含弃用素材）：{energy}")
    return "\n".join((line, f"  {beside}", *(f"  {note}" for note in (*staged, *result.plan.notes, *printed.notes))))


def _beside(papers: tuple[Path, ...]) -> str:
    return say("beside it: ", "同一文件夹：") + ", ".join(path.name for path in papers)


def _line(result: FilmResult) -> str:
    cut, total = result.cut, len(result.filmed)
    length, took = float(cut.num_frames / cut.fps), f"{result.seconds_taken:.1f} s"
    return say(
        f"{result.path}: {cut.width}x{cut.height}, {length:.1f} s, {total} shots, {result.num_made} of them made now; "
        f"took {took}.",
        f"{result.path}：{cut.width}x{cut.height}，{length:.1f} 秒，共 {total} 个镜头，本次制作 {result.num_made} 个；"
        f"用时 {took}。",
    )


def as_row(result: FilmResult) -> dict[str, object]:
    """What a program may want to know of a film."""
    cut = result.cut
    return {
        "file": str(result.path),
        "file_sha256": result.print.film,
        "encoded_sha256": result.print.encoded,
        "width": cut.width,
        "height": cut.height,
        "fps": str(cut.fps),
        "num_frames": cut.num_frames,
        "seconds": float(cut.num_frames / cut.fps),
        "shots": [
            {
                "slate": each.shot.slate,
                "take": each.take.id,
                "number": each.take.number,
                "seed": each.take.seed,
                "prompt": each.shot.prompt,
                "assets": dict(each.shot.assets),
            }
            for each in result.filmed
        ],
        "num_made": result.num_made,
        "seconds_taken": round(result.seconds_taken, 3),
        "footprint": result.spent.as_row() if result.spent else None,
        "loudness": result.print.loudness,
        "peak": result.print.peak,
        "notes": [*result.plan.notes, *result.print.notes],
    }
