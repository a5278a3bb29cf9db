"""Proofs out of the store's ledger: what a second party keeps, and what it checks."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tianmu.core.errors import InputError, MediaError
from tianmu.core.text import say
from tianmu.governance.ledger import Entry, SignedHead, consistency_proof, leaf_hash
from tianmu.governance.ledger.proof import Older, Proof, Shown, Tree
from tianmu.studio.store.ledger import read_ledger

if TYPE_CHECKING:
    from tianmu.studio.store import Store


def prove(store: Store, wanted: Callable[[int, Entry], bool], heads: Sequence[SignedHead] = ()) -> Proof:
    """The entries that are wanted, each with its path to the newest head; and that the ledger only grew since `heads`.

    Of all other entries only the hash is held. `wanted` is given the number and the entry.

    Raises:
        InputError: the ledger is empty.
        MediaError: an entry cannot be read; or a head knows of more entries than there are.
    """
    leaves: list[bytes] = []
    bodies: dict[int, str] = {}
    chains: dict[str, str] = {}
    last: SignedHead | None = None
    for row in read_ledger(store):
        try:
            entry = row.entry
        except ValueError as error:
            raise MediaError(
                say(
                    f"Entry {row.position} of the ledger is damaged; run `tianmu ledger verify`.",
                    f"账本第 {row.position} 条已损坏；请运行 `tianmu ledger verify`。",
                )
            ) from error
        leaves.append(leaf_hash(row.body.encode()))
        if entry.kind == "key":
            chains[str(entry.facts.get("fingerprint"))] = str(entry.facts.get("chain"))
        if wanted(row.position, entry):
            bodies[row.position] = row.body
        last = row.head
    if last is None:
        raise empty()
    tree = Tree(leaves)
    return Proof(
        entries=tuple(
            Shown(number=number, body=body, path=tuple(each.hex() for each in tree.path(number)))
            for number, body in bodies.items()
        ),
        head=last.as_row(),
        chain=chains.get(last.fingerprint, ""),
        older=tuple(_since(head, leaves) for head in heads),
    )


def newest_head(store: Store) -> dict[str, Any]:
    """The newest signed head with its signer's certificates, for a second party to keep.

    Raises:
        InputError: the ledger is empty.
    """
    chains: dict[str, str] = {}
    last: SignedHead | None = None
    for row in read_ledger(store):
        last = row.head
        if '"kind":"key"' in row.body:
            facts = row.entry.facts
            chains[str(facts.get("fingerprint"))] = str(facts.get("chain"))
    if last is None:
        raise empty()
    return {**last.as_row(), "chain": chains.get(last.fingerprint, "")}


def read_head(path: Path) -> SignedHead:
    """A head that `newest_head` gave, or that of a proof.

    Raises:
        MediaError: the file is none, or cannot be read.
    """
    try:
        row = json.loads(read_text(path))
    except (ValueError, RecursionError):
        row = None
    if isinstance(row, dict) and isinstance(row.get("head"), dict):
        row = row["head"]
    return SignedHead.from_row(row)


def read_text(path: Path) -> str:
    """The text of a file.

    Raises:
        MediaError: it cannot be read, or is no text.
    """
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MediaError(
            say(f"{path} cannot be read as text; check that the file is there.", f"无法读取 {path}；请确认文件存在。")
        ) from error


def empty() -> InputError:
    """The error of a ledger in which nothing stands."""
    return InputError(
        say(
            "Nothing is in the ledger yet; it begins with the first film: tianmu film SCREENPLAY.",
            "账本还是空的；制作第一部影片时开始记录：tianmu film 剧本文件。",
        )
    )


def _since(head: SignedHead, leaves: Sequence[bytes]) -> Older:
    size = head.head.size
    if not 0 < size <= len(leaves):
        raise MediaError(
            say(
                f"That head knows of {size} entries, the ledger has {len(leaves)}; run `tianmu ledger verify --head`.",
                f"该树头有 {size} 条，而账本有 {len(leaves)} 条；请运行 `tianmu ledger verify --head`。",
            )
        )
    return Older(size=size, path=tuple(each.hex() for each in consistency_proof(leaves, size)))
