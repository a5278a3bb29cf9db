"""A shot as a prompt: plain English that any engine reads, and that the world's parser reads back to just this scene.

Only words of the assets' versions in use and of the world's captions are in it, in the sentence that a director would
say: what size, who does what, where, when, in which weather, how they stand to each other, what the camera does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.film.asset import Asset
from tianmu.film.shot import Performer, Setup, Shot, ShotSize

if TYPE_CHECKING:
    from tianmu.world.scene import Scene

FRAMING: dict[ShotSize, str] = {
    "extreme_wide": "wide",
    "wide": "wide",
    "medium_wide": "medium",
    "medium": "medium",
    "medium_close": "close",
    "close": "close",
    "extreme_close": "close",
}
"""The world's framing of a shot size."""
_SIZES: dict[ShotSize, str] = {
    "extreme_wide": "Extreme wide shot",
    "wide": "Wide shot",
    "medium_wide": "Medium shot",
    "medium": "Medium shot",
    "medium_close": "Close shot",
    "close": "Close up",
    "extreme_close": "Extreme close up",
}
_MOVES = {
    "static": "The camera holds still",
    "pan_left": "The camera slowly pans left",
    "pan_right": "The camera slowly pans right",
    "tilt_up": "The camera slowly tilts up",
    "tilt_down": "The camera slowly tilts down",
    "push_in": "The camera slowly pushes in",
    "pull_out": "The camera slowly pulls out",
}
_WEATHERS = {
    "clear": "under a clear sky",
    "cloudy": "under a cloudy sky",
    "rain": "in the rain",
    "snow": "in falling snow",
    "fog": "in the fog",
    "leaves": "with falling leaves",
}
_INDOORS = ("room", "stage", "moon")
_PREPOSITIONS = {"sea": "by", "lake": "by", "stage": "on", "moon": "on"}
_IN_PLACE = ("falls", "spins", "grows", "turns", "stands")
_ORDINALS = ("the first", "the second", "the third")
_COUNTED = ("", "another", "a third")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One who is in the picture: an asset, what it does, and the way it looks or goes (None: it has no face)."""

    asset: Asset
    action: str
    direction: str | None


def parts_of(
    performers: Sequence[Performer], props: Sequence[str], setup: Setup, assets: Mapping[str, Asset]
) -> tuple[tuple[Part, ...], str | None]:
    """Who is in the picture, in the order of the world's scene, and how the first stands to the second.

    The speaker of an over-the-shoulder shot is the first performer. The world puts who is "behind" on the left, so a
    speaker on the right stands right of the listener instead, who is nearer there too; the line is never crossed.
    """
    actors = [
        Part(asset=_get(assets, performer.asset), action=performer.action, direction=performer.direction)
        for performer in performers
    ]
    seen = {performer.asset for performer in performers}
    things = [Part(asset=_get(assets, id), action="stands", direction=None) for id in props if id not in seen]
    parts = [*actors, *things][:3]
    if len(parts) < 2:
        return tuple(parts), None
    first, second = parts[0], parts[1]
    if setup == "over_shoulder":
        if first.direction == "right":
            return tuple(parts), "behind"
        return (second, first, *parts[2:]), "left_of"
    if second.direction is None:
        return tuple(parts if first.direction != "left" else [second, first, *parts[2:]]), "left_of"
    going = first.action not in _IN_PLACE and second.action not in _IN_PLACE
    if setup == "action" and going and first.direction == second.direction:
        return tuple(parts), "follows"
    if setup == "action" and going:
        return tuple(parts), "meets"
    swapped = first.direction == "left" and second.direction == "right"
    return tuple([second, first, *parts[2:]] if swapped else parts), "left_of"


def write_prompt(shot: Shot, assets: Mapping[str, Asset]) -> str:
    """The prompt of a shot, from its own facts and the versions in use of its assets.

    Raises:
        InputError: an asset of the shot is missing.
    """
    parts, relation = parts_of(shot.performers, shot.props, shot.setup, assets)
    return word_prompt(
        size=shot.size,
        move=shot.move,
        parts=parts,
        relation=relation,
        set=_get(assets, shot.set) if shot.set is not None else None,
        time=shot.time,
        weather=shot.weather,
        style=_get(assets, shot.style) if shot.style is not None else None,
    )


def word_prompt(
    *,
    size: ShotSize,
    move: str,
    parts: Sequence[Part],
    relation: str | None,
    set: Asset | None,
    time: str,
    weather: str,
    style: Asset | None = None,
) -> str:
    """The words for an engine."""
    nouns = [part.asset.now.words.strip() for part in parts]
    who = [_seen(part, nouns, index) for index, part in enumerate(parts)]
    head = f"{_SIZES[size]} of {_listed(who)}" if who else f"{_SIZES[size]}, no one around,"
    setting = set.now.setting if set is not None else None
    if set is not None:
        head += f" {_PREPOSITIONS.get(setting or '', 'in')} {set.now.words.strip()}"
    head += f" at {time}" if time else ""
    if weather and not (weather == "clear" and setting in _INDOORS):
        head += f", {_WEATHERS[weather]}"
    sentences = [head]
    if relation is not None:
        first, second = _reference(nouns, 0), _reference(nouns, 1)
        sentences.append(_RELATIONS[relation].format(a=first, b=second))
    sentences.append(_MOVES[move])
    sentences += [_capital(style.now.words.strip())] if style is not None and style.now.words.strip() else []
    return ". ".join(sentence.rstrip(" .") for sentence in sentences) + "."


_RELATIONS = {
    "left_of": "{a} is to the left of {b}",
    "behind": "{a} is behind {b}",
    "follows": "{a} follows {b}",
    "meets": "{a} meets {b}",
}


def planned_scene(shot: Shot, assets: Sequence[Asset]) -> Scene:
    """The scene of the animated world that a shot plans, as its prompt must be read.

    Raises:
        InputError: an asset of the shot is missing, or nobody of the world's cast plays it.
    """
    from tianmu.world.scene import Actor, Scene

    known = {asset.id: asset for asset in assets}
    parts, relation = parts_of(shot.performers, shot.props, shot.setup, known)
    place = _get(known, shot.set) if shot.set is not None else None
    style = _get(known, shot.style) if shot.style is not None else None
    return Scene(
        setting=(place.now.setting if place is not None else None) or "meadow",
        time=shot.time or "noon",
        weather=shot.weather or "clear",
        camera=shot.move,
        look=_looks().get(style.now.words.lower(), "natural") if style is not None else "natural",
        framing=FRAMING[shot.size],
        actors=tuple(
            Actor(subject=_subject(part.asset), action=part.action, direction=part.direction or "right")
            for part in parts
        ),
        relation=relation,
    )


def _subject(asset: Asset) -> str:
    if asset.now.subject is None:
        raise InputError(
            say(
                f"Nobody of the animated cast plays {asset.name}; choose a subject for its version in use.",
                f"动画演员中没有人扮演 {asset.name}；请为它当前的版本指定一位。",
            )
        )
    return asset.now.subject


def _get(assets: Mapping[str, Asset], id: str) -> Asset:
    found = assets.get(id)
    if found is None:
        raise InputError(
            say(f"A shot names the asset {id}, which the film does not have.", f"镜头引用了素材 {id}，而影片中没有它。")
        )
    return found


@cache
def _looks() -> dict[str, str]:
    from tianmu.world.lexicon import wordings

    return {phrase: key for key, listed in wordings("en")["looks"].items() for phrase in listed}


@cache
def _gerunds() -> dict[str, str]:
    from tianmu.world.lexicon import wordings

    return {key: listed[0].split("|")[1] for key, listed in wordings("en")["actions"].items()}


def _seen(part: Part, nouns: Sequence[str], index: int) -> str:
    """One who is seen, with a verb: `a fox running left`, `another robot standing facing right`."""
    same = nouns[:index].count(nouns[index])
    noun = f"{_COUNTED[same]} {_bare(nouns[index])}" if same else nouns[index]
    if part.direction is None:
        return f"{noun} resting"
    way = f"facing {part.direction}" if part.action in _IN_PLACE else part.direction
    return f"{noun} {_gerunds()[part.action]} {way}"


def _reference(nouns: Sequence[str], index: int) -> str:
    """A further mention: `The robot`, or `The first robot` where there are two."""
    bare = _bare(nouns[index])
    which = f"{_ORDINALS[nouns[: index + 1].count(nouns[index]) - 1]}" if nouns.count(nouns[index]) > 1 else "the"
    said = f"{which} {bare}"
    return _capital(said) if index == 0 else said


def _bare(noun: str) -> str:
    """A noun without its article."""
    head, _, rest = noun.partition(" ")
    return rest if rest and head.lower() in ("a", "an", "the") else noun


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
