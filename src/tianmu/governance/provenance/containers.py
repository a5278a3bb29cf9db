"""What a file is, by its first bytes; whether a manifest goes into it; and what its container holds beyond the hash."""

from __future__ import annotations

import hashlib
import mmap
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from tianmu.core.errors import MediaError
from tianmu.core.text import say
from tianmu.media.metadata.epub import is_epub

OPAQUE: Final = "application/octet-stream"
"""What a document is called that carries no manifest: its sidecar is bound to all of its bytes."""
SIDECAR: Final = ".c2pa"
EPUB: Final = "application/epub+zip"

EMBEDS: Final = frozenset(
    {
        *("video/mp4", "video/quicktime", "video/x-msvideo", "audio/mp4", "audio/wav", "audio/mpeg", "audio/flac"),
        *("image/png", "image/jpeg", "image/gif", "image/webp", "image/tiff"),
    }
)
"""Where a manifest goes into the file. A PDF or an EPUB could take one, but would be written anew for it: each has a
sidecar."""

_READS: Final = EMBEDS | {"application/pdf", EPUB, "image/svg+xml", "image/heic", "image/avif", "image/jxl"}
"""What the library may find a manifest in, ours or another producer's."""
_BY_ENDING: Final = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".avi": "video/x-msvideo",
    ".m4a": "audio/mp4",
    ".m4b": "audio/mp4",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".flac": "audio/flac",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".pdf": "application/pdf",
    ".epub": EPUB,
    ".svg": "image/svg+xml",
    ".heic": "image/heic",
    ".avif": "image/avif",
    ".jxl": "image/jxl",
}
_BY_START: Final = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
    b"II+\0": "image/tiff",
    b"MM\0+": "image/tiff",
    b"fLaC": "audio/flac",
    b"ID3": "audio/mpeg",
    b"%PDF": "application/pdf",
    b"\x1aE\xdf\xa3": "video/x-matroska",
    b"\0\0\0\x0cJXL ": "image/jxl",
}
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS: Final = {
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"heic": "image/heic",
    b"mif1": "image/heic",
    b"avif": "image/avif",
}
_QUICKTIME_BOXES: Final = {b"moov", b"mdat", b"wide", b"free", b"skip"}

_UNBOUND_BOXES: Final = {b"ftyp", b"free", b"skip", b"mfra"}
_C2PA_BOX: Final = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_C2PA_HEAD: Final = b"\0\0\0\0manifest\0" + bytes(8)
"""Version, flags, purpose, and the place of further manifests, of which there are none."""
_GIF_HEAD: Final = b"\x21\xff\x0bC2PA_GIF\x01\0\0"
_GIF_BLOCK: Final = 255
_JPEG_HEAD: Final = b"JP\x02\x11\0\0\0\x01"
_JPEG_SEGMENT: Final = 64_000
_TRACES: Final = (b"c2pa.assertions", b"c2pa.signature")


def sniff(path: Path) -> str | None:
    """The media type of a file by its first bytes, whatever it is called; None where it is of no known kind.

    Raises:
        MediaError: the file cannot be read.
    """
    with _reading(path), path.open("rb") as file:
        head = file.read(1024)
    for start, kind in _BY_START.items():
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if is_epub(head):
        return EPUB
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[4:8] in _QUICKTIME_BOXES:
        return "video/quicktime"
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:
        return "audio/mpeg"
    if b"<svg" in head:
        return "image/svg+xml"
    return None


def readable_kind(path: Path) -> str | None:
    """The media type under which a manifest may be looked for in a file, by its bytes or else its name; else None."""
    found = sniff(path) or _BY_ENDING.get(path.suffix.lower())
    return found if found in _READS else None


def sidecar(path: Path) -> Path:
    """Where the manifest of a file lies that carries none: beside it, under its whole name with `.c2pa` behind."""
    return path.with_name(path.name + SIDECAR)


def find_sidecar(path: Path) -> bytes | None:
    """The manifest beside a file, under our name for it or the one that other tools give; None where there is none."""
    for beside in (sidecar(path), path.with_suffix(SIDECAR)):
        if beside != path and beside.is_file():
            with _reading(beside):
                return beside.read_bytes()
    return None


def has_traces(path: Path) -> bool:
    """Whether words of a manifest stand in a file: if none could be read in it, one was there and is damaged."""
    if path.stat().st_size == 0:
        return False
    with _reading(path), path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(b"jumb") >= 0 and any(content.find(trace) >= 0 for trace in _TRACES)


def unbound_sha256(path: Path) -> str | None:
    """SHA-256 of the boxes of an MP4 that C2PA's hash leaves out: its brand, and free space. None for other files."""
    with _reading(path), path.open("rb") as file:
        whole, found = hashlib.sha256(), False
        for kind, start, size in _boxes(file):
            if kind in _UNBOUND_BOXES:
                found = True
                file.seek(start)
                whole.update(size.to_bytes(8, "big"))
                while size > 0 and (chunk := file.read(min(size, 1 << 20))):
                    whole.update(chunk)
                    size -= len(chunk)
    return whole.hexdigest() if found else None


def is_written_plainly(path: Path, kind: str, store: bytes) -> bool:
    """Whether a manifest stands in a file as it is always written, with the wrapper that its container gives it.

    The hash leaves the manifest and its wrapper out, and the library reads it forgivingly: `store` is what it made of
    it, and where that is not what stands there, a byte was changed.
    """
    if kind == "image/gif":
        pieces = (store[at : at + _GIF_BLOCK] for at in range(0, len(store), _GIF_BLOCK))
        store = b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\0"
    if kind == "image/jpeg" and len(store) > _JPEG_SEGMENT:
        return True  # it is cut into segments, each with a head of its own, and is not put together again here
    with _reading(path), path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        at = content.find(store)
        head, tail = content[max(0, at - 64) : at], content[at + len(store) : at + len(store) + 4]
    if at < 0:
        return False
    match kind:
        case "video/mp4" | "video/quicktime" | "audio/mp4":
            size = 8 + len(_C2PA_BOX) + len(_C2PA_HEAD) + len(store)
            return head.endswith(size.to_bytes(4, "big") + b"uuid" + _C2PA_BOX + _C2PA_HEAD)
        case "image/png":
            checksum = zlib.crc32(b"caBX" + store)
            return head.endswith(len(store).to_bytes(4, "big") + b"caBX") and tail == checksum.to_bytes(4, "big")
        case "image/webp" | "audio/wav" | "video/x-msvideo":
            padded = len(store) % 2 == 0 or tail[:1] == b"\0"
            return head.endswith(b"C2PA" + len(store).to_bytes(4, "little")) and padded
        case "image/gif":
            return head.endswith(_GIF_HEAD)
        case "image/jpeg":
            return head.endswith((len(store) + 10).to_bytes(2, "big") + _JPEG_HEAD)
        case _:
            return True


def _boxes(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """The boxes of the highest level of an ISO base media file: kind, first byte, size; up to what is no box."""
    end = file.seek(0, 2)
    at = 0
    while at + 8 <= end:
        file.seek(at)
        size, kind = int.from_bytes(file.read(4), "big"), file.read(4)
        if size == 1:
            size = int.from_bytes(file.read(8), "big")
        size = size or end - at
        if size < 8 or at + size > end:
            return
        yield kind, at, size
        at += size


@contextmanager
def _reading(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise MediaError(
            say(
                f"{path} cannot be read ({error.strerror}); check that the file is there.",
                f"无法读取 {path}（{error.strerror}）；请确认文件存在。",
            )
        ) from error
