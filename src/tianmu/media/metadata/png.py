"""PNG (ISO 15948): chunks of text, plain, packed or international, XMP in one of them, and Exif."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PIL.PngImagePlugin import PngInfo

from tianmu.media.metadata.source import Entry, Malformed, Source, text_of
from tianmu.media.metadata.tiff import exif_entries
from tianmu.media.metadata.xmp import xmp_entries, xmp_packet

_XMP = "XML:com.adobe.xmp"
_KINDS = (b"tEXt", b"zTXt", b"iTXt", b"eXIf")


def png_chunks(metadata: Mapping[str, str]) -> PngInfo:
    """Each entry as international text under its key, and all of them in XMP, for Pillow's `pnginfo`."""
    chunks = PngInfo()
    for key in sorted(metadata):
        chunks.add_itxt(key, metadata[key])
    chunks.add_itxt(_XMP, xmp_packet(metadata).decode())
    return chunks


def read_png(source: Source) -> Iterator[Entry]:
    """Every text of a PNG, also of what stands after the pictures.

    Raises:
        Malformed: a chunk ends outside the file, or a text cannot be unpacked.
    """
    offset = 8
    while offset < source.size:
        length, kind = source.unpack(">I4s", offset)
        if offset + 12 + length > source.size:
            raise Malformed
        if kind in _KINDS:
            data = source.take(offset + 8, length)
            yield from exif_entries(data, source) if kind == b"eXIf" else _text(kind, data, source)
        if kind == b"IEND":
            return
        offset += 12 + length


def _text(kind: bytes, data: bytes, source: Source) -> Iterator[Entry]:
    keyword, separated, rest = data.partition(b"\x00")
    if not separated:
        raise Malformed
    key = keyword.decode("latin-1")
    if kind == b"tEXt":
        value = rest
    elif kind == b"zTXt":
        value = source.inflated(rest[1:])
    else:
        packed, rest = rest[:1] == b"\x01", rest[2:]
        _, _, rest = rest.partition(b"\x00")  # the language
        _, _, rest = rest.partition(b"\x00")  # the keyword in it
        value = source.inflated(rest) if packed else rest
    if key == _XMP:
        yield from xmp_entries(value, source)
    else:
        yield Entry(
            key=key, value=text_of(value, "utf-8" if kind == b"iTXt" else "latin-1"), where=f"PNG {kind.decode()}"
        )
