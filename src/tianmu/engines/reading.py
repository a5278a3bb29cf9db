"""What an engine makes of a prompt: the scene, the caption that it works from, and what to tell the person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from typing import Any

from tianmu.core.text import listed, say
from tianmu.engines.protocol import ShotRequest
from tianmu.world.captions import long_caption
from tianmu.world.expand import expand
from tianmu.world.parser import parse
from tianmu.world.scene import Scene, Subject, cast


@dataclass(frozen=True, kw_only=True)
class Understanding:
    """A prompt as an engine reads it. `facts` are JSON values for the recipe; `notes` are sentences for the person."""

    scene: Scene
    caption: str
    facts: dict[str, Any]
    notes: tuple[str, ...]


def understand(request: ShotRequest, *, known: Collection[str] = ()) -> Understanding:
    """Read the prompt of a request; its seed becomes the scene's.

    `known` are the subjects that the engine can draw, by key (none: the whole cast); another is played by the one
    that is most like it, and a note says so. With `request.verbatim` nothing is expanded or replaced: the caption is
    the prompt, and the scene is what the parser alone finds in it.

    Raises:
        InputError: there is nothing in the prompt that can be shown.
    """
    if request.verbatim:
        return _verbatim(request)
    expansion = expand(request.prompt)
    scene, played = _within(replace(expansion.scene, seed=request.seed), known)
    caption = long_caption(scene)
    facts = {
        "caption": caption,
        "scene": asdict(scene),
        "stated": sorted(expansion.reading.found),
        "language": expansion.language,
        "replaced": [[word, used] for word, used in (*expansion.replaced, *played)],
        "unknown": list(expansion.reading.unknown),
        "ignored": list(expansion.reading.ignored),
    }
    notes = tuple(
        say(f"The model has not learnt “{wanted}”: “{used}” plays it.", f"模型没有学过“{wanted}”：由“{used}”代替。")
        for wanted, used in played
    )
    return Understanding(scene=scene, caption=caption, facts=facts, notes=(*expansion.notes, *notes))


def _verbatim(request: ShotRequest) -> Understanding:
    reading = parse(request.prompt)
    scene = replace(reading.scene, seed=request.seed)
    facts = {
        "caption": request.prompt,
        "scene": asdict(scene),
        "stated": sorted(reading.found),
        "language": reading.language,
        "replaced": [],
        "unknown": list(reading.unknown),
        "ignored": list(reading.ignored),
    }
    words = listed(tuple(f"“{word}”" for word in reading.unknown[:8]))
    notes = (say(f"Was not understood: {words}.", f"未能理解：{words}。"),) if reading.unknown else ()
    return Understanding(scene=scene, caption=request.prompt, facts=facts, notes=notes)


def _within(scene: Scene, known: Collection[str]) -> tuple[Scene, tuple[tuple[str, str], ...]]:
    """The scene with actors of `known` alone, and who plays whom, by their names."""
    if not known:
        return scene, ()
    actors = tuple(
        actor if actor.subject in known else replace(actor, subject=_most_like(cast()[actor.subject], known))
        for actor in scene.actors
    )
    pairs = [
        (cast()[before.subject], cast()[after.subject])
        for before, after in zip(scene.actors, actors, strict=True)
        if before.subject != after.subject
    ]
    return replace(scene, actors=actors), tuple((say(a.en, a.zh), say(b.en, b.zh)) for a, b in pairs)


def _most_like(wanted: Subject, known: Collection[str]) -> str:
    """The known subject of the same group and the same element where there is one, then of the nearest size."""

    def distance(key: str) -> tuple[bool, bool, float, str]:
        subject = cast()[key]
        other_group, other_medium = subject.group != wanted.group, subject.medium != wanted.medium
        return other_group, other_medium, abs(subject.height - wanted.height), key

    return min(known, key=distance)
