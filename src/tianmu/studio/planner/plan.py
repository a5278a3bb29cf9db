"""The plan of a film: every scene covered, every shot with its slate, prompt, seed and reasons.

A shot depends on its scene, on the assets that it shows, and on the headings before it (whether the place is new, and
which time of day `CONTINUOUS` goes on from): a line that changes leaves the shots of other scenes as they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.film.asset import Asset
from tianmu.film.screenplay import Screenplay, ScriptScene
from tianmu.film.shot import Aspect, Reason, Shot, ShotList
from tianmu.studio.planner.beats import Beat, read_beats
from tianmu.studio.planner.company import Company, gather
from tianmu.studio.planner.coverage import cover_scene
from tianmu.studio.planner.draft import Draft, why
from tianmu.studio.planner.frames import HOME, fit_frame
from tianmu.studio.planner.language import LanguagePlanner, PlanFailed, plan_scene
from tianmu.studio.planner.places import find_weather, time_of_day
from tianmu.studio.planner.prompts import parts_of, word_prompt

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Of slates; I and O look like figures."""
FIRST_TIME = "noon"


@dataclass(frozen=True, kw_only=True)
class Staged:
    """Where and when a scene plays."""

    scene: ScriptScene
    set: Asset
    new_place: bool
    time: str
    time_reason: Reason
    weather: str
    weather_reason: Reason


def plan_shots(
    screenplay: Screenplay,
    assets: Sequence[Asset],
    *,
    aspect: Aspect = "16:9",
    planner: LanguagePlanner | None = None,
) -> ShotList:
    """The shots of a screenplay, played by `assets`, for a frame of `aspect`; the same every time without a `planner`.

    A language model plans scene by scene; where it fails, the rules plan that scene, and a note says so.

    Raises:
        InputError: there is no scene, a scene holds neither action nor speech, two scenes have one number, or an
            asset is missing.
    """
    company = gather(assets)
    shots: list[Shot] = []
    notes: list[str] = []
    for staged in stage(screenplay, company):
        beats = read_beats(staged.scene, company)
        if not beats:
            raise InputError(_says_nothing(staged.scene))
        drafts: list[Draft] | None = None
        if planner is not None:
            try:
                drafts = plan_scene(planner, staged.scene, staged.set, beats, company)
            except PlanFailed as failure:
                notes.append(
                    say(
                        f"Scene {staged.scene.number}: {planner.name} failed ({failure.explain()}); "
                        "the rules planned it.",
                        f"第 {staged.scene.number} 场：{planner.name} 失败（{failure.explain()}）；改由规则规划。",
                    )
                )
        shots += _finish(drafts or _by_rules(staged, beats, company), staged, company)
    name = planner.name if planner is not None and len(notes) < len(screenplay.scenes) else "rules"
    return fit_frame(ShotList(shots=tuple(shots), planner=name, notes=tuple(notes)), aspect, company.by_id)


def stage(screenplay: Screenplay, company: Company) -> Iterator[Staged]:
    """Every scene with its set, its time and its weather.

    Raises:
        InputError: there is no scene, two have one number, or a set is missing.
    """
    if not screenplay.scenes:
        raise InputError(
            say(
                "The screenplay has no scene; begin one with a heading such as INT. CAFE - NIGHT.",
                "剧本里没有场景；请用“内景. 咖啡馆 - 夜”这样的标题开始一场戏。",
            )
        )
    numbers: dict[str, ScriptScene] = {}
    before: Asset | None = None
    time = FIRST_TIME
    for scene in screenplay.scenes:
        if scene.number in numbers:
            raise InputError(_same_number(numbers[scene.number], scene))
        numbers[scene.number] = scene
        place = company.set_of(scene)
        said = time_of_day(scene.heading)
        time = said or time
        setting = place.now.setting or "room"
        weather, word = find_weather(scene, setting)
        yield Staged(
            scene=scene,
            set=place,
            new_place=before is None or before.id != place.id,
            time=time,
            time_reason=why("time", "the heading says so", "场景标题写明")
            if said
            else why("time", "the heading names none: it goes on from before", "标题没有写明：延续之前的时间"),
            weather=weather,
            weather_reason=why("weather", f"the scene names “{word}”", f"这场戏提到“{word}”")
            if word
            else why("weather", "nothing is said of it", "没有提到天气"),
        )
        before = place


def _by_rules(staged: Staged, beats: Sequence[Beat], company: Company) -> list[Draft]:
    indoors = staged.scene.heading.interior == "INT" or staged.set.now.setting == "room"
    return cover_scene(beats, company, new_place=staged.new_place, indoors=indoors, name=staged.set.name)


def _finish(drafts: Sequence[Draft], staged: Staged, company: Company) -> Iterator[Shot]:
    """Drafts as shots: slated, worded for an engine, with everything that they depend on."""
    style = company.by_id[company.style] if company.style is not None else None
    for index, draft in enumerate(drafts):
        parts, relation = parts_of(draft.performers, draft.props, draft.setup, company.by_id)
        shown = [staged.set, *(part.asset for part in parts), *([style] if style is not None else [])]
        seen = {part.asset.id for part in parts}
        yield Shot(
            prompt=word_prompt(
                size=draft.size,
                move=draft.move,
                parts=parts,
                relation=relation,
                set=staged.set,
                time=staged.time,
                weather=staged.weather,
                style=style,
            ),
            seconds=draft.seconds,
            aspect=HOME,
            slate=slate(staged.scene.number, index),
            scene=staged.scene.number,
            setup=draft.setup,
            size=draft.size,
            angle=draft.angle,
            move=draft.move,
            performers=draft.performers,
            set=staged.set.id,
            props=tuple(id for id in draft.props if id in seen),
            style=style.id if style is not None else None,
            time=staged.time,
            weather=staged.weather,
            action=draft.action,
            lines=draft.lines,
            seed=staged.set.now.seed,
            assets=tuple({asset.id: asset.current for asset in shown}.items()),
            reasons=(*draft.reasons, staged.time_reason, staged.weather_reason),
        )


def slate(scene: str, index: int) -> str:
    """The name of a scene's shot, from 0: `3A` ... `3Z`, then `3AA`, without I and O.

    After a scene number that ends in a letter stands a hyphen: `12A-B` is the second shot of scene 12A.
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, len(LETTERS))
        letters = LETTERS[rest] + letters
    return f"{scene}{'-' if scene[-1:].isalpha() else ''}{letters}"


def _where(scene: ScriptScene) -> tuple[str, str]:
    heading = scene.heading.text
    if scene.line:
        return (
            f"scene {scene.number} ({heading}, line {scene.line})",
            f"第 {scene.number} 场（{heading}，第 {scene.line} 行）",
        )
    return f"scene {scene.number} ({heading})", f"第 {scene.number} 场（{heading}）"


def _says_nothing(scene: ScriptScene) -> str:
    en, zh = _where(scene)
    return say(
        f"There is neither action nor speech in {en}; write what is seen or said there, or take it out.",
        f"{zh}既没有动作也没有台词；请写出看到或听到什么，或者删去这场。",
    )


def _same_number(first: ScriptScene, second: ScriptScene) -> str:
    en, zh = _where(second)
    return say(
        f"Two scenes have the number {first.number}: {first.heading.text} and {en}; number them differently.",
        f"两场戏的编号都是 {first.number}：{first.heading.text} 与{zh}；请改成不同的编号。",
    )
