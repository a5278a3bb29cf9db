"""`tianmu policy`: which rules this studio follows, what they say, and whether they decide as they should."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tianmu.cli.parser import Verbs
from tianmu.core.text import say

if TYPE_CHECKING:
    from tianmu.governance.policy.cases import Outcome

DIFFERS = 1


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `policy` and what it can do."""
    parser = verbs.add_parser("policy", help=say("the rules that works are reviewed by", "作品审查所依据的规则"))
    actions = parser.add_subparsers(metavar=say("ACTION", "操作"), required=True)
    listing = actions.add_parser("list", help=say("every policy, and which are in force", "全部政策及其是否启用"))
    listing.add_argument(
        "--categories", action="store_true", help=say("what conditions can ask for", "条件可以使用的类别")
    )
    listing.set_defaults(run=run_list)
    showing = actions.add_parser("show", help=say("the rules of one", "查看一项政策的规则"))
    showing.add_argument("name", help=say("its name", "名称"))
    showing.set_defaults(run=run_show)
    checking = actions.add_parser("check", help=say("whether a file is as it should be", "检查政策文件"))
    checking.add_argument("file", type=Path, help=say("a YAML file of rules", "规则的 YAML 文件"))
    checking.set_defaults(run=run_check)
    testing = actions.add_parser("test", help=say("whether the cases of a policy come out as wanted", "试运行政策用例"))
    testing.add_argument("file", type=Path, nargs="?", help=say("default: all that ship", "默认为全部内置政策"))
    testing.set_defaults(run=run_test)
    using = actions.add_parser("use", help=say("put policies in force for this studio", "为本工作室启用政策"))
    using.add_argument("names", nargs="+", metavar="NAME", help=say("their names", "政策名称"))
    using.set_defaults(run=run_use)
    for one in (listing, showing, checking, testing, using):
        one.add_argument("--json", action="store_true", help=say("print one JSON object", "输出一个 JSON 对象"))


def add_override_options(add: Callable[..., Any]) -> None:
    """Who lets through what a rule wants a person to look at."""
    add(
        "--override",
        action="append",
        default=[],
        metavar="RULE",
        help=say("make it although RULE wants a person to look first", "规则要求人审时，由人决定放行"),
    )
    add("--by", metavar="NAME", help=say("with --override: who decides", "与 --override 同用：由谁决定"))
    add("--role", help=say("with --override: in which role", "与 --override 同用：以何种职责"))
    add("--because", metavar="TEXT", help=say("with --override: why", "与 --override 同用：理由"))


@contextmanager
def deciding(arguments: argparse.Namespace) -> Generator[None]:
    """Within it, a person has decided what `add_override_options` asked for, if anything.

    Raises:
        InputError: one of them is missing.
    """
    row = vars(arguments)
    if "override" not in row or not any(row[name] for name in ("override", "by", "role", "because")):
        yield
        return
    from tianmu.studio.review import overriding, parse_overrides

    with overriding(parse_overrides(arguments.override, arguments.by, arguments.role, arguments.because)):
        yield


def run_list(arguments: argparse.Namespace) -> int:
    """Name the policies, or the categories."""
    from tianmu.core.settings import settings
    from tianmu.governance.identity import read_house
    from tianmu.governance.policy import chosen_policies, find_policy, policy_names, read_policy
    from tianmu.governance.review.categories import categories

    if arguments.categories:
        _print(arguments, {name: say(*words) for name, words in categories().items()}, _lines(categories()))
        return 0
    home = settings().home
    chosen = chosen_policies(home, read_house(home).audience)
    policies = [read_policy(find_policy(name, home)) for name in policy_names(home)]
    rows = [
        {
            "name": policy.name,
            "version": policy.version,
            "title": say(*policy.title),
            "in_force": policy.name in chosen,
            "rules": len(policy.rules),
            "digest": policy.digest,
        }
        for policy in policies
    ]
    lines = [
        f"{'●' if policy.name in chosen else '○'} {policy.name:12} {policy.version}  {policy.digest[:12]}  "
        f"{say(*policy.title)}"
        for policy in policies
    ]
    _print(arguments, {"policies": rows}, [*lines, say("● in force", "● 已启用")])
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """Print the rules of a policy."""
    from dataclasses import asdict

    from tianmu.core.settings import settings
    from tianmu.governance.policy import find_policy, read_policy

    policy = read_policy(find_policy(arguments.name, settings().home))
    lines = [f"{policy.citation}  {say(*policy.title)}"]
    for rule in policy.rules:
        allowed = say("allowed is", "可以制作")
        lines.append(f"\n{rule.id} {rule.version}: {rule.decision}  {say(*rule.reason)}")
        lines.append(f"  {rule.when}\n  {allowed}: {say(*rule.allowed)}\n  {rule.source}")
    _print(arguments, asdict(policy), lines)
    return 0


