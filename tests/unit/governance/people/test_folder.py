"""A person signs with their own key; whoever was removed signs no more, and is still known."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from tianmu.core.errors import InputError, MediaError
from tianmu.governance.keys import write_private
from tianmu.governance.ledger import Actor
from tianmu.governance.people import (
    acting,
    change_roles,
    choose_person,
    find_person,
    make_person,
    read_people,
    read_preset,
    retire_person,
    sign_as,
    verify_signature,
    write_preset,
)

KEY = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)
PUBLIC = KEY.public_key().public_bytes_raw().hex()


@given(data=st.binary(max_size=60), place=st.integers(0, 10_000))
def test_a_signature_is_for_what_was_signed_and_nothing_else(data: bytes, place: int) -> None:
    signature = KEY.sign(data)
    assert verify_signature(PUBLIC, signature.hex(), data)
    changed = bytearray(signature)
    changed[place % 64] ^= 1 << place % 8
    assert not verify_signature(PUBLIC, changed.hex(), data)
    other = bytearray(data or b"\0")
    other[place % len(other)] ^= 1
    assert not verify_signature(PUBLIC, signature.hex(), bytes(other))


def test_a_person_has_a_private_key_and_facts_for_all(tmp_path: Path) -> None:
    li = make_person(tmp_path, " Li  Wei ", ("director", "writer", "director"))
    assert (li.name, li.roles) == ("Li Wei", ("director", "writer"))
    pem = tmp_path / "people" / f"{li.fingerprint[:16]}.pem"
    assert stat.S_IMODE(pem.stat().st_mode) == 0o600
    assert b"PRIVATE" not in pem.with_suffix(".json").read_bytes()
    assert read_people(tmp_path) == (li,)
    assert find_person(tmp_path, "li wei") == find_person(tmp_path, li.fingerprint[:12]) == li
    assert verify_signature(li.public_key, sign_as(tmp_path, li, b"words"), b"words")


def test_the_fingerprint_is_that_of_the_usual_form_of_the_key(tmp_path: Path) -> None:
    from hashlib import sha256

    path = tmp_path / "own.pem"
    write_private(path, KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    li = make_person(tmp_path, "Li Wei", ("director",), path)
    der = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert li.fingerprint == sha256(der).hexdigest()
    assert not list((tmp_path / "people").glob("*.pem")), "a key of one's own stays where it lies"
    assert verify_signature(li.public_key, sign_as(tmp_path, li, b"words"), b"words")
    with pytest.raises(InputError, match="already the key of Li Wei"):
        make_person(tmp_path, "Wu", ("writer",), path)


def test_who_acts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert acting(tmp_path) == Actor(name="Tianmu studio")
    li = make_person(tmp_path, "Li Wei", ("director", "writer"))
    mo = make_person(tmp_path, "Mo", ("writer",))
    choose_person(tmp_path, li, "writer")
    assert acting(tmp_path) == Actor(name="Li Wei", role="writer", key=li.fingerprint)
    monkeypatch.setenv("TIANMU_PERSON", "mo")
    assert acting(tmp_path) == Actor(name="Mo", role="writer", key=mo.fingerprint)
    monkeypatch.setenv("TIANMU_PERSON", "Nobody")
    with pytest.raises(InputError, match="Nobody here is called 'Nobody'; this studio has Li Wei and Mo"):
        acting(tmp_path)
    monkeypatch.delenv("TIANMU_PERSON")
    retire_person(tmp_path, li)
    assert acting(tmp_path) == Actor(name="Tianmu studio")


def test_whoever_was_removed_is_known_and_signs_no_more(tmp_path: Path) -> None:
    li = make_person(tmp_path, "Li Wei", ("director",))
    retire_person(tmp_path, li)
    assert read_people(tmp_path) == ()
    assert read_people(tmp_path, retired=True) == (li,)
    with pytest.raises(MediaError, match="missing"):
        sign_as(tmp_path, li, b"words")
    again = make_person(tmp_path, "Li Wei", ("director",))
    assert again.fingerprint != li.fingerprint


def test_roles_and_preset_are_kept(tmp_path: Path) -> None:
    li = change_roles(tmp_path, make_person(tmp_path, "Li Wei", ("director",)), ("director", "writer"))
    assert find_person(tmp_path, "Li Wei").roles == li.roles == ("director", "writer")
    assert read_preset(tmp_path) == "solo"
    write_preset(tmp_path, "studio")
    assert read_preset(tmp_path) == "studio"
    choose_person(tmp_path, li)
    assert read_preset(tmp_path) == "studio", "who acts and what a release asks for are two things"


@pytest.mark.parametrize(
    ("name", "roles", "sentence"),
    [
        ("", ("director",), "from 1 to 80 letters"),
        ("Li\x07", ("director",), "from 1 to 80 letters"),
        ("Li", ("king",), "'king' is none"),
        ("MO", ("writer",), "MO is there already"),
    ],
)
def test_what_cannot_be(tmp_path: Path, name: str, roles: tuple[str, ...], sentence: str) -> None:
    make_person(tmp_path, "Mo", ("writer",))
    with pytest.raises(InputError, match=sentence):
        make_person(tmp_path, name, roles)


def test_keys_that_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "own.pem"
    write_private(
        path, generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    with pytest.raises(MediaError, match="no Ed25519 key"):
        make_person(tmp_path, "Li", ("writer",), path)
    li = make_person(tmp_path, "Li", ("writer",))
    pem = tmp_path / "people" / f"{li.fingerprint[:16]}.pem"
    pem.chmod(0o644)
    with pytest.raises(MediaError, match="can be read by others"):
        sign_as(tmp_path, li, b"words")
    pem.unlink()
    write_private(pem, KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(MediaError, match="not the one that Li signs with"):
        sign_as(tmp_path, li, b"words")
    pem.with_suffix(".json").write_text("{", encoding="utf-8")
    with pytest.raises(MediaError, match="cannot be read"):
        read_people(tmp_path)
