"""Another take of one shot: the same again from another seed, or changed as a note asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tianmu.core.settings import settings as home_settings
from tianmu.core.text import say
from tianmu.engines.protocol import Progress
from tianmu.engines.registry import get_engine
from tianmu.film.shot import Shot
from tianmu.film.take import Take
from tianmu.governance.identity import read_house
from tianmu.studio.changes import ReadNote, apply_change, read_note
from tianmu.studio.consents import require_consents
from tianmu.studio.documents import keep
from tianmu.studio.plan import read_plan, read_settings
from tianmu.studio.record import record_forgotten, record_note
from tianmu.studio.render import silent
from tianmu.studio.steps import Steps
from tianmu.studio.store import Project
from tianmu.studio.takes import ask, choose_take, make_take, next_seed


@dataclass(frozen=True, kw_only=True)
class Retake:
    """Takes that were made, and how the note was read if there was one."""

    takes: tuple[Take, ...]
    read: ReadNote | None = None
    circled: Take | None = None
    """The take that stays in the cut instead, because a person circled it."""


def forget_notes(project: Project, slate: str) -> Shot:
    """Take back every note about a shot, and give the shot; its earlier takes are used again.

    Raises:
        InputError: there is no such shot, or no film yet.
    """
    plan = read_plan(project)
    shot = plan.shot(slate)
    left = plan.decisions.forget(shot.slate, plan.planned.shots)
    keep(project, left)
    record_forgotten(project, shot, plan.decisions, left)
    return shot


def retake(project: Project, slate: str, note: str = "", variations: int = 1, progress: Progress = silent) -> Retake:
    """Make takes of a shot, newest last; what a note changes is decided for good, and holds in the next film.

    A note of which nothing was understood changes nothing, is kept with the take, and the take has another seed.

    Raises:
        InputError: there is no such shot, or no film yet; or something in it has no valid consent.
        TianmuError: the take cannot be made; then nothing is decided either.
    """
    plan, settings = read_plan(project), read_settings(project)
    shot = plan.shot(slate)
    require_consents(project, plan, date.today(), read_house(home_settings().home).audience)
    read = read_note(note, shot) if note.strip() else None
    changes = read is not None and read.change.changes
    wanted = apply_change(shot, read.change, plan.assets) if read and changes else shot
    engine = get_engine(settings.engine)
    asked = ask([wanted], project, settings, engine)[0]
    if read is not None:
        record_note(project, shot, read)
    steps = Steps([asked.request] * variations, [], progress)
    made: list[Take] = []
    for number in range(1, variations + 1):
        what = say(f"{shot.slate}, {number} of {variations}:", f"{shot.slate}，{number}/{variations}：")
        request = replace(asked.request, seed=next_seed(wanted, project.takes(key=asked.key)))
        notes = (note,) if note.strip() else ()
        made.append(make_take(project, wanted, request, engine, notes=notes, progress=steps.shot(request, what)))
    if read and changes:
        keep(project, plan.decisions.change(read.change))
    chosen = choose_take(project.takes(key=asked.key), shot.slate)
    return Retake(takes=tuple(made), read=read, circled=chosen if chosen and chosen.circled else None)
