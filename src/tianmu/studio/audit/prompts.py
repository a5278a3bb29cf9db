"""The fixed prompts of an audit, and what each of them asks for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

import yaml

SCHEMA = "tianmu.audit.prompts.1"
LANGUAGES = ("en", "zh")


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One thing that a prompt asks for."""

    kind: str
    """What it is about: `gender`, `age`, `skin`, `culture`, `dress`, `festival`, `place`, ..."""
    words: tuple[str, str]
    """As they stand in the English and in the Chinese prompt."""
    fact: tuple[str, str] | None
    """The fact of the drawn world that shows it, such as `("subject", "farmer")`; None where there is none."""


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """One prompt in two languages."""

    id: str
    group: str
    text: tuple[str, str]
    asks: tuple[Ask, ...]
    pair: str | None
    """Shared by two prompts that differ in one thing said of a person."""
    quick: bool

    def says(self, kind: str) -> bool:
        """Whether it asks for anything of this kind."""
        return any(ask.kind == kind for ask in self.asks)


@dataclass(frozen=True, kw_only=True)
class Prompts:
    """All of them, with what names them exactly."""

    version: int
    digest: str
    """SHA-256 of the file."""
    groups: dict[str, tuple[str, str]]
    prompts: tuple[Prompt, ...]

    def short(self) -> tuple[Prompt, ...]:
        """Those of the quick audit."""
        return tuple(prompt for prompt in self.prompts if prompt.quick)


@cache
def read_prompts() -> Prompts:
    """Those that ship."""
    body = files("tianmu.studio.audit").joinpath("prompts.yaml").read_bytes()
    rows = yaml.safe_load(body)
    assert rows["schema"] == SCHEMA
    return Prompts(
        version=rows["version"],
        digest=sha256(body).hexdigest(),
        groups={name: (en, zh) for name, (en, zh) in rows["groups"].items()},
        prompts=tuple(_prompt(row) for row in rows["prompts"]),
    )


def _prompt(row: dict[str, Any]) -> Prompt:
    return Prompt(
        id=row["id"],
        group=row["group"],
        text=(row["en"], row["zh"]),
        asks=tuple(_ask(kind, said) for kind, said in row["asks"].items()),
        pair=row.get("pair"),
        quick=row.get("quick", False),
    )


def _ask(kind: str, said: list[str]) -> Ask:
    en, zh, *facts = said
    name, _, key = facts[0].partition(":") if facts else ("", "", "")
    return Ask(kind=kind, words=(en, zh), fact=(name, key) if facts else None)
