"""Does the verdict on a kept take still stand: what was found in it is judged by the policies that are in force now.

judge_again(findings, row, policies, ...)     a verdict; what a person decided under the same rules stays decided
require_standing(project, takes, audience)    refuses what may not be used any more, or gives the notes

A take keeps its findings with the policies that judged them, so nothing is looked at again where they have not changed,
and no network runs where they have. Only where a rule asks for something that was never looked for are its frames
looked at once more; what is found then is kept beside the take.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from tianmu.core.errors import MediaError, Refused
from tianmu.core.settings import settings
from tianmu.core.text import listed, say
from tianmu.film.take import Take
from tianmu.governance.policy import Policy, judge, policies_in_force
from tianmu.governance.review.categories import categories
from tianmu.governance.review.frames import FaceFinder, FrameReview, LetteringFinder, NudityFinder
from tianmu.governance.review.frames.review import UNSEEN, PictureFinder
from tianmu.governance.review.prompt import language_of
from tianmu.governance.review.verdict import Finding, Verdict
from tianmu.studio.documents import keep
from tianmu.studio.recipe import Recipe
from tianmu.studio.review import overrides_now, own_audience, require, review_prompt
from tianmu.studio.screening import COPYING, asked_by, flags_of, open_lookout

if TYPE_CHECKING:
    from tianmu.studio.store import Project

_LOOKS: Final = ("frames/black", "frames/face", "frames/flash", "frames/frozen", "frames/nudity", "frames/text")
"""What can be looked for in frames, besides what is near a protected work."""
_ALWAYS: Final = tuple(name for name in _LOOKS if name != "frames/text")
"""What was looked for in every take before a verdict said it."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """What was found in a take when its frames were looked at once more."""

    SCHEMA: ClassVar[str] = "tianmu.look.1"

    take: str
    looked: tuple[str, ...]
    """The categories."""
    findings: tuple[Finding, ...]


def require_standing(
    project: Project, takes: Iterable[Take], audience: str | None = None, home: Path | None = None
) -> tuple[str, ...]:
    """What a person should know of takes that are used again, each once: notes of rules that were not in force then.

    Raises:
        Refused: a rule in force refuses one, or wants a person to look first; the sentence names the take.
        MediaError: a recipe or a film is missing or damaged.
        TianmuError: a policy in force is not as it should be; the ledger cannot take an override.
    """
    home = home or settings().home
    audience = audience or own_audience(home)
    policies = policies_in_force(home, audience)
    notes: list[str] = []
    for take in {take.id: take for take in takes}.values():
        recipe = recipe_of(project, take)
        notes += _judged(project, take, recipe, policies, audience, home)
    return tuple(notes)


def recipe_of(project: Project, take: Take) -> Recipe:
    """How a take was made.

    Raises:
        MediaError: its recipe is missing or damaged; the sentence names the take.
    """
    try:
        return Recipe.from_json(project.media.read(take.recipe).decode("utf-8", "replace"))
    except MediaError as error:
        raise MediaError(
            say(
                f"What was found in the take {take.slate}/{take.number} cannot be read: {error.message}",
                f"无法读取素材 {take.slate}/{take.number} 的审查结论：{error.message}",
            )
        ) from error


def judge_again(
    findings: Sequence[Finding],
    row: Mapping[str, Any],
    policies: Sequence[Policy],
    *,
    language: str,
    audience: str,
    flags: Sequence[str] = (),
) -> Verdict:
    """What policies say of findings now; `row` is the verdict that was kept.

    What a named person let through stays so where the very policy that asked for it is still in force.
    """
    verdict = judge(findings, policies, language=language, audience=audience, flags=flags, overrides=overrides_now())
    same = {policy.label for policy in policies if policy.citation in row.get("policies", ())}
    decided = {
        (str(ruling["policy"]), str(ruling["rule"])): str(ruling["overridden"])
        for ruling in row.get("rulings", ())
        if ruling["overridden"] is not None and ruling["policy"] in same
    }
    rulings = tuple(
        replace(ruling, overridden=ruling.overridden or decided.get((ruling.policy, ruling.rule)))
        for ruling in verdict.rulings
    )
    return replace(verdict, rulings=rulings, audience=audience)


def findings_in(row: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Those of a verdict that was kept.

    Raises:
        MediaError: the row is damaged.
    """
    try:
        return tuple(Finding(**cast(dict[str, Any], finding)) for finding in row.get("findings", ()))
    except TypeError as error:
        raise MediaError(
            say(
                f"A verdict cannot be read ({error}); make its take or film again.",
                f"无法读取一份审查结论（{error}）；请重做该素材或影片。",
            )
        ) from error


