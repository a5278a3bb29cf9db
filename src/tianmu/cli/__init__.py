"""The `tianmu` command: its parser, and the one place where errors become a sentence and an exit code.

Exit codes: 0 well; 1 to 6 as in `core.errors`; 130 after Ctrl-C, 143 when the process was asked to end. A traceback
never reaches the person: what was not foreseen is written to a log, and the sentence says where it lies.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from collections.abc import Generator, Sequence
from pathlib import Path
from types import FrameType

from tianmu.cli.parser import build_parser
from tianmu.cli.policy import deciding
from tianmu.core.errors import EngineError, TianmuError
from tianmu.core.settings import settings
from tianmu.core.text import say

INTERRUPTED = 130
TERMINATED = 143


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with `arguments` (by default the process's own) and return its exit code."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a narrow code page is no reason to fail after the work
    try:
        with _ended_by_signal():
            parsed = build_parser().parse_args(typed)
            with deciding(parsed):
                code = parsed.run(parsed)
            sys.stdout.flush()
            return code
    except TianmuError as error:
        log = _log(error) if isinstance(error, EngineError) and error.__cause__ is not None else None
        return _fail(typed, error, error.exit_code, error.explain(), log)
    except KeyboardInterrupt as error:
        return _fail(
            typed, error, INTERRUPTED, say("Stopped; nothing half-made was kept.", "已停止；没有留下未完成的文件。")
        )
    except _Terminated as error:
        return _fail(
            typed,
            error,
            TERMINATED,
            say("Asked to end; nothing half-made was kept.", "已被终止；没有留下未完成的文件。"),
        )
    except BrokenPipeError:
        # Whoever read our output has gone (`tianmu engines | head -1`); Python would complain again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        sentence = say(
            f"Something went wrong that was not foreseen ({type(error).__name__}); please report it with the log.",
            f"出现了未预料到的错误（{type(error).__name__}）；请附上日志报告此问题。",
        )
        return _fail(typed, error, 1, sentence, _log(error))


class _Terminated(BaseException):
    """SIGTERM came; a BaseException, so that everything on the way cleans up and nothing swallows it."""


@contextlib.contextmanager
def _ended_by_signal() -> Generator[None]:
    """Let SIGTERM unwind the stack as Ctrl-C does. Only the main thread may say so; elsewhere nothing changes."""

    def end(number: int, frame: FrameType | None) -> None:
        raise _Terminated

    try:
        before = signal.signal(signal.SIGTERM, end)
    except ValueError:
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _fail(typed: Sequence[str], error: BaseException, code: int, sentence: str, log: Path | None = None) -> int:
    """Say on stderr what went wrong, and with --json on stdout as an object too."""
    where = say(f" The log lies at {log}.", f"日志位于 {log}。") if log else ""
    print(f"tianmu: {sentence}{where}", file=sys.stderr)
    if "--json" in typed:
        import json

        kind = type(error).__name__.lstrip("_")
        row = {"kind": kind, "message": sentence, "exit_code": code, "log": str(log) if log else None}
        print(json.dumps({"error": row}, ensure_ascii=False))
    return code


def _log(error: BaseException) -> Path | None:
    """Write the traceback into the studio home, or else the temporary folder; None where neither can be."""
    import tempfile
    import traceback
    from datetime import UTC, datetime

    text = "".join(traceback.format_exception(error))
    name = f"tianmu-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.log"
    for folder in (settings().home / "logs", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8")
        except OSError:
            continue
        return folder / name
    return None
