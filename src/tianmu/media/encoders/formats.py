"""One encoder a format that films are made and looked at in: MP4, WebP, GIF, PNG."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import av
import av.error
from av.filter import Graph
from av.filter.context import FilterContext
from av.video.format import VideoFormat
from av.video.frame import VideoFrame

from tianmu.media.encoders.picture import EXACT, Clock, add_stream, as_video, close, tag_colors
from tianmu.media.image import Frame, save_png
from tianmu.media.metadata.gif import add_xmp_to_gif
from tianmu.media.metadata.riff import add_xmp_to_webp
from tianmu.media.metadata.xmp import xmp_packet
from tianmu.media.planes import Picture

_NUM_THREADS = "2"

SEQUENCE_FACTS = "sequence.json"
"""What lies beside the pictures of a PNG sequence: the frame rate and the number of frames."""


class Mp4Encoder:
    """H.264, yuv420p, tagged Rec.709, constant frame rate, with the index in front so that it plays while it loads."""

    def __init__(
        self, path: Path, *, width: int, height: int, fps: Fraction, crf: int, metadata: Mapping[str, str]
    ) -> None:
        flags = "+faststart+use_metadata_tags" if metadata else "+faststart"
        self._container = av.open(str(path), "w", format="mp4", options={"movflags": flags, "fflags": "+bitexact"})
        self._container.metadata.update(metadata)
        options = {"crf": str(crf), "preset": "veryfast", "threads": _NUM_THREADS, "flags": "+bitexact"}
        # With macroblock trees, x264's AVX-512 code wrote up to five different files of the same small frames.
        options["x264-params"] = "mbtree=0"
        self._stream = add_stream(self._container, "libx264", "yuv420p", width, height, fps, options)
        tag_colors(self._stream.codec_context)
        self._clock = Clock(fps)

    def write(self, frame: Picture) -> None:
        picture = as_video(frame, "yuv420p")
        self._container.mux(self._stream.encode(self._clock.stamp(picture)))

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))
        self._container.close()

    def abort(self) -> None:
        close(self._container)


class WebpEncoder:
    """An animated WebP that loops for ever; `crf` 18 is quality 82.

    Every frame is coded whole: the library's own animation encoder is smaller, but holds the film in memory and
    drops frames that look alike.
    """

    def __init__(
        self, path: Path, *, width: int, height: int, fps: Fraction, crf: int, metadata: Mapping[str, str]
    ) -> None:
        self._path, self._metadata = path, metadata
        self._container = av.open(str(path), "w", format="webp", options={"loop": "0", "fflags": "+bitexact"})
        options = {"quality": str(100 - crf), "compression_level": "3", "cr_threshold": "0"}
        self._stream = add_stream(self._container, "libwebp", "bgra", width, height, fps, options)
        self._clock = Clock(fps)

    def write(self, frame: Frame) -> None:
        picture = VideoFrame.from_ndarray(frame, format="rgb24").reformat(format="bgra", interpolation=EXACT, threads=1)
        self._container.mux(self._stream.encode(self._clock.stamp(picture)))

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))
        self._container.close()
        if self._metadata:
            add_xmp_to_webp(self._path, xmp_packet(self._metadata))

    def abort(self) -> None:
        close(self._container)


class GifEncoder:
    """A GIF with one palette chosen for the whole film, so that colours do not flicker, and a loop for ever.

    A palette can be chosen only after the last frame was seen. Frames therefore go twice: first without loss into
    a file on disk and past the palette's histogram, then through that palette into the GIF. The dither is ordered:
    a still part of the picture stays still, and no error can build up where the palette has no colour.
    """

    def __init__(
        self, path: Path, *, width: int, height: int, fps: Fraction, crf: int, metadata: Mapping[str, str]
    ) -> None:
        del crf  # a GIF has no quality to choose: it is always the best palette
        self._path, self._fps, self._size, self._metadata = path, fps, (width, height), metadata
        self._spool = path.with_name(path.name + ".spool")
        options = {"qp": "0", "preset": "ultrafast", "threads": _NUM_THREADS}
        self._container = av.open(str(self._spool), "w", format="matroska")
        self._stream = add_stream(self._container, "libx264rgb", "bgr24", width, height, fps, options)
        self._clock = Clock(fps)
        self._palette = Graph()
        source = self._add_source(self._palette)
        choose = self._palette.add("palettegen", "stats_mode=full:reserve_transparent=1")
        self._palette.link_nodes(source, choose, self._palette.add("buffersink")).configure()

    def write(self, frame: Frame) -> None:
        picture = VideoFrame.from_ndarray(frame, format="rgb24")
        self._palette.vpush(self._clock.stamp(picture.reformat(format="bgra", interpolation=EXACT, threads=1)))
        # A graph works only when it is asked; unasked, it would keep every frame until the end.
        early = list(_pulled(self._palette))
        assert not early, "the palette comes after the last frame"
        self._container.mux(self._stream.encode(self._clock.again(picture.reformat(format="bgr24", threads=1))))

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))
        self._container.close()
        self._palette.vpush(None)
        palette = self._palette.vpull()
        width, height = self._size
        try:
            with av.open(str(self._path), "w", format="gif", options={"fflags": "+bitexact"}) as out:
                stream = add_stream(out, "gif", "pal8", width, height, self._fps, {})
                clock = Clock(self._fps)
                for picture in self._indexed(palette):
                    out.mux(stream.encode(clock.stamp(picture)))
                out.mux(stream.encode(None))
            if self._metadata:
                add_xmp_to_gif(self._path, xmp_packet(self._metadata))
        finally:
            self._spool.unlink(missing_ok=True)

    def _indexed(self, palette: VideoFrame) -> Iterator[VideoFrame]:
        """The spooled frames in the colours of the palette."""
        graph = Graph()
        source = self._add_source(graph)
        colors = graph.add_buffer(
            width=palette.width, height=palette.height, format=palette.format, time_base=1 / self._fps
        )
        use = graph.add("paletteuse", "dither=bayer:bayer_scale=3")
        source.link_to(use, 0, 0)
        colors.link_to(use, 0, 1)
        use.link_to(graph.add("buffersink"))
        graph.configure()
        clock = Clock(self._fps)
        colors.push(clock.stamp(palette))
        colors.push(None)
        clock = Clock(self._fps)
        with av.open(str(self._spool)) as spool:
            for picture in spool.decode(video=0):
                source.push(clock.stamp(picture.reformat(format="bgra", interpolation=EXACT, threads=1)))
                yield from _pulled(graph)
            source.push(None)
            yield from _pulled(graph)

    def _add_source(self, graph: Graph) -> FilterContext:
        width, height = self._size
        return graph.add_buffer(width=width, height=height, format=VideoFormat("bgra"), time_base=1 / self._fps)

    def abort(self) -> None:
        close(self._container)
        self._spool.unlink(missing_ok=True)


class PngEncoder:
    """A folder of pictures `000001.png`, `000002.png`, ... with the frame rate beside them; nothing is lost.

    Metadata are in every picture, because each may go its own way.
    """

    def __init__(
        self, path: Path, *, width: int, height: int, fps: Fraction, crf: int, metadata: Mapping[str, str]
    ) -> None:
        del width, height, crf  # every picture carries its own size, and loses nothing
        self._folder, self._fps, self._num_frames, self._metadata = path, fps, 0, metadata

    def write(self, frame: Frame) -> None:
        self._num_frames += 1
        save_png(self._folder / f"{self._num_frames:06d}.png", frame, metadata=self._metadata)

    def finish(self) -> None:
        facts = {"fps": str(self._fps), "num_frames": self._num_frames}
        (self._folder / SEQUENCE_FACTS).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8", newline="\n")

    def abort(self) -> None:
        """Nothing stays open between two pictures."""


def _pulled(graph: Graph) -> Iterator[VideoFrame]:
    """All frames that a graph has ready."""
    with suppress(av.error.BlockingIOError, av.error.EOFError):
        while True:
            yield graph.vpull()
