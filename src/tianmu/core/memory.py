"""Memory that is free again, and the system."""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress


def give_back_memory() -> None:
    """Give the system what was freed: the C library keeps hundreds of megabytes after large work, in case of more.

    To be called between steps, never within one. Only glibc can be asked; elsewhere nothing happens.
    """
    gc.collect()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
