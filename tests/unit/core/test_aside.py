"""Work beside the main thread: in order, all of it, and never further behind than it may be."""

from __future__ import annotations

import threading

import pytest

from tianmu.core.aside import aside


def test_every_call_is_made_in_order_in_one_other_thread() -> None:
    seen: list[tuple[int, str]] = []
    with aside(lambda index: seen.append((index, threading.current_thread().name))) as call:
        for index in range(50):
            call(index)
    assert [index for index, _ in seen] == list(range(50))
    names = {name for _, name in seen}
    assert len(names) == 1
    assert threading.current_thread().name not in names


def test_no_more_calls_wait_than_may() -> None:
    gate, waiting, most = threading.Semaphore(0), 0, 0

    def slowly() -> None:
        nonlocal waiting
        gate.acquire()
        waiting -= 1

    with aside(slowly, ahead=3) as call:
        for index in range(20):
            waiting += 1
            most = max(most, waiting)
            if index >= 3:
                gate.release()
            call()
        for _ in range(3):
            gate.release()
    assert waiting == 0
    assert most <= 5


def test_what_fails_is_heard_of_at_the_end_at_the_latest() -> None:
    with pytest.raises(ZeroDivisionError), aside(lambda number: 1 / number) as call:
        call(0)


def test_what_fails_stops_the_block_and_what_waits() -> None:
    seen: list[int] = []

    def see(index: int) -> None:
        seen.append(index)
        if index == 2:
            raise ValueError(index)

    def run() -> None:
        with aside(see, ahead=1) as call:
            for index in range(100):
                call(index)

    with pytest.raises(ValueError, match="2"):
        run()
    assert len(seen) < 10


def test_a_failure_of_the_block_itself_passes_and_nobody_is_left_behind() -> None:
    gate = threading.Event()
    before = threading.active_count()

    def run() -> None:
        with aside(gate.wait) as call:
            for _ in range(5):
                call(5.0)
            gate.set()
            raise KeyError("the block")

    with pytest.raises(KeyError):
        run()
    assert threading.active_count() == before
