"""A scene all around the viewer: equirectangular frames of the animated stage, made while they are read.

The viewer stands still where a frame's camera stands at the middle of its move, and looks around; nothing moves but the
cast, the weather and the crests of the water. What stands still is painted once:

1. the sky over everything (firmament.py), 2. the set's planes around (backdrops.py), 3. the floor (floors.py).

Every frame then gets its crests, its cast on upright cards where their feet are, its air and what falls, and its look.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from jaxtyping import Float, UInt8, UInt16

from tianmu.world.backdrops import paint_backdrops
from tianmu.world.cels import FULL
from tianmu.world.firmament import paint_sky
from tianmu.world.floors import Floor, paint_crests, paint_floor
from tianmu.world.light import INDOORS
from tianmu.world.look import grade
from tianmu.world.scene import Scene
from tianmu.world.sets import paint_set
from tianmu.world.sphere import Sphere
from tianmu.world.standing import Standing, Veil, stand
from tianmu.world.surge import Crests, Windows, fall_around

_COARSEST = 264
"""Texels to the frame height, at least: of planes finer than training's, only the last are kept in memory."""


def panorama_frames(
    scene: Scene,
    indices: Sequence[int],
    *,
    num_frames: int,
    fps: float,
    aspect: float,
    width: int,
    heading: float = 0.0,
) -> Iterator[UInt8[np.ndarray, "h w 3"]]:
    """Frames of a shot around the viewer, [width / 2, width, 3] uint8, one for each of `indices` in their order.

    `num_frames`, `fps` and `aspect` are those of the flat shot, whose cast moves here as it does there. `heading` is
    the azimuth in the middle of the picture: 0 is the shot's own front. Memory does not grow with the shot's length.

    Raises:
        InputError: no panorama has this width.
    """
    sphere = Sphere(width, heading)
    still = replace(scene, camera="static")
    resolution = _resolution(sphere)
    cast = stand(sphere, still, num_frames=num_frames, fps=fps, aspect=aspect, resolution=resolution)
    bare = replace(still, actors=(), relation=None, framing="medium", look="natural")
    return _frames(_place(width, heading, bare), cast, scene, indices, fps)


def _resolution(sphere: Sphere) -> int:
    return max(_COARSEST, math.ceil(sphere.width / 6 / 8) * 8)


@lru_cache(maxsize=2)
def _place(width: int, heading: float, scene: Scene) -> Place:
    """A place is painted once for all its shots that follow each other, and for two that alternate."""
    return Place(Sphere(width, heading), scene)


class Place:
    """What stands still around the viewer, and what moves everywhere at once."""

    def __init__(self, sphere: Sphere, scene: Scene) -> None:
        planes = paint_set(scene.setting, scene.time, scene.weather, scene.seed, _resolution(sphere))
        floor = paint_floor(sphere, scene, planes[-1])
        canvas = paint_sky(sphere, scene)
        inside = scene.setting in INDOORS
        before = canvas.copy() if inside else canvas
        clear = np.ones(canvas.shape[:2], np.float32)
        for picture in paint_backdrops(sphere, scene, planes, floor.edge):
            keep = 1 - picture[..., 3]
            canvas *= keep[..., None]
            canvas += picture[..., :3]
            clear *= keep
        keep = _lay_floor(floor, canvas, square=scene.setting == "room")
        clear[floor.first :] *= keep
        self.still = _sixteen(canvas)
        self.crests = Crests(paint_crests(floor, scene), keep, floor.first)
        windows = Windows(behind=_sixteen(before), clear=clear) if inside else None
        self.falls = fall_around(sphere, scene, _resolution(sphere), windows)


def _lay_floor(floor: Floor, canvas: Float[np.ndarray, "h w 3"], *, square: bool) -> Float[np.ndarray, "y w"]:
    """Lay the floor as far as it goes, and say what of the canvas below the horizon it leaves."""
    away = np.maximum(np.abs(floor.x), np.abs(floor.z)) if square else floor.away + 0 * floor.x
    keep = np.clip((away - floor.edge) / (1 + away**2) * floor.sphere.scale + 0.5, 0, 1).astype(np.float32)
    below = canvas[floor.first :]
    below *= keep[..., None]
    below += floor.rgb * (1 - keep[..., None])
    return keep


def _sixteen(rgb: Float[np.ndarray, "h w 3"]) -> UInt16[np.ndarray, "h w 4"]:
    out = np.full((*rgb.shape[:2], 4), FULL, np.uint16)
    np.rint(np.clip(rgb, 0, 1) * FULL, out=out[..., :3], casting="unsafe")
    return out


def _frames(
    place: Place, cast: Sequence[Standing | Veil], scene: Scene, indices: Sequence[int], fps: float
) -> Iterator[UInt8[np.ndarray, "h w 3"]]:
    finish, canvas = grade(scene.look), np.empty_like(place.still)
    for index in indices:
        np.copyto(canvas, place.still)
        seconds = index / fps
        place.crests.lay(canvas, seconds)
        for figure in cast:
            figure.lay(canvas, index)
        for fall in place.falls:
            fall.lay(canvas, seconds)
        out = np.empty((*canvas.shape[:2], 3), np.uint8)
        finish(canvas, out)
        yield out
