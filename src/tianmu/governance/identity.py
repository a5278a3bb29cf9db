"""Who signs: the studio's name and its keys.

    home/studio.json           the house: name, audience, country
    home/keys/                 mode 0700
        leaf.pem               0600: the private key that signs, its certificate, and the root's
        root.pem               0600: the private key that makes new leaves, and its certificate
        certificate.pem        what may be given to anybody: leaf and root, without a private key
        chosen.json            where a certificate of a person's own lies, with its key; neither is copied
        watermark.key          0600: the studio's secret watermark key, if it has one
    home/trusted/*.pem         roots of others that this studio trusts

A studio that has no keys gets them when something is first signed. The folder of keys appears in one step, so two
processes at once make one. Keys that are there are never replaced: what is lost, damaged or open to others is said.

A private key is kept inside an `Identity` and shown by nothing: not by `repr`, a pickle, a log or a traceback that
prints the variables of its frames.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, NoReturn

from tianmu.core.errors import InputError, MediaError, OutputError
from tianmu.core.files import write_text, writing
from tianmu.core.text import say
from tianmu.film.schema import from_row, to_row
from tianmu.governance.keys import (
    damaged,
    missing,
    private_key,
    read_pair,
    read_secret,
    strangers,
    write_pair,
    write_private,
)

if TYPE_CHECKING:
    import c2pa
    from cryptography import x509

    from tianmu.governance.certificates import PrivateKey

DEFAULT_NAME: Final = "Tianmu studio"
LONGEST_NAME: Final = 58
"""Letters of a studio's name: with the word `root` behind it, it is a common name of X.520."""
KEY_BYTES: Final = 32


@dataclass(frozen=True, kw_only=True)
class House:
    """What a studio says about itself."""

    SCHEMA: ClassVar[str] = "tianmu.studio.1"

    name: str = DEFAULT_NAME
    audience: str = "all"
    """Whose rules its works are labelled by, where a command does not say."""
    country: str | None = None
    """ISO 3166-1 alpha-3, for the carbon of its electricity; None where it does not say."""


def read_house(home: Path) -> House:
    """What `write_house` wrote; the defaults where nothing was written.

    Raises:
        MediaError: the file cannot be read or is not as it should be.
    """
    path = home / "studio.json"
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return House()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path) from error
    try:
        row = json.loads(text)
    except ValueError as error:
        raise _unreadable(path) from error
    return from_row(House, row)


def write_house(home: Path, house: House) -> None:
    """Write the studio's own facts, whole or not at all."""
    _make_folder(home)
    write_text(home / "studio.json", json.dumps(to_row(house), ensure_ascii=False, indent=2) + "\n")


class Identity:
    """A name, a certificate chain, and the private key that it speaks for. The key cannot be got out of it."""

    __slots__ = ("__chain", "__key", "chain", "fingerprint", "name", "producer", "valid_until")

    def __init__(self, chain: tuple[x509.Certificate, ...], key: PrivateKey) -> None:
        """`chain` is in order, the leaf first."""
        from cryptography.hazmat.primitives.serialization import Encoding

        from tianmu.governance.certificates import common_name, pem

        self.__chain, self.__key = chain, key
        self.name: str = common_name(chain[0].subject)
        self.chain: bytes = pem(chain)
        """PEM: the leaf first, the root last."""
        self.fingerprint: str = sha256(chain[0].public_bytes(Encoding.DER)).hexdigest()
        """SHA-256 of the leaf, in hexadecimal."""
        self.producer: str = f"tianmu-{sha256(chain[-1].public_bytes(Encoding.DER)).hexdigest()[:16]}"
        """The studio, whatever it is called and whichever leaf signs: named by its root. ASCII."""
        self.valid_until: str = chain[0].not_valid_after_utc.date().isoformat()

    def __repr__(self) -> str:
        return f"Identity({self.name!r}, {self.fingerprint[:16]})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an Identity holds a private key and is neither copied nor pickled")

    @property
    def root(self) -> bytes:
        """PEM of the last certificate of the chain: what others need to trust this studio."""
        from tianmu.governance.certificates import pem

        return pem(self.__chain[-1:])

    def sign(self, data: bytes) -> bytes:
        """A signature of `data`: the 64 bytes r||s of ES256 for keys of our own; the same data gives the same bytes.

        A person's own key on P-384 gives 96 bytes, and Ed25519 gives its 64.
        """
        from cryptography.hazmat.primitives.asymmetric import ec, utils
        from cryptography.hazmat.primitives.hashes import SHA256, SHA384

        if not isinstance(self.__key, ec.EllipticCurvePrivateKey):
            return self.__key.sign(data)
        small = self.__key.curve.key_size == 256
        signature = self.__key.sign(data, ec.ECDSA(SHA256() if small else SHA384(), deterministic_signing=True))
        length = self.__key.curve.key_size // 8
        return b"".join(part.to_bytes(length, "big") for part in utils.decode_dss_signature(signature))

    def signer(self) -> c2pa.Signer:
        """A signer for the C2PA library, which keeps the key in its own memory until it is closed.

        The library also takes a function that signs, but then reserves ten kilobytes for the signature instead of two.
        """
        import c2pa
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        from tianmu.governance.certificates import algorithm_of

        # The key's text is never bound to a name, so that no frame of a traceback has it among its variables.
        return c2pa.Signer.from_info(
            c2pa.C2paSignerInfo(
                str(algorithm_of(self.__key)),
                self.chain,
                self.__key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
                None,
            )
        )


