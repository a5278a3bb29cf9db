"""Where people lie in the studio home, and who of them acts now.

home/people/
    0123456789abcdef.json    a person: name, roles, public key; anybody may read it
    0123456789abcdef.pem     0600: the private key, unless the person keeps it elsewhere
    chosen.json              who acts, and what a release asks for
    retired/                 people who were removed, so that what they have signed can be checked for good
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from tianmu.core.errors import InputError, MediaError, OutputError
from tianmu.core.files import write_text, writing
from tianmu.core.text import listed, say
from tianmu.film.schema import from_row, to_row
from tianmu.governance.identity import read_house
from tianmu.governance.keys import private_key, read_secret, write_private
from tianmu.governance.ledger import Actor
from tianmu.governance.people.person import Person, checked_name, public_text
from tianmu.governance.people.roles import check_preset, check_role

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

VARIABLE = "TIANMU_PERSON"
"""Names who acts, for one command or one terminal."""


@dataclass(frozen=True, kw_only=True)
class _Chosen:
    SCHEMA: ClassVar[str] = "tianmu.chosen.1"

    person: str | None = None
    role: str | None = None
    preset: str = "solo"


def acting(home: Path) -> Actor:
    """Who acts now: whom `TIANMU_PERSON` names, else whom `tianmu person use` chose, else the studio itself.

    Raises:
        InputError: `TIANMU_PERSON` names nobody of this studio.
        MediaError: what is kept about people is damaged.
    """
    found = chosen_person(home)
    if found is None:
        return Actor(name=read_house(home).name)
    person, role = found
    return Actor(name=person.name, role=role, key=person.fingerprint)


def chosen_person(home: Path) -> tuple[Person, str | None] | None:
    """The person who acts, with the role they act in; None where nobody was chosen."""
    named = os.environ.get(VARIABLE, "").strip()
    if named:
        person = find_person(home, named)
        return person, next(iter(person.roles), None)
    chosen = _read_chosen(home)
    person = next((each for each in read_people(home) if each.fingerprint == chosen.person), None)
    if person is None:
        return None
    return person, chosen.role if chosen.role in person.roles else next(iter(person.roles), None)


def choose_person(home: Path, person: Person, role: str | None = None) -> None:
    """From now on this person acts, in this role or in the first of theirs.

    Raises:
        InputError: the person does not have that role.
    """
    if role is not None:
        require_role(person, role)
    _write_chosen(home, replace(_read_chosen(home), person=person.fingerprint, role=role))


def read_preset(home: Path) -> str:
    """What a release asks for in this studio: `solo` unless `write_preset` said otherwise."""
    return _read_chosen(home).preset


def write_preset(home: Path, preset: str) -> None:
    """Keep what a release asks for."""
    _write_chosen(home, replace(_read_chosen(home), preset=check_preset(preset)))


def read_people(home: Path, *, retired: bool = False) -> tuple[Person, ...]:
    """The people of a studio by name; or those who were removed.

    Raises:
        MediaError: a file is damaged.
    """
    folder = home / "people" / "retired" if retired else home / "people"
    people = [_read(path) for path in sorted(folder.glob("*.json")) if path.name != "chosen.json"]
    return tuple(sorted(people, key=lambda person: (person.name, person.fingerprint)))


def find_person(home: Path, name: str) -> Person:
    """A person by name, in whatever case, or by eight or more digits of the key.

    Raises:
        InputError: there is nobody of that name.
    """
    people, wanted = read_people(home), " ".join(name.split()).casefold()
    for person in people:
        if person.name.casefold() == wanted or (len(wanted) >= 8 and person.fingerprint.startswith(wanted)):
            return person
    raise InputError(
        say(
            f"Nobody here is called {name[:80]!r}; this studio has {listed([each.name for each in people])}. "
            "Add a person with: tianmu person add NAME --role ROLE.",
            f"这里没有 {name[:80]!r}；现有人员：{listed([each.name for each in people])}。"
            "请用 tianmu person add 姓名 --role 职责 添加。",
        )
    )


def make_person(home: Path, name: str, roles: tuple[str, ...], key: Path | None = None) -> Person:
    """A new person with a new key, or with an Ed25519 key that they have, which is used where it lies.

    Raises:
        InputError: the name or a role cannot be, or somebody has that name or that key.
        MediaError: the key cannot be used.
        OutputError: nothing can be written there.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    name = checked_name(name)
    roles = tuple(dict.fromkeys(check_role(role) for role in roles))
    private = Ed25519PrivateKey.generate() if key is None else _ed25519(key)
    held = None if key is None else str(key.absolute())
    person = Person(name=name, roles=roles, public_key=public_text(private.public_key()), held=held)
    _refuse_twin(home, person)
    _make_folder(home)
    if key is None:
        _write_key(_path(home, person).with_suffix(".pem"), private)
    _write(_path(home, person), person)  # last: whoever is listed has a key
    return person


