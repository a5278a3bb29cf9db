"""Private files: a key with its certificates in one PEM file, which only its owner may read.

What is read of one stays in a `Secret` and is never bound to another name, and what is written is let go of before an
error is raised: a traceback that prints the variables of its frames has no key to print.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.core.errors import MediaError
from tianmu.core.files import writing
from tianmu.core.text import say

if TYPE_CHECKING:
    from cryptography import x509

    from tianmu.governance.certificates import PrivateKey


class Secret:
    """Bytes of a private file: no traceback that prints variables prints them."""

    __slots__ = ("__content",)

    def __init__(self, content: bytes) -> None:
        self.__content = content

    def __repr__(self) -> str:
        return "<private>"

    def plain(self, num_bytes: int) -> bytes | None:
        """The bytes that are written out in hexadecimal; None where they are not so many, or not that."""
        try:
            found = bytes.fromhex(self.__content.decode("ascii"))
        except ValueError:
            return None
        return found if len(found) == num_bytes else None

    def key(self) -> object:
        """The private key of a PEM file.

        Raises:
            ValueError: there is none.
            TypeError: a passphrase protects it.
        """
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        return load_pem_private_key(self.__content, None)

    def certificates(self) -> tuple[x509.Certificate, ...]:
        """The certificates of a PEM file, in order.

        Raises:
            ValueError: there is none.
        """
        from cryptography import x509

        return tuple(x509.load_pem_x509_certificates(self.__content))


def read_pair(path: Path, advice: str) -> tuple[tuple[x509.Certificate, ...], PrivateKey]:
    """A private file of our own: the key and the chain that it is for."""
    from tianmu.governance.certificates import same_key

    secret = read_secret(path, advice)
    private = private_key(secret, path, advice)
    try:
        chain = secret.certificates()
    except ValueError:
        raise damaged(path, advice) from None
    if not same_key(chain[0], private):
        raise strangers(path, path, advice)
    return chain, private


def private_key(secret: Secret, path: Path, advice: str) -> PrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    try:
        key = secret.key()
    except TypeError:
        raise MediaError(
            say(
                f"The private key in {path} is protected by a passphrase, and signing asks nobody; write it without "
                f"one into a file of mode 0600 (openssl pkey -in KEY -out NEW), and {advice}.",
                f"{path} 中的私钥有口令保护，而签名时不会询问；请写成无口令、权限 0600 的文件"
                f"（openssl pkey -in KEY -out NEW），{advice}。",
            )
        ) from None
    except Exception:
        raise damaged(path, advice) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        kind = type(key).__name__.lstrip("_")
        raise MediaError(
            say(
                f"The private key in {path} is an {kind}, and ECDSA on P-256 or P-384, or Ed25519, was expected; "
                f"{advice}.",
                f"{path} 中的私钥是 {kind}，应为 P-256、P-384 上的 ECDSA，或 Ed25519；{advice}。",
            )
        )
    return key


def read_secret(path: Path, advice: str) -> Secret:
    """A private file, which nobody but its owner may read."""
    try:
        mode = path.stat().st_mode
        if os.name == "posix" and mode & 0o077:
            raise MediaError(
                say(
                    f"The private file {path} can be read by others (mode {mode & 0o777:04o}, and 0600 was expected), "
                    f"so it may be known to them; close it with chmod 600, or if others use this machine, {advice}.",
                    f"私有文件 {path} 可被他人读取（权限 {mode & 0o777:04o}，应为 0600），可能已经泄露；"
                    f"请用 chmod 600 收回；若他人也使用本机，{advice}。",
                )
            )
        return Secret(path.read_bytes())
    except FileNotFoundError as error:
        raise missing(path, advice) from error
    except OSError as error:
        raise MediaError(
            say(
                f"The private file {path} cannot be read ({error.strerror}); give it to its owner with mode 0600, "
                f"or {advice}.",
                f"无法读取私有文件 {path}（{error.strerror}）；请将其权限设为 0600，或{advice}。",
            )
        ) from error


def write_pair(path: Path, chain: tuple[x509.Certificate, ...], key: PrivateKey) -> None:
    """A private key and its chain as one private file, so that the two can never part."""
    from secrets import token_hex

    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from tianmu.governance.certificates import pem

    part = path.with_name(f".{path.name}.{token_hex(4)}.part")
    try:
        write_private(part, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), pem(chain))
        with writing(path):
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_private(path: Path, *content: bytes) -> None:
    """A new file that is closed to others from its first moment, and on the disk before this returns.

    `content` stands in this frame's variables: nothing here may fail with a traceback that shows them.
    """
    failure: OSError | None = None
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.writelines(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        failure = error
    content = ()
    if failure is not None:
        with writing(path):
            raise OSError(failure.errno, failure.strerror) from None


def missing(path: Path, advice: str) -> MediaError:
    return MediaError(
        say(
            f"{path} is missing, and the studio signs with it; put it back, or {advice}.",
            f"缺少签名所需的 {path}；请将其放回，或{advice}。",
        )
    )


def damaged(path: Path, advice: str) -> MediaError:
    return MediaError(
        say(
            f"{path} is damaged: a key or certificate in PEM was expected, and none can be read in it; {advice}.",
            f"{path} 已损坏：应为 PEM 格式的密钥或证书，但无法读出；{advice}。",
        )
    )


def strangers(certificate: Path, key: Path, advice: str) -> MediaError:
    both = str(certificate) if certificate == key else f"{certificate} and {key}"
    return MediaError(
        say(
            f"The certificate and the private key in {both} do not belong together; {advice}.",
            f"{both} 中的证书与私钥不匹配；{advice}。",
        )
    )
