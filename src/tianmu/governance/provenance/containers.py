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

OPAQUE: Final = "application/octet-stream"
"""What a document is called that carries no manifest: its sidecar is bound to all of its bytes."""
SIDECAR: Final = ".c2pa"

EMBEDS: Final = frozenset(
    {
        *("video/mp4", "video/quicktime", "video/x-msvideo", "audio/mp4", "audio/wav", "audio/mpeg", "audio/flac"),
        *("image/png", "image/jpeg", "image/gif", "image/webp", "image/tiff"),
    }
)
"""Where a manifest goes into the file. A PDF could take one, but would be written anew for it, so it has a sidecar."""

_READS: Final = EMBEDS | {"application/pdf", "image/svg+xml", "image/heic", "image/avif", "image/jxl"}
"""What the library may find a manifest in, ours or another producer's."""
_BY_ENDING: Final = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".avi": "video/x-msvideo",
    ".m4a": "audio/mp4",
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
    b"heic": "image/heic",
    b"mif1": "image/heic",
    b"avif": "image/avif",
}
_QUICKTIME_BOXES: Final = {b"moov", b"mdat", b"wide", b"free", b"skip"}

_UNBOUND_BOXES: Final = {b"ftyp", b"free", b"skip", b"mfra"}
_C2PA_BOX: Final = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_C2PA_HEAD: Final = b"\0\0\0\0manifest\0" + bytes(8)
"""Version, flags, purpose, and the place of further manifests, of which there are none."""
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


def wrapper_is_whole(path: Path, kind: str) -> bool:
    """Whether what a container wraps around the manifest is as it is always written; the hash does not cover it."""
    with _reading(path), path.open("rb") as file:
        if kind in ("video/mp4", "video/quicktime", "audio/mp4"):
            for box, start, _ in _boxes(file):
                file.seek(start)
                head = file.read(24 + len(_C2PA_HEAD))
                if box == b"uuid" and head[8:24] == _C2PA_BOX and head[24:] != _C2PA_HEAD:
                    return False
        if kind == "image/png":
            return all(zlib.crc32(name + content) == check for name, content, check in _manifest_chunks(file))
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


def _manifest_chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes, int]]:
    """The chunks of a PNG that hold a manifest: name, content, checksum."""
    end = file.seek(0, 2)
    at = 8
    while at + 12 <= end:
        file.seek(at)
        size, name = int.from_bytes(file.read(4), "big"), file.read(4)
        if at + 12 + size > end:
            return
        if name == b"caBX":
            yield name, file.read(size), int.from_bytes(file.read(4), "big")
        at += 12 + size


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