def _judged(
    project: Project, take: Take, recipe: Recipe, policies: Sequence[Policy], audience: str, home: Path
) -> tuple[str, ...]:
    row = recipe.verdict
    then, now = tuple(row.get("policies", ())), tuple(policy.citation for policy in policies)
    changed = then != now or (row.get("audience") or own_audience(home)) != audience
    name = f"{take.slate}/{take.number}"
    look, notes = _looked_for(project, take, recipe, asked_by(policies), audience, home)
    if not changed and look is None:
        return ()
    verdict = judge_again(
        (*findings_in(row), *(look.findings if look else ())),
        row,
        policies,
        language=language_of(recipe.request.prompt),
        audience=audience,
        flags=flags_of(recipe.request, recipe.understood),
    )
    try:
        said = require(verdict, home)
    except Refused as error:
        again = f"tianmu retake {take.slate}"
        error.message = say(
            f"The take {name}, judged again by the rules in force now, may not be used ({again} makes another): "
            f"{error.message}",
            f"素材 {name} 按现行规则重新判定，不能使用（{again} 可重拍）：{error.message}",
        )
        error.args = (error.message,)
        raise
    return (*notes, *(say(f"Take {name}: {note}", f"素材 {name}：{note}") for note in said))


def _looked_for(
    project: Project, take: Take, recipe: Recipe, asked: Collection[str], audience: str, home: Path
) -> tuple[Look | None, tuple[str, ...]]:
    """What was found since the take was made, looked for now where that is needed; and what is to be said of it."""
    row = recipe.verdict
    looked = set(row.get("looked") or (_ALWAYS if row else ()))
    stored = project.read(Look, take.id)
    known = stored.value if stored else None
    protected = any((home / "protected").glob("*.json"))
    missing = set(asked) & {*_LOOKS, *((COPYING,) if protected else ())} - looked - set(known.looked if known else ())
    if not missing:
        return known, ()
    found = _look(project, take, recipe, missing, audience, home)
    whole = Look(
        take=take.id,
        looked=tuple(sorted({*(known.looked if known else ()), *found.looked})),
        findings=(*(known.findings if known else ()), *found.findings),
    )
    keep(project, whole, take.id)
    name, what = f"{take.slate}/{take.number}", [categories()[each] for each in sorted(missing)]
    en, zh = (listed([words[index] for words in what]) for index in range(2))
    note = say(
        f"Take {name} had never been looked at for: {en}; its frames were looked at now.",
        f"素材 {name} 此前从未检查：{zh}；现已查看其画面。",
    )
    return whole, (note,)


def _look(project: Project, take: Take, recipe: Recipe, missing: Collection[str], audience: str, home: Path) -> Look:
    """Look at every frame of a take as it is decoded."""
    from tianmu.media.video import read_video

    info, frames = read_video(project.media.verified(take.film))
    known: tuple[PictureFinder, ...] = (NudityFinder(), FaceFinder(), LetteringFinder())
    review = FrameReview(info.num_frames, info.fps, [finder for finder in known if finder.category in missing])
    lookout = open_lookout(home, info.fps) if COPYING in missing else None
    for index, frame in enumerate(frames):
        review.add(index, frame)
        if lookout is not None:
            lookout.add(index, frame)
    found = [each for each in review.findings() if each.category in missing or each.category == UNSEEN]
    found += lookout.findings() if lookout else ()
    if not recipe.verdict:  # of a time when words were not reviewed either
        found += review_prompt(recipe.request.prompt, recipe.request.negative_prompt, audience, home).findings
    looked = {each for each in missing if each == COPYING or each in review.looked}
    return Look(take=take.id, looked=tuple(sorted(looked)), findings=tuple(found))
