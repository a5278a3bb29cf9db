"""One film in several frames: the main version, and others that are planned, filmed and cut anew from the same script.

Every shot of a version is planned for its frame and made in it; nothing is cropped. All versions share the screenplay,
the twins, the rate, every decision, and the seeds of the takes that the main version uses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.engines.protocol import Frames, Progress
from tianmu.film.cut import Cut, Print
from tianmu.film.schema import to_row
from tianmu.film.shot import ASPECTS, Aspect
from tianmu.studio.estimate import Estimate
from tianmu.studio.film import FilmResult, estimate_film, make_film, refuse_foreign
from tianmu.studio.marking import EVERYBODY, Leave
from tianmu.studio.plan import Plan, plan_version
from tianmu.studio.render import silent
from tianmu.studio.store import Project
from tianmu.studio.store.references import needed
from tianmu.studio.storyboard import called
from tianmu.studio.takes import FilmSettings

_NAMED: dict[str, Aspect] = {aspect: aspect for aspect in ASPECTS}
Announce = Callable[[Aspect, Estimate], None]


def parse_aspects(text: str) -> tuple[Aspect, ...]:
    """Read `16:9,9:16,1:1`; the first is the main version.

    Raises:
        InputError: one of them is no aspect, or comes twice.
    """
    words = [word.strip() for word in text.replace("，", ",").split(",")]
    found: list[Aspect] = [_NAMED[word] for word in words if word in _NAMED]
    if len(found) != len(words) or len(set(found)) != len(found):
        raise InputError(
            say(
                f"--aspect takes one of {', '.join(ASPECTS)}, or several joined by commas, each once; "
                f"{text[:60]!r} is not that.",
                f"--aspect 应为 {'、'.join(ASPECTS)} 之一，或以逗号连接的几个，各一次；{text[:60]!r} 不是。",
            )
        )
    return tuple(found)


def file_name(stem: str, aspect: Aspect, *, main: bool) -> str:
    """What the film of a version is called: `ice.mp4`, and `ice-9x16.mp4` beside it."""
    return called(f"{stem}.mp4", "" if main else aspect)


def settings_of(settings: FilmSettings, aspects: Sequence[Aspect]) -> tuple[FilmSettings, ...]:
    """The settings of every version, the main one first.

    Raises:
        InputError: a size in pixels was asked for, which only one frame can have.
    """
    if settings.pixels is not None and len(aspects) > 1:
        raise InputError(
            say(
                "--size holds for one frame, and several aspects were asked for; leave one of the two out.",
                "--size 只适用于一种画幅，而这里要求了几种；请去掉其中之一。",
            )
        )
    return tuple(replace(settings, aspect=aspect) for aspect in aspects)


def make_versions(
    plan: Plan,
    project: Project,
    versions: Sequence[FilmSettings],
    folder: Path,
    stem: str,
    *,
    leave: Leave = EVERYBODY,
    overwrite: bool = False,
    progress: Progress = silent,
    announce: Announce = lambda aspect, estimate: None,
) -> tuple[FilmResult, ...]:
    """Make the film in every frame, the main version first, each as `make_film` does; `plan` is the main one's.

    Raises:
        TianmuError: as `make_film`. No file is written before it is known that all of them may be.
    """
    main, *others = versions
    places = [
        (settings, folder / file_name(stem, settings.aspect, main=settings is main)) for settings in (main, *others)
    ]
    for settings, output in places:
        refuse_foreign(project, output, "" if settings is main else settings.aspect, overwrite=overwrite)
    results: list[FilmResult] = []
    for number, (settings, output) in enumerate(places):
        aspect = settings.aspect
        first = results[0] if results else None
        results.append(
            make_film(
                plan if first is None else plan_version(plan, project, aspect),
                project,
                settings,
                output,
                leave=leave,
                overwrite=overwrite,
                progress=_part(progress, number, len(places), aspect),
                announce=lambda estimate, aspect=aspect: announce(aspect, estimate),
                main=first,
            )
        )
        if first is None:
            _forget(project, aspect)
    return tuple(results)


def estimate_versions(
    plan: Plan, project: Project, versions: Sequence[FilmSettings]
) -> tuple[tuple[Aspect, Estimate], ...]:
    """What each version would take now.

    Raises:
        TianmuError: the engine cannot be loaded, or cannot make a shot.
    """
    main = versions[0]
    return tuple(
        (each.aspect, estimate_film(plan if each is main else plan_version(plan, project, each.aspect), project, each))
        for each in versions
    )


def _part(progress: Progress, number: int, count: int, aspect: Aspect) -> Progress:
    """The progress of one version as a part of all of them."""
    if count == 1:
        return progress

    def told(fraction: float, what: str, preview: Frames | None = None) -> None:
        progress((number + fraction) / count, f"{aspect} {what}", preview)

    return told


def _forget(project: Project, aspect: Aspect) -> None:
    """Let go of what was kept of a version that is the main one now."""
    gone: set[str] = set()
    for kind in (Print, Cut, FilmSettings):
        if stored := project.read(kind, aspect):
            gone |= needed(to_row(stored.value))
            project.remove(kind, aspect, expected=stored.version)
    if gone:
        project.release(gone)
