"""The bar: in its width, honest about the time left, silent where nobody looks."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.cli.progress import bar_line, progress_bar, remaining


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@given(st.floats(-1, 2), st.sampled_from(["drawing", "绘制"]), st.floats(0, 1e5), st.integers(1, 200))
def test_a_bar_stays_in_one_line(fraction: float, what: str, elapsed: float, columns: int) -> None:
    line = bar_line(fraction, what, elapsed, columns)
    assert sum(2 if character > "\u2e80" else 1 for character in line) <= columns
    assert "\n" not in line


def test_a_bar_fills_as_the_work_goes_on() -> None:
    full = [bar_line(part / 10, "drawing", 5, 80).count("━") for part in range(11)]
    assert full == sorted(full)
    assert full[0] == 0
    assert "─" not in bar_line(1.0, "drawing", 5, 80)


@pytest.mark.parametrize(
    ("fraction", "elapsed", "left"),
    [(0.0, 9, "?"), (0.5, 10, "10 s"), (0.25, 60, "3:00"), (0.01, 60, "1:39:00"), (1e-300, 60, "?"), (1.0, 7, "0 s")],
)
def test_the_time_left_is_as_long_as_it_went_so_far(fraction: float, elapsed: float, left: str) -> None:
    assert remaining(fraction, elapsed) == left


def test_nothing_is_written_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    pipe = io.StringIO()
    with progress_bar(pipe) as progress:
        progress(0.5, "drawing")
    assert pipe.getvalue() == ""


def test_nothing_is_written_to_a_terminal_that_cannot_move_its_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    terminal = Terminal()
    with progress_bar(terminal) as progress:
        progress(0.5, "drawing")
    assert terminal.getvalue() == ""


def test_the_bar_is_wiped_even_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal = Terminal()

    def interrupted() -> None:
        with progress_bar(terminal) as progress:
            progress(0.5, "drawing")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert "50 %" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[J")
