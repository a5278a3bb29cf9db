"""Entries of the library that are farthest from what a film, and a studio, has: found by measuring, not by a list."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tianmu.core.text import say
from tianmu.film.screenplay import Screenplay
from tianmu.governance.diversity import TEXT_WIDTH, alike, vendi
from tianmu.studio.importers import parse_fountain
from tianmu.studio.traditions import Entry
from tianmu.studio.variety.scripts import nearness, scene_vectors


@dataclass(frozen=True, kw_only=True)
class Widening:
    """An entry, and how far it is: a look by what one shot in it adds, a form by how near its skeleton is."""

    entry: Entry
    value: float
    """Of a look, by how much the Vendi score of the prompts rises; of a form, its nearness to the nearest script."""

    def sentence(self) -> str:
        """For a person."""
        name, id = say(*self.entry.name), self.entry.id
        if self.entry.kind == "look":
            return say(
                f"{name}: one shot of it would add {self.value:+.2f} to the prompts; tianmu library show {id}",
                f"{name}：加一个这样的镜头，提示词得分 {self.value:+.2f}；tianmu library show {id}",
            )
        return say(
            f"{name}: of all forms its skeleton is the least like your scripts ({self.value:.2f}); tianmu library show "
            f"{id}",
            f"{name}：在所有形式中，其骨架与你的剧本最不相似（{self.value:.2f}）；tianmu library show {id}",
        )


def widen(prompts: Sequence[str], scripts: Sequence[Screenplay], library: Sequence[Entry]) -> tuple[Widening, ...]:
    """Two looks and one form of a library: those that a film with these prompts, and these scripts, are farthest from.

    What must be asked for first is not offered.
    """
    entries = [entry for entry in library if not entry.ask_first]
    return (*_looks(prompts, entries)[:2], *_forms(scripts, entries)[:1])


def _looks(prompts: Sequence[str], entries: Sequence[Entry]) -> list[Widening]:
    from tianmu.world.embedding import embed

    offered = [(entry, prompt) for entry in entries if (prompt := _prompt(entry))]
    if not offered or not prompts:
        return []
    vectors = embed([*prompts, *(prompt for _, prompt in offered)])
    own, count = vectors[: len(prompts)], len(prompts)
    now = vendi(alike(own, TEXT_WIDTH))
    rises = [
        vendi(alike(np.concatenate([own, vectors[count + number][None]]), TEXT_WIDTH)) - now
        for number in range(len(offered))
    ]
    found = [Widening(entry=entry, value=rise) for (entry, _), rise in zip(offered, rises, strict=True)]
    return sorted(found, key=lambda each: (-each.value, each.entry.id))


def _forms(scripts: Sequence[Screenplay], entries: Sequence[Entry]) -> list[Widening]:
    made = [vectors for script in scripts if len(vectors := scene_vectors(script))]
    found: list[Widening] = []
    for entry in entries:
        skeleton = scene_vectors(parse_fountain(entry.skeleton)) if entry.kind == "form" and entry.skeleton else None
        if skeleton is not None and len(skeleton) and made:
            found.append(Widening(entry=entry, value=max(nearness(skeleton, vectors) for vectors in made)))
    return sorted(found, key=lambda each: (each.value, each.entry.id))


def _prompt(entry: Entry) -> str:
    """What the entry's first shot asks for; a look that is not made by a prompt has none."""
    for command in entry.commands if entry.kind == "look" else ():
        try:
            words = shlex.split(command)
        except ValueError:
            continue
        if words[1:2] == ["shot"] and len(words) > 2:
            return words[2]
    return ""
