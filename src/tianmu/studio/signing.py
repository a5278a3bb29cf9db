"""Signing a film: what stands in it now, who signs it, and which signatures still hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tianmu.core.errors import InputError
from tianmu.core.text import listed, say
from tianmu.film.cut import Print
from tianmu.film.decision import arrange
from tianmu.film.schema import digest, to_row
from tianmu.film.shot import ShotList
from tianmu.governance.ledger import Actor, Entry, leaf_hash
from tianmu.governance.ledger.entry import now
from tianmu.governance.people import Person, chosen_person, find_person, say_role, sign_as
from tianmu.governance.people.folder import require_role
from tianmu.governance.people.release import appoints, enters
from tianmu.governance.people.statement import Signature, StatedShot, Statement, changes
from tianmu.governance.rules import AUDIENCES
from tianmu.studio.documents import keep
from tianmu.studio.edition import clips_of, read_edition
from tianmu.studio.film import inputs_of
from tianmu.studio.marking import Leave, store_of
from tianmu.studio.plan import find_version
from tianmu.studio.store import Project
from tianmu.studio.store.ledger import read_ledger, record_in


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A signature, and whether it holds for the film as it is now."""

    signature: Signature
    void: tuple[str, ...]
    """Why it does not, a few words each; nothing where it holds."""
    index: int | None = None
    """Its entry in the ledger."""
    office: int | None = None
    """The entry that gave the person their key and role."""


@dataclass(frozen=True, kw_only=True)
class Register:
    """What the ledger says of the people and the signatures of a project."""

    leaves: tuple[bytes, ...]
    """The hash of every entry."""
    bodies: dict[int, str]
    """Of people and of the project's signatures and releases."""
    chain: str
    """PEM of the certificates of the key that signs the last head."""


def state_film(project: Project, version: str = "") -> Statement:
    """The film of a project as it stands.

    Raises:
        InputError: it has none yet, or not in that aspect.
        MediaError: a take is gone.
    """
    key = find_version(project, version)
    edition = read_edition(project, version=version)
    printed = project.read(Print, key)
    shots = {shot.slate: shot for shot in arrange(edition.plan.shots.shots, edition.plan.decisions)}
    if printed is None:
        raise _stale(project)
    return Statement(
        project=project.name,
        version=key,
        title=edition.cut.name,
        screenplay=digest(edition.plan.screenplay),
        cut=digest(edition.cut),
        printed=printed.value.film,
        shots=tuple(
            StatedShot(
                slate=clip.slate,
                words=digest(ShotList(shots=(shots[clip.slate],))) if clip.slate in shots else "",
                take=clip.take,
                footage=clip.film,
            )
            for clip in clips_of(edition.cut)
        ),
    )


def sign_film(
    project: Project, home: Path, *, name: str | None = None, role: str | None = None, note: str = "", version: str = ""
) -> Signature:
    """Sign the film of a project as it stands; a person's older signature in the same role gives way.

    Raises:
        InputError: nobody is named or chosen, the person does not have that role, or there is no film.
        MediaError: the person's key cannot be used.
    """
    person, role = _signer(home, name, role)
    statement = state_film(project, version)
    _require_fresh(project, statement)
    unsigned = Signature(
        statement=statement, name=person.name, role=role, public_key=person.public_key, note=note, at=now()
    )
    signature = replace(unsigned, signature=sign_as(home, person, unsigned.signed_bytes))
    facts = {
        "statement": digest(statement),
        "version": statement.version,
        "cut": statement.cut,
        "printed": statement.printed,
        "shots": len(statement.shots),
        "role": role,
        "note": note,
        "signed_at": signature.at,
        "public_key": person.public_key,
        "signature": signature.signature,
    }
    actor = Actor(name=person.name, role=role, key=person.fingerprint)
    keep(project, signature, f"{statement.version}/{role}/{person.fingerprint[:16]}")
    entry = Entry(kind="sign", actor=actor, project=project.name, subject=statement.title, facts=facts)
    record_in(store_of(project), entry)
    return signature


