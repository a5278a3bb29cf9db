"""A progress bar on stderr with the time left, and above it a small preview where the terminal can show one.

Nothing is written when stderr is no terminal. Both are wiped at the end, so that what stays is the result.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from tianmu.cli.preview import PreviewProtocol, draw_preview, erase_preview, preview_protocol
from tianmu.core.text import say

if TYPE_CHECKING:
    from tianmu.engines.protocol import Frames, Progress

SECONDS_BETWEEN_BARS = 0.1
SECONDS_BETWEEN_PREVIEWS = 0.5
LONGEST_BAR = 40
LEAST_KNOWN = 0.001
"""Of the work: before that, the time left is anybody's guess."""


@contextmanager
def progress_bar(stream: TextIO | None = None) -> Generator[Progress]:
    """Yield a progress that draws on `stream` (stderr), or one that tells nobody where that is no terminal."""
    shown = sys.stderr if stream is None else stream
    if not shown.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        yield _tell_nobody
        return
    bar = Bar(shown)
    try:
        yield bar
    finally:
        bar.wipe()


def _tell_nobody(fraction: float, what: str, preview: Frames | None = None) -> None:
    pass


class Bar:
    """A bar that redraws itself in place; a `Progress`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._protocol: PreviewProtocol | None = preview_protocol(os.environ)
        self._started = time.monotonic()
        self._last_bar = self._last_preview = -1e9
        self._rows = 0
        """Of the preview above the bar."""

    def __call__(self, fraction: float, what: str, preview: Frames | None = None) -> None:
        now = time.monotonic()
        if preview is not None and self._protocol and now - self._last_preview >= SECONDS_BETWEEN_PREVIEWS:
            self._last_preview = now
            self._show(preview)
        elif now - self._last_bar < SECONDS_BETWEEN_BARS and fraction < 1:
            return
        self._last_bar = now
        columns = shutil.get_terminal_size().columns
        self._write("\r\x1b[2K" + bar_line(fraction, what, now - self._started, columns))

    def wipe(self) -> None:
        """Take the bar and the preview away."""
        erase = erase_preview(self._protocol) if self._rows and self._protocol else ""
        up = f"\x1b[{self._rows}A" if self._rows else ""
        self._write(f"\r{erase}{up}\x1b[J")

    def _show(self, preview: Frames) -> None:
        assert self._protocol is not None
        terminal = shutil.get_terminal_size()
        rows, picture = draw_preview(
            preview, self._protocol, max_columns=min(40, terminal.columns - 2), max_rows=terminal.lines // 2
        )
        if rows != self._rows:
            self.wipe()
            self._write("\n" * rows)
            self._rows = rows
        # The cursor goes up to where the picture begins, the picture leaves it there, and it comes back down.
        self._write(f"\r\x1b[{rows}A\x1b7{picture}\x1b8\x1b[{rows}B")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def bar_line(fraction: float, what: str, elapsed: float, columns: int) -> str:
    """`drawing ━━━━━━────  60 %  3 s left`, in at most `columns` characters."""
    fraction = min(1.0, max(0.0, fraction))
    left = say(f"{remaining(fraction, elapsed)} left", f"剩余 {remaining(fraction, elapsed)}")
    tail = f" {round(100 * fraction):3d} %  {left}"
    room = columns - _width(what) - _width(tail) - 2
    if room < 4:
        return tail.strip()[: max(0, columns - 1)]
    length = min(LONGEST_BAR, room)
    full = round(length * fraction)
    return f"{what} {'━' * full}{'─' * (length - full)}{tail}"


def remaining(fraction: float, elapsed: float) -> str:
    """The time that is left if it goes on as so far: `12 s`, `3:20`, `1:02:03`; `?` before anything is known."""
    if fraction <= LEAST_KNOWN:
        return "?"
    seconds = round(elapsed * (1 - fraction) / fraction)
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def _width(text: str) -> int:
    """Columns of a terminal; a Chinese character takes two."""
    from unicodedata import east_asian_width

    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
