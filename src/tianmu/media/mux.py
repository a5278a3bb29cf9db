"""Pictures, sound and subtitles into one MP4.

The pictures are taken over packet by packet, as they were encoded; the sound becomes AAC, and each list of subtitles a
mov_text track with its language. The same inputs give the same bytes on one machine.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from math import lcm
from pathlib import Path

import av
import av.error
import numpy as np
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Disposition

from tianmu.core.errors import InputError, MediaError
from tianmu.core.files import whole_file, writing
from tianmu.core.text import say
from tianmu.film.sound import SAMPLE_RATE
from tianmu.film.subtitle import Cue
from tianmu.media.audio import Samples

BIT_RATE = 192_000
_AAC_FRAME = 1024
_MILLISECONDS = Fraction(1, 1000)


@dataclass(frozen=True, kw_only=True)
class Subtitle:
    """Words with the time for which they are shown."""

    start: Fraction
    """Seconds."""
    end: Fraction
    text: str
    """Lines are parted by `\\n`."""


@dataclass(frozen=True, kw_only=True)
class SubtitleTrack:
    """Subtitles in one language."""

    language: str
    """After ISO 639-2: `eng`, `zho`."""
    subtitles: tuple[Subtitle, ...]
    title: str = ""


def subtitle_track(cues: Iterable[Cue], fps: Fraction, language: str, *, title: str = "") -> SubtitleTrack:
    """The cues of a film, whose times are frames, as a track of its file."""
    subtitles = (Subtitle(start=cue.start / fps, end=cue.end / fps, text="\n".join(cue.lines)) for cue in cues)
    return SubtitleTrack(language=language, subtitles=tuple(subtitles), title=title)


@dataclass(frozen=True, kw_only=True)
class MuxInfo:
    """What was written."""

    path: Path
    num_frames: int
    num_samples: int
    """Of sound that is heard: priming and padding left out."""
    num_subtitles: tuple[int, ...]


def mux(
    pictures: Path,
    path: Path,
    *,
    sound: Iterable[Samples] | None,
    subtitles: Sequence[SubtitleTrack] = (),
    language: str = "und",
    bit_rate: int = BIT_RATE,
    metadata: Mapping[str, str] | None = None,
    on_frame: Callable[[int], None] | None = None,
) -> MuxInfo:
    """Write an MP4 with the pictures of another, with sound and with subtitles.

    The sound is cut, or filled with silence, to the length of the pictures: to the sample. Its priming is skipped by
    an edit list, so that sample 0 is heard with frame 0. What the file with the pictures says of itself (`AIGC`
    above all) is kept; `metadata` is added.

    Args:
        pictures: an MP4 with one video stream, as `media/video.py` writes it.
        path: the file to write; it may be `pictures` itself.
        sound: blocks `[n c]` float32 at 48 kHz, mono or stereo; None writes none.
        subtitles: tracks in order, each without overlaps; the first is shown by default.
        language: of the sound, after ISO 639-2.
        on_frame: called with the number of frames written so far.

    Raises:
        InputError: subtitles overlap or run backwards, or blocks of sound differ.
        MediaError: `pictures` is no MP4 with moving pictures, or is damaged.
        OutputError: the place cannot be written, or the disk is full.
    """
    for track in subtitles:
        _check(track)
    with whole_file(path) as part, _quiet(), writing(path):
        try:
            with av.open(str(pictures)) as source:
                if not source.streams.video:
                    raise MediaError(say(f"{pictures} holds no moving pictures.", f"{pictures} 中没有活动画面。"))
                return _mux(source, part, path, sound, subtitles, language, bit_rate, metadata or {}, on_frame)
        except av.error.InvalidDataError as error:
            raise MediaError(
                say(f"{pictures} is no video, or damaged ({error}).", f"{pictures} 不是视频，或已损坏（{error}）。")
            ) from error
        except av.error.FFmpegError as error:
            raise OSError(error.errno, error.strerror) from error


def _mux(
    source: InputContainer,
    part: Path,
    path: Path,
    sound: Iterable[Samples] | None,
    subtitles: Sequence[SubtitleTrack],
    language: str,
    bit_rate: int,
    metadata: Mapping[str, str],
    on_frame: Callable[[int], None] | None,
) -> MuxInfo:
    film = source.streams.video[0]
    stamps = [packet.pts for packet in source.demux(film) if packet.size and packet.pts is not None]
    source.seek(0)
    length = _seconds(film.average_rate, film.time_base, stamps)
    facts = {key: value for key, value in source.metadata.items() if key not in _WRITTEN_BY_THE_CONTAINER}
    facts.update(metadata)
    flags = "+faststart+use_metadata_tags" if facts else "+faststart"
    # Edit lists count in the clock of the whole film: one in which a frame and a sample are both whole numbers.
    clock = lcm(Fraction(film.average_rate or 1).numerator, SAMPLE_RATE)
    options = {"movflags": flags, "fflags": "+bitexact", "movie_timescale": str(clock)}
    with av.open(str(part), "w", format="mp4", options=options) as target:
        target.metadata.update(facts)
        shown = target.add_stream_from_template(film)
        shown.time_base = film.time_base
        heard = None if sound is None else _Sound(target, sound, length, language, bit_rate)
        titles = [_Titles(target, track, number == 0) for number, track in enumerate(subtitles)]

        def numbered() -> Iterator[Packet]:
            done = 0
            for packet in source.demux(film):
                if packet.size and packet.dts is not None:
                    packet.stream = shown
                    yield packet
                    done += 1
                    if on_frame is not None:
                        on_frame(done)

        streams = [numbered(), *([heard.packets()] if heard else []), *(title.packets(length) for title in titles)]
        for packet in merge(*streams, key=_time_of):
            target.mux_one(packet)
    return MuxInfo(
        path=path,
        num_frames=len(stamps),
        num_samples=heard.num_samples if heard else 0,
        num_subtitles=tuple(len(track.subtitles) for track in subtitles),
    )


_WRITTEN_BY_THE_CONTAINER = ("major_brand", "minor_version", "compatible_brands", "encoder", "creation_time")


def _time_of(packet: Packet) -> Fraction:
    return (packet.dts or 0) * Fraction(packet.time_base)


def _seconds(rate: Fraction | None, base: Fraction | None, stamps: Sequence[int]) -> Fraction:
    """The length of pictures at a constant rate."""
    if not stamps or not rate or not base:
        raise MediaError(say("The pictures have no frames.", "画面中没有任何帧。"))
    return len(stamps) / Fraction(rate)


class _Sound:
    """Encodes blocks as they come, to an exact number of samples."""

    def __init__(
        self, target: OutputContainer, blocks: Iterable[Samples], length: Fraction, language: str, bit_rate: int
    ) -> None:
        self.num_samples = round(length * SAMPLE_RATE)
        self._blocks = iter(blocks)
        first = next(self._blocks, np.zeros((0, 2), np.float32))
        self._channels = first.shape[1] if first.ndim == 2 else 0
        if self._channels not in (1, 2):
            raise InputError(
                say(
                    f"Sound is [samples channels] with one or two channels; {list(first.shape)} came.",
                    f"声音应为 [采样 声道]，一或两个声道；得到 {list(first.shape)}。",
                )
            )
        self._first = first
        self._layout = "mono" if self._channels == 1 else "stereo"
        stream = target.add_stream("aac", rate=SAMPLE_RATE, layout=self._layout)
        stream.bit_rate = bit_rate
        stream.codec_context.options = {"flags": "+bitexact", "aac_coder": "twoloop"}
        stream.metadata["language"] = language
        self._stream = stream

    def packets(self) -> Iterator[Packet]:
        at = 0
        for frame in self._frames():
            picture = av.AudioFrame.from_ndarray(np.ascontiguousarray(frame.T), format="fltp", layout=self._layout)
            picture.sample_rate, picture.pts, picture.time_base = SAMPLE_RATE, at, Fraction(1, SAMPLE_RATE)
            at += len(frame)
            yield from self._stream.encode(picture)
        yield from self._stream.encode(None)

    def _frames(self) -> Iterator[Samples]:
        """The sound in frames of the encoder, the last one shorter, cut or filled up to the length."""
        held = np.zeros((0, self._channels), np.float32)
        given = 0
        for block in self._all():
            held = np.concatenate((held, block))
            whole = min(len(held), self.num_samples - given) // _AAC_FRAME * _AAC_FRAME
            for at in range(0, whole, _AAC_FRAME):
                yield held[at : at + _AAC_FRAME]
            held, given = held[whole:], given + whole
            if self.num_samples - given < _AAC_FRAME and len(held) >= self.num_samples - given:
                break
        rest = np.zeros((self.num_samples - given, self._channels), np.float32)
        rest[: len(held)] = held[: len(rest)]
        for at in range(0, len(rest), _AAC_FRAME):
            yield rest[at : at + _AAC_FRAME]

    def _all(self) -> Iterator[Samples]:
        yield self._first
        for block in self._blocks:
            if block.ndim != 2 or block.shape[1] != self._channels:
                raise InputError(
                    say(
                        f"Blocks of sound have as many channels as the first, {self._channels}; {list(block.shape)} "
                        "came.",
                        f"每段声音的声道数须与首段相同（{self._channels}）；得到 {list(block.shape)}。",
                    )
                )
            yield np.clip(block, -1.0, 1.0)


class _Titles:
    """A track of mov_text: every moment has a sample, an empty one where nothing is shown."""

    def __init__(self, target: OutputContainer, track: SubtitleTrack, default: bool) -> None:
        self._stream = target.add_stream("mov_text")
        context = self._stream.codec_context
        context.time_base = _MILLISECONDS
        context.subtitle_header = _HEADER
        self._stream.time_base = _MILLISECONDS
        self._stream.metadata["language"] = track.language
        if track.title:
            self._stream.metadata["handler_name"] = track.title
        if default:
            self._stream.disposition = Disposition.default
        self._track = track

    def packets(self, length: Fraction) -> Iterator[Packet]:
        for start, end, text in _samples(self._track.subtitles, length):
            data = text.encode()
            packet = Packet(len(data).to_bytes(2, "big") + data)
            packet.stream = self._stream
            packet.time_base = _MILLISECONDS
            packet.pts = packet.dts = start
            packet.duration = end - start
            yield packet


_HEADER = (
    b"[Script Info]\r\nScriptType: v4.00+\r\n\r\n[V4+ Styles]\r\n"
    b"Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, "
    b"Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, "
    b"MarginV, Encoding\r\n"
    b"Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,0\r\n\r\n"
    b"[Events]\r\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\r\n"
)


def _samples(subtitles: Sequence[Subtitle], length: Fraction) -> Iterator[tuple[int, int, str]]:
    """Start and end in milliseconds, with the text: without holes from 0 to the end."""
    at, whole = 0, int(length * 1000)
    for subtitle in subtitles:
        start, end = min(round(subtitle.start * 1000), whole), min(round(subtitle.end * 1000), whole)
        if end <= start:
            continue
        if start > at:
            yield at, start, ""
        yield start, end, subtitle.text
        at = end
    if at < whole:
        yield at, whole, ""


def _check(track: SubtitleTrack) -> None:
    at = Fraction(0)
    for number, subtitle in enumerate(track.subtitles, 1):
        if subtitle.start < at or subtitle.end <= subtitle.start or len(subtitle.text.encode()) > 0xFFFF:
            raise InputError(
                say(
                    f"Subtitle {number} ({track.language}) begins before the one before it ends, or ends before it "
                    "begins; give them in order.",
                    f"第 {number} 条字幕（{track.language}）与前一条重叠，或结束早于开始；请按顺序给出。",
                )
            )
        at = subtitle.end


@contextmanager
def _quiet() -> Generator[None]:
    """Without what the encoder says of itself."""
    logger = logging.getLogger("libav")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
