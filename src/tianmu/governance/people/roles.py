"""What a person may sign a film as, and which signatures a release asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tianmu.core.errors import InputError
from tianmu.core.text import say

ROLES: Final[Mapping[str, tuple[str, str]]] = {
    "writer": ("writer", "编剧"),
    "director": ("director", "导演"),
    "technical-lead": ("technical lead", "技术负责人"),
    "cultural-adviser": ("cultural adviser", "文化顾问"),
    "ethics-reviewer": ("ethics reviewer", "伦理审查人"),
}
"""Words for a person, in English and Chinese."""

PRESETS: Final[Mapping[str, tuple[str, ...]]] = {"solo": (), "studio": tuple(ROLES)}
"""The roles that each preset asks for; `solo` asks for one signature in any role."""


def check_role(role: str) -> str:
    """The role, if it is one.

    Raises:
        InputError: it is none; the sentence names them.
    """
    if role not in ROLES:
        raise InputError(
            say(
                f"A role is one of {', '.join(ROLES)}, and {role[:40]!r} is none.",
                f"职责应为 {'、'.join(ROLES)} 之一，而 {role[:40]!r} 不是。",
            )
        )
    return role


def check_preset(preset: str) -> str:
    """The preset, if it is one.

    Raises:
        InputError: it is none.
    """
    if preset not in PRESETS:
        raise InputError(
            say(
                f"A preset is solo (one person signs) or studio (five roles sign), and {preset[:40]!r} is neither.",
                f"预设应为 solo（一人签署）或 studio（五种职责签署），而 {preset[:40]!r} 都不是。",
            )
        )
    return preset


def say_role(role: str) -> str:
    """A role in the words of the person who reads; one that nobody knows as it stands."""
    return say(*ROLES.get(role, (role, role)))
