"""A file that may be anybody's, read in small pieces: no size that it claims is believed."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

MOST = 1 << 20
"""Bytes that one entry may have, packed or unpacked."""
_STEPS = 1_000_000
"""Pieces that are taken from one file: a GIF of 255 MB has as many blocks."""
_BYTES = 32 * MOST
"""What all pieces of one file may weigh, counted again wherever they are unpacked or parsed."""
_WINDOW = 1 << 16


class Malformed(ValueError):
    """The structure of a file cannot be followed any further."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that a file says about itself."""

    key: str
    value: str
    where: str
    """The part of the container: `mp4 keys`, `XMP`, `PNG iTXt`, ..."""


Reader = Callable[["Source"], Iterator[Entry]]


class _Budget:
    """How much more may be taken from a file and from what was packed in it."""

    def __init__(self) -> None:
        self.steps, self.bytes = _STEPS, _BYTES

    def spend(self, count: int) -> None:
        self.steps -= 1
        self.bytes -= count
        if self.steps < 0 or self.bytes < 0:
            raise Malformed


class Source:
    """The bytes of a file by their place, with a budget: whoever reads it comes to an end."""

    def __init__(self, file: BinaryIO, size: int, budget: _Budget | None = None) -> None:
        self._file, self.size = file, size
        self._budget = budget or _Budget()
        self._start, self._window = 0, b""

    def take(self, offset: int, count: int) -> bytes:
        """Exactly `count` bytes from `offset`.

        Raises:
            Malformed: they are not all in the file, are too many for one piece, or the budget is spent.
        """
        budget = self._budget
        budget.steps -= 1
        budget.bytes -= count
        if budget.steps < 0 or budget.bytes < 0:
            raise Malformed
        at = offset - self._start
        if at >= 0 and count >= 0 and at + count <= len(self._window):  # nearly always
            return self._window[at : at + count]
        return self._piece(offset, count)

    def unpack(self, format: str, offset: int) -> tuple[Any, ...]:
        """The numbers at `offset`, by a format of `struct`."""
        return struct.unpack(format, self.take(offset, struct.calcsize(format)))

    def chunks(self, most: int, overlap: int) -> Iterator[bytes]:
        """The first `most` bytes to be searched, in pieces that overlap; they weigh nothing."""
        for offset in range(0, min(self.size, most), MOST - overlap):
            yield self._piece(offset, min(MOST, self.size - offset))

    def spend(self, count: int) -> None:
        """Count bytes that are parsed.

        Raises:
            Malformed: the budget is spent.
        """
        self._budget.spend(count)

    def inflated(self, data: bytes | memoryview) -> bytes:
        """Unpack zlib's format up to the limit for one entry.

        Raises:
            Malformed: it is not that format, or unpacks to more.
        """
        unpacker = zlib.decompressobj()
        try:
            unpacked = unpacker.decompress(data, MOST)
        except zlib.error as error:
            raise Malformed from error
        self.spend(len(unpacked))
        if unpacker.unconsumed_tail:
            raise Malformed
        return unpacked

    def inside(self, data: bytes) -> Source:
        """A file that lies in this one, on the same budget."""
        return Source(io.BytesIO(data), len(data), self._budget)

    def _piece(self, offset: int, count: int) -> bytes:
        if offset < 0 or not 0 <= count <= MOST or offset + count > self.size:
            raise Malformed
        end = offset + count
        if not self._start <= offset <= end <= self._start + len(self._window):
            self._file.seek(offset)
            self._start, self._window = offset, self._file.read(max(count, _WINDOW))
        piece = self._window[offset - self._start : end - self._start]
        if len(piece) < count:  # the file became shorter meanwhile
            raise Malformed
        return piece


def text_of(data: bytes, encoding: str = "utf-8") -> str:
    """Bytes as text, without the NULs and spaces that fill a field; what is no text becomes U+FFFD."""
    return data.decode(encoding, "replace").strip("\x00 \t\r\n\ufeff")
