"""Playlists of a stream (RFC 8216, HTTP Live Streaming): written for our own, and read from anybody's folder.

    master.m3u8       which renditions, sounds and subtitles there are
    NAME.m3u8         the segments of one

A playlist that is read may be anybody's: a name in it counts where it is a file of the same folder, and nothing else.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import BinaryIO, cast

from tianmu.core.errors import MediaError
from tianmu.core.text import say
from tianmu.media.segments import SegmentedTrack

MASTER = "master.m3u8"
_LARGEST = 4 * 2**20
_MOST = 100_000
_BANDWIDTH = re.compile(r"[:,]BANDWIDTH=(\d{1,12})")
_MAP = re.compile(r'#EXT-X-MAP:(?:.*,)?URI="([^"]{1,255})"')


@dataclass(frozen=True, kw_only=True)
class Rendition:
    """Pictures of one size."""

    name: str
    width: int
    height: int
    track: SegmentedTrack


@dataclass(frozen=True, kw_only=True)
class Words:
    """Subtitles of one language, in one file."""

    file: str
    language: str
    """After BCP 47: `en`, `zh`."""
    title: str


def media_playlist(track: SegmentedTrack) -> str:
    """The segments of a track, from its first to its last."""
    lines = _head(max(segment.seconds for segment in track.segments))
    lines += ["#EXT-X-INDEPENDENT-SEGMENTS", f'#EXT-X-MAP:URI="{track.init}"']
    for segment in track.segments:
        lines += [f"#EXTINF:{_decimal(segment.seconds)},", segment.name]
    return _joined([*lines, "#EXT-X-ENDLIST"])


def words_playlist(words: Words, seconds: Fraction) -> str:
    """One file of subtitles, as long as the film."""
    return _joined([*_head(seconds), f"#EXTINF:{_decimal(seconds)},", words.file, "#EXT-X-ENDLIST"])


def master_playlist(
    renditions: Sequence[Rendition], fps: Fraction, sound: SegmentedTrack | None, language: str, words: Sequence[Words]
) -> str:
    """What there is to choose from; the renditions in their order, the first is what a player begins with."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    shared = f"FRAME-RATE={float(fps):.3f}"
    if sound is not None:
        spoken = "" if language == "und" else f',LANGUAGE="{language}"'
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="Sound"{spoken},DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",'
            'URI="sound.m3u8"'
        )
        shared += ',AUDIO="sound"'
    lines += [
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="words",NAME="{each.title}",LANGUAGE="{each.language}",DEFAULT=NO,'
        f'AUTOSELECT=YES,FORCED=NO,URI="{Path(each.file).stem}.m3u8"'
        for each in words
    ]
    if words:
        shared += ',SUBTITLES="words"'
    for each in renditions:
        tracks = [each.track, *([sound] if sound is not None else [])]
        codecs = ",".join(track.codecs for track in tracks)
        most, mean = (sum(ceil(rate(track)) for track in tracks) for rate in (_peak, _mean))
        lines.append(
            f'#EXT-X-STREAM-INF:BANDWIDTH={most},AVERAGE-BANDWIDTH={mean},CODECS="{codecs}",'
            f"RESOLUTION={each.width}x{each.height},{shared}"
        )
        lines.append(f"{each.name}.m3u8")
    return _joined(lines)


def best_rendition(folder: Path) -> tuple[Path, ...]:
    """The files of the rendition with the most bits a second: its beginning, then its segments.

    Raises:
        MediaError: a playlist or a file that it names is missing, or none can be made out.
    """
    offers: list[tuple[int, str]] = []
    lines = _lines(folder / MASTER)
    for line, following in pairwise(lines):
        if line.startswith("#EXT-X-STREAM-INF") and (found := _BANDWIDTH.search(line)):
            offers.append((int(found[1]), following))
    if not offers:
        raise _no_stream(folder)
    listed = _lines(_inside(folder, max(offers)[1]))
    begins = [found[1] for line in listed if (found := _MAP.match(line))]
    names = [*begins[:1], *(line for line in listed if not line.startswith("#"))]
    if not begins or len(names) < 2:
        raise _no_stream(folder)
    return tuple(_inside(folder, name) for name in names)


def open_rendition(folder: Path) -> BinaryIO:
    """The best rendition as if it were one file.

    Raises:
        MediaError: see `best_rendition`.
    """
    return cast("BinaryIO", io.BufferedReader(_Joined(best_rendition(folder)), 1 << 16))


class _Joined(io.RawIOBase):
    """Files one after the other, opened as they are needed."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files, self._at = files, 0
        self._starts = [0]
        for file in files:
            self._starts.append(self._starts[-1] + file.stat().st_size)
        self._number, self._open = -1, None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._starts[-1]}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        from bisect import bisect_right

        if self._at >= self._starts[-1]:
            return 0
        number = bisect_right(self._starts, self._at) - 1
        if number != self._number:
            self._release()
            self._number, self._open = number, self._files[number].open("rb")
        assert self._open is not None
        self._open.seek(self._at - self._starts[number])
        read = self._open.readinto(buffer)
        self._at += read
        return read

    def close(self) -> None:
        self._release()
        super().close()

    def _release(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


def _head(longest: Fraction) -> list[str]:
    return [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{ceil(longest)}",
        "#EXT-X-MEDIA-SEQUENCE:1",
        "#EXT-X-PLAYLIST-TYPE:VOD",
    ]


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"


def _decimal(seconds: Fraction) -> str:
    """To a millionth, the nearest; at the rates of film a group of pictures is a whole number of milliseconds."""
    return f"{round(seconds * 10**6) // 10**6}.{round(seconds * 10**6) % 10**6:06d}"


def _peak(track: SegmentedTrack) -> Fraction:
    """Bits a second of the segment that has the most."""
    return max(segment.bytes * 8 / segment.seconds for segment in track.segments)


def _mean(track: SegmentedTrack) -> Fraction:
    return Fraction(sum(each.bytes for each in track.segments) * 8) / sum(
        (each.seconds for each in track.segments), Fraction(0)
    )


def _lines(path: Path) -> list[str]:
    try:
        if path.stat().st_size > _LARGEST:
            raise _no_stream(path.parent)
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _no_stream(path.parent) from error
    return [line.strip() for line in text.splitlines() if line.strip()][:_MOST]


def _inside(folder: Path, name: str) -> Path:
    path = folder / name
    if name != path.name or path.is_symlink() or not path.is_file():
        raise _no_stream(folder)
    return path


def _no_stream(folder: Path) -> MediaError:
    return MediaError(
        say(
            f"{folder} holds no whole stream: a {MASTER} with a rendition, and its segments, were expected.",
            f"{folder} 中没有完整的流：应有 {MASTER}、至少一种画面规格及其分段。",
        )
    )
