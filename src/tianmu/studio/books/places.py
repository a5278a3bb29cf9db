"""Where the actors stand in a frame of a take: what the recipe of the take says was understood, drawn once more, small.

The animated stage draws exactly what it understood, so there this is exact. A trained model was asked for the same
scene, so there it is where they should stand. An engine that says nothing of a scene leaves everybody's place open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from tianmu.core.errors import TianmuError
from tianmu.film.asset import Asset
from tianmu.film.shot import Shot
from tianmu.film.take import Take
from tianmu.studio.planner.prompts import parts_of
from tianmu.studio.recipe import Recipe

_WIDTH = 96
"""Pixels that a frame is drawn across to see who covers what."""
_LEAST = 0.0015
"""Of the frame, that somebody must cover to be seen in it."""


@dataclass(frozen=True, kw_only=True)
class Region:
    """A rectangle in a picture, in parts of its width and height from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def area(self) -> float:
        """Of the picture's, which is 1."""
        return (self.right - self.left) * (self.bottom - self.top)

    @property
    def cut_off(self) -> bool:
        """Whether it reaches an edge of the picture, so that something of it may be outside."""
        return min(self.left, self.top) <= 0 or max(self.right, self.bottom) >= 1


class Places:
    """Where the actors of one take stand."""

    def __init__(self, take: Take, recipe: Recipe, shot: Shot, assets: Mapping[str, Asset]) -> None:
        self._take = take
        self._scene = _scene_of(recipe.understood.get("scene"))
        self._who = _who(self._scene, shot, assets) if self._scene is not None else ()

    def at(self, number: int) -> dict[str, Region]:
        """Who is seen in frame `number` of the take, by the id of the asset; nobody where it is not known."""
        if self._scene is None or not any(self._who):
            return {}
        take = self._take
        height = max(8, round(_WIDTH * take.height / take.width))
        truth: Any = import_module("tianmu.world.truth")  # it draws, so it brings torch; only where it is needed
        masks = truth.clip_masks(
            self._scene,
            num_frames=1,
            fps=float(take.fps),
            height=height,
            width=_WIDTH,
            start=number,
            of=take.num_frames,
        )
        found: dict[str, Region] = {}
        for asset, mask in zip(self._who, masks[:, 0].numpy() > 0.5, strict=True):
            if asset and mask.mean() >= _LEAST:
                rows, columns = mask.any(axis=1).nonzero()[0], mask.any(axis=0).nonzero()[0]
                found[asset] = Region(
                    left=float(columns[0] / _WIDTH),
                    top=float(rows[0] / height),
                    right=float((columns[-1] + 1) / _WIDTH),
                    bottom=float((rows[-1] + 1) / height),
                )
        return found


def _scene_of(row: Any) -> Any:
    """The scene that a recipe has as JSON values; None where it has none with actors, or one of another time."""
    from tianmu.world.scene import Actor, Scene

    try:
        values: dict[str, Any] = {**row, "actors": tuple(Actor(**actor) for actor in row["actors"])}
        scene = Scene(**values)
    except (TypeError, KeyError, AttributeError, TianmuError):
        return None
    return scene if scene.actors else None


def _who(scene: Any, shot: Shot, assets: Mapping[str, Asset]) -> tuple[str | None, ...]:
    """The asset that each actor of the scene plays: by its place in the prompt, else by what it looks like."""
    try:
        parts, _ = parts_of(shot.performers, shot.props, shot.setup, assets)
    except TianmuError:
        return ()
    if len(parts) == len(scene.actors):
        return tuple(part.asset.id for part in parts)
    looks = {part.asset.now.subject: part.asset.id for part in parts}
    return tuple(looks.get(actor.subject) for actor in scene.actors)
