"""Policy files: YAML, checked whole before a rule of it is used.

shipped       governance/policy/policies/NAME.yaml
of a studio   home/policies/NAME.yaml, which stands before one that is shipped under the same name
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NoReturn, cast, get_args

from tianmu.core.errors import InputError, MediaError
from tianmu.core.text import listed, say
from tianmu.film.schema import canonical
from tianmu.governance.policy.condition import complaint
from tianmu.governance.policy.rule import Policy, Rule
from tianmu.governance.review.categories import read_yaml
from tianmu.governance.review.verdict import Decision

SHIPPED: Final = Path(__file__).with_name("policies")
LARGEST: Final = 1_000_000
"""Bytes of a file of rules; a larger one is something else."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


def policy_names(home: Path) -> tuple[str, ...]:
    """Every policy there is, shipped and of this studio."""
    folders = (SHIPPED, home / "policies")
    return tuple(sorted({path.stem for folder in folders for path in policy_files(folder)}))


def policy_files(folder: Path) -> list[Path]:
    """The policies in a folder, without their cases."""
    return sorted(path for path in folder.glob("*.yaml") if not path.name.endswith(".cases.yaml"))


def find_policy(name: str, home: Path) -> Path:
    """Where the policy of a name lies.

    Raises:
        InputError: there is none.
    """
    for folder in (home / "policies", SHIPPED):
        path = folder / f"{name}.yaml"
        if _NAME.fullmatch(name) and path.is_file():
            return path
    names = listed(policy_names(home))
    raise InputError(
        say(
            f"There is no policy called {name[:40]!r}; there are: {names}. Put your own into {home / 'policies'}.",
            f"没有名为 {name[:40]!r} 的政策；现有：{names}。自己的政策请放入 {home / 'policies'}。",
        )
    )


def read_policy(path: Path, *, thorough: bool = True) -> Policy:
    """The policy in a file. Without `thorough`, conditions are not tried: for a file that was checked before.

    Raises:
        MediaError: the file cannot be read.
        InputError: it is no policy, or a rule of it is not as it should be.
    """
    return parse_policy(read_file(path), path.name, thorough=thorough)


def read_file(path: Path) -> str:
    """The text of a small file.

    Raises:
        MediaError: it cannot be read, or is no text of that size.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"more than {LARGEST} bytes")
        return path.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise MediaError(
            say(
                f"The policy {path} cannot be read ({reason}); give a YAML file of rules.",
                f"无法读取政策 {path}（{reason}）；请给出规则的 YAML 文件。",
            )
        ) from error


def parse_policy(text: str, name: str, *, thorough: bool = True) -> Policy:
    """A policy out of YAML; `name` is the file that sentences speak of.

    Raises:
        InputError: as `read_policy`.
    """
    try:
        row: Any = read_yaml(text)
    except ValueError as error:
        _refuse(name, None, f"it is no YAML ({error}); mend that place", f"不是 YAML（{error}）；请修正该处")
    if not isinstance(row, Mapping) or not row:
        _refuse(
            name,
            None,
            "it is empty; write a name, a version, a title and rules",
            "内容为空；请写明名称、版本、标题和规则",
        )
    policy = cast(Mapping[str, Any], row)
    if policy.get("schema") != Policy.SCHEMA:
        _refuse(
            name,
            None,
            f"its first line is not `schema: {Policy.SCHEMA}`; write it",
            f"首行不是 `schema: {Policy.SCHEMA}`；请补上",
        )
    own = _text(policy, "name", name, None)
    if not _NAME.fullmatch(own):
        _refuse(
            name,
            None,
            "its name is not of small letters, digits and dashes; change it",
            "名称只能用小写字母、数字和连字符；请修改",
        )
    rules: Any = policy.get("rules")
    if not isinstance(rules, list) or not rules:
        _refuse(name, None, "it has no rules; write one at least", "没有规则；请至少写一条")
    read = tuple(_rule(rule, name, number, thorough) for number, rule in enumerate(cast(list[Any], rules), start=1))
    twice = next((rule.id for rule in read if sum(other.id == rule.id for other in read) > 1), None)
    if twice is not None:
        _refuse(name, twice, "two rules have this id; rename one", "两条规则同用此编号；请改其一")
    return Policy(
        name=own,
        version=_whole(policy, name, None),
        title=_both(policy, "title", name, None),
        rules=read,
        digest=sha256(canonical(dict(policy)).encode()).hexdigest(),
    )


def _rule(value: Any, file: str, number: int, thorough: bool) -> Rule:
    if not isinstance(value, Mapping):
        _refuse(
            file,
            f"#{number}",
            "it is no rule; write id, version, when, decision and the rest",
            "不是规则；请写明 id、version、when、decision 等",
        )
    row = cast(Mapping[str, Any], value)
    at = str(row.get("id") or f"#{number}")
    known = {"id", "version", "when", "decision", "reason", "allowed", "source", "lesson"}
    strange = next((str(key) for key in row if key not in known), None)
    if strange is not None:
        _refuse(
            file,
            at,
            f"a rule has no {strange!r}; take it out or mend its spelling",
            f"规则没有 {strange!r} 一项；请删除或改正拼写",
        )
    decision = row.get("decision")
    if decision not in get_args(Decision):
        choices = ", ".join(get_args(Decision))
        _refuse(
            file,
            at,
            f"its decision is {decision!r}; write one of {choices}",
            f"决定为 {decision!r}；请写 {choices} 之一",
        )
    when = _text(row, "when", file, at)
    if not _NAME.fullmatch(_text(row, "id", file, at)):
        _refuse(
            file,
            at,
            "its id is not of small letters, digits and dashes; change it",
            "编号只能用小写字母、数字和连字符；请修改",
        )
    if thorough and (wrong := complaint(when)) is not None:
        _refuse(file, at, *wrong)
    return Rule(
        id=at,
        version=_whole(row, file, at),
        when=when,
        decision=cast(Decision, decision),
        reason=_both(row, "reason", file, at),
        allowed=_both(row, "allowed", file, at),
        source=_text(row, "source", file, at),
        lesson=None if row.get("lesson") is None else _text(row, "lesson", file, at),
    )


def _text(row: Mapping[str, Any], key: str, file: str, rule: str | None) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        _refuse(file, rule, f"its {key} is missing; write it", f"缺少 {key}；请补上")
    return value.strip()


def _whole(row: Mapping[str, Any], file: str, rule: str | None) -> int:
    value = row.get("version")
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        _refuse(file, rule, "its version is no whole number from 1; write one", "version 应为从 1 起的整数；请补上")
    return value


def _both(row: Mapping[str, Any], key: str, file: str, rule: str | None) -> tuple[str, str]:
    value = row.get(key)
    both = cast(Mapping[str, Any], value) if isinstance(value, Mapping) else {}
    texts = [both.get(language) for language in ("en", "zh")]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        _refuse(
            file,
            rule,
            f"its {key} is not there in both languages; write `{key}:` with `en:` and `zh:`",
            f"{key} 没有写全两种语言；请在 `{key}:` 下写 `en:` 和 `zh:`",
        )
    return (str(texts[0]).strip(), str(texts[1]).strip())


def _refuse(file: str, rule: str | None, en: str, zh: str) -> NoReturn:
    place = (f", rule {rule}", f"，规则 {rule}") if rule else ("", "")
    raise InputError(say(f"The policy {file}{place[0]}: {en}.", f"政策 {file}{place[1]}：{zh}。"))
