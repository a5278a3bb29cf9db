"""Review: may this be made, may it be shown; every answer with its rule, its reason and what would be allowed."""

from tianmu.governance.review.verdict import DECISIONS, Decision, Finding, Ruling, Verdict, strictest

__all__ = ["DECISIONS", "Decision", "Finding", "Ruling", "Verdict", "strictest"]
