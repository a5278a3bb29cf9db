"""The parser: one file a verb adds itself here. Nothing heavy is imported before a verb runs."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from tianmu import __version__
from tianmu.core.errors import InputError
from tianmu.core.text import say

if TYPE_CHECKING:
    from tianmu.studio.marking import Leave
    from tianmu.studio.takes import FilmSettings


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are an InputError of one sentence, like every other."""

    def error(self, message: str) -> NoReturn:
        raise InputError(say(f"{message}; see: {self.prog} --help.", f"{message}；请看：{self.prog} --help。"))


Verbs = argparse._SubParsersAction  # pyright: ignore[reportPrivateUsage]  (argparse gives its type no public name)


def build_parser() -> Parser:
    """The whole command line."""
    from tianmu.cli import (
        adapt,
        asset,
        atlas,
        audit,
        board,
        consent,
        credits,
        cut,
        diversity,
        doctor,
        engines,
        evaluate,
        explain,
        export,
        film,
        import_cut,
        init,
        inspect,
        learn,
        ledger,
        library,
        pace,
        person,
        plan,
        policy,
        project,
        protect,
        release,
        repeat,
        retake,
        script,
        shot,
        sign,
        store,
        take,
        train,
        voice,
    )

    parser = Parser(
        prog="tianmu",
        description=say(
            "An open film studio around a text-to-video world model: a sentence becomes a moving shot.",
            "围绕文生视频世界模型的开放电影工作室：一句话成为一个活动的镜头。",
        ),
        epilog=say(
            'Begin with: tianmu shot "a red fox walks across a snowfield at dusk, slow pan left" -o fox.mp4',
            '从这里开始：tianmu shot "黄昏，一只红狐走过雪原，镜头缓缓左移" -o fox.mp4',
        ),
    )
    parser.add_argument("--version", action="version", version=f"tianmu {__version__}")
    verbs = parser.add_subparsers(metavar=say("VERB", "动作"), required=True)
    for verb in (
        *(shot, repeat, inspect, adapt, script, plan, board, film, retake, take, cut, export, import_cut),
        *(voice, asset, project, store, init),
        *(policy, person, sign, release, consent, protect, ledger, credits, explain),
        *(diversity, pace, library, audit, learn),
        *(engines, doctor, train, evaluate, atlas),
    ):
        verb.add_parser(verbs)
    return parser


def add_film_options(add: Callable[..., Any]) -> None:
    """The options that planning a film, its board and the film itself have in common."""
    add(
        "--project",
        metavar="NAME",
        help=say("where its takes are kept (default: named after the screenplay)", "素材存入的项目（默认以剧本命名）"),
    )
    add("--engine", help=say("which engine makes it (default: native)", "使用哪个引擎（默认 native）"))
    add(
        "--aspect",
        default="16:9",
        help=say(
            "16:9, 9:16, 1:1, 4:5, 4:3 or 2.39:1 (default: 16:9); `film` and `board` take several, joined by commas",
            "画幅 16:9、9:16、1:1、4:5、4:3 或 2.39:1（默认 16:9）；`film` 与 `board` 可用逗号连接几种",
        ),
    )
    add(
        "--size",
        help=say("WIDTHxHEIGHT in pixels (default: the engine's own)", "宽x高，像素（默认取引擎自己的尺寸）"),
    )
    add("--fps", default="24", help=say("frames a second (default: 24)", "帧率（默认 24）"))
    add(
        "--handles",
        type=whole("--handles", 0, 48),
        default=8,
        help=say("spare frames at both ends of a take (default: 8)", "每条素材首尾的余量帧数（默认 8）"),
    )
    add(
        "--planner",
        choices=("rules", "llm"),
        default="rules",
        help=say("who plans the shots (default: rules)", "由谁规划镜头（默认 rules，即规则）"),
    )


def add_leave_options(add: Callable[..., Any]) -> None:
    """For whom something leaves: whose labelling rules it follows."""
    add(
        "--for",
        dest="audience",
        metavar="WHOM",
        help=say(
            "whose labelling rules: all, cn, eu, us-ca, or none, which needs --recipient and --reason (default: all, "
            "or what `tianmu init` chose)",
            "标识规则：all、cn、eu、us-ca，或 none（须有 --recipient 和 --reason；默认 all，或 `tianmu init` 所选）",
        ),
    )
    add("--recipient", help=say("with --for none: who receives it", "与 --for none 同用：交给谁"))
    add("--reason", help=say("with --for none: why it is not labelled", "与 --for none 同用：为何不加标识"))


def leave_of(arguments: argparse.Namespace) -> Leave:
    """What `add_leave_options` asked for, checked before any work.

    Raises:
        InputError: there is no such audience, or it needs a recipient and a reason.
    """
    from tianmu.studio.marking import Leave, settle

    return settle(Leave(audience=arguments.audience, recipient=arguments.recipient, reason=arguments.reason))


def add_project_option(add: Callable[..., Any]) -> None:
    """`--project`, for verbs that work on one."""
    add("--project", metavar="NAME", help=say("which project (default: the only one)", "哪个项目（默认唯一的那个）"))


def film_settings(arguments: argparse.Namespace) -> FilmSettings:
    """What `add_film_options` asked for."""
    from tianmu.engines.registry import DEFAULT_ENGINE
    from tianmu.film.shot import Shot, parse_size
    from tianmu.film.time import parse_fps
    from tianmu.studio.takes import FilmSettings

    checked = Shot(prompt="any", aspect=arguments.aspect)
    return FilmSettings(
        engine=arguments.engine or DEFAULT_ENGINE,
        aspect=checked.aspect,
        pixels=parse_size(arguments.size) if arguments.size is not None else None,
        fps=parse_fps(arguments.fps),
        handles=arguments.handles,
    )


def whole(option: str, lowest: int, highest: int) -> Callable[[str], int]:
    """A reader of whole numbers from `lowest` to `highest` for `option`; anything else is an InputError."""

    def read(text: str) -> int:
        try:
            number = int(text) if len(text) <= 40 else None
        except ValueError:
            number = None
        if number is None or not lowest <= number <= highest:
            raise InputError(
                say(
                    f"{option} takes a whole number from {lowest} to {highest}, and {text[:40]!r} is not.",
                    f"{option} 应为 {lowest} 到 {highest} 的整数，而 {text[:40]!r} 不是。",
                )
            )
        return number

    return read


def real(option: str, lowest: float, highest: float) -> Callable[[str], float]:
    """A reader of finite numbers from `lowest` to `highest` for `option`; anything else is an InputError."""

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not lowest <= number <= highest:
            raise InputError(
                say(
                    f"{option} takes a number from {lowest:g} to {highest:g}, and {text[:40]!r} is not.",
                    f"{option} 应为 {lowest:g} 到 {highest:g} 的数，而 {text[:40]!r} 不是。",
                )
            )
        return number

    return read
