"""What a file is, by its first bytes and never by its name; pipes, devices and links in a circle are refused unopened.

recognise(path) -> Kind("film", "mp4", "mp4")
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tianmu.core.errors import MediaError
from tianmu.core.text import say
from tianmu.governance.provenance.containers import sidecar
from tianmu.media.encoders import SEQUENCE_FACTS
from tianmu.media.metadata.epub import is_epub
from tianmu.media.playlists import MASTER
from tianmu.studio.inspect.shown import shown

Sort = Literal["picture", "film", "sound", "document", "sequence", "stream"]

_FIRST = 4096
"""Bytes that are read to recognise a file."""
_NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a file is."""

    sort: Sort
    container: str
    """Such as `mp4`, `matroska`, `png`, `wav`, `pdf`, `epub`; `png sequence` or `hls` for a folder."""
    bytes: int
    """Its length; of a folder, of the files directly in it."""
    stored: int
    """Bytes that really lie on the disk: a file may claim to be longer than it is."""


_MAGIC: tuple[tuple[int, bytes, Sort, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "picture", "png"),
    (0, b"\xff\xd8\xff", "picture", "jpeg"),
    (0, b"GIF87a", "film", "gif"),
    (0, b"GIF89a", "film", "gif"),
    (0, b"II*\0", "picture", "tiff"),
    (0, b"MM\0*", "picture", "tiff"),
    (0, b"BM", "picture", "bmp"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "picture", "jpeg2000"),
    (0, b"\x1aE\xdf\xa3", "film", "matroska"),
    (0, b"FLV\x01", "film", "flv"),
    (0, b"\0\0\x01\xba", "film", "mpeg"),
    (0, b"0&\xb2u\x8ef\xcf\x11", "film", "asf"),
    (0, b"OggS", "sound", "ogg"),
    (0, b"fLaC", "sound", "flac"),
    (0, b"ID3", "sound", "mp3"),
    (0, b"%PDF-", "document", "pdf"),
)
_RIFF: dict[bytes, tuple[Sort, str]] = {
    b"WEBP": ("picture", "webp"),
    b"WAVE": ("sound", "wav"),
    b"AVI ": ("film", "avi"),
}
_MOV_BOXES = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_PICTURE_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"hevc", b"mif1", b"msf1")
_SOUND_BRANDS = (b"M4A ", b"M4B ", b"F4A ")


def work_at(path: Path) -> Path:
    """What is to be looked at where a path was given: of a playlist, the folder that it streams from."""
    return path.parent if path.suffix == ".m3u8" and (path.parent / MASTER).is_file() else path


def recognise(path: Path) -> Kind:
    """What lies at `path`.

    Raises:
        MediaError: nothing is there, it may not be read, or it is no picture, film, sound, document, sequence or
            stream.
    """
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            return _folder(path)
        if not stat.S_ISREG(found.st_mode):
            raise _no_media(path)
        head = _head(path)
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte
        raise _unreadable(path, error) from error
    named = _named(head) or _signed_beside(path)
    if named is None:
        raise _no_media(path)
    blocks = getattr(found, "st_blocks", None)
    stored = found.st_size if blocks is None else min(found.st_size, blocks * 512)
    return Kind(sort=named[0], container=named[1], bytes=found.st_size, stored=stored)


def _head(path: Path) -> bytes:
    # Between the look and the opening a pipe may have come to this place: without waiting, it cannot hold us up.
    file = os.open(path, os.O_RDONLY | _NO_WAIT)
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise _no_media(path)
        return os.read(file, _FIRST)
    finally:
        os.close(file)


def _named(head: bytes) -> tuple[Sort, str] | None:
    for at, magic, sort, container in _MAGIC:
        if head.startswith(magic, at) and len(head) > len(magic):
            return sort, container
    if head[:4] in (b"RIFF", b"RF64"):
        return _riff(head)
    if is_epub(head):
        return "document", "epub"
    if head[:64].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "document", "html"
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in _PICTURE_BRANDS:
            return "picture", "avif" if brand.startswith(b"avi") else "heif"
        if brand in _SOUND_BRANDS:
            return "sound", "mp4"
        return "film", "mov" if brand == b"qt  " else "mp4"
    if head[4:8] in _MOV_BOXES:
        return "film", "mov"
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "sound", "aiff"
    if len(head) > 376 and head[0] == head[188] == head[376] == 0x47:
        return "film", "mpegts"
    if len(head) > 4 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return "sound", "aac" if head[1] & 0x06 == 0 else "mp3"
    return None


def _signed_beside(path: Path) -> tuple[Sort, str] | None:
    """Whatever a manifest lies beside is a document: a timeline, subtitles, a screenplay."""
    beside = sidecar(path)
    return ("document", path.suffix.removeprefix(".").lower() or "text") if beside.is_file() else None


def _riff(head: bytes) -> tuple[Sort, str] | None:
    named = _RIFF.get(head[8:12])
    moves = named is not None and named[1] == "webp" and head[12:16] == b"VP8X" and len(head) > 20 and head[20] & 2
    return ("film", "webp") if moves else named


def _folder(path: Path) -> Kind:
    if (path / MASTER).is_file():
        sizes = [entry.stat().st_size for entry in os.scandir(path) if entry.is_file()]
        return Kind(sort="stream", container="hls", bytes=sum(sizes), stored=sum(sizes))
    if not (path / SEQUENCE_FACTS).is_file() or not (path / "000001.png").is_file():
        raise MediaError(
            say(
                f"{shown(path)} is a folder; give a file, a folder of pictures 000001.png and on with a "
                f"{SEQUENCE_FACTS}, or one that a stream is played from, with a {MASTER}.",
                f"{shown(path)} 是文件夹；请给出文件、从 000001.png 起并带有 {SEQUENCE_FACTS} 的图片文件夹，"
                f"或带有 {MASTER} 的流媒体文件夹。",
            )
        )
    sizes = [entry.stat().st_size for entry in os.scandir(path) if entry.is_file()]
    return Kind(sort="sequence", container="png sequence", bytes=sum(sizes), stored=sum(sizes))


def _unreadable(path: Path, error: Exception) -> MediaError:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return MediaError(
        say(
            f"{shown(path)} cannot be read ({reason}); check that it is there and may be read.",
            f"无法读取 {shown(path)}（{reason}）；请检查文件是否存在且可读。",
        )
    )


def _no_media(path: Path) -> MediaError:
    return MediaError(
        say(
            f"{shown(path)} is no picture, film, sound, PDF or EPUB that Tianmu knows; give one of these.",
            f"{shown(path)} 不是天幕认识的图片、影片、声音、PDF 或 EPUB；请给出其中之一。",
        )
    )
