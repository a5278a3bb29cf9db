"""Which policies a studio follows: kept in its home, chosen by `tianmu policy use`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tianmu.core.errors import InputError, MediaError
from tianmu.core.files import write_text, writing
from tianmu.core.text import say
from tianmu.governance.policy.file import SHIPPED, find_policy, read_policy
from tianmu.governance.policy.rule import Policy

FILE: Final = "policies.json"
SCHEMA: Final = "tianmu.policies.1"


def chosen_policies(home: Path, audience: str | None = None) -> tuple[str, ...]:
    """The names in force: those that were chosen, else `general`, and `china` for works that leave for `cn`.

    `all` does not bring `china` in: its rules ask for a person, and most who label for everybody show nothing there.

    Raises:
        MediaError: the file of the choice is damaged.
    """
    try:
        row: Any = json.loads((home / FILE).read_text("utf-8"))
        if row["schema"] != SCHEMA:
            raise ValueError(row["schema"])
        return tuple(str(name) for name in row["policies"])
    except (FileNotFoundError, NotADirectoryError):
        return ("general", "china") if audience == "cn" else ("general",)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise MediaError(
            say(
                f"{home / FILE} is damaged ({error}); choose again with: tianmu policy use general",
                f"{home / FILE} 已损坏（{error}）；请重新选择：tianmu policy use general",
            )
        ) from error


def use_policies(names: Sequence[str], home: Path) -> tuple[Policy, ...]:
    """Put policies in force for a studio, after each was checked.

    Raises:
        InputError: there is no such policy, or one is not as it should be.
        OutputError: the choice cannot be kept.
    """
    if not names:
        raise InputError(
            say("Name one policy at least; see: tianmu policy list.", "请至少指定一项政策；见：tianmu policy list。")
        )
    unique = tuple(dict.fromkeys(names))
    policies = tuple(read_policy(find_policy(name, home)) for name in unique)
    with writing(home / FILE):
        home.mkdir(parents=True, exist_ok=True)
    row = {"schema": SCHEMA, "policies": list(unique)}
    write_text(home / FILE, json.dumps(row, ensure_ascii=False, indent=2) + "\n")
    return policies


def policies_in_force(home: Path, audience: str | None = None) -> tuple[Policy, ...]:
    """The policies that a studio follows for an audience.

    A shipped file was checked when it was tested; one of the studio's own is checked whole every time it is read.

    Raises:
        TianmuError: as `chosen_policies`, `find_policy` and `read_policy`.
    """
    paths = [find_policy(name, home) for name in chosen_policies(home, audience)]
    return tuple(read_policy(path, thorough=path.parent != SHIPPED) for path in paths)
