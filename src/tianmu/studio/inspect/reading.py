"""Asking the worker, with a clock beside it: every layer has its seconds, and a worker that does not answer is ended.

    with Reader() as reader:
        reader.read(path, kind, ["provenance", "watermark"]) -> {"provenance": Answer(...), ...}

A worker is started once and serves any number of files. Python's own `multiprocessing` would need the caller's main
module to be importable, and would hand over pickles, which a decoder that was taken over could write; a plain process
and JSON have neither fault.
"""

from __future__ import annotations

import base64
import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal

from tianmu.core.errors import MediaError
from tianmu.core.text import say
from tianmu.studio.inspect.kinds import Kind

Status = Literal["found", "absent", "failed", "late", "skipped"]

SECONDS: Mapping[str, float] = {
    "digest": 2.0,
    "provenance": 4.0,
    "aigc": 2.0,
    "source_type": 2.0,
    "content": 4.5,
    "watermark": 5.0,
}
"""How long a layer may take."""
SECONDS_IN_ALL = 8.0
"""How long all of them together may take, for a small file."""
BYTES_A_SECOND = 50 * 10**6
"""A large file has more time: a second for so many bytes that really lie on the disk."""
_START = 60.0
_LONGEST_ANSWER = 8 * 2**20


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of one layer."""

    status: Status
    row: dict[str, Any] = field(default_factory=dict[str, Any])
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Keys:
    """What this studio knows: its own roots, those of others that it trusts, its watermark keys."""

    own: tuple[bytes, ...] = ()
    trusted: tuple[bytes, ...] = ()
    watermark: tuple[bytes, ...] = ()


class Reader:
    """A worker process that is started when it is first needed; a context manager, which ends it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.Queue[bytes] = queue.Queue()

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker, whatever it is at."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was still to be written to it has nobody to go to
                    pipe.close()
        self._process = None

    def read(
        self, path: Path, kind: Kind, layers: Sequence[str], keys: Keys, *, manifest: bytes | None = None
    ) -> dict[str, Answer]:
        """What each of `layers` says of a file; one that crashes or takes too long costs only itself.

        Raises:
            MediaError: no worker can be started.
        """
        more = kind.stored / BYTES_A_SECOND
        asked = {
            "path": str(path.absolute()),
            "kind": asdict(kind),
            "own": _texts(keys.own),
            "trusted": _texts(keys.trusted),
            "keys": _texts(keys.watermark),
            "manifest": None if manifest is None else base64.b64encode(manifest).decode(),
        }
        self._start()
        end = time.monotonic() + SECONDS_IN_ALL + more
        answers: dict[str, Answer] = {}
        left = list(layers)
        while left:
            end += self._start()
            self._ask({**asked, "layers": left})
            while left and self._process is not None:
                seconds = min(SECONDS[left[0]] + more, end - time.monotonic())
                answers[left[0]] = self._next(left[0], seconds)
                left.pop(0)
        return answers

    def _start(self) -> float:
        """Start a worker where none is, and say how many seconds that took: they are not the file's."""
        if self._process is not None:
            return 0.0
        began = time.monotonic()
        # -P: no module is taken from the folder that the person stands in, where a foreign file may be called av.py.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tianmu.studio.inspect.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._lines = queue.Queue()
        assert self._process.stdout is not None
        threading.Thread(target=_pump, args=(self._process.stdout, self._lines), daemon=True).start()
        try:
            ready = self._lines.get(timeout=_START)
        except queue.Empty:
            ready = b""
        if b"ready" not in ready:
            self.close()
            raise MediaError(
                say(
                    "The process that reads files did not start; see whether `tianmu doctor` finds the cause.",
                    "读取文件的进程未能启动；请用 `tianmu doctor` 查找原因。",
                )
            )
        return time.monotonic() - began

    def _ask(self, asked: dict[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(asked).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            self._lines.put(b"")  # it died meanwhile; the next answer says so

    def _next(self, layer: str, seconds: float) -> Answer:
        try:
            line = self._lines.get(timeout=max(seconds, 0.001))
        except queue.Empty:
            self.close()
            reason = say("it takes too long, and was given up", "耗时过长，已放弃")
            return Answer(status="late", reason=reason)
        try:
            row = json.loads(line)
            if row["layer"] != layer:
                raise ValueError(layer)
            return Answer(status=row["status"], row=row.get("row", {}), reason=row.get("reason", ""))
        except (ValueError, KeyError, TypeError):
            self.close()
            reason = say("what reads it broke down over it", "读取它的程序因它崩溃")
            return Answer(status="failed", reason=reason)


def _pump(pipe: IO[bytes], lines: queue.Queue[bytes]) -> None:
    """Lines from the worker to the queue; an empty one says that there will be no more."""
    try:
        while line := pipe.readline(_LONGEST_ANSWER):
            lines.put(line)
    except (OSError, ValueError):
        pass
    lines.put(b"")


def _texts(values: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(value).decode() for value in values]
