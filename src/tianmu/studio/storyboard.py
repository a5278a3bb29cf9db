"""A film on paper: its storyboard as PDF and PNG, its shot list as CSV and Markdown, with the pictures there are."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.core.text import say
from tianmu.engines.protocol import Frames, Progress
from tianmu.engines.registry import get_engine
from tianmu.film.cut import Cut
from tianmu.film.schema import digest
from tianmu.film.shot import Shot, aspect_of
from tianmu.film.take import Take
from tianmu.media.image import read_image
from tianmu.media.video import read_video
from tianmu.studio.boards import Board, Cell, draw_sheet, write_board_pdf, write_shot_csv, write_shot_markdown
from tianmu.studio.claims import claim_of_parts, mark_from
from tianmu.studio.edition import clips_of
from tianmu.studio.film import FilmResult
from tianmu.studio.marking import EVERYBODY, Leave, Marking
from tianmu.studio.output import staging
from tianmu.studio.plan import Plan
from tianmu.studio.render import render_take, silent
from tianmu.studio.store import Project
from tianmu.studio.takes import FilmSettings, choose_take, request_shot

if TYPE_CHECKING:
    from tianmu.studio.recipe import Recipe

SKETCHER = "animatic"
"""The engine that draws a picture for a shot that has no take yet."""
NAMES = ("storyboard.pdf", "storyboard.png", "shots.csv", "shots.md")


def called(name: str, version: str) -> str:
    """A file of a version of a film, by its name in the main one: `shots.csv` of `9:16` is `shots-9x16.csv`."""
    path = Path(name)
    return f"{path.stem}-{version.replace(':', 'x')}{path.suffix}" if version else name


def film_papers(
    result: FilmResult,
    project: Project,
    settings: FilmSettings,
    folder: Path,
    leave: Leave = EVERYBODY,
    *,
    version: str = "",
) -> tuple[Path, ...]:
    """The papers of a film that was made; those of one that did not change are left as they lie there."""
    paths = tuple(folder / called(name, version) for name in NAMES)
    if result.unchanged and all(path.is_file() for path in paths):
        return paths
    cells = (_taken(each.shot, each.take, project) for each in result.filmed)
    return write_papers(result.plan, project, cells, settings, folder, leave, version=version)


def sketch_papers(
    plan: Plan,
    project: Project,
    settings: FilmSettings,
    folder: Path,
    leave: Leave = EVERYBODY,
    progress: Progress = silent,
    *,
    version: str = "",
) -> tuple[Path, ...]:
    """The papers of a film that was planned: the pictures of kept takes, and sketches where there is none.

    A take is shown where it was made from the shot's words and in the frame of `settings`; of a `version` that was
    made, the one that its cut uses.

    Raises:
        TianmuError: a sketch cannot be made, or a file cannot be written.
    """
    cells: list[Cell] = []
    kept = project.read(Cut, version) if version else None
    used = {clip.take for clip in clips_of(kept.value)} if kept else set[str]()
    for number, shot in enumerate(plan.shots.shots):
        progress(number / len(plan.shots.shots), shot.slate)
        found = [take for take in project.takes() if _framed(take, settings) and _same(shot, take, project)]
        cut = [take for take in found if take.id in used]
        take = choose_take(cut if cut and not any(take.circled for take in found) else found, shot.slate)
        cells.append(_taken(shot, take, project) if take else Cell(shot=shot, frame=_sketch(shot, project, settings)))
    return write_papers(plan, project, cells, settings, folder, leave, version=version)


def staged_otherwise(shown: Iterable[tuple[Shot, Take]], project: Project) -> tuple[str, ...]:
    """What the engine staged otherwise for the frame, as the takes' recipes say it: `1B: The camera steps back ...`."""
    found: list[str] = []
    for shot, take in shown:
        restaged = _recipe(take, project).understood.get("restaged", {})
        found += [f"{shot.slate}: {note}" for note in restaged.get("notes", ())]
    return tuple(dict.fromkeys(found))


def write_papers(
    plan: Plan,
    project: Project,
    cells: Iterable[Cell],
    settings: FilmSettings,
    folder: Path,
    leave: Leave = EVERYBODY,
    *,
    version: str = "",
) -> tuple[Path, ...]:
    """Write all four into a folder, and say where they lie. Those with pictures are labelled and signed.

    Raises:
        OutputError: a file cannot be written.
    """
    pdf, png, csv, markdown = paths = tuple(folder / called(name, version) for name in NAMES)
    marking = Marking(mark_from({"board": digest(plan.shots), "project": project.name}), leave)
    board = Board(
        title=plan.screenplay.title,
        author=plan.screenplay.author,
        cells=tuple(cells),
        aspect=settings.aspect,
        disclosure=marking.words,
    )
    title = say(f"Storyboard: {board.title}", f"故事板：{board.title}")
    taken = {cell.shot.slate: project.media.path(cell.take.film) for cell in board.cells if cell.take is not None}
    claim = claim_of_parts(title, "document", taken)
    with staging(pdf, overwrite=True) as place:
        write_board_pdf(place / pdf.name, board, metadata=marking.metadata)
        pictures = [cell.frame for cell in board.cells if cell.frame is not None]
        marking.sign(place / pdf.name, claim, pictures, project=project)
    with staging(png, overwrite=True) as place:
        marking.write_picture(place / png.name, draw_sheet(board), claim, project=project)
    staged = staged_otherwise([(cell.shot, cell.take) for cell in board.cells if cell.take is not None], project)
    shots = replace(plan.shots, notes=(*plan.shots.notes, *staged))
    write_shot_csv(csv, shots, assets=tuple(plan.assets.values()))
    write_shot_markdown(markdown, shots, assets=tuple(plan.assets.values()))
    return paths


def _taken(shot: Shot, take: Take, project: Project) -> Cell:
    return Cell(shot=shot, frame=read_image(project.media.path(take.thumbnail)), take=take)


def _framed(take: Take, settings: FilmSettings) -> bool:
    """Whether a take is of the film's frame: of no other aspect is it nearer, for engines draw near to theirs."""
    if settings.pixels is not None:
        return take.width * settings.pixels[1] == take.height * settings.pixels[0]
    return aspect_of(take.width, take.height) == settings.aspect


def _same(shot: Shot, take: Take, project: Project) -> bool:
    """Whether a take was made from this shot's words: its recipe says what it was made from."""
    return _recipe(take, project).request.prompt == shot.prompt


def _recipe(take: Take, project: Project) -> Recipe:
    from tianmu.studio.recipe import Recipe

    return Recipe.from_json(project.media.read(take.recipe).decode())


def _sketch(shot: Shot, project: Project, settings: FilmSettings) -> Frames:
    """The frame in the middle of a shot, as the animated stage draws it."""
    engine = get_engine(SKETCHER)
    whole = request_shot(shot, settings, engine.capabilities, shot.seed)
    request = replace(whole, num_frames=3, fps=2 / shot.seconds)
    with project.media.workspace() as folder:
        made = render_take(request, SKETCHER, folder / "sketch", format="png", leave=None)
        _, frames = read_video(made.video.path)
        return next(itertools.islice(frames, 1, None))