def change_roles(home: Path, person: Person, roles: tuple[str, ...]) -> Person:
    """The same person with other roles."""
    changed = replace(person, roles=tuple(dict.fromkeys(check_role(role) for role in roles)))
    _write(_path(home, person), changed)
    return changed


def retire_person(home: Path, person: Person) -> None:
    """Put a person and their key aside: they sign no more, and what they have signed can still be checked."""
    path = _path(home, person)
    retired = path.parent / "retired"
    with writing(retired):
        retired.mkdir(exist_ok=True)
        if path.with_suffix(".pem").exists():
            path.with_suffix(".pem").replace(retired / f"{path.stem}.pem")
        path.replace(retired / path.name)
    if _read_chosen(home).person == person.fingerprint:
        _write_chosen(home, replace(_read_chosen(home), person=None, role=None))


def sign_as(home: Path, person: Person, data: bytes) -> str:
    """The person's signature of `data`, in hexadecimal; the same data gives the same signature.

    Raises:
        MediaError: the private key is missing, open to others, damaged, or another one than the person's.
    """
    path = Path(person.held) if person.held else _path(home, person).with_suffix(".pem")
    private = _ed25519(path)
    if public_text(private.public_key()) != person.public_key:
        raise MediaError(
            say(
                f"The key in {path} is not the one that {person.name} signs with; put the right one back.",
                f"{path} 中的密钥不是 {person.name} 的签名密钥；请放回正确的密钥。",
            )
        )
    return private.sign(data).hex()


def require_role(person: Person, role: str) -> None:
    """Refuse a role that a person does not have.

    Raises:
        InputError: as said.
    """
    if check_role(role) not in person.roles:
        raise InputError(
            say(
                f"{person.name} is not {role} here but {listed(person.roles)}; give the role with: "
                f'tianmu person add "{person.name}" --role {role}.',
                f"{person.name} 在此的职责是 {listed(person.roles)}，不是 {role}；可用 "
                f'tianmu person add "{person.name}" --role {role} 授予。',
            )
        )


def _ed25519(path: Path) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    advice = say("put back a copy of it, or add the person anew", "请放回其副本，或重新添加此人")
    key = private_key(read_secret(path, advice), path, advice)
    if isinstance(key, Ed25519PrivateKey):
        return key
    raise MediaError(
        say(
            f"The key in {path} is no Ed25519 key, which people sign with here; make one with: "
            "openssl genpkey -algorithm ed25519 -out KEY.",
            f"{path} 中不是 Ed25519 密钥，而人员以此签名；可用 openssl genpkey -algorithm ed25519 -out KEY 生成。",
        )
    )


def _write_key(path: Path, key: Ed25519PrivateKey) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    write_private(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _refuse_twin(home: Path, person: Person) -> None:
    for other in (*read_people(home), *read_people(home, retired=True)):
        if other.public_key == person.public_key:
            raise InputError(
                say(
                    f"This is already the key of {other.name}; every person has their own.",
                    f"该密钥已属于 {other.name}；每人须用自己的密钥。",
                )
            )
    if any(other.name.casefold() == person.name.casefold() for other in read_people(home)):
        raise InputError(
            say(
                f"{person.name} is there already; give another name, or remove the one that is there first.",
                f"{person.name} 已存在；请另取名称，或先移除现有的。",
            )
        )


def _path(home: Path, person: Person) -> Path:
    return home / "people" / f"{person.fingerprint[:16]}.json"


def _make_folder(home: Path) -> None:
    try:
        (home / "people").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            say(
                f"The folder {home / 'people'} could not be made ({error.strerror}); set TIANMU_HOME to a folder that "
                "can be written.",
                f"无法创建文件夹 {home / 'people'}（{error.strerror}）；请把 TIANMU_HOME 设为可写的文件夹。",
            )
        ) from error


def _write(path: Path, person: Person) -> None:
    write_text(path, json.dumps(to_row(person), ensure_ascii=False, indent=2) + "\n")


def _read(path: Path) -> Person:
    return from_row(Person, _row(path))


def _read_chosen(home: Path) -> _Chosen:
    path = home / "people" / "chosen.json"
    return from_row(_Chosen, _row(path)) if path.exists() else _Chosen()


def _write_chosen(home: Path, chosen: _Chosen) -> None:
    _make_folder(home)
    row = {"schema": chosen.SCHEMA, **asdict(chosen)}
    write_text(home / "people" / "chosen.json", json.dumps(row, ensure_ascii=False, indent=2) + "\n")


def _row(path: Path) -> object:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise MediaError(
            say(f"{path} cannot be read; restore it from a backup.", f"无法读取 {path}；请从备份恢复。")
        ) from error
