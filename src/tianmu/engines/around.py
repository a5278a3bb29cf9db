"""A shot all around the viewer: the animated stage as a panorama, from the same reading of the prompt as its frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tianmu.core.text import say
from tianmu.engines.protocol import Footage, Frames, Progress, ShotRequest
from tianmu.engines.reading import understand
from tianmu.world.panorama import panorama_frames
from tianmu.world.scene import Scene

_BROADEST = 16 / 9
"""A stage that is all around has room: the cast of an upright film stands as in a frame of 16:9."""


def draw_around(request: ShotRequest, indices: Sequence[int], *, width: int, progress: Progress) -> Footage:
    """Frames of a shot, one for each of `indices`, drawn while they are read.

    Raises:
        InputError: nothing in the prompt can be shown, or no panorama has this width.
    """
    progress(0.0, say("reading", "读取"))
    understood = understand(request)
    scene = replace(understood.scene, seed=request.seed)
    return Footage(
        chunks=_draw(scene, request, indices, width, progress),
        num_frames=len(indices),
        fps=request.fps,
        width=width,
        height=width // 2,
        understood=understood.facts,
        notes=understood.notes,
    )


def _draw(
    scene: Scene, request: ShotRequest, indices: Sequence[int], width: int, progress: Progress
) -> Iterator[Frames]:
    """Chunks `[1 h w 3]` uint8."""
    frames = panorama_frames(
        scene,
        indices,
        num_frames=max(request.num_frames, max(indices, default=0) + 1),
        fps=float(request.fps),
        aspect=max(request.width / request.height, _BROADEST),
        width=width,
    )
    for drawn, frame in enumerate(frames, 1):
        progress(drawn / len(indices), say("drawing", "绘制"), frame)
        yield frame[None]
