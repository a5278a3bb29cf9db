"""Signed provenance (C2PA): what a work says about its own making, bound to its bytes by the studio's key.

sign_file(path, claim, identity)             -> Signed             into the file, or PATH.c2pa beside it
read_provenance(path, anchors=..., ...)      -> Provenance | None  checked down to the last ingredient
manifest_of(path)                            -> bytes | None       the bytes that the store keeps
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tianmu.governance.provenance.claims import Claim, Ingredient
    from tianmu.governance.provenance.reading import read_provenance
    from tianmu.governance.provenance.report import manifest_of
    from tianmu.governance.provenance.schemas import Kind
    from tianmu.governance.provenance.signing import Signed, sign_file
    from tianmu.governance.provenance.verdict import Action, Node, Problem, Provenance, Signer, State

__all__ = [
    "Action",
    "Claim",
    "Ingredient",
    "Kind",
    "Node",
    "Problem",
    "Provenance",
    "Signed",
    "Signer",
    "State",
    "manifest_of",
    "read_provenance",
    "sign_file",
]

_ROOMS = {
    **dict.fromkeys(("Claim", "Ingredient"), "claims"),
    **dict.fromkeys(("Action", "Node", "Problem", "Provenance", "Signer", "State"), "verdict"),
    **dict.fromkeys(("Signed", "sign_file"), "signing"),
    "Kind": "schemas",
    "manifest_of": "report",
    "read_provenance": "reading",
}
"""What signs and what reads load a library each, and a shot that begins needs neither yet."""


def __getattr__(name: str) -> object:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{room}"), name)
