"""What runs beside the pictures of a film: sound of exactly their length, and subtitles, as packets for a container.

`mux.py` lays them under pictures that are encoded already, `delivery.py` beside pictures that are encoded meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Disposition
from av.subtitles.stream import SubtitleStream

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.film.sound import SAMPLE_RATE
from tianmu.film.subtitle import Cue
from tianmu.media.audio import Samples
from tianmu.media.subtitles import shown

BIT_RATE = 192_000
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
class SoundCodec:
    """How sound is encoded."""

    name: str
    """As FFmpeg names the encoder."""
    format: str
    """Of the samples that it takes."""
    frame: int
    """Samples in a frame."""
    bit_rate: int | None = BIT_RATE
    options: dict[str, str] = field(default_factory=dict[str, str])


AAC = SoundCodec(name="aac", format="fltp", frame=1024, options={"aac_coder": "twoloop"})
OPUS = SoundCodec(name="libopus", format="flt", frame=960)
PCM = SoundCodec(name="pcm_s24le", format="s32", frame=4800, bit_rate=None)
"""24 bits a sample, as they are."""


class SoundTrack:
    """Encodes blocks as they come, to an exact number of samples."""

    def __init__(
        self,
        target: OutputContainer,
        blocks: Iterable[Samples],
        length: Fraction,
        language: str,
        codec: SoundCodec = AAC,
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
        stream = target.add_stream(codec.name, rate=SAMPLE_RATE, layout=self._layout)
        assert isinstance(stream, AudioStream), f"{codec.name} encodes sound"
        if codec.bit_rate is not None:
            stream.bit_rate = codec.bit_rate
        stream.codec_context.options = {"flags": "+bitexact", **codec.options}
        stream.metadata["language"] = language
        self._codec = codec
        self._stream = stream

    def packets(self) -> Iterator[Packet]:
        at = 0
        for frame in self._frames():
            picture = av.AudioFrame.from_ndarray(self._laid(frame), format=self._codec.format, layout=self._layout)
            picture.sample_rate, picture.pts, picture.time_base = SAMPLE_RATE, at, Fraction(1, SAMPLE_RATE)
            at += len(frame)
            yield from self._stream.encode(picture)
        yield from self._stream.encode(None)

    def _laid(self, frame: Samples) -> np.ndarray[Any, Any]:
        """Samples as the encoder takes them: a channel after the other, or sample by sample."""
        match self._codec.format:
            case "fltp":
                return np.ascontiguousarray(frame.T)
            case "flt":
                return np.ascontiguousarray(frame).reshape(1, -1)
            case _:
                # The top 24 bits of 32: what a WAV of 24 bits held comes out as it was.
                steps = np.clip(np.rint(frame.astype(np.float64) * (1 << 23)), -(1 << 23), (1 << 23) - 1)
                return (steps.astype(np.int32) << 8).reshape(1, -1)

    def _frames(self) -> Iterator[Samples]:
        """The sound in frames of the encoder, the last one shorter, cut or filled up to the length."""
        held = np.zeros((0, self._channels), np.float32)
        given = 0
        for block in self._all():
            held = np.concatenate((held, block))
            whole = min(len(held), self.num_samples - given) // self._codec.frame * self._codec.frame
            for at in range(0, whole, self._codec.frame):
                yield held[at : at + self._codec.frame]
            held, given = held[whole:], given + whole
            if self.num_samples - given < self._codec.frame and len(held) >= self.num_samples - given:
                break
        rest = np.zeros((self.num_samples - given, self._channels), np.float32)
        rest[: len(held)] = held[: len(rest)]
        for at in range(0, len(rest), self._codec.frame):
            yield rest[at : at + self._codec.frame]

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


class TitleTrack:
    """Subtitles of one language. In mov_text every moment has a sample, an empty one where nothing is shown."""

    def __init__(self, target: OutputContainer, track: SubtitleTrack, default: bool, codec: str = "mov_text") -> None:
        """`codec` is `mov_text`, or `webvtt` for WebM."""
        stream = target.add_stream(codec)
        assert isinstance(stream, SubtitleStream), f"{codec} holds subtitles"
        self._stream = stream
        self._plain = codec != "mov_text"
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
            if self._plain and not text:
                continue
            data = shown(text).encode() if self._plain else text.encode()
            packet = Packet(data if self._plain else len(data).to_bytes(2, "big") + data)
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


def check_subtitles(track: SubtitleTrack) -> None:
    """Refuse subtitles that no container takes.

    Raises:
        InputError: one begins before the one before it ends, or is empty in time.
    """
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
def quiet() -> Generator[None]:
    """Without what encoders say of themselves."""
    logger = logging.getLogger("libav")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
