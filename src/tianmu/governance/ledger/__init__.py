"""The ledger: what was done, by whom, in an order that nobody can change unseen (RFC 9162).

entry     what is written down: a kind, who acted, the facts, the time
merkle    the tree over all entries: its root, and proofs that an entry is in it and that it only grew
head      a root with its size, signed by the studio: what a second party keeps
"""

from tianmu.governance.ledger.entry import KINDS, Actor, Entry
from tianmu.governance.ledger.head import Head, SignedHead, sign_head, verify_head
from tianmu.governance.ledger.merkle import (
    consistency_proof,
    grow,
    inclusion_proof,
    leaf_hash,
    root_of,
    tree_root,
    verify_consistency,
    verify_inclusion,
)

__all__ = [
    "KINDS",
    "Actor",
    "Entry",
    "Head",
    "SignedHead",
    "consistency_proof",
    "grow",
    "inclusion_proof",
    "leaf_hash",
    "root_of",
    "sign_head",
    "tree_root",
    "verify_consistency",
    "verify_head",
    "verify_inclusion",
]
