"""A plan for another frame: the same shots, slates and lengths, with sizes and moves that the frame asks for.

The rules plan for 16:9. What lies far from it is planned so that the pictures hold whoever is in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from tianmu.film.asset import Asset
from tianmu.film.shot import Aspect, Reason, Shot, ShotList
from tianmu.studio.planner.beats import MOVING
from tianmu.studio.planner.draft import why
from tianmu.studio.planner.prompts import write_prompt

HOME: Aspect = "16:9"
"""The frame that is planned for first."""
NARROW = Fraction(7, 10)
"""Width over height below which two who stand beside each other need a step back."""


def ratio_of(aspect: Aspect) -> Fraction:
    """Width over height."""
    width, _, height = aspect.partition(":")
    return Fraction(width) / Fraction(height)


def fit_frame(shots: ShotList, aspect: Aspect, assets: Mapping[str, Asset]) -> ShotList:
    """The shots of a plan that was made for 16:9, for a frame of `aspect`.

    Raises:
        InputError: an asset of a shot is missing.
    """
    if aspect == HOME:
        return shots
    narrow = ratio_of(aspect) < NARROW
    return replace(shots, shots=tuple(_fitted(shot, aspect, assets, narrow=narrow) for shot in shots.shots))


def _fitted(shot: Shot, aspect: Aspect, assets: Mapping[str, Asset], *, narrow: bool) -> Shot:
    fitted = replace(shot, aspect=aspect)
    if not narrow:
        return fitted
    together = shot.setup in ("two_shot", "master", "action") and len(shot.performers) + len(shot.props) > 1
    if together and shot.size in ("medium", "medium_wide"):
        words = "the frame is narrow: a step back, so that all are in it", "画面窄：退后一步，容下所有人"
        fitted = _because(replace(fitted, size="wide"), why("size", *words))
    if shot.move in ("pan_left", "pan_right") and any(each.action in MOVING for each in shot.performers):
        reason = why(
            "move", "the frame is narrow: they cross it, and the camera holds still", "画面窄：人物穿过画面，镜头不动"
        )
        fitted = _because(replace(fitted, move="static"), reason)
    return fitted if fitted == replace(shot, aspect=aspect) else replace(fitted, prompt=write_prompt(fitted, assets))


def _because(shot: Shot, reason: Reason) -> Shot:
    """A shot with another reason for one of its choices."""
    others = tuple(old for old in shot.reasons if old.choice != reason.choice)
    return replace(shot, reasons=(*others, reason))
