"""Takes of a film's shots: what an engine is asked for, which take answers that, and how a new one is made and kept.

A take's key is the digest of everything that decides its frames but the seed. A shot whose key is unchanged finds its
takes again, wherever in the film it now stands; a shot that changed finds none, and only it is made anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from tianmu import __version__
from tianmu.core.errors import TianmuError
from tianmu.core.text import say
from tianmu.engines.protocol import MAX_SEED, Capabilities, Engine, Frames, Progress, ShotRequest, plan_request
from tianmu.engines.registry import DEFAULT_ENGINE, require
from tianmu.film.schema import digest
from tianmu.film.shot import Aspect, Shot
from tianmu.film.sound import SpokenLanguage, Target
from tianmu.film.take import Take
from tianmu.film.time import count_frames
from tianmu.governance.footprint import Footprint
from tianmu.media.digest import file_sha256
from tianmu.media.image import write_png
from tianmu.media.video import check_video, read_video
from tianmu.studio.recipe import request_row
from tianmu.studio.record import record_take
from tianmu.studio.render import TakeFiles, render_take, silent

if TYPE_CHECKING:
    from tianmu.studio.store import Project

THUMBNAIL_WIDTH = 640


@dataclass(frozen=True, kw_only=True)
class FilmSettings:
    """What holds for every shot of a film."""

    SCHEMA: ClassVar[str] = "tianmu.settings.1"

    engine: str = DEFAULT_ENGINE
    aspect: Aspect = "16:9"
    pixels: tuple[int, int] | None = None
    """Width and height; None takes the engine's own for the aspect."""
    fps: Fraction = Fraction(24)
    handles: int = 8
    """Frames that each take has before and after what the cut uses, for trims and dissolves."""
    num_steps: int | None = None
    guidance_scale: float | None = None
    sound: bool = True
    """Whether the film is heard: voices where they are installed, ambience, effects, music."""
    music: bool = True
    loudness: Target = "ebu"
    language: SpokenLanguage | None = None
    """The one that is spoken where a script has every line in both; None takes that of its first line."""
    subtitles: bool = True
    subtitles_in: SpokenLanguage | None = None
    """A language in which every line has a subtitle, by a language model where the script does not say it."""


def request_shot(shot: Shot, settings: FilmSettings, capabilities: Capabilities, seed: int) -> ShotRequest:
    """What an engine is asked for: the shot at the film's size and rate, with handles on both sides."""
    wanted = replace(
        shot,
        aspect=settings.aspect,
        pixels=settings.pixels or capabilities.sizes[settings.aspect],
        fps=settings.fps * shot.overcrank,
    )
    request = plan_request(
        wanted,
        capabilities,
        seed=seed,
        num_steps=settings.num_steps,
        guidance_scale=settings.guidance_scale,
    )
    return replace(request, num_frames=count_frames(shot.seconds, settings.fps) + 2 * settings.handles)


