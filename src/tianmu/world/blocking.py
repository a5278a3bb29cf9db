"""Blocking: where the cast stands and how near the camera comes when the frame is not 16:9.

The world's own places are made for 16:9, and the model learns them in every frame. A film that leaves in another frame
is not cut out of that picture: the scene is staged anew. In a tall frame people stand nearer to each other and one
behind the other, the camera steps back until all of them are in it, and who moves stays in it; in a wide one they
stand farther apart, and one who looks to a side has room on that side.

Lengths are in frame heights, as everywhere on the stage.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tianmu.world.light import HORIZON
from tianmu.world.scene import Actor, Scene, cast
from tianmu.world.sprites import atlas_index

GROUND = 0.34
"""Where a lone actor's feet stand."""
SPEED = {"walks": 0.26, "runs": 0.52, "flies": 0.36, "rolls": 0.34, "floats": 0.1}
FRAMING_ZOOM = {"wide": 0.72, "medium": 1.0, "close": 1.45}
FRAMING_FOCUS = {"wide": -0.02, "medium": 0.0, "close": 0.12}
"""The height that the camera looks at: a close shot looks at the actors, not at the middle of the stage."""
CROWD = {1: 1.0, 2: 0.85, 3: 0.72}
"""How large each of so many actors is."""

_HOME = 16 / 9
_TALLEST = 9 / 16
_STEPS_IN_DEPTH = 1.45
"""Frames narrower than this stage people one behind the other, the more the narrower."""
_FILL = {"wide": 0.56, "medium": 0.76, "close": 0.94}
"""How much of a frame's width one person may take."""
_FILLED = 0.94
"""How much of it several may take together."""
_FARTHEST = 0.5
"""The least zoom; beyond it people are drawn smaller."""
_OVERLAP = 0.2
"""Of a person's width, that somebody nearer may hide in the tallest frame."""
_HEADROOM = 0.05
_OVER_SHOULDER = 0.7
"""How much is seen of the one over whose shoulder we look."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Where one of the cast is: the middle of its way, how far back (0 to 1), how far it goes, how large it is."""

    x: float
    depth: float
    travel: float = 0.0
    """Over the whole shot, in the direction in which it looks."""
    size: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Blocking:
    """A scene staged for its frame."""

    marks: tuple[Mark, ...]
    zoom: float
    focus: float
    sweep: float
    """How far the camera pans."""


@dataclass(kw_only=True)
class _Body:
    """One of the cast while it is being placed."""

    actor: Actor
    x: float
    depth: float
    travel: float
    alone: float
    """Its crowd's factor."""

    @property
    def height(self) -> float:
        grown = 1.35 if self.actor.action == "grows" else 1.0
        return 1.2 * cast()[self.actor.subject].height * (1 - 0.45 * self.depth) * self.alone * grown

    @property
    def width(self) -> float:
        across, up = atlas_index()["subjects"][self.actor.subject]["extent"]
        width = self.height * across / up
        if self.actor.action in ("spins", "rolls", "falls"):
            return max(width, self.height)
        return width + (0.14 if cast()[self.actor.subject].facing == "front" else 0.06) * self.height

    @property
    def going(self) -> float:
        return 1.0 if self.actor.direction == "right" else -1.0

    @property
    def feet(self) -> float:
        """The highest that its feet come."""
        floor = GROUND - (GROUND - HORIZON - 0.05) * self.depth
        airborne = cast()[self.actor.subject].medium == "air"
        match self.actor.action:
            case "flies":
                return -0.07
            case "floats":
                return min(floor, 0.1)
            case "jumps" | "bounces":
                return (0.1 if airborne else floor) - 0.13
            case "walks" | "runs" | "spins" if airborne:
                return 0.05
            case _:
                return floor


def block(scene: Scene, places: Sequence[tuple[float, float]], *, aspect: float, duration: float) -> Blocking | None:
    """A scene staged for a frame of `aspect`; None in 16:9, where the world's own `places` (x, depth) hold."""
    if abs(aspect / _HOME - 1) < 0.03:
        return None
    deep = min(max((_STEPS_IN_DEPTH - aspect) / (_STEPS_IN_DEPTH - _TALLEST), 0.0), 1.0)
    base, focus = FRAMING_ZOOM[scene.framing], FRAMING_FOCUS[scene.framing]
    sweep = _sweep(duration) * min(1.0, aspect / _HOME)
    bodies = [
        _Body(
            actor=actor,
            x=x,
            depth=depth,
            travel=min(SPEED.get(actor.action, 0.0) * duration, 0.9 * aspect),
            alone=CROWD[len(scene.actors)],
        )
        for actor, (x, depth) in zip(scene.actors, places, strict=True)
    ]
    if not bodies:  # a narrow frame of a place shows more of it
        return Blocking(marks=(), zoom=base * (1 - 0.15 * deep), focus=focus, sweep=sweep)
    nearest = math.exp(0.45 * _sweep(duration)) if scene.camera in ("push_in", "pull_out") else 1.0
    if len(bodies) == 1:
        zoom, sizes = _alone(bodies[0], scene, aspect, nearest)
    elif scene.relation == "behind":
        zoom, sizes = _over_shoulder(bodies, base, aspect, nearest)
    else:
        zoom, sizes = _in_a_row(bodies, base, aspect, deep, nearest)
    for body in bodies:
        body.alone *= sizes
    sweep = _move_within(bodies, scene, aspect / zoom, sweep)
    marks = tuple(
        Mark(x=body.x, depth=body.depth, travel=body.travel, size=body.alone / CROWD[len(bodies)]) for body in bodies
    )
    return Blocking(marks=marks, zoom=zoom, focus=_look_at(bodies, focus, zoom * nearest, deep), sweep=sweep)


