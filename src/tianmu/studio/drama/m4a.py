"""Sound as an M4A: AAC with chapters, tags that music players read, a cover, and what it says of its making.

The muxer writes sound, chapters, title and author; the cover and free entries (`AIGC`) are then put into the same list
of tags, because with a muxer's own free entries players find neither title nor cover.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
import av.error
import numpy as np
from av.container import OutputContainer

from tianmu.core.files import whole_file, writing
from tianmu.film.sound import SAMPLE_RATE
from tianmu.media.audio import Samples
from tianmu.media.metadata import check_metadata
from tianmu.media.mux import BIT_RATE

_AAC_FRAME = 1024
_MEAN = b"org.tianmu"
"""Whose free entries they are; readers go by the name behind it."""
_TEXT, _JPEG = 1, 13
"""Kinds of data in a tag."""
_WAY = (b"moov", b"udta", b"meta", b"ilst")
"""The boxes around the tags, from the outside."""
_HEAD = {b"meta": 4}
"""Bytes of a box before the boxes in it."""

Chapters = Sequence[tuple[Fraction, str]]
"""First second and title of each, in order."""


def write_m4a(
    path: Path,
    blocks: Iterable[Samples],
    *,
    num_samples: int,
    chapters: Chapters = (),
    tags: Mapping[str, str] | None = None,
    metadata: Mapping[str, str] | None = None,
    cover: bytes | None = None,
    language: str = "und",
    bit_rate: int = BIT_RATE,
) -> None:
    """Write blocks `[n 2]` at 48 kHz, `num_samples` in all; the same ones give the same bytes.

    Args:
        path: the file to write.
        blocks: the sound; what lies outside [-1, 1] is clipped.
        num_samples: how many there are, for the end of the last chapter.
        chapters: where they begin, the first at 0, and what they are called.
        tags: `title`, `artist`, `album`, `genre`, in the words of FFmpeg.
        metadata: entries under names of their own.
        cover: a JPEG file.
        language: of the sound, after ISO 639-2.

    Raises:
        InputError: an entry of `metadata` cannot be written.
        OutputError: the place cannot be written, or the disk is full.
    """
    free = check_metadata(metadata or {})
    with whole_file(path) as part, writing(path):
        scratch = part.with_name(f"{part.name}.m4a")
        options = {"movflags": "+faststart", "fflags": "+bitexact", "movie_timescale": str(SAMPLE_RATE)}
        try:
            with av.open(str(scratch), "w", format="ipod", options=options) as target:
                target.metadata.update(tags or {})
                _set_chapters(target, chapters, num_samples)
                _encode(target, blocks, language, bit_rate)
        except av.error.FFmpegError as error:
            raise OSError(error.errno, error.strerror) from error
        added = _tags(free, cover)
        if added:
            _add_tags(scratch, part, added)
        else:
            shutil.copyfile(scratch, part)
        scratch.unlink()


def _set_chapters(target: OutputContainer, chapters: Chapters, num_samples: int) -> None:
    starts = [round(start * SAMPLE_RATE) for start, _ in chapters]
    ends = [*starts[1:], num_samples] if starts else []
    target.set_chapters(
        [
            {
                "id": number,
                "start": start,
                "end": end,
                "time_base": Fraction(1, SAMPLE_RATE),
                "metadata": {"title": title},
            }
            for number, (start, end, (_, title)) in enumerate(zip(starts, ends, chapters, strict=True), 1)
        ]
    )


def _encode(target: OutputContainer, blocks: Iterable[Samples], language: str, bit_rate: int) -> None:
    stream = target.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
    stream.bit_rate = bit_rate
    stream.codec_context.options = {"flags": "+bitexact", "aac_coder": "twoloop"}
    stream.metadata["language"] = language
    at = 0
    for piece in _pieces(blocks):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece.T), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, at, Fraction(1, SAMPLE_RATE)
        at += len(piece)
        target.mux(stream.encode(frame))
    target.mux(stream.encode(None))


def _pieces(blocks: Iterable[Samples]) -> Iterator[Samples]:
    """The sound in frames of the encoder, the last one shorter."""
    held = np.zeros((0, 2), np.float32)
    for block in blocks:
        held = np.concatenate((held, np.clip(block, -1.0, 1.0)))
        whole = len(held) // _AAC_FRAME * _AAC_FRAME
        yield from (held[at : at + _AAC_FRAME] for at in range(0, whole, _AAC_FRAME))
        held = held[whole:]
    if len(held):
        yield held


def _tags(free: Mapping[str, str], cover: bytes | None) -> bytes:
    """Boxes for the list of tags."""
    made = b"" if cover is None else _box(b"covr", _box(b"data", bytes([0, 0, 0, _JPEG, 0, 0, 0, 0]) + cover))
    for name, value in free.items():
        entry = _box(b"mean", bytes(4) + _MEAN) + _box(b"name", bytes(4) + name.encode())
        made += _box(b"----", entry + _box(b"data", bytes([0, 0, 0, _TEXT, 0, 0, 0, 0]) + value.encode()))
    return made


def _box(kind: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def _add_tags(source: Path, target: Path, added: bytes) -> None:
    """Copy a file whose index stands in front, with boxes added to the end of its list of tags."""
    with source.open("rb") as file, target.open("wb") as out:
        while (head := file.read(8))[4:] != b"moov":
            assert len(head) == 8, "the index is there"
            out.write(head + file.read(int.from_bytes(head[:4], "big") - 8))
        moov = bytearray(head + file.read(int.from_bytes(head[:4], "big") - 8))
        _move_chunks(moov, len(added))
        at, end = 0, len(moov)
        places: list[int] = []
        for kind in _WAY:
            at = next(start for start, found, _ in _boxes(moov, at, end) if found == kind)
            places.append(at)
            end = at + int.from_bytes(moov[at : at + 4], "big")
            at += 8 + _HEAD.get(kind, 0)
        moov[end:end] = added
        for place in places:
            size = int.from_bytes(moov[place : place + 4], "big") + len(added)
            moov[place : place + 4] = size.to_bytes(4, "big")
        out.write(moov)
        shutil.copyfileobj(file, out, 1 << 20)


def _move_chunks(moov: bytearray, by: int) -> None:
    """Add to the places of all chunks of sound and text, which stand behind the index."""
    tracks = [(b"trak",), (b"mdia",), (b"minf",), (b"stbl",), (b"stco", b"co64")]
    spans = [(8, len(moov))]
    for kinds in tracks:
        spans = [
            (start + 8, start + size)
            for first, last in spans
            for start, kind, size in _boxes(moov, first, last)
            if kind in kinds
        ]
    for first, _ in spans:
        wide = 8 if bytes(moov[first - 4 : first]) == b"co64" else 4
        count = int.from_bytes(moov[first + 4 : first + 8], "big")
        for at in range(first + 8, first + 8 + wide * count, wide):
            moov[at : at + wide] = (int.from_bytes(moov[at : at + wide], "big") + by).to_bytes(wide, "big")


def _boxes(data: bytearray, start: int, end: int) -> Iterator[tuple[int, bytes, int]]:
    """The boxes in a part of `data`: where each begins, its kind, its size."""
    at = start
    while at + 8 <= end:
        size = int.from_bytes(data[at : at + 4], "big")
        yield at, bytes(data[at + 4 : at + 8]), size
        at += size