def run_check(arguments: argparse.Namespace) -> int:
    """Read a file; what is wrong with it is said as an error."""
    from tianmu.governance.policy import read_policy

    policy = read_policy(arguments.file)
    line = say(
        f"{arguments.file} is well: {policy.citation}, {len(policy.rules)} rules. Put it into the folder `policies` of "
        f"the studio home, and: tianmu policy use {policy.name}",
        f"{arguments.file} 无误：{policy.citation}，共 {len(policy.rules)} 条规则。放入工作室的 policies 文件夹后："
        f"tianmu policy use {policy.name}",
    )
    _print(arguments, {"policy": policy.citation, "rules": len(policy.rules)}, [line])
    return 0


def run_test(arguments: argparse.Namespace) -> int:
    """Try the cases; 1 where one comes out otherwise."""
    from tianmu.governance.policy import read_policy
    from tianmu.governance.policy.cases import cases_path, read_cases, try_case
    from tianmu.governance.policy.file import SHIPPED, policy_files

    files: list[Path] = [arguments.file] if arguments.file else policy_files(SHIPPED)
    outcomes: list[tuple[str, Outcome]] = []
    for path in files:
        policy = read_policy(path)
        outcomes += ((policy.label, try_case(case, policy)) for case in read_cases(cases_path(path)))
    wrong = [(label, outcome) for label, outcome in outcomes if not outcome.right]
    lines = [difference(label, outcome) for label, outcome in wrong]
    lines.append(
        say(
            f"{len(outcomes)} cases, {len(wrong)} come out otherwise than wanted.",
            f"共 {len(outcomes)} 个用例，{len(wrong)} 个结果与预期不同。",
        )
    )
    rows = [
        {
            "policy": label,
            "prompt": one.case.prompt,
            "findings": dict(one.case.findings),
            "wanted": one.case.wanted,
            "came": one.came,
            "rules": one.rules,
        }
        for label, one in outcomes
    ]
    _print(arguments, {"cases": rows, "wrong": len(wrong)}, lines)
    return DIFFERS if wrong else 0


def difference(label: str, outcome: Outcome) -> str:
    """One line of what was wanted and what came."""
    what = outcome.case.prompt or ", ".join(name for name, _ in outcome.case.findings)
    rules = f" ({', '.join(outcome.rules)})" if outcome.rules else ""
    return say(
        f"{label}: “{what}” should come out {outcome.case.wanted}, and came out {outcome.came}{rules}",
        f"{label}：“{what}”应为 {outcome.case.wanted}，实为 {outcome.came}{rules}",
    )


def run_use(arguments: argparse.Namespace) -> int:
    """Put policies in force, and write it into the ledger."""
    from tianmu.core.settings import settings
    from tianmu.studio.review import put_in_force

    policies = put_in_force(arguments.names, settings().home)
    lines = [say(f"In force: {policy.citation}", f"已启用：{policy.citation}") for policy in policies]
    _print(arguments, {"in_force": [policy.citation for policy in policies]}, lines)
    return 0


def _lines(categories: dict[str, tuple[str, str]]) -> list[str]:
    return [f"{name:26} {say(*words)}" for name, words in categories.items()]


def _print(arguments: argparse.Namespace, row: dict[str, Any], lines: list[str]) -> None:
    import json

    print(json.dumps(row, ensure_ascii=False) if arguments.json else "\n".join(lines))
