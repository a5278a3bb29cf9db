"""A verdict: what was found, what the rules in force make of it, and what that means for the work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal, get_args

Decision = Literal["allow", "label", "person", "refuse"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)
"""From the mildest to the strictest: as it is; with a label; not before a named person has looked; not at all."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that was seen in words or in frames, before any rule has judged it."""

    category: str
    """A category of `governance/review/categories.yaml`, such as `violence/graphic` or `frames/flash`."""
    score: float
    """From 0 to 1, as sure as the finder is."""
    by: str
    """Who found it: a lexicon, a classifier, a detector, with its version."""
    language: str | None = None
    """Of the words: `en`, `zh`."""
    words: str | None = None
    """As they stand in the prompt; None for pictures."""
    start: int | None = None
    """The first character of the words in the prompt."""
    first_frame: int | None = None
    last_frame: int | None = None
    """Where in the pictures it is seen."""
    detail: str = ""
    """What a person wants to know besides: how many flashes a second, how large a face."""


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What one rule makes of findings."""

    policy: str
    """Name and version of the policy."""
    rule: str
    decision: Decision
    reason: tuple[str, str]
    """In English and Chinese, as with what would be allowed."""
    allowed: tuple[str, str]
    source: str
    """The law, standard or practice that the rule follows."""
    lesson: str | None = None
    """The lesson that explains it, by its word."""
    findings: tuple[Finding, ...] = ()
    overridden: str | None = None
    """Who decided otherwise, as `name, role: reason`; None where the rule stands."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The answer to one question about one work."""

    SCHEMA: ClassVar[str] = "tianmu.verdict.1"

    rulings: tuple[Ruling, ...] = ()
    """Only of rules that say something other than `allow`."""
    findings: tuple[Finding, ...] = ()
    """All of them, those that no rule minds too."""
    policies: tuple[str, ...] = ()
    """Those in force, as name, version and digest."""
    audience: str | None = None
    """For whom the work was to leave; None where that was not kept."""
    looked: tuple[str, ...] | None = None
    """The categories that its frames were looked at for; None where there were no frames, or it was not kept."""
    faces: tuple[str, ...] | None = None
    """SHA-256 of the pictures that it begins from and that show a face, each with a consent when the work was made;
    None where nobody looked."""

    @property
    def decision(self) -> Decision:
        """The strictest ruling that nobody has overridden."""
        return strictest(ruling.decision for ruling in self.rulings if ruling.overridden is None)

    def as_row(self) -> dict[str, Any]:
        """JSON values, the decision first."""
        return {"schema": self.SCHEMA, "decision": self.decision, **asdict(self)}


def strictest(decisions: Iterable[Decision]) -> Decision:
    """The strictest of decisions; `allow` of none."""
    mildest: Decision = "allow"
    return max((mildest, *decisions), key=DECISIONS.index)
