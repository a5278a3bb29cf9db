"""Memory between the steps of a long work.

What keeps large things in case they are needed again says how to let go of them (`let_go_by`); a step that needs the
room calls `give_back_memory`.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable
from contextlib import suppress

_LET_GO: list[Callable[[], None]] = []


def let_go_by(forget: Callable[[], None]) -> None:
    """Have `forget` called whenever memory is given back: it drops what can be made again."""
    _LET_GO.append(forget)


def give_back_memory() -> None:
    """Drop what is only kept for speed, and give the system what is free.

    To be called between steps, never within one. The C library keeps hundreds of megabytes of what was freed, in case
    of more; only glibc can be asked for it, and elsewhere that part does nothing.
    """
    for forget in _LET_GO:
        forget()
    gc.collect()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
