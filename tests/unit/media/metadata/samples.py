"""One small file of every kind, with one and the same text among its metadata, by FFmpeg, Pillow and reportlab."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tianmu.media.metadata.pdf import add_metadata_to_pdf
from tianmu.media.metadata.xmp import xmp_packet

TEXT = '{"Label":"1","ContentProducer":"<&>\'"}'
XMP = xmp_packet({"AIGC": TEXT})
_MDTA = {"movflags": "use_metadata_tags"}


def film(path: Path, container: str, codec: str, key: str = "AIGC", **options: str) -> None:
    with av.open(str(path), "w", format=container, options=options) as out:
        out.metadata[key] = TEXT
        stream = out.add_stream(codec, rate=24)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for index in range(4):
            frame = VideoFrame.from_ndarray(np.full((64, 64, 3), 9 * index, dtype=np.uint8), format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 24)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def sound(path: Path, container: str, codec: str, key: str = "AIGC", text: str = TEXT, **options: str) -> None:
    with av.open(str(path), "w", format=container, options=options) as out:
        out.metadata[key] = text
        stream = out.add_stream(codec, rate=48000, layout="mono")
        assert isinstance(stream, AudioStream)
        name = stream.format.name
        kind: Any = {"flt": np.float32, "s16": np.int16, "s32": np.int32}[name.rstrip("p")]
        for index in range(3):
            frame = AudioFrame.from_ndarray(np.zeros((1, 960), dtype=kind), format=name, layout="mono")
            frame.sample_rate, frame.pts = 48000, 960 * index
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def _picture() -> Image.Image:
    return Image.linear_gradient("L").resize((24, 16)).convert("RGB")


def _comment(charset: bytes, encoding: str) -> Image.Exif:
    exif = Image.Exif()
    exif[305] = "a camera"
    exif.get_ifd(0x8769)[0x9286] = charset + TEXT.encode(encoding)
    return exif


def _text_chunk(*, packed: bool) -> PngInfo:
    chunks = PngInfo()
    chunks.add_text("AIGC", TEXT, zip=packed)
    return chunks


def document(path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    written = io.BytesIO()
    canvas = Canvas(written, invariant=1)
    canvas.setTitle("灯塔")
    add_metadata_to_pdf(canvas, {"AIGC": TEXT})
    canvas.drawString(72, 72, "one page")
    canvas.showPage()
    canvas.save()
    path.write_bytes(written.getvalue())


def packed_document(path: Path) -> None:
    """As some programs write one: no XMP, and the information dictionary in a packed stream of objects."""
    packed = zlib.compress(b"7 0 <</AIGC (" + TEXT.replace("'", "\\047").encode() + b")>>")
    head = b"%%PDF-1.5\n9 0 obj\n<</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d>>\nstream\n" % len(
        packed
    )
    path.write_bytes(head + packed + b"\nendstream\nendobj\n%%EOF\n")


def book(path: Path, *, packed: bool, meta: str) -> None:
    """An EPUB of nothing but its package."""
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w") as out:
        out.writestr(zipfile.ZipInfo("mimetype"), "application/epub+zip")
        rootfile = '<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>'
        space = "urn:oasis:names:tc:opendocument:xmlns:container"
        container = f'<container xmlns="{space}" version="1.0"><rootfiles>{rootfile}</rootfiles></container>'
        package = f'<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata>{meta}</metadata></package>'
        for name, text in (("META-INF/container.xml", container), ("EPUB/package.opf", package)):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = method
            out.writestr(entry, text)


MAKERS: dict[str, Callable[[Path], None]] = {
    "keys.mp4": lambda path: film(path, "mp4", "libx264", **_MDTA),
    "tags.mp4": lambda path: sound(path, "mp4", "aac", "comment"),
    "keys.mov": lambda path: film(path, "mov", "libx264", **_MDTA),
    "text.mov": lambda path: sound(path, "mov", "aac", "comment"),
    "keys.m4a": lambda path: sound(path, "ipod", "aac", **_MDTA),
    "a.mkv": lambda path: film(path, "matroska", "libx264"),
    "live.mkv": lambda path: film(path, "matroska", "libx264", live="1"),
    "a.webm": lambda path: film(path, "webm", "libvpx-vp9"),
    "a.avi": lambda path: film(path, "avi", "libx264", "comment"),
    "a.wav": lambda path: sound(path, "wav", "pcm_s16le", "comment"),
    "a.mp3": lambda path: sound(path, "mp3", "libmp3lame"),
    "v3.mp3": lambda path: sound(path, "mp3", "libmp3lame", id3v2_version="3"),
    "a.flac": lambda path: sound(path, "flac", "flac"),
    "a.opus": lambda path: sound(path, "opus", "libopus"),
    "xmp.jpg": lambda path: _picture().save(path, xmp=XMP),
    "comment.jpg": lambda path: _picture().save(path, comment=TEXT),
    "exif.jpg": lambda path: _picture().save(path, exif=_comment(b"ASCII\x00\x00\x00", "ascii")),
    "wide.jpg": lambda path: _picture().save(path, exif=_comment(b"UNICODE\x00", "utf-16-le")),
    "exif.png": lambda path: _picture().save(path, exif=_comment(b"ASCII\x00\x00\x00", "ascii")),
    "text.png": lambda path: _picture().save(path, pnginfo=_text_chunk(packed=False)),
    "packed.png": lambda path: _picture().save(path, pnginfo=_text_chunk(packed=True)),
    "xmp.tiff": lambda path: _picture().save(path, tiffinfo={700: XMP}),
    "text.tiff": lambda path: _picture().save(path, tiffinfo={270: TEXT}),
    "xmp.webp": lambda path: _picture().save(path, xmp=XMP),
    "exif.webp": lambda path: _picture().save(path, exif=_comment(b"ASCII\x00\x00\x00", "ascii")),
    "comment.gif": lambda path: _picture().save(path, comment=TEXT),
    "xmp.avif": lambda path: _picture().save(path, xmp=XMP),
    "a.pdf": document,
    "packed.pdf": packed_document,
    "property.epub": lambda path: book(path, packed=True, meta=f'<meta property="TC260:AIGC">{escape(TEXT)}</meta>'),
    "name.epub": lambda path: book(path, packed=False, meta=f'<meta name="AIGC" content={quoteattr(TEXT)}/>'),
}


def write_sample(name: str, folder: Path) -> Path:
    MAKERS[name](folder / name)
    return folder / name
