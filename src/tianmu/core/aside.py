"""Work beside the main thread, in order: what must see everything that streams by, and need not hold it up."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, ParamSpec

P = ParamSpec("P")

AHEAD: Final = 8
"""Calls that wait at most: what they hold stays in memory."""


@contextmanager
def aside(function: Callable[P, object], ahead: int = AHEAD) -> Generator[Callable[P, None]]:
    """`function`, called in one thread of its own in the order of the calls; all are done when the block is left.

    What it raises is raised by a later call, or where the block ends; then, and where the block itself fails, the calls
    that wait are dropped.
    """
    waiting: deque[Future[object]] = deque()

    def call(*args: P.args, **kwargs: P.kwargs) -> None:
        waiting.append(worker.submit(function, *args, **kwargs))
        while len(waiting) > ahead or (waiting and waiting[0].done()):
            waiting.popleft().result()

    worker = ThreadPoolExecutor(1, thread_name_prefix="aside")
    try:
        yield call
        while waiting:
            waiting.popleft().result()
    finally:
        worker.shutdown(cancel_futures=True)
