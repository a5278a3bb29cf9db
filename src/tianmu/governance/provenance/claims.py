"""What Tianmu claims about a work, and the manifest definition that says it in C2PA's words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from tianmu import __version__
from tianmu.core.errors import InputError
from tianmu.core.text import say

if TYPE_CHECKING:
    from tianmu.governance.footprint import Footprint
    from tianmu.governance.provenance.schemas import (
        AiDisclosure,
        Assertion,
        EnvironmentalSustainability,
        FramePlace,
        Kind,
        Oversight,
    )

Relationship = Literal["parentOf", "componentOf", "inputTo"]

SOURCE_TYPES: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""IPTC's vocabulary of digital source types, which C2PA uses."""
TRAINED: Final = SOURCE_TYPES + "trainedAlgorithmicMedia"
COMPOSITE: Final = SOURCE_TYPES + "compositeWithTrainedAlgorithmicMedia"
DRAWN: Final = SOURCE_TYPES + "algorithmicMedia"

MODEL: Final = "c2pa.types.model"
LARGEST_MARK: Final = (1 << 64) - 1
AGENT: Final = {"name": "Tianmu", "version": __version__}


@dataclass(frozen=True, kw_only=True)
class Ingredient:
    """A file that went into a work; its own manifest is read and kept, intact or not."""

    path: Path
    title: str
    relationship: Relationship


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What is said about a work when it is signed."""

    title: str
    kind: Kind
    trained: bool
    """Whether a trained model made any of it; the animatic stage draws without one."""
    model_name: str | None = None
    model_digest: str | None = None
    engine: str
    oversight: Oversight = "prompt_guided"
    mark: int | None = None
    """The payload of the watermark in its pictures; None where there is none in them. A document has no pictures that
    carry one, so there it only names the work."""
    recipe_sha256: str | None = None
    ingredients: tuple[Ingredient, ...] = ()
    """At most one is `parentOf`: what this is a copy of."""
    footprint: Footprint | None = None
    actions: tuple[str, ...] = ()
    """What else was done, in C2PA's words, such as `c2pa.edited` or `c2pa.transcoded`."""
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """JSON values for `org.tianmu.work`."""


def definition(
    claim: Claim, linked: Mapping[Ingredient, str], *, unbound: str | None, place: FramePlace | None
) -> dict[str, Any]:
    """The manifest of a claim.

    Args:
        claim: what is said.
        linked: for each ingredient the identifier under which it is added; one may stand in several places.
        unbound: digest of what the container holds beyond C2PA's own hash.
        place: of a picture in a sequence.

    Raises:
        InputError: the claim says what cannot be.
    """
    from tianmu.governance.provenance.schemas import SoftBinding, TrainingMining, Work

    _require_claim(claim)
    assertions: list[Assertion] = [TrainingMining()]
    if claim.trained:
        assertions.append(_disclosure(claim))
    if claim.footprint is not None:
        assertions.append(_sustainability(claim.footprint))
    if claim.mark is not None and claim.kind != "document":
        assertions.append(SoftBinding.of_mark(claim.mark))
    if place is not None:
        assertions.append(place)
    work = Work(
        kind=claim.kind,
        engine=claim.engine,
        mark=f"{claim.mark:016x}" if claim.mark is not None else None,
        recipe_sha256=claim.recipe_sha256,
        unbound_sha256=unbound,
        facts=dict(claim.facts),
    )
    actions = {"label": "c2pa.actions", "created": True, "data": {"actions": _actions(claim, linked)}}
    return {
        "claim_generator_info": [AGENT],
        "title": claim.title,
        "assertions": [actions, *(each.row() for each in (*assertions, work))],
    }


def source_type(claim: Claim) -> str:
    """Where a work's pictures come from, in IPTC's words."""
    if not claim.trained:
        return DRAWN
    return COMPOSITE if any(each.relationship == "componentOf" for each in claim.ingredients) else TRAINED


def _actions(claim: Claim, linked: Mapping[Ingredient, str]) -> list[dict[str, Any]]:
    """What happened, in order: made or opened; then what was placed into it; then what was done."""
    when = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    done: list[dict[str, Any]] = []
    parent = next((each for each in claim.ingredients if each.relationship == "parentOf"), None)
    if parent is not None:
        done.append({"action": "c2pa.opened", "when": when, "parameters": {"ingredientIds": [linked[parent]]}})
    else:
        done.append({"action": "c2pa.created", "when": when, "digitalSourceType": source_type(claim)})
        inputs = [linked[each] for each in claim.ingredients if each.relationship == "inputTo" and each in linked]
        if inputs:
            done[0]["parameters"] = {"ingredientIds": inputs}
    done += [
        {"action": "c2pa.placed", "parameters": {"ingredientIds": [linked[each]]}}
        for each in claim.ingredients
        if each.relationship == "componentOf" and each in linked
    ]
    done += [{"action": action} for action in claim.actions]
    if claim.mark is not None and claim.kind != "document":
        done.append({"action": "c2pa.watermarked.bound"})
    return [{**action, "softwareAgent": AGENT} for action in done]


def _disclosure(claim: Claim) -> AiDisclosure:
    from tianmu.governance.provenance.schemas import AiDisclosure, ContentProfile

    return AiDisclosure(
        model_type=MODEL,
        model_name=claim.model_name,
        model_identifier=f"sha256:{claim.model_digest}" if claim.model_digest else None,
        content_profile=ContentProfile(oversight=claim.oversight),
    )


def _sustainability(footprint: Footprint) -> EnvironmentalSustainability:
    from tianmu.governance.provenance.schemas import EnvironmentalSustainability, Measured

    return EnvironmentalSustainability(
        energy_kwh=Measured(value=footprint.energy_kwh, measurement_method=footprint.method),
        carbon_kgco2e=Measured(value=footprint.carbon_kg, measurement_method=footprint.method),
    )


def _require_claim(claim: Claim) -> None:
    if claim.mark is not None and not 0 <= claim.mark <= LARGEST_MARK:
        raise InputError(
            say(
                f"A mark is a whole number of 64 bits, and {claim.mark} is not.",
                f"标记应为 64 位整数，而 {claim.mark} 不是。",
            )
        )
    if sum(each.relationship == "parentOf" for each in claim.ingredients) > 1:
        raise InputError(
            say(
                f"{claim.title} can be a copy of one work, and several were named; name one, the rest as parts.",
                f"{claim.title} 只能是一部作品的副本，却指定了多部；请只留一部，其余作为组成部分。",
            )
        )
    try:
        json.dumps(dict(claim.facts), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError(
            say(
                f"The facts about {claim.title} cannot be written as JSON ({error}); use plain values.",
                f"{claim.title} 的附加信息无法写成 JSON（{error}）；请使用普通值。",
            )
        ) from error
