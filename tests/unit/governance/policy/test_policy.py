"""Policies: files that anybody may edit, refused with one sentence where they are not as they should be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tianmu.core.errors import InputError, MediaError
from tianmu.core.settings import settings
from tianmu.governance.policy import (
    Override,
    chosen_policies,
    find_policy,
    judge,
    parse_policy,
    policies_in_force,
    policy_names,
    read_policy,
    use_policies,
)
from tianmu.governance.policy.cases import cases_path, read_cases, try_case
from tianmu.governance.policy.file import SHIPPED, policy_files
from tianmu.governance.review import Finding

GOOD = """\
schema: tianmu.policy.1
name: mine
version: 2
title: {en: Mine, zh: 我的}
rules:
  - id: gore
    version: 1
    when: 'categories["violence/graphic"] >= 0.5'
    decision: person
    reason: {en: too red, zh: 太红}
    allowed: {en: a shadow, zh: 影子}
    source: the house
"""
GORE = Finding(category="violence/graphic", score=0.8, by="test", words="gore", start=0)


def test_what_ships_is_whole_and_its_cases_come_out_as_wanted() -> None:
    assert [path.stem for path in policy_files(SHIPPED)] == ["broadcast", "children", "china", "general"]
    for path in policy_files(SHIPPED):
        policy = read_policy(path)
        outcomes = [try_case(case, policy) for case in read_cases(cases_path(path))]
        assert [outcome for outcome in outcomes if not outcome.right] == []


def test_a_rule_holds_from_its_score_on_and_names_its_findings() -> None:
    policy = parse_policy(GOOD, "mine.yaml")
    verdict = judge([GORE], [policy])
    assert (verdict.decision, verdict.rulings[0].rule, verdict.rulings[0].findings) == ("person", "gore", (GORE,))
    assert verdict.policies == (f"mine 2 sha256:{policy.digest}",)
    assert judge([Finding(category="violence/graphic", score=0.4, by="test")], [policy]).decision == "allow"
    over = Override(rule="gore", by="A", role="b", because="c")
    overridden = judge([GORE], [policy], overrides=[over])
    assert (overridden.decision, overridden.rulings[0].overridden) == ("allow", "A, b: c")


def test_the_digest_is_of_what_is_said_and_not_of_its_layout() -> None:
    first = parse_policy(GOOD, "a.yaml").digest
    assert parse_policy("# a comment\n" + GOOD.replace("  - id", "\n  - id"), "b.yaml").digest == first
    assert parse_policy(GOOD.replace("0.5", "0.6"), "a.yaml").digest != first


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (GOOD, "", "it is empty"),
        (GOOD, "a: [", "it is no YAML"),
        ("schema: tianmu.policy.1", "schema: other", "its first line"),
        (GOOD[GOOD.index("rules:") :], "rules: []", "it has no rules"),
        ("reason: {en: too red, zh: 太红}", "lesson: violence", "rule gore: its reason is not there in both"),
        ("allowed: {en: a shadow, zh: 影子}", "allowed: {en: a shadow}", "rule gore: its allowed is not there in both"),
        ("    source: the house\n", "", "rule gore: its source is missing"),
        ("violence/graphic", "violence/grafic", "there is no category 'violence/grafic'"),
        ('categories["violence/graphic"] >= 0.5', "categories >=", "does not parse"),
        ('categories["violence/graphic"] >= 0.5', "colour > 1", "asks for 'colour'"),
        ('categories["violence/graphic"] >= 0.5', 'categories["violence/graphic"]', "neither true nor false"),
        ('categories["violence/graphic"] >= 0.5', 'categories["violence/graphic"] > "a"', "cannot be answered"),
        ('categories["violence/graphic"] >= 0.5', 'audience == "cn"', "would hold up every prompt"),
        ("decision: person", "decision: maybe", "its decision is 'maybe'"),
        ("    source", "    sauce", "a rule has no 'sauce'"),
        ("version: 2", "version: two", "its version is no whole number"),
    ],
)
def test_a_policy_that_is_not_as_it_should_be_is_refused_by_name(old: str, new: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_policy(GOOD.replace(old, new), "mine.yaml")
    assert caught.value.explain().startswith("The policy mine.yaml")
    assert said in caught.value.explain()


def test_a_studio_chooses_and_its_own_file_stands_first() -> None:
    home = settings().home
    assert chosen_policies(home, "all") == ("general",)
    assert chosen_policies(home, "cn") == ("general", "china")
    (home / "policies").mkdir(parents=True)
    (home / "policies" / "mine.yaml").write_text(GOOD, "utf-8")
    assert "mine" in policy_names(home)
    use_policies(["mine"], home)
    assert [policy.name for policy in policies_in_force(home, "cn")] == ["mine"]
    with pytest.raises(InputError, match="no policy called 'yours'"):
        use_policies(["yours"], home)
    with pytest.raises(InputError):
        find_policy("../mine", home)
    (home / "policies.json").write_text("{}", "utf-8")
    with pytest.raises(MediaError, match="choose again"):
        chosen_policies(home)


def test_cases_that_are_none_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.cases.yaml"
    for text, said in (
        ("", "it has no cases"),
        ("cases: [{prompt: a}]", "case 1 wants none of"),
        ("cases: [{decision: allow}]", "neither prompt nor findings"),
        ("cases: [{findings: {frames/flush: 1}, decision: allow}]", "frames/flush"),
    ):
        path.write_text(text, "utf-8")
        with pytest.raises(InputError, match=said):
            read_cases(path)
