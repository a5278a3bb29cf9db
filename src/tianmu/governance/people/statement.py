"""What a person signs: the film as it stands, by the digests of everything that it consists of.

Any change to a shot, its take, the screenplay, the cut or the file gives another statement, so a signature is never
taken for a film that its person has not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from tianmu.core.text import say
from tianmu.film.schema import canonical, to_row
from tianmu.governance.people.person import fingerprint_of, verify_signature


@dataclass(frozen=True, kw_only=True)
class StatedShot:
    """One piece of a take in the film."""

    slate: str
    words: str
    """Digest of the shot as it is planned: its words, length, company."""
    take: str
    """The take's id."""
    footage: str
    """Digest of the take's film."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A film as it stands."""

    SCHEMA: ClassVar[str] = "tianmu.statement.1"

    project: str
    version: str = ""
    """The aspect of a version that is not the main one."""
    title: str
    screenplay: str
    """Digests, as with the next two."""
    cut: str
    printed: str
    """Of the film's file, its manifest and all: SHA-256."""
    shots: tuple[StatedShot, ...]


@dataclass(frozen=True, kw_only=True)
class Signature:
    """A person's signature of a statement."""

    SCHEMA: ClassVar[str] = "tianmu.signature.1"

    statement: Statement
    name: str
    role: str
    public_key: str
    note: str = ""
    at: str
    """ISO 8601 in UTC, by the clock of the studio."""
    signature: str = ""
    """In hexadecimal, over everything else here."""

    @property
    def signed_bytes(self) -> bytes:
        """What the signature is over."""
        return canonical(to_row(replace(self, signature=""))).encode()

    @property
    def holds(self) -> bool:
        """Whether it is this key's over exactly this."""
        return verify_signature(self.public_key, self.signature, self.signed_bytes)

    @property
    def key(self) -> str:
        """SHA-256 of the person's public key."""
        return fingerprint_of(self.public_key)


def changes(signed: Statement, now: Statement) -> tuple[str, ...]:
    """What is otherwise now than when it was signed, a few words each; nothing where all is the same."""
    if signed == now:
        return ()
    old, new = _by_slate(signed), _by_slate(now)
    found: list[str] = []
    for slate in dict.fromkeys([*new, *old]):
        if slate not in old:
            found.append(say(f"shot {slate} is new", f"新增镜头 {slate}"))
        elif slate not in new:
            found.append(say(f"shot {slate} is gone", f"镜头 {slate} 已移除"))
        elif [shot.words for shot in old[slate]] != [shot.words for shot in new[slate]]:
            found.append(say(f"shot {slate} was changed", f"镜头 {slate} 已改动"))
        elif old[slate] != new[slate]:
            found.append(say(f"shot {slate} has another take", f"镜头 {slate} 换了镜次"))
    if signed.screenplay != now.screenplay:
        found.append(say("the screenplay was changed", "剧本已改动"))
    if not found and signed.cut != now.cut:
        found.append(say("the cut was changed", "剪辑已改动"))
    if not found and signed.printed != now.printed:
        found.append(say("the film was printed anew", "影片已重新输出"))
    return tuple(found) or (say("it is another film", "这是另一部影片"),)


def _by_slate(statement: Statement) -> Mapping[str, list[StatedShot]]:
    found: dict[str, list[StatedShot]] = {}
    for shot in statement.shots:
        found.setdefault(shot.slate, []).append(shot)
    return found
