"""A language model may plan instead of the rules, scene by scene; what it answers is checked before it counts.

The seam is one method: a prompt and a JSON schema in, a text out. The answer must be an object of that schema that
covers every beat of the scene once and in order, with people of the scene alone and room for every line; else
`PlanFailed` says what was wrong, and the rules plan the scene.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from tianmu.core.text import say
from tianmu.film.asset import Asset
from tianmu.film.screenplay import ScriptScene
from tianmu.film.shot import Performer
from tianmu.studio.planner.beats import Beat, Moment, Piece
from tianmu.studio.planner.company import Company
from tianmu.studio.planner.draft import LINE, Draft, speak, why
from tianmu.studio.planner.staging import Side, going, looking, take_sides, two_shot
from tianmu.studio.planner.timing import quarters

if TYPE_CHECKING:
    from pydantic import BaseModel

SHORTEST_PLANNED, LONGEST_PLANNED = 1, 20
"""Seconds that a planned shot may have."""
MOST_SHOTS = 200
"""Of one scene."""


@runtime_checkable
class LanguagePlanner(Protocol):
    """Anything that completes a prompt with JSON."""

    @property
    def name(self) -> str:
        """What a shot list says it was planned by."""
        ...

    def complete(self, prompt: str, schema: dict[str, Any]) -> str:
        """The model's answer, which should be a JSON object of `schema`.

        Raises:
            PlanFailed: the model cannot be reached, or does not answer in time.
        """
        ...


class PlanFailed(Exception):
    """A language model gave no usable plan; it never reaches a person, for whom the rules take over."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh

    def explain(self) -> str:
        """What was wrong, in a few words."""
        return say(self.en, self.zh)


def plan_scene(
    planner: LanguagePlanner, scene: ScriptScene, place: Asset, beats: Sequence[Beat], company: Company
) -> list[Draft]:
    """The shots of a scene as a language model plans them.

    Raises:
        PlanFailed: there is no answer, or it is no valid plan.
    """
    people = _people(beats)
    answer = planner.complete(describe_scene(scene, place, beats, people, company), schema())
    rows = _parse(answer)
    _check_order(rows, len(beats))
    sides = take_sides(beats, company.characters.values())
    return [_draft(number, row, beats, people, sides, company) for number, row in enumerate(rows, 1)]


@cache
def _plan_model() -> type[BaseModel]:
    """The answer's schema as a pydantic model; pydantic is imported when a model first plans."""
    from typing import Literal

    from pydantic import BaseModel, ConfigDict, Field

    from tianmu.film.shot import Move, Setup, ShotSize

    class PlannedShot(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)
        beats: list[int] = Field(max_length=50)
        setup: Setup
        size: ShotSize
        move: Move
        angle: Literal["eye", "low", "high", "overhead"]
        who: list[str] = Field(max_length=3)
        seconds: float = Field(ge=SHORTEST_PLANNED, le=LONGEST_PLANNED)
        why_en: str = Field(min_length=1, max_length=500)
        why_zh: str = Field(max_length=500)

    class ScenePlan(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)
        shots: list[PlannedShot] = Field(min_length=1, max_length=MOST_SHOTS)

    return ScenePlan


def schema() -> dict[str, Any]:
    """The JSON schema of an answer."""
    return _plan_model().model_json_schema()


def describe_scene(
    scene: ScriptScene, place: Asset, beats: Sequence[Beat], people: Sequence[str], company: Company
) -> str:
    """What a language model is told: its task, the scene beat by beat, who may be seen."""
    listed = "\n".join(f"- {id}: {company.by_id[id].now.words}" for id in people) or "- nobody"
    told = "\n".join(_told(number, beat) for number, beat in enumerate(beats))
    return (
        "You are a film director who plans the shots of one scene. Answer with a JSON object of the given schema.\n"
        f"Scene {scene.number}: {scene.heading.text}. The set: {place.now.words}.\n"
        f"Who and what may be seen, by id:\n{listed}\n"
        f"Beats:\n{told}\n"
        "Rules: every beat number from 0 to "
        f"{len(beats) - 1} is in exactly one shot, in order; an establishing shot or an insert may have no beats. "
        "`who` holds ids from the list: one for a single or a reaction, two for a two_shot, and for an over_shoulder "
        "first the speaker, then the one whose shoulder is seen. `seconds` is from "
        f"{SHORTEST_PLANNED} to {LONGEST_PLANNED} and at least what its beats need. `why_en` and `why_zh` say in one "
        "sentence why the shot is so, in English and in Chinese."
    )


