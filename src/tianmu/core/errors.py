"""The errors of Tianmu: one tree, and every one can explain itself to a person.

    TianmuError             exit code 1   anything that went wrong and was foreseen
    ├── InputError                    2   what was asked for cannot be: a size, a length, a word, a prompt
    │   ├── UnknownEngine             2   no engine of that name is installed
    │   └── UnsupportedRequest        2   the engine lacks a capability that the request needs
    ├── OutputError                   3   a result cannot be written: folder missing, not writable, disk full
    ├── MediaError                    4   a file cannot be read, or is not what it claims to be
    ├── CheckpointError               5   weights are missing, damaged, or made for another architecture
    ├── EngineError                   6   an engine failed while it made a shot
    ├── Conflict                      7   somebody else wrote a document first; read it again, and write again
    ├── StoreBusy                     8   somebody else is at work on the same thing right now; try later
    └── Refused                       9   a rule refuses the work, or wants a person to look first

A message is one sentence that says what was expected, what came, and what to do; the command line prints it and
leaves with `exit_code`. What a program may want to know (which engine, which capability) is kept in fields too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar


class TianmuError(Exception):
    """The root of the tree: something went wrong, was foreseen, and is explained in one sentence."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def explain(self) -> str:
        """The sentence for a person, with no traceback and no type name."""
        return self.message


class InputError(TianmuError):
    """What was asked for cannot be made: a size, a length, a word or a prompt that has no meaning here."""

    exit_code: ClassVar[int] = 2


class UnknownEngine(InputError):
    """No engine of that name is installed."""

    def __init__(self, name: str, installed: Iterable[str]) -> None:
        from tianmu.core.text import listed, say

        self.name = name
        self.installed = tuple(sorted(installed))
        names = listed(self.installed)
        super().__init__(
            say(
                f"There is no engine called {name!r}; installed are: {names}. Choose one with --engine.",
                f"没有名为 {name!r} 的引擎；已安装的有：{names}。请用 --engine 选择其一。",
            )
        )


class UnsupportedRequest(InputError):
    """An engine lacks a capability that a request needs."""

    def __init__(self, engine: str, capability: str, capable: Iterable[str] = ()) -> None:
        """`capability` is said to a person, such as `image to video`; `capable` names the engines that have it."""
        from tianmu.core.text import listed, say

        self.engine = engine
        self.capability = capability
        self.capable = tuple(sorted(capable))
        names = listed(self.capable)
        if self.capable:
            instead = say(f"choose an engine that has it: {names}.", f"请改用具备此能力的引擎：{names}。")
        else:
            instead = say("no installed engine has it.", "已安装的引擎都不具备此能力。")
        super().__init__(
            say(f"The engine {engine!r} cannot do {capability}; ", f"引擎 {engine!r} 不支持{capability}；") + instead
        )


class OutputError(TianmuError):
    """A result cannot be written: the folder is missing or not writable, the disk is full, or something is there."""

    exit_code: ClassVar[int] = 3


class MediaError(TianmuError):
    """A file cannot be read, or is not what it claims to be."""

    exit_code: ClassVar[int] = 4


class CheckpointError(TianmuError):
    """Weights are missing, damaged, or made for another architecture."""

    exit_code: ClassVar[int] = 5


class EngineError(TianmuError):
    """An engine failed while it made a shot."""

    exit_code: ClassVar[int] = 6


class Conflict(TianmuError):
    """A document is not of the version that the writer had read."""

    exit_code: ClassVar[int] = 7

    def __init__(self, what: str, expected: int | None, found: int | None) -> None:
        """`what` names the document; None stands for one that is not there."""
        from tianmu.core.text import say

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


class Refused(TianmuError):
    """A rule in force refuses a work, or wants a person to decide before it is made."""

    exit_code: ClassVar[int] = 9

    def __init__(self, message: str, *, rule: str, decision: str, verdict: object = None) -> None:
        """`decision` is `refuse` or `person`; `verdict` is the whole answer, for programs."""
        super().__init__(message)
        self.rule, self.decision, self.verdict = rule, decision, verdict


def _version(version: int | None, language: str) -> str:
    if version is None:
        return "none" if language == "en" else "不存在"
    return f"version {version}" if language == "en" else f"版本 {version}"
