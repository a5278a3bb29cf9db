"""HD on the CPU: the layers of `stage` laid over each other by OpenCV, as a stream that is made while it is read.

The scene, the textures and the windows are those that render.py samples; a test holds the two to the same picture.
What is left out is only work that no pixel needs:

1. Of a painted plane only what the camera sees is kept, and the layers at the back that never move are laid once.
2. Rows of a plane that are empty, or that a nearer plane hides, are not sampled, and opaque rows are not blended.
3. Of rain, snow and leaves only the drops are laid.
4. Frames are made on a thread, one chunk ahead of the reader, who most often encodes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from jaxtyping import UInt8

from tianmu.core.errors import InputError
from tianmu.world.cels import Canvas, Cel, Figure, Sheet, Shower, Veil
from tianmu.world.look import grade
from tianmu.world.scene import Scene
from tianmu.world.stage import clip_layers

SMALLEST = 16
"""Pixels that a frame is at least wide and high."""
_CELS = {"plane": Sheet, "fall": Shower, "actor": Figure, "shadow": Figure, "veil": Veil}


def render_frames(
    scene: Scene, *, num_frames: int, fps: float, height: int, width: int, chunk: int = 4, restaged: bool = False
) -> Iterator[UInt8[np.ndarray, "f h w 3"]]:
    """The scene as a stream of chunks, [f h w 3] uint8, of `chunk` frames each; the last may be shorter.

    `restaged` stages the scene for a frame that is not 16:9 (`blocking.py`); else it is as the model learns it.
    Memory does not grow with the shot's length, but for some hundred bytes a frame of windows.

    Raises:
        InputError: no frames, or frames smaller than 16 x 16, were asked for.
    """
    if num_frames < 1 or fps <= 0 or min(height, width) < SMALLEST:
        raise InputError(
            f"A shot needs at least one frame of {SMALLEST} x {SMALLEST} pixels, "
            f"but {num_frames} of {width} x {height} were asked for."
        )
    return _ahead(_chunks(scene, num_frames, fps, height, width, chunk, restaged))


def _ahead(chunks: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    """The same chunks, the next one in the making while one is used."""
    with ThreadPoolExecutor(1, thread_name_prefix="hd") as pool:
        coming = pool.submit(next, chunks, None)
        while (made := coming.result()) is not None:
            coming = pool.submit(next, chunks, None)
            yield made


def _chunks(
    scene: Scene, num_frames: int, fps: float, height: int, width: int, chunk: int, restaged: bool
) -> Iterator[UInt8[np.ndarray, "f h w 3"]]:
    cels = _cels(scene, num_frames, fps, height, width, restaged)
    finish = grade(scene.look)
    moving = next((i for i, cel in enumerate(cels) if not cel.still), len(cels))
    canvas = Canvas(height, width)
    _lay(cels, range(moving), canvas, 0)
    background = canvas.frame.copy()
    for start in range(0, num_frames, chunk):
        made = np.empty((min(chunk, num_frames - start), height, width, 3), np.uint8)
        for i, out in enumerate(made):
            np.copyto(canvas.frame, background)
            _lay(cels, range(moving, len(cels)), canvas, start + i)
            finish(canvas.frame, out)
        yield made


def _cels(scene: Scene, num_frames: int, fps: float, height: int, width: int, restaged: bool) -> list[Cel]:
    layers = clip_layers(scene, num_frames=num_frames, fps=fps, height=height, width=width, restaged=restaged)
    cels: list[Cel] = []
    while layers:  # a layer is let go of as soon as its cel is there, for a painted plane is large
        layer = layers.pop(0)
        cels.append(_CELS[layer.kind](layer, height, width))
    return cels


def _lay(cels: list[Cel], which: range, canvas: Canvas, index: int) -> None:
    """Lay some of the cels, back to front, each only where no nearer one hides it."""
    height = len(canvas.frame)
    seen = [np.ones(height, bool)]
    for cel in cels[:0:-1]:
        hidden = cel.hides(index, height)
        seen.append(seen[-1] if hidden is None else seen[-1] & ~hidden)
    seen.reverse()
    for i in which:
        cels[i].lay(canvas, index, seen[i])
