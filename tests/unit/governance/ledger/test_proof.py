"""A path out of the tree of all levels is the one of RFC 9162, and a proof holds only for what it shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.governance.identity import open_identity
from tianmu.governance.ledger import (
    Actor,
    Entry,
    Head,
    SignedHead,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    sign_head,
    tree_root,
)
from tianmu.governance.ledger.proof import Older, Proof, Shown, Tree, verify_proof

BODIES = [
    Entry(kind="note", actor=Actor(name="Li"), subject=str(number), at="2026-01-01T00:00:00.000+00:00").encode()
    for number in range(11)
]
LEAVES = [leaf_hash(body.encode()) for body in BODIES]


@given(st.integers(1, 70))
def test_every_path_is_the_inclusion_proof(size: int) -> None:
    leaves = [bytes([number]) * 32 for number in range(size)]
    tree = Tree(leaves)
    assert [tree.path(index) for index in range(size)] == [inclusion_proof(leaves, index) for index in range(size)]
    with pytest.raises(IndexError):
        tree.path(size)


@pytest.fixture
def heads(tmp_path: Path) -> tuple[dict[int, SignedHead], str, bytes]:
    """Signed heads of 1 to 11 entries, the certificates, and the root to trust."""
    identity = open_identity(tmp_path / "home")
    signed = {
        size: sign_head(Head(log=LEAVES[0].hex(), size=size, root=tree_root(LEAVES[:size]).hex(), at="x"), identity)
        for size in range(1, 12)
    }
    return signed, identity.chain.decode(), identity.root


def proof_of(number: int, heads: dict[int, SignedHead], chain: str, since: int | None = None) -> Proof:
    path = tuple(each.hex() for each in Tree(LEAVES).path(number))
    older = () if since is None else (Older(size=since, path=_hex(consistency_proof(LEAVES, since))),)
    shown = Shown(number=number, body=BODIES[number], path=path)
    return Proof(entries=(shown,), head=heads[11].as_row(), chain=chain, older=older)


def _hex(path: tuple[bytes, ...]) -> tuple[str, ...]:
    return tuple(each.hex() for each in path)


def test_a_proof_shows_its_entry_and_no_other(heads: tuple[dict[int, SignedHead], str, bytes]) -> None:
    signed, chain, root = heads
    for number in range(11):
        proof = proof_of(number, signed, chain)
        found = verify_proof(proof, [root])
        assert (found.faults, found.known, found.entries[0][0]) == ((), True, number)
        assert not verify_proof(proof).known
        other = replace(proof.entries[0], body=BODIES[(number + 1) % 11])
        moved = replace(proof.entries[0], number=(number + 1) % 11)
        for wrong in (other, moved):
            found = verify_proof(replace(proof, entries=(wrong,)), [root])
            assert found.faults
            assert not found.entries
    assert verify_proof(replace(proof_of(1, signed, chain), entries=()), [root]).faults


def test_a_head_that_was_kept_is_believed_over_the_proof(heads: tuple[dict[int, SignedHead], str, bytes]) -> None:
    signed, chain, root = heads
    for since in range(1, 11):
        proof = proof_of(4, signed, chain, since)
        assert not verify_proof(proof, [root], [signed[since], signed[11]]).faults
        other = replace(signed[since], head=replace(signed[since].head, root="00" * 32))
        assert verify_proof(proof, [root], [other]).faults
        assert verify_proof(proof_of(4, signed, chain), [root], [signed[since]]).faults
    foreign = replace(signed[11], head=replace(signed[11].head, log="11" * 32))
    newer = replace(signed[11], head=replace(signed[11].head, size=12))
    for kept in (foreign, newer):
        assert verify_proof(proof_of(4, signed, chain), [root], [kept]).faults
