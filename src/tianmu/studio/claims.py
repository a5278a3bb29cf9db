"""What is said of a work when it is signed, and the number that it is known by."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tianmu.engines.protocol import Engine, ShotRequest
from tianmu.film.cut import Clip, Cut
from tianmu.film.schema import digest, to_row
from tianmu.film.wording import Language
from tianmu.governance.footprint import Footprint
from tianmu.governance.provenance import Claim, Ingredient
from tianmu.studio.recipe import Recipe, request_row

if TYPE_CHECKING:
    from tianmu.governance.provenance import Kind
    from tianmu.studio.store import Media

LONGEST_TITLE = 120
"""Characters of a work's title in its manifest."""


def mark_of(request: ShotRequest, engine: Engine) -> int:
    """The number of a shot: the same wish to the same engine and weights has the same."""
    return mark_from({"engine": engine.name, "model": engine.model_digest, "request": request_row(request)})


def mark_of_cut(cut: Cut) -> int:
    """The number of a film: the same cut of the same takes has the same, in whatever store; how its files are signed
    has no part in it."""
    unsigned = tuple(
        replace(
            track,
            items=tuple(replace(item, film="") if isinstance(item, Clip) else item for item in track.items),
        )
        for track in cut.tracks
    )
    return mark_from(to_row(replace(cut, tracks=unsigned)))


def mark_from(row: dict[str, object]) -> int:
    """The number of a work, 64 bits, out of what decides it."""
    return int(digest(row)[:16], 16)


def claim_of_shot(engine: Engine, recipe: Recipe, inputs: Sequence[Path]) -> Claim:
    """What the manifest of a shot says."""
    return Claim(
        title=recipe.request.prompt.strip()[:LONGEST_TITLE],
        kind="shot",
        trained=engine.capabilities.trained,
        model_name=engine.name,
        model_digest=recipe.model_digest,
        engine=engine.name,
        oversight="prompt_guided",
        recipe_sha256=hashlib.sha256(recipe.to_json().encode()).hexdigest(),
        ingredients=tuple(Ingredient(path=path, title=path.name, relationship="inputTo") for path in inputs),
        footprint=Footprint.from_row(recipe.footprint),
    )


def claim_of_film(
    cut: Cut,
    media: Media,
    footprint: Footprint | None,
    *,
    voiced: bool,
    translators: Mapping[Language, Sequence[str]] | None = None,
) -> Claim:
    """What the manifest of a film says: every take that is seen in it is an ingredient, in the order of the cut.

    `voiced` says that a trained voice speaks in it, whoever drew the pictures; `translators` are the models that have
    translated its subtitles, by language.
    """
    clips = {item.film: item.slate for track in cut.tracks for item in track.items if isinstance(item, Clip)}
    claim = claim_of_parts(cut.name, "film", {slate: media.path(film) for film, slate in clips.items()}, footprint)
    facts: dict[str, object] = {"voices": voiced}
    if translators:
        facts["machine_translated_subtitles"] = {language: list(models) for language, models in translators.items()}
    return replace(claim, trained=claim.trained or voiced, facts=facts)


def claim_of_parts(title: str, kind: Kind, parts: Mapping[str, Path], footprint: Footprint | None = None) -> Claim:
    """What the manifest of something says that was put together out of signed files, each named by what it shows.

    It counts as made by a trained model unless every part's own manifest says that none was at work.
    """
    from tianmu.governance.provenance import read_provenance

    read = [read_provenance(path) for path in parts.values()]
    relation: Literal["parentOf", "componentOf"] = "parentOf" if kind == "copy" else "componentOf"
    return Claim(
        title=title[:LONGEST_TITLE],
        kind=kind,
        trained=any(found is None or found.made_by_ai is not False for found in read),
        engine="cut",
        oversight="prompt_guided",
        ingredients=tuple(Ingredient(path=path, title=name, relationship=relation) for name, path in parts.items()),
        footprint=footprint,
    )
