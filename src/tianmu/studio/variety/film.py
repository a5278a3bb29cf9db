"""How varied a film of the studio is: of its shots, of its takes, beside the studio's earlier films."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tianmu.core.errors import InputError, MediaError
from tianmu.core.text import say
from tianmu.engines.protocol import Progress
from tianmu.film.cut import Cut
from tianmu.film.decision import arrange
from tianmu.film.screenplay import Screenplay
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
from tianmu.studio.plan import find_version, read_plan
from tianmu.studio.render import silent
from tianmu.studio.traditions import open_library
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
    warnings: tuple[str, ...] = ()
    """A sentence for each thing that was left out because it is damaged."""


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
        MediaError: the plan of the film itself is damaged; what else is damaged is left out, and named.
    """
    warnings: list[str] = []
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
    frames = _frames(project, shots, find_version(project, version), warnings)
    progress(0.2, say("looking at takes", "查看素材"))
    seen = alike(np.stack([describe_picture(frame) for frame in frames]), PICTURE_WIDTH) if frames else None
    shown = said if seen is None else seen
    pairs = nearest_pairs(shown, _DOUBLES)
    takes = _takes(project, warnings)
    progress(0.4, say("comparing scripts", "比较剧本"))
    others = _others(store, project.name, warnings)
    scripts = nearest_scripts(others, plan.screenplay)
    progress(0.6, say("trying changes", "试改"))
    library = open_library(home)
    made = [plan.screenplay, *(other for other in others.values() if other.scenes)]
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
        widenings=widen([shot.prompt for shot in shots], made, library.entries),
        warnings=(*dict.fromkeys(warnings), *library.warnings),
    )


def _frames(project: Project, shots: Sequence[Shot], version: str, warnings: list[str]) -> list[Frame]:
    """The middle frame of each shot's take in the cut; nothing where not every shot has one that can be read."""
    stored = project.read(Cut, version)
    if stored is None:
        return []
    used = {clip.slate: clip.take for clip in clips_of(stored.value)}
    known = {take.id: take for take in project.takes()}
    found = [known.get(used.get(shot.slate, "")) for shot in shots]
    frames = [_picture(project, take, warnings) for take in found if take] if all(found) else []
    return [frame for frame in frames if frame is not None] if all(frame is not None for frame in frames) else []


def _takes(project: Project, warnings: list[str]) -> Takes | None:
    """The conditional score over takes, where a prompt has two or more that can be read."""
    from tianmu.studio.recipe import Recipe

    takes = project.takes()[-_MOST_TAKES:]
    several = {key for key, count in Counter(take.key for take in takes).items() if count > 1}
    read: list[tuple[str, str, Frame]] = []
    for take in takes:
        picture = _picture(project, take, warnings) if take.key in several else None
        if picture is not None:
            try:
                recipe = Recipe.from_json(project.media.read(take.recipe).decode("utf-8", "replace"))
            except MediaError as error:
                warnings.append(_left_out(f"{take.slate}/{take.number}", error))
            else:
                read.append((take.key, recipe.request.prompt, picture))
    counts = Counter(key for key, _, _ in read)
    chosen = [(prompt, picture) for key, prompt, picture in read if counts[key] > 1]
    if len(chosen) < 2:
        return None
    measured = measure_model([picture for _, picture in chosen], [prompt for prompt, _ in chosen])
    return Takes(given=measured.given, num_takes=len(chosen), num_prompts=len({prompt for prompt, _ in chosen}))


def _picture(project: Project, take: Take, warnings: list[str]) -> Frame | None:
    try:
        return read_image(project.media.verified(take.thumbnail))
    except MediaError as error:
        warnings.append(_left_out(f"{take.slate}/{take.number}", error))
        return None


def _left_out(take: str, error: MediaError) -> str:
    return say(
        f"The take {take} is left out, and all others are used: {error.message}",
        f"素材 {take} 未被采用，其余照常：{error.message}",
    )


def _others(store: Store, project: str, warnings: list[str]) -> dict[str, Screenplay]:
    """The screenplays of the studio's other projects, by name."""
    found: dict[str, Screenplay] = {}
    for info in store.projects():
        if info.name == project:
            continue
        try:
            stored = store.project(info.name).read(Screenplay)
        except (MediaError, ValueError) as error:
            reason = error.message if isinstance(error, MediaError) else str(error)
            warnings.append(
                say(
                    f"The screenplay of the project {info.name} is left out, and all others are used: {reason}",
                    f"项目 {info.name} 的剧本未被采用，其余照常：{reason}",
                )
            )
        else:
            found |= {info.name: stored.value} if stored else {}
    return found


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
        "warnings": list(variety.warnings),
    }