def open_identity(home: Path) -> Identity:
    """The studio's identity; where it has no keys, they are made.

    Raises:
        MediaError: keys are there and cannot be used; the sentence says why, and nothing is replaced.
        OutputError: new keys cannot be written.
    """
    keys = home / "keys"
    if not keys.exists():
        return make_identity(home, name=read_house(home).name)
    return _open(keys)


def make_identity(home: Path, *, name: str, certificate: Path | None = None, key: Path | None = None) -> Identity:
    """Make the studio's keys, or take a certificate that somebody has; what is already so stays as it is.

    Keys of our own that are there and bear another name get a new leaf, under the same root. A person's certificate and
    key are used where they lie and never copied: only their paths are kept, beside keys of our own if there are any.

    Raises:
        InputError: the name cannot stand in a certificate, or one of certificate and key is missing.
        MediaError: the certificate or the key cannot be used.
        OutputError: the keys cannot be written.
    """
    keys = home / "keys"
    if (certificate is None) != (key is None):
        raise InputError(
            say(
                "A certificate and its private key come together; give both --certificate and --key.",
                "证书与其私钥须一同给出；请同时使用 --certificate 和 --key。",
            )
        )
    if not keys.exists():
        _make_keys(home, _checked_name(name))
    if certificate is not None and key is not None:
        certificate, key = certificate.absolute(), key.absolute()
        identity = _foreign(certificate, key)
        row = {"schema": "tianmu.certificate.1", "certificate": str(certificate), "key": str(key)}
        write_text(keys / "chosen.json", json.dumps(row, ensure_ascii=False, indent=2) + "\n")
        return identity
    identity = _open(keys)
    if not (keys / "chosen.json").exists() and identity.name != _checked_name(name):
        return renew_identity(home, name=name)
    return identity


def renew_identity(home: Path, *, name: str) -> Identity:
    """Make a new leaf under the root that is there: an expired one is no hindrance. Whoever trusts the root goes on.

    Raises:
        MediaError: there is no root of our own here, or it cannot be used.
        InputError: a person's own certificate is in use, or the name cannot stand in one.
        OutputError: the leaf cannot be written.
    """
    from tianmu.governance import certificates

    keys = home / "keys"
    if (keys / "chosen.json").exists():
        raise InputError(
            say(
                "This studio signs with a certificate of its own choice, which only its issuer can renew; "
                "give the new one with --certificate and --key.",
                "本工作室使用自选证书签名，只有签发者能为其续期；请用 --certificate 和 --key 给出新证书。",
            )
        )
    if not keys.exists():
        return make_identity(home, name=name)
    chain, root_key = read_pair(keys / "root.pem", _restore())
    from cryptography.hazmat.primitives.asymmetric import ec

    if not isinstance(root_key, ec.EllipticCurvePrivateKey):
        raise damaged(keys / "root.pem", _restore())
    leaf_key = certificates.new_key()
    leaf = certificates.make_leaf(_checked_name(name), leaf_key.public_key(), chain[0], root_key)
    _write_leaf(keys, (leaf, chain[0]), leaf_key)
    return _open(keys)


def anchors(home: Path) -> tuple[bytes, ...]:
    """The roots that this studio trusts, as PEM: its own, that of its chosen certificate, and those in `trusted/`.

    Reading them makes no keys. A file that holds no certificate is left out.
    """
    from cryptography import x509

    from tianmu.governance.certificates import pem

    found: dict[bytes, None] = {}
    own = home / "keys" / "certificate.pem"
    chosen = _chosen(home / "keys")
    for path in (own, *((chosen[0],) if chosen else ()), *sorted((home / "trusted").glob("*.pem"))):
        try:
            chain = x509.load_pem_x509_certificates(path.read_bytes())
        except (OSError, ValueError):
            continue
        found[pem(chain[-1:])] = None
    return tuple(found)


def watermark_key(home: Path) -> bytes | None:
    """The studio's secret watermark key, 32 bytes; None where it uses the public one.

    Raises:
        MediaError: it is there and cannot be read.
    """
    path = home / "keys" / "watermark.key"
    if not path.exists():
        return None
    found = read_secret(path, _restore()).plain(KEY_BYTES)
    if found is None:
        raise damaged(path, _restore())
    return found