def _require_fresh(project: Project, statement: Statement) -> None:
    """Nobody signs a film that is not what is planned now; of a version only its shots are compared."""
    edition = read_edition(project, version=statement.version)
    stored = project.read(Print, statement.version)
    fresh = all(shot.words for shot in statement.shots)
    if stored is not None and not statement.version:
        made = (
            inputs_of(project, edition.plan, edition.settings, Leave(audience=audience), edition.cut, {})
            for audience in AUDIENCES
        )
        fresh = fresh and stored.value.inputs in made
    if not fresh:
        raise _stale(project)


def _stale(project: Project) -> InputError:
    return InputError(
        say(
            f"The film of {project.name} is not as it is now planned; run tianmu film again, then sign it.",
            f"{project.name} 的影片与现有规划不符；请重新运行 tianmu film 后再签署。",
        )
    )


def standings(project: Project, statement: Statement, register: Register) -> tuple[Standing, ...]:
    """Every signature that was given for this version of the film, and whether it still holds."""
    return tuple(_standing(each, statement, register) for each in _signatures(project, statement.version))


def read_register(project: Project) -> Register:
    """What the ledger says; 32 bytes an entry are held, and the text of those that matter."""
    leaves: list[bytes] = []
    bodies: dict[int, str] = {}
    chains: dict[str, str] = {}
    signer = ""
    for row in read_ledger(store_of(project)):
        entry, signer = row.entry, row.head.fingerprint
        leaves.append(leaf_hash(row.body.encode()))
        if entry.kind == "key":
            chains[str(entry.facts.get("fingerprint"))] = str(entry.facts.get("chain"))
        if entry.kind == "person" or (entry.kind in {"sign", "release"} and entry.project == project.name):
            bodies[row.position] = row.body
    return Register(leaves=tuple(leaves), bodies=bodies, chain=chains.get(signer, ""))


def _signatures(project: Project, version: str) -> Iterator[Signature]:
    for key in project.keys(Signature):
        stored = project.read(Signature, key)
        if stored is not None and stored.value.statement.version == version:
            yield stored.value


def _standing(signature: Signature, statement: Statement, register: Register) -> Standing:
    index, office = _entered(signature, register)
    void = list(changes(signature.statement, statement))
    if not signature.holds:
        void = [say("it was not made over these words", "与所签内容不符")]
    elif index is None:
        void.append(say("the ledger does not have it", "账本中没有记录"))
    elif office is None:
        void.append(
            say(
                f"its person was not {say_role(signature.role)} when it was made",
                f"签署时其人并非{say_role(signature.role)}",
            )
        )
    return Standing(signature=signature, void=tuple(void), index=index, office=office)


def _entered(signature: Signature, register: Register) -> tuple[int | None, int | None]:
    """Where the ledger has a signature, and the entry by which its person was in office then."""
    office: int | None = None
    for index, body in sorted(register.bodies.items()):
        entry = Entry.decode(body)
        if enters(entry, signature):
            return index, office
        if appoints(entry, signature):
            office = index
        elif entry.kind == "person" and entry.facts.get("public_key") == signature.public_key:
            office = office if entry.facts.get("change") == "chosen" else None
    return None, None


def _signer(home: Path, name: str | None, role: str | None) -> tuple[Person, str]:
    chosen = chosen_person(home) if name is None else (find_person(home, name), None)
    if chosen is None:
        raise InputError(
            say(
                "Nobody acts here yet, and a signature is a person's: name one with --as NAME, or add one with: "
                "tianmu person add NAME --role ROLE.",
                "签名须由人作出，而当前没有操作者：请用 --as 姓名 指定，或用 tianmu person add 姓名 --role 职责 添加。",
            )
        )
    person, acts = chosen
    wanted = role or acts or next(iter(person.roles), "")
    require_role(person, wanted)
    return person, wanted


def row_of(standing: Standing) -> dict[str, object]:
    """JSON values."""
    signature = standing.signature
    return {
        "name": signature.name,
        "role": signature.role,
        "at": signature.at,
        "note": signature.note,
        "key": signature.key,
        "holds": not standing.void,
        "void": list(standing.void),
        "statement": to_row(signature.statement),
    }


def sentence(standing: Standing) -> str:
    """`Li Wei (director): void, because shot 1A was changed`."""
    who = f"{standing.signature.name} ({say_role(standing.signature.role)})"
    if not standing.void:
        return say(f"{who}: holds", f"{who}：有效")
    return say(f"{who}: void, because {listed(standing.void)}", f"{who}：已失效，因为{listed(standing.void)}")
