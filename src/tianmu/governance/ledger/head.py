"""A signed head: how many entries there are, and the root over them. Whoever keeps one can later tell whether the
ledger they are shown is the same one, grown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

from tianmu.core.errors import MediaError
from tianmu.core.text import say
from tianmu.film.schema import canonical

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

    from tianmu.governance.identity import Identity


@dataclass(frozen=True, kw_only=True)
class Head:
    """What is signed."""

    SCHEMA: ClassVar[str] = "tianmu.head.1"

    log: str
    """The hash of the ledger's first entry, in hexadecimal: no two ledgers have the same."""
    size: int
    root: str
    """In hexadecimal."""
    at: str
    """Of the last entry."""

    def encode(self) -> bytes:
        """The bytes that the signature is over."""
        return canonical({"schema": self.SCHEMA, **asdict(self)}).encode()


@dataclass(frozen=True, kw_only=True)
class SignedHead:
    """A head with its signature."""

    head: Head
    fingerprint: str
    """SHA-256 of the certificate that it verifies with, in hexadecimal."""
    signature: str
    """In hexadecimal."""

    def as_row(self) -> dict[str, Any]:
        """JSON values."""
        return {"schema": Head.SCHEMA, **asdict(self.head), "signer": self.fingerprint, "signature": self.signature}

    @staticmethod
    def from_row(row: object) -> SignedHead:
        """What `as_row` gave.

        Raises:
            MediaError: it is no head, or of another version.
        """
        try:
            if not isinstance(row, dict) or row.get("schema") != Head.SCHEMA:
                raise ValueError("schema")
            found: dict[str, Any] = dict(row)
            texts = [found[name] for name in ("log", "root", "at", "signer", "signature")]
            if type(found["size"]) is not int or not all(isinstance(text, str) for text in texts):
                raise ValueError("types")
            log, root, at, signer, signature = texts
            bytes.fromhex(log + root + signer + signature)
            head = Head(log=log, size=found["size"], root=root, at=at)
            return SignedHead(head=head, fingerprint=signer, signature=signature)
        except (KeyError, ValueError, TypeError) as error:
            raise MediaError(
                say(
                    "This is no head of a ledger that this Tianmu knows; give a file that `tianmu ledger head` wrote.",
                    "这不是天幕认识的账本树头；请给出 `tianmu ledger head` 写出的文件。",
                )
            ) from error


def sign_head(head: Head, identity: Identity) -> SignedHead:
    """Sign a head with the studio's key."""
    return SignedHead(head=head, fingerprint=identity.fingerprint, signature=identity.sign(head.encode()).hex())


def verify_head(signed: SignedHead, chain: bytes, trusted: Sequence[bytes] = ()) -> str | None:
    """None where a head's signature is right and its signer trusted; else what is wrong: `signature` or `untrusted`.

    Args:
        signed: the head.
        chain: PEM of the signer's certificates, the leaf first, as an entry of the kind `key` holds it.
        trusted: PEM of each root that is trusted.
    """
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
    from cryptography.hazmat.primitives.hashes import SHA256, SHA384
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        key, fingerprint, root = _signer(chain)
        signature = bytes.fromhex(signed.signature)
        if fingerprint != signed.fingerprint:
            return "signature"
        if isinstance(key, ec.EllipticCurvePublicKey):
            half = len(signature) // 2
            pair = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
            hashed = SHA256() if key.curve.key_size == 256 else SHA384()
            key.verify(utils.encode_dss_signature(*pair), signed.head.encode(), ec.ECDSA(hashed))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, signed.head.encode())
        else:
            return "signature"
        roots = {x509.load_pem_x509_certificate(each).public_bytes(Encoding.DER) for each in trusted}
    except (InvalidSignature, ValueError, TypeError, IndexError):
        return "signature"
    return None if root in roots else "untrusted"


@lru_cache(maxsize=16)
def _signer(chain: bytes) -> tuple[CertificatePublicKeyTypes, str, bytes]:
    """The key of a chain's leaf, its fingerprint, and its root in DER, once each was found to be issued by the next.

    A whole ledger is signed by a few chains; each is checked once.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    certificates = x509.load_pem_x509_certificates(chain)
    for below, above in pairwise(certificates):
        below.verify_directly_issued_by(above)
    leaf, root = certificates[0].public_bytes(Encoding.DER), certificates[-1].public_bytes(Encoding.DER)
    return certificates[0].public_key(), sha256(leaf).hexdigest(), root
