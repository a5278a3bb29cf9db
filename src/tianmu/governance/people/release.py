"""A release as a file: what was signed, by whom, and the proof that the studio's ledger says so. It needs nobody else.

What a second party can check with it, offline:

1. the head of the ledger was signed by the studio, whose root they may know;
2. every entry that is shown is in that ledger, at that place (RFC 9162);
3. each person was added, with their key and role, before they signed;
4. each signature is that person's, over this very statement, and was entered when it was made;
5. the roles that the preset asks for have signed.

What no file can show: that nothing was entered afterwards, such as the removal of a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from tianmu.core.errors import MediaError
from tianmu.core.text import listed, say
from tianmu.film.schema import digest
from tianmu.governance.ledger import Entry, SignedHead, leaf_hash, verify_head, verify_inclusion
from tianmu.governance.people.roles import PRESETS, say_role
from tianmu.governance.people.statement import Signature, Statement


@dataclass(frozen=True, kw_only=True)
class Proven:
    """An entry of the ledger with the proof that it is in it."""

    index: int
    body: str
    path: tuple[str, ...]
    """Hashes in hexadecimal, as `inclusion_proof` gives them."""


@dataclass(frozen=True, kw_only=True)
class Release:
    """A film that was released."""

    SCHEMA: ClassVar[str] = "tianmu.release.1"

    preset: str
    statement: Statement
    signatures: tuple[Signature, ...]
    entries: tuple[Proven, ...]
    """Of the ledger: people, signatures, the release itself."""
    head: dict[str, Any]
    """A signed head, as `SignedHead.as_row` gives it."""
    chain: str
    """PEM of the studio's certificates, the leaf first."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What was found in a release."""

    faults: tuple[str, ...]
    """Sentences; nothing where everything is proven."""
    known: bool
    """Whether the studio that signs is one that is trusted here."""


def lacking(preset: str, signatures: Sequence[Signature]) -> tuple[str, ...]:
    """What a preset still asks for, in words; `solo` asks for one signature in any role."""
    there = {each.role for each in signatures}
    if not PRESETS[preset]:
        return () if there else (say("any person of the studio", "任意一名人员"),)
    return tuple(say_role(role) for role in PRESETS[preset] if role not in there)


def verify_release(release: Release, trusted: Sequence[bytes]) -> Checked:
    """Check a release against nothing but itself and the roots that are trusted here.

    Raises:
        MediaError: its head is of another version.
    """
    head = SignedHead.from_row(release.head)
    wrong = verify_head(head, release.chain.encode(), trusted)  # 1
    faults = [] if wrong != "signature" else [say("The studio did not sign this head.", "该树头不是工作室签署的。")]
    entries: dict[int, Entry] = {}
    for proven in release.entries:  # 2
        try:
            path = [bytes.fromhex(each) for each in proven.path]
            leaf, root = leaf_hash(proven.body.encode()), bytes.fromhex(head.head.root)
            if not verify_inclusion(leaf, proven.index, head.head.size, path, root):
                raise ValueError
            entries[proven.index] = Entry.decode(proven.body)
        except ValueError:
            number = proven.index
            faults.append(say(f"Entry {number} is not in the ledger.", f"第 {number} 条不在账本中。"))
    faults += [fault for each in release.signatures for fault in _faults_of(each, release.statement, entries)]
    if release.preset not in PRESETS:
        faults.append(say("It was released by rules that nobody knows.", "发布所依据的预设不明。"))
    elif missing := lacking(release.preset, release.signatures):  # 5
        faults.append(say(f"These have not signed: {listed(missing)}.", f"缺少签名：{listed(missing)}。"))
    if not any(_releases(entry, release) for entry in entries.values()):
        faults.append(say("The ledger does not say that it was released.", "账本中没有这次发布。"))
    return Checked(faults=tuple(faults), known=wrong is None)


def _faults_of(signature: Signature, statement: Statement, entries: dict[int, Entry]) -> Iterator[str]:
    who = f"{signature.name} ({say_role(signature.role)})"
    if signature.statement != statement:
        yield say(f"{who} signed another film.", f"{who} 签署的是另一部影片。")
    if not signature.holds:  # 4
        yield say(f"The signature of {who} is not over these words.", f"{who} 的签名与内容不符。")
    signed = [index for index, entry in entries.items() if enters(entry, signature)]
    if not signed:
        yield say(f"The signature of {who} is not in the ledger.", f"{who} 的签名不在账本中。")
    elif not any(index < signed[0] and appoints(entry, signature) for index, entry in entries.items()):  # 3
        yield say(
            f"Nothing shows that {who} had this key and role before signing.",
            f"无法证明 {who} 在签署前拥有该密钥与职责。",
        )


def enters(entry: Entry, signature: Signature) -> bool:
    """Whether an entry of the ledger says that this signature was made."""
    return (
        entry.kind == "sign"
        and entry.facts.get("signature") == signature.signature
        and entry.facts.get("statement") == digest(signature.statement)
    )


def appoints(entry: Entry, signature: Signature) -> bool:
    """Whether an entry of the ledger gives this person the key and the role that they sign with."""
    facts = entry.facts
    return (
        entry.kind == "person"
        and facts.get("change") in {"added", "roles"}
        and (facts.get("name"), facts.get("public_key")) == (signature.name, signature.public_key)
        and signature.role in (facts.get("roles") or ())
    )


def _releases(entry: Entry, release: Release) -> bool:
    facts = entry.facts
    asked = (facts.get("released"), facts.get("statement"), facts.get("preset"))
    return entry.kind == "release" and asked == (True, digest(release.statement), release.preset)


def not_released(why: str) -> MediaError:
    """The error of a file that is no release."""
    return MediaError(
        say(
            f"This is no release ({why}); give a file NAME.release.json that `tianmu release` wrote.",
            f"这不是发布文件（{why}）；请给出 `tianmu release` 写出的 NAME.release.json。",
        )
    )
