"""The studio's keys: made once, never shown, never replaced, and clear about what is wrong with them."""

from __future__ import annotations

import copy
import logging
import os
import pickle
import stat
import subprocess
import sys
import traceback
from datetime import timedelta
from pathlib import Path

import c2pa
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from tianmu.core.errors import InputError, MediaError, OutputError
from tianmu.core.settings import settings
from tianmu.governance import certificates
from tianmu.governance.identity import (
    House,
    Identity,
    anchors,
    make_identity,
    make_watermark_key,
    open_identity,
    read_house,
    renew_identity,
    watermark_key,
    write_house,
)

PRIVATE = ("leaf.pem", "root.pem", "watermark.key")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def secrets_of(home: Path) -> list[bytes]:
    """Every form in which a private key of this studio could be shown."""
    found: list[bytes] = []
    for path in (home / "keys").iterdir():
        content = path.read_bytes()
        if b"PRIVATE KEY" in content:
            key = load_pem_private_key(content, None)
            assert isinstance(key, ec.EllipticCurvePrivateKey)
            number = key.private_numbers().private_value
            lines = content.split(b"-----END PRIVATE KEY")[0].splitlines()[1:]
            found += [*lines, f"{number:x}".encode(), str(number).encode(), number.to_bytes(32, "big")]
        elif path.name == "watermark.key":
            found += [content.strip(), bytes.fromhex(content.decode())]
    return found


def leaf_of(identity: Identity) -> x509.Certificate:
    return x509.load_pem_x509_certificates(identity.chain)[0]


def test_the_first_need_makes_keys_that_only_their_owner_reads(home: Path) -> None:
    identity = open_identity(home)
    make_watermark_key(home)
    assert stat.S_IMODE((home / "keys").stat().st_mode) == 0o700
    for name in PRIVATE:
        assert stat.S_IMODE((home / "keys" / name).stat().st_mode) == 0o600
    assert b"PRIVATE" not in (home / "keys" / "certificate.pem").read_bytes()
    assert sorted(each.name for each in home.iterdir()) == ["keys"]
    again = open_identity(home)
    assert (again.fingerprint, again.producer, again.name) == (identity.fingerprint, identity.producer, identity.name)
    assert anchors(home) == (identity.root,)


def test_the_certificates_are_as_c2pa_wants_them(home: Path) -> None:
    leaf, root = x509.load_pem_x509_certificates(make_identity(home, name="天幕 Studio").chain)
    leaf.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)
    assert certificates.common_name(leaf.subject) == "天幕 Studio"
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc > timedelta(days=3650)
    assert root.not_valid_after_utc - root.not_valid_before_utc > timedelta(days=7300)
    purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [each.dotted_string for each in purposes] == ["1.3.6.1.5.5.7.3.4"]
    certificates.check_chain((leaf, root), "x", "y")


def test_a_signature_is_64_bytes_fits_the_certificate_and_comes_again(home: Path) -> None:
    identity = open_identity(home)
    signature = identity.sign(b"a record")
    assert len(signature) == 64
    assert signature == identity.sign(b"a record") != identity.sign(b"another")
    encoded = utils.encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    public = leaf_of(identity).public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(encoded, b"a record", ec.ECDSA(SHA256()))


def test_the_producer_is_the_root_whatever_leaf_signs(home: Path) -> None:
    first = make_identity(home, name="One")
    assert first.producer.isascii()
    assert len(first.producer) == len("tianmu-") + 16
    second = renew_identity(home, name="One")
    third = make_identity(home, name="Two")
    assert first.producer == second.producer == third.producer
    assert len({first.fingerprint, second.fingerprint, third.fingerprint}) == 3
    assert (third.name, open_identity(home).fingerprint) == ("Two", third.fingerprint)
    assert make_identity(home, name="Two").fingerprint == third.fingerprint


