"""What is in a file: size, frame rate, number of frames, codec and colour, without decoding the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error
from PIL import Image, UnidentifiedImageError

from tianmu.core.errors import MediaError
from tianmu.core.text import say

_RATES = tuple(Fraction(rate) for rate in (24, 25, 30, 8, 12, 16, 48, 50, 60, 10, 15, 20)) + tuple(
    Fraction(rate, 1001) for rate in (24000, 30000, 60000)
)
"""The rates that films are made in, whole ones first: a short GIF of 23.976 cannot be told from one of 24."""


@dataclass(frozen=True, kw_only=True)
class MediaFacts:
    """What a file says about the moving picture in it."""

    container: str
    """The container's short name, such as `mp4`, `matroska`, `gif`, `webp`."""
    codec: str
    width: int
    height: int
    num_frames: int
    fps: Fraction
    """Frames a second on average; exact where the container keeps exact time (mp4), rounded by it elsewhere."""
    pixel_format: str
    color: tuple[int, int, int, int]
    """Primaries, transfer, matrix and range by their ITU-T H.273 numbers; (1, 1, 1, 1) is Rec.709, limited range."""
    audio: bool

    @property
    def seconds(self) -> Fraction:
        """How long it runs."""
        return self.num_frames / self.fps


def probe(path: Path) -> MediaFacts:
    """Read what is in a video, an animated GIF or an animated WebP.

    Raises:
        MediaError: the file is missing, is no moving picture, or is damaged.
    """
    if not path.is_file():
        raise MediaError(say(f"{path} is not there; give the path of a video.", f"{path} 不存在；请给出视频的路径。"))
    if is_webp(path):
        return _probe_webp(path)
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise _not_video(path)
            stream = container.streams.video[0]
            codec = stream.codec_context
            # Packets are counted, because what a header says may be missing (Matroska) or wrong (a cut file).
            stamps = [p.pts for p in container.demux(stream) if p.size and p.pts is not None]
            if not stamps:
                raise _not_video(path)
            return MediaFacts(
                container="mp4" if "mp4" in container.format.name else container.format.name.split(",")[0],
                codec=codec.name,
                width=codec.width,
                height=codec.height,
                num_frames=len(stamps),
                fps=_fps(sorted(stamps), Fraction(stream.time_base or 1), stream.average_rate),
                pixel_format=codec.pix_fmt or "",
                color=(
                    int(codec.color_primaries),
                    int(codec.color_trc),
                    int(codec.colorspace),
                    int(codec.color_range),
                ),
                audio=bool(container.streams.audio),
            )
    except (av.error.FFmpegError, OSError) as error:
        raise _not_video(path) from error


def is_webp(path: Path) -> bool:
    """Whether a file begins as a WebP does. It is read by Pillow, which knows animated ones in full."""
    with path.open("rb") as file:
        head = file.read(12)
    return head[:4] == b"RIFF" and head[8:] == b"WEBP"


def _fps(stamps: list[int], time_base: Fraction, average: Fraction | None) -> Fraction:
    """The frame rate that time stamps, in units of `time_base` and in order, stand for.

    GIF and WebP round every time to their own unit. The common rates are tried first, in the order of `_RATES`: the
    first one whose rounded times are these is taken, else the mean.
    """
    start, count = stamps[0], len(stamps)
    for rate in _RATES:
        if all(abs((stamp - start) * time_base - index / rate) <= time_base for index, stamp in enumerate(stamps)):
            return rate
    span = (stamps[-1] - start) * time_base
    measured = (count - 1) / span if span else Fraction(0)
    if average and (not measured or abs(average / measured - 1) < Fraction(1, 1000)):
        return Fraction(average)
    return measured or Fraction(1)


def _probe_webp(path: Path) -> MediaFacts:
    try:
        with Image.open(path) as image:
            num_frames = int(getattr(image, "n_frames", 1))
            stamps = [0]
            for index in range(num_frames):
                image.seek(index)
                image.load()
                stamps.append(stamps[-1] + int(image.info.get("duration", 0)))
            return MediaFacts(
                container="webp",
                codec="webp",
                width=image.width,
                height=image.height,
                num_frames=num_frames,
                fps=_fps(stamps, Fraction(1, 1000), None),
                pixel_format="rgb24",
                color=(1, 13, 0, 2),
                audio=False,
            )
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError) as error:
        raise _not_video(path) from error


def _not_video(path: Path) -> MediaError:
    return MediaError(
        say(
            f"{path} cannot be read as a video; an MP4, WebM, GIF or animated WebP file was expected.",
            f"无法将 {path} 读作视频；需要 MP4、WebM、GIF 或动态 WebP 文件。",
        )
    )
