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
_TAGGED: Final = b"\xd2\x84"
"""How a COSE_Sign1 begins: its tag, and a list of four."""
_PADDING: Final = ("pad", "pad2")


@dataclass(frozen=True)
class Box:
    """A superbox: its label, and the bytes behind its description."""

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


def is_signed_plainly(store: bytes, label: str) -> bool:
    """Whether the signature of the manifest `label` is built as Tianmu's always are: no payload, and zeros as padding.

    Neither signature nor hash covers these bytes, so one that was changed shows here only.
    """
    for manifest in _manifests(store):
        for part in _superboxes(manifest.content) if manifest.label == label else ():
            if part.label == "c2pa.signature":
                content, message = _message(part)
                if len(message) != 4 or not content.startswith(_TAGGED) or message[2] is not None:
                    return False
                padding = message[1]
                return isinstance(padding, dict) and all(
                    key in _PADDING and isinstance(value, bytes) and not any(value) for key, value in padding.items()
                )
    return False


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
    return Box(label.decode("utf-8", "replace"), inside[8 + len(description) :])


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
    _, message = _message(signature)
    try:
        inner = Cbor(message[0]).value() if message[0] else {}
        return {**message[1], **inner}
    except (ValueError, TypeError, KeyError, IndexError):
        return None


def _message(signature: Box) -> tuple[bytes, list[Any]]:
    """A COSE_Sign1 as it stands there, and its parts: protected, unprotected, payload, signature; else no parts."""
    content = next((inside for kind, inside in _boxes(signature.content) if kind == b"cbor"), b"")
    try:
        message = Cbor(content).value()
    except (ValueError, TypeError, KeyError):
        message = None
    return content, message if isinstance(message, list) else []


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
            plain = {20: False, 21: True, 22: None}
            return plain[small] if small in plain else self._take({24: 1, 25: 2, 26: 4, 27: 8}[small])
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
