"""X.509 as C2PA wants it: a root and a leaf of our own, and the checks of a chain that somebody brings.

C2PA asks of a signing certificate that it is no CA, has the key usage digitalSignature and an extended key usage that
it knows (emailProtection is one), names its issuer's key, and comes with its chain, the leaf first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tianmu.core.errors import MediaError
from tianmu.core.text import say

Algorithm = Literal["es256", "es384", "ed25519"]
PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey

LEAF_YEARS: Final = 10
ROOT_YEARS: Final = 20
"""Offline there is no timestamp: a signature reads as expired when its certificate does, so both live long."""

_LONGEST_NAME: Final = 64
"""Letters of a common name in X.520."""
_YEAR = timedelta(days=365)
_SKEW = timedelta(days=1)
"""Certificates begin a day early, so that a clock that runs a little slow elsewhere still takes them."""


def new_key() -> ec.EllipticCurvePrivateKey:
    """A fresh key on P-256."""
    return ec.generate_private_key(ec.SECP256R1())


def make_root(name: str, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """The certificate of a studio's root, signed by itself, for twenty years."""
    subject = _subject(f"{name[: _LONGEST_NAME - 5]} root", name)
    usage = _usage(digital_signature=False, key_cert_sign=True, crl_sign=True)
    return (
        _certificate(subject, subject, key.public_key(), years=ROOT_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )


def make_leaf(
    name: str, public: ec.EllipticCurvePublicKey, root: x509.Certificate, root_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    """The certificate that signs what leaves, under the root: for ten years, and never longer than the root."""
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    return (
        _certificate(_subject(name, name), root.subject, public, years=LEAF_YEARS, until=root.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, key_cert_sign=False, crl_sign=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(issuer, critical=False)
        .sign(root_key, SHA256())
    )


def pem(certificates: Sequence[x509.Certificate]) -> bytes:
    """A chain as PEM, in its order."""
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)


def common_name(name: x509.Name) -> str:
    """What a name says about whom it means: the common name, else the organisation, else all of it."""
    for wanted in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for found in name.get_attributes_for_oid(wanted):
            return str(found.value)
    return name.rfc4514_string()


def same_key(certificate: x509.Certificate, key: PrivateKey) -> bool:
    """Whether a certificate speaks for a private key."""
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return certificate.public_key().public_bytes(*form) == key.public_key().public_bytes(*form)


def algorithm_of(key: object) -> Algorithm | None:
    """The name of the signatures that a key makes; None where it is of a kind that is not taken here."""
    if isinstance(key, ed25519.Ed25519PrivateKey | ed25519.Ed25519PublicKey):
        return "ed25519"
    if isinstance(key, ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey):
        curves: dict[str, Algorithm] = {"secp256r1": "es256", "secp384r1": "es384"}
        return curves.get(key.curve.name)
    return None


def check_chain(chain: Sequence[x509.Certificate], source: str, advice: str) -> None:
    """Check that a chain can sign here and now: its order, its dates, its key, its usages.

    Raises:
        MediaError: it cannot; the sentence names `source` and ends with `advice`.
    """
    leaf, now = chain[0], datetime.now(UTC)
    for lower, upper in pairwise(chain):
        try:
            lower.verify_directly_issued_by(upper)
        except Exception as error:
            raise MediaError(
                say(
                    f"The certificates in {source} do not sign each other in their order, the leaf first; {advice}.",
                    f"{source} 中的证书未按从签名证书到根证书的顺序逐级签发；{advice}。",
                )
            ) from error
    if not leaf.not_valid_before_utc <= now <= leaf.not_valid_after_utc:
        begins, ends = leaf.not_valid_before_utc.date(), leaf.not_valid_after_utc.date()
        raise MediaError(
            say(
                f"The certificate in {source} is valid from {begins} to {ends}, and today it is not; {advice}.",
                f"{source} 中的证书有效期为 {begins} 至 {ends}，今天不在其内；{advice}。",
            )
        )
    if algorithm_of(leaf.public_key()) is None:
        raise MediaError(
            say(
                f"The certificate in {source} has a key that C2PA signing here does not take: ECDSA on P-256 or P-384, "
                f"or Ed25519, was expected; {advice}.",
                f"{source} 中证书的密钥类型不受支持：应为 P-256、P-384 上的 ECDSA，或 Ed25519；{advice}。",
            )
        )
    if not _may_sign(leaf):
        raise MediaError(
            say(
                f"The certificate in {source} is not one that signs content: no CA, the usage digitalSignature and an "
                f"extended key usage such as emailProtection were expected; {advice}.",
                f"{source} 中的证书不能用于内容签名：它不应是 CA，且须有 digitalSignature 用途和 emailProtection "
                f"之类的扩展用途；{advice}。",
            )
        )


def _may_sign(leaf: x509.Certificate) -> bool:
    try:
        constraints = leaf.extensions.get_extension_for_class(x509.BasicConstraints).value
        is_ca = constraints.ca
    except x509.ExtensionNotFound:
        is_ca = False
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
        purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return not is_ca and usage.digital_signature and len(list(purposes)) > 0


def _subject(common: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common[:_LONGEST_NAME]),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:_LONGEST_NAME]),
        ]
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    *,
    years: int,
    until: datetime | None = None,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC).replace(microsecond=0)
    ends = now + years * _YEAR
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(min(ends, until) if until is not None else ends)
    )


def _usage(*, digital_signature: bool, key_cert_sign: bool, crl_sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )
