"""A screenplay made ready to film: read, broken down, cast, planned, and changed as the director has asked since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tianmu import __version__
from tianmu.core.errors import InputError
from tianmu.core.text import listed, say
from tianmu.film.asset import Asset
from tianmu.film.breakdown import Breakdown
from tianmu.film.cut import Cut
from tianmu.film.decision import Decisions
from tianmu.film.schema import digest, to_row
from tianmu.film.screenplay import Screenplay
from tianmu.film.shot import ASPECTS, Aspect, Shot, ShotList
from tianmu.studio.changes import apply_changes
from tianmu.studio.documents import keep, keep_only
from tianmu.studio.importers import read_screenplay
from tianmu.studio.planner import HOME, LanguagePlanner, break_down, cast_assets, fit_frame, plan_shots
from tianmu.studio.record import record_plan, record_script
from tianmu.studio.store import Project, Store
from tianmu.studio.takes import FilmSettings


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A screenplay made ready to film: everything but the pictures."""

    screenplay: Screenplay
    breakdown: Breakdown
    assets: Mapping[str, Asset]
    planned: ShotList
    """As the planner gave them."""
    shots: ShotList
    """With the director's changes in them."""
    decisions: Decisions
    notes: tuple[str, ...] = ()
    """What a person should know of it."""

    @property
    def inputs(self) -> str:
        """The digest of everything that decides the film, but for the settings."""
        assets = [to_row(asset) for _, asset in sorted(self.assets.items())]
        return digest([to_row(self.screenplay), to_row(self.shots), to_row(self.decisions), assets])

    def shot(self, slate: str) -> Shot:
        """The shot of a slate.

        Raises:
            InputError: there is no such shot.
        """
        for shot in self.shots.shots:
            if shot.slate.upper() == slate.strip().upper():
                return shot
        slates = ", ".join(shot.slate for shot in self.shots.shots[:40])
        raise InputError(
            say(
                f"There is no shot {slate[:20]!r} in this film; its shots are {slates}.",
                f"影片中没有镜头 {slate[:20]!r}；现有镜头：{slates}。",
            )
        )


def plan_film(
    script: Path | Screenplay, project: Project, settings: FilmSettings, planner: LanguagePlanner | None = None
) -> Plan:
    """Read (or take as it was read), break down, cast and plan; keep all of it in the project.

    A plan whose screenplay, assets and planner are unchanged is read back, so that a language model is not asked twice.
    What is kept is planned for 16:9, and is fitted to the frame of the settings whenever it is read.

    Raises:
        TianmuError: the script cannot be read or planned; see `read_screenplay` and `plan_shots`.
    """
    screenplay = read_screenplay(script) if isinstance(script, Path) else script
    known = assets_of(project)
    breakdown = break_down(screenplay)
    found, notes = cast_assets(screenplay, breakdown, tuple(known.values()))
    name = planner.name if planner else "rules"
    rows = [to_row(asset) for asset in sorted(found, key=lambda asset: asset.id)]
    key = digest([to_row(screenplay), rows, HOME, name, __version__])
    stored = project.read(ShotList, key)
    shots = stored.value if stored else plan_shots(screenplay, found, planner=planner)
    before = project.read(Screenplay)
    keep(project, screenplay)  # only now: what cannot be planned leaves the last plan as it was
    keep(project, breakdown)
    for asset in found:
        keep(project, asset, asset.id)
    keep_only(project, shots, key)
    if before is None or before.value != screenplay:
        record_script(project, before and before.value, screenplay)
    if stored is None:
        record_plan(project, shots, found)
    assets = {**known, **{asset.id: asset for asset in found}}
    return _changed(project, screenplay, breakdown, assets, shots, notes, settings.aspect)


def choose_project(store: Store, name: str | None) -> Project:
    """The project of that name, or the only one there is.

    Raises:
        InputError: there is none, or there are several and no name was given.
    """
    if name is not None:
        return store.project(name)
    names = [info.name for info in store.projects()]
    if len(names) == 1:
        return store.project(names[0])
    if not names:
        raise InputError(
            say(
                "There is no project yet; make a film first: tianmu film SCREENPLAY.",
                "还没有项目；请先制作影片：tianmu film 剧本文件。",
            )
        )
    raise InputError(
        say(
            f"There are several projects; choose one with --project: {listed(names[:20])}.",
            f"有多个项目；请用 --project 选择其一：{listed(names[:20])}。",
        )
    )


def plan_version(plan: Plan, project: Project, aspect: Aspect) -> Plan:
    """The same film planned for another frame; what was decided holds for it too."""
    base = next(
        (stored.value for key in project.keys(ShotList) if (stored := project.read(ShotList, key))), plan.planned
    )
    return _changed(project, plan.screenplay, plan.breakdown, plan.assets, base, (), aspect)


def read_plan(project: Project, version: str = "") -> Plan:
    """The plan that the project's film was last made from, with what was decided since; see `find_version`.

    Raises:
        InputError: the project has no film yet, or no such version.
    """
    screenplay, breakdown = project.read(Screenplay), project.read(Breakdown)
    keys = project.keys(ShotList)
    shots = project.read(ShotList, keys[0]) if keys else None
    if screenplay is None or breakdown is None or shots is None:
        raise InputError(
            say(
                f"The project {project.name} has no film yet; make it first: tianmu film SCREENPLAY.",
                f"项目 {project.name} 还没有影片；请先运行：tianmu film 剧本文件。",
            )
        )
    aspect = read_settings(project, version).aspect
    return _changed(project, screenplay.value, breakdown.value, assets_of(project), shots.value, (), aspect)


def read_settings(project: Project, version: str = "") -> FilmSettings:
    """The settings that the project's film was last made with; see `find_version`.

    Raises:
        InputError: there is no such version.
    """
    stored = project.read(FilmSettings, find_version(project, version))
    return stored.value if stored else FilmSettings()


def find_version(project: Project, version: str) -> str:
    """The key of the documents of a version (`9:16`): its settings, cut and print. The main one's is empty.

    Raises:
        InputError: the film was not made in that frame; the sentence says in which it was.
    """
    if not version:
        return ""
    main = project.read(FilmSettings)
    aspect = version.strip().replace("x", ":")
    if main is not None and main.value.aspect == aspect:
        return ""
    made = [key for key in project.keys(Cut) if key in ASPECTS]
    if aspect in made:
        return aspect
    known = listed([*([main.value.aspect] if main else []), *made]) or say("none", "无")
    raise InputError(
        say(
            f"The film of {project.name} has no version {version[:20]!r}; it was made in: {known}.",
            f"{project.name} 的影片没有 {version[:20]!r} 版本；已有：{known}。",
        )
    )


def assets_of(project: Project) -> dict[str, Asset]:
    """The assets of a project, by id."""
    return {key: stored.value for key in project.keys(Asset) if (stored := project.read(Asset, key))}


def _changed(
    project: Project,
    screenplay: Screenplay,
    breakdown: Breakdown,
    assets: Mapping[str, Asset],
    shots: ShotList,
    notes: tuple[str, ...],
    aspect: Aspect,
) -> Plan:
    shots = fit_frame(shots, aspect, assets)
    stored = project.read(Decisions)
    decisions = stored.value if stored else Decisions()
    changed, gone = apply_changes(shots, decisions, assets)
    return Plan(
        screenplay=screenplay,
        breakdown=breakdown,
        assets=assets,
        planned=shots,
        shots=changed,
        decisions=decisions,
        notes=(*notes, *shots.notes, *gone),
    )
