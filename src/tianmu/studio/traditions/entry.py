"""An entry of the library: a look or a story form, where it comes from, how to use it here, and with what care."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from tianmu.core.text import say

Kind = Literal["look", "form"]
KINDS: tuple[Kind, ...] = get_args(Kind)

Both = tuple[str, str]
"""The same in English and in Chinese."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One look or one form."""

    id: str
    kind: Kind
    name: Both
    origin: Both
    """Place and period."""
    about: Both
    """What it is, in two sentences or so."""
    here: Both
    """How it is used here: which words, which lengths, what stands for what, and what cannot be had."""
    care: Both
    """Whose it is, and whom to ask."""
    sources: tuple[str, ...]
    """Books, papers, museums, laws: author, title, year."""
    commands: tuple[str, ...] = ()
    """Each a `tianmu` command that works as it stands, or with a shot and a screenplay of one's own."""
    skeleton: str = ""
    """Of a form: a screenplay in Fountain to begin from."""
    ask_first: bool = False
    """Whether it is not to be used, or suggested, before those whose it is have been asked."""
    file: str = ""
    """Where it was read from; empty for what is shipped."""

    @property
    def words(self) -> str:
        """What stands for it where entries are compared with what a studio makes: the English of what it is."""
        return f"{self.name[0]}. {self.about[0]} {self.here[0]}"


def as_row(entry: Entry) -> dict[str, Any]:
    """What a program may want to know of it."""
    both = ("name", "origin", "about", "here", "care")
    return {
        "id": entry.id,
        "kind": entry.kind,
        **{key: dict(zip(("en", "zh"), getattr(entry, key), strict=True)) for key in both},
        "commands": list(entry.commands),
        "skeleton": entry.skeleton or None,
        "sources": list(entry.sources),
        "ask_first": entry.ask_first,
        "file": entry.file or None,
    }


def in_words(entry: Entry) -> str:
    """The whole entry for a person."""
    parts = [
        f"{say(*entry.name)} ({entry.id}) · {say(*entry.origin)}",
        "",
        say(*entry.about),
        "",
        say("Here: ", "在此处：") + say(*entry.here),
        *(f"    {command}" for command in entry.commands),
        *(["", entry.skeleton.strip(), ""] if entry.skeleton else []),
        say("Care: ", "须留意：") + say(*entry.care),
        *([say("Ask first; it is never suggested.", "须先征询；不会主动推荐。")] if entry.ask_first else []),
        say("Sources:", "出处："),
        *(f"  {source}" for source in entry.sources),
    ]
    return "\n".join(parts)
