"""Policies: rules in files that a person who does not program can edit.

read_policy(path)            a file of rules, checked whole
policies_in_force(home)      those that this studio follows
judge(findings, ...)         what they make of findings: a verdict
"""

from tianmu.governance.policy.file import find_policy, parse_policy, policy_names, read_policy
from tianmu.governance.policy.force import chosen_policies, policies_in_force, use_policies
from tianmu.governance.policy.judge import Override, judge
from tianmu.governance.policy.rule import Policy, Rule

__all__ = [
    "Override",
    "Policy",
    "Rule",
    "chosen_policies",
    "find_policy",
    "judge",
    "parse_policy",
    "policies_in_force",
    "policy_names",
    "read_policy",
    "use_policies",
]
