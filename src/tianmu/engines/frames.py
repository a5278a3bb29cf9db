"""Frames to the size and the rate that were asked for. Frames are `[h w c]` uint8; streams hold one or two of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import islice

import numpy as np
from PIL import Image

from tianmu.engines.protocol import Frames


def cover(frame: Frames, height: int, width: int) -> Frames:
    """Resize a frame so that it covers `height` x `width`, with Lanczos; what stands over is cut off on both sides."""
    if frame.shape[:2] == (height, width):
        return frame
    above, beside = frame.shape[0], frame.shape[1]
    scale = min(above / height, beside / width)
    kept_height, kept_width = min(above, height * scale), min(beside, width * scale)
    top, left = (above - kept_height) / 2, (beside - kept_width) / 2
    box = (left, top, min(beside, left + kept_width), min(above, top + kept_height))
    picture = Image.fromarray(np.ascontiguousarray(frame))
    return np.array(picture.resize((width, height), Image.Resampling.LANCZOS, box=box))


def hold(frames: Iterable[Frames], fps_in: Fraction, fps_out: Fraction) -> Iterator[Frames]:
    """Another rate with the same frames: output frame n is the last input frame at or before n / fps_out."""
    shown = 0
    for index, frame in enumerate(frames):
        while shown * fps_in / fps_out < index + 1:
            yield frame
            shown += 1


def chunked(frames: Iterable[Frames], size: int) -> Iterator[Frames]:
    """Single frames as chunks `[f h w c]` of at most `size`."""
    stream = iter(frames)
    while chunk := list(islice(stream, size)):
        yield np.stack(chunk)