def test_two_processes_at_once_make_one_identity(home: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tianmu.governance.identity import *; "
        "sys.stdin.read(1); home = Path(sys.argv[1]); "
        "print(open_identity(home).fingerprint, make_watermark_key(home).hex())"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    for each in started:
        assert each.stdin is not None
        each.stdin.write(b"x")
        each.stdin.flush()
    told = {each.communicate()[0] for each in started}
    assert len(told) == 1
    assert open_identity(home).fingerprint.encode() in told.pop()
    assert [each.name for each in home.iterdir()] == ["keys"]


def test_the_loser_of_a_race_takes_what_the_winner_made(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Identity] = []
    real = certificates.make_root

    def late(name: str, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
        monkeypatch.setattr(certificates, "make_root", real)
        made.append(open_identity(home))
        return real(name, key)

    monkeypatch.setattr(certificates, "make_root", late)
    assert open_identity(home).fingerprint == made[0].fingerprint
    assert [each.name for each in home.iterdir()] == ["keys"]


def test_a_home_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="TIANMU_HOME"):
        open_identity(tmp_path / "file" / "home")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda keys: (keys / "leaf.pem").unlink(), "are lost"),
        (lambda keys: [each.unlink() for each in keys.iterdir()], "are lost"),
        (lambda keys: (keys / "leaf.pem").write_bytes(b"garbage"), "damaged"),
        (lambda keys: (keys / "leaf.pem").write_bytes((keys / "leaf.pem").read_bytes()[:300]), "damaged"),
        (lambda keys: (keys / "leaf.pem").write_bytes((keys / "leaf.pem").read_bytes()[:600]), "damaged"),
        (lambda keys: (keys / "leaf.pem").chmod(0o644), "chmod 600"),
        (lambda keys: (keys / "chosen.json").write_text("{"), "damaged"),
    ],
)
def test_keys_that_are_lost_or_damaged_are_said_and_never_replaced(home: Path, spoil: object, words: str) -> None:
    open_identity(home)
    keys = home / "keys"
    assert callable(spoil)
    spoil(keys)
    left = {each.name: each.read_bytes() for each in keys.iterdir()}
    for attempt in (open_identity, lambda home: make_identity(home, name="Other")):
        with pytest.raises(MediaError, match=words):
            attempt(home)
    assert {each.name: each.read_bytes() for each in keys.iterdir()} == left


def test_a_key_and_a_certificate_that_do_not_match(home: Path, tmp_path: Path) -> None:
    open_identity(home)
    open_identity(tmp_path / "other")
    mine, theirs = home / "keys" / "leaf.pem", tmp_path / "other" / "keys" / "leaf.pem"
    marker = b"-----BEGIN CERTIFICATE"
    mine.write_bytes(mine.read_bytes().split(marker)[0] + marker + theirs.read_bytes().split(marker, 1)[1])
    with pytest.raises(MediaError, match="do not belong together"):
        open_identity(home)


def test_an_expired_leaf_is_renewed_under_the_same_root(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    producer = make_identity(home, name="Old").producer
    with monkeypatch.context() as patched:
        patched.setattr(certificates, "_YEAR", timedelta(hours=-1))
        with pytest.raises(MediaError, match=r"valid from .* `tianmu init --renew`"):
            renew_identity(home, name="Old")
    with pytest.raises(MediaError, match="valid from"):
        open_identity(home)
    assert renew_identity(home, name="Old").producer == producer == open_identity(home).producer


def test_without_its_root_a_studio_signs_and_cannot_renew(home: Path) -> None:
    open_identity(home)
    (home / "keys" / "root.pem").unlink()
    assert len(open_identity(home).sign(b"x")) == 64
    with pytest.raises(MediaError, match=r"root\.pem is missing"):
        renew_identity(home, name="New")


def chosen(folder: Path, key: certificates.PrivateKey, *, form: object = None) -> tuple[Path, Path]:
    """A certificate of somebody else's making, and its key, as two files."""
    folder.mkdir(exist_ok=True)
    root_key = certificates.new_key()
    root = certificates.make_root("An authority", root_key)
    leaf = certificates.make_leaf("A person", key.public_key(), root, root_key)  # pyright: ignore[reportArgumentType]
    (folder / "chain.pem").write_bytes(certificates.pem((leaf, root)))
    lock = BestAvailableEncryption(b"secret") if form == "locked" else NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))
    (folder / "key.pem").chmod(0o600)
    return folder / "chain.pem", folder / "key.pem"


