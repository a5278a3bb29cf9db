"""Which reader a file is for, told by its first bytes and never by its name."""

from __future__ import annotations

from tianmu.media.metadata.bmff import read_bmff
from tianmu.media.metadata.epub import EPUB_HEAD, read_epub
from tianmu.media.metadata.gif import read_gif
from tianmu.media.metadata.id3 import read_id3
from tianmu.media.metadata.jpeg import read_jpeg
from tianmu.media.metadata.matroska import read_matroska
from tianmu.media.metadata.pdf import read_pdf
from tianmu.media.metadata.png import read_png
from tianmu.media.metadata.riff import read_riff
from tianmu.media.metadata.source import Reader, Source
from tianmu.media.metadata.tiff import read_tiff
from tianmu.media.metadata.vorbis import read_flac, read_ogg
from tianmu.media.metadata.xmp import find_xmp

_READERS: tuple[tuple[int, bytes, str, Reader], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "png", read_png),
    (0, b"\xff\xd8\xff", "jpeg", read_jpeg),
    (0, b"GIF87a", "gif", read_gif),
    (0, b"GIF89a", "gif", read_gif),
    (0, b"RIFF", "riff", read_riff),
    (0, b"RF64", "riff", read_riff),
    (0, b"BW64", "riff", read_riff),
    (0, b"II*\x00", "tiff", read_tiff),
    (0, b"MM\x00*", "tiff", read_tiff),
    (0, b"\x1a\x45\xdf\xa3", "matroska", read_matroska),
    (0, b"ID3", "id3", read_id3),
    (0, b"fLaC", "flac", read_flac),
    (0, b"OggS", "ogg", read_ogg),
    (0, b"%PDF-", "pdf", read_pdf),
    (30, EPUB_HEAD, "epub", read_epub),
    (4, b"ftyp", "mp4", read_bmff),
    (4, b"moov", "mp4", read_bmff),
    (4, b"mdat", "mp4", read_bmff),
    (4, b"wide", "mp4", read_bmff),
)


def reader_for(source: Source) -> tuple[str | None, Reader]:
    """The family of a file and its reader; for a file of no known family, the search for XMP."""
    head = source.take(0, min(64, source.size))
    for offset, magic, family, reader in _READERS:
        if head[offset : offset + len(magic)] == magic:
            return family, reader
    return None, find_xmp
