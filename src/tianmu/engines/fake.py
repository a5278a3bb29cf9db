"""The fake engine: frames that cost nothing and are the same everywhere. Tests and demonstrations stand on it.

A square crosses a gradient. The prompt and the seed choose the colours, so that another request is another picture.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from tianmu.core.text import say
from tianmu.engines.protocol import Capabilities, Footage, Frames, Progress, ShotRequest

FRAMES_A_CHUNK = 8


class FakeEngine:
    """Draws with numpy alone, at any rate and size; it understands no words."""

    name = "fake"
    capabilities = Capabilities(
        tasks=frozenset({"text", "image"}),
        controls=frozenset({"steps", "guidance", "negative"}),
        max_seconds=Fraction(3600),
        native_fps=Fraction(24),
        default_fps=Fraction(24),
        any_fps=True,
        sizes={
            "16:9": (128, 72),
            "9:16": (72, 128),
            "1:1": (96, 96),
            "4:5": (80, 100),
            "4:3": (96, 72),
            "2.39:1": (172, 72),
        },
        max_pixels=4096 * 4096,
        trained=False,
        description=("a test picture, the same everywhere", "测试画面，处处相同"),
        suggested=False,
    )

    model_digest = None

    def generate(self, request: ShotRequest, progress: Progress) -> Footage:
        """Draw the test picture; the frames are made while they are read."""
        return Footage(
            chunks=_draw(request, progress),
            num_frames=request.num_frames,
            fps=request.fps,
            width=request.width,
            height=request.height,
            understood={"caption": request.prompt},
            effective={"steps": request.num_steps or 1, "guidance": request.guidance_scale or 1.0},
        )


def _draw(request: ShotRequest, progress: Progress) -> Iterator[Frames]:
    """Chunks `[f h w 3]` uint8."""
    words = "\0".join((request.prompt, request.negative_prompt, str(request.seed)))
    ground, square = np.frombuffer(
        hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()[:6], np.uint8
    ).reshape(2, 3)
    height, width = request.height, request.width
    slope = np.linspace(0.3, 1.0, height)[:, None, None] * np.ones((1, width, 1))
    background = np.round(slope * ground).astype(np.uint8)
    side = max(2, min(height, width) // 4)
    top = (height - side) // 2
    for start in range(0, request.num_frames, FRAMES_A_CHUNK):
        stop = min(start + FRAMES_A_CHUNK, request.num_frames)
        chunk = np.repeat(background[None], stop - start, axis=0)
        for index in range(start, stop):
            left = (width - side) * index // max(1, request.num_frames - 1)
            chunk[index - start, top : top + side, left : left + side] = square
        if start == 0 and request.conditions:
            chunk[0] = _fit(request.conditions[0].frames[0], height, width)
        progress(start / request.num_frames, say("drawing", "绘制"), chunk[0])
        yield chunk
    progress(1.0, say("done", "完成"))


def _fit(picture: Frames, height: int, width: int) -> Frames:
    """The nearest pixels of `picture [h w c]` at another size."""
    rows = np.arange(height) * picture.shape[0] // height
    columns = np.arange(width) * picture.shape[1] // width
    return picture[rows[:, None], columns[None, :]]
