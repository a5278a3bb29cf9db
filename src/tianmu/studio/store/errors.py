"""What a program must tell apart when it works with a store.

TianmuError
├── Conflict     exit code 7   somebody else wrote the document first; read it again, and write again
└── StoreBusy                8   somebody else holds the lease, or the database, right now; try later
"""

from __future__ import annotations

from typing import ClassVar

from tianmu.core.errors import TianmuError
from tianmu.core.text import say


class Conflict(TianmuError):
    """A document is not of the version that the writer had read."""

    exit_code: ClassVar[int] = 7

    def __init__(self, what: str, expected: int | None, found: int | None) -> None:
        """`what` names the document; None stands for one that is not there."""
        self.what, self.expected, self.found = what, expected, found
        super().__init__(
            say(
                f"{what} was changed by somebody else in the meantime ({_version(expected, 'en')} was expected, and "
                f"{_version(found, 'en')} is there); read it again and repeat the change.",
                f"{what} 在此期间被他人改动（应为{_version(expected, 'zh')}，实为{_version(found, 'zh')}）；"
                "请重新读取后再改。",
            )
        )


class StoreBusy(TianmuError):
    """Somebody else is at work on the same thing."""

    exit_code: ClassVar[int] = 8


def _version(version: int | None, language: str) -> str:
    if version is None:
        return "none" if language == "en" else "不存在"
    return f"version {version}" if language == "en" else f"版本 {version}"
