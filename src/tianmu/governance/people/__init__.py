"""People: who works in a studio, in which role, and the key that each of them signs with.

roles    what a person may sign as, and which roles a release asks for
person   a name, its roles and the public part of its key; signatures and their check
folder   where people and their keys lie in the studio home; who acts now
"""

from tianmu.governance.people.folder import (
    acting,
    change_roles,
    choose_person,
    chosen_person,
    find_person,
    make_person,
    read_people,
    read_preset,
    retire_person,
    sign_as,
    write_preset,
)
from tianmu.governance.people.person import Person, verify_signature
from tianmu.governance.people.roles import PRESETS, ROLES, check_preset, check_role, say_role

__all__ = [
    "PRESETS",
    "ROLES",
    "Person",
    "acting",
    "change_roles",
    "check_preset",
    "check_role",
    "choose_person",
    "chosen_person",
    "find_person",
    "make_person",
    "read_people",
    "read_preset",
    "retire_person",
    "say_role",
    "sign_as",
    "verify_signature",
    "write_preset",
]
