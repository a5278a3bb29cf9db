"""Moving pictures: frames to a file and back, as a stream, whole or not at all.

    write_video(path, frames, fps) -> VideoInfo         mp4, gif, webp, or png (a folder of pictures)
    read_video(path)               -> VideoInfo, frames

Memory does not grow with the length of the film, in either direction.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, get_args

import av
import av.error
import numpy as np

from tianmu.core.errors import InputError, MediaError, OutputError
from tianmu.core.files import whole_file, whole_folder, writing
from tianmu.core.text import listed, say
from tianmu.media.decoders import decoded_frames, webp_frames
from tianmu.media.digest import file_sha256, folder_sha256
from tianmu.media.encoders import SEQUENCE_FACTS, Encoder, GifEncoder, Mp4Encoder, PngEncoder, WebpEncoder
from tianmu.media.image import Frame, read_image
from tianmu.media.metadata import check_metadata
from tianmu.media.planes import Picture, Planes, as_rgb
from tianmu.media.probe import is_webp, probe

Format = Literal["mp4", "gif", "webp", "png"]
FORMATS: tuple[Format, ...] = get_args(Format)

MAX_FPS: dict[Format, int] = {"mp4": 240, "gif": 50, "webp": 240, "png": 240}
"""Frames a second at most. A GIF counts time in hundredths of a second, and players slow down below two of them."""

_ENCODERS = {"mp4": Mp4Encoder, "gif": GifEncoder, "webp": WebpEncoder, "png": PngEncoder}
_PICTURE = re.compile(r"\d{6}\.png")


@dataclass(frozen=True, kw_only=True)
class VideoInfo:
    """A video that lies in a file, or in a folder for a PNG sequence."""

    path: Path
    width: int
    height: int
    num_frames: int
    fps: Fraction
    bytes: int
    sha256: str

    @property
    def seconds(self) -> Fraction:
        """How long it runs."""
        return self.num_frames / self.fps


def guess_format(path: Path) -> Format:
    """The format that a path's ending names; a path without an ending is a PNG sequence.

    Raises:
        InputError: the ending names none of the formats, or a single PNG file.
    """
    ending = path.suffix.lower().removeprefix(".")
    if not ending:
        return "png"
    for known in FORMATS:
        if ending == known != "png":
            return known
    raise InputError(
        say(
            f"{path.name} ends in .{ending}, and a video is written as .mp4, .gif or .webp, "
            "or as a folder of PNG pictures with --format png; choose one of them.",
            f"{path.name} 以 .{ending} 结尾，而视频可写成 .mp4、.gif、.webp，或用 --format png 写成 PNG 图片文件夹；"
            "请选择其一。",
        )
    )


def check_video(path: Path, width: int, height: int, fps: Fraction, *, format: Format | None = None) -> Format:
    """Check, before a frame is made, that a video of this size and rate can be written in this format.

    H.264 keeps one colour value for every two by two pixels, so an mp4 has an even width and height; the other
    formats take any size.

    Raises:
        InputError: the format, the size or the frame rate cannot be.
    """
    chosen = format or guess_format(path)
    if chosen not in FORMATS:
        names = listed(list(FORMATS))
        raise InputError(say(f"There is no format {chosen!r}; choose {names}.", f"没有格式 {chosen!r}；可选 {names}。"))
    limit = 16383 if chosen == "webp" else 16384
    if not (1 <= width <= limit and 1 <= height <= limit):
        raise InputError(
            say(
                f"A {chosen} is from 1 to {limit} pixels wide and high, not {width} x {height}.",
                f"{chosen} 的宽和高须在 1 到 {limit} 像素之间，而不是 {width} x {height}。",
            )
        )
    if chosen == "mp4" and (width % 2 or height % 2):
        even = f"{width + width % 2} x {height + height % 2}"
        raise InputError(
            say(
                f"An mp4 needs an even width and height, not {width} x {height}; ask for {even}.",
                f"mp4 的宽和高须为偶数，而不是 {width} x {height}；可改为 {even}。",
            )
        )
    if not 0 < fps <= MAX_FPS[chosen]:
        raise InputError(
            say(
                f"A {chosen} runs at more than 0 and at most {MAX_FPS[chosen]} frames a second, not {fps}.",
                f"{chosen} 的帧率须大于 0 且不超过每秒 {MAX_FPS[chosen]} 帧，而不是 {fps}。",
            )
        )
    return chosen


def write_video(
    path: Path,
    frames: Iterable[Picture],
    fps: Fraction,
    *,
    format: Format | None = None,
    crf: int = 18,
    on_frame: Callable[[int], None] | None = None,
    metadata: Mapping[str, str] | None = None,
) -> VideoInfo:
    """Write frames to a file as they come.

    1. The first frame fixes the size, and what cannot be written is refused.
    2. Frames stream into a temporary sibling of `path`.
    3. What was written is closed and counted.
    4. It moves to `path` in one step. Whatever fails before, Ctrl-C included, leaves `path` as it was.

    Args:
        path: the file, or for `png` the folder; its parent must exist. A file that is there is replaced; a folder
            only when it is empty or holds an earlier sequence and nothing else.
        frames: pictures `[h w 3] uint8`, RGB, or planes, all of one size; taken one at a time. What it raises is
            passed on.
        fps: frames a second, exact: 23.976 is `Fraction(24000, 1001)`.
        format: `mp4`, `gif`, `webp` or `png`; by default what the ending of `path` says.
        crf: quality of mp4 and webp, from 0 (best) to 51; 18 looks lossless at a distance.
        on_frame: called with the number of frames written so far, after each.
        metadata: what the file says about itself, such as `{"AIGC": "..."}`; `media.metadata.read_metadata` reads it.

    Raises:
        InputError: no frames, frames that are not alike, or a size, rate, format or entry that cannot be.
        OutputError: the place cannot be written, or the disk is full.
    """
    path, fps, stream = Path(path), Fraction(fps), iter(frames)
    first = next(stream, None)
    if first is None:
        raise InputError(say("A video needs at least one frame, and none came.", "视频至少需要一帧，却没有得到。"))
    _require_frame(first, first)
    height, width, _ = first.shape
    chosen = check_video(path, width, height, fps, format=format)  # 1
    entries = check_metadata(metadata or {})

    place = _place(path, chosen)
    with place as part:  # 4
        with _encoding(path):
            encoder: Encoder = _ENCODERS[chosen](part, width=width, height=height, fps=fps, crf=crf, metadata=entries)
        num_frames = 0
        try:
            frame: Picture | None = first
            while frame is not None:  # 2
                _require_frame(frame, first)
                with _encoding(path):
                    if isinstance(frame, Planes) and isinstance(encoder, Mp4Encoder):
                        encoder.write(frame)
                    else:
                        encoder.write(np.ascontiguousarray(as_rgb(frame)))
                num_frames += 1
                if on_frame is not None:
                    on_frame(num_frames)
                frame = next(stream, None)
            with _encoding(path):
                encoder.finish()  # 3
        except BaseException:
            encoder.abort()
            raise
        if chosen == "mp4":
            _require_complete(path, part, num_frames)
    return VideoInfo(
        path=path,
        width=width,
        height=height,
        num_frames=num_frames,
        fps=fps,
        bytes=_size(path),
        sha256=folder_sha256(path) if path.is_dir() else file_sha256(path),
    )


def read_video(path: Path) -> tuple[VideoInfo, Iterator[Frame]]:
    """What is in a video, and its frames `[h w 3] uint8`, RGB, decoded one at a time as they are asked for.

    A folder is read as a PNG sequence. The frame rate is exact for mp4 and PNG; GIF and WebP keep time in
    hundredths and thousandths of a second, so theirs is the nearest that their times allow.

    Raises:
        MediaError: the file is missing, is no video, or is damaged; the frames raise it where the damage lies.
    """
    path = Path(path)
    if path.is_dir():
        return _read_sequence(path)
    facts = probe(path)
    info = VideoInfo(
        path=path,
        width=facts.width,
        height=facts.height,
        num_frames=facts.num_frames,
        fps=facts.fps,
        bytes=path.stat().st_size,
        sha256=file_sha256(path),
    )
    return info, webp_frames(path) if is_webp(path) else decoded_frames(path)


def _require_frame(frame: Picture, first: Picture) -> None:
    if isinstance(frame, Planes):
        if frame.shape == first.shape:
            return
        frame = frame.rgb
    if frame.ndim == 3 and frame.shape[2] == 3 and frame.dtype == np.uint8 and frame.shape == first.shape:
        return
    raise InputError(
        say(
            f"A frame of a video is [height width 3] uint8 and as large as the first, {list(first.shape)}; "
            f"one of {list(frame.shape)} {frame.dtype} came.",
            f"视频的每一帧须为 [高 宽 3] uint8 且与首帧 {list(first.shape)} 同样大小；"
            f"而得到了 {list(frame.shape)} {frame.dtype}。",
        )
    )


def _place(path: Path, format: Format) -> AbstractContextManager[Path]:
    return whole_folder(path, replaces=_only_a_sequence) if format == "png" else whole_file(path)


def _only_a_sequence(folder: Path) -> bool:
    return all(_PICTURE.fullmatch(entry.name) or entry.name == SEQUENCE_FACTS for entry in folder.iterdir())


@contextmanager
def _encoding(path: Path) -> Generator[None]:
    """FFmpeg's errors carry the number of the system's error; they are told as the system's own are."""
    with writing(path):
        try:
            yield
        except av.error.FFmpegError as error:
            raise OSError(error.errno, error.strerror) from error