def key_of(request: ShotRequest, engine: Engine, shot: Shot) -> str:
    """The digest of what decides the frames of a take, but for which of its seeds was drawn.

    The shot's own seed is its set's: another place that happens to be drawn by the same words is another key.
    """
    row = {**request_row(request), "seed": shot.seed}
    return digest({"engine": engine.name, "model": engine.model_digest or __version__, "request": row})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A shot, what its engine is asked for, and the kept take that answers, where there is one."""

    shot: Shot
    request: ShotRequest
    key: str
    take: Take | None
    seed: int | None = None
    """Of the take that is to be made, where another version of the film says which; None takes the next free one."""


def ask(shots: Iterable[Shot], project: Project, settings: FilmSettings, engine: Engine) -> tuple[Asked, ...]:
    """What an engine is asked for each of the shots.

    Raises:
        UnsupportedRequest: the engine cannot make one of them.
    """
    asked: list[Asked] = []
    for shot in shots:
        request = request_shot(shot, settings, engine.capabilities, shot.seed)
        require(engine, request)
        check_video(Path("take.mp4"), request.width, request.height, request.fps, format="mp4")
        key = key_of(request, engine, shot)
        asked.append(Asked(shot=shot, request=request, key=key, take=choose_take(project.takes(key=key), shot.slate)))
    return tuple(asked)


def missing(asked: Iterable[Asked]) -> tuple[Asked, ...]:
    """Those that must be made: one for each key, and seed where one is asked for, that no take answers."""
    firsts: dict[tuple[str, int | None], Asked] = {}
    for each in asked:
        if each.take is None:
            firsts.setdefault((each.key, each.seed), each)
    return tuple(firsts.values())


def follow(asked: Iterable[Asked], seeds: Mapping[str, int], project: Project) -> tuple[Asked, ...]:
    """The same, each with the take of the seed that the main version of the film uses for its slate.

    So another frame shows the same performance. A take that was circled or rejected in its own frame is obeyed first.
    """
    followed: list[Asked] = []
    for each in asked:
        seed = seeds.get(each.shot.slate)
        if seed is None or (each.take and each.take.circled):
            followed.append(each)
            continue
        same = [take for take in project.takes(key=each.key) if take.seed == seed]
        if any(take.rejected for take in same):
            followed.append(each)
        else:
            followed.append(replace(each, take=choose_take(same, each.shot.slate), seed=seed))
    return tuple(followed)


def choose_take(takes: Iterable[Take], slate: str) -> Take | None:
    """The take of a shot that goes into the cut, of those that show it, in the order in which they were kept.

    The circled one, else the newest that is not rejected; those made for this slate first, then those of another shot
    that asks for the same.
    """
    found = [take for take in takes if not take.rejected]
    own = [take for take in found if take.slate == slate]
    circled = [take for take in found if take.circled]
    own_circled = [take for take in own if take.circled]
    return (own_circled or own or circled or found or [None])[-1]


def next_seed(shot: Shot, takes: Iterable[Take]) -> int:
    """The seed of the shot's next take: its own for the first, then the next one that is free."""
    used = {take.seed for take in takes}
    return next(seed for seed in (((shot.seed + n) % (MAX_SEED + 1)) for n in range(len(used) + 1)) if seed not in used)


def make_take(
    project: Project,
    shot: Shot,
    request: ShotRequest,
    engine: Engine,
    *,
    notes: tuple[str, ...] = (),
    progress: Progress = silent,
) -> Take:
    """Make one take of a shot and keep it in the project's store.

    Raises:
        TianmuError: as `render_take`, with the shot's slate in front.
    """
    key = key_of(request, engine, shot)
    with project.media.workspace() as folder:
        try:
            made = render_take(request, engine.name, folder / "take.mp4", format="mp4", leave=None, progress=progress)
        except TianmuError as error:
            error.message = say(f"Shot {shot.slate}: {error.message}", f"镜头 {shot.slate}：{error.message}")
            error.args = (error.message,)
            raise
        return keep_files(project, shot, key, made, folder, notes)


def keep_files(
    project: Project, shot: Shot, key: str, made: TakeFiles, folder: Path, notes: tuple[str, ...] = ()
) -> Take:
    """Put the files of a take into the store, with a picture of its middle; the ledger says that it was made."""
    picture = folder / "thumbnail.png"
    write_png(picture, thumbnail(made.video.path, made.video.num_frames))
    film, recipe, thumb = files = made.video.path, made.recipe_path, picture
    digests = {path: file_sha256(path) for path in files}
    request, taken = made.recipe.request, made.recipe.seconds_taken
    footprint = Footprint.from_row(made.recipe.footprint)
    kept = project.keep_take(
        Take(
            id=digest({"key": key, "seed": request.seed}),
            key=key,
            seed=request.seed,
            engine=made.recipe.engine,
            slate=shot.slate,
            number=1,
            film=digests[film],
            recipe=digests[recipe],
            thumbnail=digests[thumb],
            num_frames=made.video.num_frames,
            fps=made.video.fps,
            width=made.video.width,
            height=made.video.height,
            bytes=made.video.bytes,
            seconds_taken=taken,
            joules=round(footprint.joules, 1),
            carbon_kg=footprint.carbon_kg,
            energy_method=footprint.method,
            notes=notes,
        ),
        {name: path for path, name in digests.items()},
    )
    if kept.film == digests[film]:  # else it was there already
        record_take(project, kept, shot, made.recipe)
    return kept


def thumbnail(film: Path, num_frames: int) -> Frames:
    """The frame in the middle of a film `[h w 3]` uint8, at most 640 pixels wide."""
    from PIL import Image

    _, frames = read_video(film)
    frame = next(islice(frames, num_frames // 2, None))
    height, width = frame.shape[:2]
    if width <= THUMBNAIL_WIDTH:
        return frame
    import numpy as np

    size = THUMBNAIL_WIDTH, max(1, round(height * THUMBNAIL_WIDTH / width))
    return np.asarray(Image.fromarray(frame).resize(size, Image.Resampling.LANCZOS))
