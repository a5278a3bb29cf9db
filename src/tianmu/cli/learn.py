"""`tianmu learn`: short lessons of craft and ethics, each with an example that runs."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from tianmu.cli.parser import Verbs
from tianmu.core.text import say

if TYPE_CHECKING:
    from tianmu.studio.lessons import Lesson

OTHERWISE = 1
"""The exit code where an example did something else than its lesson says."""


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `learn` and its options."""
    parser = verbs.add_parser(
        "learn", help=say("short lessons of craft and ethics, with examples", "创作与伦理短课，附可运行的示例")
    )
    add = parser.add_argument
    add("word", nargs="?", metavar="WORD", help=say("which lesson (default: list them)", "哪一课（默认列出全部）"))
    add(
        "--try",
        dest="tried",
        action="store_true",
        help=say("run its example in a folder of its own", "在单独的临时文件夹中运行其示例"),
    )
    add("--json", action="store_true", help=say("print one JSON object", "输出一个 JSON 对象"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """List the lessons, print one, or run its example."""
    from tianmu.core.errors import InputError
    from tianmu.studio.lessons import LESSONS, find_lesson, read_lesson

    if arguments.word is None:
        if arguments.tried:
            raise InputError(
                say("--try runs the example of one lesson; name it.", "--try 运行某一课的示例；请写明哪一课。")
            )
        lessons = [read_lesson(word) for word in LESSONS]
        rows = [{"word": lesson.word, "title": lesson.title} for lesson in lessons]
        lines = [f"{lesson.word:12} {lesson.title}" for lesson in lessons]
        _print(arguments, {"lessons": rows}, [*lines, say("Read one: tianmu learn WORD", "阅读：tianmu learn 词")])
        return 0
    lesson = find_lesson(arguments.word)
    if arguments.tried:
        return _try(lesson, arguments)
    line = say(f"Run the example: tianmu learn {lesson.word} --try", f"运行示例：tianmu learn {lesson.word} --try")
    _print(arguments, _row(lesson), [lesson.text, line])
    return 0


def _try(lesson: Lesson, arguments: argparse.Namespace) -> int:
    import tempfile
    from pathlib import Path

    from tianmu.studio.lessons import try_lesson

    def tell(line: str) -> None:
        if not arguments.json:
            print(line, flush=True)

    tell(lesson.title)
    with tempfile.TemporaryDirectory(prefix="tianmu-learn-") as folder:
        outcomes = try_lesson(lesson, Path(folder), tell=tell)
    well = all(outcome.as_written for outcome in outcomes)
    tell(f"\n{lesson.seen}")
    if arguments.json:
        tried = [
            {
                "command": outcome.step.typed,
                "wanted": outcome.step.wanted,
                "exit_code": outcome.came,
                "output": outcome.output,
            }
            for outcome in outcomes
        ]
        _print(arguments, {**_row(lesson), "tried": tried, "as_written": well}, [])
    return 0 if well else OTHERWISE


def _row(lesson: Lesson) -> dict[str, Any]:
    return {
        "word": lesson.word,
        "language": lesson.language,
        "title": lesson.title,
        "text": lesson.text,
        "files": dict(lesson.files),
        "commands": [{"command": step.typed, "exit_code": step.wanted} for step in lesson.steps],
        "seen": lesson.seen,
    }


def _print(arguments: argparse.Namespace, row: dict[str, Any], lines: list[str]) -> None:
    import json

    print(json.dumps(row, ensure_ascii=False) if arguments.json else "\n".join(lines))
