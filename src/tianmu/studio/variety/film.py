"""How varied a film of the studio is: of its shots, of its takes, beside the studio's earlier films."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.engines.protocol import Progress
from tianmu.film.cut import Cut
from tianmu.film.decision import arrange
from tianmu.film.shot import Shot
from tianmu.film.take import Take
from tianmu.governance.diversity import (
    PICTURE_WIDTH,
    TEXT_WIDTH,
    Given,
    alike,
    describe_picture,
    nearest_pairs,
    vendi,
)
from tianmu.media.image import Frame, read_image
from tianmu.studio.edition import clips_of
from tianmu.studio.plan import Plan, find_version, read_plan
from tianmu.studio.render import silent
from tianmu.studio.variety.changes import Change, Drawer, suggest_changes
from tianmu.studio.variety.lengths import Rhythm, measure_lengths
from tianmu.studio.variety.model import measure_model
from tianmu.studio.variety.scripts import Nearness, nearest_scripts
from tianmu.studio.variety.widening import Widening, widen

if TYPE_CHECKING:
    from tianmu.studio.store import Project, Store

_DOUBLES: Final = 6
_MOST_TAKES: Final = 600
"""Takes that are looked at for the diversity under one prompt: the newest."""


@dataclass(frozen=True, kw_only=True)
class Double:
    """Two shots that are much alike."""

    first: str
    second: str
    similarity: float
    """0 to 1, of the pictures where there are any, else of the prompts."""


@dataclass(frozen=True, kw_only=True)
class Takes:
    """What takes of the same prompt have of their own."""

    given: Given
    num_takes: int
    num_prompts: int


@dataclass(frozen=True, kw_only=True)
class Variety:
    """A film by its diversity."""

    title: str
    slates: tuple[str, ...]
    prompts: float
    """Vendi of the prompts, 1 to the number of shots."""
    pictures: float | None
    """Vendi of the middle frames of the takes in the cut; None before there is a film."""
    matrix: tuple[tuple[float, ...], ...]
    """How alike each two shots are: of the pictures, else of the prompts."""
    doubles: tuple[Double, ...]
    takes: Takes | None
    """None where no shot has two takes."""
    scripts: tuple[Nearness, ...]
    changes: tuple[Change, ...]
    lengths: Rhythm
    widenings: tuple[Widening, ...]


def measure_variety(
    project: Project,
    store: Store,
    home: Path,
    version: str = "",
    *,
    draw: Drawer | None = None,
    progress: Progress = silent,
) -> Variety:
    """Score a film, name its doubles and its nearest elders, and try what would widen it.

    Raises:
        InputError: the project has no film, or one of a single shot, whose score would mean nothing.
        MediaError: a picture of a take is gone.
    """
    plan = read_plan(project, version)
    shots = arrange(plan.shots.shots, plan.decisions)
    if len(shots) < 2:
        raise InputError(
            say(
                f"The film of {project.name} has one shot, and the diversity of one thing means nothing; it takes two.",
                f"{project.name} 的影片只有一个镜头，单独一个谈不上多样性；至少要有两个。",
            )
        )
    from tianmu.world.embedding import embed

    progress(0.05, say("reading prompts", "读取提示词"))
    said = alike(embed([shot.prompt for shot in shots]), TEXT_WIDTH)
    frames = _frames(project, shots, find_version(project, version))
    progress(0.2, say("looking at takes", "查看素材"))
    seen = alike(np.stack([describe_picture(frame) for frame in frames]), PICTURE_WIDTH) if frames else None
    shown = said if seen is None else seen
    pairs = nearest_pairs(shown, _DOUBLES)
    takes = _takes(project)
    progress(0.4, say("comparing scripts", "比较剧本"))
    scripts = nearest_scripts(store, project.name, plan.screenplay)
    progress(0.6, say("trying changes", "试改"))
    return Variety(
        title=plan.screenplay.title or project.name,
        slates=tuple(shot.slate for shot in shots),
        prompts=vendi(said),
        pictures=None if seen is None else vendi(seen),
        matrix=tuple(tuple(round(float(value), 4) for value in row) for row in shown),
        doubles=tuple(
            Double(first=shots[pair.first].slate, second=shots[pair.second].slate, similarity=pair.similarity)
            for pair in pairs
        ),
        takes=takes,
        scripts=scripts,
        lengths=measure_lengths(shots),
        changes=suggest_changes(shots, plan.assets, draw=draw),
        widenings=widen([shot.prompt for shot in shots], _scripts(store, plan), home),
    )


def _frames(project: Project, shots: Sequence[Shot], version: str) -> list[Frame]:
    """The middle frame of each shot's take in the cut; nothing where not every shot has one yet."""
    stored = project.read(Cut, version)
    if stored is None:
        return []
    used = {clip.slate: clip.take for clip in clips_of(stored.value)}
    known = {take.id: take for take in project.takes()}
    found = [known.get(used.get(shot.slate, "")) for shot in shots]
    return [_picture(project, take) for take in found if take] if all(found) else []


