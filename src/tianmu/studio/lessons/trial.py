"""A lesson's example, run where it can do no harm: a fresh folder and a studio home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tianmu.core.errors import TianmuError
from tianmu.core.files import write_text, writing
from tianmu.core.settings import settings
from tianmu.core.text import say
from tianmu.studio.lessons.lesson import COMMAND, Lesson, Step

LONGEST = 300
"""Seconds for one command."""

Run = Callable[[Sequence[str], Path, Path], tuple[int, str]]
"""From arguments, the folder to work in and the studio home to an exit code and what was printed."""
Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a command did."""

    step: Step
    came: int
    output: str

    @property
    def as_written(self) -> bool:
        """Whether the exit code is the one that the lesson promises."""
        return self.came == self.step.wanted


def try_lesson(
    lesson: Lesson, folder: Path, *, run: Run | None = None, tell: Tell = lambda line: None
) -> list[Outcome]:
    """Run every command of a lesson below `folder`, which is there and empty; `tell` hears each line as it comes.

    Raises:
        OutputError: the folder cannot be written.
        TianmuError: a command does not end.
    """
    work, home = folder / "work", folder / "home"
    with writing(folder):
        work.mkdir()
    for name, body in lesson.files:
        write_text(work / name, body)
        tell(say(f"({name} is written)", f"（已写入 {name}）"))
    outcomes: list[Outcome] = []
    for step in lesson.steps:
        tell(f"\n$ {step.typed}")
        came, output = (run or run_apart)(step.arguments, work, home)
        outcome = Outcome(step=step, came=came, output=output)
        outcomes.append(outcome)
        tell(output.rstrip())
        if came or not outcome.as_written:
            tell(_exit(outcome))
    return outcomes


def run_apart(arguments: Sequence[str], work: Path, home: Path) -> tuple[int, str]:
    """Run one command as a process of its own, which sees none of this studio's settings but the language.

    Raises:
        TianmuError: it does not end within `LONGEST` seconds.
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith("TIANMU_")}
    own |= {"TIANMU_HOME": str(home), "TIANMU_LANG": settings().language, "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tianmu", *arguments],
            cwd=work,
            env=own,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        typed = f"{COMMAND} {' '.join(arguments)}"
        raise TianmuError(
            say(
                f"The command {typed!r} was still running after {LONGEST} s and was ended; try a quieter machine.",
                f"命令 {typed!r} 运行超过 {LONGEST} 秒，已终止；请在较空闲的机器上重试。",
            )
        ) from error
    return done.returncode, done.stdout.decode("utf-8", "replace")


def _exit(outcome: Outcome) -> str:
    if outcome.as_written:
        return say(f"(exit code {outcome.came}, as it should be)", f"（退出码 {outcome.came}，正应如此）")
    return say(
        f"(exit code {outcome.came}; the lesson promises {outcome.step.wanted})",
        f"（退出码 {outcome.came}；课程所写为 {outcome.step.wanted}）",
    )
