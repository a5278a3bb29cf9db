"""A film in a codec of delivery: pictures encoded as they come, sound and subtitles beside them, in one file.

    write_film(path, frames, fps, HEVC, num_frames=..., sound=..., subtitles=...) -> MuxInfo

Memory does not grow with the length of the film, and the same inputs give the same bytes on one machine.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from heapq import merge
from math import lcm
from pathlib import Path

import av
import av.error
import numpy as np
from av.container import OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from tianmu.core.errors import InputError, OutputError
from tianmu.core.files import whole_file, writing
from tianmu.core.text import say
from tianmu.film.sound import SAMPLE_RATE
from tianmu.media.audio import Samples
from tianmu.media.encoders.codecs import FilmCodec, film_stream, require_size, silent_svt
from tianmu.media.encoders.picture import Clock, as_video, close
from tianmu.media.metadata import check_metadata
from tianmu.media.mux import MuxInfo
from tianmu.media.planes import Picture, Planes
from tianmu.media.tracks import SoundTrack, SubtitleTrack, TitleTrack, check_subtitles, quiet


def write_film(
    path: Path,
    frames: Iterable[Picture],
    fps: Fraction,
    codec: FilmCodec,
    *,
    num_frames: int,
    sound: Iterable[Samples] | None = None,
    subtitles: Sequence[SubtitleTrack] = (),
    language: str = "und",
    metadata: Mapping[str, str] | None = None,
    timecode: str | None = None,
    on_frame: Callable[[int], None] | None = None,
) -> MuxInfo:
    """Write a film, whole or not at all.

    The sound is cut, or filled with silence, to the length of the pictures: to the sample.

    Args:
        frames: pictures `[h w 3] uint8`, RGB, or planes, all of one size; taken one at a time. What it raises is
            passed on.
        fps: frames a second, exact.
        num_frames: how many will come.
        sound: blocks `[n c]` float32 at 48 kHz, mono or stereo; None writes none.
        subtitles: tracks in order, where the codec's container takes them; the first is shown by default.
        language: of the sound, after ISO 639-2.
        metadata: what the file says about itself.
        timecode: of the first frame, for a MOV file.
        on_frame: called with the number of frames encoded so far.

    Raises:
        InputError: a size that the codec cannot hold, frames that are not alike or not as many as promised, subtitles
            that overlap, or an entry that cannot be.
        OutputError: the place cannot be written, or the disk is full.
    """
    stream = iter(frames)
    first = next(stream, None)
    if first is None:
        raise _miscounted(0, num_frames)
    require_size(codec, first.shape[1], first.shape[0])
    for track in subtitles:
        check_subtitles(track)
    entries = check_metadata(metadata or {})
    with whole_file(path) as part, quiet(), silent_svt():
        with encoding(path):
            container = av.open(
                str(part), "w", format=codec.container, options=_options(codec, fps, sounds=sound is not None)
            )
        try:
            container.metadata.update(entries)
            pictures = film_stream(container, codec, first.shape[1], first.shape[0], fps, timecode)
            length = num_frames / fps
            tracks = [] if codec.subtitles is None else subtitles
            heard = None if sound is None else SoundTrack(container, sound, length, language, codec.sound)
            titles = [TitleTrack(container, track, not at, codec.subtitles or "") for at, track in enumerate(tracks)]
            packets = merge(
                _encoded(pictures, codec, fps, _counted(first, stream, num_frames, on_frame)),
                *([heard.packets()] if heard else []),
                *(title.packets(length) for title in titles),
                key=_time_of,
            )
            _write(container, packets, path)
        except BaseException:
            close(container)
            raise
        require_whole(path, part, num_frames)
    return MuxInfo(
        path=path,
        num_frames=num_frames,
        num_samples=heard.num_samples if heard else 0,
        num_subtitles=tuple(len(track.subtitles) for track in tracks),
    )


def _options(codec: FilmCodec, fps: Fraction, *, sounds: bool) -> dict[str, str]:
    options = codec.container_options
    if sounds and codec.container != "webm":
        # Edit lists count in the clock of the whole film: one in which a frame and a sample are both whole numbers.
        options["movie_timescale"] = str(lcm(fps.numerator, SAMPLE_RATE))
    return options


def _encoded(stream: VideoStream, codec: FilmCodec, fps: Fraction, frames: Iterable[Picture]) -> Iterator[Packet]:
    clock = Clock(fps)
    for frame in frames:
        yield from stream.encode(clock.stamp(as_video(frame, codec.pixel_format)))
    yield from stream.encode(None)


def _counted(
    first: Picture, others: Iterator[Picture], num_frames: int, on_frame: Callable[[int], None] | None
) -> Iterator[Picture]:
    """The frames, alike and as many as promised."""
    done = 0
    frame: Picture | None = first
    while frame is not None:
        if frame.shape != first.shape or not (isinstance(frame, Planes) or frame.dtype == np.uint8):
            raise _unlike(frame, first)
        if done == num_frames:
            raise _miscounted(done + 1, num_frames)
        yield frame if isinstance(frame, Planes) else np.ascontiguousarray(frame)
        done += 1
        if on_frame is not None:
            on_frame(done)
        frame = next(others, None)
    if done != num_frames:
        raise _miscounted(done, num_frames)


def _write(container: OutputContainer, packets: Iterator[Packet], path: Path) -> None:
    for packet in _pulled(packets, path):
        with encoding(path):
            container.mux_one(packet)
    with encoding(path):
        container.close()


def _pulled(packets: Iterator[Packet], path: Path) -> Iterator[Packet]:
    """Packets one by one; what an encoder says against it is told as the system's errors are."""
    while True:
        with encoding(path):
            packet = next(packets, None)
        if packet is None:
            return
        yield packet


@contextmanager
def encoding(path: Path) -> Generator[None]:
    """What an encoder or a container says against it, as an `OutputError` about `path`."""
    with writing(path):
        try:
            yield
        except av.error.FFmpegError as error:
            raise OSError(error.errno, error.strerror) from error


def _time_of(packet: Packet) -> Fraction:
    return (packet.dts or 0) * Fraction(packet.time_base)


def require_whole(path: Path, part: Path, num_frames: int) -> None:
    """Count the pictures of a finished file: a muxer may keep silent about a write that failed.

    Raises:
        OutputError: they are not all there.
    """
    try:
        with av.open(str(part)) as container:
            counted = sum(1 for packet in container.demux(container.streams.video[0]) if packet.size)
    except (av.error.FFmpegError, IndexError):
        counted = 0
    if counted != num_frames:
        raise OutputError(
            say(
                f"{path} could not be written whole: {counted} of {num_frames} frames arrived; check the disk.",
                f"{path} 未能完整写入：{num_frames} 帧中只写入了 {counted} 帧；请检查磁盘。",
            )
        )


def _miscounted(came: int, promised: int) -> InputError:
    return InputError(
        say(
            f"A film of {promised} frames was promised, and {came} came; make the film again.",
            f"影片应有 {promised} 帧，却得到 {came} 帧；请重新制作影片。",
        )
    )


def _unlike(frame: Picture, first: Picture) -> InputError:
    return InputError(
        say(
            f"Frames of a film are [height width 3] uint8 and all alike, {list(first.shape)}; one of "
            f"{list(frame.shape)} came.",
            f"影片的每一帧须为 [高 宽 3] uint8 且同样大小（{list(first.shape)}）；而得到了 {list(frame.shape)}。",
        )
    )
