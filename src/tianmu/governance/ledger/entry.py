"""What is written into the ledger, as it happens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.film.schema import canonical

KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "key": ("a key signs from here on", "此后由该密钥签名"),
    "script": ("a screenplay was read", "读入剧本"),
    "plan": ("shots were planned", "规划镜头"),
    "review": ("a wish or its pictures were reviewed", "审查请求或画面"),
    "override": ("a person decided against a rule", "有人作出例外决定"),
    "take": ("a take was kept", "保留镜次"),
    "choice": ("a take was circled, rejected or noted", "圈选、弃用或批注镜次"),
    "note": ("a director's note on a shot", "导演对镜头的批注"),
    "edit": ("the cut was changed", "修改剪辑"),
    "asset": ("a character, set, prop or style was changed", "修改角色、场景、道具或风格"),
    "print": ("a cut was printed", "输出影片"),
    "leave": ("a work left the studio", "作品离开工作室"),
    "person": ("a person or a role was changed", "人员或职责变更"),
    "consent": ("a consent or a licence was recorded", "登记同意或许可"),
    "revocation": ("a consent or a licence was revoked", "撤回同意或许可"),
    "sign": ("a person signed a film", "有人签署影片"),
    "release": ("a film was released, or its release refused", "影片发布或被拒绝"),
    "protect": ("a protected work was registered", "登记受保护作品"),
    "policy": ("a policy was put in force", "启用政策"),
    "audit": ("a model was audited", "审计模型"),
    "head": ("a head was given to a second party", "向第三方交出树头"),
}
"""What may be written down, in words for a report."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acted."""

    name: str
    """A person, or the studio where nobody is named."""
    role: str | None = None
    key: str | None = None
    """SHA-256 of the person's public key; None for the studio itself."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened."""

    SCHEMA: ClassVar[str] = "tianmu.entry.1"

    kind: str
    """One of KINDS."""
    actor: Actor
    project: str | None = None
    subject: str | None = None
    """What it is about: a slate, a take, a file's digest, a rule, a person."""
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """JSON values: the words, digests and numbers of it."""
    at: str = ""
    """ISO 8601 in UTC; filled in when it is written down."""

    def encode(self) -> str:
        """The text whose hash goes into the tree.

        Raises:
            InputError: there is no such kind, or the facts are no JSON.
        """
        if self.kind not in KINDS:
            raise InputError(
                say(
                    f"The ledger has no entries of the kind {self.kind[:40]!r}; it has {', '.join(KINDS)}.",
                    f"账本没有 {self.kind[:40]!r} 类条目；可用 {'、'.join(KINDS)}。",
                )
            )
        row = {
            "schema": self.SCHEMA,
            "kind": self.kind,
            "actor": {"name": self.actor.name, "role": self.actor.role, "key": self.actor.key},
            "project": self.project,
            "subject": self.subject,
            "facts": dict(self.facts),
            "at": self.at,
        }
        try:
            json.dumps(row, allow_nan=False).encode()
            return canonical(row)
        except (TypeError, ValueError) as error:
            raise InputError(
                say(f"The facts of an entry are no JSON ({error}).", f"条目的内容不是 JSON（{error}）。")
            ) from error

    @staticmethod
    def decode(text: str) -> Entry:
        """What `encode` wrote.

        Raises:
            ValueError: it is something else.
        """
        row = json.loads(text)
        if not isinstance(row, dict) or row.pop("schema", None) != Entry.SCHEMA:
            raise ValueError("no entry of this version")
        try:
            fields: dict[str, Any] = {**row, "actor": Actor(**row["actor"])}
            return Entry(**fields)
        except (TypeError, KeyError) as error:
            raise ValueError(str(error)) from error


def now() -> str:
    """The time in UTC, as entries have it: to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
