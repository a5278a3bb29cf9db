"""The people of a studio, as the ledger sees them: who was added, in which roles, who was removed."""

from __future__ import annotations

from pathlib import Path

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.governance.ledger import Entry
from tianmu.governance.people import (
    Person,
    acting,
    change_roles,
    choose_person,
    find_person,
    make_person,
    read_people,
    retire_person,
    write_preset,
)
from tianmu.governance.people.folder import require_role
from tianmu.studio.store.ledger import record


def add_person(home: Path, name: str, roles: tuple[str, ...], key: Path | None = None) -> Person:
    """A new person; or, for one who is there, more roles. The first person of a studio acts from now on.

    Raises:
        InputError: the name or a role cannot be, or no role was given.
        MediaError: the key cannot be used.
        OutputError: nothing can be written there.
    """
    if not roles:
        raise InputError(
            say(
                "A person has a role; name one with --role, such as --role director.",
                "请用 --role 指定职责，例如 --role director。",
            )
        )
    people = read_people(home)
    known = next((each for each in people if each.name.casefold() == " ".join(name.split()).casefold()), None)
    if known is not None and key is None:
        person, change = change_roles(home, known, (*known.roles, *roles)), "roles"
    else:
        person, change = make_person(home, name, roles, key), "added"
    record(_entry(home, change, person), home=home)
    if not people:
        choose_person(home, person)
    return person


def use_person(home: Path, name: str, role: str | None = None) -> Person:
    """This person acts from now on.

    Raises:
        InputError: there is nobody of that name, or not with that role.
    """
    person = find_person(home, name)
    if role is not None:
        require_role(person, role)
    choose_person(home, person, role)
    record(_entry(home, "chosen", person), home=home)
    return person


def remove_person(home: Path, name: str) -> Person:
    """This person signs no more; what they have signed stays as it is, and can be checked.

    Raises:
        InputError: there is nobody of that name.
    """
    person = find_person(home, name)
    entry = _entry(home, "removed", person)
    retire_person(home, person)
    record(entry, home=home)
    return person


def use_preset(home: Path, preset: str) -> None:
    """What a release asks for in this studio: `solo` or `studio`."""
    write_preset(home, preset)
    facts = {"change": "preset", "preset": preset}
    record(Entry(kind="person", actor=acting(home), subject="preset", facts=facts), home=home)


def _entry(home: Path, change: str, person: Person) -> Entry:
    return Entry(kind="person", actor=acting(home), subject=person.name, facts=_facts(change, person))


def _facts(change: str, person: Person) -> dict[str, object]:
    return {
        "change": change,
        "name": person.name,
        "roles": list(person.roles),
        "key": person.fingerprint,
        "public_key": person.public_key,
    }
