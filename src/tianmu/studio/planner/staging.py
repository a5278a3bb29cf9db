"""The line of a scene: everybody has a side of it, and looks across it from there through the whole scene.

Left of the line one looks right, right of it one looks left (the 180-degree rule). Sides come from who talks with
whom: the first is on the left, and each that follows is across from those with whom they speak most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from tianmu.film.shot import Performer
from tianmu.studio.planner.beats import MOVING, Beat, Moment, Piece

Side = Literal["left", "right"]
ACROSS: dict[Side, Side] = {"left": "right", "right": "left"}


def take_sides(beats: Sequence[Beat], characters: Iterable[str]) -> dict[str, Side]:
    """On which side of the line each of a scene's characters is; animals and vehicles pass as they like."""
    people = frozenset(characters)
    talks: Counter[tuple[str, str]] = Counter()
    present: dict[str, None] = {}
    speaker: str | None = None
    for beat in beats:
        if isinstance(beat, Piece):
            if beat.on_screen:
                present.setdefault(beat.asset)
                if speaker is not None and speaker != beat.asset:
                    talks[(speaker, beat.asset)] += 1
                    talks[(beat.asset, speaker)] += 1
                speaker = beat.asset
        else:
            for id, _ in beat.doers:
                if id in people:
                    present.setdefault(id)
    talkers = [id for id in present if any(id == pair[0] for pair in talks)]
    sides: dict[str, Side] = {}
    for id in (*talkers, *(id for id in present if id not in talkers)):
        weight = {side: sum(talks[(id, other)] for other in sides if sides[other] == side) for side in ACROSS}
        if weight["left"] == weight["right"]:
            weight = {side: list(sides.values()).count(side) for side in ACROSS}
        sides[id] = "right" if weight["left"] > weight["right"] else "left"
    return sides


def looking(id: str, sides: dict[str, Side], action: str = "stands") -> Performer:
    """Somebody who looks across the line."""
    return Performer(asset=id, action=action, direction=ACROSS[sides.get(id, "left")])


def going(moment: Moment, sides: dict[str, Side]) -> tuple[Performer, ...]:
    """Those who act in a moment. Who comes in goes across the line, who leaves turns their back to it.

    Those who follow somebody, or go together, go the same way: that of the one who is followed, else of the first.
    """
    movers = [id for id, action in moment.doers if action in MOVING]
    together = len(movers) > 1 and "meeting" not in moment.flags
    leader = movers[-1 if "following" in moment.flags else 0] if together else ""
    performers: list[Performer] = []
    for id, action in moment.doers:
        place = sides.get(leader if id in movers and together else id, "left")
        way: Side = place if "leaving" in moment.flags else ACROSS[place]
        if moment.heading is not None:
            way = "left" if moment.heading == "left" else "right"
        performers.append(Performer(asset=id, action=action, direction=way))
    return tuple(performers)


def two_shot(ids: Sequence[str], sides: dict[str, Side]) -> tuple[Performer, ...]:
    """Up to three people as they stand in a two-shot or a master: those of the left side first."""
    ordered = sorted(ids[:3], key=lambda id: sides.get(id, "left") != "left")
    if len(ordered) == 3 and sides.get(ordered[1]) == "left":  # the world puts the third in the middle, farther back
        ordered = [ordered[0], ordered[2], ordered[1]]
    return tuple(looking(id, sides) for id in ordered)
