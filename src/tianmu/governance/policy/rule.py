"""A rule and a policy, as they are once a file has been read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tianmu.governance.review.verdict import Decision


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One sentence of a policy: when it holds, and what it says then."""

    id: str
    version: int
    when: str
    """A condition in CEL; see `condition.py` for what it can see."""
    decision: Decision
    reason: tuple[str, str]
    """In English and Chinese, as with what would be allowed."""
    allowed: tuple[str, str]
    source: str
    """The law, standard or practice that it follows."""
    lesson: str | None = None


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Rules that are put in force together."""

    SCHEMA: ClassVar[str] = "tianmu.policy.1"

    name: str
    version: int
    title: tuple[str, str]
    rules: tuple[Rule, ...]
    digest: str
    """SHA-256 of what it says, whatever its layout and comments."""

    @property
    def label(self) -> str:
        """`general 1`."""
        return f"{self.name} {self.version}"

    @property
    def citation(self) -> str:
        """`general 1 sha256:0123456789ab...`: as verdicts name it."""
        return f"{self.label} sha256:{self.digest}"
