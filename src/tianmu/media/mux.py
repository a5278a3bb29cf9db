"""Pictures, sound and subtitles into one MP4.

The pictures are taken over packet by packet, as they were encoded; the sound becomes AAC, and each list of subtitles a
mov_text track with its language. The same inputs give the same bytes on one machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from heapq import merge
from math import lcm
from pathlib import Path

import av
import av.error
from av.container import InputContainer
from av.packet import Packet

from tianmu.core.errors import MediaError
from tianmu.core.files import whole_file, writing
from tianmu.core.text import say
from tianmu.film.sound import SAMPLE_RATE
from tianmu.media.audio import Samples
from tianmu.media.tracks import (
    AAC,
    BIT_RATE,
    SoundTrack,
    Subtitle,
    SubtitleTrack,
    TitleTrack,
    check_subtitles,
    quiet,
    subtitle_track,
)

__all__ = ["BIT_RATE", "MuxInfo", "Subtitle", "SubtitleTrack", "mux", "subtitle_track"]


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
        check_subtitles(track)
    with whole_file(path) as part, quiet(), writing(path):
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
        heard = None if sound is None else SoundTrack(target, sound, length, language, replace(AAC, bit_rate=bit_rate))
        titles = [TitleTrack(target, track, number == 0) for number, track in enumerate(subtitles)]

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
