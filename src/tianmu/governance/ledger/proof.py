"""A proof as a small file: entries of a ledger, shown to be in it by a signed head. The ledger is not needed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from tianmu.core.errors import MediaError
from tianmu.core.text import say
from tianmu.film.schema import from_row
from tianmu.governance.ledger.entry import Entry
from tianmu.governance.ledger.head import SignedHead, verify_head
from tianmu.governance.ledger.merkle import Hash, leaf_hash, node_hash, verify_consistency, verify_inclusion


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An entry with the hashes that lead from it to the root."""

    number: int
    """Its place in the ledger, from 0."""
    body: str
    path: tuple[str, ...]
    """In hexadecimal, from the leaf up."""


@dataclass(frozen=True, kw_only=True)
class Older:
    """That the ledger only grew since it had `size` entries."""

    size: int
    path: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Entries of a ledger, and what shows that they are in it."""

    SCHEMA: ClassVar[str] = "tianmu.proof.1"

    entries: tuple[Shown, ...]
    head: dict[str, Any]
    """As `SignedHead.as_row` gives it."""
    chain: str
    """PEM of the signer's certificates, the leaf first."""
    older: tuple[Older, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What a proof shows."""

    faults: tuple[str, ...]
    """Sentences; nothing where everything is shown."""
    known: bool
    """Whether the studio that signed is one that is trusted here."""
    entries: tuple[tuple[int, Entry], ...]
    """Those that are in the ledger, with their numbers."""
    size: int
    """Entries that the ledger had."""


class Tree:
    """The tree over leaves with all its levels, so that the path of any leaf is there at once."""

    def __init__(self, leaves: Iterable[Hash]) -> None:
        """Hashes as many as twice the leaves; every path is then a walk of the logarithm of their number."""
        level = list(leaves)
        self._levels = [level]
        while len(level) > 1:
            pairs = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
            level = [*pairs, *level[len(pairs) * 2 :]]  # a last one without a neighbour goes up as it is
            self._levels.append(level)

    def path(self, index: int) -> tuple[Hash, ...]:
        """The same as `inclusion_proof`."""
        if not 0 <= index < len(self._levels[0]):
            raise IndexError(index)
        steps: list[Hash] = []
        for level in self._levels[:-1]:
            if index ^ 1 < len(level):
                steps.append(level[index ^ 1])
            index >>= 1
        return tuple(steps)


def read_proof(text: str) -> Proof:
    """A proof, or the one that credits carry.

    Raises:
        MediaError: it is neither.
    """
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _no_proof(str(error)[:80]) from error
    if isinstance(row, dict) and "proof" in row:
        row = row["proof"]
    if not isinstance(row, dict) or row.get("schema") != Proof.SCHEMA:
        raise _no_proof(Proof.SCHEMA)
    proof = from_row(Proof, row)
    SignedHead.from_row(proof.head)
    return proof


def verify_proof(proof: Proof, trusted: Sequence[bytes] = (), heads: Sequence[SignedHead] = ()) -> Verified:
    """Check a proof against itself, the roots that are trusted here (PEM), and heads that a second party kept."""
    signed = SignedHead.from_row(proof.head)
    head, faults = signed.head, list[str]()
    wrong = verify_head(signed, proof.chain.encode(), trusted)
    if wrong == "signature":
        faults.append(say("The head was not signed with this certificate.", "该树头不是用此证书签署的。"))
    found: list[tuple[int, Entry]] = []
    for shown in proof.entries:
        try:
            path = [bytes.fromhex(each) for each in shown.path]
            leaf, root = leaf_hash(shown.body.encode()), bytes.fromhex(head.root)
            if not verify_inclusion(leaf, shown.number, head.size, path, root):
                raise ValueError
            found.append((shown.number, Entry.decode(shown.body)))
        except ValueError:
            number = shown.number
            faults.append(say(f"Entry {number} is not in this ledger.", f"第 {number} 条不在该账本中。"))
    if not proof.entries:
        faults.append(say("It shows no entry.", "其中没有条目。"))
    older = {each.size: each.path for each in proof.older}
    faults += [fault for kept in heads if (fault := _against(kept, signed, older)) is not None]
    return Verified(faults=tuple(faults), known=wrong is None, entries=tuple(found), size=head.size)


def _against(kept: SignedHead, signed: SignedHead, older: dict[int, tuple[str, ...]]) -> str | None:
    """What a head that was kept elsewhere says against the one of a proof."""
    old, new = kept.head, signed.head
    if old.log != new.log:
        return say("The head that was kept is of another ledger.", "保存的树头属于另一账本。")
    if old.size > new.size:
        return say(
            f"The head that was kept knows of {old.size} entries, this proof only of {new.size}; ask for a newer one.",
            f"保存的树头有 {old.size} 条，而此证明只有 {new.size} 条；请索取更新的证明。",
        )
    if old.size < new.size and old.size not in older:
        return say(
            f"Nothing here links the head of {old.size} entries to that of {new.size}; ask for a proof made with "
            "`tianmu ledger prove --head` and that head.",
            f"此处没有 {old.size} 条与 {new.size} 条树头之间的一致性证明；请对方用该树头运行 "
            "`tianmu ledger prove --head` 重新出具。",
        )
    try:
        path = [bytes.fromhex(each) for each in older.get(old.size, ())] if old.size < new.size else []
        holds = verify_consistency(old.size, new.size, bytes.fromhex(old.root), bytes.fromhex(new.root), path)
    except ValueError:
        holds = False
    if holds:
        return None
    return say(
        f"The ledger was written anew since the head of {old.size} entries was given.",
        f"自交出 {old.size} 条的树头之后，账本已被重写。",
    )


def _no_proof(why: str) -> MediaError:
    return MediaError(
        say(
            f"This is no proof ({why}); give a file that `tianmu ledger prove` or `tianmu credits` wrote.",
            f"这不是证明（{why}）；请给出 `tianmu ledger prove` 或 `tianmu credits` 写出的文件。",
        )
    )
