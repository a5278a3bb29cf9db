"""Cases of a policy: example prompts and the decision wanted of each, in NAME.cases.yaml beside NAME.yaml.

cases:
  - {prompt: a red fox in the snow, decision: allow}
  - {findings: {frames/flash: 0.9}, decision: refuse, audience: cn}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, cast

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.governance.policy.file import read_file
from tianmu.governance.policy.judge import judge
from tianmu.governance.policy.rule import Policy
from tianmu.governance.review.categories import categories, read_yaml
from tianmu.governance.review.prompt import find_in_words, language_of
from tianmu.governance.review.verdict import DECISIONS, Decision, Finding


@dataclass(frozen=True, kw_only=True)
class Case:
    """One example."""

    wanted: Decision
    prompt: str = ""
    findings: tuple[tuple[str, float], ...] = ()
    """What frames or sound would say: category and score."""
    audience: str = "all"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a case."""

    case: Case
    came: Decision
    rules: tuple[str, ...]
    """That said it."""

    @property
    def right(self) -> bool:
        """Whether it is what was wanted."""
        return self.came == self.case.wanted


def cases_path(policy: Path) -> Path:
    """Where the cases of a policy file lie."""
    return policy.with_name(f"{policy.name.removesuffix('.yaml')}.cases.yaml")


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases in a file.

    Raises:
        MediaError: the file cannot be read.
        InputError: it holds no cases, or one is not as it should be.
    """
    try:
        row: Any = read_yaml(read_file(path))
    except ValueError as error:
        _refuse(path, f"it is no YAML ({error}); mend that place", f"不是 YAML（{error}）；请修正该处")
    rows: Any = cast(Mapping[str, Any], row).get("cases") if isinstance(row, Mapping) else None
    if not isinstance(rows, list) or not rows:
        _refuse(path, "it has no cases; write `cases:` and one at least", "没有用例；请写 `cases:` 及至少一条")
    return tuple(_case(path, number, one) for number, one in enumerate(cast(list[Any], rows), start=1))


def try_case(case: Case, policy: Policy) -> Outcome:
    """What a policy alone decides in a case; classifiers are not asked."""
    findings = (
        *(find_in_words(case.prompt) if case.prompt else ()),
        *(Finding(category=category, score=score, by="case") for category, score in case.findings),
    )
    verdict = judge(findings, [policy], language=language_of(case.prompt), audience=case.audience)
    return Outcome(case=case, came=verdict.decision, rules=tuple(ruling.rule for ruling in verdict.rulings))


def _case(path: Path, number: int, value: Any) -> Case:
    row: Mapping[str, Any] = cast(Mapping[str, Any], value) if isinstance(value, Mapping) else {}
    prompt, found, wanted = row.get("prompt", ""), row.get("findings", {}), row.get("decision")
    if wanted not in DECISIONS:
        choices = ", ".join(DECISIONS)
        _refuse(
            path,
            f"case {number} wants none of {choices}; write one",
            f"第 {number} 条的决定不是 {choices} 之一；请补上",
        )
    if not isinstance(prompt, str) or not isinstance(found, Mapping) or not (prompt or found):
        _refuse(
            path,
            f"case {number} has neither prompt nor findings; write one",
            f"第 {number} 条既无 prompt 也无 findings；请补上",
        )
    scores = cast(Mapping[Any, Any], found)
    strange = [str(name) for name, score in scores.items() if name not in categories() or not _is_score(score)]
    if strange:
        _refuse(
            path,
            f"case {number} has no category and score in {strange[0]!r}; see: tianmu policy list --categories",
            f"第 {number} 条的 {strange[0]!r} 不是类别与分数；请看：tianmu policy list --categories",
        )
    return Case(
        wanted=wanted,
        prompt=prompt,
        findings=tuple((str(name), float(score)) for name, score in scores.items()),
        audience=str(row.get("audience", "all")),
    )


def _is_score(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _refuse(path: Path, en: str, zh: str) -> NoReturn:
    raise InputError(say(f"The cases {path.name}: {en}.", f"用例 {path.name}：{zh}。"))
