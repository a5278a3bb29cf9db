"""The inside of a manifest store: JUMBF boxes (ISO 19566-5), and the COSE signature (RFC 9052) of each manifest.

The C2PA library says neither which certificate signed nor what fills the gaps that no hash covers, so both are read
here, from the bytes that the library itself has validated. What cannot be understood gives None, never an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

_X5CHAIN: Final = 33
_DEEPEST: Final = 16
_FORM: Final = {
    # label: the kind of box that has it
    "c2pa": b"c2pa",
    "c2pa.assertions": b"c2as",
    "c2pa.claim.v2": b"c2cl",
    "c2pa.signature": b"c2cs",
}
_KIND_TAIL: Final = bytes.fromhex("00110010800000aa00389b71")
_REQUESTABLE_WITH_LABEL: Final = 3


@dataclass(frozen=True)
class Box:
    """A superbox: what kind it says it is, its label, and the bytes behind its description."""

    kind: bytes
    toggles: int
    label: str
    content: bytes


def signatures(store: bytes) -> dict[str, dict[Any, Any]]:
    """The headers of every manifest's signature, by the manifest's label: protected and unprotected in one."""
    found: dict[str, dict[Any, Any]] = {}
    for manifest in _manifests(store):
        for part in _superboxes(manifest.content):
            if part.label == "c2pa.signature":
                headers = _headers(part)
                if headers is not None:
                    found[manifest.label] = headers
    return found


def chain(headers: dict[Any, Any]) -> tuple[bytes, ...]:
    """The certificates of a signature's headers as DER, the leaf first; nothing where there are none."""
    found = headers.get(_X5CHAIN, headers.get("x5chain"))
    listed = found if isinstance(found, list) else [found]
    return tuple(each for each in listed if isinstance(each, bytes))


def is_regular(store: bytes, label: str) -> bool:
    """Whether the manifest `label` is built as Tianmu's always are: named boxes, and nothing but zeros as padding.

    Neither is covered by a hash or the signature, so a byte that was changed there shows here only.
    """
    outer = next(_superboxes(store), None)
    if outer is None or not _has_form(outer):
        return False
    for manifest in _superboxes(outer.content):
        if manifest.label != label:
            continue
        parts = list(_superboxes(manifest.content))
        named = {part.label for part in parts}
        if not _has_form(manifest) or not named >= {"c2pa.assertions", "c2pa.claim.v2", "c2pa.signature"}:
            return False
        headers = next((_headers(part) for part in parts if part.label == "c2pa.signature"), None)
        if headers is None or not all(_has_form(part) for part in parts):
            return False
        padding = [value for key, value in headers.items() if key in ("pad", "pad2")]
        return all(isinstance(each, bytes) and not any(each) for each in padding)
    return False


def _has_form(box: Box) -> bool:
    kind = _FORM.get(box.label, b"c2ma" if box.label.startswith("urn:c2pa:") else None)
    if kind is None:
        return True
    return box.kind == kind + _KIND_TAIL and box.toggles == _REQUESTABLE_WITH_LABEL


def _manifests(store: bytes) -> Iterator[Box]:
    for outer in _superboxes(store):
        yield from _superboxes(outer.content)


def _superboxes(content: bytes) -> Iterator[Box]:
    for kind, inside in _boxes(content):
        if kind == b"jumb":
            box = _described(inside)
            if box is not None:
                yield box


def _described(inside: bytes) -> Box | None:
    kind, description = next(_boxes(inside), (b"", b""))
    if kind != b"jumd" or len(description) < 18:
        return None
    label, end, _ = description[17:].partition(b"\0")
    if not end:
        return None
    return Box(description[:16], description[16], label.decode("utf-8", "replace"), inside[8 + len(description) :])


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(content):
        size, head = int.from_bytes(content[at : at + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        size = size or len(content) - at
        if size < head or at + size > len(content):
            return
        yield content[at + 4 : at + 8], content[at + head : at + size]
        at += size


def _headers(signature: Box) -> dict[Any, Any] | None:
    """Both headers of a COSE_Sign1; None where it is none."""
    content = next((inside for kind, inside in _boxes(signature.content) if kind == b"cbor"), None)
    try:
        message = Cbor(content or b"").value()
        protected, unprotected = message[0], message[1]
        inner = Cbor(protected).value() if protected else {}
        return {**unprotected, **inner}
    except (ValueError, TypeError, KeyError, IndexError):
        return None


class Cbor:
    """As much of CBOR (RFC 8949) as a COSE message is made of. Tags are passed over."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def value(self, depth: int = 0) -> Any:
        """The next value.

        Raises:
            ValueError: there is none, or one of a kind that is not read here.
        """
        if depth > _DEEPEST:
            raise ValueError("nested too deep")
        first = self._take(1)[0]
        kind, small = first >> 5, first & 31
        if kind == 7:
            return {20: False, 21: True}.get(small) if small < 24 else self._take({24: 1, 25: 2, 26: 4, 27: 8}[small])
        size = self._size(small)
        match kind:
            case 0:
                return size
            case 1:
                return -1 - size
            case 2:
                return self._take(size)
            case 3:
                return self._take(size).decode("utf-8", "replace")
            case 4:
                return [self.value(depth + 1) for _ in range(self._counted(size))]
            case 5:
                return {self.value(depth + 1): self.value(depth + 1) for _ in range(self._counted(size))}
            case _:
                return self.value(depth + 1)

    def _size(self, small: int) -> int:
        if small < 24:
            return small
        if small > 27:
            raise ValueError("of no stated length")
        return int.from_bytes(self._take(1 << (small - 24)), "big")

    def _counted(self, size: int) -> int:
        if size > len(self._data):
            raise ValueError("more parts than bytes")
        return size

    def _take(self, size: int) -> bytes:
        if self._at + size > len(self._data):
            raise ValueError("cut short")
        self._at += size
        return self._data[self._at - size : self._at]
