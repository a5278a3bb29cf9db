"""Conditions in CEL, the Common Expression Language (https://cel.dev): what a rule asks of findings.

A condition sees

    categories         category -> score from 0 to 1; every known category is there, with 0 where nothing was found
    language           `en` or `zh`: what the words are written in
    audience           `all`, `cn`, `eu`, `us-ca`, `none`: for whom the work leaves
    special_subjects   a list: `political`, `military`, ... of China's special subjects that are a theme of the words
    flags              a list of what else is known of the request, such as `screenplay`

and must be false where nothing was found. So a prompt in which nothing is found needs no rule at all, and costs
neither the time of CEL nor a person's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from tianmu.governance.review.categories import SUBJECT, categories
from tianmu.governance.review.verdict import Finding

NAMES: Final = ("categories", "language", "audience", "special_subjects", "flags")
THEME: Final = 0.5
"""The score from which a special subject is a theme, and no mere mention."""
_LITERAL = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_MACRO = re.compile(r"\.(?:exists|exists_one|all|filter|map)\(\s*(\w+)\s*,")
_AUDIENCES = ("all", "cn", "eu", "us-ca", "none")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a condition can see."""

    categories: Mapping[str, float]
    language: str = "en"
    audience: str = "all"
    special_subjects: Sequence[str] = ()
    flags: Sequence[str] = field(default_factory=tuple)

    def as_context(self) -> dict[str, Any]:
        """As CEL takes it."""
        return {
            "categories": dict.fromkeys(categories(), 0.0) | dict(self.categories),
            "language": self.language,
            "audience": self.audience,
            "special_subjects": list(self.special_subjects),
            "flags": list(self.flags),
        }


def facts_of(
    findings: Collection[Finding], *, language: str = "en", audience: str = "all", flags: Sequence[str] = ()
) -> Facts:
    """What findings say together: the highest score of each category."""
    scores: dict[str, float] = {}
    for finding in findings:
        scores[finding.category] = max(finding.score, scores.get(finding.category, 0.0))
    subjects = sorted(
        name.removeprefix(SUBJECT) for name, score in scores.items() if name.startswith(SUBJECT) and score >= THEME
    )
    return Facts(categories=scores, language=language, audience=audience, special_subjects=subjects, flags=flags)


def holds(when: str, facts: Facts) -> bool:
    """Whether a condition that was checked holds."""
    return _compiled(when).execute(facts.as_context()) is True


def mentioned(when: str) -> frozenset[str]:
    """The categories that a condition names; all special subjects where it asks for any of them."""
    found = {(match[1] or match[2] or "") for match in _LITERAL.finditer(when)}
    named = {name for name in found if "/" in name or name in categories()}
    if "special_subjects" in when:
        subjects = {SUBJECT + name for name in found} & set(categories())
        named |= subjects or {name for name in categories() if name.startswith(SUBJECT)}
    return frozenset(named)


def complaint(when: str) -> tuple[str, str] | None:
    """What is wrong with a condition and what to do, in English and Chinese; None where it is well."""
    unknown = sorted(mentioned(when) - set(categories()))
    if unknown:
        return (
            f"there is no category {unknown[0]!r}; write one of those that `tianmu policy list --categories` shows",
            f"没有类别 {unknown[0]!r}；请从 `tianmu policy list --categories` 所列中选择",
        )
    try:
        program = _compiled(when)
    except ValueError as error:
        detail = str(error).splitlines()[0].partition("ERROR: ")[2] or str(error).splitlines()[0]
        return (
            f'the condition {when!r} does not parse ({detail}); write it as in: categories["violence/graphic"] >= 0.5',
            f'条件 {when!r} 无法解析（{detail}）；请写成例如：categories["violence/graphic"] >= 0.5',
        )
    strangers = sorted(set(program.variables()) - set(NAMES) - set(_MACRO.findall(when)))
    if strangers:
        return (
            f"the condition asks for {strangers[0]!r}; it can see {', '.join(NAMES)}",
            f"条件使用了 {strangers[0]!r}；它只能使用 {'、'.join(NAMES)}",
        )
    return _tried(when, program)


def _tried(when: str, program: Any) -> tuple[str, str] | None:
    """What goes wrong when a condition meets nothing, and when it meets everything."""
    full = dict.fromkeys(categories(), 1.0)
    subjects = [name.removeprefix(SUBJECT) for name in full if name.startswith(SUBJECT)]
    for language in ("en", "zh"):
        for audience in _AUDIENCES:
            nothing = Facts(categories={}, language=language, audience=audience)
            everything = Facts(categories=full, language=language, audience=audience, special_subjects=subjects)
            try:
                answers = [program.execute(facts.as_context()) for facts in (nothing, everything)]
            except Exception as error:
                detail = str(error).splitlines()[0][:120]
                return (
                    f"the condition {when!r} cannot be answered ({detail}); compare scores with numbers such as 0.5",
                    f"条件 {when!r} 无法求值（{detail}）；请用 0.5 这样的小数与分数比较",
                )
            if not all(isinstance(answer, bool) for answer in answers):
                return (
                    f"the condition {when!r} is neither true nor false; end it with a comparison such as >= 0.5",
                    f"条件 {when!r} 的结果不是真假值；请以 >= 0.5 之类的比较结尾",
                )
            if answers[0]:
                return (
                    f"the condition {when!r} holds where nothing was found, and would hold up every prompt; "
                    "let it ask for a category",
                    f"条件 {when!r} 在未发现任何内容时也成立，会拦住每个提示词；请让它要求某个类别",
                )
    return None


@cache
def _compiled(when: str) -> Any:
    return _compiler()(when)


@cache
def _compiler() -> Any:
    """`cel.compile`, without the package's own `__init__`, which loads a terminal for a second."""
    from importlib.machinery import PathFinder
    from importlib.util import find_spec, module_from_spec

    package = find_spec("cel")
    spec = PathFinder.find_spec("cel.cel", package.submodule_search_locations) if package else None
    if spec is None or spec.loader is None:  # an installation of another shape: the plain way, slow and right
        import cel

        return cel.compile
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.compile
