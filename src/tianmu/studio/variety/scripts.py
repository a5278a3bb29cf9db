"""How near a screenplay is to those that the studio has made before: by what its scenes are about, and by passages.

A scene is read as one sentence vector of its heading, its action and its speech, in whichever of sixteen languages.
Two scripts are as near as their scenes are: each scene with the one of the other that it is nearest to, the mean of
all, both ways (the cosine of the vectors, 0 to 1). It says that two scripts are about the like; that one was copied
from the other is what shared passages say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tianmu.film.screenplay import Screenplay, ScriptScene
from tianmu.governance.passages import COPIED, passages, share, shared
from tianmu.studio.importers.fountain_writing import write_fountain
from tianmu.studio.planner.timing import plain

_LONGEST: Final = 600
"""Characters of a scene that are read."""
_MOST_SCENES: Final = 200
"""Scenes of one script that are compared, evenly out of all."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Nearness:
    """How near another project's script is."""

    project: str
    title: str
    similarity: float
    """0 to 1."""
    scenes: tuple[str, str]
    """The numbers of the two scenes that are nearest: of this script, of that one."""
    copied: float
    """The part of the shorter script whose passages stand in both; 0 below what counts as a passage."""


def nearest_scripts(others: Mapping[str, Screenplay], screenplay: Screenplay) -> tuple[Nearness, ...]:
    """Every other screenplay of the studio that has scenes, by the name of its project; the nearest first."""
    own, words = _read(screenplay), passages(write_fountain(screenplay))
    found: list[Nearness] = []
    if not own[0]:
        return ()
    for project, other in others.items():
        if not other.scenes:
            continue
        numbers, vectors = _read(other)
        cosines = own[1] @ vectors.T
        first, second = np.unravel_index(int(cosines.argmax()), cosines.shape)
        theirs = passages(write_fountain(other))
        found.append(
            Nearness(
                project=project,
                title=other.title or project,
                similarity=nearness(own[1], vectors),
                scenes=(own[0][first], numbers[second]),
                copied=share(words, theirs) if shared(words, theirs) >= COPIED else 0.0,
            )
        )
    return tuple(sorted(found, key=lambda each: (-each.similarity, each.project)))


def nearness(a: Vectors, b: Vectors) -> float:
    """The mean over the scenes of both of how near the nearest scene of the other is, 0 to 1; `[n d]` unit vectors."""
    cosines = np.asarray(a @ b.T, np.float64)
    both = np.concatenate([cosines.max(1), cosines.max(0)])
    return float(np.clip(both.mean(), 0, 1))


def scene_vectors(screenplay: Screenplay) -> Vectors:
    """A unit vector for every scene `[n 512]`."""
    return _read(screenplay)[1]


def _read(screenplay: Screenplay) -> tuple[tuple[str, ...], Vectors]:
    from tianmu.world.embedding import embed

    scenes = screenplay.scenes[:: max(1, -(-len(screenplay.scenes) // _MOST_SCENES))]
    texts = [_words(scene) for scene in scenes]
    vectors = embed(texts) if texts else np.zeros((0, 512), np.float32)
    return tuple(scene.number for scene in scenes), vectors


def _words(scene: ScriptScene) -> str:
    parts: Sequence[str] = [
        scene.heading.text.title(),
        *(plain(action.text) for action in scene.actions),
        *(line.text for speech in scene.speeches for line in speech.lines if line.manner != "parenthetical"),
    ]
    return " ".join(" ".join(parts).split())[:_LONGEST]
