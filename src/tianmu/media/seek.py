"""Any frame of a video by its number, exactly, without decoding the video from its beginning every time.

    with SeekingReader(path) as film:
        film.num_frames
        film.frame(71)       -> [h w 3] uint8, the same pixels as the 72nd frame of media.video.read_video

Going forward costs one decoded picture a frame. A jump costs at most what lies between the wanted frame and the key
frame before it. Going backwards, pictures are decoded in blocks, because a codec only runs forward; a block takes a
bounded amount of memory, however far apart the key frames are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import av
import av.error
from av.container import InputContainer
from av.video.frame import VideoFrame

from tianmu.core.errors import InputError, MediaError
from tianmu.core.text import say
from tianmu.media.decoders import picture_frame, webp_frames
from tianmu.media.image import Frame
from tianmu.media.planes import Picture, as_rgb, planes_of
from tianmu.media.probe import is_webp

_BLOCK_BYTES = 48 * 2**20
"""Of decoded pictures, still in the codec's own format, that are kept while a video is played backwards."""

_SEEKABLE = ("mp4", "mov", "matroska", "webm")
"""Containers that know where their key frames are; any other is read again from its beginning."""

_T = TypeVar("_T")


class SeekingReader:
    """A video that is open to be read frame by frame, in any order; `close` it, or use it in a `with`.

    Raises:
        MediaError: the file is missing, is no video, or is damaged; where the damage lies within, `frame` raises it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._container: InputContainer | None = None
        self._pictures: Iterator[tuple[int, VideoFrame]] | None = None
        self._next = 0
        """The number of the picture that the decoder gives next."""
        self._block: dict[int, VideoFrame] = {}
        self._shown: tuple[int, bool, Picture] | None = None
        """What was asked for last: number, whether planes would do, picture."""
        if not path.is_file():
            raise MediaError(say(f"{path} is not there; give the path of a video.", f"{path} 不存在；请给出视频路径。"))
        self._webp = self._guarded(lambda: is_webp(path))
        try:
            if self._webp:
                self.num_frames = self._guarded(lambda: sum(1 for _ in webp_frames(path)))
                self._webp_pictures = webp_frames(path)
            else:
                self._guarded(self._open)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> SeekingReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file and of all pictures; more than once does no harm."""
        self._pictures, self._shown = None, None
        self._block.clear()
        if self._container is not None:
            with suppress(av.error.FFmpegError, OSError):
                self._container.close()
            self._container = None

    def frame(self, number: int) -> Frame:
        """Frame `number`, from 0, as `[h w 3] uint8` RGB; not to be written to, because it may be given again.

        Raises:
            InputError: there is no such frame.
            MediaError: the file is damaged before or at this frame.
        """
        return as_rgb(self._read(number, planes=False))

    def picture(self, number: int) -> Picture:
        """The same as its decoder gives it where that is in `Planes`' form, else RGB; raises the same."""
        return self._read(number, planes=True)

    def _read(self, number: int, *, planes: bool) -> Picture:
        if not 0 <= number < self.num_frames:
            raise InputError(
                say(
                    f"{self.path} has {self.num_frames} frames, from 0 on, and frame {number} was asked for.",
                    f"{self.path} 共有 {self.num_frames} 帧（从 0 起），而请求的是第 {number} 帧。",
                )
            )
        if self._shown is None or self._shown[:2] != (number, planes):
            self._shown = (number, planes, self._guarded(lambda: self._made(number, planes)))
        return self._shown[2]

    def _made(self, number: int, planes: bool) -> Picture:
        if self._webp:
            return self._webp_frame(number)
        found = self._find(number)
        return (planes_of(found) if planes else None) or picture_frame(found)

    def _open(self) -> None:
        """Open the file and list the times of its pictures: their order is the number of a frame."""
        self._container = av.open(str(self.path))
        stream = self._container.streams.video[0]
        packets = [
            (packet.pts, packet.is_keyframe)
            for packet in self._container.demux(stream)
            if packet.size and packet.pts is not None
        ]
        packets.sort()
        if not packets:
            raise self._damaged()
        self.num_frames = len(packets)
        self._numbers = {stamp: number for number, (stamp, _) in enumerate(packets)}
        self._stamps = [stamp for stamp, _ in packets]
        self._seekable = any(name in _SEEKABLE for name in self._container.format.name.split(","))
        self._keys = [number for number, (_, is_key) in enumerate(packets) if is_key and self._seekable]
        if not self._keys or self._keys[0] != 0:
            self._keys.insert(0, 0)
        self._seek(0)

    def _find(self, number: int) -> VideoFrame:
        if number not in self._block:
            if number < self._next:  # back
                self._fill_block(number)
            else:
                self._block.clear()
                return self._decode_to(number)
        return self._block[number]

    def _fill_block(self, last: int) -> None:
        """Decode the pictures up to `last`, as many as a block holds, from no further back than its key frame."""
        self._block.clear()
        key = self._keys[bisect_right(self._keys, last) - 1]
        self._seek(key)
        if last == key:
            self._block[last] = self._decode_to(last)
            return
        stream = self._video().streams.video[0].codec_context
        # Most video takes one and a half bytes a pixel; 3 covers what takes more.
        first = max(key, last + 1 - max(8, _BLOCK_BYTES // (3 * max(1, stream.width * stream.height) // 2)))
        for number in range(first, last + 1):
            self._block[number] = self._decode_to(number)

    def _decode_to(self, number: int) -> VideoFrame:
        key = self._keys[bisect_right(self._keys, number) - 1]
        if key > self._next:
            self._seek(key)
        while True:
            found, picture = next(self._decoder(), (None, None))
            if found is None or picture is None or found > number or picture.is_corrupt:
                raise self._damaged()
            self._next = found + 1
            if found == number:
                return picture

    def _seek(self, key: int) -> None:
        """Make the decoder give the key frame `key` next, or one before it."""
        while True:
            self._pictures = None
            if key == 0 and not self._seekable:
                self._video().close()
                self._container = av.open(str(self.path))
            else:
                stream = self._video().streams.video[0]
                self._video().seek(self._stamps[key], stream=stream, backward=True)
            self._pictures = self._decoded()
            first = next(self._pictures, None)
            if first is None:
                raise self._damaged()
            # A container may seek by decoding times, and so land on a later key frame than the one that was meant.
            if first[0] <= key or key == 0:
                self._pictures = _again(first, self._pictures)
                self._next = first[0]
                return
            key = self._keys[self._keys.index(key) - 1]

    def _decoded(self) -> Iterator[tuple[int, VideoFrame]]:
        for picture in self._video().decode(video=0):
            number = self._numbers.get(picture.pts if picture.pts is not None else -1)
            if number is None:
                raise self._damaged()
            yield number, picture

    def _decoder(self) -> Iterator[tuple[int, VideoFrame]]:
        assert self._pictures is not None, "frames are asked for while the video is open"
        return self._pictures

    def _video(self) -> InputContainer:
        assert self._container is not None, "frames are asked for while the video is open"
        return self._container

    def _webp_frame(self, number: int) -> Frame:
        """WebP is read by Pillow, forward only; going back begins again."""
        if number < self._next:
            self._webp_pictures, self._next = webp_frames(self.path), 0
        for frame in self._webp_pictures:
            self._next += 1
            if self._next > number:
                return frame
        raise self._damaged()

    def _guarded(self, work: Callable[[], _T]) -> _T:
        try:
            return work()
        except (av.error.FFmpegError, OSError, IndexError, SyntaxError) as error:
            raise self._damaged() from error

    def _damaged(self) -> MediaError:
        return MediaError(
            say(
                f"{self.path} is damaged or is no video: a picture in it cannot be decoded; "
                "fetch or make the file again.",
                f"{self.path} 已损坏或不是视频：其中有画面无法解码；请重新获取或生成该文件。",
            )
        )


def _again(first: tuple[int, VideoFrame], others: Iterator[tuple[int, VideoFrame]]) -> Iterator[tuple[int, VideoFrame]]:
    yield first
    yield from others