def _told(number: int, beat: Beat) -> str:
    if isinstance(beat, Moment):
        return f"{number}. ACTION (about {float(beat.seconds):g} s): {json.dumps(beat.text, ensure_ascii=False)}"
    _, seconds = speak([beat])
    manner = f" ({beat.parenthetical})" if beat.parenthetical else ""
    seen = "" if beat.on_screen else " (heard, not seen)"
    words = json.dumps(beat.text, ensure_ascii=False)
    return f"{number}. {beat.asset}{seen} SAYS{manner} (at least {float(seconds):g} s): {words}"


def _people(beats: Sequence[Beat]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for beat in beats:
        if isinstance(beat, Piece):
            found.setdefault(beat.asset)
        else:
            for id in (*(id for id, _ in beat.doers), *beat.props):
                found.setdefault(id)
    return tuple(found)


def _parse(answer: str) -> list[Any]:
    from pydantic import ValidationError

    try:
        plan: Any = _plan_model().model_validate_json(answer)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "JSON"
        raise PlanFailed(
            f"its answer is not as the schema says at {where}: {first['msg']}",
            f"它的回答在 {where} 处不合格式：{first['msg']}",
        ) from error
    return list(plan.shots)


def _check_order(rows: Sequence[Any], count: int) -> None:
    told = [beat for row in rows for beat in row.beats]
    if told != list(range(count)):
        raise PlanFailed(
            f"its shots do not cover the {count} beats once and in order",
            f"它的镜头没有把 {count} 个节拍依次各覆盖一次",
        )


def _draft(
    number: int, row: Any, beats: Sequence[Beat], people: Sequence[str], sides: dict[str, Side], company: Company
) -> Draft:
    """One row of a plan as a draft. Who stands where, and who looks which way, stays with the rules."""
    covered = [beats[beat] for beat in row.beats]
    pieces = [beat for beat in covered if isinstance(beat, Piece)]
    moments = [beat for beat in covered if isinstance(beat, Moment)]
    _check_who(number, row, people)
    lines, needed = speak(pieces) if pieces else ((), Fraction(0))
    seconds = quarters(row.seconds)
    if seconds < needed:
        raise PlanFailed(
            f"shot {number} lasts {float(seconds):g} s, and its lines take {float(needed):g} s",
            f"第 {number} 个镜头长 {float(seconds):g} 秒，而台词需要 {float(needed):g} 秒",
        )
    things = tuple(id for id in row.who if company.by_id[id].kind == "prop" and not _acts(id, moments))
    performers = _performers(row, [id for id in row.who if id not in things], moments, sides)
    seen = {performer.asset for performer in performers}
    reason_zh = row.why_zh or row.why_en
    return Draft(
        setup=row.setup,
        size=row.size,
        move=row.move,
        angle="over_shoulder" if row.setup == "over_shoulder" else row.angle,
        performers=performers,
        props=things,
        seconds=seconds,
        action=" ".join(moment.text for moment in moments),
        lines=tuple(_seen_or_heard(lines, seen)),
        reasons=[why("shot", row.why_en, reason_zh), LINE],
    )


_NUMBER = {"single": 1, "reaction": 1, "two_shot": 2, "over_shoulder": 2}


def _check_who(number: int, row: Any, people: Sequence[str]) -> None:
    strange = [id for id in row.who if id not in people]
    if strange or len(set(row.who)) != len(row.who):
        who = strange[0] if strange else row.who[0]
        raise PlanFailed(
            f"shot {number} shows {who[:60]!r}, who is not in the scene or is there twice",
            f"第 {number} 个镜头出现了 {who[:60]!r}，其不在这场戏中或出现了两次",
        )
    wanted = _NUMBER.get(row.setup)
    if wanted is not None and len(row.who) != wanted:
        raise PlanFailed(
            f"shot {number} is a {row.setup} of {len(row.who)}, and that takes {wanted}",
            f"第 {number} 个镜头是 {row.setup}，需要 {wanted} 人，而给了 {len(row.who)} 人",
        )


def _acts(id: str, moments: Sequence[Moment]) -> bool:
    return any(id == doer for moment in moments for doer, _ in moment.doers)


def _performers(
    row: Any, ids: Sequence[str], moments: Sequence[Moment], sides: dict[str, Side]
) -> tuple[Performer, ...]:
    acting = {performer.asset: performer for moment in moments for performer in going(moment, sides)}
    if row.setup in ("two_shot", "master") and not acting:
        return two_shot(ids, sides)
    return tuple(acting.get(id) or looking(id, sides) for id in ids)


def _seen_or_heard(lines: Sequence[Any], seen: set[str]) -> Iterator[Any]:
    from dataclasses import replace

    for line in lines:
        yield line if line.asset in seen else replace(line, on_screen=False)
