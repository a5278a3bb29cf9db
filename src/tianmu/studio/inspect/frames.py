"""A bounded look into a file: a few frames for its fingerprint, some dozens for its watermark, and whether it opens.

A film is opened by the demuxer that its first bytes name and from an open file, so that no playlist or reference in it
opens another; a picture by the decoders listed here. Sizes are checked before anything is decoded.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import av
import av.error
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream
from PIL import Image

from tianmu.core.errors import MediaError
from tianmu.core.text import say
from tianmu.governance.similarity import Fingerprint, Fingerprinter, key_indices, of_keys
from tianmu.media.decoders import picture_frame
from tianmu.media.image import Frame
from tianmu.media.playlists import open_rendition
from tianmu.studio.inspect.kinds import Kind

MOST_PIXELS = 64 * 10**6
"""Of one picture; a larger one is not decoded."""
SHORT = 300
"""A film of so many frames or fewer is decoded from its beginning; in a longer one we jump."""
_RUNS, _RUN = 8, 8
"""Where we jump, the watermark is looked for in so many places, in so many frames each."""
_WITHIN = 250
"""Frames that are decoded at most to come from a key frame to the wanted one."""

_DEMUXERS = {
    "mp4": "mp4",
    "mov": "mov",
    "matroska": "matroska",
    "avi": "avi",
    "gif": "gif",
    "flv": "flv",
    "mpeg": "mpeg",
    "asf": "asf",
    "ogg": "ogg",
    "mpegts": "mpegts",
    "mp3": "mp3",
    "aac": "aac",
    "wav": "wav",
    "flac": "flac",
    "aiff": "aiff",
    "hls": "mp4",
}
_PICTURES = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "AVIF", "JPEG2000", "MPO")


@dataclass(frozen=True, kw_only=True)
class Look:
    """What was seen of a picture or a film."""

    width: int
    height: int
    num_frames: int
    """As its index says; where it has none, as many as were seen."""
    fingerprint: Fingerprint
    damaged: bool
    """Something in it cannot be decoded."""


def look(path: Path, kind: Kind, seconds: float) -> Look:
    """Decode the key frames of a picture, a film or a PNG sequence; after `seconds`, no more.

    Raises:
        MediaError: no frame can be decoded, or it is too large to be looked at.
    """
    until = time.monotonic() + seconds
    watch = _Watch(path)
    if kind.sort == "sequence":
        files = _sequence(path)
        wanted = [files[index] for index in key_indices(len(files))]
        seen, num_frames = of_keys(watch.over(_read(file) for file in wanted)), len(files)
    elif kind.container in _DEMUXERS:
        with _film(path, kind) as (container, stream):
            count = _count(container, stream)
            if count is not None and count > SHORT:
                frames = (frame for index in key_indices(count) for frame in _run(container, stream, index, 1, until))
                seen, num_frames = of_keys(watch.over(frames)), count
            else:
                looking = Fingerprinter()
                for frame in watch.over(_decoded(container, stream, until)):
                    looking.add(frame)
                seen, num_frames = looking.fingerprint(), watch.num_seen
    else:
        looking = Fingerprinter()
        for frame in watch.over(_pictures(path, until)):
            looking.add(frame)
        seen, num_frames = looking.fingerprint(), watch.num_seen
    return Look(width=watch.width, height=watch.height, num_frames=num_frames, fingerprint=seen, damaged=watch.damaged)


def frames_for_mark(path: Path, kind: Kind, seconds: float) -> Iterator[Frame]:
    """Frames to look for a watermark in: from the beginning of a short film, from eight places of a longer one.

    Raises:
        MediaError: no frame can be decoded, or it is too large to be looked at.
    """
    until = time.monotonic() + seconds
    watch = _Watch(path)
    if kind.sort == "sequence":
        files = _sequence(path)
        step = max(1, len(files) // (_RUNS * _RUN))
        yield from watch.over(_read(file) for file in files[::step])
    elif kind.container in _DEMUXERS:
        with _film(path, kind) as (container, stream):
            count = _count(container, stream)
            if count is not None and count > SHORT:
                starts = [index * (count - _RUN) // (_RUNS - 1) for index in range(_RUNS)]
                yield from watch.over(f for start in starts for f in _run(container, stream, start, _RUN, until))
            else:
                yield from watch.over(_decoded(container, stream, until))
    else:
        yield from watch.over(_pictures(path, until))


def hear(path: Path, kind: Kind) -> float | None:
    """Decode the beginning of a sound, and say how many seconds it claims to run.

    Raises:
        MediaError: nothing in it can be decoded.
    """
    try:
        with path.open("rb") as file, _demuxer(file, kind) as container:
            for number, _ in enumerate(container.decode(audio=0)):
                if number >= 20:
                    break
            else:
                if container.duration is None:
                    raise _unreadable(path)
            return None if container.duration is None else container.duration / av.time_base
    except (av.error.FFmpegError, OSError, IndexError, ValueError) as error:
        raise _unreadable(path) from error


class _Watch:
    """Counts frames on their way, and ends where they break off; no frame at all is an error."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.num_seen, self.width, self.height, self.damaged = 0, 0, 0, False

    def over(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        while True:
            try:
                frame = next(frames, None)
            except (MediaError, av.error.FFmpegError, OSError, SyntaxError, ValueError, IndexError) as error:
                if self.num_seen == 0:
                    raise error if isinstance(error, MediaError) else _unreadable(self._path) from error
                self.damaged = True
                return
            if frame is None:
                break
            self.num_seen += 1
            self.height, self.width = frame.shape[:2]
            yield frame
        if self.num_seen == 0:
            raise _unreadable(self._path)


@contextmanager
def _film(path: Path, kind: Kind) -> Generator[tuple[InputContainer, VideoStream]]:
    try:
        opened = open_rendition(path) if kind.sort == "stream" else path.open("rb")
        with opened as file, _demuxer(file, kind) as container:
            if not container.streams.video:
                raise _unreadable(path)
            stream = container.streams.video[0]
            _check_size(path, stream.codec_context.width, stream.codec_context.height)
            yield container, stream
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise _unreadable(path) from error


def _demuxer(file: BinaryIO, kind: Kind) -> InputContainer:
    return av.open(file, "r", format=_DEMUXERS[kind.container], metadata_errors="replace")


def _count(container: InputContainer, stream: VideoStream) -> int | None:
    """How many frames the file says that it has; None where it does not."""
    if stream.frames > 0:
        return stream.frames
    rate, base = stream.average_rate, stream.time_base
    if stream.duration and base and rate:
        return max(1, round(stream.duration * base * rate))
    whole = container.duration
    return max(1, round(Fraction(whole, av.time_base) * rate)) if whole and whole > 0 and rate else None


def _decoded(container: InputContainer, stream: VideoStream, until: float) -> Iterator[Frame]:
    """Frames from the beginning, while there is time."""
    for picture in container.decode(stream):
        if picture.width * picture.height > MOST_PIXELS:
            return
        yield picture_frame(picture)
        if time.monotonic() > until:
            return


def _run(container: InputContainer, stream: VideoStream, index: int, length: int, until: float) -> Iterator[Frame]:
    """`length` frames from frame `index` on, as its time finds it."""
    base, rate = stream.time_base, stream.average_rate
    if time.monotonic() > until or not base or not rate:
        return
    wanted = (stream.start_time or 0) + round(index / rate / base)
    container.seek(wanted, stream=stream, backward=True)
    given = 0
    for number, picture in enumerate(container.decode(stream)):
        if picture.width * picture.height > MOST_PIXELS or time.monotonic() > until:
            return
        late = picture.pts is None or picture.pts >= wanted or number >= _WITHIN
        if late:
            yield picture_frame(picture)
            given += 1
        if given >= length:
            return


def _pictures(path: Path, until: float) -> Iterator[Frame]:
    """The pictures of a file that Pillow reads: one, or an animation's from its beginning, while there is time."""
    with path.open("rb") as file, Image.open(file, formats=_PICTURES) as image:
        _check_size(path, *image.size)
        index = 0
        while time.monotonic() <= until or index == 0:
            with suppress(EOFError):
                image.seek(index)
            if image.tell() != index:
                return
            yield _upright(image)
            index += 1


def _upright(image: Image.Image) -> Frame:
    """As `media.image.read_image` does: transparency on white."""
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    return np.array(image.convert("RGB"), dtype=np.uint8)


def _read(path: Path) -> Frame:
    with path.open("rb") as file, Image.open(file, formats=("PNG",)) as image:
        _check_size(path, *image.size)
        return _upright(image)


def _sequence(path: Path) -> list[Path]:
    return sorted(entry for entry in path.glob("[0-9]" * 6 + ".png") if entry.is_file())


def _check_size(path: Path, width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        most = MOST_PIXELS // 10**6
        raise MediaError(
            say(
                f"Its pictures of {width} x {height} are too large to be looked at; up to {most} million pixels are.",
                f"画面为 {width} x {height}，过大，无法查看；最多 {most} 百万像素。",
            )
        )


def _unreadable(path: Path) -> MediaError:
    del path
    return MediaError(say("Nothing in it can be decoded.", "其中没有可解码的内容。"))
