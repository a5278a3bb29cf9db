"""The tree of RFC 9162: known roots, and proofs that hold for what is so and for nothing else."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.governance.ledger import (
    consistency_proof,
    grow,
    inclusion_proof,
    leaf_hash,
    root_of,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from tianmu.governance.ledger.merkle import Peaks, node_hash

CT_LEAVES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
CT_LEAVES.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
CT_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
"""The test vectors of Certificate Transparency's reference implementation."""

leaves = st.lists(st.binary(max_size=4), min_size=1, max_size=40).map(lambda found: [leaf_hash(x) for x in found])


@pytest.mark.parametrize(("size", "root"), CT_ROOTS.items())
def test_roots_are_those_of_certificate_transparency(size: int, root: str) -> None:
    assert tree_root([leaf_hash(content) for content in CT_LEAVES[:size]]).hex() == root


def test_nothing_has_the_hash_of_nothing() -> None:
    assert root_of(()) == sha256(b"").digest()


def test_an_entry_is_never_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


@given(leaves)
def test_growing_leaf_by_leaf_is_the_tree_that_the_rfc_defines(found: list[bytes]) -> None:
    def defined(part: list[bytes]) -> bytes:
        if len(part) == 1:
            return part[0]
        half = 1
        while 2 * half < len(part):
            half *= 2
        return node_hash(defined(part[:half]), defined(part[half:]))

    peaks: Peaks = ()
    for size, leaf in enumerate(found):
        peaks = grow(peaks, size, leaf)
        assert len(peaks) == (size + 1).bit_count()
        assert root_of(peaks) == defined(found[: size + 1])


@given(leaves, st.data())
def test_every_leaf_is_proven_to_be_where_it_is_and_nowhere_else(found: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(found) - 1))
    proof, root = inclusion_proof(found, index), tree_root(found)
    assert verify_inclusion(found[index], index, len(found), proof, root)
    assert not verify_inclusion(leaf_hash(b"another one"), index, len(found), proof, root)
    other = data.draw(st.integers(0, len(found)))
    if other != index and (other >= len(found) or found[other] != found[index]):
        assert not verify_inclusion(found[index], other, len(found), proof, root)
    if proof:
        assert not verify_inclusion(found[index], index, len(found), proof[:-1], root)
    assert not verify_inclusion(found[index], index, len(found), (*proof, root), root)


@given(leaves, st.data())
def test_a_tree_that_grew_is_told_from_one_that_was_rewritten(found: list[bytes], data: st.DataObject) -> None:
    first = data.draw(st.integers(1, len(found)))
    old, new = tree_root(found[:first]), tree_root(found)
    proof = consistency_proof(found, first)
    assert verify_consistency(first, len(found), old, new, proof)
    changed = data.draw(st.integers(0, first - 1))
    rewritten = [*found[:changed], leaf_hash(b"another one"), *found[changed + 1 :]]
    lied = consistency_proof(rewritten, first)
    assert not verify_consistency(first, len(found), old, tree_root(rewritten), lied)
    if first < len(found):
        assert not verify_consistency(first, len(found), old, new, proof[:-1])
        assert not verify_consistency(len(found), first, new, old, proof)
