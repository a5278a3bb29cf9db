"""The parser: one file a verb adds itself here. Nothing heavy is imported before a verb runs."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from typing import NoReturn

from tianmu import __version__
from tianmu.core.errors import InputError
from tianmu.core.text import say


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are an InputError of one sentence, like every other."""

    def error(self, message: str) -> NoReturn:
        raise InputError(say(f"{message}; see: {self.prog} --help.", f"{message}；请看：{self.prog} --help。"))


Verbs = argparse._SubParsersAction  # pyright: ignore[reportPrivateUsage]  (argparse gives its type no public name)


def build_parser() -> Parser:
    """The whole command line."""
    from tianmu.cli import atlas, doctor, engines, evaluate, repeat, shot, train

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
    for verb in (shot, repeat, engines, doctor, train, evaluate, atlas):
        verb.add_parser(verbs)
    return parser


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