def _takes(project: Project) -> Takes | None:
    """The conditional score over takes, where a prompt has two or more."""
    from tianmu.studio.recipe import Recipe

    takes = project.takes()[-_MOST_TAKES:]
    several = {take.key for take in takes if sum(other.key == take.key for other in takes) > 1}
    chosen = [take for take in takes if take.key in several]
    if len(chosen) < 2:
        return None
    prompts = [Recipe.from_json(project.media.read(take.recipe).decode()).request.prompt for take in chosen]
    measured = measure_model([_picture(project, take) for take in chosen], prompts)
    return Takes(given=measured.given, num_takes=len(chosen), num_prompts=len(set(prompts)))


def _picture(project: Project, take: Take) -> Frame:
    return read_image(project.media.path(take.thumbnail))


def _scripts(store: Store, plan: Plan) -> list[Any]:
    from tianmu.film.screenplay import Screenplay

    others = [store.project(info.name).read(Screenplay) for info in store.projects()]
    return [plan.screenplay, *(stored.value for stored in others if stored is not None and stored.value.scenes)]


def as_row(variety: Variety) -> dict[str, Any]:
    """What a program may want to know of it."""
    takes = variety.takes
    return {
        "title": variety.title,
        "shots": list(variety.slates),
        "vendi_prompts": round(variety.prompts, 4),
        "vendi_pictures": None if variety.pictures is None else round(variety.pictures, 4),
        "vendi_lengths": round(variety.lengths.score, 4),
        "of": "prompts" if variety.pictures is None else "pictures",
        "similarity": [list(row) for row in variety.matrix],
        "doubles": [
            {"shots": [double.first, double.second], "similarity": round(double.similarity, 4)}
            for double in variety.doubles
        ],
        "takes": takes
        and {
            "num_takes": takes.num_takes,
            "num_prompts": takes.num_prompts,
            "conditional_vendi": round(takes.given.conditional, 4),
            "information_vendi": round(takes.given.information, 4),
            "vendi_pictures": round(takes.given.pictures, 4),
            "vendi_prompts": round(takes.given.prompts, 4),
        },
        "scripts": [
            {
                "project": near.project,
                "title": near.title,
                "similarity": round(near.similarity, 4),
                "nearest_scenes": list(near.scenes),
                "passages_shared": round(near.copied, 4),
            }
            for near in variety.scripts
        ],
        "changes": [
            {
                "scene": change.scene,
                "shot": change.slate or None,
                "fact": change.fact,
                "before": change.before,
                "after": change.after,
                "note": change.note or None,
                "prompts": round(change.words, 4),
                "pictures": None if change.pictures is None else round(change.pictures, 4),
                "sentence": change.sentence(),
            }
            for change in variety.changes
        ],
        "library": [
            {"id": each.entry.id, "kind": each.entry.kind, "why": each.sentence()} for each in variety.widenings
        ],
    }
