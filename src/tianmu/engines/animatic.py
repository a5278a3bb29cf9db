"""The animatic engine: reads a prompt into a scene of the animated stage, which the world's renderer draws in HD."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from tianmu.core.text import say
from tianmu.engines.around import draw_around
from tianmu.engines.protocol import Capabilities, Footage, Frames, Progress, ShotRequest
from tianmu.engines.reading import understand
from tianmu.world.render import render_frames
from tianmu.world.scene import Scene


class AnimaticEngine:
    """Draws exactly what was understood, staged for its frame, at any rate and size up to full HD."""

    name = "animatic"
    capabilities = Capabilities(
        tasks=frozenset({"text"}),
        max_seconds=Fraction(600),
        native_fps=Fraction(24),
        default_fps=Fraction(24),
        any_fps=True,
        sizes={
            "16:9": (1280, 720),
            "9:16": (720, 1280),
            "1:1": (960, 960),
            "4:5": (864, 1080),
            "4:3": (1120, 840),
            "2.39:1": (1280, 536),
        },
        max_pixels=1920 * 1080,
        trained=False,
        description=(
            "draws the scene that it reads in the prompt, in HD and exactly",
            "把从提示词读出的场景精确地画成高清动画",
        ),
    )

    model_digest = None

    def generate(self, request: ShotRequest, progress: Progress) -> Footage:
        """Read the prompt, then draw while the frames are read."""
        progress(0.0, say("reading", "读取"))
        understood = understand(request)
        return Footage(
            chunks=_draw(replace(understood.scene, seed=request.seed), request, progress),
            num_frames=request.num_frames,
            fps=request.fps,
            width=request.width,
            height=request.height,
            understood=understood.facts,
            notes=understood.notes,
        )

    def draw_around(self, request: ShotRequest, indices: Sequence[int], *, width: int, progress: Progress) -> Footage:
        """Read the prompt, then draw the place that it names all around the viewer."""
        return draw_around(request, indices, width=width, progress=progress)


def _draw(scene: Scene, request: ShotRequest, progress: Progress) -> Iterator[Frames]:
    """Chunks `[f h w 3]` uint8."""
    drawn = 0
    for chunk in render_frames(
        scene,
        num_frames=request.num_frames,
        fps=float(request.fps),
        width=request.width,
        height=request.height,
        restaged=True,
    ):
        drawn += len(chunk)
        progress(drawn / request.num_frames, say("drawing", "绘制"), chunk[0])
        yield chunk
