"""Who is at work: a process by host and number, and whether it still lives."""

from __future__ import annotations

import os
import re
import socket
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LONGEST_SILENCE = 24 * 60 * 60
"""Seconds after which a file that a process on another host began to write is left over."""


@dataclass(frozen=True, kw_only=True)
class Process:
    """A process on some host. As text: `host-pid-born`."""

    host: str
    pid: int
    born: str
    """When it began, in its system's own count, so that a number used again is told; empty where that is unknown."""

    @staticmethod
    def this() -> Process:
        """The one that asks."""
        return Process(host=_host(), pid=os.getpid(), born=_born(os.getpid()) or "")

    @staticmethod
    def parse(text: str) -> Process | None:
        """What `str` gave; None where it is nothing of the kind."""
        match = re.fullmatch(r"(.+)-([0-9]{1,10})-([0-9]*)", text)
        return Process(host=match[1], pid=int(match[2]), born=match[3]) if match else None

    def __str__(self) -> str:
        return f"{self.host}-{self.pid}-{self.born}"

    def alive(self) -> bool | None:
        """Whether it runs; None where that cannot be known from here."""
        if self.host != _host():
            return None
        if Path("/proc/self/stat").exists():
            born = _born(self.pid)
            return born is not None and (not self.born or born == self.born)
        if os.name == "nt":
            return True if self.pid == os.getpid() else None  # signal 0 would end it there
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True

    def is_gone(self, last_seen: float) -> bool:
        """Whether it ended, or was last seen so long ago (in seconds since 1970) that it must have."""
        alive = self.alive()
        return not alive if alive is not None else time.time() - last_seen > LONGEST_SILENCE


@cache
def _host() -> str:
    """The name of this machine, in the letters that a file name can have."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", socket.gethostname()) or "localhost"


def _born(pid: int) -> str | None:
    """When a process began, in clock ticks since the system did; None where there is no such process, or no /proc."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    fields = facts[facts.rindex(b")") + 2 :].split()  # its name stands in brackets, and may hold anything
    return None if fields[0] in (b"Z", b"X") else fields[19].decode()