def _sweep(duration: float) -> float:
    return min(max(0.25 * duration, 0.4), 0.9)


def _fit(base: float, extent: float, room: float) -> tuple[float, float]:
    """The zoom at which `extent` fits into `room`, at most `base`, and what the people are scaled by beside it."""
    zoom = max(min(base, room / extent), min(base, _FARTHEST))
    return zoom, min(1.0, room / (extent * zoom))


def _alone(body: _Body, scene: Scene, aspect: float, nearest: float) -> tuple[float, float]:
    """One, whole in the frame, with room before the face where the frame is wide."""
    base = FRAMING_ZOOM[scene.framing]
    room = min(_FILL[scene.framing], _FILLED / nearest) * aspect
    zoom, size = _fit(base, body.width, room)
    spare = max(0.0, aspect / (zoom * nearest) - body.width)
    body.x = -body.going * (0.17 if aspect > _HOME else 0.06) * spare if not body.travel else 0.0
    return zoom, size


def _in_a_row(bodies: list[_Body], base: float, aspect: float, deep: float, nearest: float) -> tuple[float, float]:
    """Two or three side by side, in the order in which the world has them; in a tall frame farther and farther back."""
    row = sorted(bodies, key=lambda body: body.x)
    near_left = row[0].depth <= row[-1].depth
    steps = {2: (0.0, 0.5), 3: (0.0, 0.4, 0.75)}[len(row)]
    for body, step in zip(row, steps if near_left else steps[::-1], strict=True):
        body.depth += deep * (step - body.depth)
    gaps = [(a.width + b.width) / 2 * (1.08 - (_OVERLAP + 0.08) * deep) for a, b in pairwise(row)]
    wider = max(1.0, 0.45 * aspect / sum(gaps))
    gaps = [gap * wider for gap in gaps]
    extent = (row[0].width + row[-1].width) / 2 + sum(gaps)
    zoom, size = _fit(base, extent, _FILLED * aspect / nearest)
    at = -extent / 2 + row[0].width / 2
    for body, gap in zip(row, [*gaps, 0.0], strict=True):
        body.x = at * size
        at += gap
    return zoom, size


def _over_shoulder(bodies: list[_Body], base: float, aspect: float, nearest: float) -> tuple[float, float]:
    """The first, seen past the second, who is large, near, and leaves the frame at its side."""
    first, second = bodies[:2]
    side = 1.0 if second.x >= first.x else -1.0
    first.depth, second.depth = 0.5, -0.2
    extent = 0.9 * first.width + _OVER_SHOULDER * second.width
    zoom, size = _fit(base, extent, aspect / nearest)
    half = aspect / (2 * zoom * nearest)
    shoulder = half - _OVER_SHOULDER * second.width * size
    second.x = side * (shoulder + second.width * size / 2)
    first.x = side * max((shoulder - half) / 2, first.width * size / 2 - half)
    for third in bodies[2:]:
        third.x, third.depth = 0.0, 0.8
    return zoom, size


def _move_within(bodies: list[_Body], scene: Scene, width: float, sweep: float) -> float:
    """Put each on the middle of its way, no way longer than the frame of `width` holds; gives the camera's pan.

    Alone or together one crosses the frame. Beside somebody one comes to the mark, or leaves it, on its own side.
    """
    pans = {"pan_left": -1.0, "pan_right": 1.0}.get(scene.camera, 0.0)
    movers = [body for body in bodies if body.travel]
    extent = max(b.x + b.width / 2 for b in bodies) - min(b.x - b.width / 2 for b in bodies)
    room = max(0.0, width - extent)
    if pans and any(body.going != pans or not body.travel for body in bodies):
        sweep = min(sweep, room)
    together = len({body.going for body in movers}) == 1 and len(movers) == len(bodies)
    for body in movers:
        goes_along = sweep if pans == body.going else 0.0
        if together:
            body.travel = min(body.travel, room + goes_along)
            continue
        side = math.copysign(1.0, body.x)
        body.travel = min(body.travel, max(0.0, width / 2 + goes_along - abs(body.x)))
        body.x += side * (body.travel - goes_along) / 2
    return min([sweep, *(0.85 * body.travel for body in movers if together and pans == body.going)])


def _look_at(bodies: Sequence[_Body], focus: float, zoom: float, deep: float) -> float:
    """The height that the camera looks at: no head is cut off, and in a tall frame nobody stands at its foot."""
    tops = [body.feet - body.height for body in bodies if body.actor.action != "falls"]
    if not tops:
        return focus
    middle = (min(tops) + max(body.feet for body in bodies)) / 2
    focus += 0.6 * deep * (middle - 0.03 / zoom - focus)
    return min(focus, min(tops) + (0.5 - _HEADROOM) / zoom)
