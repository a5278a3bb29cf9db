"""A track cut into segments for streaming: fragmented MP4 (ISO 23000-19, CMAF), each segment exactly as long as asked.

    NAME-init.mp4                  what the track is, with no samples
    NAME-00001.m4s, ...            a fragment each: `styp`, `moof`, `mdat`

FFmpeg writes the beginning; the fragments are written here, because its own end where a key frame happens to be and
sound has none. Pictures are shown in the order in which they are decoded, from 0 on: offsets between the two are read
differently by different players, and would put sound and pictures some frames apart. Sound begins with the frame that
primes its decoder, which an edit list skips.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import av.error
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from tianmu.core.errors import MediaError
from tianmu.core.text import say

INIT = "-init.mp4"
SEGMENT = ".m4s"
_SYNC, _NOT_SYNC = 0x0200_0000, 0x0101_0000
_DATA_OFFSET, _DURATIONS, _SIZES, _FLAGS = 0x1, 0x100, 0x200, 0x400
_BASE_IS_MOOF = 0x02_0000
_BEGINNING = {
    "video": "+empty_moov+default_base_moof+cmaf+use_metadata_tags",
    "audio": "+delay_moov+frag_every_frame+default_base_moof+cmaf+use_metadata_tags",
}
_STYP = struct.pack(">I4s4sI4s4s", 24, b"styp", b"msdh", 0, b"msdh", b"cmfs")


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A file of a track."""

    name: str
    seconds: Fraction
    bytes: int


@dataclass(frozen=True, kw_only=True)
class SegmentedTrack:
    """A track in segments."""

    init: str
    """The file that it begins with."""
    codecs: str
    """After RFC 6381, as a browser asks for it: `avc1.640028`, `mp4a.40.2`."""
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class _Sample:
    duration: int
    key: bool
    data: bytes


def cut_track(
    source: Path, folder: Path, name: str, every: Fraction, *, language: str = "und", metadata: Mapping[str, str]
) -> SegmentedTrack:
    """Cut the first track of an MP4 into segments in a folder.

    Args:
        source: an MP4 with H.264 (`codecs.STREAMED`), whose groups of pictures are closed and without B frames, or AAC.
        every: the length of a segment in seconds; of pictures, a whole number of groups. The last may be shorter.
        language: of the track, after ISO 639-2.
        metadata: what the beginning says about the work.

    Raises:
        MediaError: the source is damaged, or a segment of pictures would not begin with a key frame, or has
            B frames.
        OSError: a file cannot be written.
    """
    try:
        with av.open(str(source)) as opened:
            stream = opened.streams[0]
            init = _beginning(stream, opened.demux(stream), language, metadata)
        (folder / f"{name}{INIT}").write_bytes(init)
        with av.open(str(source)) as opened:
            stream = opened.streams[0]
            segments = tuple(_written(folder, name, stream, opened.demux(stream), every))
    except av.error.FFmpegError as error:
        raise MediaError(
            say(f"{source} cannot be cut into segments ({error}).", f"无法将 {source} 切成分段（{error}）。")
        ) from error
    return SegmentedTrack(init=f"{name}{INIT}", codecs=_codecs(init), segments=segments)


def _beginning(stream: Stream, packets: Iterator[Packet], language: str, metadata: Mapping[str, str]) -> bytes:
    """The file type and the index of a fragmented MP4, as FFmpeg writes them before the first fragment."""
    held = io.BytesIO()
    options = {"movflags": _BEGINNING[stream.type], "fflags": "+bitexact"}
    with av.open(held, "w", format="mp4", options=options) as target:
        target.metadata.update(metadata)
        copy = target.add_stream_from_template(stream)
        copy.time_base = stream.time_base
        copy.metadata["language"] = language
        for packet in islice((each for each in packets if each.size), 4):
            packet.stream = copy
            target.mux_one(packet)
    content = held.getvalue()
    return content[: next(at for kind, at in _boxes(content) if kind not in (b"ftyp", b"moov"))]


def _boxes(content: bytes) -> Iterator[tuple[bytes, int]]:
    at = 0
    while at + 8 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        yield kind, at
        at += max(size, 8)


def _codecs(init: bytes) -> str:
    """What RFC 6381 calls the track: H.264 with its profile and level, or AAC-LC."""
    at = init.find(b"avcC")
    return f"avc1.{init[at + 5 : at + 8].hex()}" if at >= 0 else "mp4a.40.2"


def _written(folder: Path, name: str, stream: Stream, packets: Iterator[Packet], every: Fraction) -> Iterator[Segment]:
    clock = 1 / Fraction(stream.time_base or 1)
    began = 0
    for number, samples in enumerate(_cut(stream, packets, every * clock), 1):
        if isinstance(stream, VideoStream) and not samples[0].key:
            raise MediaError(
                say(
                    f"Segment {number} of {name} does not begin with a key frame; encode closed groups of one length.",
                    f"{name} 的第 {number} 段不以关键帧开始；请用等长的封闭图像组编码。",
                )
            )
        path = folder / f"{name}-{number:05d}{SEGMENT}"
        content = _fragment(number, began, samples)
        path.write_bytes(content)
        length = sum(sample.duration for sample in samples)
        began += length
        yield Segment(name=path.name, seconds=length / clock, bytes=len(content))


def _cut(stream: Stream, packets: Iterator[Packet], every: Fraction) -> Iterator[list[_Sample]]:
    """Samples in the order of decoding, parted where a segment's time begins; `every` counts in the track's clock.

    A frame of sound belongs to the segment in which it begins; the one that primes the decoder, to the first.
    """
    held: list[_Sample] = []
    decoded, number = 0, 1
    primed = 0
    for packet in packets:
        if not packet.size or packet.pts is None:
            continue
        if not decoded:
            primed = max(0, -packet.pts)
        if held and decoded - primed >= every * number:
            yield held
            held, number = [], number + 1
        duration = packet.duration or 0
        if packet.pts + primed != decoded:
            raise MediaError(
                say(
                    "Its pictures are not shown in the order in which they are coded; encode it without B frames.",
                    "画面的显示顺序与编码顺序不同；请不带 B 帧编码。",
                )
            )
        held.append(_Sample(duration, packet.is_keyframe, bytes(packet)))
        decoded += duration
    if held:
        yield held


def _fragment(number: int, began: int, samples: list[_Sample]) -> bytes:
    """A segment of one fragment: where it stands in time, a row for each sample, and their bytes."""
    rows = b"".join(
        struct.pack(">III", each.duration, len(each.data), _SYNC if each.key else _NOT_SYNC) for each in samples
    )
    flags = _DATA_OFFSET | _DURATIONS | _SIZES | _FLAGS
    header = _full(b"mfhd", 0, 0, struct.pack(">I", number))
    track = _full(b"tfhd", 0, _BASE_IS_MOOF, struct.pack(">I", 1)) + _full(b"tfdt", 1, 0, struct.pack(">Q", began))
    size = 8 + len(header) + 8 + len(track) + 12 + 8 + len(rows)
    run = _full(b"trun", 1, flags, struct.pack(">Ii", len(samples), size + 8) + rows)
    moof = _box(b"moof", header + _box(b"traf", track + run))
    assert len(moof) == size, "samples begin behind the head of mdat"
    return _STYP + moof + _box(b"mdat", b"".join(each.data for each in samples))


def _full(kind: bytes, version: int, flags: int, content: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags) + content)


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content
