"""From a plan to a film: make what is missing, cut, print.

Like a build: every step is a function of what stands before it, each result is kept under the digest of what it was
made from, and a step whose inputs have not changed is not done again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from pathlib import Path

from tianmu import __version__
from tianmu.core.memory import give_back_memory
from tianmu.core.settings import settings as read_settings
from tianmu.core.text import say
from tianmu.engines.protocol import Engine, Progress
from tianmu.engines.registry import get_engine
from tianmu.film.cut import Clip, Cut, Print
from tianmu.film.decision import arrange
from tianmu.film.schema import digest
from tianmu.film.take import Take
from tianmu.governance.footprint import Footprint
from tianmu.governance.identity import read_house
from tianmu.media.digest import file_sha256
from tianmu.studio.assembly import Filmed, assemble, check_trims
from tianmu.studio.consents import require_consents
from tianmu.studio.credits import credit_lines
from tianmu.studio.documents import keep
from tianmu.studio.estimate import Estimate, estimate
from tianmu.studio.marking import EVERYBODY, Leave, require_room, settle
from tianmu.studio.output import refuse_existing
from tianmu.studio.plan import Plan
from tianmu.studio.prints import CUTTER, deliver, print_cut, screen_print, spent_on
from tianmu.studio.render import silent
from tianmu.studio.soundtrack import make_soundtrack, voice_version
from tianmu.studio.standing import require_standing
from tianmu.studio.steps import Steps
from tianmu.studio.store import Project
from tianmu.studio.takes import Asked, FilmSettings, ask, follow, make_take, missing, next_seed
from tianmu.studio.translation import film_translations, lacks_translation, translator


@dataclass(frozen=True, kw_only=True)
class FilmResult:
    """A film that was made."""

    plan: Plan
    path: Path
    print: Print
    """Its notes are also what rules say of kept takes, and of the film as it is cut."""
    filmed: tuple[Filmed, ...]
    cut: Cut
    num_made: int
    """Takes that were made in this run."""
    unchanged: bool = False
    """Nothing that decides it has changed since the last run."""
    seconds_taken: float
    spent: Footprint | None
    """On this film until now: all its takes, rejected ones too, and the last print. An estimate."""


def make_film(
    plan: Plan,
    project: Project,
    settings: FilmSettings,
    output: Path,
    *,
    leave: Leave = EVERYBODY,
    overwrite: bool = False,
    progress: Progress = silent,
    announce: Callable[[Estimate], None] = lambda estimate: None,
    main: FilmResult | None = None,
) -> FilmResult:
    """Make the film of a plan at `output`; only what changed since the last time is made anew.

    1. Every shot becomes a request that the engine can make; what no kept take answers is missing, and is estimated.
       Takes that were judged by other policies are judged again.
    2. What is missing is made, shot by shot, each take kept as soon as it is there.
    3. The takes are put in order with titles and joins: the cut.
    4. Its lines are spoken; then it is printed with its sound and subtitles, labelled, watermarked and signed, unless
       this very cut was printed before.

    `main` is the film's main version where this is another one, in the frame of `settings`: it uses takes of the same
    seeds, and its cut and print are kept beside those of the main one.

    Raises:
        TianmuError: any of its tree; takes that were made until then are kept, and the next run goes on.
    """
    started = time.perf_counter()
    leave, model = settle(leave), translator(settings)
    version = settings.aspect if main else ""
    seeds = {each.shot.slate: each.take.seed for each in main.filmed} if main else {}
    refuse_foreign(project, output, version, overwrite=overwrite)
    require_consents(project, plan, date.today(), leave.audience)
    known = _known_print(project, plan, settings, leave, seeds)
    if known is not None and not (model and lacks_translation(project, known.cut, settings)):
        review = require_standing(project, [each.take for each in known.filmed], leave.audience)
        printed = screen_print(project, known.print, known.cut, leave, version)
        deliver(project, printed, known.cut, output, leave)
        taken = time.perf_counter() - started
        return replace(known, path=output, print=_with_notes(printed, review), seconds_taken=taken)
    engine = get_engine(settings.engine)
    asked = follow(ask(arrange(plan.shots.shots, plan.decisions), project, settings, engine), seeds, project)  # 1
    check_trims(plan.shots.shots, plan.decisions, fps=settings.fps, handles=settings.handles)
    for first in asked[:1]:  # all shots of a film have one size
        require_room(leave, first.request.width, first.request.height)
    review = require_standing(project, [each.take for each in asked if each.take], leave.audience)
    keep(project, settings, version)
    todo = missing(asked)
    announce(_estimate(asked, engine, project))
    steps = Steps([each.request for each in todo], [each.request for each in asked], progress)
    made: dict[tuple[str, int | None], Take] = {}
    for number, each in enumerate(todo, 1):  # 2
        what = say(f"{each.shot.slate}, {number} of {len(todo)}:", f"{each.shot.slate}，{number}/{len(todo)}：")
        seed = next_seed(each.shot, project.takes(key=each.key)) if each.seed is None else each.seed
        request = replace(each.request, seed=seed)
        made[each.key, each.seed] = make_take(project, each.shot, request, engine, progress=steps.shot(request, what))
    review += require_standing(project, made.values(), leave.audience)
    filmed = tuple(Filmed(shot=each.shot, take=each.take or made[each.key, each.seed]) for each in asked)
    cut = assemble(  # 3
        filmed,
        plan.screenplay,
        plan.decisions,
        fps=settings.fps,
        handles=settings.handles,
        credits=credit_lines(plan.screenplay, plan.assets, filmed),
    )
    last = steps.cutting()
    del engine
    give_back_memory()  # what drew the takes is not needed for the sound
    translated = film_translations(project, cut, settings, model)
    track = make_soundtrack(cut, plan, settings, last, translated=translated)  # 4
    give_back_memory()  # nor what spoke for the pictures
    inputs = inputs_of(project, plan, settings, leave, cut, seeds)
    printed = print_cut(project, cut, track, inputs, leave, last, version=version)
    deliver(project, printed, cut, output, leave)
    return FilmResult(
        plan=plan,
        path=output,
        print=_with_notes(printed, review),
        filmed=filmed,
        cut=cut,
        num_made=len(made),
        seconds_taken=time.perf_counter() - started,
        spent=spent_on(project, printed),
    )


def _with_notes(printed: Print, review: tuple[str, ...]) -> Print:
    return replace(printed, notes=(*printed.notes, *review, *printed.review))


def estimate_film(plan: Plan, project: Project, settings: FilmSettings) -> Estimate:
    """What `make_film` would take now.

    Raises:
        TianmuError: the engine cannot be loaded, or cannot make a shot.
    """
    engine = get_engine(settings.engine)
    return _estimate(ask(arrange(plan.shots.shots, plan.decisions), project, settings, engine), engine, project)


def _estimate(asked: tuple[Asked, ...], engine: Engine, project: Project) -> Estimate:
    return estimate(asked, engine.name, project.takes(), read_house(read_settings().home).country)


def inputs_of(
    project: Project, plan: Plan, settings: FilmSettings, leave: Leave, cut: Cut, seeds: Mapping[str, int]
) -> str:
    """The digest of everything that decides the film: an equal one needs no engine to tell that nothing has changed.

    Takes in another frame than the cut's answer none of its shots; `seeds` are those that another version asks for.
    """
    here = [take for take in project.takes() if (take.width, take.height) == (cut.width, cut.height)]
    takes = sorted((take.id, take.circled, take.rejected) for take in here)
    decides = [plan.inputs, repr(settings), takes, __version__, CUTTER, _weights(), leave.audience, voice_version()]
    return digest([*decides, *([sorted(seeds.items())] if seeds else [])])


def refuse_foreign(project: Project, output: Path, version: str = "", *, overwrite: bool) -> None:
    """Refuse to replace a file that is not the last print of the film's version.

    Raises:
        OutputError: something else is there.
    """
    before = project.read(Print, version)
    if output.is_file() and before and file_sha256(output) == before.value.film:
        return
    refuse_existing(output, overwrite=overwrite)


def _known_print(
    project: Project, plan: Plan, settings: FilmSettings, leave: Leave, seeds: Mapping[str, int]
) -> FilmResult | None:
    """The last print, if nothing that decides it has changed since."""
    version = settings.aspect if seeds else ""
    printed, cut = project.read(Print, version), project.read(Cut, version)
    if printed is None or cut is None:
        return None
    if printed.value.inputs != inputs_of(project, plan, settings, leave, cut.value, seeds):
        return None
    if not project.media.has(printed.value.film):
        return None
    takes = {take.id: take for take in project.takes()}
    used = {
        clip.slate: takes[clip.take] for track in cut.value.tracks[:1] for clip in track.items if isinstance(clip, Clip)
    }
    return FilmResult(
        plan=plan,
        path=Path(),
        print=printed.value,
        filmed=tuple(Filmed(shot=shot, take=used[shot.slate]) for shot in arrange(plan.shots.shots, plan.decisions)),
        cut=cut.value,
        num_made=0,
        unchanged=True,
        seconds_taken=0.0,
        spent=spent_on(project, printed.value),
    )


def _weights() -> str:
    """The digest of the weights that ship, read without the network's code."""
    path = Path(str(files("tianmu.model").joinpath("weights/native.safetensors")))
    return file_sha256(path) if path.is_file() else ""