def make_watermark_key(home: Path) -> bytes:
    """The studio's secret watermark key; made where there is none, and never replaced."""
    from secrets import token_bytes

    open_identity(home)
    path = home / "keys" / "watermark.key"
    part = path.with_name(f".watermark.{os.getpid()}.part")
    if not path.exists():
        try:
            write_private(part, token_bytes(KEY_BYTES).hex().encode() + b"\n")
            # Where another process was first, its key is the key.
            with writing(path), suppress(FileExistsError):
                os.link(part, path)
        finally:
            part.unlink(missing_ok=True)
    found = watermark_key(home)
    assert found is not None, "it was there a moment ago"
    return found


def _open(keys: Path) -> Identity:
    from tianmu.governance.certificates import check_chain

    chosen = _chosen(keys)
    if chosen is not None:
        return _foreign(*chosen)
    path = keys / "leaf.pem"
    if not path.exists():
        raise MediaError(
            say(
                f"The studio's keys are lost: {path} is missing from a folder of keys; put back a copy of it, make "
                f"a new leaf with `tianmu init --renew`, or move {keys} away to begin as a new studio.",
                f"工作室的密钥已丢失：密钥文件夹中缺少 {path}；请放回其副本，用 `tianmu init --renew` 重新签发，"
                f"或移走 {keys} 以新工作室的身份重新开始。",
            )
        )
    advice = say("make a new leaf with `tianmu init --renew`", "请用 `tianmu init --renew` 重新签发")
    chain, key = read_pair(path, advice)
    check_chain(chain, str(path), advice)
    return Identity(chain, key)


def _foreign(certificate: Path, key: Path) -> Identity:
    """An identity from a certificate chain and a key that a person has."""
    from cryptography import x509

    from tianmu.governance.certificates import algorithm_of, check_chain, same_key

    advice = say("give another with --certificate and --key", "请用 --certificate 和 --key 另给一份")
    try:
        chain = tuple(x509.load_pem_x509_certificates(certificate.read_bytes()))
    except FileNotFoundError as error:
        raise missing(certificate, advice) from error
    except (OSError, ValueError) as error:
        raise damaged(certificate, advice) from error
    check_chain(chain, str(certificate), advice)
    private = private_key(read_secret(key, advice), key, advice)
    if not same_key(chain[0], private):
        raise strangers(certificate, key, advice)
    assert algorithm_of(private) is not None, "the certificate's key is of a kind that is taken, and this is it"
    return Identity(chain, private)


def _chosen(keys: Path) -> tuple[Path, Path] | None:
    """Where a person's own certificate and key lie; None where keys of our own are used."""
    path = keys / "chosen.json"
    if not path.exists():
        return None
    try:
        row = json.loads(path.read_text("utf-8"))
        return Path(str(row["certificate"])), Path(str(row["key"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(
            path,
            say("choose the certificate again with --certificate and --key", "请重新用 --certificate 和 --key 选择"),
        ) from error


def _make_keys(home: Path, name: str) -> None:
    """A root and a leaf, in a folder that appears in one step; whoever is second takes what the first has made."""
    from secrets import token_hex

    from tianmu.governance import certificates

    _make_folder(home)
    keys, part = home / "keys", home / f".keys.{token_hex(4)}.part"
    root_key, leaf_key = certificates.new_key(), certificates.new_key()
    root = certificates.make_root(name, root_key)
    leaf = certificates.make_leaf(name, leaf_key.public_key(), root, root_key)
    try:
        with writing(keys):
            part.mkdir(mode=0o700)
        write_pair(part / "root.pem", (root,), root_key)
        _write_leaf(part, (leaf, root), leaf_key)
        try:
            part.rename(keys)
        except OSError as error:
            if not (keys / "leaf.pem").exists():
                with writing(keys):
                    raise error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write_leaf(keys: Path, chain: tuple[x509.Certificate, ...], key: PrivateKey) -> None:
    from tianmu.governance.certificates import pem

    write_pair(keys / "leaf.pem", chain, key)
    write_text(keys / "certificate.pem", pem(chain).decode("ascii"))


def _make_folder(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            say(
                f"The studio home {home} could not be made ({error.strerror}); set TIANMU_HOME to a folder that can.",
                f"无法创建工作室目录 {home}（{error.strerror}）；请把 TIANMU_HOME 设为可写的文件夹。",
            )
        ) from error


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if 0 < len(name) <= LONGEST_NAME and name.isprintable():
        return name
    raise InputError(
        say(
            f"A studio's name is from 1 to {LONGEST_NAME} letters of one line, and {name[:80]!r} is not; "
            "choose another with --name.",
            f"工作室名称应为一行、1 到 {LONGEST_NAME} 个字，而 {name[:80]!r} 不是；请用 --name 另取。",
        )
    )


def _restore() -> str:
    return say("put back a copy of it", "请放回其副本")


def _unreadable(path: Path) -> MediaError:
    return MediaError(
        say(
            f"{path} cannot be read as the studio's facts in JSON; mend it, or move it away and run `tianmu init`.",
            f"无法将 {path} 读作工作室信息（JSON）；请修正，或移走后运行 `tianmu init`。",
        )
    )