@pytest.mark.parametrize(
    ("key", "length"),
    [
        (ec.generate_private_key(ec.SECP256R1()), 64),
        (ec.generate_private_key(ec.SECP384R1()), 96),
        (ed25519.Ed25519PrivateKey.generate(), 64),
    ],
    ids=["es256", "es384", "ed25519"],
)
def test_a_persons_own_certificate_is_used_where_it_lies(
    home: Path, tmp_path: Path, key: certificates.PrivateKey, length: int
) -> None:
    own = open_identity(home)
    certificate, private = chosen(tmp_path / "mine", key)
    made = make_identity(home, name="x", certificate=certificate, key=private)
    found = open_identity(home)
    assert (found.name, found.fingerprint) == ("A person", made.fingerprint)
    assert len(found.sign(b"x")) == length
    found.signer().close()
    assert anchors(home) == (own.root, found.root)
    material = private.read_bytes().splitlines()[1]
    assert all(material not in each.read_bytes() for each in (home / "keys").iterdir())
    with pytest.raises(InputError, match="only its issuer"):
        renew_identity(home, name="x")
    private.unlink()
    with pytest.raises(MediaError, match=r"key\.pem is missing"):
        open_identity(home)


def test_a_certificate_that_cannot_sign_changes_nothing(home: Path, tmp_path: Path) -> None:
    own = open_identity(home)
    certificate, key = chosen(tmp_path / "a", certificates.new_key())
    other, locked = chosen(tmp_path / "b", certificates.new_key(), form="locked")
    root = tmp_path / "root.pem"
    root.write_bytes(own.root)
    backwards = tmp_path / "backwards.pem"
    backwards.write_bytes(certificates.pem(x509.load_pem_x509_certificates(certificate.read_bytes())[::-1]))
    heavy = rsa.generate_private_key(65537, 2048)
    strange = tmp_path / "rsa.pem"
    strange.write_bytes(heavy.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    strange.chmod(0o600)
    for chain, private, words in (
        (other, key, "do not belong together"),
        (other, locked, "passphrase"),
        (certificate, certificate, "can be read by others"),
        (certificate, home / "keys" / "certificate.pem", "can be read by others"),
        (certificate, strange, "RSAPrivateKey"),
        (key, key, "damaged"),
        (root, key, "not one that signs content"),
        (backwards, key, "in their order"),
        (tmp_path / "none.pem", key, "is missing"),
        (certificate, tmp_path / "none.pem", "is missing"),
    ):
        with pytest.raises(MediaError, match=words):
            make_identity(home, name="x", certificate=chain, key=private)
        assert open_identity(home).fingerprint == own.fingerprint
    with pytest.raises(InputError, match="together"):
        make_identity(home, name="x", certificate=certificate)


@pytest.mark.parametrize("name", ["", "   ", "x" * 59, "two\x00words"])
def test_a_name_that_no_certificate_takes(home: Path, name: str) -> None:
    with pytest.raises(InputError, match="name"):
        make_identity(home, name=name)
    assert not home.exists()


def test_others_are_trusted_by_putting_their_certificate_into_a_folder(home: Path, tmp_path: Path) -> None:
    assert anchors(home) == ()
    mine, theirs = open_identity(home), open_identity(tmp_path / "other")
    (home / "trusted").mkdir()
    (home / "trusted" / "them.pem").write_bytes(theirs.chain)
    (home / "trusted" / "noise.pem").write_bytes(b"noise")
    assert anchors(home) == (mine.root, theirs.root)


def test_nothing_shows_a_private_key(
    home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not repr, pickles, copies, logs, nor tracebacks that print the variables of every frame."""
    caplog.set_level(logging.DEBUG)
    identity = open_identity(home)
    make_watermark_key(home)
    hidden = secrets_of(home)
    assert len(hidden) > 10
    shown = [repr(identity), str(identity), f"{identity}", repr(vars(type(identity)))]
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="private key"):
            attempt(identity)

    def failing(identity: Identity) -> None:
        signer = identity.signer()
        signer.close()
        raise RuntimeError(str(signer))

    tries = [lambda: failing(identity), lambda: identity.sign("text"), lambda: identity.signer(1)]  # type: ignore
    keys = home / "keys"
    whole = (keys / "leaf.pem").read_bytes()
    marker = b"-----BEGIN CERTIFICATE"
    for spoilt in (whole.split(marker)[0], whole.split(marker)[0] + marker, whole.replace(b"MIG", b"MIH", 1)):
        (keys / "leaf.pem").write_bytes(spoilt)
        tries.append(lambda: open_identity(home))
        shown += [told(attempt) for attempt in tries]
    (keys / "leaf.pem").write_bytes(whole)
    (keys / "watermark.key").write_text((keys / "watermark.key").read_text().strip()[:-1])
    shown.append(told(lambda: watermark_key(home)))
    shown += [caplog.text, *capfd.readouterr()]
    assert sum("Traceback" in each for each in shown) >= 10
    for text in shown:
        for secret in hidden:
            assert secret not in text.encode()
            assert repr(secret)[2:-1] not in text


def told(attempt: object) -> str:
    """The traceback of a failure, with the variables of its frames."""
    assert callable(attempt)
    try:
        attempt()
    except Exception as error:
        return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    return ""


def test_nothing_shows_a_private_key_while_it_is_lent(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library is given the key's text, and fails with it in its hands."""
    identity = open_identity(home)

    def failing(info: object) -> None:
        raise RuntimeError("inside the library")

    monkeypatch.setattr(c2pa.Signer, "from_info", failing)
    text = told(identity.signer)
    assert "inside the library" in text
    assert all(repr(secret)[2:-1] not in text for secret in secrets_of(home))


def test_nothing_shows_a_private_key_while_it_is_written(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    def full(number: int) -> None:
        seen.extend(each.read_bytes() for each in home.rglob(".*.part") if each.is_file())
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    text = told(lambda: open_identity(home))
    assert "disk is full" in text
    (content,) = seen
    assert b"PRIVATE KEY" in content
    assert all(line not in text.encode() for line in content.splitlines()[1:4])
    assert list(home.iterdir()) == []


def test_the_export_of_a_project_holds_no_key(tmp_path: Path) -> None:
    from tianmu.studio.store import Store, export_project

    home = settings().home
    open_identity(home)
    make_watermark_key(home)
    with Store.open() as store:
        store.create_project("film")
        export_project(store.project("film"), tmp_path / "film.tianmu")
    content = (tmp_path / "film.tianmu").read_bytes()
    assert len(content) > 100
    assert b"PRIVATE" not in content
    assert all(secret not in content for secret in secrets_of(home))


def test_a_watermark_key_is_made_once(home: Path) -> None:
    assert watermark_key(home) is None
    key = make_watermark_key(home)
    assert len(key) == 32
    assert key == make_watermark_key(home) == watermark_key(home)
    (home / "keys" / "watermark.key").write_text("zz")
    for attempt in (watermark_key, make_watermark_key):
        with pytest.raises(MediaError, match="damaged"):
            attempt(home)


def test_the_house_is_written_and_read_again(home: Path) -> None:
    assert read_house(home) == House()
    house = House(name="天幕", audience="cn", country="CHN")
    write_house(home, house)
    assert read_house(home) == house
    for wrong in ("{", "[]", '{"schema": "tianmu.studio.2"}', '{"schema": "tianmu.studio.1", "name": 4}'):
        (home / "studio.json").write_text(wrong)
        with pytest.raises(MediaError):
            read_house(home)
