"""What policies make of findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.governance.policy.condition import facts_of, holds, mentioned
from tianmu.governance.policy.rule import Policy
from tianmu.governance.review.verdict import Finding, Ruling, Verdict


@dataclass(frozen=True, kw_only=True)
class Override:
    """That a named person lets something through which a rule wants a person to look at."""

    rule: str
    by: str
    role: str
    because: str

    def __post_init__(self) -> None:
        for option, value in (("--by", self.by), ("--role", self.role), ("--because", self.because)):
            if not value.strip():
                raise InputError(
                    say(
                        f"--override {self.rule} needs {option}: who decides, in which role, and why.",
                        f"--override {self.rule} 还需要 {option}：由谁、以何种职责、因何决定。",
                    )
                )

    def __str__(self) -> str:
        return f"{self.by}, {self.role}: {self.because}"


def judge(
    findings: Sequence[Finding],
    policies: Sequence[Policy],
    *,
    language: str = "en",
    audience: str = "all",
    flags: Sequence[str] = (),
    overrides: Sequence[Override] = (),
) -> Verdict:
    """A verdict over findings. Only what wants a person can be overridden; a refusal stands."""
    rulings: list[Ruling] = []
    given = {override.rule: str(override) for override in overrides}
    facts = facts_of(findings, language=language, audience=audience, flags=flags)
    for policy in policies if findings else ():
        for rule in policy.rules:
            if rule.decision == "allow" or not holds(rule.when, facts):
                continue
            named = mentioned(rule.when)
            rulings.append(
                Ruling(
                    policy=policy.label,
                    rule=rule.id,
                    decision=rule.decision,
                    reason=rule.reason,
                    allowed=rule.allowed,
                    source=rule.source,
                    lesson=rule.lesson,
                    findings=tuple(finding for finding in findings if finding.category in named),
                    overridden=given.get(rule.id) if rule.decision == "person" else None,
                )
            )
    return Verdict(
        rulings=tuple(rulings),
        findings=tuple(findings),
        policies=tuple(policy.citation for policy in policies),
    )