def _require_complete(path: Path, part: Path, num_frames: int) -> None:
    """A muxer may keep silent about a write that failed; the index of the finished file does not."""
    try:
        with av.open(str(part)) as container:
            counted = container.streams.video[0].frames
    except (av.error.FFmpegError, IndexError):
        counted = 0
    if counted != num_frames:
        raise OutputError(
            say(
                f"{path} could not be written whole: {counted} of {num_frames} frames arrived; check the disk.",
                f"{path} 未能完整写入：{num_frames} 帧中只写入了 {counted} 帧；请检查磁盘。",
            )
        )


def _size(path: Path) -> int:
    return sum(entry.stat().st_size for entry in path.iterdir()) if path.is_dir() else path.stat().st_size


def _read_sequence(path: Path) -> tuple[VideoInfo, Iterator[Frame]]:
    pictures = sorted(entry for entry in path.iterdir() if _PICTURE.fullmatch(entry.name))
    try:
        facts = json.loads((path / SEQUENCE_FACTS).read_text(encoding="utf-8"))
        fps, num_frames = Fraction(facts["fps"]), int(facts["num_frames"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _not_sequence(path) from error
    if not pictures or num_frames != len(pictures):
        raise _not_sequence(path)
    height, width, _ = read_image(pictures[0]).shape
    info = VideoInfo(
        path=path,
        width=width,
        height=height,
        num_frames=num_frames,
        fps=fps,
        bytes=_size(path),
        sha256=folder_sha256(path),
    )
    return info, (read_image(picture) for picture in pictures)


def _not_sequence(path: Path) -> MediaError:
    return MediaError(
        say(
            f"{path} is not a whole PNG sequence: pictures 000001.png and on, with a {SEQUENCE_FACTS}, were expected.",
            f"{path} 不是完整的 PNG 序列：应有从 000001.png 起的图片和 {SEQUENCE_FACTS}。",
        )
    )
