"""A person of the studio: a name, roles, and the public part of an Ed25519 key. What they sign, anybody can check."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar, Final

from tianmu.core.errors import InputError
from tianmu.core.text import say

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LONGEST_NAME: Final = 80
_SPKI: Final = bytes.fromhex("302a300506032b6570032100")
"""What stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410)."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who may sign. Everything here may be read by anybody."""

    SCHEMA: ClassVar[str] = "tianmu.person.1"

    name: str
    roles: tuple[str, ...]
    """In the order in which they were given; the first is the one they act in where none is named."""
    public_key: str
    """The 32 bytes of the Ed25519 key, in hexadecimal."""
    held: str | None = None
    """Where a key of the person's own lies; None for one that the studio home holds."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key as a SubjectPublicKeyInfo, in hexadecimal."""
        return fingerprint_of(self.public_key)


def fingerprint_of(public_key: str) -> str:
    """SHA-256 of a key's SubjectPublicKeyInfo, as `openssl pkey -pubout -outform DER | sha256sum` gives it."""
    return sha256(_SPKI + bytes.fromhex(public_key)).hexdigest()


def public_text(key: Ed25519PublicKey) -> str:
    """The 32 bytes of a key in hexadecimal."""
    return key.public_bytes_raw().hex()


def verify_signature(public_key: str, signature: str, data: bytes) -> bool:
    """Whether a signature (both in hexadecimal) is this key's over exactly these bytes."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def checked_name(name: str) -> str:
    """A name on one line.

    Raises:
        InputError: it is empty, too long, or has letters that cannot be seen.
    """
    name = " ".join(name.split())
    if 0 < len(name) <= LONGEST_NAME and name.isprintable():
        return name
    raise InputError(
        say(
            f"A person's name is from 1 to {LONGEST_NAME} letters of one line, and {name[:80]!r} is not.",
            f"姓名应为一行、1 到 {LONGEST_NAME} 个字，而 {name[:80]!r} 不是。",
        )
    )
