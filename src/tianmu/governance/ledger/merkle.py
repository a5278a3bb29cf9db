"""The Merkle tree of RFC 9162, section 2.1: SHA-256, leaves and nodes told apart by their first byte.

Only hashes are handled here, so that a proof can be checked by somebody who has never seen the entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

Hash = bytes
"""32 bytes."""
Peaks = tuple[Hash, ...]
"""The roots of the whole subtrees that a tree falls into, the largest first: all that is needed to let it grow."""


def leaf_hash(content: bytes) -> Hash:
    """The hash of an entry."""
    return sha256(b"\0" + content).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """The hash of two subtrees."""
    return sha256(b"\1" + left + right).digest()


def grow(peaks: Peaks, size: int, leaf: Hash) -> Peaks:
    """The peaks after one more leaf on a tree of `size`; the work is the logarithm of the size."""
    stack = list(peaks)
    while size & 1:
        leaf = node_hash(stack.pop(), leaf)
        size >>= 1
    return (*stack, leaf)


def root_of(peaks: Peaks) -> Hash:
    """The root of the tree with these peaks; that of no leaves is the hash of nothing."""
    if not peaks:
        return sha256(b"").digest()
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def tree_root(leaves: Sequence[Hash]) -> Hash:
    """The root over leaves."""
    peaks: Peaks = ()
    for size, leaf in enumerate(leaves):
        peaks = grow(peaks, size, leaf)
    return root_of(peaks)


def inclusion_proof(leaves: Sequence[Hash], index: int) -> tuple[Hash, ...]:
    """What proves that leaf `index` is in the tree over all of `leaves` (section 2.1.3.1)."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return ()
    half = _half(len(leaves))
    if index < half:
        return (*inclusion_proof(leaves[:half], index), tree_root(leaves[half:]))
    return (*inclusion_proof(leaves[half:], index - half), tree_root(leaves[:half]))


def verify_inclusion(leaf: Hash, index: int, size: int, proof: Sequence[Hash], root: Hash) -> bool:
    """Whether a proof shows that `leaf` stands at `index` in the tree of `size` with that root (section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node_hash(step, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, step)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def consistency_proof(leaves: Sequence[Hash], first: int) -> tuple[Hash, ...]:
    """What proves that the tree over all of `leaves` is the one over the `first` of them, grown (section 2.1.4.1)."""
    if not 0 < first <= len(leaves):
        raise IndexError(first)
    return _subproof(first, leaves, whole=True)


def verify_consistency(first: int, second: int, old: Hash, new: Hash, proof: Sequence[Hash]) -> bool:
    """Whether a proof shows that the tree of `second` leaves only grew from that of `first` (section 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return old == new and not proof
    steps = list(proof)
    if first & (first - 1) == 0:
        steps.insert(0, old)
    if not steps:
        return False
    here, last = first - 1, second - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            after = node_hash(after, step)
        here, last = here >> 1, last >> 1
    return last == 0 and before == old and after == new


def _subproof(first: int, leaves: Sequence[Hash], *, whole: bool) -> tuple[Hash, ...]:
    if first == len(leaves):
        return () if whole else (tree_root(leaves),)
    half = _half(len(leaves))
    if first <= half:
        return (*_subproof(first, leaves[:half], whole=whole), tree_root(leaves[half:]))
    return (*_subproof(first - half, leaves[half:], whole=False), tree_root(leaves[:half]))


def _half(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
